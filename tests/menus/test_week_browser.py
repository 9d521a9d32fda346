"""The week in a real browser: dragged, carried by keys, locked, taken back, changed on the day."""

from typing import Any

import pytest
from flask import Flask

from canteen.menus import actions
from tests.browser import send_at_once, sign_in_page, tablet_page
from tests.menus.kitchen import MONDAY, TUESDAY, WEEK, fill, make_kitchen, put, week
from tests.people import NOW

pytestmark = [pytest.mark.browser, pytest.mark.looks]

MON = "#p-2026-11-23-lunch-meat-0"
TUE = "#p-2026-11-24-lunch-meat-0"
SIZES = {"phone": (360, 740), "tablet": (820, 1180), "desktop": (1440, 900)}


@pytest.fixture
def site(app: Flask) -> int:
    """金牛食堂 with 红烧肉 on Monday and 土豆牛肉 on Tuesday, a draft."""
    number = make_kitchen()
    put(number, MONDAY, "红烧肉")
    put(number, TUESDAY, "土豆牛肉")
    return number


@pytest.fixture
def page(site: int, live_server: Any, chromium: Any) -> Any:
    """王师傅's desk at that week."""
    with tablet_page(chromium, viewport={"width": 1280, "height": 900}, has_touch=False) as page:
        sign_in_page(page, live_server, "wangshifu")
        page.goto(f"{live_server.url}/menus/{WEEK}")
        yield page


def on(site: int) -> dict[str, str]:
    """Dishes by weekday."""
    days = {MONDAY: "Mon", TUESDAY: "Tue"}
    return {days[one.day]: one.name for one in week(site).dishes}  # type: ignore[index]


def says(page: Any, place: str, dish: str) -> None:
    """Wait until a place holds a dish; on a phone only one day shows."""
    page.wait_for_selector(f"{place}[data-dish='{dish}']", state="attached")


def swapped(page: Any, site: int) -> None:
    says(page, MON, "土豆牛肉")
    says(page, TUE, "红烧肉")
    assert on(site) == {"Mon": "土豆牛肉", "Tue": "红烧肉"}


def drag(page: Any, one: str, other: str) -> None:
    page.evaluate("place => document.querySelector(place).scrollIntoView({block: 'center'})", one)
    start, end = (page.locator(place).bounding_box() for place in (one, other))
    page.mouse.move(start["x"] + 30, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 15, steps=6)
    page.mouse.move(end["x"] + 30, end["y"] + 20)
    page.mouse.up()


def test_a_dish_dragged_onto_another_changes_places_with_it(page: Any, site: int) -> None:
    drag(page, MON, TUE)
    swapped(page, site)
    assert not page.locator("dialog[open]").count(), "the drag opened the picker"


def test_a_dish_dragged_to_an_empty_place_moves_and_comes_back(page: Any, site: int) -> None:
    wednesday = "#p-2026-11-25-lunch-meat-0"
    drag(page, MON, wednesday)
    says(page, wednesday, "红烧肉")
    page.click("[data-undo]")
    says(page, MON, "红烧肉")
    assert on(site) == {"Mon": "红烧肉", "Tue": "土豆牛肉"}
    assert page.is_disabled("[data-undo]")


def test_keys_alone_swap_two_dishes_and_say_so(page: Any, site: int) -> None:
    page.focus(MON)
    page.keyboard.press("Space")
    assert "拿起 红烧肉" in page.inner_text("[data-said]")
    page.keyboard.press("ArrowRight")
    assert "土豆牛肉" in page.inner_text("[data-said]")
    page.keyboard.press("Space")
    swapped(page, site)
    assert "红烧肉 已放到 周二午餐" in page.inner_text("[data-said]")
    assert page.evaluate("document.activeElement.id") == TUE[1:]


def test_escape_puts_nothing_and_ctrl_z_takes_back(page: Any, site: int) -> None:
    page.focus(MON)
    for key in ("Space", "ArrowRight", "Escape", "Space", "ArrowLeft", "Space"):
        page.keyboard.press(key)
    swapped(page, site)
    page.keyboard.press("Control+z")
    says(page, MON, "红烧肉")
    assert on(site)["Tue"] == "土豆牛肉"


def test_arrows_walk_the_grid_and_enter_picks(page: Any, site: int) -> None:
    page.focus(MON)
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.id") == TUE[1:]
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] [data-id]")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog[open]", state="detached")
    assert on(site) == {"Mon": "红烧肉", "Tue": "土豆牛肉"}


def test_a_locked_dish_stays_until_it_is_meant(page: Any, site: int) -> None:
    page.focus(MON)
    page.keyboard.press("l")
    page.wait_for_selector(f".pinned {MON}")
    drag(page, TUE, MON)
    page.wait_for_selector("[data-refusal]:visible >> text=已锁定")
    assert on(site)["Mon"] == "红烧肉"
    page.click("[data-pinned-too]")
    swapped(page, site)
    page.wait_for_selector(f".pinned {TUE}")


def test_in_lock_mode_one_touch_locks_and_a_day_locks_whole(page: Any, site: int) -> None:
    page.click("[data-lock-mode]")
    page.click(MON)
    page.wait_for_selector(f".pinned {MON}")
    page.click(MON)
    page.wait_for_selector(f".pinned {MON}", state="detached")
    page.click("[data-lock-day='2026-11-24']")
    page.wait_for_selector(f".pinned {TUE}")
    assert not page.locator("dialog[open]").count()


