"""Printed cards, through Chromium's printer: right sizes, and every code reads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from sqlalchemy import select

from canteen.cards import actions
from canteen.cards.models import Card
from canteen.cards.tokens import CardClaim, read_token
from canteen.foundation import storage
from canteen.foundation.database import db
from tests.browser import LiveServer, sign_in_page
from tests.people import NOW, make_resident, make_site, make_xiaoli

pytestmark = [pytest.mark.browser, pytest.mark.looks]

pdfium = pytest.importorskip("pypdfium2")
DPI = 203
"""The coarsest printer in use: a label printer."""
MM = 72 / 25.4


@pytest.fixture
def cards(app: Flask) -> dict[str, int]:
    """Twelve people with cards, one of them with the longest name there is."""
    site = make_site(name_en="Jinniu Community Canteen")
    clerk = make_xiaoli(site)
    names = ["陈桂英", "阿卜杜热合曼·买买提", "古" * 40, *(f"老人{n}" for n in range(9))]
    people = [make_resident(name, site_id=site, birthday=None) for name in names]
    made = actions.issue_cards(resident_ids=people, now=NOW, by=clerk)
    assert isinstance(made, list)
    return {number: card_id for card_id, number in db.session.execute(select(Card.id, Card.number))}


@pytest.fixture
def page(chromium: Any, live_server: LiveServer, cards: dict[str, int]) -> Iterator[Any]:
    """A signed-in Chromium in front of the running application."""
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN")
    page = context.new_page()
    sign_in_page(page, live_server, "xiaoli")
    yield page
    context.close()


def printed(page: Any, address: str, folder: Path) -> Any:
    """The PDF that the browser's print window would make of a page."""
    page.goto(address)
    file = folder / "cards.pdf"
    page.pdf(path=str(file), prefer_css_page_size=True, print_background=True)
    return pdfium.PdfDocument(str(file))


def size_mm(page: Any) -> tuple[float, float]:
    return page.get_width() / MM, page.get_height() / MM


def claims(page: Any) -> list[CardClaim]:
    """What the codes of a printed page say, each accepted by the key that made it."""
    picture = page.render(scale=DPI / 72).to_pil()
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    read = [read_token(code.text, storage.keys().card) for code in found]
    assert all(isinstance(claim, CardClaim) for claim in read), read
    return read  # type: ignore[return-value]


def test_one_card_is_one_page_of_card_size(
    page: Any, cards: dict[str, int], tmp_path: Path
) -> None:
    number, card_id = next(iter(cards.items()))
    document = printed(page, f"/cards/{card_id}/print", tmp_path)
    assert len(document) == 1
    assert size_mm(document[0]) == pytest.approx((85.6, 54.0), abs=0.4)
    assert claims(document[0]) == [CardClaim(number, 0)]


def test_every_code_of_a_sheet_reads_at_203_dots_per_inch(
    page: Any, cards: dict[str, int], tmp_path: Path
) -> None:
    document = printed(page, "/cards/sheet", tmp_path)
    assert len(document) == 2
    for sheet in document:
        assert size_mm(sheet) == pytest.approx((210, 297), abs=0.4)
    read = [claims(sheet) for sheet in document]
    assert [len(sheet) for sheet in read] == [10, 2]
    assert {claim.number for sheet in read for claim in sheet} == set(cards)


def test_the_code_has_its_size_and_nothing_runs_over_the_card(
    page: Any, cards: dict[str, int]
) -> None:
    page.goto("/cards/sheet")
    page.emulate_media(media="print")
    px = 96 / 25.4
    for face in page.query_selector_all(".card-face"):
        box, code = face.bounding_box(), face.query_selector("svg.qr").bounding_box()
        assert box["width"] / px == pytest.approx(85.6, abs=0.05)
        assert box["height"] / px == pytest.approx(54, abs=0.05)
        assert 25 <= code["width"] / px <= 28
        assert code["width"] == pytest.approx(code["height"])
        for part in face.query_selector_all("p, span, strong, svg"):
            inner = part.bounding_box()
            assert inner["x"] >= box["x"]
            assert inner["x"] + inner["width"] <= box["x"] + box["width"] + 0.5
            assert inner["y"] + inner["height"] <= box["y"] + box["height"] + 0.5


def test_the_print_button_opens_the_browsers_own_window(page: Any, cards: dict[str, int]) -> None:
    page.goto("/cards/sheet")
    page.evaluate("window.print = () => { document.body.dataset.printing = 'yes' }")
    page.click("[data-print]")
    assert page.evaluate("document.body.dataset.printing") == "yes"
    page.set_viewport_size({"width": 360, "height": 780})
    wide = "room => room.scrollWidth > room.clientWidth"
    assert not page.eval_on_selector(".print-room", wide), "a sheet is pushed about on a phone"
    assert page.locator(".card-face").first.is_visible()


def test_a_whole_list_is_ticked_and_unticked_at_once(page: Any) -> None:
    make_resident("王德福", site_id=1, birthday=None)
    make_resident("赵秀兰", site_id=1, birthday=None)
    page.goto("/cards/new")
    assert page.inner_text("[data-count]") == "2"
    page.uncheck("[data-all]")
    assert page.inner_text("[data-count]") == "0"
    page.check("[name=resident_id] >> nth=0")
    assert page.inner_text("[data-count]") == "1"
