"""What else could stand in a place: its effects are those of planning and checking anew."""

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from canteen.menus.planning.changing import alternatives, swap, swapped
from canteen.menus.planning.checking import broken_rules, newly_broken
from canteen.menus.planning.facts import Placement
from canteen.menus.planning.scoring import score_of
from tests.menus.planning.libraries import make_case, only_period
from tests.menus.planning.weeks import (
    DAYS,
    MONDAY,
    make_dish,
    make_facts,
    make_plan,
    with_cell,
    with_dish,
)


def with_another(plan: Sequence[Placement], place: Placement, dish_id: int) -> list[Placement]:
    return [replace(one, dish_id=dish_id) if one == place else one for one in plan]


@pytest.mark.parametrize("seed", range(12))
def test_effects_are_the_differences_that_scoring_and_checking_see(seed: int) -> None:
    case = make_case(seed, periods=("lunch", "dinner"), days=9, dishes=80)
    if seed % 3 == 0:  # dinners that stand while lunches are looked at
        case = only_period(case, "lunch")
    facts, rng = case.facts, random.Random(seed)
    facts = replace(facts, before=tuple(rng.sample(case.plan, len(case.plan) // 2)))
    plan = list(case.plan)
    for _ in range(6):  # a plan with some broken rules, as people leave them
        one = rng.choice(plan)
        plan[plan.index(one)] = replace(one, dish_id=rng.choice(plan).dish_id)
    score, broken = score_of(facts, plan).total, broken_rules(facts, plan)
    for place in rng.sample(plan, 4):
        found = alternatives(facts, plan, place, most=1000)
        assert len({one.dish_id for one in found}) == len(found) > 0
        for one in rng.sample(found, min(15, len(found))):
            after = with_another(plan, place, one.dish_id)
            assert one.points == score_of(facts, after).total - score
            new = newly_broken(broken, broken_rules(facts, after))
            assert set(one.broken) == set(new)


def test_the_best_sound_dish_comes_first_and_broken_rules_last() -> None:
    facts = make_facts()
    plan = make_plan(facts)
    facts = with_dish(facts, make_dish(7, "main_meat").id, cost_fen=500)
    meat = next(one for one in plan if one.slot == "meat")
    found = alternatives(facts, plan, meat)
    assert found[0].dish_id == make_dish(7, "main_meat").id
    assert (found[0].cost_fen, found[0].points, found[0].broken) == (-100, -300, ())
    assert {one.dish_id for one in found[1:]} == {1000 + number for number in range(1, 7)}
    assert all(one.broken[0].rule == "repeat" for one in found[1:])
    assert len(alternatives(facts, plan, meat, most=3)) == 3


def test_only_dishes_of_the_kinds_and_the_meal_are_offered() -> None:
    facts = with_dish(make_facts(), make_dish(7, "main_meat").id, periods=frozenset(["dinner"]))
    plan = make_plan(facts)
    found = alternatives(facts, plan, plan[0])
    assert make_dish(7, "main_meat").id not in {one.dish_id for one in found}
    assert {facts.by_id[one.dish_id].category for one in found} == {"main_meat"}


def test_what_is_not_known_has_no_difference() -> None:
    spare = make_dish(7, "main_meat").id
    facts = with_dish(make_facts(), spare, nutrients={"kcal": 300, "protein": 200, "sodium": 40})
    facts = with_dish(facts, spare, unknown=frozenset(["sodium"]), cost_fen=None)
    facts = with_dish(facts, 1000, nutrients={"kcal": 250, "sodium": 30})
    plan = make_plan(facts)
    found = {one.dish_id: one for one in alternatives(facts, plan, plan[0])}
    assert dict(found[spare].nutrients) == {"kcal": 50}
    assert found[spare].cost_fen is None
    assert [one.rule for one in found[spare].broken] == ["cost"]


def test_a_rule_that_was_broken_already_is_not_held_against_a_dish() -> None:
    facts = make_facts(replace(make_facts().hard, budget_fen={"lunch": 900}))
    facts = with_dish(facts, make_dish(7, "main_meat").id, cost_fen=590)
    facts = with_dish(facts, make_dish(6, "main_meat").id, cost_fen=620)
    plan = make_plan(facts)
    assert [one.rule for one in broken_rules(facts, plan)] == ["budget"]
    meat = next(one for one in plan if (one.slot, one.day) == ("meat", MONDAY))
    assert alternatives(facts, plan, meat)[0].broken == ()
    dearer = next(one for one in alternatives(facts, plan, meat) if one.dish_id == 1006)
    assert {one.rule for one in dearer.broken} == {"budget", "repeat"}


def test_a_placement_of_another_plan_is_an_error() -> None:
    facts = make_facts()
    plan = make_plan(facts)
    with pytest.raises(ValueError, match="not in this plan"):
        alternatives(facts, plan, replace(plan[0], day=MONDAY + timedelta(days=30)))


def test_a_thousand_dishes_are_ranked_in_a_moment() -> None:
    case = make_case(3, periods=("breakfast", "lunch", "dinner"), days=28, dishes=1000)
    places = [one for one in case.plan if one.slot == "meat"][:3]
    for place in places:
        before = time.process_time()
        found = alternatives(case.facts, case.plan, place)
        seconds = time.process_time() - before
        assert len(found) == 12
        assert seconds < 0.6, seconds  # 0.02 to 0.3 when it was written


def test_a_swap_exchanges_two_dishes_and_says_what_it_changes() -> None:
    facts = make_facts()
    facts = with_dish(facts, 1003, seasons=frozenset(["autumn"]), main="pork")
    facts = with_dish(facts, 2001, main="pork")
    plan = make_plan(facts)
    one = next(p for p in plan if (p.day, p.slot) == (DAYS[1], "meat"))
    other = next(p for p in plan if (p.day, p.slot) == (DAYS[3], "meat"))
    after = swap(plan, one, other)
    there = {(p.day, p.slot): p.dish_id for p in after}
    assert (there[DAYS[1], "meat"], there[DAYS[3], "meat"]) == (1003, 1001)
    assert len(after) == len(plan)
    found = swapped(facts, plan, one, other)
    assert found.plan == after
    assert found.points == score_of(facts, after).total - score_of(facts, plan).total > 0
    assert found.broken == ()
    pinned = with_cell(facts, DAYS[1], "meat", pinned={0: 1001})
    assert [b.rule for b in swapped(pinned, plan, one, other).broken] == ["pinned"]


def test_a_swap_needs_two_places_of_the_plan() -> None:
    plan = make_plan(make_facts())
    with pytest.raises(ValueError, match="of the plan"):
        swap(plan, plan[0], replace(plan[1], position=9))
