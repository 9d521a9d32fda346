"""A wallet's statement: every movement, the meal it paid for, and the balance after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import Session

from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.ledger.models import Account, Transfer
from canteen.settlement.models import Meal
from canteen.sites.models import Site
from canteen.staff.models import Staff

MOST_LINES = 20_000
"""What one file of a statement holds at most: decades of three meals a day."""


@dataclass(frozen=True)
class StatementLine:
    """One movement. `change_fen` is negative for what was taken."""

    transfer_id: int
    at: datetime
    service_date: date
    kind: str
    change_fen: int
    balance_fen: int
    set_name: str
    site_name: str
    site_name_en: str
    note: str
    by_name: str
    """Who booked it: a top-up's cashier, whoever paid out a refund; "" for machines."""


def statement(session: Session, *, resident_id: int, number: int) -> Page[StatementLine]:
    """One page, the newest first."""
    query = _lines(resident_id).offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1)
    return cut([_line(row) for row in session.execute(query)], number)


def whole_statement(session: Session, *, resident_id: int) -> Sequence[StatementLine]:
    """Everything, the oldest first, for a file."""
    rows = session.execute(_lines(resident_id).limit(MOST_LINES)).all()
    return [_line(row) for row in reversed(rows)]


def _lines(resident_id: int) -> Select[*tuple[Any, ...]]:
    """The balance after each line is the sum of all entries up to it, never a stored figure."""
    account = select(Account.id).where(Account.resident_id == resident_id).scalar_subquery()
    entries = union_all(
        select(Transfer.id.label("id"), Transfer.amount_fen.label("fen")).where(
            Transfer.credit_account_id == account
        ),
        select(Transfer.id, -Transfer.amount_fen).where(Transfer.debit_account_id == account),
    ).subquery()
    running = func.sum(entries.c.fen).over(order_by=entries.c.id).label("balance")
    summed = select(entries.c.id, entries.c.fen, running).subquery()
    return (
        select(
            Transfer.id,
            Transfer.created_at,
            Transfer.service_date,
            Transfer.kind,
            summed.c.fen,
            summed.c.balance,
            func.coalesce(Meal.set_name, ""),
            Site.name,
            func.coalesce(func.nullif(Site.name_en, ""), Site.name),
            Transfer.note,
            func.coalesce(Staff.name, ""),
        )
        .join(summed, summed.c.id == Transfer.id)
        .join(Site, Site.id == Transfer.site_id)
        .outerjoin(Meal, Meal.id == Transfer.meal_id)
        .outerjoin(Staff, Staff.id == Transfer.created_by)
        .order_by(Transfer.id.desc())
    )


def _line(row: Any) -> StatementLine:
    transfer_id, at, day, kind, change, balance, *names = row
    return StatementLine(transfer_id, at, day, kind, int(change), int(balance), *names)
