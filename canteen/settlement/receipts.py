"""What the counter hears back: a receipt, the first one again for a repeat, or a refusal."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from canteen.cards.models import Card
from canteen.foundation.wording import Refusal
from canteen.settlement.models import Meal, PaidBy
from canteen.settlement.rules import Diner, Order
from canteen.subsidies.rules import Part


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


def first_receipt(session: Session, order: Order, undo_seconds: int) -> Receipt | Declined:
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
    return replace(receipt_of(row, parts, undo_seconds), repeat=True)


def _is_card_of(session: Session, meal: Meal, card: tuple[str, int]) -> bool:
    known = session.get(Card, meal.card_id) if meal.card_id else None
    return known is not None and (known.number, known.issue) == card


def receipt_of(row: dict[str, Any], parts: tuple[Part, ...], undo_seconds: int) -> Receipt:
    """The receipt of a meal's row."""
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
