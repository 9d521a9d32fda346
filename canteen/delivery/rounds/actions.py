"""Taking what phones tell: each event once, in whatever order, none dropped."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.delivery import rules
from canteen.delivery.models import Roster, RosterStop, StopOutcome
from canteen.delivery.rounds import transfers
from canteen.delivery.rounds.facts import Answer, PhoneEvent, Teller
from canteen.delivery.rounds.models import EventKind, RoundEvent
from canteen.delivery.rounds.rules import believed, look_at
from canteen.delivery.standing import wanted
from canteen.delivery.watching.opening import release_knocks
from canteen.foundation import audit
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What is kept of an event besides what the phone said."""

    reason: str = ""
    proof: str = ""


@retried
def tell_event(event: PhoneEvent, *, teller: Teller, now: datetime) -> Answer:
    """Take anything but an outcome (`outcomes.tell_outcome`), in one transaction.

    The same event again changes nothing and gets the first answer. Reasons of refusals:
    round_unknown, id_reused.
    """
    try:
        with transaction() as session:
            return first_answer(session, event, teller) or _take(session, event, teller, now)
    except IntegrityError as error:
        if broke(error, "pk_round_events", "round_events.id") or transfers.offered_twice(error):
            return Answer(id=event.id, outcome="later")  # its twin is being taken right now
        raise


def first_answer(session: Session, event: PhoneEvent, teller: Teller) -> Answer | None:
    """The answer to an event that was told before, or that names a round that is not there."""
    earlier = session.get(RoundEvent, event.id)
    if earlier is not None:
        same = (earlier.volunteer_id, earlier.kind, earlier.stop_id) == (
            teller.volunteer_id,
            event.kind,
            event.stop_id,
        )
        if not same:
            return Answer(id=event.id, outcome="refused", reason="id_reused")
        return Answer(id=event.id, outcome="duplicate", reason=earlier.reason)
    roster = session.get(Roster, event.roster_id)
    if roster is None or roster.site_id != teller.site_id:
        return Answer(id=event.id, outcome="refused", reason="round_unknown")
    return None


def keep(
    session: Session, event: PhoneEvent, teller: Teller, judged: Judged, now: datetime
) -> None:
    """Write an event down."""
    happened_at, wrong = believed(device_at=event.device_at, sent_at=event.sent_at, now=now)
    session.add(
        RoundEvent(
            id=event.id,
            site_id=teller.site_id,
            roster_id=event.roster_id,
            volunteer_id=teller.volunteer_id,
            stop_id=event.stop_id,
            kind=event.kind,
            body=json.dumps(_body(event), ensure_ascii=False),
            device_at=event.device_at,
            happened_at=happened_at,
            received_at=now,
            clock_wrong=wrong,
            proof=judged.proof,
            reason=judged.reason,
        )
    )


def _body(event: PhoneEvent) -> dict[str, object]:
    said = {"note": event.note} if event.note else {}
    if event.outcome is not None:
        said["outcome"] = event.outcome
    return {**event.body, **said}


def _take(session: Session, event: PhoneEvent, teller: Teller, now: datetime) -> Answer:
    told = ""
    if event.kind is EventKind.OFFERED:
        told = transfers.offer(session, event, teller, now)
    elif event.kind is EventKind.WITHDRAWN:
        transfers.withdraw(session, event, teller, now)
    elif event.kind is EventKind.ACCEPTED:
        told = transfers.accept(session, event, teller, now)
        if told:  # somebody was quicker: asked again, the answer is the same
            return Answer(id=event.id, outcome="taken", reason=told)
    elif event.kind is EventKind.CANNOT_FINISH:
        _make_red(session, event, teller, now)
        release_knocks(session, roster_id=event.roster_id, volunteer_id=teller.volunteer_id)
    judged = Judged(reason=look_at(event.kind, _body(event)))
    keep(session, event, teller, judged, now)
    return Answer(id=event.id, outcome="taken", reason=told or judged.reason)


def _make_red(session: Session, event: PhoneEvent, teller: Teller, now: datetime) -> None:
    """Every open stop of the volunteer waits for a person, in red; none is dropped."""
    query = (
        select(RosterStop)
        .where(
            RosterStop.roster_id == event.roster_id,
            RosterStop.volunteer_id == teller.volunteer_id,
            wanted(),
        )
        .order_by(RosterStop.id)
        .with_for_update()
    )
    stops = list(session.scalars(query))
    said = select(StopOutcome.stop_id).where(StopOutcome.stop_id.in_([one.id for one in stops]))
    done = set(session.scalars(said))
    for stop in stops:
        if stop.id in done:
            continue
        transfers.close_offers(session, stop.id, now)
        stop.volunteer_id, stop.problem = None, rules.CANNOT_FINISH
        stop.was_with = teller.volunteer_id
        audit.record(
            session, at=now, staff_id=teller.staff_id, action="could_not_finish",
            subject="roster_stop", subject_id=stop.id,
        )  # fmt: skip


def take_back(session: Session, stop: RosterStop, volunteer_id: int) -> None:
    """A stop that stood in red was served after all by who had it: it is theirs again."""
    if stop.volunteer_id is None and stop.was_with == volunteer_id:
        stop.volunteer_id, stop.problem, stop.was_with = volunteer_id, "", None


@retried
def settle_event(
    *, event_id: UUID, site_id: int, note: str, by: int, now: datetime
) -> Refusal | None:
    """Note what was done about something a phone told otherwise; once.

    Codes: reason_needed. Settled before, or not of this site: nothing changes.
    """
    text = note.strip()[:200]
    if not text:
        return Refusal("reason_needed")
    with transaction() as session:
        settled = session.execute(
            update(RoundEvent)
            .where(
                RoundEvent.id == event_id,
                RoundEvent.site_id == site_id,
                RoundEvent.settled_at.is_(None),
            )
            .values(settled_at=now, settled_by=by, settled_note=text)
            .returning(RoundEvent.id)
            .execution_options(synchronize_session=False)
        ).first()
        if settled:
            audit.record(
                session, at=now, staff_id=by, action="settled", subject="round_event",
                subject_id=str(event_id), note=text,
            )  # fmt: skip
    return None
