"""Two tablets are two windows: each is asked once which it is, and no line waits for the answer."""

from typing import Any

import pytest
from sqlalchemy import select

from canteen.foundation.database import db, transaction
from canteen.settlement.models import Meal
from canteen.sites.models import Device
from tests.browser import LiveServer, shoot
from tests.people import NOW
from tests.settlement.counter import Counter, shown

pytestmark = [pytest.mark.browser, pytest.mark.looks]

QUESTION = "这台平板是哪个窗口"


@pytest.fixture
def second(till: Any, counter: Counter) -> int:
    """The id of another window, made while this tablet has named none yet."""
    with transaction() as session:
        device = Device(site_id=counter.site_id, name="二号窗口", created_at=NOW)
        session.add(device)
        session.flush()
        made: int = device.id
    forget(till)
    till.reload()
    return made


def forget(till: Any) -> None:
    till.context.clear_cookies(name="canteen_device")
    till.evaluate("localStorage.removeItem('till-device')")


def sold_at() -> dict[str, int | None]:
    """The window of each meal, by who ate."""
    db.session.rollback()
    rows = db.session.execute(select(Meal.diner_title, Meal.device_id))
    return {row.diner_title: row.device_id for row in rows}


def test_a_tablet_is_asked_which_window_it_is_and_serves_meanwhile(
    till: Any, counter: Counter, second: int
) -> None:
    till.get_by_text(QUESTION).wait_for()
    shoot(till, counter.chen)
    assert "9.00" in shown(till, "receipt")
    assert sold_at()["陈奶奶"] not in (None, second)
    till.keyboard.press("Escape")
    till.get_by_text(QUESTION).wait_for()
    till.locator("[data-stage]").get_by_role("button", name="二号窗口").click()
    till.get_by_text(QUESTION).wait_for(state="hidden")
    till.reload()
    assert "请刷卡" in shown(till, "idle")
    assert not till.get_by_text(QUESTION).is_visible()
    assert till.locator("[data-bar=device]").input_value() == str(second)
    shoot(till, counter.wang)
    shown(till, "refusal")
    till.click("[data-stage] [data-act=cash]")
    shown(till, "receipt")
    assert sold_at()["王爷爷"] == second


def test_who_opens_a_shift_at_a_window_is_there(
    till: Any, counter: Counter, live_server: LiveServer, second: int
) -> None:
    till.locator("[data-stage]").get_by_role("button", name="一号窗口").click()
    till.goto(f"{live_server.url}/shifts/new")
    till.get_by_label("窗口").select_option(str(second))
    till.fill("[name=n10000]", "2")
    till.click("main button.primary")
    till.wait_for_url("**/shifts/1")
    till.goto(f"{live_server.url}/counter")
    assert "请刷卡" in shown(till, "idle")
    assert till.locator("[data-bar=device]").input_value() == str(second)
    assert not till.get_by_text(QUESTION).is_visible()
