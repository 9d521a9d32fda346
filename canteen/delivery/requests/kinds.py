"""Kinds of help: those that come with the house, reworded by a site if it likes, and its own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery.requests.models import RequestKind
from canteen.delivery.volunteering.models import VolunteerTeam
from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.sites.models import Site


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of help, how many minutes an offer of it may wait, and who is asked first.

    A `name` that comes with the house is in the reader's language by itself; a site's own is
    Chinese, and `name_en` may be empty.
    """

    code: str
    name: Any
    answer_minutes: int
    name_en: str = ""
    team_id: int | None = None
    active: bool = True

    def said(self, *, english: bool) -> str:
        """Its name in the reader's language."""
        return (self.name_en if english else "") or str(self.name)

    @property
    def chinese(self) -> str:
        """Its Chinese name, whoever reads."""
        with force_locale("zh_Hans_CN"):
            return str(self.name)


SHIPPED = (
    Kind(code="meal_today", name=_l("今天要一份饭"), answer_minutes=30),
    Kind(code="errand", name=_l("代买代办"), answer_minutes=240),
    Kind(code="gas", name=_l("充煤气、换煤气"), answer_minutes=480),
    Kind(code="escort", name=_l("陪同看病"), answer_minutes=1440),
)


def kinds_of(session: Session, *, site_id: int) -> dict[str, Kind]:
    """By code: what can be asked for at a site."""
    return {code: one for code, one in all_kinds(session, site_id=site_id).items() if one.active}


def all_kinds(session: Session, *, site_id: int) -> dict[str, Kind]:
    """By code: every kind a site has or had, those that come with the house first."""
    query = select(RequestKind).where(RequestKind.site_id == site_id).order_by(RequestKind.id)
    found = {kind.code: kind for kind in SHIPPED}
    for row in session.scalars(query):
        code = row.code or f"own-{row.id}"
        kind = found.get(code) or Kind(code=code, name="", answer_minutes=0)
        found[code] = replace(
            kind, name=kind.name if row.name == kind.chinese else row.name, name_en=row.name_en,
            answer_minutes=row.answer_minutes, team_id=row.team_id, active=row.active,
        )  # fmt: skip
    return found


def names_of(session: Session, *, site_id: int, english: bool) -> dict[str, str]:
    """The name of every kind a site has or had, by code."""
    known = all_kinds(session, site_id=site_id)
    return {code: one.said(english=english) for code, one in known.items()}


def kind_of(session: Session, *, site_id: int, code: str) -> Kind | None:
    """One kind of a site; None for none."""
    return kinds_of(session, site_id=site_id).get(code)


@retried
def save_kind(
    *, site_id: int, code: str | None, values: Mapping[str, Any], by: int, now: datetime
) -> Refusal | None:
    """Add a kind (`code` None) or change one, also one that comes with the house.

    `values` are `name`, `name_en`, `answer_minutes`, `team_id`, `active`. Codes:
    request_kind_unknown, kind_name_taken, team_elsewhere.
    """
    with transaction() as session:
        session.get_one(Site, site_id, with_for_update=True)  # of two at once one comes second
        known = all_kinds(session, site_id=site_id)
        if code is not None and code not in known:
            return Refusal("request_kind_unknown")
        others = {one.chinese for key, one in known.items() if key != code}
        if values["name"] in others:
            return Refusal("kind_name_taken")
        team = session.get(VolunteerTeam, values["team_id"]) if values["team_id"] else None
        if values["team_id"] and (team is None or team.site_id != site_id or not team.active):
            return Refusal("team_elsewhere")
        row = _row(session, site_id, code)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
        session.flush()
        audit.record(
            session, at=now, staff_id=by, action="saved", subject="request_kind",
            subject_id=row.id, note=values["name"],
        )  # fmt: skip
        return None


def _row(session: Session, site_id: int, code: str | None) -> RequestKind:
    """The row of a kind of this site; a new one for a new kind or a shipped one as shipped."""
    if code is None:
        return RequestKind(site_id=site_id)
    if code.startswith("own-"):
        return session.get_one(RequestKind, int(code.removeprefix("own-")))
    shipped = select(RequestKind).filter_by(site_id=site_id, code=code)
    return session.scalars(shipped).one_or_none() or RequestKind(site_id=site_id, code=code)
