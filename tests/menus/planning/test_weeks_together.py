"""The bound of several weeks holds for every plan, and weeks planned by it are sound."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.facts import HardRules, Placement, PlanFacts, SoftRules, Standing
from canteen.menus.planning.model import build
from canteen.menus.planning.parts import by_week
from canteen.menus.planning.progress import Progress
from canteen.menus.planning.relaxation import Guide, relax
from canteen.menus.planning.rolling import roll_near
from canteen.menus.planning.scoring import score_of
from canteen.menus.planning.solving import Clock
from canteen.menus.planning.weeks_together import relax_weeks
from tests.menus.planning.libraries import make_case
from tests.menus.planning.weeks import MONDAY, make_cells, make_dish

LONG = 60.0
SATURDAY, SUNDAY = MONDAY + timedelta(days=5), MONDAY + timedelta(days=6)
NEXT = MONDAY + timedelta(days=7)


def guides_of(facts: PlanFacts) -> list[Guide]:
    """Everything that is said of the weeks, one after the other."""
    found: list[Guide] = []
    relax_weeks(facts, by_week(facts), seconds=LONG, stop=lambda: False, better=found.append)
    return found


def best_of(facts: PlanFacts) -> int | None:
    """The fewest points of all plans, each of them looked at; None if none is sound."""
    best = None
    for rows in product([dish.id for dish in facts.dishes], repeat=len(facts.cells)):
        plan = tuple(
            Placement(day=one.day, period=one.period, slot=one.slot, position=0, dish_id=row)
            for one, row in zip(facts.cells, rows, strict=True)
        )
        if not broken_rules(facts, plan):
            points = score_of(facts, plan).total
            best = points if best is None else min(best, points)
    return best


def lunches(days: Sequence[date], **hard: object) -> PlanFacts:
    """A meat dish on each of these days, from four of them."""
    return PlanFacts(
        cells=make_cells(days=tuple(days), slots=(("meat", "main_meat"),)),
        dishes=tuple(
            make_dish(number, "main_meat", cost_fen=300 * (number + 1), main=f"肉{number % 3}")
            for number in range(4)
        ),
        hard=HardRules(**hard),  # type: ignore[arg-type]
        soft=SoftRules(foods_a_day=0, foods_a_week=0),
    )


@st.composite
def two_weeks(draw: st.DrawFn) -> PlanFacts:
    """The end of one week and the beginning of the next, with dinners that stand already."""
    days = draw(st.sets(st.integers(4, 9), min_size=2, max_size=4).filter(spans_two_weeks))
    facts = lunches(
        [MONDAY + timedelta(days=one) for one in sorted(days)],
        return_days={"main_meat": draw(st.integers(0, 9))},
        budget_fen=draw(st.sampled_from([{}, {"lunch": 750}])),
    )
    dishes = tuple(
        replace(
            dish,
            main=draw(st.sampled_from(["猪", "鸡", "鱼"])),
            method=draw(st.sampled_from(["steamed", "stewed"])),
            cost_fen=draw(st.integers(1, 9)) * 100,
            rating=draw(st.sampled_from([None, 320, 480])),
        )
        for dish in facts.dishes
    )
    dinners = draw(st.lists(st.tuples(st.integers(1, 11), st.integers(0, 3)), max_size=4))
    standing = tuple(
        Standing(day=MONDAY + timedelta(days=day), period="dinner", dish_id=dishes[number].id)
        for day, number in dinners
    )
    return replace(facts, dishes=dishes, standing=standing)


def spans_two_weeks(days: set[int]) -> bool:
    return min(days) < 7 <= max(days)


@settings(max_examples=40, deadline=None)
@given(two_weeks())
def test_no_bound_is_above_the_best_of_all_plans(facts: PlanFacts) -> None:
    best = best_of(facts)
    for guide in guides_of(facts) if best is not None else ():
        assert best is not None
        assert guide.bound <= best


@pytest.mark.parametrize("seed", range(4))
def test_no_bound_is_above_a_plan_that_is_known(seed: int) -> None:
    case = make_case(seed, dishes=60, periods=("lunch", "dinner"), days=(9, 15)[seed % 2])
    guides = guides_of(case.facts)
    assert guides
    assert max(one.bound for one in guides) <= score_of(case.facts, case.plan).total


def test_a_dinner_of_the_next_week_is_a_neighbour_of_the_week_before_it_once() -> None:
    """What stands on a day that another week plans is no plan's doing there, and so is counted by
    the one week or by the other."""
    facts = lunches([SUNDAY, NEXT])
    dinner = Standing(day=NEXT, period="dinner", dish_id=facts.dishes[0].id)
    facts = replace(facts, standing=(dinner,))
    plan = plan_of(facts, 0, 1)
    weeks = [
        score_of(week, [one for one in plan if one.key in week.by_cell]) for week in by_week(facts)
    ]
    assert score_of(facts, plan).units["same_main_next"] == 1
    assert [week.units["same_main_next"] for week in weeks] == [1, 0]


def plan_of(facts: PlanFacts, *numbers: int) -> tuple[Placement, ...]:
    return tuple(
        Placement(
            day=cell.day, period=cell.period, slot=cell.slot, position=0,
            dish_id=facts.dishes[number].id,
        )
        for cell, number in zip(facts.cells, numbers, strict=True)
    )  # fmt: skip


def test_the_bound_knows_that_a_dish_does_not_return_at_once() -> None:
    """Each week alone takes the cheapest; together one of them takes the next. 300 and 600 fen
    at 3 points, and each dish 15 tenths below the best rating at 5 points."""
    importance = dict.fromkeys(("recent", "soft_food", "fish", "soy", "whole_grain"), 0)
    facts = lunches([SATURDAY, NEXT], return_days={"main_meat": 7})
    facts = replace(facts, soft=replace(facts.soft, importance=importance))
    guides = guides_of(facts)
    assert guides[0].bound == 2 * (3 * 300 + 5 * 15)
    assert guides[-1].bound == 3 * (300 + 600) + 2 * 5 * 15 == best_of(facts)


def test_the_bound_of_all_weeks_is_that_of_one_large_relaxation_or_near_to_it() -> None:
    case = make_case(5, dishes=40, days=14)
    whole = relax(build(case.facts), seconds=LONG, stop=lambda: False)
    assert whole is not None
    bound = guides_of(case.facts)[-1].bound
    assert 0.98 * whole.bound <= bound


def test_weeks_planned_near_to_the_relaxation_of_all_are_sound() -> None:
    case = make_case(7, dishes=60, days=14)
    facts = replace(case.facts, soft=SoftRules())
    guide = guides_of(facts)[-1]
    progress = Progress(facts, Clock(LONG), workers=1, seed=1, tell=lambda tidings: None)
    roll_near(progress, by_week(facts), guide, Clock(4.0))
    if progress.plan is not None:  # it may leave too little to some week, and then gives none
        assert broken_rules(facts, progress.plan) == []
        assert score_of(facts, progress.plan).total >= guide.bound
