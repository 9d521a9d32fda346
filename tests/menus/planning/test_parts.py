"""Parts of a plan are parts: what is asked of them is asked of the whole."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from canteen.menus.planning.facts import PlanFacts, Standing
from canteen.menus.planning.parts import by_day, by_kind, by_period, by_week, is_short
from tests.menus.planning.libraries import make_case
from tests.menus.planning.weeks import DAYS, MONDAY, RULES, make_cells, make_facts, make_library


def two_meals() -> PlanFacts:
    """Lunch every day, and dinner until Wednesday."""
    budgets = {"lunch": 950, "dinner": 900}
    cells = (*make_cells(), *make_cells(days=DAYS[:3], period="dinner"))
    return make_facts(replace(RULES, budget_fen=budgets), cells=cells)


def test_kinds_keep_budgets_and_leave_out_what_a_whole_meal_is_asked() -> None:
    parts = list(by_kind(two_meals()))
    assert [{cell.slot for cell in part.cells} for part in parts] == [
        {"meat"}, {"vegetable"}, {"grain"}, {"rice"},
    ]  # fmt: skip
    for part in parts:
        assert len(part.cells) == 10
        assert part.hard.budget_fen == {"lunch": 950, "dinner": 900}
        assert not part.hard.diets
        assert not part.hard.meat_and_vegetables


def test_a_meal_keeps_its_diets_and_its_budget_and_not_the_balance_of_its_days() -> None:
    lunch, dinner = by_period(two_meals())
    assert (len(lunch.cells), len(dinner.cells)) == (28, 12)
    assert (lunch.hard.budget_fen, dinner.hard.budget_fen) == ({"lunch": 950}, {"dinner": 900})
    assert lunch.hard.diets == RULES.diets
    assert not lunch.hard.coarse_and_fine


def test_a_day_keeps_its_balance_and_no_budget() -> None:
    days = list(by_day(two_meals()))
    assert [len(day.cells) for day in days] == [8, 8, 8, 4, 4, 4, 4]
    assert all(day.hard.coarse_and_fine and not day.hard.budget_fen for day in days)


def test_weeks_are_parts_in_order() -> None:
    days = (*DAYS, DAYS[0] + timedelta(days=7))
    assert [len(week.cells) for week in by_week(make_facts(cells=make_cells(days=days)))] == [28, 4]


@pytest.mark.parametrize(
    ("counts", "windows", "short"),
    [
        ({"main_meat": 6}, {"staple": 0}, True),
        ({"main_meat": 7}, {"staple": 0}, False),
        ({"coarse": 3}, {"staple": 0}, True),
        ({"coarse": 2}, {"staple": 0, "coarse": 2}, False),
        ({"coarse": 2}, {"staple": 0, "coarse": 3}, True),  # Monday, Thursday, Sunday: six of seven
        ({"coarse": 1}, {"staple": 0, "coarse": 2}, True),
    ],
)
def test_dishes_are_counted_as_often_as_they_may_stand(
    counts: Mapping[str, int], windows: Mapping[str, int], short: bool
) -> None:
    facts = make_facts(replace(RULES, windows=windows), dishes=make_library(**counts))
    assert any(map(is_short, by_kind(facts))) is short


def test_a_dish_that_may_not_return_yet_is_not_counted() -> None:
    facts = make_facts(dishes=make_library(main_meat=7))
    meat = next(dish for dish in facts.dishes if dish.category == "main_meat")
    stood = Standing(day=MONDAY - timedelta(days=1), period="lunch", dish_id=meat.id)
    hard = replace(RULES, return_days={"main_meat": 14})
    assert any(map(is_short, by_kind(replace(facts, hard=hard, standing=(stood,)))))


@pytest.mark.parametrize("seed", range(8))
def test_no_part_of_what_can_be_planned_is_short(seed: int) -> None:
    facts = make_case(seed, dishes=40, periods=("lunch", "dinner"), days=(4, 10)[seed % 2]).facts
    parts = (*by_kind(facts), *by_period(facts), *by_day(facts), facts)
    assert not any(map(is_short, parts))
