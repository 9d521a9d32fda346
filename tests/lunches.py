"""Lunches as tests settle them: policies, money, orders, and several counters at once."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask

from canteen.foundation.database import db, transaction
from canteen.ledger import booking
from canteen.ledger.booking import Movement, Occasion
from canteen.ledger.models import TransferKind
from canteen.ledger.verify import verify
from canteen.settlement import actions
from canteen.settlement.actions import Declined, Receipt
from canteen.settlement.rules import Order
from canteen.settlement.verify import verify_meals
from canteen.subsidies.actions import adopt_policy, publish_policy
from tests.people import NOW, TODAY

POLICIES = Path(__file__).parents[1] / "canteen" / "subsidies" / "policies"


def adopt(site_id: int, name: str) -> None:
    """Let a site settle by a shipped policy."""
    code = publish_policy(document=(POLICIES / f"{name}.toml").read_text("utf-8"), now=NOW, by=None)
    assert isinstance(code, str)
    adopt_policy(site_id=site_id, policy_code=code, valid_from=TODAY.replace(month=1, day=1))


def adopt_document(site_id: int, document: str) -> None:
    """Publish a policy that a test wrote, and let a site settle by it."""
    code = publish_policy(document=document, now=NOW, by=None)
    assert isinstance(code, str), code
    adopt_policy(site_id=site_id, policy_code=code, valid_from=date(2026, 1, 1))


def policy_document(
    body: str,
    *,
    code: str = "test",
    name: tuple[str, str] = ("试验政策", "a policy for tests"),
    funders: str = '"city"',
) -> str:
    """A policy in force since 2024 in which rules stack; `body` holds rules, caps and the rest."""
    return f"""
code = "{code}"
version = 1
name = {{ zh = "{name[0]}", en = "{name[1]}" }}
place = "南昌市"
source = "测试"
valid_from = 2024-01-01
valid_until = "open"
funders = [{funders}]

[terms]
overlap = "stack"
with_others = "stack"
shortage = "in_order"
rounding = "half_up"
rounding_to = "fen"
rounding_of = "subsidy"
pays_for = "meal"
registration = "hukou"
{body}"""


OFF_THREE = """
[[rule]]
code = "three"
name = { zh = "减三元", en = "three off" }
stage = 1
funder = "city"
effect = { kind = "off", yuan = 3 }
"""
"""A rule that takes 3 yuan off every meal, from the city."""


def give(resident_id: int, site_id: int, fen: int) -> None:
    """Put money on a wallet, as a top-up does."""
    with transaction() as session:
        booking.change_wallet(session, resident_id=resident_id, change_fen=fen)
        booking.book(
            session,
            [
                Movement(
                    debit=booking.cash(site_id),
                    credit=booking.wallet(resident_id),
                    amount_fen=fen,
                    kind=TransferKind.TOP_UP,
                )
            ],
            Occasion(site_id=site_id, service_date=TODAY, now=NOW, by=None),
        )


def lunch(site_id: int, clerk_id: int, resident_id: int | None = None, **values: object) -> Order:
    """An order for the standard lunch."""
    return replace(
        Order(
            meal_id=uuid4(),
            site_id=site_id,
            device_id=None,
            clerk_id=clerk_id,
            period_code="lunch",
            set_code="standard",
            resident_id=resident_id,
            guest=resident_id is None,
        ),
        **values,  # type: ignore[arg-type]
    )


def settle(order: Order, day: date = TODAY, now: datetime = NOW) -> Receipt | Declined:
    """Settle on a day, `TODAY` unless told."""
    return actions.settle_meal(order=order, service_date=day, now=now)


def served(order: Order, day: date = TODAY, now: datetime = NOW) -> Receipt:
    """Settle what must not be refused."""
    receipt = settle(order, day, now)
    assert isinstance(receipt, Receipt), receipt
    return receipt


def assert_ledger_holds() -> None:
    """Nothing is found wrong."""
    db.session.rollback()
    assert list(verify(db.session())) == []
    assert list(verify_meals(db.session())) == []


def run_at_once(app: Flask, jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run jobs in threads that begin together; their answers or exceptions."""
    gate = threading.Barrier(len(jobs))
    answers: list[Any] = []

    def work(job: Callable[[], Any]) -> None:
        with app.app_context():
            gate.wait(timeout=20)
            try:
                answers.append(job())
            except Exception as error:
                answers.append(error)
            db.session.remove()

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    db.session.rollback()
    return answers
