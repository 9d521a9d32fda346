"""The public week in a real browser: large type that is remembered, one sheet of paper."""

from typing import Any

import pytest
from flask import Flask

from canteen.menus import actions
from canteen.menus.substituting import Swap, substitute_dish
from tests.browser import tablet_page
from tests.menus.kitchen import MONDAY, WEEK, dish_id, fill, make_kitchen, week
from tests.people import NOW

pytestmark = [pytest.mark.browser, pytest.mark.looks]
SIZES = {"phone": (360, 740), "tablet": (820, 1180), "desktop": (1440, 900)}

SMALL_LETTERS = """() => [...document.querySelectorAll("main *")]
  .filter((e) => e.checkVisibility() && !e.closest(".sheet, .visually-hidden") &&
    [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) &&
    parseFloat(getComputedStyle(e).fontSize) < 18)
  .map((e) => e.outerHTML.slice(0, 120))"""
SMALL_TARGETS = """() => [...document.querySelectorAll("main a, main button, main summary")]
  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 60)
  .map((e) => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def site(app: Flask) -> int:
    """金牛食堂 with a full published week in which one dish was changed."""
    number = make_kitchen()
    fill(number)
    assert actions.publish_week(site_id=number, monday=MONDAY, now=NOW, by=None) is None
    first = next(one for one in week(number).dishes if one.slot == "meat")
    assert first.entry_id is not None
    assert first.dish_id is not None
    refused = substitute_dish(
        Swap(
            entry_id=first.entry_id, dish_id=dish_id("清蒸鲈鱼"), instead_of=first.dish_id,
            reason="sold_out", repeat_confirmed=True,
        ),
        site_id=number, monday=MONDAY, today=MONDAY, now=NOW, by=None,
    )  # fmt: skip
    assert refused is None
    return number


@pytest.mark.parametrize(
    ("size", "language"),
    [("phone", "zh-CN"), ("phone", "en"), ("tablet", "en"), ("desktop", "zh-CN")],
)
def test_old_eyes_read_it_and_nothing_is_found_against_it(
    site: int, live_server: Any, chromium: Any, size: str, language: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    width, height = SIZES[size]
    with tablet_page(
        chromium, locale=language, viewport={"width": width, "height": height}
    ) as page:
        page.clock.install(time=NOW)
        page.goto(f"{live_server.url}/menu/jinniu/{WEEK}")
        for chosen in ("standard", "large", "largest"):
            page.click(f"[data-text-size='{chosen}']")
            assert page.evaluate(SMALL_LETTERS) == [], chosen
            assert page.evaluate(SMALL_TARGETS) == [], chosen
            wide, window = page.evaluate(
                "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
            )
            assert wide <= window, chosen
            found = axe.run(page).response["violations"]
            told = [(each["id"], each["nodes"][0]["html"][:160]) for each in found]
            assert told == [], chosen


def test_the_size_of_type_is_kept_on_this_device_and_reaches_thirty(
    site: int, live_server: Any, browser_page: Any
) -> None:
    address = f"{live_server.url}/menu/jinniu/{WEEK}"
    browser_page.goto(address)
    browser_page.click("[data-text-size=largest]")
    browser_page.goto(address)
    assert browser_page.get_attribute("[data-text-size=largest]", "aria-pressed") == "true"
    size = browser_page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.meals li')).fontSize)"
    )
    assert size >= 30


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_a_full_week_is_one_sheet_lying_down(
    site: int, live_server: Any, chromium: Any, language: str, paper: str
) -> None:
    pdfium = pytest.importorskip("pypdfium2")
    with tablet_page(chromium, locale=language) as page:
        page.goto(f"{live_server.url}/menu/jinniu/{WEEK}")
        page.evaluate("window.print = () => {}")
        page.click("[data-text-size=largest]")  # the screen's type is not the paper's
        page.click(f"[data-print={paper}]")
        sheets = pdfium.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
        assert len(sheets) == 1
        width, height = sheets[0].get_size()
        millimetres = (round(width * 25.4 / 72), round(height * 25.4 / 72))
        assert millimetres == {"a4": (297, 210), "a3": (420, 297)}[paper]
        text = sheets[0].get_textpage().get_text_range()
        assert ("清蒸鲈鱼" if language == "zh-CN" else "bass") in text
