"""The four-level grid: places, how they are written, who answers for them."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.residents import grid_queries
from canteen.residents.addresses import (
    check_node_name,
    check_room,
    node_sort_key,
    numbered_names,
    spellings,
    split_place,
)
from canteen.residents.models import GridNode, Household, Level
from tests.people import make_chen, make_site, make_unit, make_zhangjie, sign_in


@pytest.fixture
def manager(client: FlaskClient) -> FlaskClient:
    make_zhangjie(make_site())
    sign_in(client, "zhangjie")
    return client


def node(name: str) -> GridNode:
    db.session.rollback()
    return db.session.scalars(select(GridNode).where(GridNode.name == name)).first()  # type: ignore[return-value]


# --- how places are written ------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("2-1", ["2", "1"]),
        ("2栋1单元", ["2栋", "1单元"]),
        ("２栋 １单元", ["2栋", "1单元"]),
        ("金牛小区2栋1单元", ["金牛小区", "2栋", "1单元"]),
        ("金牛花园三期2号楼一单元", ["金牛花园三期", "2号楼", "一单元"]),
        ("金牛社区 金牛小区 2栋 1单元", ["金牛社区", "金牛小区", "2栋", "1单元"]),
    ],
)
def test_a_place_is_taken_apart_however_it_is_typed(typed: str, parts: list[str]) -> None:
    assert split_place(typed) == parts


def test_a_number_means_every_way_of_writing_it() -> None:
    assert {"2", "2栋", "2号楼", "二栋"} <= set(spellings("2", Level.BUILDING))
    assert {"1单元", "一单元", "1"} <= set(spellings("一单元", Level.UNIT))
    assert spellings("2单元", Level.BUILDING) == ("2单元",)


def test_the_second_building_stands_before_the_tenth() -> None:
    names = ["10栋", "2栋", "十一栋", "三栋"]
    assert sorted(names, key=lambda name: node_sort_key("", name)) == [
        "2栋",
        "三栋",
        "10栋",
        "十一栋",
    ]


@pytest.mark.parametrize(
    ("typed", "room"), [("501室", "501"), (" 501 ", "501"), ("５０１号", "501"), ("A-12", "A-12")]
)
def test_a_room_has_one_form(typed: str, room: str) -> None:
    assert check_room(typed) == room


@pytest.mark.parametrize("typed", ["", "门" * 21, "😀", "1;2"])
def test_what_is_no_room_is_refused(typed: str) -> None:
    assert isinstance(check_room(typed), Refusal)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "node_name_missing"), ("栋" * 41, "node_name_too_long"), ("2栋😀", "node_name_sign")],
)
def test_a_name_that_cannot_be_is_refused(typed: str, code: str) -> None:
    found = check_node_name(typed, Level.BUILDING)
    assert isinstance(found, Refusal)
    assert found.code == code


@pytest.mark.parametrize(("first", "last"), [(5, 1), (1, 500), (-1, 3), (1, 10**9)])
def test_a_series_that_cannot_be_is_refused(first: int, last: int) -> None:
    assert isinstance(numbered_names(first, last), Refusal)


# --- the pages --------------------------------------------------------------------------


def test_fifteen_buildings_with_three_units_are_added_at_once(manager: FlaskClient) -> None:
    make_unit()
    compound = node("金牛小区").id
    series = {"first": "1", "last": "15", "after": "栋", "before": "", "units": "3"}
    answer = manager.post(f"/grid/{compound}/series", data=series, follow_redirects=True)
    assert "新加了 58 处" in answer.text  # 2栋 and its 1单元 were there
    again = manager.post(f"/grid/{compound}/series", data=series, follow_redirects=True)
    assert "新加了 0 处" in again.text
    page = manager.get(f"/grid/{compound}").text
    assert page.index(">2栋<") < page.index(">10栋<")
    db.session.rollback()
    found = grid_queries.units_named(db.session(), "15-3")
    assert [place.label for place in found.values()] == ["金牛社区 金牛小区 15栋 3单元"]
    assert "15栋 3单元" in manager.get("/grid/units?q=15-3").get_json()["units"][0]


def test_a_leader_and_a_lift_are_set(manager: FlaskClient) -> None:
    make_unit()
    building = node("2栋").id
    data = {"name": "2栋", "leader_name": "刘芳", "leader_phone": "139 0000 1111", "has_lift": "no"}
    assert manager.post(f"/grid/{building}", data=data).status_code == 302
    changed = node("2栋")
    assert (changed.leader_name, changed.leader_phone, changed.has_lift) == (
        "刘芳", "13900001111", False,
    )  # fmt: skip
    wrong = manager.post(f"/grid/{building}", data=data | {"leader_phone": "12"})
    assert wrong.status_code == 409
    assert "不是电话号码" in wrong.text


def test_what_stands_below_moves_with_a_new_name(manager: FlaskClient) -> None:
    make_unit()
    data = {"name": "银牛小区", "leader_name": "", "leader_phone": "", "has_lift": ""}
    manager.post(f"/grid/{node('金牛小区').id}", data=data)
    unit = node("1单元")
    assert unit.sort_key.startswith(node("2栋").sort_key)
    assert "银牛小区" in unit.sort_key
    assert grid_queries.unit_named(db.session(), "银牛小区2栋1单元") == {
        unit.id: next(iter(grid_queries.units_named(db.session(), "2-1").values()))
    }


def test_two_places_of_one_name_side_by_side_are_refused(manager: FlaskClient) -> None:
    make_unit()
    make_unit(building="3栋")
    data = {"name": "2栋", "leader_name": "", "leader_phone": "", "has_lift": ""}
    answer = manager.post(f"/grid/{node('3栋').id}", data=data)
    assert answer.status_code == 409
    assert "已有同名的一处" in answer.text


def test_only_an_empty_place_can_be_removed(manager: FlaskClient) -> None:
    make_chen(1)
    unit = node("1单元").id
    assert "不能删" in manager.post(f"/grid/{unit}/removal", follow_redirects=True).text
    building = node("2栋").id
    manager.post(f"/grid/{building}/children", data={"name": "2"})
    empty = node("2单元").id
    assert "已删除" in manager.post(f"/grid/{empty}/removal", follow_redirects=True).text
    assert node("2单元") is None
    assert db.session.scalars(select(Household)).one().unit_id == unit


def test_a_community_is_where_a_grid_begins(manager: FlaskClient) -> None:
    assert manager.get("/grid").status_code == 200
    manager.post("/grid/children", data={"name": "金牛社区"})
    top = node("金牛社区")
    assert (top.level, top.path, top.parent_id) == ("community", f"/{top.id}/", None)
    again = manager.post("/grid/children", data={"name": "金牛社区"}, follow_redirects=True)
    assert "新加了 0 处" in again.text


def test_nothing_stands_below_a_unit(manager: FlaskClient) -> None:
    make_unit()
    answer = manager.post(
        f"/grid/{node('1单元').id}/children", data={"name": "甲"}, follow_redirects=True
    )
    assert "单元下面是住户" in answer.text


def test_the_people_of_one_building_are_listed(manager: FlaskClient) -> None:
    make_chen(1)
    assert "陈桂英" in manager.get(f"/residents?node={node('2栋').id}").text
    other = make_unit(building="3栋")
    assert "陈桂英" not in manager.get(f"/residents?node={other}").text
