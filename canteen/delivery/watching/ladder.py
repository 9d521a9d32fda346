"""The ladder of a site: its own, or the one that comes with the house."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from canteen.delivery.watching import rules
from canteen.delivery.watching.models import LadderStep, WatchTerms
from canteen.delivery.watching.rules import StepKind
from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.sites.models import Site


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A step as a manager sets it: who, and how many minutes they have."""

    kind: StepKind
    minutes: int
    who_name: str = ""
    who_phone: str = ""


SHIPPED = (
    Rung(kind=StepKind.SECOND_KNOCK, minutes=10),
    Rung(kind=StepKind.PHONE, minutes=5),
    Rung(kind=StepKind.NEIGHBOUR, minutes=10),
    Rung(kind=StepKind.LEADER, minutes=15),
    Rung(kind=StepKind.CONTACT, minutes=10),
    Rung(kind=StepKind.OFFICE, minutes=15),
    Rung(kind=StepKind.EMERGENCY, minutes=10),
)
"""Seventy-five minutes from a shut door to 110 and 120 at the latest."""


def ladder_of(session: Session, *, site_id: int) -> Sequence[Rung]:
    """What a site does when nobody answers, in its order."""
    query = select(LadderStep).where(LadderStep.site_id == site_id).order_by(LadderStep.position)
    own = [
        Rung(
            kind=StepKind(row.kind),
            minutes=row.minutes,
            who_name=row.who_name,
            who_phone=row.who_phone,
        )
        for row in session.scalars(query)
    ]
    return own or SHIPPED


def terms_of(session: Session, *, site_id: int) -> WatchTerms:
    """What a site says of its watching; nothing yet where nobody has said it."""
    found = session.get(WatchTerms, site_id)
    return found or WatchTerms(site_id=site_id, office_name="", office_phone="", missed_days=None)


@retried
def save_ladder(
    *, site_id: int, rungs: Sequence[Rung], terms: WatchTerms, by: int, now: datetime
) -> Refusal | None:
    """Set the whole ladder of a site; alarms that are open keep theirs.

    Harmless twice. Codes: those of `rules.check_ladder`.
    """
    refusal = rules.check_ladder([rules.Step(kind=one.kind, minutes=one.minutes) for one in rungs])
    if refusal:
        return refusal
    with transaction() as session:
        session.get_one(Site, site_id, with_for_update=True)  # one change at a time
        session.execute(delete(LadderStep).where(LadderStep.site_id == site_id))
        for position, one in enumerate(rungs, 1):
            session.add(LadderStep(site_id=site_id, position=position, **vars(one)))
        row = session.get(WatchTerms, site_id) or WatchTerms(site_id=site_id)
        row.office_name, row.office_phone = terms.office_name, terms.office_phone
        row.missed_days = terms.missed_days
        session.add(row)
        audit.record(
            session, at=now, staff_id=by, action="set_ladder", subject="site", subject_id=site_id
        )
    return None