def test_a_finger_holds_a_dish_and_drops_it_on_another_day(
    site: int, live_server: Any, chromium: Any
) -> None:
    with tablet_page(chromium, viewport={"width": 360, "height": 740}, is_mobile=True) as page:
        sign_in_page(page, live_server, "wangshifu")
        page.goto(f"{live_server.url}/menus/{WEEK}")
        page.click("[data-show-day='0']")
        page.evaluate("id => document.querySelector(id).scrollIntoView({block: 'center'})", MON)
        box = page.locator(MON).bounding_box()
        tab = page.locator("[data-show-day='1']").bounding_box()
        touch = page.context.new_cdp_session(page)

        def finger(kind: str, x: float, y: float) -> None:
            points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        x, y = box["x"] + 30, box["y"] + 20
        finger("touchStart", x, y)
        page.wait_for_selector(".ghost")
        finger("touchMove", tab["x"] + 10, tab["y"] + 10)
        page.wait_for_selector(f"{TUE}:visible")
        box = page.locator(TUE).bounding_box()
        for step in (10, 18, 22):
            finger("touchMove", box["x"] + 30, box["y"] + step)
        page.wait_for_selector(".place.target")
        finger("touchEnd", 0, 0)
        swapped(page, site)


def test_a_finger_that_moves_at_once_scrolls(site: int, live_server: Any, chromium: Any) -> None:
    with tablet_page(chromium, viewport={"width": 360, "height": 740}, is_mobile=True) as page:
        sign_in_page(page, live_server, "wangshifu")
        page.goto(f"{live_server.url}/menus/{WEEK}")
        page.click("[data-show-day='0']")
        page.evaluate("id => document.querySelector(id).scrollIntoView({block: 'center'})", MON)
        box = page.locator(MON).bounding_box()
        touch = page.context.new_cdp_session(page)
        events = [
            {"type": kind, "touchPoints": [{"x": box["x"] + 30, "y": box["y"] + 20 - down}]}
            for kind, down in (("touchStart", 0), ("touchMove", 30), ("touchMove", 60))
        ]
        send_at_once(touch, events, "Input.dispatchTouchEvent")
        page.wait_for_timeout(500)
        assert not page.locator(".ghost").count()
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert on(site) == {"Mon": "红烧肉", "Tue": "土豆牛肉"}


def test_emptying_a_day_is_taken_back_also_after_a_reload(page: Any, site: int) -> None:
    page.click("th[data-day='0'] .day-more > summary")
    page.click("th[data-day='0'] .day-more button")
    page.wait_for_selector(f"{MON}.free")
    page.reload()
    page.click("[data-undo]")
    says(page, MON, "红烧肉")


def pick(page: Any, place: str, dish: str) -> None:
    """By keys alone: open the place, type, take the first."""
    page.focus(place)
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] [data-id]")
    page.fill("[data-picker-text]", dish)
    page.wait_for_selector(f"[aria-selected=true] .dish:text-is('{dish}')")
    page.keyboard.press("Enter")


def test_who_picks_second_sees_what_the_first_chose_and_decides(page: Any, site: int) -> None:
    put(site, MONDAY, "白切鸡")  # somebody else, since this page was read
    pick(page, MON, "糖醋里脊")
    page.wait_for_selector("[data-taken-by-other][open] >> text=现在是“白切鸡”，您选的是“糖醋里脊”")
    page.keyboard.press("Enter")  # the first choice is to leave it
    page.wait_for_selector("[data-taken-by-other][open]", state="detached")
    says(page, MON, "白切鸡")
    assert page.evaluate("document.activeElement.id") == MON[1:]
    assert on(site)["Mon"] == "白切鸡"

    put(site, MONDAY, "红烧肉")
    pick(page, MON, "糖醋里脊")
    page.click("[data-change]:has-text('换成糖醋里脊')")
    says(page, MON, "糖醋里脊")
    assert on(site)["Mon"] == "糖醋里脊"

    put(site, MONDAY, "红烧肉")
    page.focus(MON)
    page.keyboard.press("Delete")
    page.wait_for_selector("[data-taken-by-other][open] >> text=您要清空它")
    page.keyboard.press("Escape")
    says(page, MON, "红烧肉")
    drag(page, TUE, MON)
    swapped(page, site)


@pytest.mark.parametrize(
    ("state", "language", "size"),
    [
        ("draft", "zh-CN", "phone"),
        ("draft", "en", "tablet"),
        ("draft", "zh-CN", "desktop"),
        ("published", "en", "phone"),
        ("published", "zh-CN", "tablet"),
        ("published", "en", "desktop"),
    ],
)
def test_the_week_can_be_read_by_everybody(
    app: Flask, live_server: Any, chromium: Any, state: str, language: str, size: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    site = make_kitchen()
    fill(site)
    if state == "published":
        assert actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None) is None
    width, height = SIZES[size]
    with tablet_page(
        chromium, locale=language, viewport={"width": width, "height": height}
    ) as page:
        sign_in_page(page, live_server, "wangshifu")
        for address in (f"/menus/{WEEK}", f"/menus/{WEEK}/days/2026-11-23/meals/lunch"):
            page.goto(live_server.url + address)
            wide, window = page.evaluate(
                "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
            )
            assert wide <= window, address
            found = axe.run(page).response["violations"]
            told = [(each["id"], each["nodes"][0]["html"][:160]) for each in found]
            assert told == [], address
