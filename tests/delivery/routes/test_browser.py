"""A plan of rounds in a real Chromium: a door is dragged, moved by keys, and by the form."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from time_machine import travel

from canteen.delivery.routes.models import RoutePlan
from canteen.delivery.routes.queries import shown_plan
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from tests.browser import LiveServer, sign_in_page
from tests.delivery.streets import Street, planned
from tests.people import NOW

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def lunch_time() -> Iterator[None]:
    """It is Monday, 11:30 in Shanghai."""
    with travel(NOW, tick=True):
        yield


def orders(plan_id: int) -> dict[int, tuple[int, ...]]:
    db.session.rollback()
    shown = shown_plan(db.session(), db.session.get_one(RoutePlan, plan_id))
    assert not isinstance(shown, Refusal)
    return shown.plan.orders


def drag(page: Any, handle: str, target: str) -> None:
    """With the mouse, in several steps, as a hand does."""
    page.locator(handle).scroll_into_view_if_needed()
    start, end = page.locator(handle).bounding_box(), page.locator(target).bounding_box()
    page.mouse.move(start["x"] + 20, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 10, steps=3)
    page.mouse.move(end["x"] + 60, end["y"] + 10, steps=6)
    page.mouse.up()


def test_doors_move_by_dragging_by_keys_and_by_the_form_and_the_cost_is_said(
    app: Flask, street: Street, browser_page: Any, live_server: LiveServer
) -> None:
    plan_id = planned(app, street)
    sign_in_page(browser_page, live_server, "zhangjie")
    browser_page.set_viewport_size({"width": 1024, "height": 1400})
    browser_page.goto(f"{live_server.url}/delivery/route-plans/{plan_id}")
    before = orders(plan_id)
    giver, taker = sorted(before, key=lambda who: -len(before[who]))[:2]
    door = before[giver][0]

    drag(browser_page, f"[data-stop='{door}'] summary", f"[data-courier='{taker}'] h2")
    browser_page.wait_for_selector(f"[data-courier='{taker}'] [data-stop='{door}']")
    assert orders(plan_id)[taker][-1] == door
    assert "已移动，合起来" in browser_page.inner_text("main")

    browser_page.focus(f"[data-stop='{door}'] summary")
    browser_page.keyboard.press("ArrowUp")
    browser_page.wait_for_selector(
        f"[data-courier='{taker}'] li:nth-last-child(2)[data-stop='{door}']"
    )
    assert orders(plan_id)[taker][-2] == door

    browser_page.click(f"[data-stop='{door}'] summary")
    form = browser_page.locator(f"[data-stop='{door}'] form")
    form.locator("select").select_option(str(giver))
    form.locator("input[type=number]").fill("1")
    form.locator("button").click()
    browser_page.wait_for_selector(f"[data-courier='{giver}'] [data-stop='{door}']")
    assert orders(plan_id) == before


def test_the_page_fits_a_phone_and_its_handles_are_big_enough(
    app: Flask, street: Street, browser_page: Any, live_server: LiveServer
) -> None:
    plan_id = planned(app, street)
    sign_in_page(browser_page, live_server, "zhangjie")
    browser_page.set_viewport_size({"width": 360, "height": 740})
    browser_page.goto(f"{live_server.url}/delivery/route-plans/{plan_id}")
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= 360
    for handle in browser_page.locator(".move > summary").all():
        box = handle.bounding_box()
        assert min(box["width"], box["height"]) >= 44
