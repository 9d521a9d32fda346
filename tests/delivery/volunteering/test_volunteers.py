"""The office types in who carries: kept once, and never with a mistake."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import travel

from canteen.delivery.models import (
    Volunteer,
    VolunteerArea,
)
from canteen.foundation.database import db
from tests.delivery.people import stops
from tests.delivery.rounds.walks import make_walk
from tests.people import (
    NOW,
    make_site,
    make_unit,
    make_zhangjie,
    sign_in,
)

NEIGHBOUR = {"kind": "neighbour", "transport": "foot", "team_id": "0"}


@pytest.fixture(autouse=True)
def lunch_time() -> Iterator[None]:
    """It is Monday, 11:30 in Shanghai."""
    with travel(NOW, tick=True):
        yield


def test_a_volunteer_is_added_given_an_area_and_loses_it(client: FlaskClient) -> None:
    site_id = make_site()
    make_zhangjie(site_id)
    unit = make_unit()
    sign_in(client, "zhangjie")
    values = {
        "name": "小周", "phone": "138 0000 0303", "box_capacity": "8", "weekdays": ["6", "7"],
        "staff_id": "0", "active": "y", **NEIGHBOUR,
    }  # fmt: skip
    for _twice in range(2):
        answer = client.post("/delivery/volunteers/new", data=values)
        assert answer.status_code == 302, answer.text
    row = db.session.scalars(select(Volunteer)).one()
    assert (row.phone, row.box_capacity, row.weekdays) == ("13800000303", 8, "67")
    areas = f"/delivery/volunteers/{row.id}/areas"
    for _twice in range(2):
        assert client.post(areas, data={"grid_node_id": unit}).status_code == 302
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(VolunteerArea)) == 1
    assert "2栋 1单元" in client.get("/delivery/volunteers").text
    client.post(f"{areas}/{unit}/removal")
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(VolunteerArea)) == 0
    assert client.post(areas, data={"grid_node_id": 999999}).status_code == 400


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"phone": "12345"}, "不是电话号码"),
        ({"box_capacity": "0"}, "1 到 200 份"),
        ({"box_capacity": "很多"}, "mistake"),
        ({"name": "小周😀"}, "姓名里不能有"),
        ({"name": ""}, "请填写志愿者姓名"),
        ({"weekdays": []}, "至少选一天"),
        ({"weekdays": ["8"]}, "mistake"),
        ({"transport": "boat"}, "mistake"),
        ({"kind": "merchant"}, "合作商家请填商家名称"),
        ({"leaves_at": "11:00", "back_by": "10:30"}, "送完要晚于出发"),
        ({"leaves_at": "25:00"}, "没有“25:00”这个钟点"),
        ({"team_id": "99"}, "mistake"),
    ],
)
def test_a_volunteer_with_a_mistake_is_not_kept(
    client: FlaskClient, wrong: dict[str, Any], said: str
) -> None:
    make_zhangjie(make_site())
    sign_in(client, "zhangjie")
    values = {"name": "小周", "box_capacity": "8", "weekdays": ["6"], "staff_id": "0"}
    values |= {**NEIGHBOUR, **wrong}
    answer = client.post("/delivery/volunteers/new", data=values)
    assert answer.status_code == 200
    assert said in answer.text
    assert db.session.scalar(select(func.count(Volunteer.id))) == 0


def test_who_carries_no_more_leaves_the_open_doors_of_today_in_red(client: FlaskClient) -> None:
    walk = make_walk()
    tomorrow = walk.next_day()
    walk.tell(walk.outcome(walk.stops[0]))
    sign_in(client, "zhangjie")
    values = {
        "name": "小周", "box_capacity": "12", "weekdays": ["1", "2"], "staff_id": "0", **NEIGHBOUR,
    }  # fmt: skip
    for _twice in range(2):
        address = f"/delivery/volunteers/{walk.xiaozhou.volunteer_id}"
        assert client.post(address, data=values).status_code == 302
    db.session.rollback()
    left = {one.id: (one.volunteer_id, one.problem) for one in stops(walk.roster_id)}
    done, still_open = walk.stops
    assert left == {done: (walk.xiaozhou.volunteer_id, ""), still_open: (None, "carrier_away")}
    assert {one.problem for one in stops(tomorrow.roster_id)} == {"carrier_away"}
    assert "志愿者来不了，还没人顶" in client.get(f"/delivery/rosters/{walk.roster_id}").text
