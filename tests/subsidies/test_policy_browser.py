"""In a real browser, with the keyboard alone: two yuan become three, tried, published."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from canteen.blueprints.context import now
from canteen.foundation.calendar import service_date
from canteen.subsidies.documents import parse_policy
from canteen.subsidies.page_queries import version_of
from tests.browser import LiveServer, sign_in_page
from tests.subsidies.pages import manager_at_work, versions

pytestmark = [pytest.mark.browser, pytest.mark.looks]


def tab_to(page: Any, wanted: str, most: int = 150) -> None:
    """Press Tab until the wanted thing has the focus; a person cannot jump there either."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", wanted):
            return
    raise AssertionError(f"Tab never reaches {wanted}")


def test_a_new_version_is_made_tried_and_published_by_keyboard(
    client: FlaskClient, live_server: LiveServer, browser_page: Any
) -> None:
    manager_at_work(client)
    page = browser_page
    sign_in_page(page, live_server, "zhangjie")
    page.goto(f"{live_server.url}/policies")
    tab_to(page, "form[action='/policies/drafts'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/policies/drafts/*")

    tab_to(page, "[name='rule[1].bands[1].effect.yuan']")
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    page.keyboard.press("Enter")  # saves, as every form does
    page.wait_for_selector("text=70 至 79 岁，每餐减 3 元，区财政承担")

    tab_to(page, "button[name=next][value=bench]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bench")
    tab_to(page, "#age")
    page.keyboard.press("Control+A")
    page.keyboard.type("75")
    page.wait_for_selector("text=75 岁，高龄补贴 3 元")  # without a button: it answers by itself
    assert page.locator("[data-subsidy]").all_inner_texts() == ["¥3.00", "¥2.00"]
    assert urlsplit(page.url).path == "/policies/drafts/1/bench"
    assert urlsplit(page.url).query == ""

    tab_to(page, ".skip")  # round the page once
    tab_to(page, ".tabs a[href$='/publication']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/publication")
    assert "每餐减 3 元" in page.locator(".change ins").inner_text()
    tab_to(page, "#looked")
    page.keyboard.press("Space")
    tab_to(page, "form button.primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/policies/nanchang/2")

    assert versions() == [("nanchang", 1), ("nanchang", 2)]
    from canteen.foundation.database import db

    row = version_of(db.session(), "nanchang", 2)
    assert row is not None
    assert parse_policy(row.document).rules[0].bands[0].effect.fen == 300
    assert row.valid_from == service_date(now(), "Asia/Shanghai") + timedelta(days=1)


def test_the_pages_work_without_scripts(
    client: FlaskClient, live_server: LiveServer, chromium: Any
) -> None:
    manager_at_work(client)
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    sign_in_page(page, live_server, "zhangjie")
    page.goto(f"{live_server.url}/policies/nanchang/1/bench")
    page.fill("#age", "75")
    page.press("#age", "Enter")
    page.wait_for_selector("text=75 岁，高龄补贴 2 元")
    context.close()
