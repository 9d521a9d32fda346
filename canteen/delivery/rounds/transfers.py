"""A stop offered to a colleague and taken on their phone: one holder at a time.

The stop's row is locked first, then the offer is changed where it is still open: of two who
accept at once, on either database, one holds the stop.
"""

from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.delivery.models import Roster, RosterStop, StopOutcome, Volunteer
from canteen.delivery.rounds.facts import PhoneEvent, Teller
from canteen.delivery.rounds.models import OfferState, StopOffer
from canteen.delivery.standing import why_not_wanted
from canteen.delivery.volunteering.agreements import has_accepted, version_on
from canteen.foundation import audit
from canteen.foundation.calendar import service_date
from canteen.foundation.database import broke
from canteen.sites.models import Site

GONE = "offer_gone"
NOT_OFFERED = "not_offered"
NOT_ACCEPTED = "colleague_not_accepted"


def offer(session: Session, event: PhoneEvent, teller: Teller, now: datetime) -> str:
    """Offer a stop; ``not_offered`` where there is nothing to hand over or nobody to take it,
    ``colleague_not_accepted`` for one who sees no door before the agreement of that day.

    Until somebody takes it, whoever offered it holds it.
    """
    stop = _locked(session, event.stop_id)
    if stop is None or not _is_open(session, stop, holder=teller.volunteer_id):
        return NOT_OFFERED
    if event.to_id is not None:
        to = session.get(Volunteer, event.to_id)
        if to is None or to.site_id != teller.site_id or not to.active or to.staff_id is None:
            return NOT_OFFERED
        if not _may_see_doors(session, to, stop):
            return NOT_ACCEPTED
    close_offers(session, stop.id, now)  # offered to somebody else before: not any more
    session.flush()
    session.add(
        StopOffer(
            id=event.id,
            stop_id=stop.id,
            from_id=teller.volunteer_id,
            to_id=event.to_id,
            offered_at=now,
        )
    )
    return ""


def withdraw(session: Session, event: PhoneEvent, teller: Teller, now: datetime) -> None:
    """Not offered any more. Where somebody took it meanwhile, it is theirs."""
    stop = _locked(session, event.stop_id)
    if stop is not None and stop.volunteer_id == teller.volunteer_id:
        close_offers(session, stop.id, now)


def accept(session: Session, event: PhoneEvent, teller: Teller, now: datetime) -> str:
    """Take an offered stop to the end of one's own round; ``offer_gone`` if it is not to be had."""
    given = session.get(StopOffer, event.offer_id) if event.offer_id else None
    if given is None:
        return GONE
    stop = session.get_one(RosterStop, given.stop_id, with_for_update=True)
    roster = session.get_one(Roster, stop.roster_id)
    if roster.site_id != teller.site_id or given.from_id == teller.volunteer_id:
        return GONE
    zone = session.get_one(Site, roster.site_id).time_zone
    if roster.service_date != service_date(now, zone):
        return GONE  # left open on another day: that round is over
    if not _is_open(session, stop, holder=given.from_id):
        return "" if stop.volunteer_id == teller.volunteer_id else GONE
    taken = session.execute(
        update(StopOffer)
        .where(
            StopOffer.id == given.id,
            StopOffer.state == OfferState.OPEN,
            or_(StopOffer.to_id.is_(None), StopOffer.to_id == teller.volunteer_id),
        )
        .values(state=OfferState.TAKEN, taken_by=teller.volunteer_id, decided_at=now)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        return GONE
    last = select(func.max(RosterStop.position)).where(
        RosterStop.roster_id == stop.roster_id, RosterStop.volunteer_id == teller.volunteer_id
    )
    former = stop.volunteer_id
    stop.position = (session.scalar(last) or 0) + 1
    stop.volunteer_id = teller.volunteer_id
    audit.record(
        session, at=now, staff_id=teller.staff_id, action="took_over", subject="roster_stop",
        subject_id=stop.id, note=f"{former} -> {teller.volunteer_id}",
    )  # fmt: skip
    return ""


def close_offers(session: Session, stop_id: int, now: datetime) -> None:
    """Whoever was offered this stop cannot take it any more."""
    session.execute(
        update(StopOffer)
        .where(StopOffer.stop_id == stop_id, StopOffer.state == OfferState.OPEN)
        .values(state=OfferState.CLOSED, decided_at=now)
        .execution_options(synchronize_session=False)
    )


def offered_twice(error: IntegrityError) -> bool:
    """Whether two offers of one stop met."""
    return broke(error, "uq_stop_offers_open", "stop_offers.stop_id") or broke(
        error, "pk_stop_offers", "stop_offers.id"
    )


def _may_see_doors(session: Session, volunteer: Volunteer, stop: RosterStop) -> bool:
    day = session.get_one(Roster, stop.roster_id).service_date
    version = version_on(session, site_id=volunteer.site_id, day=day)
    return has_accepted(session, volunteer_id=volunteer.id, version=version)


def _locked(session: Session, stop_id: int | None) -> RosterStop | None:
    return session.get(RosterStop, stop_id, with_for_update=True) if stop_id else None


def _is_open(session: Session, stop: RosterStop, *, holder: int) -> bool:
    """Whether a stop is in somebody's hands and nothing was said of it yet."""
    if stop.volunteer_id != holder or why_not_wanted(session, stop):
        return False
    said = select(func.count()).select_from(StopOutcome).where(StopOutcome.stop_id == stop.id)
    return not session.scalar(said)
