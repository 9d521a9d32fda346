"""The way is open again, and something is otherwise: who signs in, or whose meal it was."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from canteen.foundation.database import db, transaction
from canteen.settlement.models import Meal
from canteen.staff.models import Staff, StaffRole
from tests.browser import LiveServer, shoot, sign_in_page, tablet_page
from tests.people import wallet_of
from tests.settlement.counter import Counter, meals_booked, open_counter, shown
from tests.settlement.offline.test_alone_browser import ready

pytestmark = pytest.mark.browser


def test_what_two_counters_served_alone_is_said_at_the_second_until_the_clerk_has_read_it(
    chromium: Any, counter: Counter, live_server: LiveServer
) -> None:
    with tablet_page(chromium) as first, tablet_page(chromium) as second:
        for page in (first, second):
            open_counter(page, live_server)
            ready(page)
            page.context.set_offline(True)
            shoot(page, counter.chen)
            assert "9.00" in shown(page, "receipt")
        first.context.set_offline(False)
        first.locator("[data-bar=alone]").wait_for(state="hidden")
        second.context.set_offline(False)
        second.locator("[data-bar=otherwise]", has_text="1 份要负责人核对").wait_for()
        assert not second.locator("[data-bar=alone-text]").is_visible(), "nothing waits any more"
        second.click("[data-bar=otherwise-seen]")
        second.locator("[data-bar=alone]").wait_for(state="hidden")
    db.session.rollback()
    subsidies = select(Meal.subsidy_fen).order_by(Meal.subsidy_fen)
    parts = db.session.scalars(subsidies).all()
    assert len(parts) == 2
    assert wallet_of(counter.chen_id).balance_fen == 32_00


def test_who_signs_in_on_another_page_sends_the_queue_and_is_reminded_only_once(
    app: Flask, till: Any, counter: Counter, live_server: LiveServer
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    ready(till)
    till.context.set_offline(True)
    shoot(till, counter.chen)
    shown(till, "receipt")
    till.context.clear_cookies()
    till.context.set_offline(False)
    shown(till, "signed-out")
    till.keyboard.press("F4")
    shown(till, "receipt")
    with till.expect_response("**/counter/offline-meals"):
        pass
    till.wait_for_timeout(100)
    shown(till, "receipt")  # the next refusal of the server takes nobody's screen away
    assert till.locator("[data-bar=sign-in]").is_visible()
    other = till.context.new_page()
    sign_in_page(other, live_server, "xiaoli")  # a session with another token than the page's
    till.locator("[data-bar=alone]").wait_for(state="hidden")
    assert meals_booked() == 2
    shoot(till, counter.wang)
    assert "5.00" in shown(till, "refusal")


def test_a_clerk_who_has_no_counter_any_more_is_told_to_sign_in(
    till: Any, counter: Counter
) -> None:
    ready(till)
    till.context.set_offline(True)
    shoot(till, counter.chen)
    shown(till, "receipt")
    with transaction() as session:
        clerk = session.scalars(select(Staff.id).where(Staff.username == "xiaoli")).one()
        session.execute(delete(StaffRole).where(StaffRole.staff_id == clerk))
    till.context.set_offline(False)
    shown(till, "signed-out")
    till.locator("[data-bar=alone]", has_text="1 份待上传").wait_for()
    assert meals_booked() == 0
