"""The last one of something, asked for at two counters at once: it is given once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from canteen.foundation.database import db
from canteen.settlement.actions import Declined, Receipt
from canteen.settlement.rules import Order
from tests.lunches import (
    OFF_THREE,
    adopt_document,
    assert_ledger_holds,
    give,
    lunch,
    policy_document,
    run_at_once,
    served,
    settle,
)
from tests.people import NOW, TODAY, make_chen, make_site, make_xiaoli

QUOTA = """
[[rule]]
code = "allowance"
name = { zh = "每月额度", en = "monthly allowance" }
stage = 1
funder = "city"
effect = { kind = "quota", quota = "monthly", percent = 100 }

[[quota]]
code = "monthly"
name = { zh = "每月十元", en = "ten yuan a month" }
per = "month"
yuan = 10
"""
STEPS = """
[[rule]]
code = "steps"
name = { zh = "第几餐几元", en = "by the meal of the day" }
stage = 1
funder = "city"
effect = { kind = "nth_meal", pay_yuan = [2, 5, 9], after = "nothing" }
"""


def cap(per: str, meals: int) -> str:
    """At most so many subsidised meals in a span."""
    return f'\n[[cap]]\ncode = "{per}"\nper = "{per}"\nmeals = {meals}\n'


class Town:
    """Two sites under one policy, 陈奶奶 with money, one clerk for all counters."""

    def __init__(self, body: str) -> None:
        self.sites = (make_site(), make_site("second", name="第二食堂"))
        for site in self.sites:
            adopt_document(site, policy_document(body))
        self.chen, self.clerk = make_chen(self.sites[0]), make_xiaoli(self.sites[0])
        give(self.chen, self.sites[0], 500_00)

    def order(self, site: int, period: str = "lunch") -> Order:
        return lunch(self.sites[site], self.clerk, self.chen, period_code=period)

    def eat(self, days: int) -> None:
        """Lunch on the days before `TODAY`."""
        for before in range(days, 0, -1):
            day = timedelta(days=before)
            served(self.order(0), TODAY - day, NOW - day)


def at_once(app: Flask, jobs: list[Callable[[], object]]) -> list[Receipt]:
    """The receipts of posts sent in the same moment; none may be refused."""
    db.session.remove()
    answers = run_at_once(app, jobs)
    assert all(isinstance(answer, Receipt) for answer in answers), answers
    assert_ledger_holds()
    return [answer for answer in answers if isinstance(answer, Receipt)]


@pytest.fixture
def both(app: Flask) -> Callable[[Town], list[Receipt]]:
    """Breakfast here and dinner there (and lunch here), all at once."""

    def go(town: Town) -> list[Receipt]:
        orders = [town.order(0, "breakfast"), town.order(1, "dinner"), town.order(0, "lunch")]
        return at_once(app, [lambda o=order: settle(o) for order in orders])  # type: ignore[misc]

    return go


Both = Callable[[Town], list[Receipt]]


def subsidies(receipts: list[Receipt]) -> list[int]:
    """What each got, the least first."""
    return sorted(receipt.subsidy_fen for receipt in receipts)


def test_the_last_meal_of_a_week_at_two_sites(both: Both) -> None:
    town = Town(OFF_THREE + cap("week", 2))
    tuesday = date(2026, 11, 24)
    served(town.order(1), tuesday, NOW + timedelta(days=1))
    assert subsidies(both(town)) == [0, 0, 300]


def test_the_last_meal_of_a_day(both: Both) -> None:
    assert subsidies(both(Town(OFF_THREE + cap("day", 1)))) == [0, 0, 300]


def test_the_last_meal_of_a_year_with_the_first_ten_months_ago(both: Both) -> None:
    town = Town(OFF_THREE + cap("year", 2))
    served(town.order(0), date(2026, 1, 5), datetime(2026, 1, 5, 3, 30, tzinfo=UTC))
    assert subsidies(both(town)) == [0, 0, 300]


def test_the_last_yuan_of_a_monthly_quota(both: Both) -> None:
    assert sum(subsidies(both(Town(QUOTA)))) == 10_00


def test_the_rest_of_a_quota_is_given_once(both: Both) -> None:
    town = Town(QUOTA.replace("yuan = 10", "yuan = 15"))
    town.eat(1)
    assert sum(subsidies(both(town))) == 2_00


def test_the_nth_meal_of_the_day_is_the_first_and_the_second_not_the_first_twice(
    both: Both,
) -> None:
    paid = sorted(receipt.paid_fen for receipt in both(Town(STEPS)))
    # Breakfast costs 5 yuan whole: as the third meal it is not raised to 9.
    assert paid in ([2_00, 5_00, 9_00], [2_00, 5_00, 5_00]), paid


def test_the_same_card_at_four_counters_of_two_sites_is_one_subsidised_meal(app: Flask) -> None:
    town = Town(OFF_THREE)
    orders = [town.order(number % 2) for number in range(4)]
    db.session.remove()
    answers = run_at_once(app, [lambda o=order: settle(o) for order in orders])  # type: ignore[misc]
    assert sorted(type(answer).__name__ for answer in answers) == ["Declined"] * 3 + ["Receipt"]
    codes = {answer.refusal.code for answer in answers if isinstance(answer, Declined)}
    assert codes == {"already_eaten"}
    assert_ledger_holds()
