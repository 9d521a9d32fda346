"""Meals that a mistake of the system keeps from being booked: kept for the manager, and closed.

Each is written down in a transaction of its own, since the one of the sale is gone with all it
did. The same meal told again is the same row.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.cards.models import Card
from canteen.foundation import audit
from canteen.foundation.crypto import Keys
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.settlement.models import Meal
from canteen.settlement.offline.actions import ServedMeal
from canteen.settlement.offline.models import UnbookedMeal
from canteen.settlement.offline.sealing import sealed
from canteen.settlement.rules import Order
from canteen.sites.models import Device

WAITS = ""
"""The kind of one at which nothing failed: it waits behind another of its card."""
KEPT = timedelta(days=31)
"""How long what was told stays readable once a manager has closed a meal."""


def keep_unbooked(
    served: ServedMeal, *, kind: str, complete: bool, keys: Keys, by: int, now: datetime
) -> None:
    """Write down a meal that could not be booked, in a transaction of its own; told again, what
    is new of it. One that is in the books, or that a manager has closed, stays as it is.

    `kind` is the mistake's, or `WAITS`. Where not all could be read that a booking needs,
    `complete` is False, and the meal has no card.
    """
    token = sealed(served, keys)
    for _attempt in range(2):
        try:
            return _keep(served, kind=kind, complete=complete, token=token, by=by, now=now)
        except IntegrityError as error:  # told twice at once: the second finds the first's row
            if not broke(error, "pk_unbooked_meals", "unbooked_meals.meal_id"):
                raise
    return None


@retried
def _keep(
    served: ServedMeal, *, kind: str, complete: bool, token: str, by: int, now: datetime
) -> None:
    order = served.order
    with transaction() as session:
        row = session.get(UnbookedMeal, order.meal_id, with_for_update=True)
        if _stays(session, row, served):
            return
        facts = _facts(session, served) | {"complete": complete, "sealed": token}
        if row is None:
            row = UnbookedMeal(
                meal_id=order.meal_id, site_id=order.site_id, first_told_at=now, times=0, **facts
            )
            session.add(row)
        elif complete or not row.complete:
            for name, value in facts.items():
                setattr(row, name, value)
        row.booked_id = row.closed_at = None  # taken back since it was booked, and that failed
        row.told_at, row.told_by = now, by
        if kind != WAITS:
            row.kind, row.times = kind[:60], row.times + 1
        if kind != WAITS and row.times == 1:
            audit.record(
                session, at=now, staff_id=by, action="could_not_book", subject="offline_meal",
                subject_id=str(order.meal_id), note=kind,
            )  # fmt: skip


def _stays(session: Session, row: UnbookedMeal | None, served: ServedMeal) -> bool:
    """Whether there is nothing to write down: another site's, closed by hand, or booked."""
    if row is None:
        return not served.undone and _is_booked(session, served.order)
    if row.site_id != served.order.site_id or row.closed_by_hand:
        return True
    return row.booked_id is not None and not served.undone


def _facts(session: Session, served: ServedMeal) -> dict[str, Any]:
    order, shown = served.order, served.shown
    return {
        "device_id": _device(session, order),
        "card_id": _card(session, order),
        "period_code": order.period_code,
        "set_name": shown.set_name,
        "price_fen": shown.price_fen,
        "subsidy_fen": shown.subsidy_fen,
        "paid_fen": shown.paid_fen,
        "pay_by": order.pay_by,
        "guest": order.guest,
        "undone": served.undone,
        "device_at": served.device_at,
        "sequence": served.sequence,
    }


@retried
def note_attempt(*, meal_id: UUID, by: int, now: datetime) -> None:
    """Remember who had the server try a kept meal again."""
    with transaction() as session:
        audit.record(
            session, at=now, staff_id=by, action="tried_to_book", subject="offline_meal",
            subject_id=str(meal_id),
        )  # fmt: skip


@retried
def close_unbooked(
    *, meal_id: UUID, site_id: int, note: str, by: int, now: datetime
) -> Refusal | None:
    """Say why a meal of this site is to be booked no more; said again, the first word stands.

    Codes: reason_needed; unbooked_booked (it came into the books meanwhile).
    """
    note = note.strip()[:200]
    if not note:
        return Refusal("reason_needed")
    with transaction() as session:
        closed = session.execute(
            update(UnbookedMeal)
            .where(
                UnbookedMeal.meal_id == meal_id,
                UnbookedMeal.site_id == site_id,
                UnbookedMeal.closed_at.is_(None),
            )
            .values(closed_at=now, closed_by=by, closed_note=note)
            .returning(UnbookedMeal.meal_id)
            .execution_options(synchronize_session=False)
        ).first()
        if closed:
            audit.record(
                session, at=now, staff_id=by, action="closed_unbooked", subject="offline_meal",
                subject_id=str(meal_id), note=note,
            )  # fmt: skip
            return None
        row = session.get(UnbookedMeal, meal_id)
        return Refusal("unbooked_booked") if row is not None and row.booked_id else None


@retried
def forget_closed(*, now: datetime) -> int:
    """Wipe what was told of meals that were closed a month ago; who closed them and why stays."""
    with transaction() as session:
        wiped = session.execute(
            update(UnbookedMeal)
            .where(UnbookedMeal.closed_at < now - KEPT, UnbookedMeal.sealed != "")
            .values(sealed="")
            .returning(UnbookedMeal.meal_id)
            .execution_options(synchronize_session=False)
        ).all()
    return len(wiped)


def _is_booked(session: Session, order: Order) -> bool:
    site_id = session.scalar(select(Meal.site_id).where(Meal.id == order.meal_id))
    return site_id == order.site_id


def _device(session: Session, order: Order) -> int | None:
    found = select(Device.id).where(Device.id == order.device_id, Device.site_id == order.site_id)
    return session.scalar(found)


def _card(session: Session, order: Order) -> int | None:
    if order.card is None:
        return None
    number, issue = order.card
    return session.scalar(select(Card.id).where(Card.number == number, Card.issue == issue))
