"""Old eyes, hurried fingers, no mouse: letters, targets, contrast, in the browser itself."""

from typing import Any

import pytest
from flask import Flask

from tests.browser import LiveServer, shoot, tablet_page
from tests.settlement.counter import (
    Counter,
    add_small_set,
    later,
    make_counter,
    open_counter,
    shown,
)

pytestmark = [pytest.mark.browser, pytest.mark.looks]

SIZES = {"landscape": (1024, 768), "portrait": (768, 1024), "phone": (390, 844)}

SMALL_LETTERS = """() => [...document.querySelectorAll("body *")].filter(each => {
    const own = [...each.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    const style = getComputedStyle(each);
    return own && each.checkVisibility() && !each.closest(".visually-hidden")
        && !["SCRIPT", "OPTION"].includes(each.tagName) && parseFloat(style.fontSize) < 18;
}).map(each => each.outerHTML.slice(0, 80))"""

SMALL_TARGETS = """() => [...document.querySelectorAll(
    "button, a[href], select, input:not([type=file], [type=checkbox]), .till-switch, [role=option]"
)].filter(each => each.checkVisibility()).map(each => [each, each.getBoundingClientRect()])
  .filter(([_each, box]) => box.width < 59.5 || box.height < 59.5)
  .map(([each, box]) => `${box.width} x ${box.height} ${each.outerHTML.slice(0, 80)}`)"""

CUT = """() => {
    const page = document.documentElement;
    const wide = [...document.querySelectorAll("body *")].filter(each => each.checkVisibility()
        && !each.closest(".visually-hidden, .till-recents, .till-photo")
        && each.getBoundingClientRect().right > innerWidth + 1);
    return wide.map(each => each.outerHTML.slice(0, 80));
}"""


PLACES = """() => Object.fromEntries([...document.querySelectorAll(
    "[data-set], .till-acts [data-act]:not([data-act=undo]), .till-bar select, .till-clerk"
)].filter((each) => each.checkVisibility()).map((each) => [
    each.dataset.set ?? each.dataset.act ?? each.dataset.bar,
    ["left", "top", "width", "height"].map((side) => Math.round(each.getBoundingClientRect()[side]))
]))"""
"""Where the buttons are that a finger may be on its way to."""


@pytest.fixture
def counter(app: Flask) -> Counter:
    """金牛食堂 at lunch, with two sets."""
    made = make_counter()
    add_small_set(made.site_id)
    return made


def check(page: Any, screen: str) -> None:
    """Letters of 18 px, targets of 60 px, nothing cut off, nothing that axe finds."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.wait_for_timeout(50)
    assert page.evaluate(SMALL_LETTERS) == [], screen
    assert page.evaluate(SMALL_TARGETS) == [], screen
    assert page.evaluate(CUT) == [], screen
    found = axe.run(page).response["violations"]
    told = [(each["id"], each["nodes"][0]["html"][:120]) for each in found]
    assert told == [], screen


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_screen_can_be_read_and_hit(
    counter: Counter, live_server: LiveServer, chromium: Any, size: str, language: str
) -> None:
    width, height = SIZES[size]
    with tablet_page(
        chromium, locale=language, viewport={"width": width, "height": height}
    ) as page:
        open_counter(page, live_server)
        check(page, "idle")
        places = page.evaluate(PLACES)
        shoot(page, counter.chen)
        shown(page, "receipt")
        page.locator("[data-act=undo]:visible").wait_for()
        check(page, "receipt")
        assert page.evaluate(PLACES) == places, "nothing moves when a result arrives"
        shoot(page, counter.wang)
        shown(page, "refusal")
        check(page, "refusal")
        assert page.evaluate(PLACES) == places, "nothing moves when a card is refused"
        page.keyboard.press("F2")
        shown(page, "search")
        page.keyboard.type("wdf", delay=80)
        page.locator("[role=option]").wait_for()
        check(page, "search")
        later(page)
        shoot(page, counter.chen)
        page.locator("[data-step=override]").click()
        shown(page, "override")
        check(page, "override")
        page.click("[data-act=sound]")
        check(page, "sound")
        page.keyboard.press("Escape")
        page.click("[data-act=camera]")
        page.locator("[data-camera-note]:not(:empty)").wait_for()
        check(page, "camera")


def test_the_words_fit_at_twice_their_size(
    counter: Counter, live_server: LiveServer, chromium: Any
) -> None:
    with tablet_page(chromium, viewport={"width": 512, "height": 384}) as page:
        open_counter(page, live_server)
        shoot(page, counter.chen)
        shown(page, "receipt")
        assert page.evaluate(CUT) == []


def test_motion_stops_for_those_who_ask_for_it(
    counter: Counter, live_server: LiveServer, chromium: Any
) -> None:
    with tablet_page(chromium, reduced_motion="reduce") as page:
        open_counter(page, live_server)
        with live_server.held("/counter/meals"):
            shoot(page, counter.chen)
            shown(page, "waiting")
            turning = "document.querySelector('.turning svg')"
            assert page.evaluate(f"getComputedStyle({turning}).animationName") == "none"
        shown(page, "receipt")
