"""Libraries, grids and rules that cannot be planned with are refused in clear words."""

import time
from dataclasses import replace
from types import MappingProxyType

import pytest
from flask import Flask
from flask_babel import force_locale

from canteen.foundation.wording import say
from canteen.menus.planning.facts import Band, HardRules, Placement, PlanFacts, SoftRules, Standing
from canteen.menus.planning.problems import problems_of
from canteen.menus.planning.wording import SENTENCES
from tests.menus.planning.weeks import (
    DAYS,
    MONDAY,
    RULES,
    make_dish,
    make_facts,
    make_library,
    with_cell,
    with_dish,
)


def test_a_sound_library_is_no_problem() -> None:
    assert problems_of(make_facts()) == []


def ruled(**rules: object) -> PlanFacts:
    return make_facts(replace(RULES, **rules))  # type: ignore[arg-type]


def softly(**rules: object) -> PlanFacts:
    return make_facts(soft=SoftRules(**rules))  # type: ignore[arg-type]


GONE = Standing(day=MONDAY, period="dinner", dish_id=99)
BEFORE = Placement(day=MONDAY, period="lunch", slot="meat", position=0, dish_id=99)
FACTS = make_facts()

CASES: dict[str, PlanFacts] = {
    "planning_no_cells": make_facts(cells=()),
    "planning_no_dishes": make_facts(dishes=()),
    "planning_cell_twice": make_facts(cells=FACTS.cells + FACTS.cells[:1]),
    "planning_slot_categories": with_cell(FACTS, MONDAY, "meat", categories=()),
    "planning_category_unknown": with_dish(FACTS, 1000, category="sauce"),
    "planning_name_empty": with_dish(FACTS, 1000, canonical=""),
    "planning_same_name": with_dish(FACTS, 1000, canonical=make_dish(1, "main_meat").canonical),
    "planning_dish_gone": with_cell(FACTS, MONDAY, "meat", pinned={0: 99}),
    "planning_pinned_outside": with_cell(FACTS, MONDAY, "meat", pinned={1: 1000}),
    "planning_dish_cost_fen": with_dish(FACTS, 1000, cost_fen=-1),
    "planning_dish_price_fen": with_dish(FACTS, 1000, price_fen=10_000_000),
    "planning_dish_rating": with_dish(FACTS, 1000, rating=5),
    "planning_dish_nutrients": with_dish(FACTS, 1000, nutrients={"kcal": -5}),
    "planning_dish_grams": with_dish(FACTS, 1000, grams={"fish": 20_000}),
    "planning_slot_places": with_cell(FACTS, MONDAY, "meat", places=-1),
    "planning_slot_servings": with_cell(FACTS, MONDAY, "meat", servings=99),
    "planning_rule_windows": ruled(windows={"staple": -1}),
    "planning_rule_return_days": ruled(return_days={"vegetable": 1000}),
    "planning_rule_diets": ruled(diets={"halal": -2}),
    "planning_rule_capacity": ruled(capacity={"lunch": {"steamer": -1}}),
    "planning_rule_budget_fen": ruled(budget_fen={"lunch": -950}),
    "planning_rule_importance": softly(importance={"fish": 11}),
    "planning_rule_meal_share": softly(meal_share={"lunch": 140}),
    "planning_rule_bands": softly(bands={"kcal": Band(low=-1)}),
    "planning_rule_kinds": softly(foods_a_day=-12),
    "planning_rule_soy_days_a_week": softly(soy_days_a_week=8),
    "planning_rule_unknown": softly(importance={"fishes": 1}),
    "planning_band": softly(bands={"kcal": Band(low=30, high=20)}),
    "planning_cost_missing": replace(
        FACTS, dishes=tuple(replace(one, cost_fen=None) for one in FACTS.dishes)
    ),
}


@pytest.mark.parametrize("code", CASES)
def test_each_problem_is_found_and_only_that(code: str, app: Flask) -> None:
    (problem,) = problems_of(CASES[code])
    assert problem.code == code
    for language in ("zh_Hans_CN", "en"):
        with app.test_request_context(), force_locale(language):
            said = say(problem)
            assert "%" not in said.text + said.next_step


def test_every_sentence_is_for_a_problem_that_is_found() -> None:
    assert set(CASES) == set(SENTENCES)


def test_a_dish_that_stands_or_stood_and_is_gone_is_found() -> None:
    for facts in (make_facts(standing=(GONE,)), make_facts(before=(BEFORE,))):
        assert [one.code for one in problems_of(facts)] == ["planning_dish_gone"]


def test_names_and_counts_are_told(app: Flask) -> None:
    facts = FACTS
    for number in range(5):
        facts = with_dish(facts, 1000 + number, category="酱菜")
    (problem,) = problems_of(facts)
    with app.test_request_context():
        assert say(problem).text == "有 5 道菜的类别“酱菜”不存在：甲肉、乙肉、丙肉。"


def test_one_name_twice_is_told_with_both(app: Flask) -> None:
    with app.test_request_context():
        (problem,) = problems_of(CASES["planning_same_name"])
        assert say(problem).text == "有 1 组菜其实是同一道：甲肉、乙肉。"


def test_a_dish_that_only_stood_may_have_a_name_again() -> None:
    """An old row of the dish was served last week and is not for any meal of these."""
    facts = with_dish(FACTS, 1000, periods=frozenset(["not_cooked"]))
    facts = with_dish(facts, 1001, canonical=make_dish(0, "main_meat").canonical)
    assert problems_of(replace(facts, standing=(replace(GONE, dish_id=1000),))) == []


def test_a_few_dishes_without_a_cost_are_left_out_in_silence() -> None:
    assert problems_of(with_dish(FACTS, 1000, cost_fen=None)) == []
    no_budget = HardRules()
    assert problems_of(replace(CASES["planning_cost_missing"], hard=no_budget)) == []


def test_too_few_dishes_are_not_a_problem_but_a_conflict() -> None:
    assert problems_of(make_facts(dishes=make_library(main_meat=2))) == []


def test_ten_thousand_dishes_are_looked_at_in_a_moment() -> None:
    many = tuple(
        replace(make_dish(number % 10, "main_meat"), id=number, canonical=f"dish{number}")
        for number in range(10_000)
    )
    facts = replace(FACTS, dishes=many, standing=(GONE,) * 500)
    facts = replace(facts, cells=tuple(replace(one, slot=f"{one.slot}") for one in facts.cells))
    before = time.process_time()
    assert [one.code for one in problems_of(facts)] == []
    assert time.process_time() - before < 5.0, "it grows with the dishes, not with their pairs"


def test_frozen_mappings_are_as_good() -> None:
    assert problems_of(ruled(windows=MappingProxyType({"staple": 0}))) == []
    assert problems_of(make_facts(cells=FACTS.cells[: len(DAYS)])) == []
