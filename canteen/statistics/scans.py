"""Counting from the meals and the transfers themselves: for changed days, and for folds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select, union_all
from sqlalchemy.orm import Session, aliased

from canteen.ledger.models import Account, AccountKind, Transfer, TransferKind
from canteen.settlement.models import Meal
from canteen.statistics.rules import Cell


@dataclass(frozen=True)
class Move:
    """What a day moved on one account because of meals."""

    service_date: date
    account: str
    moved_fen: int


def meal_cells(session: Session, site_id: int, days: Sequence[date]) -> list[Cell]:
    """The meals of some days, those that are alike counted together. One query."""
    alike = (
        Meal.service_date,
        Meal.period_code,
        Meal.channel,
        Meal.age_band,
        Meal.tags,
        Meal.grid_node_id,
        Meal.paid_by,
        Meal.parts,
        Meal.voided_at.is_(None),
    )
    query = (
        select(
            *alike,
            func.count(),
            func.sum(Meal.price_fen),
            func.sum(Meal.subsidy_fen),
            func.sum(Meal.paid_fen),
        )
        .where(Meal.site_id == site_id, Meal.service_date.in_(days))
        .group_by(*alike)
    )
    return [
        Cell(*row[:8], not row[8], *(int(number) for number in row[9:]))
        for row in session.execute(query)
    ]


def ledger_moves(session: Session, site_id: int, days: Sequence[date]) -> list[Move]:
    """What meals (and their reversals) moved on takings and funders, by day. One query.

    Takings count what came in, funders what went out. Money a funder pays in advance (a
    grant) is no meal's and stays out.
    """
    came = _side(Transfer.credit_account_id, site_id, days, revenue_sign=1)
    went = _side(Transfer.debit_account_id, site_id, days, revenue_sign=-1)
    both = union_all(came, went).subquery()
    query = select(both.c.service_date, both.c.code, func.sum(both.c.fen))
    rows = session.execute(query.group_by(both.c.service_date, both.c.code))
    return [Move(day, code, int(fen)) for day, code, fen in rows]


def _side(account_id: Any, site_id: int, days: Sequence[date], *, revenue_sign: int) -> Any:
    first = aliased(Transfer)
    sign = case((Account.kind == AccountKind.REVENUE, revenue_sign), else_=-revenue_sign)
    return (
        select(Transfer.service_date, Account.code, (Transfer.amount_fen * sign).label("fen"))
        .join(Account, Account.id == account_id)
        .outerjoin(first, first.id == Transfer.reverses_id)
        .where(
            Transfer.site_id == site_id,
            Transfer.service_date.in_(days),
            Account.kind.in_((AccountKind.REVENUE, AccountKind.FUNDER)),
            func.coalesce(first.kind, Transfer.kind) != TransferKind.GRANT,
        )
    )
