"""Settling a meal, undoing it within a minute, voiding it later. Nothing is ever deleted."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.cards.models import Card
from canteen.foundation import audit
from canteen.foundation.database import broke, db, retried, transaction
from canteen.foundation.prepared import reading, writing
from canteen.foundation.wording import Refusal
from canteen.ledger import booking
from canteen.ledger.booking import Occasion
from canteen.settlement.facts import meal_facts
from canteen.settlement.models import Meal, PaidBy
from canteen.settlement.rows import meal_row, movements
from canteen.settlement.rules import Diner, Order, Sale, SaleFacts, decide_sale, may_undo
from canteen.settlement.writing import write_sale
from canteen.sites.models import Site
from canteen.subsidies.rules import Part

TRIES = 8
"""How often a sale is decided anew when another counter changed the wallet meanwhile."""


@dataclass(frozen=True)
class Receipt:
    """A meal as it was booked. `repeat` marks the answer to a post that came before."""

    meal_id: UUID
    resident_id: int | None
    title: str
    set_name: str
    price_fen: int
    subsidy_fen: int
    parts: tuple[Part, ...]
    paid_fen: int
    paid_by: PaidBy
    balance_fen: int | None
    reason_zh: str
    reason_en: str
    at: datetime
    undo_seconds: int
    repeat: bool = False


@dataclass(frozen=True)
class Declined:
    """A refusal with what the counter may show beside it."""

    refusal: Refusal
    diner: Diner | None = None


@dataclass(frozen=True)
class Reversed:
    """A meal that no longer stands, and what the diner has back."""

    meal_id: UUID
    title: str
    back_fen: int
    balance_fen: int | None
    cash: bool


@retried
def settle_meal(*, order: Order, service_date: date, now: datetime) -> Receipt | Declined:
    """Book one meal and everything it moves, exactly once.

    The same id again answers with the first receipt. Two counters at once: the wallet's
    turn, the wallet's balance and the index over standing meals decide, and the loser is
    decided anew on what is true then.
    """
    for _attempt in range(TRIES):
        try:
            with reading() as connection:
                found = meal_facts(connection, order=order, service_date=service_date, now=now)
                if not found.taken:
                    sale = decide_sale(order=order, facts=found.facts)
                    if isinstance(sale, Refusal):
                        return Declined(sale, found.facts.diner)
                    receipt = _book(connection, order, found.facts, sale, now)
                    if receipt is not None:
                        return receipt
            if found.taken:
                return _first_receipt(db.session(), order, found.facts.undo_seconds)
        except IntegrityError as error:
            if not _lost_a_race(error):
                raise
    return Declined(Refusal("busy"))


@retried
def undo_meal(
    *, meal_id: UUID, clerk_id: int, site_id: int, now: datetime
) -> Reversed | Refusal | None:
    """Take back the meal just settled, within the site's time. None: no such meal here.

    Pressed twice, the second press finds it done and says so in the same words.
    """
    with transaction() as session:
        meal = session.get(Meal, meal_id)
        if meal is None or meal.site_id != site_id:
            return None
        if meal.created_by != clerk_id:
            return Refusal("undo_not_yours")
        seconds = session.get_one(Site, site_id).undo_seconds
        if meal.voided_at is None and not may_undo(
            created_at=meal.created_at, now=now, undo_seconds=seconds
        ):
            return Refusal("undo_too_late")
        return reverse(session, meal, reason="撤销 / undone at the counter", by=clerk_id, now=now)


@retried
def void_meal(
    *, meal_id: UUID, site_id: int, reason: str, by: int, now: datetime
) -> Reversed | Refusal | None:
    """Void a meal later, by a manager with a reason. None: no such meal here."""
    if not reason.strip():
        return Refusal("reason_needed")
    with transaction() as session:
        meal = session.get(Meal, meal_id)
        if meal is None or meal.site_id != site_id:
            return None
        audit.record(
            session, at=now, staff_id=by, action="voided", subject="meal", subject_id=str(meal_id),
            note=reason,
        )  # fmt: skip
        return reverse(session, meal, reason=reason.strip(), by=by, now=now)


def reverse(session: Session, meal: Meal, *, reason: str, by: int, now: datetime) -> Reversed:
    """Mark a meal void and give its money back, inside the caller's transaction."""
    marked = session.execute(
        update(Meal)
        .where(Meal.id == meal.id, Meal.voided_at.is_(None))
        .values(voided_at=now, voided_by=by, void_reason=reason[:200])
        .returning(Meal.id)
        .execution_options(synchronize_session=False)
    ).first()
    if marked:
        booking.reverse_meal(session, meal_id=meal.id, now=now, by=by, note=reason)
    balance = None
    if meal.resident_id is not None:
        balance = booking.change_wallet(session, resident_id=meal.resident_id, change_fen=0)
    return Reversed(
        meal_id=meal.id,
        title=meal.diner_title,
        back_fen=meal.paid_fen,
        balance_fen=balance,
        cash=meal.paid_by == PaidBy.CASH,
    )


