"""Every state of the counter, in both languages, as old eyes and a keyboard meet it.

`test_till_ease_browser` walks through the ordinary ones; here are the rarer: each refusal, the
line without an answer, the counter alone, locked, signed out; and the staff's pages beside it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from canteen.blueprints.settlement.schemas import _STEPS
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.staff.models import Staff
from canteen.staff.pins import set_pin
from tests.browser import LiveServer, shoot, sign_in_page, tablet_page
from tests.people import PASSWORD
from tests.settlement.counter import Counter, later, never_gives_up, open_counter, shown
from tests.settlement.offline.test_alone_browser import ready
from tests.settlement.offline.test_offline_posts import served
from tests.settlement.test_till_ease_browser import CUT, SMALL_LETTERS

pytestmark = [pytest.mark.browser, pytest.mark.looks]

TABLET, PHONE, ZOOMED = (1024, 768), (390, 844), (512, 384)
"""The last is a tablet at 200 %: what has 18 px has 36 there."""
LANGUAGES = ["zh-CN", "en"]
CODES = sorted(
    {
        *_STEPS,
        *("token_not_ours", "token_cut", "token_missing", "device_unknown", "busy"),
        *("offline_card_limit", "offline_device_limit", "offline_card_unknown"),
        *("offline_no_roster", "shift_needed_for_cash"),
    }
    - {"manager_needed", "reason_needed"}  # these are the screen of a manager
    - {"pin_wrong", "pin_locked", "pin_none", "pin_form"}
)
WCAG = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    }
}

FIGURES = """() => [[".till-paid-sum", 56], [".till-receipt h2", 40], [".till-refusal h2", 30],
    [".till-left dd", 24]].flatMap(([name, least]) => [...document.querySelectorAll(name)]
    .filter((each) => each.checkVisibility() && parseFloat(getComputedStyle(each).fontSize) < least)
    .map((each) => `${name} ${getComputedStyle(each).fontSize}`))"""

TIGHT_LINES = """() => [...document.querySelectorAll(
    ".till-stage p, .till-stage h2, .till-stage dt"
)].filter((each) => each.checkVisibility() && parseFloat(getComputedStyle(each).lineHeight)
        < 1.2 * parseFloat(getComputedStyle(each).fontSize)
    && each.offsetHeight > 1.5 * parseFloat(getComputedStyle(each).fontSize))
  .map((each) => each.outerHTML.slice(0, 80))"""

SMALL_TARGETS = """() => [...document.querySelectorAll(
    "button, a[href], select, input:not([type=file]), [role=option]"
)].filter((each) => each.checkVisibility())
  .map((each) => [each, (each.closest("label") ?? each).getBoundingClientRect()])
  .filter(([_each, box]) => box.width < 59.5 || box.height < 59.5)
  .map(([each, box]) => `${box.width} x ${box.height} ${each.outerHTML.slice(0, 80)}`)"""

STAND_STILL = "() => { const at = performance.now(); performance.now = () => at; }"
GO_ON = "() => { delete performance.now; }"
"""The counter's patience is measured with this clock: while it stands, a retry goes on for ever."""

FOCUS = """() => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const style = getComputedStyle(here);
    const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return [here.outerHTML.slice(0, 80), seen];
}"""

SMALL_FOR_STAFF = """() => [...document.querySelectorAll(
    "main button, main a[href], main select, main input:not([type=hidden], [type=file])"
)].filter((each) => each.checkVisibility() && !each.closest("p, li, .visually-hidden"))
  .map((each) => [each, (each.closest("label") ?? each).getBoundingClientRect()])
  .filter(([_each, box]) => box.height < 43.5 || box.width < 43.5)
  .map(([each, box]) => `${box.width} x ${box.height} ${each.outerHTML.slice(0, 90)}`)"""


