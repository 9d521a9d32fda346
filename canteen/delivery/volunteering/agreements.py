"""What a volunteer promises before seeing a name: the text, its versions, who accepted it."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery.models import Volunteer
from canteen.delivery.volunteering.models import AgreementAcceptance, ConfidentialityAgreement
from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.sites.models import Site

SHIPPED_VERSION = "2026-11-01"
SHIPPED = (
    _l("送餐时我会看到老人的姓名称呼、住处、饮食和电话的一部分。这些只用来把饭送到。"),
    _l("我不把这些告诉别人，不拍照外传，不发到群里，不记在自己的手机或本子上。"),
    _l("纸质送餐单用完当天交回食堂。"),
    _l("看到老人有困难或出了事，我马上告诉食堂或社区，不在外面议论。"),
    _l("以后不再送餐，我也继续保密。"),
)
"""The text that comes with the house; a site may put its own in its place."""


@dataclass(frozen=True)
class Agreement:
    """The text that holds on a day. `version` is the day from which it holds."""

    version: str
    paragraphs: tuple[str, ...]

    @property
    def words_hash(self) -> str:
        return hashlib.sha256("\n".join(self.paragraphs).encode()).hexdigest()


def agreement_on(session: Session, *, site_id: int, day: date) -> Agreement:
    """The site's own text that holds on a day, or the one that comes with the house.

    In the reader's language only for the latter; a text of the site's own stays as written.
    """
    own = _own_on(session, site_id, day)
    if own is None:
        return Agreement(SHIPPED_VERSION, tuple(str(text) for text in SHIPPED))
    lines = tuple(line.strip() for line in own.words.splitlines() if line.strip())
    return Agreement(own.valid_from.isoformat(), lines)


def version_on(session: Session, *, site_id: int, day: date) -> str:
    """The version of the text that holds on a day, in nobody's language."""
    own = _own_on(session, site_id, day)
    return own.valid_from.isoformat() if own else SHIPPED_VERSION


def _own_on(session: Session, site_id: int, day: date) -> ConfidentialityAgreement | None:
    query = (
        select(ConfidentialityAgreement)
        .where(
            ConfidentialityAgreement.site_id == site_id,
            ConfidentialityAgreement.valid_from <= day,
        )
        .order_by(ConfidentialityAgreement.valid_from.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def has_accepted(session: Session, *, volunteer_id: int, version: str) -> bool:
    """Whether a volunteer accepted this version."""
    return session.get(AgreementAcceptance, (volunteer_id, version)) is not None


def accepted_by(session: Session, *, site_id: int, version: str) -> dict[int, datetime]:
    """When each volunteer of a site accepted a version; one query."""
    query = (
        select(AgreementAcceptance.volunteer_id, AgreementAcceptance.accepted_at)
        .join(Volunteer, Volunteer.id == AgreementAcceptance.volunteer_id)
        .where(Volunteer.site_id == site_id, AgreementAcceptance.version == version)
    )
    return dict(session.execute(query).all())


@retried
def accept_agreement(
    *,
    volunteer_id: int,
    version: str,
    on_paper: bool,
    today: date,
    by: int,
    now: datetime,
) -> Refusal | None:
    """Keep that a volunteer accepted the text of today; harmless twice.

    agreement_changed if another version holds by now: they have to read that one.
    """
    with transaction() as session:
        volunteer = session.get_one(Volunteer, volunteer_id, with_for_update=True)
        agreement = agreement_on(session, site_id=volunteer.site_id, day=today)
        if agreement.version != version:
            return Refusal("agreement_changed")
        if has_accepted(session, volunteer_id=volunteer_id, version=version):
            return None
        session.add(
            AgreementAcceptance(
                volunteer_id=volunteer_id,
                version=version,
                words_hash=agreement.words_hash,
                on_paper=on_paper,
                accepted_at=now,
                recorded_by=by,
            )
        )
        audit.record(
            session, at=now, staff_id=by, action="accepted_agreement",
            subject="volunteer", subject_id=volunteer_id, note=version,
        )  # fmt: skip
        return None


@retried
def save_agreement(
    *, site_id: int, valid_from: date, words: str, today: date, by: int, now: datetime
) -> Refusal | None:
    """Let a text of the site's own hold from a day on; everybody has to accept it then.

    A version never changes once its day has come. Codes: agreement_holds_already,
    agreement_empty.
    """
    if len(words.strip()) < 10:
        return Refusal("agreement_empty")
    with transaction() as session:
        session.get_one(Site, site_id, with_for_update=True)
        row = session.scalars(
            select(ConfidentialityAgreement).filter_by(site_id=site_id, valid_from=valid_from)
        ).one_or_none()
        if valid_from < today or (row is not None and valid_from <= today):
            return Refusal("agreement_holds_already", {"day": valid_from.isoformat()})
        row = row or ConfidentialityAgreement(site_id=site_id, valid_from=valid_from)
        row.words, row.recorded_by, row.recorded_at = words.strip(), by, now
        session.add(row)
        audit.record(
            session, at=now, staff_id=by, action="saved_agreement",
            subject="site", subject_id=site_id, note=valid_from.isoformat(),
        )  # fmt: skip
        return None
