"""A small sound week in literals: lunch with meat, a vegetable, a grain and rice, every day."""

from dataclasses import replace
from datetime import date, timedelta

from canteen.menus.planning.facts import Cell, HardRules, Placement, PlanDish, PlanFacts, SoftRules

MONDAY = date(2026, 11, 23)
DAYS = tuple(MONDAY + timedelta(days=number) for number in range(7))
SLOTS = (("meat", "main_meat"), ("vegetable", "vegetable"), ("grain", "coarse"), ("rice", "staple"))
_MORE = {
    "main_meat": {"grain": "", "cost_fen": 600, "method": "braised"},
    "vegetable": {"grain": "", "cost_fen": 200, "method": "stir_fried"},
    "coarse": {"grain": "coarse", "cost_fen": 100, "equipment": frozenset(["steamer"])},
    "staple": {"grain": "fine", "cost_fen": 50},
}
_WORDS = {"main_meat": "肉", "vegetable": "菜", "coarse": "薯", "staple": "饭"}
_NUMBERS = "甲乙丙丁戊己庚辛壬癸"


def make_dish(number: int, category: str, **more: object) -> PlanDish:
    """A dish of a kind: 甲肉 is number 0 of meat, row 1000."""
    row = 1000 * (1 + list(_WORDS).index(category)) + number
    name = f"{_NUMBERS[number % 10]}{number // 10 or ''}{_WORDS[category]}"
    known = {
        "id": row,
        "name": name,
        "canonical": name,
        "category": category,
        "marks": frozenset((f"dish:{name}", f"category:{category}")),
        "diets": frozenset(["halal"]),
    }
    return PlanDish(**(known | _MORE[category] | more))  # type: ignore[arg-type]


def make_cells(
    days: tuple[date, ...] = DAYS, slots: tuple[tuple[str, str], ...] = SLOTS, period: str = "lunch"
) -> tuple[Cell, ...]:
    """One place for each slot on each day."""
    return tuple(
        Cell(day=day, period=period, slot=slot, categories=(category,), places=1)
        for day in days
        for slot, category in slots
    )


def make_library(**counts: int) -> tuple[PlanDish, ...]:
    """Eight dishes of a kind and one rice, unless said otherwise."""
    wanted = {"main_meat": 8, "vegetable": 8, "coarse": 8, "staple": 1} | counts
    return tuple(
        make_dish(number, category)
        for category, count in wanted.items()
        for number in range(count)
    )  # fmt: skip


RULES = HardRules(
    windows={"staple": 0},
    return_days={"main_meat": 7},
    diets={"halal": 2},
    capacity={"lunch": {"steamer": 1}},
    budget_fen={"lunch": 950},
)


def make_facts(hard: HardRules = RULES, **more: object) -> PlanFacts:
    """The week to be planned."""
    known: dict[str, object] = {
        "cells": make_cells(), "dishes": make_library(), "hard": hard,
        "soft": SoftRules(meal_share={"lunch": 40}),
    }  # fmt: skip
    return PlanFacts(**(known | more))  # type: ignore[arg-type]


def make_plan(facts: PlanFacts) -> tuple[Placement, ...]:
    """On day n the dish number n of each kind; rice every day."""
    return tuple(
        Placement(
            day=cell.day, period=cell.period, slot=cell.slot, position=0,
            dish_id=make_dish(
                0 if cell.categories == ("staple",) else (cell.day - MONDAY).days,
                cell.categories[0],
            ).id,
        )
        for cell in facts.cells
    )  # fmt: skip


def moved(
    plan: tuple[Placement, ...], day: date, slot: str, dish_id: int
) -> tuple[Placement, ...]:  # fmt: skip
    """The plan with another dish in one place."""
    return tuple(
        replace(one, dish_id=dish_id) if (one.day, one.slot) == (day, slot) else one for one in plan
    )


def with_dish(facts: PlanFacts, dish_id: int, **more: object) -> PlanFacts:
    """The facts with one dish changed."""
    return replace(
        facts,
        dishes=tuple(
            replace(dish, **more) if dish.id == dish_id else dish  # type: ignore[arg-type]
            for dish in facts.dishes
        ),
    )


def with_cell(facts: PlanFacts, day: date, slot: str, **more: object) -> PlanFacts:
    """The facts with one cell changed."""
    return replace(
        facts,
        cells=tuple(
            replace(cell, **more) if (cell.day, cell.slot) == (day, slot) else cell  # type: ignore[arg-type]
            for cell in facts.cells
        ),
    )
