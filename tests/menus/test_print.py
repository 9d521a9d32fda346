"""The published week on paper: one A4 page in either language, with every place filled."""

from typing import Any

import pytest
from flask import Flask

from canteen.foundation.database import transaction
from canteen.menus import actions
from canteen.sites.models import Site
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
    assert papers(browser_page) == [1, 1]
    with transaction() as session:  # a name of two lines, and an address beside it
        row = session.get_one(Site, site)
        row.name = "青云谱区金牛街道幸福里社区长者食堂暨居家养老服务中心（第二分店，南门）"
        row.name_en = "Happiness Lane Community Canteen and Home Care Centre, Second Branch"
        row.address = "江西省南昌市青云谱区金牛街道幸福里社区金牛路 1 号一楼，公交 10 路到底"
    browser_page.reload()
    assert papers(browser_page) == [1, 1]


def papers(page: Any) -> list[int]:
    """How many pages on A4, and on A3."""
    counts = []
    for media in ("not all", "print"):
        page.evaluate("media => { document.querySelector('[data-a3]').media = media; }", media)
        pdf = pdfium.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
        counts.append(len(pdf))
        assert round(pdf[0].get_width()) == (842, 1191)[media == "print"]
    return counts
