"""Something on top of today's set, at the counter: before the card, refused, without a network."""

from typing import Any

import pytest

from canteen.foundation.database import db
from canteen.settlement.offline.models import OfflineMeal
from tests.browser import LiveServer, press_enter, shoot
from tests.settlement.counter import Counter, add_small_set, shown
from tests.settlement.offline.test_alone_browser import ready
from tests.settlement.test_tray_browser import lines, opened, tap, total

pytestmark = [pytest.mark.browser, pytest.mark.looks]


def test_a_dish_is_added_to_the_set_with_a_network_without_and_after_a_refusal(
    counter: Counter, live_server: LiveServer, browser_page: Any
) -> None:
    page = opened(counter, live_server, browser_page, "sets", "dishes", "amounts")
    ready(page)
    page.click("[data-act=tray]")
    tap(page, "红烧肉")
    page.locator("[data-tray-set]").click()
    assert "标准餐" in page.inner_text("[data-tray-set]")
    total(page, "21.00")
    shoot(page, counter.wang)  # has 5 yuan
    assert "余额不足" in shown(page, "refusal")
    total(page, "21.00")
    assert page.get_attribute("[data-tray-set]", "aria-pressed") == "true"
    page.locator("[data-act=wipe-tray]").click()
    tap(page, "红烧肉")
    page.locator("[data-tray-set]").click()
    shoot(page, counter.chen)
    words = shown(page, "receipt")
    for expected in ("陈奶奶", "标准餐、红烧肉", "21.00 元", "17.00", "33.00"):
        assert expected in words
    assert lines() == [("标准餐", 1, 1300), ("红烧肉", 1, 800)]
    page.context.set_offline(True)
    page.click("[data-act=tray]")
    page.locator("[data-tab=amount]").click()
    page.locator("[data-key='2']").click()
    page.locator("[data-tray-set]").click()
    total(page, "15.00")
    page.keyboard.press("F4")
    page.locator("[data-showing=receipt] [data-stage]", has_text="请付现金").wait_for()
    page.context.set_offline(False)
    page.locator("[data-bar=alone]").wait_for(state="hidden")
    assert sorted(lines()) == sorted(
        [("标准餐", 1, 1300), ("红烧肉", 1, 800), ("标准餐", 1, 1300), ("自选", 1, 200)]
    )
    assert {told.reason for told in db.session.query(OfflineMeal)} == {""}


def test_a_set_picked_for_a_refused_tray_is_not_the_next_diners(
    counter: Counter, live_server: LiveServer, browser_page: Any
) -> None:
    add_small_set(counter.site_id)
    page = opened(counter, live_server, browser_page, "sets", "dishes")
    page.click("[data-act=tray]")
    page.get_by_role("button", name="小份餐").first.click()
    page.locator("[data-tray-set]").click()
    tap(page, "红烧肉")
    shoot(page, counter.wang)  # has 5 yuan
    assert "余额不足" in shown(page, "refusal")
    total(page, "18.00")
    press_enter(page)
    assert "小份餐、红烧肉" in shown(page, "receipt")
    shoot(page, counter.chen)
    words = page.locator("[data-showing=receipt] [data-stage]", has_text="陈奶奶").inner_text()
    assert "标准餐" in words
    assert lines() == [("小份餐", 1, 1000), ("红烧肉", 1, 800)]
