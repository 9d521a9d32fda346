"""Plans made anew: the fewest changes first, or the fewest broken rules, and then the score."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from canteen.menus.planning.changing import replan, replan_near
from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.facts import Forbidden, Placement, PlanFacts, SoftRules, Standing
from canteen.menus.planning.nearest import nearest_plan
from canteen.menus.planning.problems import problems_of
from canteen.menus.planning.remedies import any_plan
from canteen.menus.planning.rules import SOFT, is_forbidden
from canteen.menus.planning.scoring import score_of
from canteen.menus.planning.solving import Clock
from tests.menus.planning.libraries import make_case
from tests.menus.planning.weeks import (
    DAYS,
    MONDAY,
    RULES,
    make_dish,
    make_facts,
    make_library,
    make_plan,
    with_cell,
    with_dish,
)

WEDNESDAY = DAYS[2]


def test_nothing_changes_where_nothing_must() -> None:
    facts = make_facts(before=make_plan(make_facts()))
    found = replan_near(facts, seconds=30)
    assert (found.changes, found.fewest) == (0, True)
    assert set(found.outcome.plan or ()) == set(facts.before)
    assert found.outcome.state == "optimal"


def test_no_pork_this_wednesday_changes_one_dish() -> None:
    ban = Forbidden(mark="contains:pork", days=frozenset([WEDNESDAY]))
    facts = make_facts(replace(RULES, forbidden=(ban,)), before=make_plan(make_facts()))
    for pork in (1001, 1002, 1003):
        facts = with_dish(facts, pork, marks=frozenset(["contains:pork"]))
    found = replan_near(facts, seconds=30)
    assert (found.changes, found.fewest) == (1, True)
    assert found.outcome.plan is not None
    assert broken_rules(facts, found.outcome.plan) == []
    (new,) = set(found.outcome.plan) - set(facts.before)
    assert (new.day, new.slot, new.dish_id) == (WEDNESDAY, "meat", 1007)


def test_of_as_few_changes_the_better_is_taken() -> None:
    dishes = make_library(main_meat=10)
    facts = make_facts(dishes=dishes, before=make_plan(make_facts()))
    facts = with_dish(facts, 1008, cost_fen=450)
    ban = Forbidden(mark="dish:丙肉", days=frozenset([WEDNESDAY]), periods=frozenset(["lunch"]))
    facts = replace(facts, hard=replace(RULES, forbidden=(ban,)))
    plan = replan(facts, seconds=30).plan
    assert plan is not None
    (new,) = set(plan) - set(facts.before)
    assert new.dish_id == 1008


def test_what_did_not_come_is_gone_from_every_day() -> None:
    case = make_case(11, dishes=60)
    for food in sorted({food for dish in case.facts.dishes for food in dish.foods}):
        ban = Forbidden(mark=f"food:{food}", reason="没有送到")
        hard = replace(case.facts.hard, forbidden=(*case.facts.hard.forbidden, ban))
        facts = replace(case.facts, hard=hard, before=case.plan)
        gone = [one for one in case.plan if forbidden_there(facts, one)]
        if len(gone) > 1 and any_plan(facts, Clock(60)):
            break
    found = replan_near(quiet(facts), seconds=60)
    assert found.outcome.plan is not None
    assert broken_rules(facts, found.outcome.plan) == []
    assert found.fewest
    assert found.changes is not None
    assert found.changes >= len(gone)


def forbidden_there(facts: PlanFacts, one: Placement) -> bool:
    """Whether a dish that stood there may not stand there now."""
    cell = facts.by_cell[one.key]
    pinned = cell.pinned.get(one.position) == one.dish_id
    return not pinned and is_forbidden(facts.by_id[one.dish_id], cell, facts.hard)


def quiet(facts: PlanFacts) -> PlanFacts:
    """Without soft rules: the score is quickly told."""
    return replace(facts, soft=SoftRules(importance=dict.fromkeys(SOFT, 0)))


def test_a_plan_that_may_stay_stays() -> None:
    case = make_case(5, dishes=60)
    found = replan_near(replace(quiet(case.facts), before=case.plan), seconds=60)
    assert (found.changes, found.fewest) == (0, True)


def test_what_cannot_be_planned_is_said_to_be_so() -> None:
    facts = make_facts(dishes=make_library(main_meat=3))
    outcome = replan(facts, seconds=30)
    assert (outcome.state, outcome.plan) == ("infeasible", None)


def test_replanning_is_stopped_at_once() -> None:
    facts = make_facts(before=make_plan(make_facts()))
    outcome = replan(facts, seconds=600, stop=lambda: True)
    assert outcome.state in ("cancelled", "feasible", "optimal")


@pytest.mark.parametrize("seed", range(2))
def test_the_nearest_plan_breaks_nothing_where_nothing_must_be_broken(seed: int) -> None:
    case = make_case(200 + seed, dishes=45, days=4)
    facts = quiet(case.facts)
    outcome = nearest_plan(facts, seconds=60)
    assert outcome.plan is not None
    assert broken_rules(facts, outcome.plan) == []
    assert outcome.score == score_of(facts, outcome.plan)
    assert outcome.state == "optimal"


def nearest(facts: PlanFacts) -> list[str]:
    assert problems_of(facts) == []
    outcome = nearest_plan(facts, seconds=30)
    assert outcome.plan is not None
    return [one.rule for one in broken_rules(facts, outcome.plan)]


def test_too_few_dishes_are_repeated_rather_than_places_left_empty() -> None:
    assert nearest(make_facts(dishes=make_library(vegetable=6))) == ["repeat"]
    assert nearest(make_facts(dishes=make_library(vegetable=0))).count("filled") == 7


def test_repeats_are_spread_over_all_dishes() -> None:
    """Two dishes for seven places: four times and three times, six pairs and three."""
    assert nearest(quiet(make_facts(dishes=make_library(vegetable=2)))) == ["repeat"] * 9


def test_what_is_forbidden_never_stands_a_place_is_rather_empty() -> None:
    ban = Forbidden(mark="category:vegetable", days=frozenset([WEDNESDAY]))
    facts = make_facts(replace(RULES, forbidden=(ban,)))
    assert nearest(facts) == ["filled", "meat_and_vegetables"]
    facts = replace(facts, hard=replace(facts.hard, budget_fen={}))
    facts = with_cell(facts, WEDNESDAY, "vegetable", categories=("vegetable", "main_meat"))
    assert nearest(facts) == ["meat_and_vegetables"]


@pytest.mark.parametrize("fen", [1, 100, 700])
def test_a_budget_is_passed_before_a_dish_comes_again(fen: int) -> None:
    """Even by a thousand times: the cheapest week without a repeat."""
    facts = make_facts(replace(RULES, budget_fen={"lunch": fen}))
    for number in range(4):
        facts = with_dish(facts, 1000 + number, cost_fen=300)
    outcome = nearest_plan(facts, seconds=30)
    assert outcome.plan is not None
    (broken,) = broken_rules(facts, outcome.plan)
    assert (broken.rule, broken.have) == ("budget", -(-(4 * 300 + 3 * 600) // 7) + 350)


def test_a_budget_is_passed_rather_than_what_people_with_a_diet_can_choose() -> None:
    facts = make_facts(replace(RULES, diets={"no_pork": 1}, budget_fen={"lunch": 960}))
    for number in range(8):
        facts = with_dish(facts, 2000 + number, diets=frozenset(["no_pork"]), cost_fen=900)
    more = tuple(make_dish(number, "vegetable") for number in range(10, 18))
    facts = replace(facts, dishes=(*facts.dishes, *more))
    assert nearest(facts) == ["budget"]


def test_stoves_and_seasons_give_way_before_a_dish_comes_again() -> None:
    facts = make_facts(dishes=make_library(vegetable=14))
    for number in range(6, 14):
        facts = with_dish(facts, 2000 + number, seasons=frozenset(["summer"]))
    assert nearest(facts) == ["season"]
    facts = make_facts(dishes=make_library(vegetable=14))
    for number in range(6, 14):
        facts = with_dish(facts, 2000 + number, equipment=frozenset(["steamer"]))
    assert nearest(facts) == ["capacity"]


def test_a_dish_comes_again_before_the_allergic_have_no_choice() -> None:
    """Two vegetables without peanuts for seven lunches that each want one."""
    facts = make_facts(replace(RULES, diets={"allergy_peanut": 1}, budget_fen={}))
    for number in range(2):
        facts = with_dish(facts, 2000 + number, diets=frozenset(["allergy_peanut"]))
    assert set(nearest(facts)) == {"repeat"}


def test_what_is_pinned_stays_whatever_it_breaks() -> None:
    facts = with_cell(make_facts(), DAYS[1], "meat", pinned={0: 1001})
    facts = with_cell(facts, DAYS[4], "meat", pinned={0: 1001})
    assert nearest(facts) == ["repeat"]


def test_a_budget_is_passed_by_as_little_as_can_be() -> None:
    facts = make_facts(replace(RULES, budget_fen={"lunch": 900}), dishes=make_library(main_meat=14))
    for number in range(7):
        facts = with_dish(facts, 1000 + number, cost_fen=700)
    outcome = nearest_plan(facts, seconds=30)
    assert outcome.plan is not None
    (broken,) = broken_rules(facts, outcome.plan)
    assert (broken.rule, broken.have) == ("budget", 950)


def test_random_spoiled_libraries_have_a_nearest_plan() -> None:
    rng = random.Random(3)
    case = make_case(300, dishes=45, days=4)
    hard = replace(
        case.facts.hard, diets={"vegetarian": 4, "no_pork": 5}, budget_fen={"lunch": 700}
    )
    standing = tuple(
        Standing(day=MONDAY - timedelta(days=1), period="lunch", dish_id=dish.id)
        for dish in rng.sample(case.facts.dishes, 20)
    )
    facts = quiet(replace(case.facts, hard=hard, standing=standing))
    broken = nearest(facts)
    assert broken
    assert not {"pinned", "filled", "unknown_dish", "category", "period"} & set(broken)


# --- A change of a week that cannot be sound --------------------------------------------------


def unsound_week() -> PlanFacts:
    """Nobody cooks anything for one diet, whatever is planned; pork is banned on Wednesday."""
    ban = Forbidden(mark="contains:pork", days=frozenset([WEDNESDAY]))
    hard = replace(RULES, diets={"vegetarian": 1}, forbidden=(ban,))
    facts = make_facts(hard, before=make_plan(make_facts()))
    return with_dish(facts, 1002, marks=frozenset(["contains:pork"]))


def test_what_breaks_already_is_no_reason_to_turn_the_week_over() -> None:
    facts = unsound_week()
    assert replan(facts, seconds=30).plan is None
    outcome = nearest_plan(facts, seconds=30)
    assert outcome.plan is not None
    (new,) = set(outcome.plan) - set(facts.before)
    assert (new.day, new.slot) == (WEDNESDAY, "meat")
    assert {one.rule for one in broken_rules(facts, outcome.plan)} == {"diet"}


def test_a_dish_that_comes_twice_is_mended_on_the_way() -> None:
    facts = unsound_week()
    twice = tuple(
        replace(one, dish_id=2000) if (one.day, one.slot) == (DAYS[5], "vegetable") else one
        for one in facts.before
    )
    outcome = nearest_plan(replace(facts, before=twice), seconds=30)
    assert outcome.plan is not None
    assert len(set(outcome.plan) - set(twice)) == 2
    assert {one.rule for one in broken_rules(facts, outcome.plan)} == {"diet"}
