"""A set with something on top of it: one tray, one receipt, each part priced as what it is."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.foundation.database import db
from canteen.settlement.models import Meal, MealLine
from canteen.settlement.offline.models import OfflineMeal
from canteen.settlement.repricing import reprice
from canteen.settlement.trays import AskedTray, DishSold, SoldHere, fill_tray, name_of, set_line
from canteen.staff.queries import by_username
from canteen.subsidies.documents import parse_policy
from tests.lunches import adopt_document, assert_ledger_holds, give, policy_document
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_site,
    make_xiaoli,
    make_zhangjie,
    sign_in,
    wallet_of,
)
from tests.settlement.counter import digits_of, make_card
from tests.settlement.trays import publish_dishes, sell

TWO_CLASSES = policy_document(
    """
[[rule]]
code = "set"
name = { zh = "套餐减四元", en = "four off the set" }
stage = 1
funder = "city"
when = { item_classes = ["set"] }
effect = { kind = "off", yuan = 4 }

[[rule]]
code = "dish"
name = { zh = "加菜五折", en = "half off dishes" }
stage = 1
funder = "city"
when = { item_classes = ["dish"] }
effect = { kind = "percent_off", percent = 50, of = "list", ceiling_yuan = "none" }
"""
)
"""A set of 13 yuan costs 9, a dish of 8 costs 4."""


@pytest.fixture
def site(app: Flask) -> int:
    site_id = make_site()
    adopt_document(site_id, TWO_CLASSES)
    make_xiaoli(site_id)
    make_zhangjie(site_id)
    sell(site_id, "sets", "dishes", "amounts")
    return site_id


@pytest.fixture(autouse=True)
def lunch_time() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def post(client: FlaskClient, tray: dict[str, Any], **values: Any) -> Any:
    body = {"id": str(uuid4()), "period": "lunch", "set": "standard", "tray": tray, **values}
    return client.post("/counter/meals", json=body)


class Silent:
    """Nobody watches."""

    def say(self, done: int, total: int) -> None:
        pass


def lines() -> list[tuple[str, int, int, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(MealLine).order_by(MealLine.meal_id, MealLine.position))
    return [(row.name, row.quantity, row.unit_price_fen, row.item_class) for row in rows]


def test_the_set_is_the_first_line_and_is_in_the_sum_that_was_shown() -> None:
    sold = SoldHere(
        dishes={1: DishSold(name="红烧肉", name_en="", price_fen=800)},
        sells_dishes=True,
        sells_amounts=False,
        limit_fen=10_000,
    )
    of_set = set_line("标准餐", 1300, "set")
    filled = fill_tray(AskedTray(dishes=((1, 1),), shown_fen=2100), sold, of_set=of_set)
    assert isinstance(filled, tuple)
    assert [(line.name, line.unit_price_fen) for line in filled] == [
        ("标准餐", 1300),
        ("红烧肉", 800),
    ]
    assert name_of(filled, set_name="标准餐") == "标准餐＋单点"
    assert len(name_of(filled, set_name="长" * 40)) == 40


@pytest.mark.parametrize(
    ("dishes", "shown", "code"),
    [
        (((1, 1),), 800, "tray_changed"),
        ((), 1300, "tray_empty"),
        (((1, 11),), 10_100, "tray_too_dear"),
    ],
)
def test_what_is_no_addition_says_why(
    dishes: tuple[tuple[int, int], ...], shown: int, code: str
) -> None:
    sold = SoldHere(
        dishes={1: DishSold(name="红烧肉", name_en="", price_fen=800)},
        sells_dishes=True,
        sells_amounts=False,
        limit_fen=10_000,
    )
    asked = AskedTray(dishes=dishes, shown_fen=shown)
    refusal = fill_tray(asked, sold, of_set=set_line("标准餐", 1300, "set"))
    assert getattr(refusal, "code", None) == code


def test_a_set_and_a_dish_are_one_meal_each_part_with_its_own_subsidy(
    client: FlaskClient, site: int
) -> None:
    pork, *_rest = publish_dishes(site)
    chen = make_chen(site)
    give(chen, site, 50_00)
    sign_in(client, "xiaoli")
    tray = {"dishes": [{"id": pork, "count": 1}], "shown_fen": 2100}
    answer = post(client, tray, resident_id=chen)
    assert answer.status_code == 201, answer.json
    assert (answer.json["price_fen"], answer.json["paid_fen"]) == (2100, 1300)
    assert answer.json["set_name"] == "标准餐＋单点"
    assert lines() == [("标准餐", 1, 1300, "set"), ("红烧肉", 1, 800, "dish")]
    assert wallet_of(chen).balance_fen == 37_00
    assert_ledger_holds()
    again = post(client, tray, resident_id=chen)
    assert again.json["code"] == "already_eaten"
    client.post(f"/counter/meals/{answer.json['id']}/reversal", json={})
    assert wallet_of(chen).balance_fen == 50_00
    assert_ledger_holds()


def test_a_set_that_is_not_sold_and_an_addition_that_is_not_are_refused(
    client: FlaskClient, site: int
) -> None:
    sign_in(client, "xiaoli")
    amount = {"amount_fen": 300, "shown_fen": 1600}
    assert post(client, amount, guest=True, set="nothing").json["code"] == "no_set"
    sell(site, "sets", "dishes")
    assert post(client, amount, guest=True).json["code"] == "tray_not_sold"
    assert lines() == []


def test_the_pages_and_the_slip_tell_the_set_and_what_was_added(
    client: FlaskClient, site: int
) -> None:
    pork, *_rest = publish_dishes(site)
    sign_in(client, "zhangjie")
    tray = {"dishes": [{"id": pork, "count": 2}], "shown_fen": 2900}
    meal_id = post(client, tray, guest=True, pay_by="cash").json["id"]
    for address in (f"/meals/{meal_id}", f"/meals/{meal_id}/receipt", "/meals"):
        assert "标准餐＋单点" in client.get(address).get_data(as_text=True), address
    english = client.get(f"/meals/{meal_id}", headers={"Accept-Language": "en"})
    for word in ("Standard set + ", "Braised pork × 2"):
        assert word in english.get_data(as_text=True)


def test_a_meal_is_priced_anew_part_by_part(client: FlaskClient, site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    sign_in(client, "xiaoli")
    assert post(client, {"amount_fen": 700, "shown_fen": 2000}, resident_id=chen).status_code == 201
    dearer = TWO_CLASSES.replace("yuan = 4", "yuan = 5").replace("version = 1", "version = 2")
    policy = parse_policy(dearer)
    found = reprice(
        db.session(), site_id=site, first_day=TODAY, last_day=TODAY, instead=policy,
        progress=Silent(),
    )  # fmt: skip
    assert found.old_fen == 400 + 350
    assert found.new_fen == 500 + 350


def test_served_alone_it_is_booked_with_its_set_and_its_price(
    client: FlaskClient, site: int
) -> None:
    chen = make_chen(site)
    clerk = by_username(db.session(), "xiaoli")
    assert clerk is not None
    card = make_card(chen, by=clerk.id, now=NOW - timedelta(days=1))
    give(chen, site, 50_00)
    sign_in(client, "xiaoli")
    meal = {
        "id": str(uuid4()), "token": digits_of(card), "period": "lunch", "set": "standard",
        "lines": [
            {"name": "Standard set", "quantity": 1, "unit_price_fen": 1300},
            {"name": "自选", "name_en": "By amount", "quantity": 1, "unit_price_fen": 700},
        ],
        "at": NOW.isoformat(), "sequence": 1, "set_name": "Standard set＋自选", "title": "陈奶奶",
        "price_fen": 2000, "subsidy_fen": 750, "paid_fen": 1250,
    }  # fmt: skip
    [answer] = client.post("/counter/offline-meals", json={"meals": [meal]}).json["answers"]
    assert (answer["outcome"], answer["reason"]) == ("booked", "")
    assert lines() == [("标准餐", 1, 1300, "set"), ("自选", 1, 700, "dish")]
    booked = db.session.scalars(select(Meal)).one()
    assert (booked.set_name, booked.subsidy_fen, booked.paid_fen) == ("标准餐＋自选", 750, 1250)
    assert db.session.scalars(select(OfflineMeal)).one().carried_fen == 0
    wrong = {**meal, "id": str(uuid4()), "lines": meal["lines"][:1], "price_fen": 1300,
             "paid_fen": 550}  # fmt: skip
    [answer] = client.post("/counter/offline-meals", json={"meals": [wrong]}).json["answers"]
    assert (answer["outcome"], answer["reason"]) == ("refused", "invalid")
    assert_ledger_holds()
