"""Changing over at a counter: nothing is lost, and nobody is locked out in the middle of a line."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from canteen.foundation.database import db, transaction
from canteen.settlement.models import Meal
from canteen.sites.models import Site
from canteen.staff.models import Staff
from canteen.staff.pins import set_pin
from canteen.staff.rules import Role
from tests.browser import LiveServer, shoot
from tests.people import PASSWORD, make_staff
from tests.settlement.counter import Counter, meals_booked, open_counter, shown
from tests.settlement.offline.test_poor_device_browser import FULL

pytestmark = pytest.mark.browser

LI, WANG = "2580", "1470"


@pytest.fixture(autouse=True)
def clerks(counter: Counter) -> dict[str, int]:
    """小李 and 小王, each with a PIN."""
    wang = make_staff("xiaowang", Role.CLERK, site_id=counter.site_id, name="小王")
    li = db.session.scalars(select(Staff.id).where(Staff.username == "xiaoli")).one()
    for person, pin in ((li, LI), (wang, WANG)):
        set_pin(staff_id=person, password=PASSWORD, pin=pin, now=datetime.now(UTC))
    with transaction() as session:
        session.get_one(Site, counter.site_id).lock_minutes = 1
    return {"li": li, "wang": wang}


def lock(page: Any) -> None:
    """Press the button with the clerk's name."""
    page.click("[data-act=lock]")
    shown(page, "locked")


def unlock(page: Any, name: str, pin: str) -> None:
    """Choose a name, type a PIN."""
    page.click(f".till-person:has-text('{name}')")
    page.fill("[name=pin]", pin)
    page.click(".till-locked button.primary")


class Clock:
    """A page's clock that jumps only while nothing is asked: a jump ends what is on its way."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._asked: set[Any] = set()
        page.clock.install()
        page.on("request", lambda request: self._asked.add(request))
        for end in ("requestfinished", "requestfailed"):
            page.on(end, lambda request: self._asked.discard(request))

    def forward(self, milliseconds: int) -> None:
        """Every timer due until then fires once."""
        self._page.wait_for_timeout(200)  # what the last jump set off has been asked by now
        while self._asked:
            self._page.wait_for_timeout(20)
        self._page.clock.fast_forward(milliseconds)


def served_by(resident_id: int) -> int | None:
    """Who served somebody."""
    db.session.rollback()
    query = select(Meal.created_by).where(Meal.resident_id == resident_id)
    return db.session.scalars(query).one()


def test_with_trays_in_the_line_the_counter_is_not_handed_over(
    till: Any, counter: Counter, live_server: LiveServer, clerks: dict[str, int]
) -> None:
    with live_server.held("/counter/meals"):
        shoot(till, counter.chen)
        shown(till, "waiting")
        till.keyboard.press("F4")
        till.click("[data-act=lock]")
        till.locator("[data-hint]:not([hidden])", has_text="先收完再锁").wait_for()
    till.locator("[data-bar=served]", has_text="2").wait_for()
    lock(till)
    unlock(till, "小王", WANG)
    shown(till, "idle")
    assert till.inner_text("[data-bar=clerk]") == "小王"
    till.keyboard.press("F4")
    shown(till, "receipt")
    assert served_by(counter.chen_id) == clerks["li"]
    guests = select(Meal.created_by).where(Meal.resident_id.is_(None)).order_by(Meal.created_at)
    assert db.session.scalars(guests).all() == [clerks["li"], clerks["wang"]]


def test_a_card_shown_to_a_locked_counter_is_served_after_the_pin(
    till: Any, counter: Counter, clerks: dict[str, int]
) -> None:
    lock(till)
    shoot(till, counter.chen)
    till.locator("[data-slot=held]", has_text="锁着时刷了 1 份").wait_for()
    assert till.input_value("[name=pin]") == ""
    till.reload()
    till.locator("[data-slot=held]", has_text="锁着时刷了 1 份").wait_for()
    assert meals_booked() == 0
    unlock(till, "小王", WANG)
    assert "陈奶奶" in shown(till, "receipt")
    assert served_by(counter.chen_id) == clerks["wang"]
    assert meals_booked() == 1


def test_a_locked_counter_stays_locked_over_a_reload_and_on_other_pages(
    till: Any, live_server: LiveServer
) -> None:
    with till.expect_response("**/counter/lock") as told:
        lock(till)
    told.value.finished()  # the server knows: another page needs its word, not this page's
    till.goto(f"{live_server.url}/residents")
    shown(till, "locked")
    assert till.url == f"{live_server.url}/counter"
    till.keyboard.press("F4")
    till.keyboard.press("Escape")
    shown(till, "locked")
    with live_server.held("/counter/switch"):
        unlock(till, "小李", "9999")
        till.fill("[name=pin]", LI)  # typed on while the server thinks
    till.locator(".till-mistake:not([hidden])", has_text="还可以试 4 次").wait_for()
    assert till.input_value("[name=pin]") == LI
    unlock(till, "小李", LI)
    shown(till, "idle")
    till.goto(f"{live_server.url}/residents")
    assert till.url == f"{live_server.url}/residents"
    assert meals_booked() == 0


def test_an_idle_counter_locks_itself_but_not_while_somebody_waits_for_an_answer(
    counter: Counter, live_server: LiveServer, browser_page: Any
) -> None:
    clock = Clock(browser_page)
    open_counter(browser_page, live_server)
    shoot(browser_page, counter.wang)
    shown(browser_page, "refusal")  # 5 yuan do not pay a lunch
    for _minutes in range(3):
        clock.forward(60_000)
    shown(browser_page, "refusal")
    browser_page.keyboard.press("Escape")
    shown(browser_page, "idle")
    clock.forward(30_000)
    shoot(browser_page, counter.chen)  # half a minute before it would lock
    shown(browser_page, "receipt")
    clock.forward(45_000)
    browser_page.wait_for_timeout(200)
    shown(browser_page, "receipt")
    clock.forward(30_000)
    shown(browser_page, "locked")


def test_without_a_network_who_locked_it_unlocks_it_and_nobody_else(
    till: Any, counter: Counter
) -> None:
    lock(till)
    unlock(till, "小李", LI)  # now the device knows this PIN
    shown(till, "idle")
    till.wait_for_function("() => localStorage.getItem('till-pins')")
    assert LI not in till.evaluate("localStorage.getItem('till-pins')")
    lock(till)
    till.context.set_offline(True)
    unlock(till, "小王", WANG)
    till.locator(".till-mistake:not([hidden])", has_text="只有锁的人").wait_for()
    unlock(till, "小李", "9999")
    till.locator(".till-mistake:not([hidden])", has_text="PIN 不对").wait_for()
    unlock(till, "小李", LI)
    shown(till, "idle")
    till.context.set_offline(False)


def test_on_a_full_device_a_locked_counter_keeps_the_card_on_its_page_and_says_so(
    till: Any, counter: Counter
) -> None:
    till.evaluate(FULL)
    lock(till)
    shoot(till, counter.chen)
    till.locator("[data-slot=held]", has_text="设备存满了：解锁前别关这一页").wait_for()
    assert meals_booked() == 0
    unlock(till, "小李", LI)
    assert "陈奶奶" in shown(till, "receipt")
    assert meals_booked() == 1
