"""30 px on a phone 360 px wide: every page that an old diner or a volunteer reads."""

from datetime import UTC, datetime, time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from canteen.delivery.actions import publish_roster
from canteen.foundation.database import transaction
from canteen.foundation.wording import Refusal
from canteen.menus import actions
from canteen.sites.models import MealPeriod, Site
from tests.browser import LiveServer, sign_in_page, tablet_page
from tests.delivery.people import make_need, make_programme, make_xiaozhou
from tests.menus.kitchen import MONDAY, WEEK, fill, make_kitchen
from tests.noon import HERE, today
from tests.people import NOW, make_chen, make_unit, make_zhangjie

pytestmark = [pytest.mark.browser, pytest.mark.looks]

PHONE = {"width": 360, "height": 740}

SMALL = """([where, least]) => [...document.querySelectorAll(where)]
  .filter((e) => e.checkVisibility() && !e.closest(".visually-hidden, .text-sizes")
    && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())
    && parseFloat(getComputedStyle(e).fontSize) < least)
  .map((e) => `${getComputedStyle(e).fontSize} ${e.outerHTML.slice(0, 100)}`)"""
LOW = """() => [...document.querySelectorAll(":is(main, .letters) :is(button, summary, input)")]
  .filter((e) => e.checkVisibility() && !["hidden", "checkbox"].includes(e.type)
    && !e.matches(".visually-hidden") && e.getBoundingClientRect().height < 59.5)
  .map((e) => e.outerHTML.slice(0, 100))"""
TIGHT = """() => [...document.querySelectorAll("main p, main li, main dd")]
  .filter((e) => e.checkVisibility()
    && parseFloat(getComputedStyle(e).lineHeight) < 1.29 * parseFloat(getComputedStyle(e).fontSize))
  .map((e) => e.outerHTML.slice(0, 100))"""
OUTSIDE = """() => [...document.querySelectorAll("main *, header *")]
  .filter((e) => e.checkVisibility() && !e.closest(".visually-hidden, .skip")
    && e.getBoundingClientRect().right > innerWidth + 0.5)
  .map((e) => e.outerHTML.slice(0, 100))"""


@pytest.fixture
def morning(app: Flask) -> int:
    """金牛食堂 with a published week, and 陈奶奶 whom 小周 brings her lunch today."""
    site_id = make_kitchen()
    manager = make_zhangjie(site_id)
    fill(site_id)
    assert actions.publish_week(site_id=site_id, monday=MONDAY, now=NOW, by=None) is None
    unit = make_unit()
    chen = make_chen(site_id, unit_id=unit)
    make_programme(site_id)
    make_need(chen, site_id)
    make_xiaozhou(site_id, unit)
    with transaction() as session:  # lunch lasts all day: the test runs at whatever hour it is
        lunch = update(MealPeriod).where(MealPeriod.code == "lunch")
        session.execute(lunch.values(starts=time(0, 0), ends=time(23, 59)))
        session.get_one(Site, site_id).time_zone = HERE
    day, now = today(), datetime.now(UTC)
    made = publish_roster(
        site_id=site_id, day=day, period_code="lunch", today=day, by=manager, now=now
    )
    assert not isinstance(made, Refusal), made
    return site_id


def look(page: Any, address: str, *, main: str = "main *", least: float = 30) -> None:
    """A page in both languages: its letters, its lines, its targets, its right edge."""
    for language in ("zh_Hans_CN", "en"):
        page.context.add_cookies([{"name": "canteen_language", "value": language, "url": address}])
        page.goto(address)
        page.wait_for_selector(main.split(",")[0])
        where = f"{address} {language}"
        assert page.evaluate(SMALL, [main, least]) == [], where
        for what in (LOW, TIGHT, OUTSIDE):
            assert page.evaluate(what) == [], where
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, where


def test_thirty_pixels_on_every_page_of_a_diner_and_of_a_volunteer(
    morning: int, live_server: LiveServer, chromium: Any
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with tablet_page(chromium, viewport=PHONE, is_mobile=True) as page:
        page.set_default_timeout(30_000)  # thirty pages, on a machine that does other things
        base = live_server.url
        look(page, f"{base}/sign-in", least=18)
        page.click(".letters > summary")
        page.click("[data-text-size=largest]")
        assert page.evaluate("document.documentElement.dataset.text") == "largest"
        assert page.get_attribute("[data-text-size=largest]", "aria-pressed") == "true"
        assert axe.run(page).response["violations"] == []
        page.keyboard.press("Escape")
        assert not page.is_visible(".text-sizes")

        for address in ("/sign-in", f"/menu/jinniu/{WEEK}", "/no-such-page"):
            look(page, f"{base}{address}")
        look(page, f"{base}/diner", main=".diner-stage *, .diner-pairing *")

        sign_in_page(page, live_server, "xiaozhou")
        look(page, f"{base}/round", main=".pickup .count-what, .on-round main *")
        page.click("[data-act=counted]")
        page.click("[data-act=left]")
        page.wait_for_selector(".stop-card.next")  # noted: leaving the page loses nothing
        look(page, f"{base}/round", main=".stop-card.next .door-building, .on-round main *")
        look(page, f"{base}/round/list")
        link = page.get_attribute("a[href*='/duties/']", "href")
        look(page, f"{base}{link}")
        for address in ("/", "/round/requests", "/round/alarms", "/own-password"):
            look(page, f"{base}{address}")


def test_the_first_paint_is_large_and_a_page_without_scripts_can_choose(
    morning: int, live_server: LiveServer, chromium: Any
) -> None:
    with tablet_page(chromium, viewport=PHONE, java_script_enabled=False) as page:
        page.set_default_timeout(30_000)
        page.goto(f"{live_server.url}/menu/jinniu/{WEEK}")
        page.click("[data-text-size=largest]")
        page.wait_for_selector("html[data-text=largest]")
        assert "jinniu" in page.url
        page.goto(f"{live_server.url}/sign-in")
        assert page.locator("html[data-text=largest]").count() == 1
