"""The 53rd week of 2026, of which three days are in the next year: planned, published, given on."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from canteen.foundation.calendar import week_name
from canteen.menus import actions
from canteen.menus.plan_actions import take_proposal
from tests.menus.desk import planned
from tests.menus.kitchen import make_kitchen, put, week
from tests.people import NOW, sign_in

pytestmark = pytest.mark.usefixtures("quick")
LAST = date(2026, 12, 28)
WEEK = "2026-W53"
NEW_YEAR = date(2027, 1, 1)


def test_the_week_between_the_years_is_planned_published_and_given_on(
    app: Flask, client: FlaskClient, time_machine: Any
) -> None:
    time_machine.move_to(NOW.replace(year=2027, month=1, day=1), tick=False)
    site = make_kitchen()
    found = planned(app, site, monday=LAST, periods=("dinner",))
    taken = take_proposal(site_id=site, proposal_id=found.id, now=NOW, by=None)
    assert isinstance(taken, int)
    dishes = week(site, LAST).dishes
    assert {one.day for one in dishes} == {LAST + timedelta(days=n) for n in range(7)}
    assert {week_name(one.day) for one in dishes} == {WEEK}
    assert actions.publish_week(site_id=site, monday=LAST, now=NOW, by=None) is None

    public = client.get(f"/menu/jinniu/{WEEK}")
    assert public.status_code == 200
    feast = [one.name for one in dishes if one.day == NEW_YEAR]
    assert feast
    assert all(name in public.text for name in feast)
    assert client.get(f"/menu/jinniu/{WEEK}.png").data.startswith(b"\x89PNG")
    feed = client.get("/menu/jinniu.ics").text
    assert "UID:2027-01-01-dinner-jinniu@menu.canteen" in feed
    assert "UID:2026-12-28-dinner-jinniu@menu.canteen" in feed

    sign_in(client, "wangshifu")
    assert feast[0] in client.get(f"/menus/{WEEK}").text
    sheet = client.get(f"/kitchen/{WEEK}/purchases.xlsx")
    assert sheet.status_code == 200
    assert load_workbook(BytesIO(sheet.data)).sheetnames


def test_the_first_week_of_the_year_follows_the_53rd(app: Flask) -> None:
    """A dish of the last Sunday is a neighbour of the first Monday, not of a week of last year."""
    site = make_kitchen()
    put(site, LAST + timedelta(days=6), "红烧肉")
    put(site, LAST + timedelta(days=7), "红烧肉")
    assert week(site, LAST).repeats == ()
    assert week_name(LAST + timedelta(days=7)) == "2027-W01"
    put(site, LAST, "红烧肉")
    assert len(week(site, LAST).repeats) == 1


def test_there_is_no_53rd_week_of_2027(client: FlaskClient, app: Flask) -> None:
    make_kitchen()
    sign_in(client, "wangshifu")
    assert client.get("/menus/2027-W53").status_code == 404
    assert client.get(f"/menus/{WEEK}").status_code == 200
