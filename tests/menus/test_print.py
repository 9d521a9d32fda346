"""The published week on paper: one A4 page in either language, with every place filled."""

from typing import Any

import pytest
from flask import Flask

from canteen.menus import actions
from tests.menus.kitchen import MONDAY, WEEK, fill, make_kitchen
from tests.people import NOW

pytestmark = [pytest.mark.browser, pytest.mark.looks]
pdfium = pytest.importorskip("pypdfium2")


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_a_full_week_of_three_meals_prints_on_one_page(
    app: Flask, live_server: Any, browser_page: Any, language: str
) -> None:
    site = make_kitchen()
    fill(site)
    assert actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None) is None
    browser_page.goto(f"{live_server.url}/menu/jinniu/{WEEK}")
    if (browser_page.get_attribute("html", "lang") == "en") != (language == "en"):
        browser_page.click("button[name=language]")
    page = browser_page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(pdfium.PdfDocument(page)) == 1
