"""What the clerk and the manager see of a meal that the system fails at, until it is mended."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from canteen.foundation.database import db
from canteen.settlement.offline.models import UnbookedMeal
from canteen.settlement.offline.unbooked import close_unbooked
from canteen.staff.models import Staff
from tests.browser import LiveServer, shoot
from tests.people import wallet_of
from tests.settlement.counter import Counter, meals_booked, shown
from tests.settlement.offline.test_alone_browser import ready
from tests.settlement.offline.test_failing import fail_at

pytestmark = pytest.mark.browser


def test_it_is_listed_at_the_counter_and_told_again_by_hand_until_it_is_booked_or_closed(
    till: Any, counter: Counter, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(till)
    mend = fail_at(monkeypatch, ValueError(), when=lambda order: not order.guest)
    till.context.set_offline(True)
    shoot(till, counter.chen)
    shown(till, "receipt")
    till.keyboard.press("F4")
    till.locator("[data-bar=alone]", has_text="2 份待上传").wait_for()
    till.context.set_offline(False)
    till.locator("[data-bar=alone]", has_text="1 份传不上").wait_for()
    assert meals_booked() == 1, "the guest behind it was not held up"
    till.reload()
    till.click("[data-bar=stuck]")
    words = shown(till, "stuck")
    for fact in ("陈奶奶", "标准餐", "卡付 9.00 元", "系统出错，这一份还没记上"):
        assert fact in words
    with till.expect_response("**/counter/offline-meals"):
        till.click("[data-act=tell-stuck]")
    till.locator("[data-act=tell-stuck]:enabled").wait_for()
    assert "陈奶奶" in shown(till, "stuck")
    mend()
    till.click("[data-act=tell-stuck]")
    shown(till, "idle")
    till.locator("[data-bar=alone]").wait_for(state="hidden")
    assert meals_booked() == 2
    assert wallet_of(counter.chen_id).balance_fen == 41_00
    fail_at(monkeypatch, ValueError(), when=lambda order: order.guest)
    till.context.set_offline(True)
    till.keyboard.press("F4")
    till.locator("[data-bar=alone]", has_text="1 份待上传").wait_for()
    till.context.set_offline(False)
    till.locator("[data-bar=alone]", has_text="1 份传不上").wait_for()
    close_the_one_that_failed(counter.site_id)
    till.click("[data-bar=stuck]")
    till.click("[data-act=tell-stuck]")
    till.locator("[data-bar=alone]").wait_for(state="hidden")
    assert meals_booked() == 2, "the manager wrote that it is not to be booked: it has left"


def close_the_one_that_failed(site_id: int) -> None:
    """As 张姐 does at her own computer."""
    db.session.rollback()
    meal_id = db.session.scalars(select(UnbookedMeal.meal_id).filter_by(closed_at=None)).one()
    manager = db.session.scalars(select(Staff.id).filter_by(username="zhangjie")).one()
    refused = close_unbooked(
        meal_id=meal_id, site_id=site_id, note="不是一餐", by=manager, now=datetime.now(UTC)
    )
    assert refused is None
