"""Settings as somebody mistypes them: refused in words, nothing changed, nothing lost."""

import re
import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from canteen.foundation.database import db
from canteen.sites.models import CalendarDay, Device, MealPeriod, MealSet, Site
from tests.people import make_site, make_zhangjie, sign_in

SITE = {
    "name": "金牛食堂", "time_zone": "Asia/Shanghai", "daily_card_limit_fen": "500",
    "balance_limit_fen": "5000", "undo_seconds": "60", "city": "南昌市",
}  # fmt: skip
SET = {"period_code": "lunch", "code": "noodles", "name": "面", "price_fen": "9", "position": "1",
       "item_class": "set", "active": "y"}  # fmt: skip
PERIOD = {"code": "tea", "name": "下午茶", "starts": "14:00", "ends": "15:00", "position": "3"}
HUGE = "9" * 30


@pytest.fixture
def manager(client: FlaskClient) -> FlaskClient:
    """张姐 at her desk."""
    make_zhangjie(make_site())
    sign_in(client, "zhangjie")
    return client


def mistakes(page: str) -> str:
    """What the page says is wrong, beside its fields and above them."""
    notices = re.findall(r'class="notice bad".*?</div>', page, re.S)
    return " ".join(re.findall(r'class="mistake"[^>]*>(.*?)<', page) + notices)


def count(model: Any) -> int:
    """Rows of a table as the database has them now."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"price_fen": "-5"}, "“-5”不是金额"),
        ({"price_fen": "1e9"}, "“1e9”不是金额"),
        ({"price_fen": "0.001"}, "“0.001”不是金额"),
        ({"price_fen": "NaN"}, "“NaN”不是金额"),
        ({"price_fen": "九元😀"}, "“九元😀”不是金额"),
        ({"price_fen": HUGE}, "太大"),
        ({"price_fen": ""}, "请填写"),
        ({"name": ""}, "请填写名称"),
        ({"name": "面" * 41}, "40"),
        ({"code": "Noodles"}, "用小写英文字母"),
        ({"code": "standard"}, "standard"),
        ({"position": "-1"}, "99"),
        ({"position": HUGE}, "99"),
        ({"period_code": "supper"}, "不是有效的选择"),
    ],
)
def test_a_set_that_cannot_be_is_refused_and_the_form_keeps_the_rest(
    manager: FlaskClient, wrong: dict[str, str], says: str
) -> None:
    before = count(MealSet)
    answer = manager.post("/settings/sets/new", data=SET | {"name_en": "Noodles"} | wrong)
    assert answer.status_code == 200
    assert says in mistakes(answer.text)
    assert 'value="Noodles"' in answer.text
    assert count(MealSet) == before


@pytest.mark.parametrize("name", ["𠅤家面馆·小份", "面" * 40])
def test_rare_and_long_names_are_kept(manager: FlaskClient, name: str) -> None:
    assert manager.post("/settings/sets/new", data=SET | {"name": name}).status_code == 302
    assert name in manager.get("/settings/periods").text
    assert manager.post("/settings/devices", data={"name": name}).status_code == 302
    assert name in manager.get("/settings/devices").text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"starts": "25:00"}, "没有“25:00”这个钟点"),
        ({"ends": "13:00"}, "结束要晚于开始"),
        ({"code": "lunch"}, "lunch"),
        ({"name": "茶" * 41}, "40"),
    ],
)
def test_a_period_that_cannot_be_is_refused(
    manager: FlaskClient, wrong: dict[str, str], says: str
) -> None:
    before = count(MealPeriod)
    answer = manager.post("/settings/periods/new", data=PERIOD | wrong)
    assert says in mistakes(answer.text)
    assert count(MealPeriod) == before


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"balance_limit_fen": "5000.01"}, "最多 5000 元"),
        ({"balance_limit_fen": "-1"}, "“-1”不是金额"),
        ({"daily_card_limit_fen": HUGE}, "太大"),
        ({"undo_seconds": "601"}, "0 到 600 秒"),
        ({"undo_seconds": "一分钟"}, "0 到 600 秒"),
        ({"time_zone": "火星/基地"}, "没有“火星/基地”这个时区"),
        ({"name": ""}, "请填写名称"),
        ({"address": "路" * 201}, "200"),
    ],
)
def test_limits_that_cannot_be_are_refused_and_nothing_changes(
    manager: FlaskClient, wrong: dict[str, str], says: str
) -> None:
    answer = manager.post("/settings", data=SITE | {"phone": "0791-1234567"} | wrong)
    assert says in mistakes(answer.text)
    assert "0791-1234567" in answer.text
    db.session.rollback()
    assert db.session.scalars(select(Site.phone)).one() == "0791-5550100"


@pytest.mark.parametrize("day", ["2026-02-30", "2027-02-29", "", "明天", "99999-01-01"])
def test_a_day_that_does_not_exist_is_no_holiday(manager: FlaskClient, day: str) -> None:
    answer = manager.post("/settings/calendar", data={"day": day, "kind": "holiday"})
    assert answer.status_code == 200
    assert (f"没有“{day}”这一天" if day else "请填写") in mistakes(answer.text)
    assert count(CalendarDay) == 0


def test_the_same_counter_twice_and_twice_at_once_is_one(app: Flask, manager: FlaskClient) -> None:
    before, start = count(Device), threading.Barrier(2)
    clients = [app.test_client(), app.test_client()]
    for one in clients:
        sign_in(one, "zhangjie")

    def add(one: FlaskClient) -> None:
        start.wait()
        one.post("/settings/devices", data={"name": "二号窗口"})

    threads = [threading.Thread(target=add, args=(one,)) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(Device) == before + 1
    assert "二号窗口" in manager.post("/settings/devices", data={"name": "二号窗口"}).text
    assert count(Device) == before + 1


def test_a_stale_page_says_so_and_changes_nothing(app: Flask, manager: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = manager.post("/settings", data=SITE | {"name": "别的", "csrf_token": "stale"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    db.session.rollback()
    assert db.session.scalars(select(Site.name)).one() == "金牛食堂"
