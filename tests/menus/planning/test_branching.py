"""Branch and bound agrees with scoring, checking and the other solver."""

import math
from dataclasses import replace

import pytest
from ortools.sat.python import cp_model

from canteen.menus.planning.branching import branch, servings
from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.facts import PlanFacts
from canteen.menus.planning.fitting import fit
from canteen.menus.planning.model import build
from canteen.menus.planning.progress import Progress
from canteen.menus.planning.relaxation import relax
from canteen.menus.planning.scoring import score_of
from canteen.menus.planning.solving import Clock
from tests.menus.planning.libraries import make_case
from tests.menus.planning.weeks import RULES, make_facts, make_library

LONG = 60.0


def best_by_cp(facts: PlanFacts) -> int:
    """The points of the best plan by CP-SAT."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(build(facts).cp) == cp_model.OPTIMAL
    return round(solver.objective_value)


@pytest.mark.parametrize("seed", range(6))
def test_the_best_plan_of_few_days_is_that_of_the_other_solver(seed: int) -> None:
    facts = make_case(seed, dishes=20, days=2).facts
    found = branch(build(facts), seconds=LONG)
    assert found is not None
    assert found.plan is not None
    assert broken_rules(facts, found.plan) == []
    assert found.bound == score_of(facts, found.plan).total == best_by_cp(facts)


def test_its_bound_is_above_that_of_the_relaxation_and_below_every_plan() -> None:
    case = make_case(4, dishes=40, days=5)
    model = build(case.facts)
    guide = relax(model, seconds=LONG, stop=lambda: False)
    found = branch(model, seconds=2)
    assert guide is not None
    assert found is not None
    assert guide.bound <= found.bound <= score_of(case.facts, case.plan).total


def test_a_dish_may_be_left_out_where_it_raises_the_bound_too_much() -> None:
    facts = make_facts(dishes=make_library(main_meat=9, vegetable=10))
    guide = relax(build(facts), seconds=LONG, stop=lambda: False)
    whole = branch(build(facts), seconds=LONG)
    assert guide is not None
    assert whole is not None
    assert whole.plan is not None
    near = guide.narrowed(whole.bound - guide.bound + 1)
    narrow = branch(build(facts, only=near), seconds=LONG)
    assert narrow is not None
    assert narrow.bound == whole.bound


def test_where_there_is_no_plan_the_bound_has_no_limit() -> None:
    found = branch(build(make_facts(dishes=make_library(main_meat=6))), seconds=LONG)
    assert found is not None
    assert (found.plan, found.bound) == (None, math.inf)


def test_no_time_is_no_answer() -> None:
    facts = make_facts(replace(RULES, budget_fen={}))
    assert branch(build(facts), seconds=0) is None


def test_whether_a_plan_is_the_best_is_asked_by_what_would_be_below_it() -> None:
    facts = make_facts(dishes=make_library(main_meat=9, vegetable=10))
    best = branch(build(facts), seconds=LONG)
    assert best is not None
    below = branch(build(facts), seconds=LONG, below=int(best.bound))
    assert below is not None
    assert (below.plan, below.bound) == (None, math.inf)
    as_good = branch(build(facts), seconds=LONG, below=int(best.bound) + 1)
    assert as_good is not None
    assert as_good.plan is not None
    assert score_of(facts, as_good.plan).total == best.bound


@pytest.mark.parametrize("seed", range(4))
def test_dishes_by_the_week_and_days_by_half_are_a_bound_of_every_plan(seed: int) -> None:
    facts = make_case(seed, dishes=20, days=2).facts
    model = build(facts)
    found = servings(model, seconds=LONG)
    guide = relax(model, seconds=LONG, stop=lambda: False)
    best = branch(model, seconds=LONG)
    assert found is not None
    assert guide is not None
    assert best is not None
    assert guide.bound <= found.bound <= best.bound


@pytest.mark.parametrize("seed", range(4))
def test_dishes_fitted_into_days_make_a_sound_plan_that_is_not_below_the_bound(seed: int) -> None:
    facts = make_case(seed, dishes=40, days=3).facts
    progress = Progress(facts, Clock(LONG), workers=2, seed=1, tell=lambda tidings: None)
    bound = fit(progress, build(facts), progress.clock)
    if progress.plan is not None:
        assert progress.score is not None
        assert broken_rules(facts, progress.plan) == []
        assert bound <= progress.score.total
