"""Counting from the meals and the transfers themselves: for changed days, and for folds."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select, union_all
from sqlalchemy.orm import Session, aliased

from canteen.ledger.models import Account, AccountKind, Transfer, TransferKind
from canteen.settlement.models import Meal
from canteen.statistics.rules import Cell

_OF_A_PRICE = (
    TransferKind.MEAL_WALLET,
    TransferKind.MEAL_CASH,
    TransferKind.MEAL_SUBSIDY,
    TransferKind.MEAL_FREE,
)


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
        Meal.withdrawn_at.is_not(None),
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
        Cell(*row[:7], _standing_parts(row[7], row[8]), not row[9], *map(int, row[10:]))
        for row in session.execute(query)
    ]


def _standing_parts(parts: str, withdrawn: bool) -> str:
    """Who carries a meal now: the canteen, where its funders had their parts back."""
    if not withdrawn:
        return parts
    return json.dumps([{**part, "funder": "operator"} for part in json.loads(parts or "[]")])


def ledger_moves(session: Session, site_id: int, days: Sequence[date]) -> list[Move]:
    """What meals (and their reversals) moved on takings and funders, by day. One query.

    Takings count what came in, funders what went out. Only the price of meals is counted:
    what a funder pays in advance or for a claim, what the canteen earns beside the price,
    passes and bonuses are no meal's price and stay out.
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
            func.coalesce(first.kind, Transfer.kind).in_(_OF_A_PRICE),
        )
    )
