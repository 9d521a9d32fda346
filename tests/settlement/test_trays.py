"""Trays without a set: what is sold, refused, remembered, on a real database and over HTTP."""

from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.menus.models import MenuEntry
from canteen.settlement.models import Meal, MealLine
from canteen.settlement.trays import AskedTray, DishSold, SoldHere, TrayLine, fill_tray, name_of
from canteen.staff.pins import set_pin
from canteen.staff.queries import by_username
from tests.lunches import adopt_document, assert_ledger_holds, give, policy_document
from tests.people import (
    NOW,
    PASSWORD,
    make_chen,
    make_site,
    make_xiaoli,
    make_zhangjie,
    sign_in,
    wallet_of,
)
from tests.settlement.trays import publish_dishes, sell

DISHES_ONLY = policy_document(
    """
[[rule]]
code = "dishes"
name = { zh = "单点减三元", en = "three off dishes" }
stage = 1
funder = "city"
when = { item_classes = ["dish"], spend = { at_least_yuan = 10, of = "list", counts = "meal" } }
effect = { kind = "off", yuan = 3 }
"""
)

SOLD = SoldHere(
    dishes={1: DishSold(name="红烧肉", name_en="Braised pork", price_fen=800)},
    sells_dishes=True,
    sells_amounts=True,
    limit_fen=10_000,
)


def asked(*dishes: tuple[int, int], amount: int | None = None, shown: int) -> AskedTray:
    return AskedTray(dishes=dishes, amount_fen=amount, shown_fen=shown)


def test_dishes_and_an_amount_make_one_tray() -> None:
    lines = fill_tray(asked((1, 2), amount=355, shown=1955), SOLD)
    assert lines == (
        TrayLine(dish_id=1, name="红烧肉", name_en="Braised pork", quantity=2, unit_price_fen=800),
        TrayLine(name="自选", name_en="By amount", quantity=1, unit_price_fen=355),
    )
    assert name_of(lines) == "单点"
    assert name_of(lines[1:]) == "自选"


@pytest.mark.parametrize(
    ("tray", "code"),
    [
        (asked(shown=0), "tray_empty"),
        (asked(amount=0, shown=0), "tray_empty"),
        (asked((2, 1), shown=800), "tray_dish"),
        (asked((1, 21), shown=16800), "tray_quantity"),
        (asked((1, 13), shown=10400), "tray_too_dear"),
        (asked(amount=10_001, shown=10_001), "tray_too_dear"),
        (asked((1, 1), shown=700), "tray_changed"),
    ],
)
def test_what_cannot_be_sold_says_why(tray: AskedTray, code: str) -> None:
    refusal = fill_tray(tray, SOLD)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


def test_the_most_expensive_tray_is_still_sold() -> None:
    assert isinstance(fill_tray(asked(amount=10_000, shown=10_000), SOLD), tuple)


def test_a_way_that_the_canteen_does_not_sell_is_refused() -> None:
    sets_only = SoldHere(sells_dishes=False, sells_amounts=False, limit_fen=100)
    for tray in (asked((1, 1), shown=800), asked(amount=5, shown=5)):
        refusal = fill_tray(tray, sets_only)
        assert isinstance(refusal, Refusal)
        assert refusal.code == "tray_not_sold"


# --- at the counter


@pytest.fixture
def site(app: Flask) -> int:
    site_id = make_site()
    adopt_document(site_id, DISHES_ONLY)
    make_xiaoli(site_id)
    make_zhangjie(site_id)
    sell(site_id, "sets", "dishes", "amounts")
    return site_id


@pytest.fixture(autouse=True)
def lunch_time() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def post(client: FlaskClient, tray: dict[str, Any], **values: Any) -> Any:
    body = {"id": str(uuid4()), "period": "lunch", "tray": tray, **values}
    return client.post("/counter/meals", json=body)


