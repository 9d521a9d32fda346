"""What only a browser shows of the library: votes by touch and key, new dishes looked at."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.foundation.database import db, transaction
from canteen.menus import actions, queries
from canteen.menus.library_models import DishRating
from canteen.sites.models import Site
from tests.browser import LiveServer, sign_in_page
from tests.menus.kitchen import dish_id, make_kitchen, put
from tests.noon import HERE, today
from tests.people import NOW

pytestmark = [pytest.mark.browser, pytest.mark.looks]

MENU = "星期,餐次,类别,菜名\n周一,午餐,大荤,秘制鸡块\n周二,午餐,素菜,青炒菠菜\n"


def test_votes_are_counted_by_touch_and_by_key(
    app: Flask, live_server: LiveServer, browser_page: Any
) -> None:
    site = make_kitchen()
    with transaction() as session:
        session.get_one(Site, site).time_zone = HERE
    day = today()
    put(site, day, "红烧肉")
    put(site, day, "白切鸡", position=1)
    monday = day - timedelta(days=day.weekday())
    assert actions.publish_week(site_id=site, monday=monday, now=NOW, by=None) is None
    pork, chicken = dish_id("红烧肉"), dish_id("白切鸡")
    sign_in_page(browser_page, live_server, "wangshifu")
    browser_page.goto(f"{live_server.url}/ratings")
    good = browser_page.locator(f"#good-{pork}")
    plus = good.locator("xpath=following-sibling::button")
    assert plus.bounding_box()["height"] >= 44
    for _ in range(3):
        plus.tap()
    assert good.input_value() == "3"
    good.locator("xpath=preceding-sibling::button").tap()
    assert good.input_value() == "2"
    good.focus()
    browser_page.keyboard.press("ArrowUp")
    browser_page.keyboard.press("Enter")
    assert browser_page.evaluate("document.activeElement.id") == f"fair-{pork}"
    browser_page.keyboard.type("4")
    for _ in range(2):
        browser_page.keyboard.press("Enter")
    assert browser_page.evaluate("document.activeElement.id") == f"good-{chicken}"
    browser_page.click(".save-bar button")
    browser_page.wait_for_selector(".notice.good")
    db.session.rollback()
    (row,) = db.session.scalars(select(DishRating)).all()
    assert (row.dish_id, row.good, row.fair, row.poor) == (pork, 3, 4, 0)


def test_a_new_dish_that_is_an_old_one_needs_no_recipe(
    app: Flask, live_server: LiveServer, browser_page: Any
) -> None:
    make_kitchen()
    sign_in_page(browser_page, live_server, "wangshifu")
    browser_page.goto(f"{live_server.url}/menus/import?week=2026-W48")
    file = {"name": "menu.csv", "mimeType": "text/csv", "buffer": MENU.encode()}
    browser_page.set_input_files("input[type=file]", file)
    browser_page.click("main button.primary")
    choice = browser_page.locator("#same-1")
    choice.wait_for()
    assert browser_page.locator("#recipe-1").is_visible()
    choice.select_option(index=1)
    assert browser_page.locator("#recipe-1").is_hidden()
    browser_page.click("[data-confirm-all]")
    assert browser_page.locator("[name=confirmed-0]").is_checked()
    browser_page.click("form.card button.primary")
    browser_page.wait_for_url("**/menus/2026-W48")
    db.session.rollback()
    made = queries.same_dish(db.session(), "秘制鸡块")
    assert made is not None
    assert made.tags == ""
    known = queries.same_dish(db.session(), "青炒菠菜")
    assert known is not None
    assert known.name != "青炒菠菜"


def test_blank_meals_take_the_suggestion_by_one_button(
    app: Flask, live_server: LiveServer, browser_page: Any
) -> None:
    make_kitchen()
    sign_in_page(browser_page, live_server, "wangshifu")
    browser_page.goto(f"{live_server.url}/kitchen/2026-W48/portions")
    assert browser_page.locator("[data-use-suggested]").is_hidden()  # nothing to go by yet
