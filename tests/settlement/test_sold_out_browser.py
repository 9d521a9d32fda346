"""What is sold changes while the page is open: the line is told, and goes on with what there is."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from canteen.foundation.database import transaction
from canteen.sites.models import MealSet
from tests.browser import shoot
from tests.settlement.counter import Counter, add_small_set, later, meals_booked, shown

pytestmark = [pytest.mark.browser, pytest.mark.looks]


def change_set(site_id: int, code: str, **values: Any) -> None:
    """What the manager does under 设置 at noon."""
    with transaction() as session:
        session.execute(
            update(MealSet)
            .where(MealSet.site_id == site_id, MealSet.code == code)
            .where(MealSet.period_code == "lunch")
            .values(**values)
        )


def test_a_set_that_is_sold_out_gives_way_to_the_next_and_a_new_price_is_shown(
    till: Any, counter: Counter
) -> None:
    add_small_set(counter.site_id)
    till.reload()
    till.locator("[data-stage]", has_text="13.00").wait_for()
    change_set(counter.site_id, "standard", active=False)
    shoot(till, counter.chen)
    assert "没有在售" in shown(till, "refusal")
    till.keyboard.press("Escape")
    till.locator("[data-stage]", has_text="小份餐").wait_for()
    later(till)
    shoot(till, counter.chen)
    assert "小份餐" in shown(till, "receipt")
    assert meals_booked(price_fen=10_00) == 1
    till.keyboard.press("Escape")
    change_set(counter.site_id, "small", price_fen=11_00)
    minutes = timedelta(minutes=5, seconds=1)
    till.evaluate(
        "(ms) => { const own = performance.now.bind(performance);"
        " performance.now = () => own() + ms; }",
        minutes / timedelta(milliseconds=1),
    )
    till.locator("[data-stage]", has_text="11.00").wait_for()
