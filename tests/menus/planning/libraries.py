"""Random libraries to plan with, feasible because they are made around a hidden plan.

`make_case(seed)` first makes dishes, then a plan that is nobody's best, then rules that this plan
keeps: what it does often is allowed that often, what it never does may be forbidden. So a plan
exists, and a search that says none does is wrong.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

from canteen.foundation.calendar import week_of
from canteen.menus.categories import CATEGORIES, DEFAULT_WINDOWS, SEASONS
from canteen.menus.planning.facts import (
    Band,
    Cell,
    Forbidden,
    HardRules,
    Placement,
    PlanDish,
    PlanFacts,
    SoftRules,
    Standing,
)
from canteen.menus.planning.rules import DISHES_PROPER, part_of
from canteen.menus.slots import DefaultSlot, default_slots

MONDAY = date(2026, 11, 23)
MAINS = {
    "main_meat": ("猪肉", "鸡肉", "牛肉", "鱼", "虾", "鸭肉", "羊肉"),
    "half_meat": ("猪肉", "鸡肉", "香干", "豆腐", "木耳", "青椒", "鱼"),
    "vegetable": ("青菜", "白菜", "土豆", "茄子", "豆角", "冬瓜", "菠菜", "西兰花", "萝卜", "黄瓜"),
    "egg": ("鸡蛋", "鸭蛋"),
    "soup": ("豆腐", "冬瓜", "排骨", "紫菜", "番茄"),
}
METHODS = ("red_braised", "stewed", "steamed", "stir_fried", "roasted", "tossed")
TOOLS = {"steamed": "steamer", "stir_fried": "wok", "red_braised": "wok", "roasted": "oven"}
FOODS = tuple(f"food{number}" for number in range(60))
GROUPS = ("fish", "soy", "vegetable_light", "vegetable_dark", "meat", "shellfish")
DIETS = ("no_pork", "vegetarian", "low_salt")


@dataclass(frozen=True, kw_only=True)
class Case:
    """Facts, and a plan that keeps every hard rule of them."""

    facts: PlanFacts
    plan: tuple[Placement, ...]


def only_period(case: Case, period: str) -> Case:
    """The case with one meal to be planned and the others standing as the hidden plan has them.
    The budget, the balances and the windows of the day still hold of it."""
    facts = case.facts
    others = tuple(
        Standing(day=one.day, period=one.period, dish_id=one.dish_id)
        for one in case.plan
        if one.period != period
    )
    cells = tuple(cell for cell in facts.cells if cell.period == period)
    return Case(
        facts=replace(facts, cells=cells, standing=(*facts.standing, *others)),
        plan=tuple(one for one in case.plan if one.period == period),
    )


def make_dish(rng: random.Random, number: int, category: str) -> PlanDish:
    """A dish of a category, lifelike enough: some things of it are unknown."""
    method = rng.choice(METHODS)
    main = rng.choice(MAINS.get(category, ("面粉", "小米", "玉米", "红豆")))
    grain = CATEGORIES[category].grain
    if category == "staple" and rng.random() < 0.3:
        grain = "coarse"
    texture = rng.choices(("normal", "soft", "very_soft"), (5, 4, 1))[0]
    foods = frozenset(rng.sample(FOODS, rng.randint(1, 5))) | {main}
    tool = TOOLS.get(method)
    return PlanDish(
        id=number,
        name=f"菜{number}",
        canonical=f"菜{number}",
        category=category,
        method=method,
        main=main,
        grain=grain,
        texture=texture,
        seasons=frozenset(rng.sample(SEASONS, 2)) if rng.random() < 0.1 else frozenset(),
        equipment=frozenset({tool}) if tool else frozenset(),
        marks=frozenset({f"dish:菜{number}", f"category:{category}", f"method:{method}"})
        | {f"food:{food}" for food in foods},
        foods=foods,
        grams={rng.choice(GROUPS): rng.randint(10, 150)},
        nutrients={
            "kcal": rng.randint(60, 500),
            "protein": rng.randint(10, 300),
            "sodium": rng.randint(5, 90),
        },
        unknown=frozenset({"fibre"}) if rng.random() < 0.3 else frozenset(),
        diets=frozenset(diet for diet in DIETS if rng.random() < 0.6),
        cost_fen=rng.randint(50, 900),
        price_fen=500,
        rating=rng.choice((None, rng.randint(200, 500))),
    )


def make_case(
    seed: int,
    *,
    dishes: int = 60,
    periods: Sequence[str] = ("lunch",),
    days: int = 7,
    most_places: int = 2,
    hardness: float = 0.6,
) -> Case:
    """A feasible case. `dishes` is a wish: there are always enough for the hidden plan.

    `hardness` from 0 to 1 is how often a rule that can be asked is asked.
    """
    rng = random.Random(seed)
    cells = _make_cells(rng, periods, days, most_places)
    library = _make_library(rng, cells, dishes)
    plan, library = _hidden_plan(rng, cells, library)
    facts = PlanFacts(cells=cells, dishes=tuple(library))
    facts = replace(facts, hard=_rules_kept_by(rng, facts, plan, hardness))
    facts = replace(facts, soft=_make_soft(rng), standing=_make_history(rng, facts, plan))
    return Case(facts=_with_pins(rng, facts, plan, hardness), plan=plan)


def _make_cells(
    rng: random.Random, periods: Sequence[str], days: int, most_places: int
) -> tuple[Cell, ...]:
    slots: dict[str, list[DefaultSlot]] = {
        period: [slot for slot in default_slots(period) if slot.code != "porridge"]
        for period in periods
    }
    return tuple(
        Cell(
            day=MONDAY + timedelta(days=day),
            period=period,
            slot=slot.code,
            categories=slot.categories,
            places=min(slot.places, most_places),
            servings=rng.choice((1, 1, 1, 2)),
        )
        for day in range(days)
        for period in periods
        for slot in slots[period]
    )


def _make_library(rng: random.Random, cells: Sequence[Cell], dishes: int) -> list[PlanDish]:
    """Dishes of every category in proportion to its places."""
    wanted = [
        category for cell in cells for category in cell.categories for _ in range(cell.places)
    ]
    known = list(dict.fromkeys(wanted))
    return [
        make_dish(rng, number + 1, known[number] if number < len(known) else rng.choice(wanted))
        for number in range(dishes)
    ]


def _hidden_plan(
    rng: random.Random, cells: Sequence[Cell], library: Sequence[PlanDish]
) -> tuple[tuple[Placement, ...], list[PlanDish]]:
    """A plan without repeats, and the library with the dishes that were missing for it."""
    library = list(library)
    plan = []
    used: dict[tuple[date, str], set[int]] = {}
    by_day: dict[date, list[Cell]] = {}
    for cell in cells:
        by_day.setdefault(cell.day, []).append(cell)
    for cell in cells:
        grains = _grain_wanted(by_day[cell.day], cell)
        for position in range(cell.places):
            week = used.setdefault((week_of(cell.day)[0], ""), set())
            category = grains[position % len(grains)] if grains else rng.choice(cell.categories)
            free = [
                dish
                for dish in library
                if dish.category == category and dish.id not in week and not dish.seasons
            ]
            if category in ("coarse", "staple"):
                free = [dish for dish in free if dish.grain == CATEGORIES[category].grain]
            if free:
                dish = rng.choice(free)
            else:
                dish = replace(make_dish(rng, len(library) + 1, category), seasons=frozenset())
                dish = replace(dish, grain=CATEGORIES[category].grain)
                library.append(dish)
            week.add(dish.id)
            plan.append(
                Placement(
                    day=cell.day, period=cell.period, slot=cell.slot,
                    position=position, dish_id=dish.id,
                )
            )  # fmt: skip
    return tuple(plan), library


def _grain_wanted(of_day: Sequence[Cell], cell: Cell) -> tuple[str, ...]:
    """The first grain cell of a day brings fine grain, then coarse."""
    grains = [one for one in of_day if {"coarse", "staple"} <= set(one.categories)]
    if cell not in grains:
        return ()
    if cell.places > 1:
        return ("staple", "coarse")
    return (("staple", "coarse")[grains.index(cell) % 2],)


def _rules_kept_by(
    rng: random.Random, facts: PlanFacts, plan: Sequence[Placement], hardness: float
) -> HardRules:
    by_id = facts.by_id
    meals: dict[tuple[date, str], list[PlanDish]] = {}
    for one in plan:
        meals.setdefault((one.day, one.period), []).append(by_id[one.dish_id])
    return HardRules(
        windows=dict(DEFAULT_WINDOWS) | _windows(rng, facts, plan, hardness),
        return_days=_return_days(rng, facts, plan, hardness),
        diets={
            diet: low
            for diet in DIETS
            if rng.random() < hardness
            and (
                low := min(
                    sum(diet in one.diets and one.category in DISHES_PROPER for one in dishes)
                    for dishes in meals.values()
                )
            )
        },
        capacity=_capacity(rng, meals, hardness),
        budget_fen=_budgets(rng, facts, plan, hardness),
        forbidden=_forbidden(rng, facts, plan, hardness),
        meat_and_vegetables=True,
        coarse_and_fine=_has_both_grains(facts, plan),
    )


def _windows(
    rng: random.Random, facts: PlanFacts, plan: Sequence[Placement], hardness: float
) -> Mapping[str, int]:
    waited = _waited(facts, plan).get("staple", 9)
    return {"staple": min(waited, rng.randint(1, 3))} if rng.random() < hardness else {}


def _return_days(
    rng: random.Random, facts: PlanFacts, plan: Sequence[Placement], hardness: float
) -> Mapping[str, int]:
    """As long as the hidden plan itself waits, at most 21 days."""
    waited = _waited(facts, plan)
    return {
        category: min(waited.get(category, 21), 21)
        for category in ("main_meat", "half_meat", "vegetable", "soup", "egg")
        if rng.random() < hardness
    }


def _waited(facts: PlanFacts, plan: Sequence[Placement]) -> dict[str, int]:
    """The shortest time from one serving of a dish to the next, by category."""
    shortest: dict[str, int] = {}
    last: dict[int, date] = {}
    for one in sorted(plan, key=lambda one: one.day):
        category = facts.by_id[one.dish_id].category
        if one.dish_id in last:
            apart = (one.day - last[one.dish_id]).days
            shortest[category] = min(shortest.get(category, apart), apart)
        last[one.dish_id] = one.day
    return shortest


def _capacity(
    rng: random.Random, meals: Mapping[tuple[date, str], list[PlanDish]], hardness: float
) -> Mapping[str, Mapping[str, int]]:
    most: dict[str, dict[str, int]] = {}
    for (_, period), dishes in meals.items():
        used = Counter(tool for dish in dishes for tool in dish.equipment)
        for tool in ("steamer", "wok", "oven"):
            known = most.setdefault(period, {})
            known[tool] = max(known.get(tool, 0), used[tool])
    return {
        period: {tool: count for tool, count in tools.items() if rng.random() < hardness}
        for period, tools in most.items()
    }


def _budgets(
    rng: random.Random, facts: PlanFacts, plan: Sequence[Placement], hardness: float
) -> Mapping[str, int]:
    spent: dict[tuple[date, str], int] = Counter()
    days: dict[tuple[date, str], set[date]] = {}
    for one in plan:
        key = (week_of(one.day)[0], one.period)
        spent[key] += part_of(facts.by_id[one.dish_id].cost_fen or 0, facts.by_cell[one.key])
        days.setdefault(key, set()).add(one.day)
    dearest: dict[str, int] = {}
    for (monday, period), fen in spent.items():
        average = -(-fen // len(days[monday, period]))
        dearest[period] = max(dearest.get(period, 0), average)
    return {period: fen for period, fen in dearest.items() if rng.random() < hardness}


def _forbidden(
    rng: random.Random, facts: PlanFacts, plan: Sequence[Placement], hardness: float
) -> tuple[Forbidden, ...]:
    """Foods that the hidden plan does not use on a day, and a dish it never uses."""
    found = []
    for day in sorted({one.day for one in plan}):
        if rng.random() < hardness / 2:
            eaten = set[str]().union(
                *(facts.by_id[one.dish_id].foods for one in plan if one.day == day)
            )
            food = rng.choice([food for food in FOODS if food not in eaten] or ["nothing"])
            found.append(Forbidden(mark=f"food:{food}", days=frozenset({day}), reason="没有送到"))
    used = {one.dish_id for one in plan}
    never = [dish for dish in facts.dishes if dish.id not in used]
    if never and rng.random() < hardness:
        found.append(Forbidden(mark=f"dish:{rng.choice(never).canonical}"))
    return tuple(found)


def _has_both_grains(facts: PlanFacts, plan: Sequence[Placement]) -> bool:
    grains: dict[date, set[str]] = {}
    for one in plan:
        grains.setdefault(one.day, set()).add(facts.by_id[one.dish_id].grain)
    return all({"coarse", "fine"} <= of_day for of_day in grains.values())


def _make_soft(rng: random.Random) -> SoftRules:
    return SoftRules(
        importance={rng.choice(("cost", "rating", "near_duplicate", "kcal")): rng.randint(0, 10)},
        bands=MappingProxyType(
            {
                "kcal": Band(low=1800, high=2400),
                "protein": Band(low=650),
                "sodium": Band(high=200),
            }
        ),
        meal_share={"breakfast": 30, "lunch": 40, "dinner": 30},
    )


def _make_history(
    rng: random.Random, facts: PlanFacts, plan: Sequence[Placement]
) -> tuple[Standing, ...]:
    """Servings of the weeks before that leave the hidden plan its dishes."""
    first = {one.dish_id: one.day for one in sorted(plan, key=lambda one: one.day, reverse=True)}
    found = []
    for dish in rng.sample(facts.dishes, min(len(facts.dishes), 15)):
        wait = max(
            facts.hard.return_days.get(dish.category, 0), facts.hard.windows.get(dish.category, 0)
        )
        latest = min(first.get(dish.id, MONDAY) - timedelta(days=wait), MONDAY - timedelta(days=1))
        day = latest - timedelta(days=rng.randint(0, 10))
        found.append(Standing(day=day, period="lunch", dish_id=dish.id))
    return tuple(found)


def _with_pins(
    rng: random.Random, facts: PlanFacts, plan: Sequence[Placement], hardness: float
) -> PlanFacts:
    """Some of the hidden plan's dishes pinned where they stand."""
    pins: dict[tuple[date, str, str], dict[int, int]] = {}
    for one in plan:
        if rng.random() < 0.1 * hardness:
            pins.setdefault(one.key, {})[one.position] = one.dish_id
    cells = tuple(replace(cell, pinned=pins.get(cell.key, {})) for cell in facts.cells)
    return replace(facts, cells=cells)