def violations(page: Any) -> list[Any]:
    """What axe finds at WCAG 2.2 AA."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page, options=WCAG).response["violations"]
    return [(each["id"], each["nodes"][0]["html"][:140]) for each in found]


def check(page: Any, state: str, *, axe: bool = True) -> None:
    """Letters, figures, targets, edges and lines; and what axe finds."""
    page.wait_for_timeout(60)
    for what in (SMALL_LETTERS, SMALL_TARGETS, CUT, FIGURES, TIGHT_LINES):
        assert page.evaluate(what) == [], state
    if axe:
        assert violations(page) == [], state


def check_focus(page: Any, state: str) -> None:
    """Tab goes somewhere, and wherever it goes can be seen."""
    stops = []
    for _press in range(30):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or stop in stops:
            break
        stops.append(stop)
    assert len(stops) > 1, state
    assert [each for each, seen in stops if not seen] == [], state


@contextmanager
def counter_page(
    browser: Any,
    server: LiveServer,
    language: str,
    size: tuple[int, int],
    *,
    roster: bool = True,
) -> Iterator[Any]:
    """The counter page of a device of this size; without a roster it cannot go on alone."""
    width, height = size
    with tablet_page(browser, locale=language, viewport={"width": width, "height": height}) as page:
        if not roster:
            page.route("**/counter/roster", lambda route: route.abort())
        open_counter(page, server)
        yield page


def refusal_json(app: Flask, code: str, language: str) -> str:
    """What the server answers, with every link a clerk could follow."""
    title = "Granny Chen" if language == "en" else "陈奶奶"
    facts = {
        "title": title, "at": "11:32", "due": "9.00", "balance": "5.00", "limit": "500.00",
        "digits": 17, "expected": 22, "period": "lunch", "due_fen": 900, "balance_fen": 500,
        "total": "12.00", "minutes": 5, "left": 4,
    }  # fmt: skip
    with app.test_request_context(), force_locale("en" if language == "en" else "zh_Hans_CN"):
        said = say(Refusal(code, facts))
        return json.dumps(
            {
                "code": code, "text": said.text, "next_step": said.next_step, "title": title,
                "step": _STEPS.get(code, "rescan"), "due_fen": 900, "balance_fen": 500,
                "links": {"card": "/residents/1", "menu": "/", "shift": "/shifts/new"},
            }
        )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [TABLET, PHONE, ZOOMED], ids=["tablet", "phone", "zoomed"])
def test_each_refusal(
    app: Flask, counter: Counter, live_server: LiveServer, chromium: Any,
    language: str, size: tuple[int, int],
) -> None:  # fmt: skip
    answers: list[str] = []
    with counter_page(chromium, live_server, language, size) as page:
        page.route(
            "**/counter/meals",
            lambda route: route.fulfill(
                status=409, content_type="application/json", body=answers[-1]
            ),
        )
        for place, code in enumerate(CODES):
            answers.append(refusal_json(app, code, language))
            shoot(page, f"{place:022d}")
            shown(page, "refusal")
            page.wait_for_function("() => !document.querySelector('[aria-busy]')")
            check(page, code, axe=size == TABLET)
            assert page.locator("[data-step].primary").count() == 1, code
            page.keyboard.press("Escape")
            shown(page, "idle")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [TABLET, PHONE, ZOOMED], ids=["tablet", "phone", "zoomed"])
def test_waiting_and_without_an_answer(
    counter: Counter, live_server: LiveServer, chromium: Any, language: str, size: tuple[int, int]
) -> None:
    with counter_page(chromium, live_server, language, size, roster=False) as page:
        never_gives_up(page)
        with live_server.held("/counter/meals"):
            shoot(page, counter.chen)
            shown(page, "waiting")
            shoot(page, counter.wang)
            check(page, "waiting")
        shown(page, "refusal")  # the second tray's: the first one's receipt came before it
        page.keyboard.press("Control+z")
        shown(page, "undone")
        check(page, "undone")
        later(page)
        page.route("**/counter/meals", lambda route: route.abort())
        shoot(page, counter.chen)
        shown(page, "retrying")
        page.evaluate(STAND_STILL)
        check(page, "retrying", axe=size != ZOOMED)
        page.evaluate(GO_ON)
        page.wait_for_selector("[data-showing=trouble]")
        check(page, "trouble")
        check_focus(page, "trouble")
        page.unroute("**/counter/meals")
        page.route("**/counter/meals", lambda route: route.fulfill(status=401, json={}))
        page.click("[data-act=retry]")
        shown(page, "signed-out")
        check(page, "signed out")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [TABLET, PHONE, ZOOMED], ids=["tablet", "phone", "zoomed"])
def test_alone_and_locked(
    counter: Counter, live_server: LiveServer, chromium: Any, language: str, size: tuple[int, int]
) -> None:
    li = db.session.scalars(select(Staff.id).where(Staff.username == "xiaoli")).one()
    set_pin(staff_id=li, password=PASSWORD, pin="2580", now=datetime.now(UTC))
    with counter_page(chromium, live_server, language, size) as page:
        ready(page)
        page.click("[data-act=lock]")
        shown(page, "locked")
        check(page, "locked")
        check_focus(page, "locked")
        page.fill("[name=pin]", "1111")
        page.click(".till-locked button.primary")
        page.locator("[data-slot=mistake]:visible").wait_for()
        shoot(page, counter.wang)
        page.locator("[data-slot=held]:visible").wait_for()
        check(page, "locked, a wrong PIN, a card held")
        page.fill("[name=pin]", "2580")
        page.click(".till-locked button.primary")
        shown(page, "refusal")
        page.keyboard.press("Escape")
        page.context.set_offline(True)
        later(page)
        shoot(page, counter.chen)
        shown(page, "receipt")
        page.locator("[data-bar=alone]:visible").wait_for()
        check(page, "alone, a receipt")
        check_focus(page, "alone")
        page.evaluate("document.querySelector('[data-bar=otherwise]').hidden = false")
        page.evaluate("document.querySelector('[data-bar=alone]').dataset.state = 'stuck'")
        check(page, "alone, with something to look at")


TELL = """async (meal) => {
    const body = JSON.stringify({ meals: [meal] });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch("/counter/offline-meals", { method: "POST", headers, body });
    return (await answer.json()).answers[0];
}"""
"""A meal that was served alone; the same card's second one comes to the list of late meals."""

PAGES = ("/shifts", "/shifts/new", "/shifts/1", "/shifts/1/closing", "/meals/offline", "/meals")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_the_staffs_pages_beside_the_counter(
    counter: Counter, live_server: LiveServer, chromium: Any, language: str, size: tuple[int, int]
) -> None:
    width, height = size
    with tablet_page(
        chromium, locale=language, viewport={"width": width, "height": height}
    ) as page:
        sign_in_page(page, live_server, "zhangjie")
        page.goto(f"{live_server.url}/shifts/new")
        page.fill("[name=n10000]", "2")
        page.click("main button.primary")
        page.wait_for_url("**/shifts/1")
        for sequence in (1, 2):
            told = page.evaluate(TELL, served(counter, sequence=sequence))
        assert told["reason"] == "already_eaten"
        for address in PAGES:
            answer = page.goto(f"{live_server.url}{address}")
            assert answer.status == 200, address
            assert (page.locator("form input[name=note]").count() > 0) == ("offline" in address)
            assert violations(page) == [], address
            assert page.evaluate(SMALL_FOR_STAFF) == [], address
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 1, address
