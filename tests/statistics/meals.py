"""Meals and their transfers as settlement writes them, made by hand."""

import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update

from canteen.foundation.database import transaction
from canteen.ledger.models import Account, Transfer
from canteen.settlement.models import Meal
from tests.people import NOW, TODAY


def make_meal(
    site_id: int,
    *,
    day: date = TODAY,
    price_fen: int = 1300,
    parts: dict[str, int] | None = None,
    paid_by: str = "cash",
    channel: str = "dine_in",
    period: str = "lunch",
    resident_id: int | None = None,
    **values: Any,
) -> UUID:
    """A meal of 13 yuan paid in cash, or what is said; `parts` is fen by funder code."""
    parts = parts or {}
    subsidy = sum(parts.values())
    meal_id = uuid4()
    with transaction() as session:
        accounts = {one.code: one.id for one in session.scalars(select(Account))}
        session.add(
            Meal(
                id=meal_id,
                site_id=site_id,
                service_date=day,
                period_code=period,
                channel=channel,
                resident_id=resident_id,
                set_name="标准餐",
                price_fen=price_fen,
                subsidy_fen=subsidy,
                paid_fen=price_fen - subsidy,
                paid_by=paid_by,
                parts=json.dumps(
                    [{"funder": code, "amount_fen": fen, "policy": "C1@1", "rule": "r"}
                     for code, fen in parts.items()]
                ) if parts else "",
                created_at=NOW,
                **values,
            )
        )  # fmt: skip
        session.flush()
        payers = [
            (f"funder:{code}", fen, "meal_free" if subsidy == price_fen else "meal_subsidy")
            for code, fen in parts.items()
        ]
        own = f"wallet:{resident_id}" if paid_by == "wallet" else f"cash:{site_id}"
        kind = "meal_wallet" if paid_by == "wallet" else "meal_cash"
        payers.append((own, price_fen - subsidy, kind))
        for payer, fen, kind in payers:
            if fen:
                session.add(
                    Transfer(
                        debit_account_id=accounts[payer],
                        credit_account_id=accounts[f"revenue:{site_id}"],
                        amount_fen=fen, kind=kind, site_id=site_id, service_date=day,
                        meal_id=meal_id, created_at=NOW,
                    )
                )  # fmt: skip
    return meal_id


def void_meal(meal_id: UUID, *, by: int) -> None:
    """Mark it and give every part back, on the meal's own day."""
    with transaction() as session:
        session.execute(
            update(Meal)
            .where(Meal.id == meal_id)
            .values(voided_at=NOW, voided_by=by, void_reason="按错了")
        )
        for one in session.scalars(select(Transfer).where(Transfer.meal_id == meal_id)).all():
            session.add(
                Transfer(
                    debit_account_id=one.credit_account_id,
                    credit_account_id=one.debit_account_id,
                    amount_fen=one.amount_fen, kind="reversal", site_id=one.site_id,
                    service_date=one.service_date, meal_id=meal_id, reverses_id=one.id,
                    created_at=NOW,
                )
            )  # fmt: skip
