"""When the rules cannot all hold, the smallest set in conflict is named, and ways out are tried."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from canteen.menus.planning.conflicts import can_hold, explain
from canteen.menus.planning.demands import Demand, Remedy, together
from canteen.menus.planning.facts import Forbidden, PlanFacts, Standing
from canteen.menus.planning.remedies import any_plan
from canteen.menus.planning.solving import Clock
from tests.menus.planning.explaining import explained, rules_of
from tests.menus.planning.libraries import make_case
from tests.menus.planning.weeks import (
    DAYS,
    MONDAY,
    RULES,
    make_cells,
    make_dish,
    make_facts,
    make_library,
    with_cell,
    with_dish,
)

WEDNESDAY = DAYS[2]


def fourteen_places_for(vegetables: int) -> PlanFacts:
    """The issue's own example: two vegetables at every lunch."""
    cells = tuple(
        replace(cell, places=2) if cell.slot == "vegetable" else cell for cell in make_cells()
    )
    hard = replace(RULES, budget_fen={})
    return make_facts(hard, cells=cells, dishes=make_library(vegetable=vegetables))


def test_nothing_is_explained_that_can_be_planned() -> None:
    assert explain(make_facts()) is None
    assert explain(fourteen_places_for(14)) is None


def test_twelve_vegetables_do_not_fill_fourteen_places() -> None:
    """素菜只有 12 种可用，14 个位置需要 14 种：再加 2 种，或允许间隔 6 天."""
    conflict = explained(fourteen_places_for(12))
    assert conflict.smallest
    assert conflict.demands == (
        Demand(
            rule="supply", days=DAYS, period="lunch", slot="vegetable",
            categories=("vegetable",), have=12, want=14,
        ),
        Demand(rule="repeat", categories=("vegetable",), want=1),
    )  # fmt: skip
    found = {one.kind: one for one in conflict.remedies}
    assert found["add_dishes"] == Remedy(kind="add_dishes", category="vegetable", amount=2)
    assert found["window"] == Remedy(kind="window", category="vegetable", amount=6)
    assert found["places"].amount == 2


def test_seven_vegetables_may_return_after_three_days() -> None:
    conflict = explained(fourteen_places_for(7))
    amounts = {one.kind: one.amount for one in conflict.remedies}
    assert (amounts["add_dishes"], amounts["window"]) == (7, 3)


def test_a_budget_is_raised_to_what_the_cheapest_week_costs_and_a_little() -> None:
    conflict = explained(make_facts(replace(RULES, budget_fen={"lunch": 900})))
    assert rules_of(conflict) == ["supply", "budget"]
    assert conflict.remedies == (Remedy(kind="budget", period="lunch", amount=970),)


def test_a_diet_that_no_dish_suits_is_named_with_its_meal() -> None:
    facts = make_facts(replace(RULES, diets={"vegetarian": 1}))
    conflict = explained(facts)
    assert rules_of(conflict) == ["diet"]
    assert conflict.demands[0].what == "vegetarian"
    kinds = {(one.kind, one.amount) for one in conflict.remedies}
    assert ("diet", 0) in kinds
    assert ("add_dishes", 7) in kinds


def test_a_steamer_that_is_too_small() -> None:
    conflict = explained(make_facts(replace(RULES, capacity={"lunch": {"steamer": 0}})))
    assert rules_of(conflict) == ["supply", "capacity"]
    assert len(conflict.demands[0].days) == 1
    assert conflict.remedies[-1].kind == "capacity"
    assert conflict.remedies[-1].amount == 1


def test_a_dish_pinned_on_two_days() -> None:
    facts = with_cell(make_facts(), DAYS[1], "meat", pinned={0: 1001})
    facts = with_cell(facts, DAYS[4], "meat", pinned={0: 1001})
    conflict = explained(facts)
    assert sorted(rules_of(conflict)) == ["pinned", "pinned", "repeat"]
    kinds = [one.kind for one in conflict.remedies]
    assert kinds.count("pinned") == 2


def test_a_ban_that_leaves_nothing_on_one_day() -> None:
    ban = Forbidden(mark="category:vegetable", days=frozenset([WEDNESDAY]))
    conflict = explained(make_facts(replace(RULES, forbidden=(ban,))))
    assert rules_of(conflict) == ["supply", "forbidden"]
    assert conflict.demands[0].days == (WEDNESDAY,)
    lifted = Remedy(kind="forbidden", what="category:vegetable", days=(WEDNESDAY,))
    assert conflict.remedies == (lifted,)


def test_a_ban_on_what_alone_is_coarse_upsets_the_balance_of_the_day() -> None:
    cells = tuple(
        replace(cell, categories=("coarse", "staple"), places=2)
        for cell in make_cells()
        if cell.slot == "rice"
    )
    ban = Forbidden(mark="category:coarse", days=frozenset([WEDNESDAY]))
    hard = replace(RULES, forbidden=(ban,), diets={}, budget_fen={})
    rice = tuple(make_dish(number, "staple") for number in range(3))
    facts = make_facts(hard, cells=cells, dishes=(*make_library(staple=0), *rice))
    conflict = explained(facts)
    assert sorted(rules_of(conflict)) == ["coarse_and_fine", "forbidden"]
    kinds = {one.kind for one in conflict.remedies}
    assert {"forbidden", "switch_off"} <= kinds


