"""The counter page in a real Chromium: guns, cards, refusals, lost answers, undo."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from canteen.cards import actions as cards
from canteen.foundation.database import db
from canteen.settlement.models import Meal
from tests.browser import LiveServer, press_enter, shoot
from tests.people import PASSWORD, wallet_of
from tests.settlement.counter import (
    Counter,
    add_small_set,
    later,
    meals_booked,
    open_counter,
    shown,
)

pytestmark = pytest.mark.browser

NOBODY = "9999999900000000000000"


@pytest.mark.parametrize("enter", [True, False], ids=["with Enter", "without Enter"])
def test_a_gun_settles_a_meal_and_says_who_pays_what(
    till: Any, counter: Counter, enter: bool
) -> None:
    shoot(till, counter.chen, enter=enter)
    words = shown(till, "receipt")
    for expected in ("陈奶奶", "13.00 元", "4.00 元", "您付", "9.00", "41.00"):
        assert expected in words
    assert wallet_of(counter.chen_id).balance_fen == 41_00
    assert till.inner_text("[data-bar=served]") == "本餐 1 份"


def test_the_page_waits_for_a_card_with_todays_set_and_price(till: Any) -> None:
    words = till.inner_text("[data-stage]")
    assert "请刷卡" in words
    assert "标准餐" in words
    assert "13.00 元" in words


def test_a_result_is_told_to_those_who_do_not_see_it(till: Any, counter: Counter) -> None:
    shoot(till, counter.chen)
    till.locator("[data-status]", has_text="41.00").wait_for(state="attached")
    shoot(till, counter.wang)
    till.locator("[data-alert]", has_text="余额不足").wait_for(state="attached")


def test_full_width_digits_of_an_input_method_are_a_scan(till: Any, counter: Counter) -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in counter.chen)
    till.evaluate(
        """keys => { for (const key of keys)
             document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true})) }""",
        wide,
    )
    assert "陈奶奶" in shown(till, "receipt")


def test_digits_typed_by_hand_are_no_scan(till: Any, counter: Counter) -> None:
    till.keyboard.type(counter.chen[:8], delay=90)
    till.wait_for_timeout(200)
    assert till.get_attribute("body", "data-showing") == "idle"
    assert meals_booked() == 0


def test_caps_lock_does_not_disturb_the_gun(till: Any, counter: Counter) -> None:
    till.keyboard.press("CapsLock")
    shoot(till, counter.chen)
    assert "陈奶奶" in shown(till, "receipt")


def test_the_guns_enter_does_not_press_the_button_in_focus(till: Any, counter: Counter) -> None:
    till.focus("[data-act=guest]")
    shoot(till, counter.chen)
    assert "陈奶奶" in shown(till, "receipt")
    till.wait_for_timeout(400)
    assert meals_booked() == 1


def test_a_scan_into_the_search_field_is_a_scan_and_leaves_the_field(
    till: Any, counter: Counter
) -> None:
    till.keyboard.press("F2")
    shown(till, "search")
    till.keyboard.type("wang", delay=90)
    shoot(till, counter.chen)
    assert "陈奶奶" in shown(till, "receipt")
    assert meals_booked(resident_id=counter.chen_id) == 1
    assert meals_booked(resident_id=counter.wang_id) == 0


def test_a_card_held_too_long_is_one_card(till: Any, counter: Counter) -> None:
    shoot(till, counter.chen)
    shown(till, "receipt")
    shoot(till, counter.chen)
    till.wait_for_selector("[data-hint]:not([hidden])")
    assert till.get_attribute("body", "data-showing") == "receipt"


def test_cards_shown_while_one_is_pending_are_queued(
    till: Any, counter: Counter, live_server: LiveServer
) -> None:
    with live_server.held("/counter/meals"):
        for digits in (counter.chen, counter.wang, NOBODY):
            shoot(till, digits)
    till.wait_for_selector("[data-recent] >> nth=2", state="attached")
    assert meals_booked(resident_id=counter.chen_id) == 1
    said = " ".join(till.locator("[data-recent]").all_text_contents())
    assert "陈奶奶 付 9.00" in said
    till.locator("[data-recent]", has_text="王爷爷").click()
    assert "余额不足" in shown(till, "refusal")


def the_meal() -> Meal:
    """The only meal there is."""
    db.session.rollback()  # or this session goes on seeing the time before it
    return db.session.scalars(select(Meal)).one()


# --- refusals


def test_each_refusal_has_its_own_drawing_words_and_way_on(till: Any, counter: Counter) -> None:
    seen = {}
    shoot(till, counter.wang)
    seen["low"] = refusal(till, "余额不足", "收现金 13.00 元")
    shoot(till, "6901234567892")
    seen["cut"] = refusal(till, "22", "再刷一次")
    cards.report_card_lost(card_id=counter.chen_card_id, now=datetime.now(UTC), by=1)
    shoot(till, counter.chen)
    seen["lost"] = refusal(till, "挂失", "去补办新卡")
    assert len(set(seen.values())) == 3


def refusal(till: Any, words: str, way_on: str) -> str:
    """Wait for a refusal with these words and this big button; the drawing it shows."""
    till.locator("[data-showing=refusal] h2", has_text=words).wait_for()
    assert way_on in till.inner_text("[data-steps] .primary")
    assert till.evaluate("document.activeElement.classList.contains('primary')")
    return str(till.get_attribute("[data-stage] .till-badge use", "href"))


def test_too_little_money_is_paid_in_cash_with_one_key(till: Any, counter: Counter) -> None:
    shoot(till, counter.wang)
    refusal(till, "余额不足", "收现金")
    press_enter(till)
    words = shown(till, "receipt")
    assert "请付现金" in words
    assert "13.00" in words
    assert wallet_of(counter.wang_id).balance_fen == 5_00


def test_a_second_meal_needs_a_manager_and_a_reason(till: Any, counter: Counter) -> None:
    shoot(till, counter.chen)
    shown(till, "receipt")
    later(till)
    shoot(till, counter.chen)
    refusal(till, "已用过", "负责人放行")
    press_enter(till)
    shown(till, "override")
    till.keyboard.type("打翻了", delay=70)
    till.keyboard.press("Tab")
    till.keyboard.type("zhangjie", delay=70)
    till.keyboard.press("Tab")
    till.keyboard.type("wrong", delay=70)
    press_enter(till)
    till.locator(".till-mistake:not([hidden])").wait_for()
    till.fill("[name=username]", "zhangjie")
    till.fill("[name=password]", PASSWORD)
    press_enter(till)
    words = shown(till, "receipt")
    assert "13.00" in words
    assert meals_booked(resident_id=counter.chen_id, extra=True) == 1


# --- undo, guests, search, choices


def test_the_last_meal_is_undone_in_one_touch(till: Any, counter: Counter) -> None:
    shoot(till, counter.chen)
    shown(till, "receipt")
    button = till.locator("[data-act=undo]")
    assert "陈奶奶" in button.inner_text()
    button.click()
    assert "50.00" in shown(till, "undone")
    assert wallet_of(counter.chen_id).balance_fen == 50_00
    assert meals_booked() == 0
    assert not button.is_visible()
    assert till.inner_text("[data-bar=served]") == "本餐 0 份"


def test_control_z_undoes_the_last_meal(till: Any, counter: Counter) -> None:
    shoot(till, counter.chen)
    shown(till, "receipt")
    till.keyboard.press("Control+z")
    shown(till, "undone")
    assert meals_booked() == 0


def test_an_undo_whose_answer_is_lost_is_done_once(
    till: Any, counter: Counter, live_server: LiveServer
) -> None:
    shoot(till, counter.chen)
    shown(till, "receipt")
    meal = the_meal()
    live_server.lose_next_answer(f"/counter/meals/{meal.id}/reversal")
    till.keyboard.press("Control+z")
    shown(till, "undone")
    assert wallet_of(counter.chen_id).balance_fen == 50_00


def test_a_guest_pays_cash_with_one_key(till: Any) -> None:
    till.keyboard.press("F4")
    words = shown(till, "receipt")
    assert "散客" in words
    assert "请付现金" in words
    assert "13.00" in words


def test_a_diner_without_card_is_found_by_keyboard_alone(till: Any, counter: Counter) -> None:
    till.keyboard.press("F2")
    shown(till, "search")
    till.keyboard.type("cgy", delay=90)
    till.locator("[role=option]", has_text="陈桂英").wait_for()
    till.keyboard.press("ArrowDown")
    till.keyboard.press("ArrowUp")
    press_enter(till)
    assert "陈奶奶" in shown(till, "receipt")
    assert meals_booked(resident_id=counter.chen_id) == 1


def test_another_set_is_picked_by_its_key_for_one_tray(
    counter: Counter, live_server: LiveServer, browser_page: Any
) -> None:
    add_small_set(counter.site_id)
    open_counter(browser_page, live_server)
    browser_page.keyboard.press("2")
    browser_page.locator("[data-set=small][aria-pressed=true]").wait_for()
    shoot(browser_page, counter.chen)
    assert "小份餐" in shown(browser_page, "receipt")
    assert browser_page.get_attribute("[data-set=standard]", "aria-pressed") == "true"


def test_digits_of_the_gun_do_not_pick_a_set(
    counter: Counter, live_server: LiveServer, browser_page: Any
) -> None:
    add_small_set(counter.site_id)
    open_counter(browser_page, live_server)
    shoot(browser_page, counter.chen, enter=False)
    assert "标准餐" in shown(browser_page, "receipt")


def test_takeaway_holds_for_one_tray(till: Any, counter: Counter) -> None:
    till.keyboard.press("F8")
    shoot(till, counter.chen)
    shown(till, "receipt")
    assert meals_booked(channel="takeaway") == 1
    till.keyboard.press("F4")
    till.locator("h2", has_text="散客").wait_for()
    assert meals_booked(channel="dine_in") == 1


def test_escape_goes_back_to_waiting(till: Any) -> None:
    till.keyboard.press("F2")
    shown(till, "search")
    till.keyboard.press("Escape")
    shown(till, "idle")
