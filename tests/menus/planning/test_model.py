"""The model says what the checker and the scoring say, for any plan."""

import random
from dataclasses import replace

import pytest
from ortools.sat.python import cp_model

from canteen.menus.planning.checking import RULES, broken_rules
from canteen.menus.planning.facts import Placement, PlanFacts
from canteen.menus.planning.model import build
from canteen.menus.planning.rules import SOFT
from canteen.menus.planning.scoring import score_of
from canteen.menus.planning.seating import seated
from tests.menus.planning.libraries import Case, make_case, only_period

PERIODS = (("lunch",), ("dinner",), ("breakfast", "lunch", "dinner"))


def case_of(seed: int) -> Case:
    """Cases of one to three meals, three to nine days, now and then cut by a week's end."""
    periods, days = PERIODS[seed % 3], (7, 9, 3)[seed % 3]
    return make_case(seed, dishes=(20, 40, 60)[seed % 3], periods=periods, days=days)


def solved(facts: PlanFacts, plan: tuple[Placement, ...]) -> tuple[int, cp_model.CpSolver]:
    """The status and solver of a model in which every dish is held to a plan."""
    model = build(facts)
    wanted = {(one.key, one.dish_id) for one in plan}
    for place, variable in model.stands.items():
        model.cp.add(variable == int(place in wanted))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    return solver.solve(model.cp), solver


def changed(rng: random.Random, case: Case) -> tuple[Placement, ...]:
    """The hidden plan with one dish, or two, put elsewhere or exchanged for others."""
    plan = list(case.plan)
    for _ in range(rng.choice((1, 1, 2))):
        one = rng.randrange(len(plan))
        cell = case.facts.by_cell[plan[one].key]
        fit = [dish.id for dish in case.facts.dishes if dish.category in cell.categories]
        if rng.random() < 0.5:
            plan[one] = replace(plan[one], dish_id=rng.choice(fit))
        else:
            other = rng.randrange(len(plan))
            first, second = plan[one], plan[other]
            plan[one] = replace(first, dish_id=second.dish_id)
            plan[other] = replace(second, dish_id=first.dish_id)
    return tuple(plan)


@pytest.mark.parametrize("seed", range(12))
def test_the_hidden_plan_keeps_every_rule_and_its_points_are_its_score(seed: int) -> None:
    case = case_of(seed)
    assert broken_rules(case.facts, case.plan) == []
    status, solver = solved(case.facts, case.plan)
    assert status == cp_model.OPTIMAL
    assert solver.objective_value == score_of(case.facts, case.plan).total


@pytest.mark.parametrize("seed", range(40))
def test_a_changed_plan_is_possible_to_the_model_if_the_checker_finds_nothing(seed: int) -> None:
    case = case_of(seed % 8)
    plan = changed(random.Random(seed), case)
    status, solver = solved(case.facts, plan)
    held = {(one.key, one.dish_id) for one in plan}
    everywhere = held <= build(case.facts).stands.keys()
    # positions inside a cell are one to the model, so a pinned dish may have changed its own
    sat = seated(case.facts, grouped(plan))
    sound = not broken_rules(case.facts, sat)
    assert (status == cp_model.OPTIMAL and everywhere) == sound
    if sound:
        assert solver.objective_value == score_of(case.facts, sat).total


def grouped(plan: tuple[Placement, ...]) -> dict[tuple, list[int]]:
    """Dishes by cell."""
    found: dict[tuple, list[int]] = {}
    for one in plan:
        found.setdefault(one.key, []).append(one.dish_id)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_every_soft_rule_alone_is_counted_to_the_point(seed: int) -> None:
    case = case_of(seed)
    for code in SOFT:
        importance = dict.fromkeys(SOFT, 0) | {code: 7}
        facts = replace(case.facts, soft=replace(case.facts.soft, importance=importance))
        facts = replace(facts, before=changed(random.Random(seed), case))
        status, solver = solved(facts, case.plan)
        assert status == cp_model.OPTIMAL, code
        assert solver.objective_value == score_of(facts, case.plan).total, code


@pytest.mark.parametrize("period", ["breakfast", "lunch", "dinner"])
def test_a_meal_planned_beside_others_that_stand_is_counted_to_the_point(period: str) -> None:
    case = only_period(case_of(2), period)
    assert broken_rules(case.facts, case.plan) == []
    for code in SOFT:
        importance = dict.fromkeys(SOFT, 0) | {code: 7}
        facts = replace(case.facts, soft=replace(case.facts.soft, importance=importance))
        status, solver = solved(facts, case.plan)
        assert status == cp_model.OPTIMAL, code
        assert solver.objective_value == score_of(facts, case.plan).total, code


def test_with_guards_every_rule_may_be_set_aside() -> None:
    case = case_of(0)
    full = replace(case.facts.cells[0], pinned={0: 999_999})
    facts = replace(case.facts, cells=(full, *case.facts.cells[1:]))
    model = build(facts, guards=True)
    solver = cp_model.CpSolver()
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    model.cp.add_assumptions([row.guard for row in model.rows if row.guard is not None])
    assert solver.solve(model.cp) == cp_model.INFEASIBLE
    core = set(solver.sufficient_assumptions_for_infeasibility())
    named = {
        row.asked.rule for row in model.rows if row.guard is not None and row.guard.index in core
    }
    assert "pinned" in named


def test_with_slack_a_rule_is_missed_by_as_much_as_it_must() -> None:
    case = case_of(0)
    short = replace(case.facts, dishes=case.facts.dishes[:1], standing=())
    cells = tuple(replace(cell, pinned={}) for cell in short.cells)
    facts = replace(short, cells=cells)
    model = build(facts, relaxed=RULES)
    missing = [row.slack for row in model.rows if row.asked.rule == "filled"]
    model.cp.minimize(sum(missing))  # type: ignore[arg-type]
    solver = cp_model.CpSolver()
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    plan = model.plan_of(solver)
    assert solver.objective_value == sum(cell.places for cell in facts.cells) - len(plan)


def test_an_unknown_rule_cannot_be_relaxed() -> None:
    with pytest.raises(ValueError, match="no such rule: kindness"):
        build(case_of(0).facts, relaxed=("kindness",))


def test_pinned_dishes_and_those_of_before_keep_their_positions() -> None:
    case = case_of(0)
    cell = next(cell for cell in case.facts.cells if cell.places == 2)
    first, second = (one.dish_id for one in case.plan if one.key == cell.key)
    pinned = replace(cell, pinned={1: first})
    facts = replace(case.facts, cells=(pinned,), before=())
    positions = {one.position: one.dish_id for one in seated(facts, {cell.key: [first, second]})}
    assert positions == {1: first, 0: second}
    before = tuple(
        Placement(day=cell.day, period=cell.period, slot=cell.slot, position=at, dish_id=row)
        for at, row in ((0, second), (1, first))
    )
    facts = replace(case.facts, cells=(replace(cell, pinned={}),), before=before)
    positions = {one.position: one.dish_id for one in seated(facts, {cell.key: [first, second]})}
    assert positions == {0: second, 1: first}