def test_last_weeks_dishes_that_may_not_return_yet() -> None:
    before = MONDAY - timedelta(days=3)
    served = tuple(Standing(day=before, period="lunch", dish_id=1000 + n) for n in range(8))
    conflict = explained(make_facts(standing=served))
    assert rules_of(conflict) == ["supply", "return"]
    found = {one.kind: one.amount for one in conflict.remedies}
    assert found["return_days"] == 3
    assert found["add_dishes"] == 4


def test_a_library_wholly_out_of_season_is_freed_at_once() -> None:
    facts = make_facts()
    summer = frozenset(["summer"])
    facts = replace(facts, dishes=tuple(replace(one, seasons=summer) for one in facts.dishes))
    conflict = explained(facts)
    assert rules_of(conflict) == ["supply", "season"]
    assert conflict.remedies[0] == Remedy(kind="season")


def test_dishes_out_of_season_and_dishes_without_a_cost() -> None:
    facts = make_facts()
    for number in range(8):
        facts = with_dish(facts, 1000 + number, seasons=frozenset(["summer"]))
    conflict = explained(facts)
    assert rules_of(conflict) == ["supply", "season"]
    assert "season" in [one.kind for one in conflict.remedies]
    facts = make_facts()
    for number in range(8):
        facts = with_dish(facts, 2000 + number, cost_fen=None)
    conflict = explained(facts)
    assert rules_of(conflict) == ["supply", "cost"]
    (prices,) = (one for one in conflict.remedies if one.kind == "prices")
    assert prices.dish_ids == tuple(range(2000, 2008))


def test_conflicts_behind_one_another_are_freed_together() -> None:
    facts = make_facts(dishes=make_library(main_meat=4, vegetable=5))
    conflict = explained(facts)
    assert rules_of(conflict) == ["supply", "repeat"]
    assert conflict.remedies
    assert all(one.kind == "together" for one in conflict.remedies)
    kinds = {part.category for part in conflict.remedies[0].parts}
    assert kinds == {"main_meat", "vegetable"}


def test_a_conflict_of_two_weeks_is_found_where_each_alone_is_sound() -> None:
    days = (*DAYS, *(day + timedelta(days=7) for day in DAYS))
    hard = replace(RULES, return_days={"main_meat": 9})
    conflict = explained(make_facts(hard, cells=make_cells(days=days)))
    assert "return" in rules_of(conflict)
    amounts = {one.kind: one.amount for one in conflict.remedies}
    assert amounts["return_days"] == 8


def test_dishes_of_one_kind_are_added_once() -> None:
    one = Remedy(kind="add_dishes", category="vegetable", amount=2)
    more = replace(one, amount=3)
    assert together([one, more]) == replace(one, amount=5)
    other = Remedy(kind="switch_off", what="coarse_and_fine")
    assert together([one, together([other, more])]).parts == (replace(one, amount=5), other)


def test_a_person_may_stop_the_explaining() -> None:
    assert explain(fourteen_places_for(12), stop=lambda: True) is None


def test_a_demand_of_other_facts_is_an_error() -> None:
    with pytest.raises(ValueError, match="not asked here"):
        can_hold(make_facts(), [Demand(rule="diet", what="vegetarian")])


Spoil = Callable[[PlanFacts, random.Random], PlanFacts]


def fewer_dishes(facts: PlanFacts, rng: random.Random) -> PlanFacts:
    kept = {one.dish_id for one in facts.standing}
    kept |= {dish_id for cell in facts.cells for dish_id in cell.pinned.values()}
    category = rng.choice(("main_meat", "vegetable"))
    return replace(
        facts,
        dishes=tuple(
            dish
            for dish in facts.dishes
            if dish.category != category or dish.id in kept or rng.random() < 0.3
        ),
    )


def less_equipment(facts: PlanFacts, rng: random.Random) -> PlanFacts:
    tools = dict.fromkeys(("steamer", "wok", "oven"), 0)
    return replace(facts, hard=replace(facts.hard, capacity={"lunch": tools}))


def less_money(facts: PlanFacts, rng: random.Random) -> PlanFacts:
    return replace(facts, hard=replace(facts.hard, budget_fen={"lunch": rng.randint(100, 900)}))


def more_choice(facts: PlanFacts, rng: random.Random) -> PlanFacts:
    return replace(facts, hard=replace(facts.hard, diets={"vegetarian": 5, "no_pork": 6}))


def more_bans(facts: PlanFacts, rng: random.Random) -> PlanFacts:
    bans = tuple(
        Forbidden(mark=f"method:{method}", days=frozenset([rng.choice(DAYS)]))
        for method in ("steamed", "stir_fried", "stewed", "red_braised", "roasted", "tossed")
        for _ in range(3)
    )
    return replace(facts, hard=replace(facts.hard, forbidden=bans))


@pytest.mark.parametrize(
    ("spoil", "seed"),
    [
        (fewer_dishes, 0),
        (fewer_dishes, 1),
        (less_equipment, 0),
        (less_money, 1),
        (more_choice, 0),
        (more_bans, 1),
    ],
)
def test_random_libraries_that_cannot_be_planned_are_explained(spoil: Spoil, seed: int) -> None:
    case = make_case(100 + seed, dishes=40, days=4)
    facts = spoil(case.facts, random.Random(seed))
    if any_plan(facts, Clock(60)) is not None:
        assert explain(facts) is None
        return
    conflict = explained(facts)
    assert conflict.remedies
