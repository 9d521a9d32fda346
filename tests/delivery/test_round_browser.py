"""A delivery morning in a real Chromium: the office publishes, 小周 walks, the sheet is paper."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from canteen.delivery.models import RosterStop, StopOutcome
from canteen.foundation.database import db, transaction
from canteen.residents.models import Resident
from canteen.settlement.models import Meal
from canteen.sites.models import MealPeriod
from tests.browser import LiveServer, sign_in_page, tablet_page
from tests.delivery.people import make_need, make_programme, make_xiaozhou
from tests.noon import HERE, today
from tests.people import make_chen, make_resident, make_site, make_unit, make_zhangjie

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


@dataclass(frozen=True)
class Morning:
    """陈奶奶 and 李奶奶 on two floors of one unit, both in need of lunch today."""

    site_id: int
    today: date


@pytest.fixture
def morning(app: Flask) -> Morning:
    site_id = make_site(time_zone=HERE)
    make_zhangjie(site_id)
    unit = make_unit()
    chen = make_chen(site_id, unit_id=unit)
    li = make_resident(
        "李秀兰",
        site_id=site_id,
        birthday=date(1939, 1, 2),
        unit_id=unit,
        room="302",
        tags=("tekun",),
        phone="13800000303",
        phone_tail="0303",
        may_leave_at_door=True,
    )
    make_programme(site_id)
    for person in (chen, li):
        make_need(person, site_id)
    make_xiaozhou(site_id, unit)
    with transaction() as session:  # lunch lasts all day: the test runs at whatever hour it is
        session.execute(
            update(MealPeriod)
            .where(MealPeriod.code == "lunch")
            .values(starts=time(0, 0), ends=time(23, 59))
        )
    return Morning(site_id, today())


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    """A volunteer's phone."""
    with tablet_page(chromium, viewport=PHONE, is_mobile=True) as page:
        yield page


def publish(page: Any, server: LiveServer, morning: Morning) -> None:
    """张姐 looks at the draft and publishes it."""
    sign_in_page(page, server, "zhangjie")
    page.goto(
        f"{server.url}/delivery/rosters/draft?date={morning.today}&day={morning.today}&period=lunch"
    )
    page.click("form[action='/delivery/rosters'] button.primary")
    page.wait_for_url(re.compile(r"/delivery/rosters/\d+$"))


def latest(room: str) -> StopOutcome | None:
    """What stands for the door of a room."""
    db.session.rollback()
    query = (
        select(StopOutcome)
        .join(RosterStop, RosterStop.id == StopOutcome.stop_id)
        .where(RosterStop.address.contains(room))
        .order_by(StopOutcome.recorded_at.desc())
    )
    return db.session.scalars(query).first()


def test_a_round_from_the_draft_to_the_last_door(
    browser_page: Any, phone: Any, live_server: LiveServer, morning: Morning
) -> None:
    publish(browser_page, live_server, morning)
    sign_in_page(phone, live_server, "xiaozhou")
    phone.goto(f"{live_server.url}/round/list")
    cards = phone.locator("article.stop-card:not(.done)")
    assert cards.count() == 2
    assert "302" in cards.nth(0).inner_text()
    assert "501" in cards.nth(1).inner_text()
    assert "13800000101" not in phone.content()
    assert db.session.scalars(select(StopOutcome)).all() == []

    cards.nth(1).locator("button[value=handed_over]").click()
    phone.wait_for_selector("article.stop-card.done")
    outcome = latest("501")
    assert outcome is not None
    assert outcome.kind == "handed_over"
    meal = db.session.get_one(Meal, outcome.meal_id)
    assert (meal.channel, meal.subsidy_fen, meal.paid_fen) == ("delivery", 1300, 0)

    cards.nth(0).locator("summary").click()
    cards.nth(0).locator("button[value=nobody_answers]").click()
    phone.wait_for_selector("article.stop-card:not(.done)", state="detached")
    outcome = latest("302")
    assert outcome is not None
    assert (outcome.kind, outcome.meal_id) == ("nobody_answers", None)


def test_buttons_on_the_stairs_are_big_and_nothing_is_wider_than_the_phone(
    browser_page: Any, phone: Any, live_server: LiveServer, morning: Morning
) -> None:
    publish(browser_page, live_server, morning)
    sign_in_page(phone, live_server, "xiaozhou")
    phone.goto(f"{live_server.url}/round/list")
    for button in phone.locator("article.stop-card .button:visible").all():
        box = button.bounding_box()
        assert box["height"] >= 60, button.inner_text()
        assert box["width"] >= 60, button.inner_text()
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]


def test_of_a_day_that_is_different_only_what_is_asked_shows(
    browser_page: Any, live_server: LiveServer, morning: Morning
) -> None:
    chen = db.session.scalars(select(Resident.id).where(Resident.name == "陈桂英")).one()
    sign_in_page(browser_page, live_server, "zhangjie")
    browser_page.goto(f"{live_server.url}/delivery/people/{chen}")
    browser_page.locator("details.add:has(form[data-special]) summary").click()
    form = browser_page.locator("form[data-special]")
    shown = {"none": [False, False], "more": [True, False], "other_period": [False, True]}
    for kind, wanted in shown.items():
        form.locator("[name=kind]").select_option(kind)
        fields = (form.locator("[name=more]"), form.locator("[name=other_period]"))
        assert [field.is_visible() for field in fields] == wanted, kind
    tomorrow = morning.today + timedelta(days=1)
    form.locator("[name=day]").fill(tomorrow.isoformat())
    form.locator("[name=kind]").select_option("more")
    form.locator("[name=special_reason]").fill("妹妹来看她")
    form.locator("button").click()
    browser_page.wait_for_selector("text=妹妹来看她")
    browser_page.goto(f"{live_server.url}/delivery/portions?day={tomorrow}&period=lunch")
    assert browser_page.locator("dl.figures dd").first.inner_text().startswith("3")
