"""Cash that a counter took or gave back alone, and told when its shift was closed already."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.ledger import booking
from canteen.ledger.booking import Movement, Occasion
from canteen.ledger.models import Transfer, TransferKind
from canteen.ledger.shifts.finding import shift_at
from canteen.ledger.shifts.models import Shift
from canteen.settlement.actions import UNDONE, reverse
from canteen.settlement.models import Meal, PaidBy
from canteen.settlement.rules import Order

LATE = "结班后上传 / told after the close"
"""Stands at what corrects the difference of a shift that was closed already."""


def shift_then(session: Session, order: Order, served_at: datetime) -> Shift | None:
    """The shift in which a meal was served."""
    return shift_at(
        session,
        site_id=order.site_id,
        device_id=order.device_id,
        by=order.clerk_id,
        at=served_at,
    )


def counted_before(site_id: int, moved: Sequence[Movement]) -> list[Movement]:
    """The shift was closed before this came: its cash was in the drawer and counted as too much,
    or as the less that was missing. That much of the difference is none."""
    box = booking.cash(site_id)
    return [
        Movement(
            debit=booking.difference(site_id),
            credit=box,
            amount_fen=one.amount_fen,
            kind=TransferKind.DIFFERENCE,
            note=LATE,
        )
        for one in moved
        if one.debit == box
    ]


def give_back(session: Session, meal: Meal, *, by: int, now: datetime) -> None:
    """Undo a meal whose cash went back within seconds of its sale, out of the drawer that had it.

    If the shift was closed since, its count was without that cash: so much of its difference is
    none. The next shift's drawer never held it.
    """
    shift = _shift_of(session, meal)
    if shift is None or shift.closed_at is None:
        reverse(session, meal, reason=UNDONE, by=by, now=now)
        return
    late = max(now, shift.closed_at + timedelta(microseconds=1))
    reverse(session, meal, reason=UNDONE, by=by, now=late, as_then=True)
    if meal.paid_by == PaidBy.CASH and meal.paid_fen:
        counted = Movement(
            debit=booking.cash(meal.site_id),
            credit=booking.difference(meal.site_id),
            amount_fen=meal.paid_fen,
            kind=TransferKind.DIFFERENCE,
            note=LATE,
        )
        day = meal.service_date
        occasion = Occasion(
            site_id=meal.site_id, service_date=day, now=late, by=by, shift_id=shift.id
        )
        booking.book(session, [counted], occasion)


def _shift_of(session: Session, meal: Meal) -> Shift | None:
    """The shift that a meal was sold in, held: it is not closed meanwhile."""
    sold = select(Transfer.shift_id).where(
        Transfer.meal_id == meal.id, Transfer.kind != TransferKind.REVERSAL
    )
    query = select(Shift).where(Shift.id.in_(sold)).with_for_update(read=True)
    return session.scalars(query.execution_options(populate_existing=True)).first()
