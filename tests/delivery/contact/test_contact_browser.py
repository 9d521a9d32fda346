"""From the card by the telephone to a team in a real Chromium: print, scan, confirm."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.delivery.contact.links import make_link
from canteen.delivery.requests.models import HelpRequest
from canteen.foundation import storage
from canteen.foundation.database import db
from tests.browser import LiveServer, sign_in_page, tablet_page
from tests.delivery.contact.test_contact_cards import Street

pdfium = pytest.importorskip("pypdfium2", reason="needs the test-e2e extra")

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


def check_cards(page: Any, sheet: str, millimetres: tuple[int, int], qr_mm: float) -> None:
    """One A4 sheet, each card of its size, its words inside it, its code large enough."""
    paper = pdfium.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert len(paper) == 1
    assert [round(one / 72 * 25.4) for one in paper[0].get_size()] == [210, 297]
    card = page.locator(f".contact-sheet.{sheet} .contact-card").first
    box = card.bounding_box()
    assert (round(box["width"] / 96 * 25.4), round(box["height"] / 96 * 25.4)) == millimetres
    assert card.locator("svg.qr").bounding_box()["width"] / 96 * 25.4 >= qr_mm
    inside = card.evaluate(
        "card => [...card.querySelectorAll('p, footer')].every((one) =>"
        " one.getBoundingClientRect().bottom <= card.getBoundingClientRect().bottom + 1)"
    )
    assert inside, "no line falls off the card"


def test_a_wish_goes_from_the_card_by_the_telephone_to_a_volunteer(
    app: Flask, browser_page: Any, chromium: Any, live_server: LiveServer
) -> None:
    street = Street()
    sign_in_page(browser_page, live_server, "zhangjie")
    for size, millimetres, qr_mm in (("small", (86, 54), 24), ("large", (105, 148), 35)):
        browser_page.goto(f"{live_server.url}/delivery/contact-cards/{size}")
        check_cards(browser_page, size, millimetres, qr_mm)

    code = make_link(street.link(), secrets=storage.keys().paper)
    with tablet_page(chromium, viewport=PHONE, is_mobile=True) as phone:
        phone.goto(f"{live_server.url}/help/{code}")
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        phone.select_option("[name=kind]", "escort")
        phone.select_option("[name=wanted_when]", "tomorrow")
        phone.fill("[name=details]", "上午九点去市二医院")
        phone.click("form.card button.primary")
        phone.wait_for_selector("h1:has-text('食堂收到了')")

    browser_page.goto(f"{live_server.url}/requests")
    wish = browser_page.locator("#card-wishes li")
    assert "陈奶奶家的卡" in wish.inner_text()
    wish.locator("summary").click()
    assert wish.locator("[name=details]").input_value() == "明天：上午九点去市二医院"
    wish.locator("[name=team_id]").select_option(label="邻里帮二队")
    wish.locator("button.primary").click()
    browser_page.wait_for_selector("#card-wishes", state="detached")
    db.session.rollback()
    request = db.session.scalars(select(HelpRequest)).one()
    assert (request.kind, request.team_id, request.resident_id) == (
        "escort",
        street.team_id,
        street.chen,
    )
