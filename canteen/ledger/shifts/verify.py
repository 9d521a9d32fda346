"""Proves shifts: what was counted is in the books, and nothing entered a shift after its close."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from canteen.ledger.models import Account, AccountKind, Transfer, TransferKind
from canteen.ledger.shifts.models import Shift
from canteen.ledger.verify import Finding


def verify_shifts(session: Session, *, late_meals: Any) -> Iterator[Finding]:
    """Every way in which shifts and the ledger could disagree.

    `late_meals` selects the ids of meals that a counter served alone, which this room does not
    know: only their cash may come into a shift that is closed.
    """
    yield from _counted(session)
    yield from _expected(session)
    yield from _after_close(session, late_meals)
    yield from _elsewhere(session)


def _cash() -> Any:
    """What a transfer moves into its site's cash box, in fen."""
    debit, credit = aliased(Account), aliased(Account)
    fen = case(
        (debit.kind == AccountKind.CASH, Transfer.amount_fen),
        (credit.kind == AccountKind.CASH, -Transfer.amount_fen),
        else_=0,
    )
    return (
        select(
            Transfer.shift_id,
            Transfer.created_at,
            Transfer.kind,
            fen.label("fen"),
        )
        .join(debit, debit.id == Transfer.debit_account_id)
        .join(credit, credit.id == Transfer.credit_account_id)
        .where(Transfer.shift_id.is_not(None))
        .subquery()
    )


def _counted(session: Session) -> Iterator[Finding]:
    """A closed shift's float and everything its transfers moved is what was counted."""
    moved = _cash()
    query = _unlike(Shift.counted_fen, moved, moved.c.fen)
    for shift_id, counted, booked in session.execute(query):
        yield Finding(
            "shift_counted", f"shift {shift_id}", f"counted {counted} fen, booked {int(booked)} fen"
        )


def _expected(session: Session) -> Iterator[Finding]:
    """What was expected at the close is what had been booked by then."""
    moved = _cash()
    in_time = (moved.c.created_at <= Shift.closed_at) & (moved.c.kind != TransferKind.DIFFERENCE)
    query = _unlike(Shift.expected_fen, moved, case((in_time, moved.c.fen), else_=0))
    for shift_id, expected, booked in session.execute(query):
        found = f"expected {expected} fen, booked by the close {int(booked)} fen"
        yield Finding("shift_expected", f"shift {shift_id}", found)


def _unlike(kept: Any, moved: Any, fen: Any) -> Any:
    """Closed shifts that keep another sum than their float and the `fen` of what was `moved`:
    (id, kept, booked)."""
    booked = Shift.float_fen + func.coalesce(func.sum(fen), 0)
    return (
        select(Shift.id, kept, booked)
        .outerjoin(moved, moved.c.shift_id == Shift.id)
        .where(Shift.closed_at.is_not(None))
        .group_by(Shift.id, kept, Shift.float_fen)
        .having(booked != kept)
    )


def _after_close(session: Session, late_meals: Any) -> Iterator[Finding]:
    """Nothing enters a closed shift but what its counter had served alone before."""
    query = (
        select(Transfer.id, Transfer.shift_id)
        .join(Shift, Shift.id == Transfer.shift_id)
        .where(
            Transfer.created_at > Shift.closed_at,
            Transfer.kind != TransferKind.DIFFERENCE,  # `_counted` proves them
            Transfer.meal_id.is_(None) | Transfer.meal_id.not_in(late_meals),
        )
    )
    for transfer_id, shift_id in session.execute(query):
        yield Finding("shift_after_close", f"transfer {transfer_id}", f"shift {shift_id} is closed")


def _elsewhere(session: Session) -> Iterator[Finding]:
    """A shift's transfers are its own site's."""
    query = (
        select(Transfer.id, Transfer.shift_id)
        .join(Shift, Shift.id == Transfer.shift_id)
        .where(Shift.site_id != Transfer.site_id)
    )
    for transfer_id, shift_id in session.execute(query):
        yield Finding("shift_site", f"transfer {transfer_id}", f"shift {shift_id}, another site")
