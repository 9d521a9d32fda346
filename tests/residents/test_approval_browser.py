"""From the paper to the price, by keyboard alone: proposed, approved, and the counter follows."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from canteen.staff.rules import Role
from tests.browser import LiveServer, shoot, sign_in_page, tablet_page
from tests.people import make_staff
from tests.settlement.counter import make_counter, open_counter, pay_in, shown

pytestmark = pytest.mark.browser


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until the focus is there; a page with a hundred stops has lost somebody."""
    for _stop in range(100):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_a_tag_is_proposed_and_approved_by_keyboard_and_the_price_follows(
    app: Flask, live_server: LiveServer, chromium: Any
) -> None:
    counter = make_counter()
    make_staff("xiaolin", Role.COMMUNITY, site_id=counter.site_id, name="小林")
    pay_in(counter.wang_id, 50_00, site_id=counter.site_id, by=1, now=datetime.now(UTC))
    with tablet_page(chromium) as till:
        open_counter(till, live_server)
        shoot(till, counter.wang)
        assert "13" in shown(till, "receipt")
        till.click("[data-act=undo]")
        shown(till, "undone")
        with tablet_page(chromium) as worker:
            _propose(worker, live_server, counter.wang_id)
        with tablet_page(chromium) as manager:
            _approve(manager, live_server)
        till.reload()
        till.wait_for_selector("[data-showing=idle]")
        shoot(till, counter.wang)
        assert "9" in shown(till, "receipt")
        assert "4" in shown(till, "receipt")


def _propose(page: Any, server: LiveServer, resident_id: int) -> None:
    sign_in_page(page, server, "xiaolin")
    page.goto(f"{server.url}/residents/{resident_id}")
    tab_to(page, "#add-tag > summary")
    page.keyboard.press("Enter")
    tab_to(page, "select[name=tag]")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.selectedOptions[0].text") == "低保"
    tab_to(page, "input[name=evidence]")
    page.keyboard.type("低保证 2026-031，区民政局")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=等另一位同事审批")
    page.goto(f"{server.url}/approvals")
    assert "您自己提的" in page.inner_text("main")
    assert page.query_selector("input[name=tag][type=checkbox]") is None


def _approve(page: Any, server: LiveServer) -> None:
    sign_in_page(page, server, "zhangjie")
    page.goto(f"{server.url}/approvals")
    tab_to(page, "input[data-tick-all]")
    page.keyboard.press("Space")
    assert "已选 1 项" in page.inner_text("[data-tick-count]")
    tab_to(page, "button[form=approve]")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=已批准 1 项：王德福 低保")
