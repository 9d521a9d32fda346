"""How rules, policies and caps work together."""

from datetime import date

import pytest

from canteen.subsidies.conditions import Person
from canteen.subsidies.facts import PastPart, history_of, history_since
from canteen.subsidies.policy import Cap, Effect
from canteen.subsidies.rules import History, Tally
from tests.subsidies.makers import (
    CHEN,
    WEDNESDAY,
    make_policy,
    make_rule,
    make_terms,
    off,
    priced,
    shares,
)


def two(overlap: str):
    rules = (
        make_rule(off(200), code="age", funder="city"),
        make_rule(off(500), code="hardship", funder="city"),
        make_rule(off(100), code="town", funder="town"),
    )
    return make_policy(*rules, terms=make_terms(overlap=overlap))


@pytest.mark.parametrize(
    ("overlap", "expected"),
    [
        ("best_rule", {"city": 500}),
        ("best_per_funder", {"city": 500, "town": 100}),
        ("first_rule", {"city": 200}),
    ],
)
def test_rules_that_overlap_combine_as_the_policy_says(overlap, expected):
    assert shares(priced(two(overlap))) == expected


def test_stacked_rules_all_pay():
    assert priced(two("stack")).subsidy_fen == 800


def test_a_discount_before_a_fixed_sum_differs_from_one_after_it():
    remaining = Effect("percent_off", basis_points=1000, of="remaining")
    first = make_policy(
        make_rule(remaining, code="d", funder="operator", stage=1), make_rule(off(200), code="s")
    )
    last = make_policy(
        make_rule(remaining, code="d", funder="operator", stage=3), make_rule(off(200), code="s")
    )
    assert priced(first, price_fen=2000).pay_fen == 1600
    assert priced(last, price_fen=2000).pay_fen == 1620


def test_policies_stack_or_give_way_for_the_same_funder():
    one = make_policy(make_rule(off(300)), code="one")
    other = make_policy(make_rule(off(200)), code="other")
    choosy = make_policy(
        make_rule(off(200)), code="other", terms=make_terms(with_others="best_per_funder")
    )
    assert priced(one, other).subsidy_fen == 500
    assert priced(one, choosy).subsidy_fen == 300


def test_a_policy_that_stands_alone_is_taken_only_if_it_is_better():
    together = [
        make_policy(make_rule(off(300)), code="one"),
        make_policy(make_rule(off(200)), code="two"),
    ]
    alone = make_terms(with_others="alone")
    small = make_policy(make_rule(off(400)), code="small", terms=alone)
    large = make_policy(make_rule(off(600)), code="large", terms=alone)
    assert priced(*together, small).policies == ("one@1", "two@1")
    assert priced(*together, large).policies == ("large@1",)


@pytest.mark.parametrize(
    ("shortage", "expected"),
    [("in_order", {"city": 300, "town": 200}), ("proportional", {"city": 250, "town": 250})],
)
def test_a_price_below_the_sum_is_shared_as_the_policy_says(shortage, expected):
    policy = make_policy(
        make_rule(off(300), code="a", funder="city"),
        make_rule(off(300), code="b", funder="town"),
        terms=make_terms(overlap="stack", shortage=shortage),
    )
    assert shares(priced(policy, price_fen=500)) == expected


def test_a_money_cap_cuts_the_last_meal_to_what_is_left():
    policy = make_policy(make_rule(off(500)), caps=(Cap("month", "month", fen=2000),))
    history = History(tallies={("month", "here"): Tally(4, 1800)})
    meal = priced(policy, history=history)
    assert meal.subsidy_fen == 200
    assert "本月最多补 20 元" in meal.reason_zh


def test_a_cap_on_one_rule_lets_another_rule_pay():
    rules = make_rule(off(500), code="big"), make_rule(off(200), code="small")
    policy = make_policy(*rules, caps=(Cap("week", "week", meals=2, rule="big"),))
    history = History(tallies={("week", "here/big"): Tally(2, 1000)})
    assert priced(policy, history=history).parts[0].rule == "small"


