"""A pass is sold once for cash, begins where the last one ends, and prices meals."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.cards.passes import PassOrder, PassSold, cancel_pass, sell_pass
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.ledger.models import Transfer, TransferKind
from canteen.ledger.verify import balances, verify
from canteen.settlement.actions import void_meal
from canteen.settlement.queries import has_used_pass
from canteen.subsidies.models import ResidentPass
from tests.lunches import (
    adopt_document,
    assert_ledger_holds,
    give,
    lunch,
    policy_document,
    run_at_once,
    served,
)
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_site,
    make_wang,
    make_xiaoli,
    make_zhangjie,
    sign_in,
)

YEAR = """
[[rule]]
code = "holders"
name = { zh = "年卡减两元", en = "two off for pass holders" }
stage = 1
funder = "operator"
effect = { kind = "off", yuan = 2 }
who = [{ passes_any = ["year"] }]

[[pass]]
code = "year"
name = { zh = "年卡", en = "year pass" }
price_yuan = 100
days = 365
"""
FIRST = PassSold(TODAY, date(2027, 11, 22), 100_00)
SECOND = PassSold(date(2027, 11, 23), date(2028, 11, 21), 100_00)


@pytest.fixture
def order(app: Flask) -> PassOrder:
    """陈奶奶 buys a year pass of 小李."""
    site = make_site()
    adopt_document(site, policy_document(YEAR, code="club", funders='"operator"'))
    return PassOrder(
        resident_id=make_chen(site),
        policy_code="club",
        pass_code="year",
        request_id=uuid4(),
        site_id=site,
        service_date=TODAY,
        by=make_xiaoli(site),
    )


def pass_ids() -> list[int]:
    """Passes in the order they were sold."""
    db.session.rollback()
    return list(db.session.scalars(select(ResidentPass.id).order_by(ResidentPass.id)))


def test_a_year_pass_costs_100_yuan_and_both_days_count(order: PassOrder) -> None:
    assert sell_pass(order, now=NOW) == FIRST
    assert balances(db.session()) == {
        f"bank:{order.site_id}": 0,
        f"difference:{order.site_id}": 0,
        f"cash:{order.site_id}": -100_00,
        f"revenue:{order.site_id}": 100_00,
        f"wallet:{order.resident_id}": 0,
        "funder:operator": 0,
    }
    assert list(verify(db.session())) == []


def test_from_that_moment_meals_cost_its_holder_less(order: PassOrder) -> None:
    give(order.resident_id, order.site_id, 100_00)
    assert served(lunch(order.site_id, order.by, order.resident_id)).paid_fen == 13_00
    sell_pass(order, now=NOW)
    dinner = served(lunch(order.site_id, order.by, order.resident_id, period_code="dinner"))
    assert dinner.paid_fen == 10_00
    after = date(2027, 11, 23)
    late = lunch(order.site_id, order.by, order.resident_id)
    assert served(late, after, NOW + timedelta(days=365)).paid_fen == 13_00


def test_another_policys_pass_of_the_same_name_is_none(order: PassOrder) -> None:
    sell_pass(order, now=NOW)
    elsewhere = make_site("second", name="第二食堂")
    adopt_document(elsewhere, policy_document(YEAR, code="other", funders='"operator"'))
    give(order.resident_id, order.site_id, 100_00)
    assert served(lunch(elsewhere, order.by, order.resident_id)).paid_fen == 13_00


def test_the_next_one_begins_when_the_first_has_ended(order: PassOrder) -> None:
    assert sell_pass(order, now=NOW) == FIRST
    assert sell_pass(replace(order, request_id=uuid4()), now=NOW) == SECOND


def test_the_same_form_twice_is_one_pass(order: PassOrder) -> None:
    sell_pass(order, now=NOW)
    assert sell_pass(order, now=NOW) == replace(FIRST, repeat=True)
    other = replace(order, resident_id=make_wang(order.site_id))
    assert sell_pass(other, now=NOW) == Refusal("request_reused")
    assert len(pass_ids()) == 1


def test_one_form_sent_many_times_at_once_is_one_pass(app: Flask, order: PassOrder) -> None:
    db.session.remove()
    answers = run_at_once(app, [lambda: sell_pass(order, now=NOW) for _ in range(6)])
    assert sorted(answer.repeat for answer in answers) == [False] + [True] * 5, answers  # type: ignore[attr-defined]
    assert len(pass_ids()) == 1
    assert balances(db.session())[f"revenue:{order.site_id}"] == 100_00


def test_two_counters_at_once_sell_two_that_follow_each_other(app: Flask, order: PassOrder) -> None:
    orders = [replace(order, request_id=uuid4()) for _ in range(2)]
    db.session.remove()
    answers = run_at_once(app, [lambda o=one: sell_pass(o, now=NOW) for one in orders])  # type: ignore[misc]
    assert sorted(answers, key=lambda sold: sold.valid_from) == [FIRST, SECOND]  # type: ignore[attr-defined]
    assert_ledger_holds()


def test_what_is_not_sold_here_and_who_has_gone_is_refused(order: PassOrder) -> None:
    unknown = replace(order, pass_code="month")
    assert sell_pass(unknown, now=NOW) == Refusal("pass_unknown")
    elsewhere = replace(order, site_id=make_site("second", name="第二食堂"))
    assert sell_pass(elsewhere, now=NOW) == Refusal("pass_unknown")
    gone = make_wang(order.site_id, status="moved", ended_on=TODAY)
    assert sell_pass(replace(order, resident_id=gone), now=NOW) == Refusal("pass_holder_ended")
    assert pass_ids() == []


def test_a_pass_for_nothing_moves_no_money(order: PassOrder) -> None:
    free = YEAR.replace("price_yuan = 100", "price_yuan = 0")
    adopt_document(order.site_id, policy_document(free, code="gift", funders='"operator"'))
    assert sell_pass(replace(order, policy_code="gift"), now=NOW) == replace(FIRST, price_fen=0)
    assert db.session.scalars(select(Transfer)).all() == []


def test_a_pass_is_taken_back_the_same_day_once(order: PassOrder) -> None:
    sell_pass(order, now=NOW)
    taken = {"resident_id": order.resident_id, "pass_id": pass_ids()[0], **by_manager(order)}
    for _press in range(2):
        assert cancel_pass(now=NOW + timedelta(hours=2), **taken) is None
    assert pass_ids() == []
    assert balances(db.session())[f"cash:{order.site_id}"] == 0
    kinds = db.session.scalars(select(Transfer.kind).order_by(Transfer.id)).all()
    assert kinds == [TransferKind.PASS_SALE, TransferKind.REVERSAL]
    assert_ledger_holds()


def test_a_pass_of_yesterday_or_one_that_is_followed_stays(order: PassOrder) -> None:
    sell_pass(order, now=NOW)
    taken = {"resident_id": order.resident_id, "pass_id": pass_ids()[0], **by_manager(order)}
    assert cancel_pass(now=NOW + timedelta(days=1), **taken) == Refusal("pass_sold_earlier")
    sell_pass(replace(order, request_id=uuid4()), now=NOW)
    assert cancel_pass(now=NOW, **taken) == Refusal("pass_followed")
    assert cancel_pass(now=NOW, **{**taken, "resident_id": order.resident_id + 999}) is None
    assert len(pass_ids()) == 2


def test_a_pass_that_made_a_meal_cheaper_stays_until_that_meal_is_void(order: PassOrder) -> None:
    sell_pass(order, now=NOW)
    give(order.resident_id, order.site_id, 100_00)
    meal = served(lunch(order.site_id, order.by, order.resident_id), now=NOW + timedelta(minutes=5))
    assert meal.subsidy_fen == 200
    taken = {"resident_id": order.resident_id, "pass_id": pass_ids()[0], **by_manager(order)}
    later = NOW + timedelta(hours=1)
    assert cancel_pass(now=later, **taken) == Refusal("pass_used")
    void_meal(meal_id=meal.meal_id, site_id=order.site_id, reason="按错了", by=order.by, now=later)
    assert cancel_pass(now=later, **taken) is None
    assert pass_ids() == []
    assert_ledger_holds()


def by_manager(order: PassOrder) -> dict[str, Any]:
    """What taking a pass back needs beside the pass."""
    return {"by": order.by, "is_used": has_used_pass}


def test_the_clerk_sells_on_the_card_page_and_the_manager_takes_back(
    client: FlaskClient, order: PassOrder
) -> None:
    make_zhangjie(order.site_id)
    page = f"/residents/{order.resident_id}/card"
    sale = {"request_id": str(uuid4()), "policy_code": "club", "pass_code": "year"}
    sign_in(client, "xiaoli")
    assert "卖出年卡 ¥100.00（365 天）" in client.get(page).get_data(as_text=True)
    address = f"/residents/{order.resident_id}/passes"
    for _press in range(2):
        assert client.post(address, data=sale).status_code == 302
    (pass_id,) = pass_ids()
    shown = client.get(page).get_data(as_text=True)
    assert "使用中" in shown
    assert "当天退卡" not in shown
    cancellation = f"{address}/{pass_id}/cancellation"
    assert client.post(cancellation).status_code == 403
    client.post("/sign-out")
    sign_in(client, "zhangjie")
    assert "当天退卡" in client.get(page).get_data(as_text=True)
    assert client.post(cancellation).status_code == 302
    assert pass_ids() == []
    assert client.post(address, data={**sale, "request_id": "x"}).status_code == 302
    assert pass_ids() == []
