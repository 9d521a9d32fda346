"""What a plan costs by the soft rules, counted in plain Python.

This is the meaning of the objective: the solver's number must equal `score_of` to the point.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from canteen.foundation.calendar import week_of
from canteen.menus.planning.around import Around, Words, around, has_fish
from canteen.menus.planning.facts import Cell, MealKey, Plan, PlanDish, PlanFacts
from canteen.menus.planning.rules import (
    BEST_RATING,
    DISHES_PROPER,
    EXEMPT_A_WEEK,
    RESTED_DAYS,
    SOFT,
    UNRATED,
    alike_key,
    part_of,
    points_of,
)

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Score:
    """How far a plan is from what a good plan does: units by soft rule, and points in all."""

    units: Mapping[str, int]
    total: int


@dataclass(frozen=True)
class Placed:
    """A dish with the cell it stands in."""

    cell: Cell
    dish: PlanDish


def score_of(facts: PlanFacts, plan: Plan) -> Score:
    """Units of every rule of `rules.SOFT`, and their points by the site's importance."""
    placed, stands = placed_of(facts, plan), around(facts)
    units = dict.fromkeys(SOFT, 0)
    units |= _neighbours(facts, placed, stands) | _variety(facts, placed, stands)
    units |= _nutrition(facts, placed) | _foods(facts, placed, stands)
    units["cost"] = sum(part_of(one.dish.cost_fen or 0, one.cell) for one in placed)
    units["rating"] = sum(rating_units(one.dish) for one in placed)
    units["recent"] = sum(recent_units(facts, one.dish, one.cell.day) for one in placed)
    units["soft_food"] = _without_soft_food(placed, stands)
    units["change"] = _changes(facts, plan)
    importance = facts.soft.importance
    total = sum(points_of(code, importance) * count for code, count in units.items())
    return Score(units=units, total=total)


def placed_of(facts: PlanFacts, plan: Plan) -> list[Placed]:
    """Cells and dishes of a plan, by day, period, slot and position."""
    order = {cell.key: number for number, cell in enumerate(facts.cells)}
    rows = sorted(plan, key=lambda one: (one.day, order[one.key], one.position))
    return [Placed(facts.by_cell[one.key], facts.by_id[one.dish_id]) for one in rows]


def rating_units(dish: PlanDish) -> int:
    """Tenths of a point below the best."""
    return (BEST_RATING - (UNRATED if dish.rating is None else dish.rating)) // 10


def recent_units(facts: PlanFacts, dish: PlanDish, day: date) -> int:
    """Days short of being rested, since the last serving before the planned cells. Exempt kinds
    may come as often as their window says, and count nothing."""
    if dish.category in facts.hard.windows:
        return 0
    earlier = [one for one in facts.served_days.get(dish.canonical, ()) if one < day]
    return max(0, RESTED_DAYS - (day - max(earlier)).days) if earlier else 0


def mains_on(facts: PlanFacts, placed: Iterable[Placed]) -> dict[date, Counter[str]]:
    """How many dishes of each main food stand on each day, exempt categories aside."""
    found: dict[date, Counter[str]] = {}
    for one in placed:
        if one.dish.main and one.dish.category not in facts.hard.windows:
            found.setdefault(one.cell.day, Counter())[one.dish.main] += 1
    return found


def _neighbours(facts: PlanFacts, placed: list[Placed], stands: Around) -> dict[str, int]:
    mains = mains_on(facts, placed)
    days = {cell.day for cell in facts.cells}
    methods: dict[date, set[str]] = {}
    for one in placed:
        if one.dish.category == "main_meat" and one.dish.method:
            methods.setdefault(one.cell.day, set()).add(one.dish.method)
    return {
        "same_main_day": sum(
            count - (main not in stands.mains.get(day, set()))
            for day, counts in mains.items()
            for main, count in counts.items()
        ),
        "same_main_next": _met_again(days, {d: set(c) for d, c in mains.items()}, stands.mains),
        "same_method_meal": _methods_too_often(facts, placed, stands),
        "same_method_next": _met_again(days, methods, stands.meat_methods),
        "near_duplicate": _near_duplicates(placed, stands),
        "same_exempt": _exempt_too_often(facts, placed, stands),
    }


def _met_again(days: set[date], planned: Words, fixed: Words) -> int:
    """Words met on two days running, on one of them at least by what is planned."""
    pairs = {(day, day + _DAY) for day in days} | {(day - _DAY, day) for day in days}
    none: set[str] = set()
    found = 0
    for one, other in pairs:
        stand, stand_too = fixed.get(one, none), fixed.get(other, none)
        met = (planned.get(one, none) | stand) & (planned.get(other, none) | stand_too)
        found += len(met - (stand & stand_too))
    return found


def _methods_too_often(facts: PlanFacts, placed: list[Placed], stands: Around) -> int:
    counts: Counter[tuple[MealKey, str]] = Counter(
        (one.cell.meal, one.dish.method)
        for one in placed
        if one.dish.method and one.dish.category not in facts.hard.windows
    )
    most = facts.soft.methods_in_a_meal
    return sum(_beyond(count, stands.methods[key], most) for key, count in counts.items())


