"""What happened in a shift, from its transfers alone: the X and the Z report."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from canteen.ledger.booking import cash, difference
from canteen.ledger.models import Account, AccountKind, Transfer, TransferKind
from canteen.ledger.shifts.models import Shift
from canteen.settlement.models import Meal
from canteen.staff.models import Staff


@dataclass(frozen=True, kw_only=True)
class Sum:
    """Bookings of one kind: how many and how much, and of both what was taken back here."""

    number: int = 0
    fen: int = 0
    back_number: int = 0
    back_fen: int = 0

    @property
    def net_fen(self) -> int:
        """What stands of it in this shift; below nought where an earlier shift's was taken back."""
        return self.fen - self.back_fen


@dataclass(frozen=True, kw_only=True)
class Portions:
    """A set of a period: how many were served, how many of any shift were taken back here."""

    period_code: str
    set_name: str
    served: int
    back: int


@dataclass(frozen=True, kw_only=True)
class CashLine:
    """Cash fetched or brought away: in fen, above nought into the drawer."""

    at: datetime
    fen: int
    reason: str
    by: str | None


@dataclass(frozen=True, kw_only=True)
class OutOfTheOrdinary:
    """Something a manager looks at: a meal taken back, or let through."""

    meal_id: UUID
    at: datetime
    what: str
    """``undone``, ``voided`` or ``override``."""
    title: str
    fen: int
    by: str | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """A shift in figures. `late_fen` is cash of meals that were told after the close."""

    portions: Sequence[Portions]
    sums: dict[str, Sum]
    """By kind of transfer; what is missing did not happen."""
    funders: Sequence[tuple[str, Sum]]
    cash_lines: Sequence[CashLine]
    exceptions: Sequence[OutOfTheOrdinary]
    float_fen: int
    drawer_fen: int
    """Float and all cash that moved, without any difference."""
    late_fen: int

    @property
    def served(self) -> int:
        """Meals served, taken back or not."""
        return sum(one.served for one in self.portions)

    @property
    def taken_back(self) -> int:
        """Meals taken back here."""
        return sum(one.back for one in self.portions)

    def sum_of(self, kind: str) -> Sum:
        """The bookings of a kind."""
        return self.sums.get(kind, Sum())


def shift_report(session: Session, shift: Shift, *, undone: str) -> Report:
    """The report of a shift, open or closed. `undone` is the reason that an undo is booked with."""
    sums = _sums(session, shift)
    return Report(
        portions=_portions(session, shift),
        sums={kind: one for (kind, funder), one in sums.items() if not funder},
        funders=_by_funder(sums),
        cash_lines=_cash_lines(session, shift),
        exceptions=[*_taken_back(session, shift, undone), *_let_through(session, shift)],
        float_fen=shift.float_fen,
        drawer_fen=shift.float_fen + _cash_moved(session, shift),
        late_fen=_late(session, shift),
    )


def _sums(session: Session, shift: Shift) -> dict[tuple[str, str], Sum]:
    """By kind and funder ("" where it is none's): a reversal counts at what it reverses."""
    first, debit = aliased(Transfer), aliased(Account)
    kind = func.coalesce(first.kind, Transfer.kind)
    source = func.coalesce(first.debit_account_id, Transfer.debit_account_id)
    funder = case((debit.kind == AccountKind.FUNDER, debit.code), else_="")
    back = Transfer.kind == TransferKind.REVERSAL

    def total(condition: Any, value: Any) -> Any:
        return func.coalesce(func.sum(case((condition, value), else_=0)), 0)

    query = (
        select(
            kind,
            funder,
            total(~back, 1),
            total(~back, Transfer.amount_fen),
            total(back, 1),
            total(back, Transfer.amount_fen),
        )
        .outerjoin(first, first.id == Transfer.reverses_id)
        .join(debit, debit.id == source)
        .where(Transfer.shift_id == shift.id)
        .group_by(kind, funder)
    )
    return {
        (kind, funder.partition(":")[2]): Sum(
            number=int(number), fen=int(fen), back_number=int(back_number), back_fen=int(back_fen)
        )
        for kind, funder, number, fen, back_number, back_fen in session.execute(query)
    }


def _by_funder(sums: dict[tuple[str, str], Sum]) -> list[tuple[str, Sum]]:
    """What each funder gives for meals of this shift, in the order of their codes."""
    codes = sorted({funder for _kind, funder in sums if funder})
    return [
        (code, _added(one for (_, funder), one in sums.items() if funder == code)) for code in codes
    ]


def _added(sums: Iterable[Sum]) -> Sum:
    parts = list(sums)
    return Sum(
        number=sum(one.number for one in parts),
        fen=sum(one.fen for one in parts),
        back_number=sum(one.back_number for one in parts),
        back_fen=sum(one.back_fen for one in parts),
    )


