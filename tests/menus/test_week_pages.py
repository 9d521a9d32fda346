"""The week over HTTP: changed by hand and taken back, a dish changed on the day, sets read."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from canteen.foundation.database import db
from canteen.menus import actions
from canteen.menus.models import MenuEntry
from tests.menus.kitchen import MONDAY, TUESDAY, WEEK, dish_id, fill, make_kitchen, put, week
from tests.people import NOW, make_xiaoli, make_zhangjie, sign_in

MON = {"day": "2026-11-23", "period": "lunch", "slot": "meat", "position": 0}
TUE = {**MON, "day": "2026-11-24"}
SITE = 1


@pytest.fixture
def kitchen(app: Flask, client: FlaskClient) -> FlaskClient:
    """王师傅 signed in at 金牛食堂."""
    make_kitchen()
    sign_in(client, "wangshifu")
    return client


@pytest.fixture
def served(app: Flask, client: FlaskClient, time_machine: Any) -> FlaskClient:
    """王师傅 at Monday noon, with a published week of two dishes."""
    time_machine.move_to(NOW, tick=False)
    make_kitchen()
    sign_in(client, "wangshifu")
    put(SITE, MONDAY, "红烧肉")
    put(SITE, TUESDAY, "土豆牛肉")
    assert actions.publish_week(site_id=SITE, monday=MONDAY, now=NOW, by=None) is None
    return client


def post(client: FlaskClient, name: str, **asked: Any) -> Any:
    return client.post(f"/menus/{WEEK}/{name}", json=asked)


def names() -> list[tuple[str, bool]]:
    return [(one.name, one.pinned) for one in week(SITE).dishes]


def entry(name: str) -> int:
    db.session.rollback()
    return db.session.scalars(select(MenuEntry.id).where(MenuEntry.dish_name == name)).one()


# --- By hand --------------------------------------------------------------------------------


def test_a_swap_comes_back_as_a_grid_and_is_taken_back(kitchen: FlaskClient) -> None:
    put(SITE, MONDAY, "红烧肉")
    put(SITE, TUESDAY, "土豆牛肉")
    answer = post(kitchen, "swaps", one=MON, other=TUE)
    assert "土豆牛肉" in answer.json["grid"]
    assert names() == [("土豆牛肉", False), ("红烧肉", False)]
    undone = post(kitchen, "restorations", changes=answer.json["changes"])
    assert undone.status_code == 200
    assert names() == [("红烧肉", False), ("土豆牛肉", False)]


def test_a_locked_dish_is_refused_with_its_name_and_moved_when_meant(kitchen: FlaskClient) -> None:
    put(SITE, MONDAY, "红烧肉")
    assert post(kitchen, "pins", **MON, pinned=True).status_code == 200
    refused = post(kitchen, "swaps", one=MON, other=TUE)
    assert (refused.status_code, refused.json["code"]) == (409, "place_pinned")
    assert "红烧肉" in refused.json["text"]
    assert post(kitchen, "swaps", one=MON, other=TUE, pinned_too=True).status_code == 200
    (dish,) = week(SITE).dishes
    assert (dish.day, dish.pinned) == (TUESDAY, True)


def test_a_page_that_is_behind_is_shown_what_stands_there_now(kitchen: FlaskClient) -> None:
    put(SITE, MONDAY, "红烧肉")
    number = dish_id("白切鸡")
    answer = post(kitchen, "places", **MON, dish_id=number, seen=None)
    assert (answer.status_code, answer.json["code"]) == (409, "place_taken")
    assert 'data-dish="红烧肉"' in answer.json["grid"]
    moved = post(kitchen, "swaps", one={**MON, "seen": number}, other={**TUE, "seen": None})
    assert (moved.status_code, moved.json["code"]) == (409, "place_moved")
    assert "grid" in moved.json
    assert names() == [("红烧肉", False)]
    seen = dish_id("红烧肉")
    assert post(kitchen, "places", **MON, dish_id=number, seen=seen).status_code == 200
    assert post(kitchen, "places", **MON, dish_id=number, seen="x").status_code == 400
    assert names() == [("白切鸡", False)]


def test_a_day_is_locked_and_said_to_be(kitchen: FlaskClient) -> None:
    put(SITE, MONDAY, "红烧肉")
    grid = post(kitchen, "pins", day="2026-11-23", pinned=True).json["grid"]
    assert "已锁" in grid
    assert "解锁整天" in grid
    post(kitchen, "pins", day="2026-11-23", pinned=False)
    assert names() == [("红烧肉", False)]


def test_every_change_of_a_place_can_be_taken_back(kitchen: FlaskClient) -> None:
    put(SITE, MONDAY, "红烧肉")
    changes = (
        ("places", {**MON, "dish_id": dish_id("白切鸡")}),
        ("places", {**MON, "dish_id": None}),
        ("pins", {**MON, "pinned": True}),
        ("swaps", {"one": MON, "other": TUE}),
    )
    for name, asked in changes:
        answer = post(kitchen, name, **asked)
        assert answer.json["changes"], name
        assert post(kitchen, "restorations", changes=answer.json["changes"]).status_code == 200
        assert names() == [("红烧肉", False)], name


def test_emptying_a_day_and_copying_a_week_answer_a_script_with_what_changed(
    kitchen: FlaskClient,
) -> None:
    put(SITE, MONDAY, "红烧肉")
    script = {"Accept": "application/json"}
    cleared = kitchen.post(f"/menus/{WEEK}/days/2026-11-23/clearing", headers=script).json
    assert [one["before"] for one in cleared["changes"]] == [dish_id("红烧肉")]
    post(kitchen, "restorations", changes=cleared["changes"])
    copied = kitchen.post("/menus/2026-W49/copies", headers=script).json
    assert [one["after"] for one in copied["changes"]] == [dish_id("红烧肉")]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("swaps", {}),
        ("swaps", {"one": MON, "other": None}),
        ("swaps", {"one": MON, "other": {**TUE, "day": "2026-12-01"}}),
        ("swaps", {"one": MON, "other": {**TUE, "position": 10**30}}),
        ("pins", {"day": "2026-11-23"}),
        ("pins", {**MON, "pinned": True, "day": "gestern"}),
        ("restorations", {"changes": []}),
        ("restorations", {"changes": [MON]}),
        ("restorations", {"changes": [{**MON, "before": -1, "after": None}]}),
        ("restorations", {"changes": [{**MON, "before": 10**30, "after": None}]}),
    ],
)
def test_what_means_nothing_is_refused(
    kitchen: FlaskClient, name: str, asked: dict[str, Any]
) -> None:
    put(SITE, MONDAY, "红烧肉")
    assert post(kitchen, name, **asked).status_code == 400
    assert names() == [("红烧肉", False)]


# --- On the day -------------------------------------------------------------------------------


def substitute(client: FlaskClient, place: int, name: str, **more: str) -> Any:
    data = {
        "dish_id": str(dish_id(name)),
        "instead_of": str(dish_id("红烧肉")),
        "reason": "not_delivered",
        **more,
    }
    return client.post(f"/menus/{WEEK}/places/{place}/substitutions", data=data)


def test_staff_see_the_reason_and_the_public_both_names(
    served: FlaskClient, client: FlaskClient
) -> None:
    assert substitute(served, entry("红烧肉"), "白切鸡").status_code == 302
    grid = served.get(f"/menus/{WEEK}").text
    assert "<s>红烧肉</s>" in grid
    assert "没有送到货" in grid
    page = client.get(f"/menu/jinniu/{WEEK}").text
    assert "<s>红烧肉</s>" in page
    assert "白切鸡" in page
    assert "没有送到货" not in page
    assert "白切鸡（原定红烧肉）" in client.get(f"/menu/jinniu/{WEEK}/text").text
    assert "白切鸡（原定红烧肉）" in client.get("/menu/jinniu.ics").text.replace("\r\n ", "")


def test_the_page_of_a_place_offers_its_kind_and_finds_by_initials(served: FlaskClient) -> None:
    address = f"/menus/{WEEK}/places/{entry('红烧肉')}"
    page = served.get(address).text
    assert "白切鸡" in page
    suggested = page.split("建议换上")[1].split("别的菜")[0]
    assert 0 < suggested.count('name="dish_id"') <= 6
    assert "土豆牛肉" not in suggested
    found = served.get(f"{address}?q=qcbc").text
    assert "白切鸡" not in found


@pytest.mark.parametrize(
    ("name", "more", "sentence"),
    [
        ("白切鸡", {"reason": ""}, "没有写换菜的原因"),
        ("白切鸡", {"reason": "other", "note": " "}, "没有写换菜的原因"),
        ("白切鸡", {"dish_id": ""}, "没有选要换上的菜"),
        ("土豆牛肉", {}, "会重复"),
        ("白切鸡", {"instead_of": "1"}, "刚刚有人把这里换成了“红烧肉”"),
    ],
)
def test_a_change_that_cannot_be_is_said_and_keeps_what_was_chosen(
    served: FlaskClient, name: str, more: dict[str, str], sentence: str
) -> None:
    answer = substitute(served, entry("红烧肉"), name, **more)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert week(SITE).changed == ()


def test_a_repeat_is_served_once_it_is_ticked_and_marked_then(served: FlaskClient) -> None:
    place = entry("红烧肉")
    assert 'name="repeat_confirmed"' in substitute(served, place, "土豆牛肉").text
    assert substitute(served, place, "土豆牛肉", repeat_confirmed="1").status_code == 302
    assert "换菜后有 1 道菜重复" in served.get(f"/menus/{WEEK}").text


def test_reasons_in_own_words_are_kept(served: FlaskClient) -> None:
    substitute(served, entry("红烧肉"), "白切鸡", reason="other", note="冰箱坏了")
    assert "冰箱坏了" in served.get(f"/menus/{WEEK}").text


def test_the_kitchen_leaves_past_days_and_the_manager_puts_them_right(
    served: FlaskClient, time_machine: Any
) -> None:
    place = entry("红烧肉")
    time_machine.move_to("2026-11-25T04:00:00Z", tick=False)
    sign_in(served, "wangshifu")
    assert "这一天已经过去" in substitute(served, place, "白切鸡").text
    make_zhangjie(SITE)
    sign_in(served, "zhangjie")
    assert substitute(served, place, "白切鸡").status_code == 302


def test_places_of_drafts_and_of_nowhere_are_not_found(
    kitchen: FlaskClient,
) -> None:
    put(SITE, MONDAY, "红烧肉")
    assert kitchen.get(f"/menus/{WEEK}/places/{entry('红烧肉')}").status_code == 404
    assert kitchen.get(f"/menus/{WEEK}/places/9999").status_code == 404


def test_a_clerk_sees_the_change_and_changes_nothing(served: FlaskClient) -> None:
    place = entry("红烧肉")
    make_xiaoli(SITE)
    sign_in(served, "xiaoli")
    assert substitute(served, place, "白切鸡").status_code == 403
    assert f"/places/{place}" not in served.get(f"/menus/{WEEK}").text


# --- Sets ---------------------------------------------------------------------------------------


def test_the_week_shows_what_a_set_costs_and_what_is_not_known(kitchen: FlaskClient) -> None:
    put(SITE, MONDAY, "红烧肉")
    put(SITE, MONDAY, "清炒山药", slot="vegetable")
    page = kitchen.get(f"/menus/{WEEK}").text
    cost = re.search(r'href="(/menus/[^"]+/meals/lunch)".*?¥(\d+\.\d\d)', page, re.S)
    assert cost
    meal = kitchen.get(cost[1]).text
    assert f"¥{cost[2]}" in meal
    assert "钠" in meal


def test_the_page_of_a_meal_opens_in_both_languages_and_knows_its_week(
    kitchen: FlaskClient,
) -> None:
    put(SITE, MONDAY, "红烧肉")
    for language in ("zh_Hans_CN", "en"):
        kitchen.post("/language", data={"language": language, "next": "/"})
        for address, status in (
            ("2026-11-23/meals/lunch", 200),
            ("2026-11-23/meals/dinner", 200),
            ("2026-11-23/meals/tea", 404),
            ("2026-12-01/meals/lunch", 404),
            ("nonsense/meals/lunch", 404),
        ):
            answer = kitchen.get(f"/menus/{WEEK}/days/{address}")
            assert answer.status_code == status, address


def test_a_full_week_is_shown_in_few_queries(kitchen: FlaskClient) -> None:
    fill(SITE)
    kitchen.get(f"/menus/{WEEK}")
    asked: list[str] = []
    event.listen(
        db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]) if "SELECT" in a[2] else 0
    )
    assert kitchen.get(f"/menus/{WEEK}").status_code == 200
    assert len(asked) <= 16, "\n".join(asked)
