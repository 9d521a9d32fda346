"""Booking what counters served alone: in order, each exactly once, none dropped."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.cards.models import Card
from canteen.foundation import audit
from canteen.foundation.calendar import service_date
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger import booking
from canteen.ledger.booking import Occasion
from canteen.settlement.actions import TRIES, UNDONE, lost_a_race, opened_twice, reverse
from canteen.settlement.facts import meal_facts
from canteen.settlement.models import Meal, MealLine, PaidBy
from canteen.settlement.offline.late_cash import counted_before, give_back, shift_then
from canteen.settlement.offline.models import OfflineMeal, UnbookedMeal
from canteen.settlement.offline.rules import CARRIER, Shown, Verdict, believed_at, judge
from canteen.settlement.receipts import Declined, first_receipt
from canteen.settlement.rows import line_rows, meal_row, movements
from canteen.settlement.rules import Order
from canteen.sites.models import Device, Site
from canteen.subsidies.actions import add_funder


@dataclass(frozen=True, kw_only=True)
class ServedMeal:
    """One meal as the device tells it. `sequence` is the device's own count; `undone` one was
    taken back at the counter before it came here: it is booked and given back, never dropped.
    `doubtful`: the device found its own clock turned, and can only guess when it was."""

    order: Order
    shown: Shown
    device_at: datetime
    sequence: int
    undone: bool = False
    doubtful: bool = False


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of one meal: only what is not ``refused`` may leave the device's queue.

    ``closed`` is one that the system failed at and a manager then closed by hand.
    """

    meal_id: UUID
    outcome: Literal["booked", "duplicate", "closed", "refused"]
    reason: str = ""
    refusal: Refusal | None = None


@retried
def book_served_meal(served: ServedMeal, *, now: datetime) -> Answer:
    """Book one meal that a counter served alone, in a transaction of its own: what is wrong with
    one holds up no other. The same meal again, from the queue or its copy, changes nothing.

    Codes of refusals: id_reused (the id is another meal's), busy (try again).
    """
    for _attempt in range(TRIES):
        try:
            with transaction() as session:
                answer = _book_or_closed(session, served, now)
                if answer is not None:
                    return answer
        except IntegrityError as error:  # sent twice at once, or a first part of the canteen's
            if not lost_a_race(error) and not opened_twice(error):
                raise
    return _refused(served, Refusal("busy"))


@retried
def settle_offline_meal(
    *, meal_id: UUID, site_id: int, note: str, by: int, now: datetime
) -> Refusal | None:
    """Note what was done about a meal that the server judged differently; once.

    Codes: reason_needed. Settled before, or not of this site: nothing changes.
    """
    if not note.strip():
        return Refusal("reason_needed")
    with transaction() as session:
        settled = session.execute(
            update(OfflineMeal)
            .where(
                OfflineMeal.meal_id == meal_id,
                OfflineMeal.site_id == site_id,
                OfflineMeal.settled_at.is_(None),
            )
            .values(settled_at=now, settled_by=by, settled_note=note.strip()[:200])
            .returning(OfflineMeal.meal_id)
            .execution_options(synchronize_session=False)
        ).first()
        if settled:
            audit.record(
                session, at=now, staff_id=by, action="settled", subject="offline_meal",
                subject_id=str(meal_id), note=note.strip()[:200],
            )  # fmt: skip
    return None


def _book_or_closed(session: Session, served: ServedMeal, now: datetime) -> Answer | None:
    """As `_book`, with regard to one that the system failed at before: it is open no more, or a
    manager closed it, and what was booked by hand may not be booked once more."""
    meal_id = served.order.meal_id
    kept = session.get(UnbookedMeal, meal_id, with_for_update=True)
    if kept is None:
        return _book(session, served, now, heard_at=now)
    if kept.closed_by_hand and kept.site_id == served.order.site_id:
        return Answer(meal_id=meal_id, outcome="closed")
    answer = _book(session, served, now, heard_at=min(kept.first_told_at, now))
    if answer is not None and answer.outcome != "refused" and not kept.closed_by_hand:
        session.flush()
        kept.booked_id, kept.closed_at, kept.sealed = meal_id, kept.closed_at or now, ""
    return answer


