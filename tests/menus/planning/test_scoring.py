"""Every soft rule counts what its line in `rules.SOFT` says, and nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from canteen.menus.planning.facts import (
    Band,
    Cell,
    HardRules,
    Placement,
    PlanFacts,
    SoftRules,
    Standing,
)
from canteen.menus.planning.rules import SOFT, part_of, points_of, season_of
from canteen.menus.planning.scoring import score_of
from tests.menus.planning.weeks import (
    DAYS,
    MONDAY,
    make_cells,
    make_dish,
    make_facts,
    make_library,
    make_plan,
    moved,
    with_cell,
    with_dish,
)

QUIET = SoftRules(foods_a_day=0, foods_a_week=0, fish_a_week=0, soy_days_a_week=0)
"""Rules that count nothing in the small week but cost and ratings."""
PLAIN = {"cost": 7 * 950, "rating": 28 * 15, "soft_food": 7, "same_exempt": 4}
MEATS = [make_dish(number, "main_meat").id for number in range(7)]
GREENS = [make_dish(number, "vegetable").id for number in range(7)]


def quiet_week() -> PlanFacts:
    """The small week, in which no method and no food is met twice."""
    facts = make_facts(soft=QUIET)
    return replace(facts, dishes=tuple(replace(dish, method="") for dish in facts.dishes))


def changed(facts: PlanFacts, plan: tuple[Placement, ...] | None = None) -> dict[str, int]:
    """What a score has beside, or instead of, that of the quiet week."""
    units = score_of(facts, make_plan(facts) if plan is None else plan).units
    return {code: n for code, n in units.items() if n != PLAIN.get(code, 0)}


def test_a_quiet_week_counts_cost_and_ratings_alone() -> None:
    facts = quiet_week()
    score = score_of(facts, make_plan(facts))
    assert dict(score.units) == dict.fromkeys(SOFT, 0) | PLAIN
    assert score.total == 3 * 7 * 950 + 5 * 28 * 15 + 8 * 100 * 7 + 5 * 100 * 4
    assert score_of(facts, make_plan(facts)[::-1]) == score


def test_points_follow_the_importance_a_site_gives() -> None:
    assert points_of("fish", {}) == 500
    assert points_of("fish", {"fish": 0}) == 0
    facts = quiet_week()
    off = replace(QUIET, importance=dict.fromkeys(SOFT, 0) | {"cost": 1})
    assert score_of(replace(facts, soft=off), make_plan(facts)).total == 7 * 950


def with_main(facts: PlanFacts, *dish_ids: int, **more: object) -> PlanFacts:
    for one in dish_ids:
        facts = with_dish(facts, one, main="pork", **more)
    return facts


def test_one_main_food_on_one_day_and_on_two_days_running() -> None:
    facts = quiet_week()
    assert changed(with_main(facts, MEATS[1], GREENS[1])) == {"same_main_day": 1}
    assert changed(with_main(facts, MEATS[1], GREENS[2])) == {"same_main_next": 1}
    assert changed(with_main(facts, MEATS[1], GREENS[3])) == {}
    assert changed(with_main(facts, *MEATS)) == {"same_main_next": 6}


def test_the_day_before_and_the_day_after_the_week_are_neighbours() -> None:
    facts = with_main(quiet_week(), MEATS[0], make_dish(7, "main_meat").id)
    sunday = Standing(
        day=MONDAY - timedelta(days=1), period="dinner", dish_id=make_dish(7, "main_meat").id
    )
    assert changed(replace(facts, standing=(sunday,))) == {"same_main_next": 1}
    facts = with_main(facts, MEATS[6])
    after = replace(sunday, day=MONDAY + timedelta(days=7))
    assert changed(replace(facts, standing=(sunday, after))) == {"same_main_next": 2}


def test_a_dinner_that_stands_counts_with_the_lunches_of_its_day_and_week() -> None:
    """Pork at dinner on Monday: pork at lunch on that day is once too often, and on Tuesday too."""
    pork = make_dish(7, "main_meat").id
    facts = with_dish(with_main(quiet_week(), MEATS[0], pork), pork, method="braised")
    dinner = Standing(day=MONDAY, period="dinner", dish_id=pork)
    assert changed(replace(facts, standing=(dinner,))) == {"same_main_day": 1}
    facts = with_dish(with_main(quiet_week(), MEATS[1], pork), pork, method="braised")
    assert changed(replace(facts, standing=(dinner,))) == {"same_main_next": 1}
    facts = with_dish(facts, MEATS[1], method="stewed")  # a diner calls both 烧
    later = replace(dinner, day=MONDAY + timedelta(days=5))
    assert changed(replace(facts, standing=(later,))) == {"near_duplicate": 1}
    assert changed(replace(facts, standing=(replace(later, day=MONDAY - timedelta(days=5)),))) == {}


def test_what_a_dinner_gives_is_not_asked_of_lunch_again() -> None:
    dish = make_dish(7, "main_meat", grams={"fish": 80, "soy": 20}, foods=frozenset("abc"))
    facts = quiet_week()
    facts = replace(facts, dishes=(*(d for d in facts.dishes if d.id != dish.id), dish))
    asked = replace(QUIET, foods_a_day=3, foods_a_week=3, fish_a_week=1, soy_days_a_week=1)
    facts = replace(facts, soft=asked)
    alone = {"foods_a_day": 21, "foods_a_week": 3, "fish": 1, "soy": 1}
    assert changed(facts) == alone
    dinner = Standing(day=MONDAY, period="dinner", dish_id=dish.id)
    assert changed(replace(facts, standing=(dinner,))) == {"foods_a_day": 18}


def test_exempt_kinds_have_no_main_food_to_count() -> None:
    rice = make_dish(0, "staple").id
    assert changed(with_main(quiet_week(), rice, MEATS[1])) == {}


def test_methods_of_a_meal_and_of_meat_on_two_days_running() -> None:
    facts = quiet_week()
    grain = make_dish(1, "coarse").id
    for one in (MEATS[1], GREENS[1], grain):
        facts = with_dish(facts, one, method="steamed")
    assert changed(facts) == {"same_method_meal": 1}
    assert changed(with_dish(facts, MEATS[2], method="steamed")) == {
        "same_method_meal": 1, "same_method_next": 1,
    }  # fmt: skip
    assert changed(with_dish(facts, GREENS[2], method="steamed")) == {"same_method_meal": 1}


def test_main_food_and_method_alike_make_a_near_duplicate() -> None:
    facts = with_main(quiet_week(), MEATS[1], MEATS[4], MEATS[6], method="braised")
    assert changed(facts) == {"near_duplicate": 2}
    facts = with_main(
        quiet_week(), make_dish(1, "coarse").id, make_dish(4, "coarse").id, method="x"
    )
    assert changed(facts) == {}


def test_variety_counts_kinds_that_are_missing() -> None:
    facts = quiet_week()
    soft = replace(QUIET, foods_a_day=2, foods_a_week=3)
    assert changed(replace(facts, soft=soft)) == {"foods_a_day": 14, "foods_a_week": 3}
    for one in GREENS:
        facts = with_dish(facts, one, foods=frozenset(["rape", "garlic"]))
    assert changed(replace(facts, soft=soft)) == {"foods_a_week": 1}


NUTRIENTS: tuple[tuple[Mapping[str, int], Band, int], ...] = (
    ({"kcal": 100}, Band(low=300), 7 * 20),  # 120 wanted of a lunch of 40 percent
    ({"kcal": 100}, Band(high=200), 7 * 20),
    ({"kcal": 100}, Band(low=100, high=300), 0),
    ({}, Band(low=300), 7 * 120),  # what is not known is not eaten
    ({"kcal": 100}, Band(), 0),
)


@pytest.mark.parametrize(("known", "band", "units"), NUTRIENTS)
def test_nutrients_count_outside_the_meals_share_of_the_day(
    known: Mapping[str, int], band: Band, units: int
) -> None:
    facts = quiet_week()
    for one in MEATS:
        facts = with_dish(facts, one, nutrients=known)
    soft = replace(QUIET, bands={"kcal": band}, meal_share={"lunch": 40, "dinner": 30})
    assert score_of(replace(facts, soft=soft), make_plan(facts)).units["kcal"] == units


def test_a_diner_takes_his_servings_of_what_is_offered() -> None:
    cell = Cell(day=MONDAY, period="lunch", slot="meat", categories=("main_meat",), places=3)
    assert [part_of(value, cell) for value in (0, 1, 2, 100)] == [0, 0, 1, 33]
    assert part_of(100, replace(cell, servings=2)) == 67
    assert part_of(101, replace(cell, places=2)) == 51


def test_a_place_more_is_paid_for_by_its_part() -> None:
    facts = with_cell(quiet_week(), DAYS[0], "meat", places=2)
    extra = Placement(day=DAYS[0], period="lunch", slot="meat", position=1, dish_id=1007)
    facts = with_dish(facts, 1007, cost_fen=800)
    plan = (*make_plan(facts), extra)
    assert changed(facts, plan) == {"cost": 7 * 950 + 100, "rating": 29 * 15}


def test_fish_soy_whole_grain_and_dark_leaves() -> None:
    facts = replace(quiet_week(), soft=replace(QUIET, fish_a_week=2, soy_days_a_week=4))
    assert changed(facts) == {"fish": 2, "soy": 4}
    facts = with_dish(facts, MEATS[0], grams={"fish": 80})
    facts = with_dish(facts, MEATS[1], grams={"shellfish": 50})
    for one in GREENS[:3]:
        facts = with_dish(facts, one, grams={"soy": 50, "vegetable_light": 100})
    assert changed(facts) == {"soy": 1, "dark_vegetables": 300}
    facts = with_dish(facts, GREENS[3], grams={"vegetable_dark": 120})
    assert changed(facts)["dark_vegetables"] == 180
    facts = with_dish(facts, make_dish(4, "coarse").id, grain="fine")
    assert changed(facts)["whole_grain"] == 1


def test_part_of_a_week_asks_its_part_of_the_week() -> None:
    soft = replace(QUIET, fish_a_week=2, soy_days_a_week=4)
    facts = replace(quiet_week(), soft=soft, cells=make_cells(days=DAYS[:4]))
    units = score_of(facts, make_plan(facts)).units
    assert (units["fish"], units["soy"]) == (1, 2)


def test_ratings_count_tenths_below_the_best() -> None:
    facts = with_dish(quiet_week(), MEATS[0], rating=500)
    assert changed(facts) == {"rating": 27 * 15}
    assert changed(with_dish(facts, MEATS[1], rating=100))["rating"] == 26 * 15 + 40


@pytest.mark.parametrize(("days", "units"), [(1, 27), (10, 18), (28, 0), (40, 0)])
def test_a_dish_rests_after_it_was_served(days: int, units: int) -> None:
    served = Standing(day=DAYS[3] - timedelta(days=days), period="lunch", dish_id=MEATS[3])
    long_before = replace(served, day=served.day - timedelta(days=3))
    facts = replace(quiet_week(), standing=(long_before, served), hard=HardRules(windows={"x": 0}))
    rested = {} if units == 0 else {"recent": units}
    assert changed(facts) == {"same_exempt": 0} | rested  # rice is not exempt here


def test_a_later_serving_is_no_rest_and_exempt_kinds_need_none() -> None:
    later = Standing(day=date(2026, 12, 20), period="lunch", dish_id=MEATS[3])
    rice = Standing(day=MONDAY - timedelta(days=1), period="lunch", dish_id=4000)
    assert changed(replace(quiet_week(), standing=(later, rice))) == {}


def test_one_soft_dish_is_enough_for_a_meal_but_rice_is_none() -> None:
    facts = with_dish(quiet_week(), MEATS[0], texture="soft")
    assert changed(facts) == {"soft_food": 6}
    assert changed(with_dish(facts, 4000, texture="very_soft")) == {"soft_food": 6}
    assert changed(with_dish(facts, GREENS[0], texture="very_soft")) == {"soft_food": 6}


def test_changes_are_dishes_gone_from_their_cell() -> None:
    facts = quiet_week()
    before = make_plan(facts)
    assert changed(replace(facts, before=before)) == {}
    assert changed(replace(facts, before=before), moved(before, DAYS[0], "meat", 1007)) == {
        "change": 1
    }
    outside = replace(before[0], period="dinner")
    assert changed(replace(facts, before=(*before, outside))) == {}


def test_seasons_begin_in_march_june_september_and_december() -> None:
    seasons = [season_of(date(2026, month, 1)) for month in (1, 2, 3, 5, 6, 9, 11, 12)]
    assert seasons == [
        "winter", "winter", "spring", "spring", "summer", "autumn", "autumn", "winter",
    ]  # fmt: skip


def test_rice_at_every_lunch_of_a_week_is_too_often_and_three_in_turn_are_not() -> None:
    cells = make_cells(slots=(("rice", "staple"),))
    facts = replace(make_facts(), cells=cells, dishes=make_library(staple=3))
    for kinds, often in ((1, 4), (2, 1), (3, 0)):
        plan = [
            Placement(
                day=one.day, period=one.period, slot=one.slot, position=0,
                dish_id=make_dish(number % kinds, "staple").id,
            )
            for number, one in enumerate(cells)
        ]  # fmt: skip
        assert score_of(facts, plan).units["same_exempt"] == often
