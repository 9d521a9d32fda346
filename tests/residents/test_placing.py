"""Where places are, set one by one or pasted; all of a paste or nothing."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.foundation.database import db
from canteen.foundation.geography import System
from canteen.foundation.wording import Refusal
from canteen.residents.models import GridNode
from canteen.residents.placing import place_many, place_node
from canteen.sites.models import Site
from tests.people import NOW, make_site, make_unit, make_zhangjie, sign_in


@pytest.fixture
def site(app: Flask) -> int:
    site_id = make_site()
    make_zhangjie(site_id)
    for building in ("1栋", "2栋", "3栋"):
        make_unit(building=building)
    make_unit(compound="银杏小区", building="1栋")
    return site_id


def node(name: str, compound: str = "金牛小区") -> GridNode:
    db.session.rollback()
    query = db.select(GridNode).where(GridNode.name == name)
    return next(
        one
        for one in db.session.scalars(query)
        if one.parent is not None and one.parent.name == compound
    )


def paste(site_id: int, text: str, system: System = System.WGS84) -> object:
    done = place_many(site_id=site_id, text=text, system=system, now=NOW, by=1)
    return done if isinstance(done, int) else [(one.number, one.refusal.code) for one in done]


def test_a_place_is_set_and_forgotten(site: int) -> None:
    node_id = node("2栋").id
    set_it = {"node_id": node_id, "system": System.WGS84, "now": NOW, "by": 1}
    assert place_node(text="104.0648, 30.6586", **set_it) is None
    assert (node("2栋").latitude, node("2栋").longitude) == (30.6586, 104.0648)
    assert place_node(text=" ", **set_it) is None
    assert node("2栋").latitude is None


def test_a_wrong_point_changes_nothing(site: int) -> None:
    node_id = node("2栋").id
    refusal = place_node(node_id=node_id, text="0,0", system=System.WGS84, now=NOW, by=1)
    assert refusal == Refusal("coordinates_impossible", {"value": "0,0"})
    assert node("2栋").latitude is None


def test_a_block_from_a_sheet_sets_many_and_the_canteen(site: int) -> None:
    text = (
        "食堂\t104.0640\t30.6580\n"
        "金牛小区 1栋\t104.0641\t30.6581\n"
        "金牛小区2栋，104.0642，30.6582\n"
        "3栋 30.6583 104.0643\n"
        "银杏小区1栋1单元, 104.0700, 30.6600\n"
    )
    assert paste(site, text) == 5
    assert node("2栋").longitude == 104.0642
    assert node("3栋").latitude == 30.6583
    assert db.session.get_one(Site, site).latitude == 30.658


def test_one_wrong_line_and_nothing_is_set_and_every_wrong_line_is_named(site: int) -> None:
    text = "2栋, 104.0642, 30.6582\n1栋, 104.0641, 30.6581\n9栋, 104.06, 30.65\n3栋, 12, 13"
    assert paste(site, text) == [
        (2, "place_not_clear"),
        (3, "place_not_in_grid"),
        (4, "coordinates_impossible"),
    ]
    assert node("2栋").latitude is None


def test_a_paste_mixed_from_two_maps_is_found(site: int) -> None:
    text = "1栋 金牛, 1, 1"
    assert paste(site, text) == [(1, "coordinates_impossible")]
    good = "金牛小区1栋, 104.0641, 30.6581\n金牛小区2栋, 104.0642, 30.6582"
    assert paste(site, good) == 2
    mixed = "金牛小区3栋, 104.06680, 30.65585"  # as AMap writes 104.0643, 30.6583
    found = paste(site, mixed)
    assert found == [(1, "coordinates_mixed")]
    assert paste(site, mixed, System.GCJ02) == 1


def test_nothing_pasted_is_said(site: int) -> None:
    assert paste(site, " \n ") == [(1, "nothing_pasted")]


def test_the_page_names_the_wrong_line_and_keeps_what_was_typed(
    site: int, client: FlaskClient
) -> None:
    sign_in(client, "zhangjie")
    assert "0 / 4 栋楼有坐标" in client.get("/grid/coordinates").get_data(as_text=True)
    form = {"lines": "2栋, 0, 0", "system": "wgs84"}
    answer = client.post("/grid/coordinates", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "第 1 行" in page
    assert "2栋, 0, 0" in page
    good = {"lines": "2栋, 104.0642, 30.6582", "system": "gcj02"}
    assert client.post("/grid/coordinates", data=good).status_code == 302
    assert "1 / 4 栋楼有坐标" in client.get("/grid/coordinates").get_data(as_text=True)


def test_a_places_own_page_sets_its_point(site: int, client: FlaskClient) -> None:
    sign_in(client, "zhangjie")
    node_id = node("2栋").id
    wrong = client.post(f"/grid/{node_id}/point", data={"point": "x", "system": "wgs84"})
    assert wrong.status_code == 409
    assert "看不懂坐标" in wrong.get_data(as_text=True)
    right = {"point": "104.0642, 30.6582", "system": "wgs84"}
    assert client.post(f"/grid/{node_id}/point", data=right).status_code == 302
    assert "104.064200, 30.658200" in client.get(f"/grid/{node_id}").get_data(as_text=True)