def _beyond(count: int, standing: int, most: int) -> int:
    """How many of `count` are beyond `most`, beside those that stand."""
    return max(0, count - max(0, most - standing))


def _near_duplicates(placed: list[Placed], stands: Around) -> int:
    counts: Counter[tuple[date, str, str]] = Counter(
        (week_of(one.cell.day)[0], *key) for one in placed if (key := alike_key(one.dish))
    )
    return sum(count - (key not in stands.alike) for key, count in counts.items())


def _exempt_too_often(facts: PlanFacts, placed: list[Placed], stands: Around) -> int:
    counts: Counter[tuple[date, str, str]] = Counter(
        (week_of(one.cell.day)[0], one.cell.period, one.dish.canonical)
        for one in placed
        if one.dish.category in facts.hard.windows
    )
    return sum(_beyond(count, stands.exempt[key], EXEMPT_A_WEEK) for key, count in counts.items())


def _variety(facts: PlanFacts, placed: list[Placed], stands: Around) -> dict[str, int]:
    days = {cell.day: set(stands.foods.get(cell.day, ())) for cell in facts.cells}
    mondays = {week_of(day)[0] for day in days}
    weeks = {monday: set(stands.foods_of_week.get(monday, ())) for monday in mondays}
    for one in placed:
        days[one.cell.day] |= one.dish.foods
        weeks[week_of(one.cell.day)[0]] |= one.dish.foods
    soft = facts.soft
    return {
        "foods_a_day": sum(max(0, soft.foods_a_day - len(foods)) for foods in days.values()),
        "foods_a_week": sum(max(0, soft.foods_a_week - len(foods)) for foods in weeks.values()),
    }


def _nutrition(facts: PlanFacts, placed: list[Placed]) -> dict[str, int]:
    """Outside the bands of each day, by what is known: unknown never counts as eaten."""
    found = {}
    for nutrient in facts.soft.bands:
        totals = dict.fromkeys((cell.day for cell in facts.cells), 0)
        for one in placed:
            totals[one.cell.day] += part_of(one.dish.nutrients.get(nutrient, 0), one.cell)
        found[nutrient] = sum(
            outside(total, low_and_high(facts, nutrient, day)) for day, total in totals.items()
        )
    return found


def low_and_high(facts: PlanFacts, nutrient: str, day: date) -> tuple[int | None, int | None]:
    """The band of a nutrient for the meals planned on a day: their share of the whole day."""
    band = facts.soft.bands[nutrient]
    periods = {cell.period for cell in facts.cells if cell.day == day}
    share = sum(facts.soft.meal_share.get(period, 0) for period in periods)
    low = None if band.low is None else band.low * share // 100
    high = None if band.high is None else band.high * share // 100
    return low, high


def outside(value: int, limits: tuple[int | None, int | None]) -> int:
    """Units by which a value is below or above its limits."""
    low, high = limits
    under = 0 if low is None else max(0, low - value)
    return under + (0 if high is None else max(0, value - high))


def _foods(facts: PlanFacts, placed: list[Placed], stands: Around) -> dict[str, int]:
    days = sorted({cell.day for cell in facts.cells})
    weeks = [list(group) for _, group in groupby(days, key=lambda day: week_of(day)[0])]
    fish = soy = dark = 0
    for week in weeks:
        of_week = [one for one in placed if one.cell.day in week]
        dishes = sum(has_fish(one.dish) for one in of_week) + stands.fish[week_of(week[0])[0]]
        fish += max(0, facts.soft.fish_a_week * len(week) // 7 - dishes)
        with_soy = {one.cell.day for one in of_week if one.dish.grams.get("soy")}
        with_soy |= stands.soy & set(week)
        soy += max(0, facts.soft.soy_days_a_week * len(week) // 7 - len(with_soy))
        dark += max(0, sum(light_minus_dark(one) for one in of_week))
    coarse = {one.cell.day for one in placed if one.dish.grain == "coarse"} | stands.coarse
    return {
        "fish": fish,
        "soy": soy,
        "dark_vegetables": dark,
        "whole_grain": len([day for day in days if day not in coarse]),
    }


def light_minus_dark(one: Placed) -> int:
    """Grams of light vegetables less dark ones that a dish brings to one diner's set."""
    grams = one.dish.grams
    return part_of(grams.get("vegetable_light", 0), one.cell) - part_of(
        grams.get("vegetable_dark", 0), one.cell
    )


def _without_soft_food(placed: list[Placed], stands: Around) -> int:
    meals = {one.cell.meal for one in placed} - stands.soft
    soft = {one.cell.meal for one in placed if one.dish.soft and one.dish.category in DISHES_PROPER}
    return len(meals - soft)


def _changes(facts: PlanFacts, plan: Plan) -> int:
    now = {(one.key, one.dish_id) for one in plan}
    return sum(
        (one.key, one.dish_id) not in now for one in facts.before if one.key in facts.by_cell
    )