def _portions(session: Session, shift: Shift) -> list[Portions]:
    """Meals by period and set. One that moved no money at all is in no shift's transfers."""
    moved = (
        select(
            Transfer.meal_id,
            func.max(case((Transfer.kind != TransferKind.REVERSAL, 1), else_=0)).label("served"),
            func.max(case((Transfer.kind == TransferKind.REVERSAL, 1), else_=0)).label("back"),
        )
        .where(Transfer.shift_id == shift.id, Transfer.meal_id.is_not(None))
        .group_by(Transfer.meal_id)
        .subquery()
    )
    query = (
        select(Meal.period_code, Meal.set_name, func.sum(moved.c.served), func.sum(moved.c.back))
        .join(moved, moved.c.meal_id == Meal.id)
        .group_by(Meal.period_code, Meal.set_name)
        .order_by(Meal.period_code, Meal.set_name)
    )
    return [
        Portions(period_code=period, set_name=name, served=int(served), back=int(back))
        for period, name, served, back in session.execute(query)
    ]


def _cash_lines(session: Session, shift: Shift) -> list[CashLine]:
    query = (
        select(Transfer.created_at, Transfer.kind, Transfer.amount_fen, Transfer.note, Staff.name)
        .outerjoin(Staff, Staff.id == Transfer.created_by)
        .where(
            Transfer.shift_id == shift.id,
            Transfer.kind.in_((TransferKind.CASH_IN, TransferKind.CASH_OUT)),
        )
        .order_by(Transfer.id)
    )
    return [
        CashLine(at=at, fen=fen if kind == TransferKind.CASH_IN else -fen, reason=note, by=name)
        for at, kind, fen, note, name in session.execute(query)
    ]


def _taken_back(session: Session, shift: Shift, undone: str) -> list[OutOfTheOrdinary]:
    """Meals whose money went back in this shift, whoever's shift they were."""
    here = (
        select(Transfer.meal_id)
        .where(
            Transfer.shift_id == shift.id,
            Transfer.kind == TransferKind.REVERSAL,
            Transfer.meal_id.is_not(None),
        )
    )  # fmt: skip
    query = (
        select(Meal, Staff.name)
        .outerjoin(Staff, Staff.id == Meal.voided_by)
        .where(Meal.id.in_(here), Meal.voided_at.is_not(None))
        .order_by(Meal.voided_at, Meal.id)
    )
    return [
        OutOfTheOrdinary(
            meal_id=meal.id,
            at=meal.voided_at,  # type: ignore[arg-type]
            what="undone" if meal.void_reason == undone else "voided",
            title=meal.diner_title,
            fen=meal.paid_fen,
            by=name,
            reason="" if meal.void_reason == undone else meal.void_reason,
        )
        for meal, name in session.execute(query)
    ]


def _let_through(session: Session, shift: Shift) -> list[OutOfTheOrdinary]:
    """Meals of this shift that a manager let through, with their reason."""
    here = select(Transfer.meal_id).where(
        Transfer.shift_id == shift.id, Transfer.kind != TransferKind.REVERSAL
    )
    query = (
        select(Meal, Staff.name)
        .outerjoin(Staff, Staff.id == func.coalesce(Meal.override_by, Meal.created_by))
        .where(Meal.id.in_(here.where(Transfer.meal_id.is_not(None))), Meal.override_reason != "")
        .order_by(Meal.created_at, Meal.id)
    )
    return [
        OutOfTheOrdinary(
            meal_id=meal.id, at=meal.created_at, what="override", title=meal.diner_title,
            fen=meal.paid_fen, by=name, reason=meal.override_reason,
        )
        for meal, name in session.execute(query)
    ]  # fmt: skip


def _cash_moved(session: Session, shift: Shift) -> int:
    """What all transfers but differences moved into the drawer."""
    return _into_cash(session, shift, Transfer.kind != TransferKind.DIFFERENCE)


def _late(session: Session, shift: Shift) -> int:
    """Cash of meals that were served before the close and told after it."""
    if shift.closed_at is None:
        return 0
    late = and_(Transfer.created_at > shift.closed_at, Transfer.kind != TransferKind.DIFFERENCE)
    return _into_cash(session, shift, late)


def _into_cash(session: Session, shift: Shift, condition: Any) -> int:
    box = select(Account.id).where(Account.code == cash(shift.site_id)).scalar_subquery()
    fen = case((Transfer.debit_account_id == box, Transfer.amount_fen), else_=-Transfer.amount_fen)
    query = select(func.coalesce(func.sum(fen), 0)).where(
        Transfer.shift_id == shift.id,
        or_(Transfer.debit_account_id == box, Transfer.credit_account_id == box),
        condition,
    )
    return int(session.scalar(query) or 0)


def differences_fen(session: Session, site_id: int) -> int:
    """What all closed shifts of a site are off by together: below nought is missing, in fen."""
    account = select(Account.id).where(Account.code == difference(site_id)).scalar_subquery()
    fen = case(
        (Transfer.credit_account_id == account, Transfer.amount_fen), else_=-Transfer.amount_fen
    )
    query = select(func.coalesce(func.sum(fen), 0)).where(
        or_(Transfer.debit_account_id == account, Transfer.credit_account_id == account)
    )
    return int(session.scalar(query) or 0)
