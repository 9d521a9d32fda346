"""Reading shifts: what a drawer must hold, which are open, the list of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, aliased

from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.ledger.booking import cash
from canteen.ledger.models import Account, Transfer
from canteen.ledger.shifts.models import Shift
from canteen.sites.models import Device
from canteen.staff.models import Staff


@dataclass(frozen=True)
class ShiftRow:
    """A shift with the names that belong to it."""

    shift: Shift
    device_name: str
    opened_by_name: str
    closed_by_name: str | None


def drawer_fen(session: Session, shift: Shift) -> int:
    """What the drawer of a shift must hold now: its float and what its transfers moved, in fen."""
    box = select(Account.id).where(Account.code == cash(shift.site_id)).scalar_subquery()
    moved = func.sum(
        case(
            (Transfer.debit_account_id == box, Transfer.amount_fen),
            (Transfer.credit_account_id == box, -Transfer.amount_fen),
            else_=0,
        )
    )
    query = select(func.coalesce(moved, 0)).where(Transfer.shift_id == shift.id)
    return shift.float_fen + int(session.scalar(query) or 0)


def last_booking_at(session: Session, shift: Shift) -> datetime | None:
    """When the newest transfer of a shift was booked; None while it has none."""
    query = select(func.max(Transfer.created_at)).where(Transfer.shift_id == shift.id)
    return session.scalar(query)


def shifts_open_at(session: Session, *, device_id: int) -> Sequence[Shift]:
    """The open shifts of a counter, the oldest first."""
    query = select(Shift).where(Shift.device_id == device_id, Shift.closed_at.is_(None))
    return session.scalars(query.order_by(Shift.id)).all()


def shift_row(session: Session, *, shift_id: int, site_id: int) -> ShiftRow | None:
    """One shift of a site, or None."""
    row = session.execute(_rows().where(Shift.id == shift_id, Shift.site_id == site_id)).first()
    return ShiftRow(*row) if row else None


def my_open_shifts(session: Session, *, site_id: int, staff_id: int) -> Sequence[ShiftRow]:
    """The open shifts somebody works in: their own and shared ones, the oldest first."""
    query = _rows().where(
        Shift.site_id == site_id,
        Shift.closed_at.is_(None),
        or_(Shift.shared, Shift.opened_by == staff_id),
    )
    return [ShiftRow(*row) for row in session.execute(query.order_by(Shift.id))]


def shifts(session: Session, *, site_id: int, only: int | None, page: int) -> Page[ShiftRow]:
    """The shifts of a site, open ones first, then the latest; `only` somebody's own and shared."""
    query = (
        _rows()
        .where(Shift.site_id == site_id)
        .order_by(Shift.closed_at.is_not(None), Shift.opened_at.desc(), Shift.id.desc())
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    )
    if only is not None:
        query = query.where(or_(Shift.shared, Shift.opened_by == only))
    return cut([ShiftRow(*row) for row in session.execute(query)], page)


def _rows() -> Any:
    opener, closer = aliased(Staff), aliased(Staff)
    return (
        select(Shift, Device.name, opener.name, closer.name)
        .join(Device, Device.id == Shift.device_id)
        .join(opener, opener.id == Shift.opened_by)
        .outerjoin(closer, closer.id == Shift.closed_by)
    )
