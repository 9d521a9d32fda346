"""What the nearest plan breaks, allowed, is a way out that always frees."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from canteen.menus import plan_making
from canteen.menus.planning import conflicts
from canteen.menus.planning.allowing import allowing
from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.demands import Demand, Remedy
from canteen.menus.planning.facts import PlanFacts
from canteen.menus.planning.nearest import nearest_plan
from canteen.menus.planning.remedies import any_plan
from canteen.menus.planning.remedying import with_remedy
from canteen.menus.planning.solving import Clock
from tests.menus.planning.libraries import make_case
from tests.menus.planning.test_conflicts import (
    fewer_dishes,
    less_equipment,
    less_money,
    more_bans,
    more_choice,
)
from tests.menus.planning.weeks import (
    DAYS,
    MONDAY,
    RULES,
    make_dish,
    make_facts,
    make_plan,
    moved,
    with_dish,
)

TUESDAY = MONDAY + timedelta(days=1)


def freed(facts: PlanFacts) -> Remedy | None:
    plan = make_plan(facts)
    return allowing(facts, plan, broken_rules(facts, plan))


def test_what_keeps_every_rule_needs_nothing_allowed() -> None:
    assert freed(make_facts()) is None


def test_each_rule_is_held_as_much_less_strictly_as_it_is_broken() -> None:
    hard = replace(
        RULES, capacity={"lunch": {"steamer": 0}}, budget_fen={"lunch": 900}, diets={"halal": 4}
    )
    facts = make_facts(hard)
    for number in range(8):
        dish = make_dish(number, "vegetable").id
        facts = with_dish(facts, dish, diets=frozenset(), seasons=frozenset({"summer"}))
    remedy = freed(facts)
    assert remedy is not None
    assert set(remedy.parts) == {
        Remedy(kind="capacity", period="lunch", what="steamer", amount=1),
        Remedy(kind="budget", period="lunch", amount=950),
        Remedy(kind="diet", what="halal", amount=2),
        Remedy(kind="season", category="vegetable"),
    }


def test_a_dish_that_comes_again_may_return_after_as_many_days() -> None:
    facts = make_facts()
    plan = moved(make_plan(facts), DAYS[4], "meat", make_dish(1, "main_meat").id)
    remedy = allowing(facts, plan, broken_rules(facts, plan))
    assert remedy == Remedy(kind="window", category="main_meat", amount=3)


def test_places_that_stay_empty_are_left_out() -> None:
    facts = make_facts()
    plan = tuple(one for one in make_plan(facts) if (one.day, one.slot) != (TUESDAY, "meat"))
    facts = replace(facts, hard=replace(RULES, meat_and_vegetables=False, diets={}))
    remedy = allowing(facts, plan, broken_rules(facts, plan))
    assert remedy == Remedy(kind="places", period="lunch", slot="meat", days=(TUESDAY,), amount=1)


Spoil = Callable[[PlanFacts, random.Random], PlanFacts]


@pytest.mark.parametrize(
    ("spoil", "seed"),
    [
        (fewer_dishes, 2),
        (less_equipment, 2),
        (less_money, 3),
        (more_choice, 3),
        (more_bans, 3),
    ],
)
def test_random_spoiled_libraries_are_freed_by_it(spoil: Spoil, seed: int) -> None:
    facts = spoil(make_case(200 + seed, dishes=40, days=4).facts, random.Random(seed))
    near = nearest_plan(facts, seconds=20)
    assert near.plan is not None
    broken = broken_rules(facts, near.plan)
    remedy = allowing(facts, near.plan, broken)
    assert (remedy is None) == (not broken)
    if remedy is not None:
        changed = with_remedy(facts, remedy)
        plan = any_plan(changed, Clock(60))
        assert plan is not None
        assert not broken_rules(changed, plan)


@pytest.mark.parametrize("known", [True, False], ids=["explained", "no time to explain"])
def test_where_no_way_out_was_found_the_last_one_is_offered(
    monkeypatch: pytest.MonkeyPatch, *, known: bool
) -> None:
    demands = (Demand(rule="capacity", what="steamer"),)
    found = conflicts.Conflict(demands=demands) if known else None
    monkeypatch.setattr(conflicts, "explain", lambda facts, **_: found)
    facts = make_facts(replace(RULES, capacity={"lunch": {"steamer": 0}}))
    made = plan_making.make_plan(facts, seconds=10)
    assert made.impossible
    assert made.conflict is not None
    assert made.conflict.demands == (demands if known else ())
    (remedy,) = made.conflict.remedies
    assert remedy == Remedy(kind="capacity", period="lunch", what="steamer", amount=1)
