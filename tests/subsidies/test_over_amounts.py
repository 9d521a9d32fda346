"""What is given as the amount grows, told as lines: equal to the engine at every single fen."""

import random
from dataclasses import replace

import pytest

from canteen.subsidies.conditions import Guard, Spend
from canteen.subsidies.facts import PastPart, history_of
from canteen.subsidies.over_amounts import Effect as Told
from canteen.subsidies.over_amounts import effect_over, given, standing_of
from canteen.subsidies.policy import Cap, Effect, Policy, Share
from canteen.subsidies.rules import MealFacts, subsidy_of
from tests.subsidies.drawn import facts_of, policies_of
from tests.subsidies.makers import WEDNESDAY, make_meal, make_policy, make_rule, make_terms

MOST = 3000
EXACT = 12
"""Policies drawn at random that are asked about at every fen."""


def told(policy: Policy, facts: MealFacts, most: int = MOST) -> Told:
    effect = effect_over([policy], facts, most)
    assert effect is not None
    for fen in range(most + 1):
        asked = subsidy_of(policies=[policy], facts=replace(facts, price_fen=fen))
        assert given(effect, fen) == asked, fen
    return effect


def meal(**changes: object) -> MealFacts:
    return make_meal(**{"price_fen": 0, "item_class": "dish", **changes})


def percent(points: int, ceiling: int | None = None, of: str = "list") -> Effect:
    return Effect("percent_off", basis_points=points, of=of, ceiling_fen=ceiling)  # type: ignore[arg-type]


def test_a_percentage_up_to_its_ceiling_is_two_lines() -> None:
    effect = told(make_policy(make_rule(percent(2000, 300))), meal())
    assert [line.from_fen for line in effect] == [0, 1503]


def test_a_minimum_spend_is_a_step() -> None:
    spend = Spend(fen=1000, strictly_more=False, of="list", counts="meal")
    rule = make_rule(Effect("off", fen=400), when=Guard(spend=spend))
    effect = told(make_policy(rule), meal())
    assert [(line.from_fen, line.given(1000)) for line in effect] == [(0, 0), (1000, 400)]


@pytest.mark.parametrize("rounding", ["half_up", "half_even", "down", "up"])
@pytest.mark.parametrize("unit", ["fen", "jiao", "yuan"])
@pytest.mark.parametrize("of", ["subsidy", "pay"])
def test_every_way_of_rounding_is_told(rounding: str, unit: str, of: str) -> None:
    terms = make_terms(rounding=rounding, rounding_to=unit, rounding_of=of)
    told(make_policy(make_rule(percent(1500)), terms=terms), meal())


def test_a_fixed_price_and_a_most_to_pay_are_told() -> None:
    told(make_policy(make_rule(Effect("pay", fen=600, set_price_fen=1500))), meal())
    told(make_policy(make_rule(Effect("pay_at_most", fen=500, ceiling_fen=900))), meal())


def test_a_percentage_of_what_a_discount_left_is_told() -> None:
    first = make_rule(Effect("off", fen=250), code="first", stage=1, funder="operator")
    then = make_rule(percent(3000, of="remaining"), code="then", stage=2)
    told(make_policy(first, then), meal())


def test_what_a_cap_has_left_is_told_and_tells_diners_apart() -> None:
    policy = make_policy(make_rule(percent(5000)), caps=(Cap(code="month", per="month", fen=1000),))
    past = [PastPart("m", WEDNESDAY, "breakfast", policy.code, "rule", "city", 640)]
    history = history_of(past, service_date=WEDNESDAY, period="lunch", meals_today=0)
    fresh, used = meal(), meal(history=history)
    assert given(told(policy, fresh), 2000) == 1000
    assert given(told(policy, used), 2000) == 360
    assert standing_of([policy], fresh, MOST) != standing_of([policy], used, MOST)


def test_diners_who_are_given_the_same_stand_the_same() -> None:
    policy = make_policy(make_rule(percent(5000)))
    one, other = meal(tags=frozenset({"dibao"})), meal(tags=frozenset())
    assert standing_of([policy], one, MOST) == standing_of([policy], other, MOST)


def test_a_share_whose_own_cap_is_used_up_is_not_told() -> None:
    """Half of a percentage, each rounded: no line is exactly that, so the counter takes cash."""
    split = (Share("city", basis_points=3333), Share("district", basis_points=6667))
    policy = make_policy(
        make_rule(percent(3333), split=split, remainder_to="city"),
        caps=(Cap(code="city", per="month", fen=1, funder="city"),),
    )
    assert effect_over([policy], meal(), MOST) is None


@pytest.mark.parametrize("seed", range(EXACT))
def test_policies_drawn_at_random_are_told_exactly_or_not_at_all(seed: int) -> None:
    rng = random.Random(seed)
    policies = policies_of(rng)
    facts = facts_of(rng, policies)
    effect = effect_over(policies, facts, MOST)
    if effect is None:
        return
    for fen in range(0, MOST + 1, 1 + seed % 2):
        asked = subsidy_of(policies=policies, facts=replace(facts, price_fen=fen))
        assert given(effect, fen) == asked, fen
