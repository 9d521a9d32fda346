"""A sale as it is written: the meal's row, and the movements of money beside it."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from canteen.ledger import booking
from canteen.ledger.booking import Movement
from canteen.ledger.models import TransferKind
from canteen.settlement.models import PaidBy
from canteen.settlement.rules import Diner, Order, Sale, SaleFacts, band_on
from canteen.settlement.trays import TrayLine
from canteen.subsidies.rules import Part


def meal_row(
    order: Order, facts: SaleFacts, sale: Sale, balance: int | None, now: datetime
) -> dict[str, Any]:
    """The meal as it will be remembered, everything about the person frozen in it."""
    diner, priced = facts.diner, sale.priced
    age, band = band_on(diner, facts.service_date) if diner else (None, "guest")
    return {
        "id": order.meal_id,
        "site_id": order.site_id,
        "service_date": facts.service_date,
        "period_code": order.period_code,
        "channel": order.channel,
        "resident_id": diner.resident_id if diner else None,
        "card_id": diner.card_id if diner else None,
        "diner_title": sale.title,
        "set_code": order.set_code,
        "set_name": sale.set_name,
        "price_fen": priced.price_fen,
        "subsidy_fen": priced.subsidy_fen,
        "paid_fen": priced.pay_fen,
        "paid_by": sale.paid_by,
        "balance_after_fen": balance,
        "extra": sale.extra,
        "age": age,
        "age_band": band,
        "tags": f";{';'.join(sorted(diner.tags))};" if diner and diner.tags else "",
        "grid_node_id": diner.grid_node_id if diner else None,
        "hukou": "/".join(diner.hukou_path) if diner else "",
        "policies": ";".join(priced.policies)[:200],
        "parts": json.dumps(
            [
                {"policy": p.policy, "rule": p.rule, "funder": p.funder, "amount_fen": p.amount_fen}
                for p in priced.parts
            ]
        ),
        "reason_zh": priced.reason_zh[:300],
        "reason_en": priced.reason_en[:400],
        "override_reason": order.override_reason[:200],
        "override_by": order.override_by,
        "device_id": order.device_id,
        "created_by": order.clerk_id,
        "created_at": now,
        "offline": False,
    }


def line_rows(meal_id: UUID, lines: Iterable[TrayLine]) -> list[dict[str, Any]]:
    """What a tray held, as it will be remembered."""
    return [
        {
            "meal_id": meal_id,
            "position": position,
            "dish_id": line.dish_id,
            "name": line.name[:40],
            "name_en": line.name_en[:120],
            "quantity": line.quantity,
            "unit_price_fen": line.unit_price_fen,
            "item_class": line.item_class,
        }
        for position, line in enumerate(lines, start=1)
    ]


def movements(site_id: int, diner: Diner | None, sale: Sale) -> list[Movement]:
    """Everything a meal moves: the diner's part, each funder's, what the canteen earns beside."""
    takings = booking.revenue(site_id)
    moved = []
    if sale.priced.pay_fen:
        cash = sale.paid_by is PaidBy.CASH or diner is None
        moved.append(
            Movement(
                debit=booking.cash(site_id) if cash else booking.wallet(diner.resident_id),  # type: ignore[union-attr]
                credit=takings,
                amount_fen=sale.priced.pay_fen,
                kind=TransferKind.MEAL_CASH if cash else TransferKind.MEAL_WALLET,
            )
        )
    return [
        *moved,
        *funded(site_id, sale.priced.parts, TransferKind.MEAL_SUBSIDY),
        *funded(site_id, sale.priced.grants, TransferKind.OPERATOR_GRANT),
    ]


def funded(site_id: int, parts: Iterable[Part], kind: TransferKind) -> list[Movement]:
    """What funders owe a site, one movement for each part of a price or each grant."""
    return [
        Movement(
            debit=booking.funder(part.funder),
            credit=booking.revenue(site_id),
            amount_fen=part.amount_fen,
            kind=kind,
            policy=f"{part.policy}/{part.rule}"[: booking.POLICY_LENGTH],
        )
        for part in parts
    ]
