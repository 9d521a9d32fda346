"""Which stops of a published roster still stand.

A roster is fixed once, but a person may go to hospital before the cut-off, and may die at
any moment. A stop stands while nobody has called it off and the person lives here; and in
any case once somebody has said what happened at the door, because that is never lost. For
death and moving nothing is written: whoever reports them need not know of rosters.
"""

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from canteen.delivery.models import Roster, RosterStop, StopOutcome
from canteen.residents.models import Resident, Status

PAUSED = "paused"
NONE_TODAY = "none_today"
NOT_NEEDED = "not_needed"
CALLED_OFF = (PAUSED, NONE_TODAY, NOT_NEEDED, Status.DECEASED, Status.MOVED)
"""Why nothing is brought after all; the last two come from the register of residents."""


def standing_outcome() -> ColumnElement[bool]:
    """Of an outcome: nothing follows it."""
    follower = aliased(StopOutcome)
    return ~exists().where(follower.follows_id == StopOutcome.id)


def stands() -> ColumnElement[bool]:
    """Of a stop: it is to be served, or was. For queries that join `Roster` and, outer,
    the `StopOutcome` that stands."""
    gone = exists().where(
        Resident.id == RosterStop.resident_id,
        Resident.status != Status.ACTIVE,
        Resident.ended_on <= Roster.service_date,
    )
    return or_(StopOutcome.id.is_not(None), and_(RosterStop.called_off == "", ~gone))


def wanted() -> ColumnElement[bool]:
    """Of a stop, whatever was said at its door: nobody called it off, and the person lives
    here. For queries of `RosterStop` that ask what is still to be carried."""
    own = aliased(Roster)
    gone = exists().where(
        Resident.id == RosterStop.resident_id,
        Resident.status != Status.ACTIVE,
        Resident.ended_on <= own.service_date,
        own.id == RosterStop.roster_id,
    )
    return and_(RosterStop.called_off == "", ~gone)


def why_not_wanted(session: Session, stop: RosterStop) -> str:
    """Why nothing is to be brought to a stop (a code of `CALLED_OFF`); empty if something is."""
    if stop.called_off:
        return stop.called_off
    day = select(Roster.service_date).where(Roster.id == stop.roster_id).scalar_subquery()
    gone = select(Resident.status).where(
        Resident.id == stop.resident_id,
        Resident.status != Status.ACTIVE,
        Resident.ended_on <= day,
    )
    return session.scalar(gone) or ""
