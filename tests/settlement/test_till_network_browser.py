"""When the way to the server is broken: nothing is lost and nothing is booked twice.

Here a counter that may not serve cards alone; `offline/test_alone_browser.py` has the others.
"""

from typing import Any

import pytest

from canteen.foundation.database import transaction
from canteen.sites.models import Site
from tests.browser import LiveServer, press_enter, shoot
from tests.people import wallet_of
from tests.settlement.counter import Counter, meals_booked, shown

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def cards_only_with_a_network(counter: Counter) -> None:
    """As a site may set it: without an answer no card is taken."""
    with transaction() as session:
        session.get_one(Site, counter.site_id).offline_hours = 0


NOTE_SCREENS = """() => {
    window.screens = [];
    const note = () => window.screens.push(document.body.dataset.showing);
    new MutationObserver(note).observe(document.body, { attributeFilter: ["data-showing"] });
}"""
"""Some screens are gone before somebody who asks for them has looked."""


def test_a_lost_answer_is_asked_for_again_and_the_meal_booked_once(
    till: Any, counter: Counter, live_server: LiveServer
) -> None:
    live_server.lose_next_answer("/counter/meals")
    till.evaluate(NOTE_SCREENS)
    shoot(till, counter.chen)
    words = shown(till, "receipt")
    assert "没有重复扣款" in words
    assert "retrying" in till.evaluate("window.screens")
    assert meals_booked() == 1
    assert wallet_of(counter.chen_id).balance_fen == 41_00


def test_without_a_network_the_tray_is_kept_over_a_reload_and_sent_later(
    till: Any, counter: Counter, live_server: LiveServer
) -> None:
    till.context.set_offline(True)
    shoot(till, counter.chen)
    shown(till, "retrying")
    till.wait_for_selector("[data-showing=trouble]")
    till.context.set_offline(False)
    till.wait_for_selector("[data-showing=receipt]")
    assert meals_booked() == 1
    assert till.evaluate("localStorage.getItem('till-unsent')") == "[]"


def test_a_tray_that_was_on_its_way_when_the_page_died_is_offered_again(
    till: Any, counter: Counter, live_server: LiveServer
) -> None:
    with live_server.held("/counter/meals"):
        with till.expect_request("**/counter/meals"):
            shoot(till, counter.chen, enter=True)
        till.reload()
        shown(till, "trouble")
    press_enter(till)
    shown(till, "receipt")
    assert meals_booked() == 1


def test_signed_out_the_card_is_kept(till: Any, counter: Counter) -> None:
    till.context.clear_cookies()
    shoot(till, counter.chen)
    assert "请再登录一次" in shown(till, "signed-out")
    assert counter.chen in till.evaluate("localStorage.getItem('till-unsent')")
    assert meals_booked() == 0


def test_a_meal_written_on_paper_that_was_booked_after_all_is_taken_back(
    till: Any, counter: Counter, live_server: LiveServer
) -> None:
    for _try in range(20):
        live_server.lose_next_answer("/counter/meals")
    shoot(till, counter.chen)
    till.wait_for_selector("[data-showing=trouble]")
    live_server.lose_no_more()
    till.locator("[data-act=paper]").click()
    till.keyboard.press("F4")
    till.locator("[data-hint]:not([hidden])", has_text="已自动撤销").wait_for()
    assert meals_booked(resident_id=counter.chen_id) == 0
    assert wallet_of(counter.chen_id).balance_fen == 50_00