def test_a_funders_cap_everywhere_counts_all_its_policies():
    cap = Cap("day", "day", fen=600, funder="city", everywhere=True)
    capped = make_policy(make_rule(off(500)), code="one", caps=(cap,))
    other = make_policy(make_rule(off(400)), code="two")
    assert priced(capped, other).subsidy_fen == 600
    spent = History(tallies={("day", "@city"): Tally(1, 600)})
    assert priced(capped, other, history=spent).subsidy_fen == 0


def test_only_the_newest_version_in_force_pays():
    old = make_policy(make_rule(off(200)))
    new = make_policy(make_rule(off(300)), version=2, valid_from=WEDNESDAY)
    assert priced(old, new).policies == ("here@2",)
    assert priced(old, new, service_date=date(2026, 3, 3)).policies == ("here@1",)


def test_a_policy_counts_on_its_first_and_last_day():
    policy = make_policy(
        make_rule(off(200)), valid_from=date(2026, 3, 1), valid_until=date(2026, 3, 31)
    )
    paid = [
        priced(policy, service_date=day).subsidy_fen
        for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1))
    ]
    assert paid == [0, 200, 200, 0]
    late = priced(policy, service_date=date(2026, 4, 1))
    assert "已于 2026-03-31 到期" in late.reason_zh


def test_without_a_policy_the_diner_pays_all_and_is_told_why():
    from canteen.subsidies.rules import price_meal
    from tests.subsidies.makers import make_meal

    meal = price_meal(policies=[], facts=make_meal(**CHEN))
    assert meal.pay_fen == 1300
    assert meal.reason_zh == "82 岁，不享受补贴：没有适用的补贴政策"


def past(day: date, meal: str, period: str = "lunch", fen: int = 300) -> PastPart:
    return PastPart(meal, day, period, "here", "rule", "city", fen)


def test_history_is_counted_by_week_from_monday_and_by_calendar_month():
    rows = [
        past(date(2026, 3, 1), "sun"),
        past(date(2026, 3, 2), "mon"),
        past(WEDNESDAY, "wed", "breakfast"),
        past(date(2026, 2, 28), "feb"),
    ]
    history = history_of(rows, service_date=WEDNESDAY, period="lunch", meals_today=1)
    assert history.tally("day", "here") == (1, 300)
    assert history.tally("period", "here") == (0, 0)
    assert history.tally("week", "here/rule") == (2, 600)
    assert history.tally("month", "@city") == (3, 900)
    assert history.tally("year", "here@city") == (4, 1200)


def test_two_parts_of_one_meal_are_one_meal():
    rows = [past(WEDNESDAY, "wed"), past(WEDNESDAY, "wed")._replace(funder="town")]
    history = history_of(rows, service_date=WEDNESDAY, period="lunch", meals_today=1)
    assert history.tally("day", "here") == (1, 600)


def test_only_as_much_history_is_asked_for_as_caps_need():
    plain = make_policy(make_rule(off(200)))
    weekly = make_policy(make_rule(off(200)), caps=(Cap("w", "week", meals=5),))
    assert history_since([plain], WEDNESDAY) == WEDNESDAY
    assert history_since([weekly], WEDNESDAY) == date(2026, 3, 2)


def test_the_reason_names_every_funder_and_the_count():
    policy = make_policy(
        make_rule(off(300), code="c", funder="city", who=(Person(tags_any=("dibao",)),)),
        make_rule(off(300), code="t", funder="town"),
        terms=make_terms(overlap="best_per_funder"),
        caps=(Cap("w", "week", meals=5),),
    )
    history = History(tallies={("week", "here"): Tally(2, 1200)})
    meal = priced(policy, history=history, **CHEN)
    assert meal.reason_zh == "82 岁，低保，补贴c 3 元 + 补贴t 3 元；本周第 3 餐，上限 5"
    assert meal.reason_en == (
        "age 82, minimum allowance: subsidy c 3 yuan + subsidy t 3 yuan; "
        "meal 3 of at most 5 this week"
    )
