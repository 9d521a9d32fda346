"""What a volunteer says happened at a door, kept whatever the books make of it by now."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.cards.models import Card, CardState
from canteen.delivery.actions import Report, record_outcome
from canteen.delivery.models import RosterStop, StopOutcome
from canteen.delivery.rounds import transfers
from canteen.delivery.rounds.actions import Judged, first_answer, keep, take_back
from canteen.delivery.rounds.facts import Answer, PhoneEvent, Teller
from canteen.delivery.rounds.models import RoundEvent
from canteen.delivery.rounds.rules import (
    Holding,
    Scanned,
    believed,
    may_record,
    proof_of,
    reasons,
)
from canteen.delivery.standing import why_not_wanted
from canteen.foundation.calendar import service_date
from canteen.foundation.database import broke, db, retried, transaction
from canteen.sites.models import Site


def tell_outcome(event: PhoneEvent, *, teller: Teller, now: datetime) -> Answer:
    """Record an outcome once and keep the event; with the reason where the books judge otherwise.

    Two steps, each harmless twice: `record_outcome` under the event's own id, then the event. A
    phone that got no answer tells both again. One that follows an outcome not told yet is asked
    for later. Reasons of refusals: round_unknown, id_reused, stop_unknown.
    """
    assert event.stop_id is not None
    assert event.outcome is not None
    session = db.session()
    session.rollback()  # a request tells many: each reads what stands now
    known = first_answer(session, event, teller)
    if known:
        return known
    stop = session.get(RosterStop, event.stop_id)
    if stop is None or stop.roster_id != event.roster_id:
        return Answer(id=event.id, outcome="refused", reason="stop_unknown")
    if event.follows is not None and not _was_told(session, event.follows):
        return Answer(id=event.id, outcome="later", reason="follows_unknown")
    holding = _holding(session, stop, teller)
    refused = ""
    if may_record(holding):
        zone = session.get_one(Site, teller.site_id).time_zone
        refusal = record_outcome(
            report=Report(
                id=event.id,
                stop_id=stop.id,
                kind=event.outcome,
                follows=event.follows,
                note=event.note,
            ),
            today=service_date(now, zone),
            by=teller.staff_id,
            now=now,
        )
        refused = refusal.code if refusal else ""
    if refused == "busy":
        return Answer(id=event.id, outcome="later", reason=refused)
    return _keep(event, teller, holding, refused, now)


@retried
def _keep(
    event: PhoneEvent, teller: Teller, holding: Holding, refused: str, now: datetime
) -> Answer:
    assert event.stop_id is not None
    try:
        with transaction() as session:
            known = first_answer(session, event, teller)
            if known:
                return known
            stop = session.get_one(RosterStop, event.stop_id, with_for_update=True)
            if may_record(holding) and not refused:
                take_back(session, stop, teller.volunteer_id)
                transfers.close_offers(session, stop.id, now)
            proof = _proof(session, event, stop.resident_id, now)
            reason = reasons(holding=holding, refused=refused, proof=proof)
            keep(session, event, teller, Judged(reason=reason, proof=proof), now)
            return Answer(id=event.id, outcome="taken", reason=reason)
    except IntegrityError as error:
        if broke(error, "pk_round_events", "round_events.id"):
            return Answer(id=event.id, outcome="later")
        raise


def _was_told(session: Session, outcome_id: UUID) -> bool:
    return (
        session.get(StopOutcome, outcome_id) is not None
        or session.get(RoundEvent, outcome_id) is not None
    )


def _holding(session: Session, stop: RosterStop, teller: Teller) -> Holding:
    """Who has the stop, and whether anything is to be brought there by now."""
    return Holding(
        mine=stop.volunteer_id == teller.volunteer_id,
        was_mine=stop.volunteer_id is None and stop.was_with == teller.volunteer_id,
        called_off=bool(why_not_wanted(session, stop)),
    )


def _proof(session: Session, event: PhoneEvent, resident_id: int, now: datetime) -> str:
    if not event.scanned:
        return ""
    at, _wrong = believed(device_at=event.device_at, sent_at=event.sent_at, now=now)
    claim = event.card
    card = None
    if claim is not None:
        query = select(Card).where(Card.number == claim.number, Card.issue == claim.issue)
        card = session.scalar(query)
    scanned = None
    if card is not None:
        lived = card.ended_at is not None and card.ended_at > at
        active = card.state == CardState.ACTIVE or lived
        scanned = Scanned(resident_id=card.resident_id, active=active)
    return proof_of(scanned=scanned, readable=claim is not None, resident_id=resident_id)