def _book(
    connection: Connection, order: Order, facts: SaleFacts, sale: Sale, now: datetime
) -> Receipt | None:
    """Write the meal and its transfers; None when the wallet changed since it was read."""
    diner = facts.diner
    wallet, balance = None, None
    if diner is not None:
        take = sale.priced.pay_fen if sale.paid_by is PaidBy.WALLET else 0
        wallet, balance = (diner.resident_id, take, diner.turn), diner.balance_fen - take
    row = meal_row(order, facts, sale, balance, now)
    occasion = Occasion(
        site_id=order.site_id,
        service_date=facts.service_date,
        now=now,
        by=order.clerk_id,
        meal_id=order.meal_id,
    )
    moved = movements(order.site_id, diner, sale)
    with writing(connection):
        written = write_sale(
            connection, meal=row, movements=moved, occasion=occasion, wallet=wallet
        )
    return None if written is None else _receipt(row, sale.priced.parts, facts.undo_seconds)


def _first_receipt(session: Session, order: Order, undo_seconds: int) -> Receipt | Declined:
    """The receipt of a post that came before; refused if the id belonged to another sale."""
    meal = session.get_one(Meal, order.meal_id)
    same = (
        meal.site_id == order.site_id
        and meal.period_code == order.period_code
        and (order.resident_id is None or meal.resident_id == order.resident_id)
        and (not order.guest or meal.resident_id is None)
        and (order.card is None or _is_card_of(session, meal, order.card))
    )
    if not same:
        return Declined(Refusal("id_reused"))
    row = {column.name: getattr(meal, column.name) for column in Meal.__table__.columns}
    parts = tuple(Part(**part) for part in json.loads(meal.parts or "[]"))
    return replace(_receipt(row, parts, undo_seconds), repeat=True)


def _is_card_of(session: Session, meal: Meal, card: tuple[str, int]) -> bool:
    known = session.get(Card, meal.card_id) if meal.card_id else None
    return known is not None and (known.number, known.issue) == card


def _receipt(row: dict[str, Any], parts: tuple[Part, ...], undo_seconds: int) -> Receipt:
    return Receipt(
        meal_id=row["id"],
        resident_id=row["resident_id"],
        title=row["diner_title"],
        set_name=row["set_name"],
        price_fen=row["price_fen"],
        subsidy_fen=row["subsidy_fen"],
        parts=parts,
        paid_fen=row["paid_fen"],
        paid_by=PaidBy(row["paid_by"]),
        balance_fen=row["balance_after_fen"],
        reason_zh=row["reason_zh"],
        reason_en=row["reason_en"],
        at=row["created_at"],
        undo_seconds=undo_seconds,
    )


def _lost_a_race(error: IntegrityError) -> bool:
    """Whether another counter was first: with this very id, or with this person's meal."""
    return broke(error, "pk_meals", "meals.id") or broke(
        error,
        "uq_meals_one_per_period",
        "meals.resident_id",
        "meals.service_date",
        "meals.period_code",
    )