def lines() -> list[tuple[str, int, int, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(MealLine).order_by(MealLine.meal_id, MealLine.position))
    return [(row.name, row.quantity, row.unit_price_fen, row.item_class) for row in rows]


def test_tapped_dishes_are_sold_at_the_menus_prices_with_their_subsidy_and_kept_as_lines(
    client: FlaskClient, site: int
) -> None:
    pork, _greens, rice = publish_dishes(site)
    chen = make_chen(site)
    give(chen, site, 50_00)
    sign_in(client, "xiaoli")
    tray = {"dishes": [{"id": pork, "count": 1}, {"id": rice, "count": 2}], "shown_fen": 1000}
    meal_id = str(uuid4())
    answer = post(client, tray, id=meal_id, resident_id=chen)
    assert answer.status_code == 201, answer.json
    assert (answer.json["price_fen"], answer.json["paid_fen"]) == (1000, 700)
    assert answer.json["set_name"] == "单点"
    assert lines() == [("红烧肉", 1, 800, "dish"), ("米饭", 2, 100, "dish")]
    with transaction() as session:  # the menu changes; the same tray sent again does not care
        session.execute(update(MenuEntry).values(price_fen=900))
    again = post(client, tray, id=meal_id, resident_id=chen)
    assert (again.status_code, again.json["repeat"]) == (200, True)
    assert len(lines()) == 2
    assert wallet_of(chen).balance_fen == 43_00
    assert_ledger_holds()


def test_a_set_is_another_class_and_has_no_lines(client: FlaskClient, site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    sign_in(client, "xiaoli")
    body = {"id": str(uuid4()), "period": "lunch", "set": "standard", "resident_id": chen}
    assert client.post("/counter/meals", json=body).json["paid_fen"] == 1300
    assert lines() == []


def test_a_typed_amount_is_sold_below_the_minimum_without_a_subsidy(
    client: FlaskClient, site: int
) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    sign_in(client, "xiaoli")
    answer = post(client, {"amount_fen": 999, "shown_fen": 999}, resident_id=chen)
    assert (answer.json["set_name"], answer.json["paid_fen"]) == ("自选", 999)
    assert lines() == [("自选", 1, 999, "dish")]
    assert_ledger_holds()


def test_a_guest_pays_a_tray_in_cash(client: FlaskClient, site: int) -> None:
    sign_in(client, "xiaoli")
    tray = {"amount_fen": 1234, "shown_fen": 1234}
    answer = post(client, tray, guest=True, pay_by="cash")
    assert (answer.json["paid_fen"], answer.json["paid_by"]) == (1234, "cash")
    assert_ledger_holds()


def test_a_price_that_changed_since_the_page_was_opened_books_nothing(
    client: FlaskClient, site: int
) -> None:
    pork, *_rest = publish_dishes(site)
    chen = make_chen(site)
    give(chen, site, 50_00)
    sign_in(client, "xiaoli")
    tray = {"dishes": [{"id": pork, "count": 1}], "shown_fen": 700}
    answer = post(client, tray, resident_id=chen)
    assert (answer.status_code, answer.json["code"]) == (409, "tray_changed")
    assert "8.00" in answer.json["text"]
    assert answer.json["step"] == "reload"
    assert lines() == []


@pytest.mark.parametrize(
    "tray",
    [
        {"amount_fen": -1, "shown_fen": 5},
        {"amount_fen": 12.5, "shown_fen": 5},
        {"amount_fen": "1250", "shown_fen": 1250},
        {"dishes": [{"id": 1, "count": 0}], "shown_fen": 0},
        {"dishes": [{"id": 1, "count": 2000}], "shown_fen": 0},
        {"dishes": [{"id": 1}], "shown_fen": 0},
        {"amount_fen": 5},
    ],
)
def test_what_is_no_tray_names_the_field(client: FlaskClient, site: int, tray: Any) -> None:
    sign_in(client, "xiaoli")
    answer = post(client, tray, guest=True)
    assert answer.status_code == 422
    assert answer.json["field"].startswith("tray.")
    assert lines() == []


def test_neither_a_set_nor_a_tray_is_no_order(client: FlaskClient, site: int) -> None:
    sign_in(client, "xiaoli")
    body = {"id": str(uuid4()), "period": "lunch", "guest": True}
    assert client.post("/counter/meals", json=body).status_code == 422


def test_lines_are_never_changed_or_deleted(client: FlaskClient, site: int) -> None:
    sign_in(client, "xiaoli")
    post(client, {"amount_fen": 500, "shown_fen": 500}, guest=True, pay_by="cash")
    for statement in (update(MealLine).values(quantity=2), delete(MealLine)):
        with pytest.raises(DBAPIError), transaction() as session:
            session.execute(statement)
    assert lines() == [("自选", 1, 500, "dish")]


def test_a_voided_tray_gives_its_money_back_and_keeps_its_lines(
    client: FlaskClient, site: int
) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    sign_in(client, "xiaoli")
    receipt = post(client, {"amount_fen": 1500, "shown_fen": 1500}, resident_id=chen).json
    client.post(f"/counter/meals/{receipt['id']}/reversal", json={})
    assert wallet_of(chen).balance_fen == 50_00
    assert lines() == [("自选", 1, 1500, "dish")]
    assert_ledger_holds()


def test_the_meal_page_and_the_receipt_tell_what_was_on_the_tray(
    client: FlaskClient, site: int
) -> None:
    pork, _greens, rice = publish_dishes(site)
    sign_in(client, "zhangjie")
    tray = {"dishes": [{"id": pork, "count": 1}, {"id": rice, "count": 2}], "shown_fen": 1000}
    meal_id = post(client, tray, guest=True, pay_by="cash").json["id"]
    page = client.get(f"/meals/{meal_id}").get_data(as_text=True)
    assert "红烧肉" in page
    assert "米饭 × 2" in page
    english = client.get(f"/meals/{meal_id}", headers={"Accept-Language": "en"})
    assert "Braised pork" in english.get_data(as_text=True)
    slip = client.get(f"/meals/{meal_id}/receipt").get_data(as_text=True)
    assert "米饭 × 2" in slip


def test_a_manager_says_how_the_counter_sells(client: FlaskClient, site: int) -> None:
    sign_in(client, "zhangjie")
    page = client.get("/settings").get_data(as_text=True)
    assert "收银窗口怎么卖" in page
    form = {
        "name": "金牛食堂", "time_zone": "Asia/Shanghai", "daily_card_limit_fen": "500",
        "balance_limit_fen": "1000", "undo_seconds": "60", "offline_card_limit_fen": "100",
        "offline_device_limit_fen": "3000", "offline_hours": "30", "lock_minutes": "0",
        "tray_limit_fen": "60",
    }  # fmt: skip
    refused = client.post("/settings", data=form)
    assert "至少勾一样" in refused.get_data(as_text=True)
    assert client.post("/settings", data={**form, "sells_amounts": "y"}).status_code == 302
    db.session.rollback()
    sold = db.session.execute(
        text("SELECT sells_sets, sells_amounts, tray_limit_fen FROM sites")
    ).one()
    assert tuple(map(int, sold)) == (0, 1, 6000)


def test_an_override_by_pin_names_the_manager(client: FlaskClient, site: int) -> None:
    manager = by_username(db.session(), "zhangjie")
    assert manager is not None
    manager_id = manager.id
    assert set_pin(staff_id=manager_id, password=PASSWORD, pin="2580", now=NOW) is None
    sign_in(client, "xiaoli")
    chen = make_chen(site)
    give(chen, site, 50_00)
    tray = {"amount_fen": 500, "shown_fen": 500}
    assert post(client, tray, resident_id=chen).status_code == 201
    more = {"resident_id": chen, "extra": True, "reason": "家属陪餐"}
    for left in (4, 3, 2, 1):
        wrong = post(client, tray, **more, manager={"staff_id": manager_id, "pin": "9999"})
        assert wrong.json["code"] == "pin_wrong", left
    right = {"staff_id": manager_id, "pin": "2580"}
    meal_id = post(client, tray, **more, manager=right).json["id"]
    db.session.rollback()
    meal = db.session.scalars(select(Meal).where(Meal.override_by.is_not(None))).one()
    assert (str(meal.id), meal.override_by, meal.override_reason) == (
        meal_id, manager_id, "家属陪餐",
    )  # fmt: skip
    for page in (f"/meals/{meal_id}", "/meals", f"/meals/{meal_id}/receipt"):
        said = client.get(page).get_data(as_text=True)
        assert "张姐" in said, page
        assert "家属陪餐" in said, page


def test_guessing_a_managers_pin_locks_it_and_lets_nothing_through(
    client: FlaskClient, site: int
) -> None:
    manager = by_username(db.session(), "zhangjie")
    assert manager is not None
    manager_id = manager.id
    set_pin(staff_id=manager_id, password=PASSWORD, pin="2580", now=NOW)
    sign_in(client, "xiaoli")
    chen = make_chen(site)
    give(chen, site, 50_00)
    tray = {"amount_fen": 500, "shown_fen": 500}
    post(client, tray, resident_id=chen)
    more = {"resident_id": chen, "extra": True, "reason": "家属陪餐"}
    codes = [
        post(client, tray, **more, manager={"staff_id": manager_id, "pin": "9999"}).json["code"]
        for _try in range(5)
    ]
    assert codes == ["pin_wrong"] * 4 + ["pin_locked"]
    right = {"staff_id": manager_id, "pin": "2580"}
    assert post(client, tray, **more, manager=right).json["code"] == "pin_locked"
    assert len(lines()) == 1


def test_a_clerks_own_pin_lets_nothing_through(client: FlaskClient, site: int) -> None:
    clerk = by_username(db.session(), "xiaoli")
    assert clerk is not None
    clerk_id = clerk.id
    set_pin(staff_id=clerk_id, password=PASSWORD, pin="2580", now=NOW)
    sign_in(client, "xiaoli")
    answer = post(
        client, {"amount_fen": 500, "shown_fen": 500}, guest=True, extra=True, reason="试试",
        manager={"staff_id": clerk_id, "pin": "2580"},
    )  # fmt: skip
    assert answer.json["code"] == "manager_needed"
