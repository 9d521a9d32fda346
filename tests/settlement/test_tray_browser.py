"""Trays without a set at the counter: before the card or after it, by finger or by key."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from canteen.foundation.database import db, transaction
from canteen.menus.models import MenuEntry
from canteen.settlement.models import Meal, MealLine
from canteen.settlement.offline.models import OfflineMeal
from canteen.staff.pins import set_pin
from canteen.staff.queries import by_username
from tests.browser import LiveServer, press_enter, shoot
from tests.noon import today
from tests.people import PASSWORD, wallet_of
from tests.settlement.counter import (
    Counter,
    later,
    meals_booked,
    open_counter,
    shown,
)
from tests.settlement.offline.test_alone_browser import ready
from tests.settlement.trays import publish_dishes, sell

pytestmark = [pytest.mark.browser, pytest.mark.looks]


@pytest.fixture
def both(counter: Counter, live_server: LiveServer, browser_page: Any) -> Any:
    """The page of a canteen that sells sets, dishes and amounts."""
    return opened(counter, live_server, browser_page, "sets", "dishes", "amounts")


@pytest.fixture
def carte(counter: Counter, live_server: LiveServer, browser_page: Any) -> Any:
    """The page of a canteen that sells dishes and amounts only."""
    return opened(counter, live_server, browser_page, "dishes", "amounts")


def opened(counter: Counter, server: LiveServer, page: Any, *ways: str) -> Any:
    publish_dishes(counter.site_id, today())
    sell(counter.site_id, *ways)
    open_counter(page, server)
    return page


def total(page: Any, yuan: str) -> None:
    """Wait until the tray costs so much: what a hand typed counts a moment later."""
    whole = re.compile(f"^{re.escape(yuan)}$")
    page.locator("[data-tray-total]", has_text=whole).wait_for(state="attached")


def lines() -> list[tuple[str, int, int]]:
    db.session.rollback()
    rows = db.session.scalars(select(MealLine).order_by(MealLine.position))
    return [(row.name, row.quantity, row.unit_price_fen) for row in rows]


def tap(page: Any, dish: str, times: int = 1) -> None:
    for _time in range(times):
        page.get_by_role("button", name=dish, exact=False).first.click()


def test_a_diner_of_a_set_needs_no_touch_where_dishes_are_sold_too(
    both: Any, counter: Counter
) -> None:
    assert both.locator("[data-tray]").is_hidden()
    shoot(both, counter.chen)
    assert "标准餐" in shown(both, "receipt")
    assert lines() == []


def test_a_canteen_of_sets_shows_nothing_of_trays(till: Any) -> None:
    assert till.locator("[data-tray], [data-act=tray]").count() == 0


def test_dishes_are_tapped_then_the_card_is_scanned(both: Any, counter: Counter) -> None:
    both.click("[data-act=tray]")
    tap(both, "红烧肉")
    tap(both, "米饭", times=3)
    both.get_by_role("button", name="米饭减一份").click()
    total(both, "10.00")
    shoot(both, counter.chen)
    words = shown(both, "receipt")
    for expected in ("陈奶奶", "红烧肉、米饭 × 2", "10.00 元", "6.00", "44.00"):
        assert expected in words
    assert lines() == [("红烧肉", 1, 800), ("米饭", 2, 100)]
    assert both.locator("[data-tray]").is_hidden(), "the next diner gets the set"


def test_the_card_is_scanned_then_waits_for_dishes_and_a_button(
    carte: Any, counter: Counter
) -> None:
    shoot(carte, counter.chen)
    assert "卡已收到" in shown(carte, "held")
    assert meals_booked() == 0
    tap(carte, "清炒小白菜", times=2)
    carte.get_by_role("button", name="结这一份").click()
    words = shown(carte, "receipt")
    assert "陈奶奶" in words
    assert lines() == [("清炒小白菜", 2, 300)]
    total(carte, "0.00")


def test_an_amount_is_typed_on_the_keypad(carte: Any, counter: Counter) -> None:
    carte.locator("[data-tab=amount]").click()
    for key in ("1", "2", ".", "3", "4", "back", "5"):
        carte.locator(f"[data-key='{key}']").click()
    total(carte, "12.35")
    shoot(carte, counter.chen)
    shown(carte, "receipt")
    assert lines() == [("自选", 1, 1235)]


def test_a_tray_is_sold_by_keyboard_alone(both: Any, counter: Counter) -> None:
    both.keyboard.press("F6")
    both.keyboard.type("133", delay=300)
    total(both, "10.00")
    both.locator("[data-tab=amount]").focus()
    press_enter(both)
    both.keyboard.type("7.55", delay=300)
    both.keyboard.press("Backspace")
    total(both, "17.50")
    both.keyboard.press("F4")
    assert "请付现金" in shown(both, "receipt")
    assert lines() == [("红烧肉", 1, 800), ("米饭", 2, 100), ("自选", 1, 750)]


def test_a_card_that_waits_is_settled_by_enter_and_let_go_by_escape(
    carte: Any, counter: Counter
) -> None:
    shoot(carte, counter.wang)
    shown(carte, "held")
    carte.keyboard.press("Escape")
    shown(carte, "idle")
    later(carte)
    shoot(carte, counter.wang)
    shown(carte, "held")
    carte.keyboard.type("3", delay=300)
    carte.evaluate("document.activeElement.blur()")
    press_enter(carte)
    shown(carte, "receipt")
    assert lines() == [("米饭", 1, 100)]
    assert wallet_of(counter.wang_id).balance_fen == 4_00


def test_somebody_found_by_name_waits_for_their_tray(carte: Any, counter: Counter) -> None:
    carte.keyboard.press("F2")
    shown(carte, "search")
    carte.keyboard.type("chenguiying", delay=70)
    carte.locator("#diner-list li").first.wait_for()
    press_enter(carte)
    assert "陈桂英" in shown(carte, "held")
    tap(carte, "红烧肉")
    carte.locator("[data-act=confirm]").click()
    shown(carte, "receipt")
    assert meals_booked(resident_id=counter.chen_id) == 1


def test_a_reload_in_the_middle_keeps_the_tray_and_the_card(carte: Any, counter: Counter) -> None:
    tap(carte, "红烧肉", times=2)
    carte.reload()
    carte.wait_for_selector("[data-showing=idle]")
    total(carte, "16.00")
    carte.locator("[data-act=wipe-tray]").click()
    shoot(carte, counter.chen)
    shown(carte, "held")
    carte.reload()
    shown(carte, "held")
    tap(carte, "米饭")
    carte.locator("[data-act=confirm]").click()
    shown(carte, "receipt")
    assert meals_booked(resident_id=counter.chen_id) == 1


def test_too_dear_a_tray_is_not_sold_and_says_so(carte: Any, counter: Counter) -> None:
    tap(carte, "红烧肉", times=13)
    assert "一份最多 100.00 元" in carte.inner_text("[data-tray-note]")
    shoot(carte, counter.chen)
    shown(carte, "held")
    assert carte.locator("[data-act=confirm]").is_disabled()
    assert meals_booked() == 0


def test_a_price_that_changed_is_told_and_the_page_opened_again(
    carte: Any, counter: Counter
) -> None:
    with transaction() as session:
        session.execute(update(MenuEntry).values(price_fen=850))
    tap(carte, "红烧肉")
    shoot(carte, counter.chen)
    assert "8.50" in shown(carte, "refusal")
    carte.get_by_role("button", name="重新打开收银页").click()
    carte.wait_for_selector("[data-showing=idle]")
    assert meals_booked() == 0


def test_a_card_that_could_not_be_read_keeps_the_tray_for_the_next_try(
    carte: Any, counter: Counter
) -> None:
    tap(carte, "红烧肉")
    shoot(carte, counter.chen[:15])
    shown(carte, "refusal")
    total(carte, "8.00")
    shoot(carte, counter.chen)
    shown(carte, "receipt")
    assert lines() == [("红烧肉", 1, 800)]


def test_a_refused_tray_is_not_charged_to_the_next_in_the_line(
    carte: Any, counter: Counter
) -> None:
    tap(carte, "红烧肉")
    shoot(carte, counter.wang)  # has 5 yuan
    assert "余额不足" in shown(carte, "refusal")
    shoot(carte, counter.chen)
    shown(carte, "held")
    assert meals_booked() == 0
    carte.locator("[data-act=wipe-tray]").click()
    tap(carte, "米饭")
    carte.locator("[data-act=confirm]").click()
    assert "陈奶奶" in shown(carte, "receipt")


def test_a_refused_tray_is_paid_in_cash_with_one_touch(carte: Any, counter: Counter) -> None:
    tap(carte, "红烧肉")
    shoot(carte, counter.wang)
    shown(carte, "refusal")
    press_enter(carte)
    assert "请付现金" in shown(carte, "receipt")
    total(carte, "0.00")
    assert lines() == [("红烧肉", 1, 800)]


def test_without_a_network_trays_are_taken_and_told_with_their_lines(
    carte: Any, counter: Counter
) -> None:
    ready(carte)
    carte.context.set_offline(True)
    tap(carte, "红烧肉")
    tap(carte, "米饭", times=2)
    shoot(carte, counter.chen)
    words = shown(carte, "receipt")
    for expected in ("10.00 元", "6.00", "44.00", "离线"):
        assert expected in words
    carte.keyboard.press("Escape")
    carte.locator("[data-tab=amount]").click()
    carte.keyboard.type("9", delay=300)
    carte.keyboard.press("F4")
    assert "请付现金" in shown(carte, "receipt")
    assert lines() == []
    carte.context.set_offline(False)
    carte.locator("[data-bar=alone]").wait_for(state="hidden")
    assert sorted(lines()) == sorted([("红烧肉", 1, 800), ("米饭", 2, 100), ("自选", 1, 900)])
    assert wallet_of(counter.chen_id).balance_fen == 44_00
    assert {told.reason for told in db.session.query(OfflineMeal)} == {""}


def test_every_key_of_the_tray_is_large_enough_for_a_hurried_finger(carte: Any) -> None:
    for tab in ("dishes", "amount"):
        carte.locator(f"[data-tab={tab}]").click()
        sizes = carte.eval_on_selector_all(
            "[data-tray] button:not([hidden])",
            """(buttons) => buttons.map((each) => each.getBoundingClientRect())
                 .filter((box) => box.width).map((box) => [box.width, box.height])""",
        )
        assert sizes
        assert all(min(size) >= 59.9 for size in sizes), sizes
    letters = carte.eval_on_selector(".till-tray-total", "(one) => getComputedStyle(one).fontSize")
    assert float(letters.removesuffix("px")) >= 40


def test_a_manager_lets_a_tray_through_by_pin_on_the_clerks_tablet(
    counter: Counter, live_server: LiveServer, browser_page: Any
) -> None:
    manager = by_username(db.session(), "zhangjie")
    assert manager is not None
    manager_id = manager.id
    set_pin(staff_id=manager_id, password=PASSWORD, pin="2580", now=datetime.now(UTC))
    page = opened(counter, live_server, browser_page, "dishes")
    tap(page, "红烧肉")
    shoot(page, counter.chen)
    shown(page, "receipt")
    later(page)
    tap(page, "米饭")
    shoot(page, counter.chen)
    assert "已用过" in shown(page, "refusal")
    press_enter(page)
    assert "张姐" in shown(page, "override")
    page.keyboard.type("给老伴带", delay=90)
    page.fill("[name=pin]", "1111")
    press_enter(page)
    page.locator(".till-mistake:not([hidden])", has_text="PIN 不对").wait_for()
    assert page.input_value("[name=reason]") == "给老伴带"
    page.fill("[name=pin]", "2580")
    press_enter(page)
    assert "1.00" in shown(page, "receipt")
    db.session.rollback()
    meal = db.session.scalars(select(Meal).where(Meal.extra)).one()
    assert (meal.override_by, meal.override_reason) == (manager_id, "给老伴带")
