"""A shift from the counter's side: it asks for one, one is opened, its trays are in it."""

from typing import Any

import pytest
from sqlalchemy import select

from canteen.foundation.database import db, transaction
from canteen.ledger.models import Transfer, TransferKind
from canteen.sites.models import Site
from tests.browser import shoot
from tests.settlement.counter import Counter, later, meals_booked, shown

pytestmark = pytest.mark.browser


def test_a_counter_that_needs_a_shift_leads_to_one(till: Any, counter: Counter) -> None:
    with transaction() as session:
        session.get_one(Site, counter.site_id).shift_required = True
    shoot(till, counter.chen)
    assert "还没有开班" in shown(till, "refusal")
    with till.context.expect_page() as opened:
        till.click("[data-step=shift]")
    page = opened.value
    page.fill("[name=n10000]", "2")
    page.fill("[name=n10]", "3")
    assert page.inner_text("[data-count-sum]") == "¥200.30"
    page.click("main button.primary")
    page.wait_for_url("**/shifts/1")
    page.close()
    later(till)
    shoot(till, counter.chen)
    shown(till, "receipt")
    assert meals_booked() == 1
    query = select(Transfer.shift_id).where(Transfer.kind == TransferKind.MEAL_WALLET)
    assert db.session.scalars(query).all() == [1]
