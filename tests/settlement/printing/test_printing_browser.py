"""What only a browser shows: a receipt on a roll of 80 mm, and the counter's word of a printer."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from canteen.foundation.database import db, transaction
from canteen.settlement.actions import Receipt, settle_meal
from canteen.settlement.printing.models import Printer
from canteen.settlement.rules import Order
from canteen.sites.models import Device
from tests.browser import LiveServer, sign_in_page
from tests.noon import HERE, today
from tests.people import make_site, make_xiaoli
from tests.settlement.printing.paper import set_printer

pypdfium2 = pytest.importorskip("pypdfium2", reason="needs the test-e2e extra")
pytestmark = pytest.mark.browser


def make_meal(site_id: int, clerk: int) -> UUID:
    """A guest's lunch of today."""
    now = datetime.now(UTC)
    order = Order(
        meal_id=uuid4(), site_id=site_id, device_id=None, clerk_id=clerk,
        period_code="lunch", set_code="standard", guest=True,
    )  # fmt: skip
    done = settle_meal(order=order, service_date=today(), now=now)
    assert isinstance(done, Receipt), done
    return done.meal_id


def test_a_receipt_is_one_sheet_as_wide_as_the_roll_and_as_long_as_it_is(
    browser_page: Any, live_server: LiveServer
) -> None:
    site_id = make_site(time_zone=HERE)
    meal_id = make_meal(site_id, make_xiaoli(site_id))
    sign_in_page(browser_page, live_server, "xiaoli")
    browser_page.goto(f"{live_server.url}/meals/{meal_id}/receipt")
    browser_page.wait_for_selector("[data-print]")
    sheets = pypdfium2.PdfDocument(browser_page.pdf(prefer_css_page_size=True))
    assert len(sheets) == 1
    width, height = (points / 72 * 25.4 for points in sheets[0].get_size())
    assert 79 < width < 81
    assert 50 < height < 120
    words = sheets[0].get_textpage().get_text_bounded()
    assert "13.00" in words
    assert "金牛食堂" in words


def test_the_counter_says_when_its_printer_needs_a_hand(
    browser_page: Any, live_server: LiveServer
) -> None:
    make_xiaoli(make_site())
    device = db.session.scalars(select(Device.id)).one()
    set_printer(device, "192.168.3.50:9100")
    sign_in_page(browser_page, live_server, "xiaoli")
    browser_page.goto(f"{live_server.url}/counter")
    browser_page.wait_for_selector("[data-showing=idle]")
    note = browser_page.locator("[data-printer-note]")
    browser_page.wait_for_load_state("networkidle")
    assert note.is_hidden()
    with transaction() as session:
        session.get_one(Printer, device).trouble = "paper"
    browser_page.reload()
    note.wait_for(state="visible")
    assert "打印机没有纸了" in note.inner_text()
