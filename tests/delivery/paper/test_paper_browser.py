"""From the printed sheet to its outcomes in a real Chromium: paper, a gun, and a keyboard."""

import math
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from canteen.delivery.models import StopOutcome
from canteen.foundation.database import db, transaction
from canteen.sites.models import Site
from tests.browser import LiveServer, sign_in_page
from tests.delivery.paper.rounds import Round
from tests.noon import HERE, today

pdfium = pytest.importorskip("pypdfium2", reason="needs the test-e2e extra")

pytestmark = pytest.mark.browser


@pytest.fixture
def lunch(app: Flask) -> Round:
    """28 doors with long addresses and three kinds of food, today."""
    made = Round(doors=28, hard=True, day=today())
    with transaction() as session:
        session.get_one(Site, made.site_id).time_zone = HERE
    return made


class Keys:
    """A keyboard that counts."""

    def __init__(self, page: Any) -> None:
        self._keyboard = page.keyboard
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self._keyboard.press(key)
            self.pressed += 1


def check_paper(page: Any, doors: int) -> None:
    """Every door on one page, no page without its number, nothing too small to read."""
    wanted = page.locator("section.sheet").count()
    paper = pdfium.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert len(paper) == wanted, "what is dealt out to a page fits on it"
    texts = [re.sub(r"\s+", " ", one.get_textpage().get_text_range()) for one in paper]
    for number, text in enumerate(texts, 1):
        assert f"第 {number} 页，共 {wanted} 页" in text
        assert "0791-5550100" in text
    rooms = [f"{number + 1}02" for number in range(1, doors)]
    for room in rooms:
        assert sum(f"单元 {room}" in text for text in texts) == 1, room
    assert wanted >= math.ceil(doors / 9)
    page.emulate_media(media="print")
    points = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.door *')]"
        ".filter((one) => one.innerText?.trim())"
        ".map((one) => parseFloat(getComputedStyle(one).fontSize)))"
    )
    page.emulate_media(media="screen")
    assert points * 72 / 96 >= 14


def test_twenty_eight_doors_from_paper_in_a_minute(
    browser_page: Any, live_server: LiveServer, lunch: Round
) -> None:
    browser_page.set_default_timeout(60_000)  # 28 meals are booked at once, on a busy machine
    sign_in_page(browser_page, live_server, "zhangjie")
    browser_page.goto(f"{live_server.url}/delivery/rosters/{lunch.roster_id}/sheets")
    check_paper(browser_page, 28)
    typing = f"{live_server.url}/delivery/rosters/{lunch.roster_id}/rounds/{lunch.xiaozhou}"
    browser_page.goto(typing)
    assert browser_page.evaluate("document.activeElement.name") == "back_at"

    keys = Keys(browser_page)
    keys.press(*"0000", "Enter")
    keys.press(*["Enter"] * 4, "3", "Tab", *"bu zai", "Enter")  # the fifth door: a note
    keys.press(*["Enter"] * 3, "4", "Enter")  # the ninth
    keys.press("1", "0", "ArrowDown")  # a slip at the tenth, cleared
    keys.press("r")
    assert browser_page.locator("[data-line].filled").count() == 26
    foot = browser_page.locator("[data-typing-sum]").inner_text()
    assert foot == "交本人 26 · 没人应 1 · 不要 1 · 请看一眼再保存"
    assert count() == 0, "a preview stores nothing"
    with browser_page.expect_navigation(url=f"**/delivery/rosters/{lunch.roster_id}"):
        keys.press("Enter")
    assert browser_page.locator(".notice.good").inner_text() == "28 户已全部记下"
    assert count() == 28
    assert keys.pressed <= 30
    notes = set(db.session.scalars(select(StopOutcome.note)))
    assert notes == {"", "bu zai"}


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(StopOutcome)) or 0
