"""The rows of a site's grid: added, changed and taken out by hand."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.foundation.database import db
from canteen.menus import queries
from canteen.menus.models import MenuSlot
from canteen.staff.rules import Role
from tests.menus.kitchen import MONDAY, make_kitchen, put
from tests.people import make_site, make_staff, sign_in

ROW = {
    "period_code": "lunch", "code": "cold", "name": "凉菜", "name_en": "Cold dishes",
    "places": "2", "servings": "1", "position": "250", "categories": ["vegetable"],
}  # fmt: skip


@pytest.fixture
def kitchen(app: Flask, client: FlaskClient) -> FlaskClient:
    """王师傅 signed in at 金牛食堂."""
    make_kitchen()
    sign_in(client, "wangshifu")
    return client


def row(code: str, period: str = "lunch") -> MenuSlot | None:
    db.session.rollback()
    slots = queries.slot_rows(db.session(), 1)
    return next((one for one in slots if (one.period_code, one.code) == (period, code)), None)


def test_a_row_of_a_sites_own_is_added_and_seen_in_the_week(kitchen: FlaskClient) -> None:
    page = kitchen.post("/menus/slots/new", data=ROW, follow_redirects=True).text
    assert "已保存" in page
    assert "凉菜" in page
    assert "凉菜" in kitchen.get("/menus", follow_redirects=True).text


def test_a_row_is_changed_and_keeps_its_meal_and_code(kitchen: FlaskClient) -> None:
    meat = row("meat")
    assert meat is not None
    changed = {**ROW, "name": "荤菜", "servings": "2", "categories": ["main_meat", "half_meat"]}
    kitchen.post(f"/menus/slots/{meat.id}", data=changed)
    now = row("meat")
    assert now is not None
    assert (now.name, now.servings, now.places) == ("荤菜", 2, 2)
    assert now.categories == "main_meat;half_meat"
    assert row("cold") is None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"code": "meat"}, "这个餐次已有代号"),
        ({"categories": []}, "类别"),
        ({"categories": ["nonsense"]}, ""),
        ({"places": "13"}, "应为 1 到 12"),
        ({"places": "x"}, ""),
        ({"servings": "10"}, "应为 0 到 9"),
        ({"code": "凉菜"}, "用小写英文字母"),
        ({"name": ""}, "请填写"),
    ],
)
def test_a_row_with_a_mistake_is_not_saved_and_says_which(
    kitchen: FlaskClient, more: dict[str, object], said: str
) -> None:
    answer = kitchen.post("/menus/slots/new", data={**ROW, **more})
    assert answer.status_code == 422
    assert said in answer.text
    assert row("cold") is None


def test_a_row_in_which_dishes_stand_is_not_taken_out(kitchen: FlaskClient) -> None:
    meat, soup = row("meat"), row("soup")
    assert meat is not None
    assert soup is not None
    put(1, MONDAY, "红烧肉")
    page = kitchen.post(f"/menus/slots/{meat.id}/removal", follow_redirects=True).text
    assert "大荤" in page
    assert row("meat") is not None
    kitchen.post(f"/menus/slots/{soup.id}/removal")
    assert row("soup") is None


def test_the_row_of_another_site_is_not_there(kitchen: FlaskClient) -> None:
    other = make_site("other", name="别处食堂")
    with db.session.begin():
        slot = MenuSlot(
            site_id=other, period_code="lunch", code="meat", name="大荤", categories="main_meat"
        )
        db.session.add(slot)
        db.session.flush()
        number = slot.id
    for address in (f"/menus/slots/{number}", f"/menus/slots/{number}/removal"):
        assert kitchen.post(address, data=ROW).status_code == 404


@pytest.mark.parametrize(("days", "kept"), [("3", 3), ("0", 0), ("x", None), ("32", None)])
def test_after_how_many_days_a_kind_may_return_is_a_small_number(
    kitchen: FlaskClient, days: str, kept: int | None
) -> None:
    before = dict(queries.site_windows(db.session(), 1, has_slots=True))
    db.session.rollback()
    page = kitchen.post("/menus/exemptions", data={"staple": days}, follow_redirects=True).text
    now = queries.site_windows(db.session(), 1, has_slots=True)
    assert ("已保存" in page) == (kept is not None)
    assert dict(now) == ({"staple": kept} if kept is not None else before)


def test_before_there_are_rows_only_what_helps_is_offered(app: Flask, client: FlaskClient) -> None:
    make_staff("wangshifu", Role.KITCHEN, site_id=make_site(), name="王师傅")
    sign_in(client, "wangshifu")
    page = client.get("/menus", follow_redirects=True).text
    assert "用常用栏目开始" in page
    assert "公布这一周" not in page
    assert "电脑排菜" not in page
    plans = client.get("/menus/2026-W48/plans").text
    assert "还没有设置菜单的栏目" in plans
    assert "开始排" not in plans
    assert "菜品库还空着" in client.get("/dishes").text
    assert "没有找到" in client.get("/dishes?q=鱼").text
