"""Trays without a set and the screens turned to the diner, as old eyes and axe meet them."""

from typing import Any

import pytest

from tests.browser import LiveServer, shoot, tablet_page
from tests.noon import today
from tests.settlement.counter import Counter, open_counter, shown
from tests.settlement.test_till_states_browser import (
    LANGUAGES,
    PHONE,
    SMALL_FOR_STAFF,
    TABLET,
    ZOOMED,
    check,
    counter_page,
    violations,
)
from tests.settlement.trays import publish_dishes, sell

pytestmark = [pytest.mark.browser, pytest.mark.looks]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [TABLET, PHONE, ZOOMED], ids=["tablet", "phone", "zoomed"])
def test_a_tray_of_dishes_or_of_an_amount(
    counter: Counter, live_server: LiveServer, chromium: Any, language: str, size: tuple[int, int]
) -> None:
    publish_dishes(counter.site_id, today())
    sell(counter.site_id, "sets", "dishes", "amounts")
    with counter_page(chromium, live_server, language, size) as page:
        page.click("[data-act=tray]")
        check(page, "dishes to tap")
        page.locator("[data-tab=amount]").click()
        check(page, "an amount to type")
        shoot(page, counter.chen)
        shown(page, "held")
        check(page, "a card that waits for its tray")


@pytest.mark.parametrize("language", LANGUAGES)
def test_screens_turned_to_the_diner(
    counter: Counter, live_server: LiveServer, chromium: Any, language: str
) -> None:
    with tablet_page(chromium, locale=language) as page:
        open_counter(page, live_server)
        page.click("[data-act=sound]")
        check(page, "sounds and screens")
        page.click("[data-act=sound]")
        window = page.context.new_page()
        window.goto(f"{live_server.url}/counter/diner")
        window.wait_for_selector("body[data-showing=idle]")
        assert violations(window) == [], "idle"
        shoot(page, counter.chen)
        window.wait_for_selector("body[data-showing=receipt]")
        assert violations(window) == [], "receipt"
        for address in ("/counter/diner/tablets", "/diner"):
            window.goto(f"{live_server.url}{address}")
            assert violations(window) == [], address
        window.goto(f"{live_server.url}/counter/diner/tablets")
        assert window.evaluate(SMALL_FOR_STAFF) == []
