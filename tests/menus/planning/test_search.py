"""Planning finds sound plans, in time, and says what is proven."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.facts import Forbidden, PlanFacts, Standing
from canteen.menus.planning.model import build
from canteen.menus.planning.relaxation import relax
from canteen.menus.planning.scoring import score_of
from canteen.menus.planning.search import Outcome, Tidings, plan_weeks
from tests.menus.planning.libraries import MONDAY, make_case
from tests.menus.planning.weeks import RULES, make_cells, make_library

LONG = 60.0
"""Seconds that no small search needs; a machine may be busy."""


def found_soon(facts: PlanFacts, *, seed: int = 1) -> Outcome:
    """The outcome of a search that is stopped when it has a plan, and a moment later."""
    found: list[float] = []

    def tell(tidings: Tidings) -> None:
        if tidings.found:
            found.append(tidings.seconds)

    return plan_weeks(
        facts,
        seconds=LONG,
        seed=seed,
        tell=tell,
        stop=lambda: len(found) > 2,
    )


def small() -> PlanFacts:
    """A week of one lunch with a dish in each of four slots, from eight of each."""
    return PlanFacts(cells=make_cells(), dishes=make_library(), hard=RULES)


@pytest.mark.parametrize("seed", range(6))
def test_a_library_with_a_plan_is_always_solved(seed: int) -> None:
    periods = (("lunch",), ("lunch", "dinner"))[seed % 2]
    case = make_case(seed, dishes=40, periods=periods, days=(7, 10)[seed % 2], hardness=0.9)
    outcome = found_soon(case.facts, seed=seed)
    assert outcome.plan is not None
    assert broken_rules(case.facts, outcome.plan) == []
    assert outcome.score == score_of(case.facts, outcome.plan)
    assert outcome.bound is None or outcome.bound <= outcome.score.total


@settings(max_examples=12, deadline=None)
@given(st.integers(100, 10_000))
def test_a_few_days_are_solved_whatever_the_library(seed: int) -> None:
    case = make_case(seed, dishes=15, days=2, hardness=1.0)
    outcome = found_soon(case.facts)
    assert outcome.plan is not None
    assert broken_rules(case.facts, outcome.plan) == []


@pytest.mark.parametrize("seed", range(8))
def test_no_plan_is_below_the_bound_of_the_relaxation(seed: int) -> None:
    case = make_case(seed, dishes=60, periods=("lunch", "dinner"), days=(3, 9)[seed % 2])
    guide = relax(build(case.facts), seconds=LONG, stop=lambda: False)
    assert guide is not None
    assert guide.bound <= score_of(case.facts, case.plan).total


def test_a_small_week_is_proven_the_best() -> None:
    outcome = plan_weeks(small(), seconds=LONG)
    assert outcome.state == "optimal"
    assert outcome.gap == 0
    assert outcome.score is not None
    assert outcome.bound == outcome.score.total
    assert outcome.first_seconds is not None


def test_too_few_dishes_are_said_to_be_too_few() -> None:
    facts = replace(small(), dishes=make_library(main_meat=6))
    outcome = plan_weeks(facts, seconds=LONG)
    assert (outcome.state, outcome.plan, outcome.gap) == ("infeasible", None, None)


def test_two_weeks_that_do_not_fit_together_are_infeasible() -> None:
    days = tuple(MONDAY + timedelta(days=number) for number in range(14))
    facts = small()
    hard = replace(facts.hard, windows={"staple": 0}, return_days={"main_meat": 14})
    facts = replace(facts, cells=make_cells(days=days), hard=hard)
    assert plan_weeks(facts, seconds=LONG).state == "infeasible"
    enough = replace(facts, dishes=make_library(main_meat=14))
    outcome = found_soon(enough)
    assert outcome.plan is not None
    assert broken_rules(enough, outcome.plan) == []


def test_a_stopped_search_ends_at_once_and_keeps_what_it_has() -> None:
    case = make_case(3, dishes=200, periods=("lunch", "dinner"), days=14)
    begun = time.monotonic()
    heard: list[Tidings] = []
    stopped: list[float] = []

    def stop() -> bool:
        if not stopped and any(one.found for one in heard):
            stopped.append(time.monotonic())
        return bool(stopped)

    outcome = plan_weeks(case.facts, seconds=LONG, tell=heard.append, stop=stop)
    ended = time.monotonic()
    assert outcome.state in ("cancelled", "optimal")
    assert outcome.plan is not None
    assert broken_rules(case.facts, outcome.plan) == []
    assert ended - (stopped or [begun])[0] < LONG / 2  # half a second where nobody else computes
    assert len(heard) <= 5 * (ended - begun) + 1


def test_a_search_stopped_before_it_began_has_nothing() -> None:
    outcome = plan_weeks(small(), seconds=LONG, stop=lambda: True)
    assert (outcome.state, outcome.plan) == ("cancelled", None)


def test_the_same_facts_and_seed_give_the_same_plan() -> None:
    facts = make_case(5, dishes=20, days=2).facts
    first, second = (plan_weeks(facts, seconds=LONG, workers=1, seed=7) for _ in range(2))
    assert first.state == "optimal"
    assert first.plan == second.plan


def test_history_pins_and_forbidden_days_are_kept() -> None:
    facts = small()
    meat = [dish for dish in facts.dishes if dish.category == "main_meat"]
    sunday = MONDAY - timedelta(days=1)
    pinned = replace(facts.cells[0], pinned={0: meat[7].id})
    facts = replace(
        facts,
        cells=(pinned, *facts.cells[1:]),
        standing=(Standing(day=sunday, period="lunch", dish_id=meat[0].id),),
        hard=replace(
            facts.hard,
            windows={"staple": 0},
            return_days={"main_meat": 5},
            forbidden=(Forbidden(mark=f"dish:{meat[1].canonical}", days=frozenset({MONDAY})),),
        ),
    )
    outcome = plan_weeks(facts, seconds=LONG)
    assert outcome.plan is not None
    assert broken_rules(facts, outcome.plan) == []
    by_day = {one.day: one.dish_id for one in outcome.plan if one.slot == "meat"}
    assert by_day[MONDAY] == meat[7].id
    served = [day for day, row in by_day.items() if row == meat[0].id]
    assert all((day - sunday).days >= 5 for day in served)


def test_a_window_lets_a_dish_return_after_its_days() -> None:
    facts = replace(small(), dishes=make_library(coarse=2))
    hard = replace(facts.hard, windows={"staple": 0, "coarse": 2})
    outcome = plan_weeks(replace(facts, hard=hard), seconds=LONG)
    assert outcome.state == "optimal"
    longer = replace(facts.hard, windows={"staple": 0, "coarse": 3})
    assert plan_weeks(replace(facts, hard=longer), seconds=LONG).state == "infeasible"