def _book(
    session: Session, served: ServedMeal, now: datetime, *, heard_at: datetime
) -> Answer | None:
    """Book it, or say that it was; None when the wallet changed since it was read.

    `heard_at` is when it was told first: what the device's clock said is judged by that.
    """
    order = served.order
    served_at, clock = believed_at(
        device_at=served.device_at, now=heard_at, doubtful=served.doubtful
    )
    day = service_date(served_at, session.get_one(Site, order.site_id).time_zone)
    connection = session.connection()
    found = meal_facts(connection, order=order, service_date=day, now=served_at)
    if found.taken:
        return _known(session, served, now)
    if not found.facts.device_known:
        order = replace(order, device_id=_own_device(session, order))
    card = _card(session, order)
    verdict = judge(
        order=order,
        facts=found.facts,
        shown=served.shown,
        served_at=served_at,
        card_ended_at=card.ended_at if card else None,
    )
    balance = None
    if verdict.diner is not None:
        taken = verdict.sale.priced.pay_fen if verdict.sale.paid_by is PaidBy.WALLET else 0
        owner, turn = verdict.diner.resident_id, verdict.diner.turn
        balance = booking.change_wallet(session, resident_id=owner, change_fen=-taken, turn=turn)
        if balance is None:
            return None
    facts = replace(found.facts, diner=verdict.diner)
    row = meal_row(order, facts, verdict.sale, balance, served_at) | {"offline": True}
    _write(session, served, order, day, verdict, row, now)
    reason = "" if served.undone else verdict.reason or clock
    session.add(
        OfflineMeal(
            meal_id=order.meal_id,
            site_id=order.site_id,
            device_id=order.device_id,
            card_id=card.id if card else None,
            sequence=served.sequence,
            device_at=served.device_at,
            received_at=now,
            shown_subsidy_fen=served.shown.subsidy_fen,
            shown_paid_fen=served.shown.paid_fen,
            reason=reason,
            carried_fen=verdict.carried_fen,
        )
    )
    if served.undone:
        session.flush()
        meal = session.get_one(Meal, order.meal_id)
        reverse(session, meal, reason=UNDONE, by=order.clerk_id, now=now, till=False)
    return Answer(meal_id=order.meal_id, outcome="booked", reason=reason)


def _write(
    session: Session,
    served: ServedMeal,
    order: Order,
    day: date,
    verdict: Verdict,
    row: dict[str, Any],
    now: datetime,
) -> None:
    if verdict.carried_fen:
        add_funder(session, code=CARRIER)
    session.execute(insert(Meal.__table__), row)  # type: ignore[arg-type]
    if verdict.lines:
        lines = line_rows(order.meal_id, verdict.lines)
        session.execute(insert(MealLine.__table__), lines)  # type: ignore[arg-type]
    moved = movements(order.site_id, verdict.diner, verdict.sale)
    # What was taken back before it came here moved no cash: it is in nobody's shift.
    shift = None if served.undone else shift_then(session, order, row["created_at"])
    closed_at = shift.closed_at if shift else None
    if closed_at is not None:  # a close that this waited for looked at the clock later
        now = max(now, closed_at + timedelta(microseconds=1))
    occasion = Occasion(
        site_id=order.site_id,
        service_date=day,
        now=now,
        by=order.clerk_id,
        meal_id=order.meal_id,
        shift_id=shift.id if shift else None,
    )
    booking.book(session, moved, occasion)
    if closed_at is not None:
        counted = counted_before(order.site_id, moved)
        booking.book(session, counted, replace(occasion, meal_id=None))


def _known(session: Session, served: ServedMeal, now: datetime) -> Answer:
    """The answer to a meal that is booked already, by this queue or before the line broke.

    Told as undone now, it was taken back after an answer was lost, or a copy of the queue was
    told first: the diner has been told so, and has the money back.
    """
    first = first_receipt(session, served.order, undo_seconds=0)
    before = _told_before(session, served)
    if isinstance(first, Declined) and not before:
        return _refused(served, first.refusal)
    meal = session.get_one(Meal, served.order.meal_id)
    own = before or meal.created_by == served.order.clerk_id
    if served.undone and own and meal.voided_at is None:
        give_back(session, meal, by=served.order.clerk_id, now=now)
    return Answer(meal_id=served.order.meal_id, outcome="duplicate")


def _told_before(session: Session, served: ServedMeal) -> bool:
    """Whether this device told this meal before; its diner may not have been believed."""
    told = session.get(OfflineMeal, served.order.meal_id)
    return (
        told is not None
        and told.site_id == served.order.site_id
        and told.device_at == served.device_at
        and told.sequence == served.sequence
    )


def _refused(served: ServedMeal, refusal: Refusal) -> Answer:
    return Answer(
        meal_id=served.order.meal_id, outcome="refused", reason=refusal.code, refusal=refusal
    )


def _card(session: Session, order: Order) -> Card | None:
    if order.card is None:
        return None
    number, issue = order.card
    return session.scalar(select(Card).where(Card.number == number, Card.issue == issue))


def _own_device(session: Session, order: Order) -> int | None:
    """A counter that was retired since is still the counter; another site's is none."""
    device = session.get(Device, order.device_id) if order.device_id else None
    return device.id if device is not None and device.site_id == order.site_id else None
