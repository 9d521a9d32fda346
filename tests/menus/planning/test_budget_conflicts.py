"""A budget that is too small: what it conflicts with, and what the cheapest week costs."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from canteen.menus.planning.conflicts import explain, find_conflict, with_cheapest
from canteen.menus.planning.costs import cheapest, passes_budget
from canteen.menus.planning.demands import Conflict, Demand, Remedy
from canteen.menus.planning.dominated import needed_places
from canteen.menus.planning.facts import Forbidden, HardRules, PlanDish, PlanFacts
from canteen.menus.planning.guarded import Guarded
from canteen.menus.planning.remedies import any_plan, remedies_for
from canteen.menus.planning.solving import Clock
from canteen.menus.planning.splitting import whole_demands
from tests.menus.planning.explaining import explained, rules_of
from tests.menus.planning.libraries import make_case
from tests.menus.planning.weeks import DAYS, RULES, make_dish, make_facts, make_library

LONG = 60.0
WEDNESDAY = DAYS[2]
REST = 200 + 100 + 50
"""Fen of a vegetable, a coarse grain and rice."""


def with_meat(meat: Sequence[PlanDish], **hard: object) -> PlanFacts:
    """A week of lunches with these meat dishes."""
    others = tuple(one for one in make_library() if one.category != "main_meat")
    return make_facts(replace(RULES, **hard), dishes=(*meat, *others))  # type: ignore[arg-type]


def meat(numbers: range, fen: int, **more: object) -> list[PlanDish]:
    return [make_dish(number, "main_meat", cost_fen=fen, **more) for number in numbers]


def budget_of(conflict: Conflict) -> tuple[int, int | None]:
    """What the budget is, and what the cheapest week costs."""
    (one,) = (one for one in conflict.demands if one.rule == "budget")
    return one.want, one.have


@pytest.mark.parametrize("fen", [1, 349, 949])
def test_a_budget_below_the_cheapest_dishes_conflicts_with_the_places_alone(fen: int) -> None:
    conflict = explained(with_meat(meat(range(8), 600), budget_fen={"lunch": fen}))
    assert conflict.smallest
    assert "budget" in rules_of(conflict)
    assert set(rules_of(conflict)) == {"supply", "budget"}
    assert budget_of(conflict) == (fen, 600 + REST)
    assert conflict.remedies == (Remedy(kind="budget", period="lunch", amount=970),)


def test_cheap_dishes_would_do_if_they_came_again() -> None:
    """Three cheap ones and four dear ones: 4,500 fen a week, and 350 a day."""
    dishes = [*meat(range(3), 300), *meat(range(3, 9), 900)]
    conflict = explained(with_meat(dishes, budget_fen={"lunch": 900}, return_days={}))
    assert conflict.smallest
    assert rules_of(conflict) == ["supply", "repeat", "budget"]
    assert budget_of(conflict) == (900, -(-4500 // 7) + REST)
    kinds = {one.kind for one in conflict.remedies}
    assert {"window", "budget"} <= kinds


def test_cheap_dishes_are_out_of_season_and_the_next_are_not_served() -> None:
    dishes = [
        *meat(range(8), 300, seasons=frozenset(["summer"])),
        *meat(range(8, 16), 400, marks=frozenset(["food:bean"])),
        *meat(range(16, 24), 900),
    ]
    conflict = explained(
        with_meat(dishes, budget_fen={"lunch": 760}, forbidden=(Forbidden(mark="food:bean"),))
    )
    assert conflict.smallest
    assert sorted(rules_of(conflict)) == ["budget", "forbidden", "season", "supply"]
    assert budget_of(conflict) == (760, 900 + REST)
    assert {"season", "forbidden", "budget"} <= {one.kind for one in conflict.remedies}


def test_cheap_dishes_are_not_served_on_one_day() -> None:
    dishes = [*meat(range(8), 300, marks=frozenset(["food:bean"])), *meat(range(8, 16), 900)]
    ban = Forbidden(mark="food:bean", days=frozenset([WEDNESDAY]))
    conflict = explained(with_meat(dishes, budget_fen={"lunch": 700}, forbidden=(ban,)))
    assert conflict.smallest
    assert set(rules_of(conflict)) == {"supply", "forbidden", "budget"}
    assert budget_of(conflict) == (700, -(-(6 * 300 + 900) // 7) + REST)
    (lifted,) = (one for one in conflict.remedies if one.kind == "forbidden")
    assert lifted.days == (WEDNESDAY,)


def test_a_diet_is_only_suited_by_what_is_dear() -> None:
    dishes = [*meat(range(8), 300), *meat(range(8, 16), 900, diets=frozenset(["low_purine"]))]
    conflict = explained(with_meat(dishes, budget_fen={"lunch": 700}, diets={"low_purine": 1}))
    assert set(rules_of(conflict)) == {"diet", "budget"}
    assert budget_of(conflict) == (700, 900 + REST)


def test_a_budget_that_can_just_be_kept_is_no_conflict() -> None:
    facts = with_meat(meat(range(8), 600), budget_fen={"lunch": 600 + REST})
    assert not passes_budget(facts, Clock(LONG))
    assert explain(facts) is None


def test_the_cheapest_week_is_counted_by_hand() -> None:
    """Seven of eleven meat dishes, each once: 1 + 2 + … + 7 yuan."""
    dishes = [one for n in range(11) for one in meat(range(n, n + 1), 100 * (n + 1))]
    found = cheapest(with_meat(dishes), "lunch", Clock(LONG))
    assert found is not None
    assert found.fen == found.bound == 400 + REST


@pytest.mark.parametrize("seed", range(8))
def test_dishes_no_plan_needs_change_nothing_that_can_hold(seed: int) -> None:
    """Whatever is asked of a random library: what holds without those dishes holds with them,
    and the other way round."""
    rng = random.Random(seed)
    case = make_case(400 + seed, dishes=150, days=2)
    spoilt: HardRules = replace(
        case.facts.hard,
        budget_fen={"lunch": rng.randint(200, 1500)},
        diets={"vegetarian": rng.randint(0, 3), "no_pork": rng.randint(0, 4)},
    )
    facts = replace(case.facts, hard=spoilt)
    guarded = Guarded(facts)
    can = guarded.can_hold(whole_demands(guarded), Clock(LONG))
    assert can is (any_plan(facts, Clock(LONG)) is not None)


def test_of_dishes_that_are_alike_the_cheapest_are_enough_for_the_places() -> None:
    """Seven for seven lunches; what suits another diet is no better than what it costs more."""
    dishes = [one for n in range(20) for one in meat(range(n, n + 1), 100 * (n + 1))]
    fasting = replace(dishes[15], diets=frozenset(["halal", "vegetarian"]))
    facts = with_meat([*dishes[:15], fasting], diets={"halal": 2, "vegetarian": 1})
    kept = {dish_id for (_, _, slot), dish_id in needed_places(facts) if slot == "meat"}
    among = {one.id for one in facts.dishes if one.category == "main_meat"} & kept
    assert among == {one.id for one in dishes[:7]} | {fasting.id}


def test_where_all_else_took_the_time_the_budget_that_would_do_is_named_all_the_same() -> None:
    """The cheapest week is priced and held against the checker also when nothing is left."""
    facts = with_meat(meat(range(8), 600), budget_fen={"lunch": 1})
    found = find_conflict(facts, Clock(LONG))
    assert found is not None
    (budget,) = (one for one in found.conflict.demands if one.rule == "budget")
    over = Clock(0)
    priced, week = with_cheapest(facts, budget, over)
    assert week is not None
    remedies = remedies_for(facts, found.part, [priced], over, no_other, {priced: week.plan})
    assert remedies == (Remedy(kind="budget", period="lunch", amount=970),)


def test_a_diet_that_asks_for_more_than_there_is_stands_beside_a_budget() -> None:
    """What no sum can reach is no error of a solver: the relaxation and branching just say no."""
    dishes = [*meat(range(3), 600, diets=frozenset(["low_purine"])), *meat(range(3, 9), 600)]
    facts = with_meat(dishes, budget_fen={"lunch": 1}, diets={"low_purine": 9})
    assert cheapest(facts, "lunch", Clock(LONG)) is None
    assert not passes_budget(facts, Clock(LONG))
    conflict = explain(facts, seconds=LONG)
    assert conflict is not None


def no_other(facts: PlanFacts, clock: Clock) -> tuple[Sequence[Demand], PlanFacts]:
    """No further conflict is looked for."""
    return (), facts
