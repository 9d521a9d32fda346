"""A price of two classes: a set, and what was added to it."""

from datetime import date, time
from typing import Any

import pytest

from canteen.subsidies.documents import parse_policy
from canteen.subsidies.facts import MealFacts
from canteen.subsidies.rules import price_meal
from tests.lunches import policy_document


def priced(rules: str, *, set_fen: int = 1300, added_fen: int = 700, **values: Any) -> Any:
    policy = parse_policy(policy_document(rules))
    facts = MealFacts(
        service_date=date(2026, 11, 25), local_time=time(12), period="lunch", channel="dine_in",
        price_fen=set_fen + added_fen, item_class="dish", beside=("set", set_fen),
        is_workday=True, is_public_holiday=False, birthday=date(1944, 3, 1), **values,
    )  # fmt: skip
    return price_meal(policies=[policy], facts=facts)


def rule(
    effect: str, *, when: str = "{}", stage: int = 1, code: str = "one", more: str = ""
) -> str:
    return f"""
[[rule]]
code = "{code}"
name = {{ zh = "规则", en = "rule" }}
stage = {stage}
funder = "city"
when = {when}
effect = {effect}
{more}
"""


HALF = '{ kind = "percent_off", percent = 50, of = "list", ceiling_yuan = "none" }'
HALF_OF_REST = '{ kind = "percent_off", percent = 50, of = "remaining", ceiling_yuan = "none" }'
SET, DISH = '{ item_classes = ["set"] }', '{ item_classes = ["dish"] }'


@pytest.mark.parametrize(
    ("rules", "subsidy_fen"),
    [
        (rule(HALF), 1000),  # of everything on the tray
        (rule(HALF, when=SET), 650),
        (rule(HALF, when=DISH), 350),
        (rule(HALF, when='{ item_classes = ["dish", "set"] }'), 1000),
        (rule(HALF, when='{ item_classes = ["drink"] }'), 0),
        (rule('{ kind = "off", yuan = 15 }', when=SET), 1300),  # never beyond what it is for
        (rule('{ kind = "off", yuan = 15 }', when=DISH), 700),
        (rule('{ kind = "off", yuan = 15 }'), 1500),
        # What a meal costs is said of the set: what was added is not given away.
        (rule('{ kind = "pay", yuan = 5, set_price_yuan = "any" }'), 800),
        (rule('{ kind = "pay_at_most", yuan = 5, ceiling_yuan = "none" }'), 800),
        (rule('{ kind = "free" }'), 1300),
        (
            rule(
                '{ kind = "pay", yuan = 5, set_price_yuan = "any" }',
                when='{ item_classes = ["set", "dish"] }',
            ),
            1500,
        ),
        # The least that is left to pay, and the least that is spent, are of the same part.
        (rule('{ kind = "off", yuan = 15 }', when=SET, more="diner_pays_at_least_yuan = 1"), 1200),
        (
            rule(
                '{ kind = "off", yuan = 3 }',
                when='{ item_classes = ["set"], '
                'spend = { at_least_yuan = 14, of = "list", counts = "meal" } }',
            ),
            0,
        ),
        # Two for the set in one stage together never pay for the dishes.
        (rule(HALF, when=SET) + rule('{ kind = "off", yuan = 9 }', when=SET, code="two"), 1300),
        # A later stage sees what is left of its own part.
        (
            rule('{ kind = "off", yuan = 3 }', when=SET)
            + rule(HALF_OF_REST, when=SET, code="two", stage=2)
            + rule(HALF_OF_REST, when=DISH, code="three", stage=2),
            300 + 500 + 350,
        ),
    ],
)
def test_a_rule_looks_at_the_part_it_is_for(rules: str, subsidy_fen: int) -> None:
    meal = priced(rules)
    assert meal.subsidy_fen == subsidy_fen
    assert meal.pay_fen == 2000 - subsidy_fen


def test_a_set_that_counts_as_a_dish_makes_a_price_of_one_class() -> None:
    policy = parse_policy(policy_document(rule(HALF, when=DISH)))
    facts = MealFacts(
        service_date=date(2026, 11, 25), local_time=time(12), period="lunch", channel="dine_in",
        price_fen=2000, item_class="dish", beside=("dish", 1300), is_workday=True,
        is_public_holiday=False, birthday=None,
    )  # fmt: skip
    assert price_meal(policies=[policy], facts=facts).subsidy_fen == 1000
