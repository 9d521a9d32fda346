"""The whole way in a real browser: ask, wait, look, take, and then something else here."""

import threading
import time
from typing import Any

import pytest
from flask import Flask

from canteen.foundation.database import db
from canteen.foundation.jobs import run_waiting
from canteen.staff.rules import Role
from tests.browser import LiveServer, sign_in_page
from tests.menus.desk import planned
from tests.menus.kitchen import WEEK, make_kitchen, week
from tests.people import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.usefixtures("quick")]


WHILE_MS = 150_000
"""A busy machine may need the whole minute that a plan has, and then draws it."""


class Worker:
    """Does what waits, beside the page, until the test is over."""

    def __init__(self, app: Flask) -> None:
        self._app, self._over = app, threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while not self._over.is_set():
            run_waiting(self._app)
            time.sleep(0.1)

    def end(self) -> None:
        self._over.set()
        self._thread.join(timeout=30)


def test_a_week_is_planned_taken_and_changed_in_one_place(
    app: Flask, live_server: LiveServer, browser_page: Any
) -> None:
    site, page = make_kitchen(), browser_page
    sign_in_page(page, live_server, "wangshifu")
    page.goto(f"{live_server.url}/menus/{WEEK}")
    page.get_by_role("link", name="电脑排菜").click()
    page.get_by_label("最多算几秒").fill("60")
    page.get_by_role("button", name="开始排").click()
    page.wait_for_selector("progress")
    worker = Worker(app)  # not before its page was seen: it may need no more than a moment
    try:
        page.wait_for_url("**/menus/proposals/*", timeout=WHILE_MS)
        assert page.locator("text=7 天 147 道，没有重复：已核对").is_visible()
        assert page.locator(".plan-grid .plan-place").count() == 147
        page.get_by_role("button", name="采用").click()
        page.wait_for_url(f"**/menus/{WEEK}")
        db.session.remove()
        before = {(d.day, d.period, d.slot, d.position): d.dish_id for d in week(site).dishes}
        assert len(before) == 147
        assert week(site).repeats == ()

        page.get_by_role("link", name="局部调整").click()
        page.locator(".plan-place .dish").first.click()
        page.get_by_role("button", name="这里换一道，让电脑配").click()
        page.wait_for_url("**/menus/proposals/*", timeout=WHILE_MS)
        assert page.locator("text=只改 1 格").is_visible()
        page.get_by_role("button", name="采用").click()
        page.wait_for_url(f"**/menus/{WEEK}")
        db.session.remove()
        after = {(d.day, d.period, d.slot, d.position): d.dish_id for d in week(site).dishes}
        assert len([place for place in before if before[place] != after[place]]) == 1
        assert week(site).repeats == ()
    finally:
        worker.end()


def test_a_slider_says_in_words_what_it_means(
    app: Flask, live_server: LiveServer, browser_page: Any
) -> None:
    site, page = make_kitchen(), browser_page
    make_staff("zhangjie", Role.MANAGER, site_id=site, name="张姐")
    sign_in_page(page, live_server, "zhangjie")
    page.goto(f"{live_server.url}/menus/planning-rules")
    slider = page.get_by_label("一周里不上相近的菜")
    slider.focus()
    page.keyboard.press("End")
    assert page.locator("output[for='importance.near_duplicate']").inner_text() == "最看重"
    page.keyboard.press("Home")
    assert page.locator("output[for='importance.near_duplicate']").inner_text() == "不管"


def test_on_a_phone_a_plan_shows_one_day(
    app: Flask, live_server: LiveServer, browser_page: Any
) -> None:
    found = planned(app, make_kitchen(), periods=("dinner",))
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in_page(page, live_server, "wangshifu")
    page.goto(f"{live_server.url}/menus/proposals/{found.id}")
    assert page.locator(".plan-grid td:visible").count() == 5
    page.get_by_role("button", name="周三").click()
    assert page.locator(".plan-grid thead [data-day='2']").is_visible()
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(wide)
