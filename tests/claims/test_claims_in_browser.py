"""The month's claim in a real Chromium, without touching the mouse once."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.claims.models import Claim, ClaimPayment
from canteen.foundation.calendar import month_bounds, service_date
from canteen.foundation.database import db
from canteen.foundation.jobs import run_waiting
from tests.browser import LiveServer, sign_in_page
from tests.claims.conftest import Place
from tests.claims.ground import closed, eat
from tests.people import PASSWORD

pdfium = pytest.importorskip("pypdfium2", reason="needs the test-e2e extra")

pytestmark = pytest.mark.browser

FOCUSED = """() => {
    const it = document.activeElement;
    return `${it.name ?? ""} ${it.innerText ?? ""}`;
}"""


def last_month() -> tuple[date, date]:
    """The month before the one it is in Shanghai."""
    today = service_date(datetime.now(UTC), "Asia/Shanghai")
    return month_bounds(today.replace(day=1) - timedelta(days=1))


def tab_to(page: Any, words: str) -> None:
    """Press Tab until what has the focus is called so."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if words in page.evaluate(FOCUSED):
            return
    pytest.fail(f"no way to “{words}” by keyboard")


def test_a_months_claim_by_keyboard_alone(
    app: Flask, live_server: LiveServer, browser_page: Any, place: Place
) -> None:
    first, last = last_month()
    for day in (first, last):
        eat(place.chen, day, site_id=place.site)
    page = browser_page
    page.goto(f"{live_server.url}/sign-in?next=/claims")
    page.keyboard.type("zhangjie")
    tab_to(page, "password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r":\d+/claims$"))

    tab_to(page, "准备申报")
    page.keyboard.press("Enter")
    page.wait_for_url("**/claims/new")
    assert "¥6.00" in page.inner_text(".claim-sums")
    tab_to(page, "关账并生成文件")
    page.keyboard.press("Enter")
    page.wait_for_url("**/jobs/*")
    run_waiting(app)
    page.wait_for_url(re.compile(r"/claims/\d+$"))
    assert "¥6.00" in page.inner_text(".claim-sums")

    tab_to(page, "amount_fen")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=已付清")
    db.session.rollback()
    claim = db.session.scalars(select(Claim)).one()
    assert (claim.first_day, claim.last_day, claim.total_fen) == (first, last, 600)
    assert db.session.scalars(select(ClaimPayment.amount_fen)).all() == [600]


def test_the_cover_is_one_sheet_of_a4(
    live_server: LiveServer, browser_page: Any, place: Place
) -> None:
    eat(place.chen, date(2026, 6, 1), site_id=place.site)
    june = closed(date(2026, 6, 1), date(2026, 6, 30), place.site)
    sign_in_page(browser_page, live_server, "zhangjie")
    browser_page.goto(f"{live_server.url}/claims/{june.claim_id}/cover")
    paper = pdfium.PdfDocument(browser_page.pdf(prefer_css_page_size=True))
    assert len(paper) == 1
    assert [round(side / 72 * 25.4) for side in paper[0].get_size()] == [210, 297]
    words = paper[0].get_textpage().get_text_range()
    assert "city-2026-06" in words
    assert "3.00" in words


@pytest.mark.parametrize("width", [390, 1024])
def test_no_claims_page_is_wider_than_its_window(
    live_server: LiveServer, browser_page: Any, place: Place, width: int
) -> None:
    eat(place.chen, date(2026, 6, 1), site_id=place.site)
    june = closed(date(2026, 6, 1), date(2026, 6, 30), place.site)
    eat(place.chen, date(2026, 6, 2), site_id=place.site)
    sign_in_page(browser_page, live_server, "zhangjie")
    browser_page.set_viewport_size({"width": width, "height": 800})
    for address in ("", "/new", f"/{june.claim_id}", f"/{june.claim_id}/cover"):
        browser_page.goto(f"{live_server.url}/claims{address}")
        assert browser_page.evaluate("document.documentElement.scrollWidth") <= width, address
