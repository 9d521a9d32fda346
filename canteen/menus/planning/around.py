"""What stands around the cells to be planned, as the soft rules take it: other meals of the same
days, other days of the same weeks, and the days before and after. Pure.

A canteen plans its lunches and then its dinners; a diner eats both. So what stands already counts
as if it had been planned, and only what the plan adds to it is scored.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from canteen.foundation.calendar import week_of
from canteen.menus.planning.facts import MealKey, Placement, PlanDish, PlanFacts, Standing
from canteen.menus.planning.rules import DISHES_PROPER, alike_key

Words = Mapping[date, set[str]]


@dataclass(frozen=True, kw_only=True)
class Around:
    """Standing dishes by what is counted of them. Weeks go by their Mondays.

    `mains` and `meat_methods`: of every day, exempt kinds aside; `methods`: dishes of a method in
    a meal; `alike`: what a near-duplicate would be alike to; `exempt`: servings in the meals of a
    period. `foods`, `foods_of_week`: kinds of food. Of planned days only: `fish` (dishes of a
    week), `soy` and `coarse` (days with it); and `soft`: meals with a soft dish.
    """

    mains: dict[date, set[str]] = field(default_factory=dict)
    meat_methods: dict[date, set[str]] = field(default_factory=dict)
    methods: Counter[tuple[MealKey, str]] = field(default_factory=Counter)
    alike: set[tuple[date, str, str]] = field(default_factory=set)
    exempt: Counter[tuple[date, str, str]] = field(default_factory=Counter)
    foods: dict[date, set[str]] = field(default_factory=dict)
    foods_of_week: dict[date, set[str]] = field(default_factory=dict)
    fish: Counter[date] = field(default_factory=Counter)
    soy: set[date] = field(default_factory=set)
    coarse: set[date] = field(default_factory=set)
    soft: set[MealKey] = field(default_factory=set)


def around(facts: PlanFacts, beside: Iterable[Placement] = ()) -> Around:
    """What stands, and what is planned `beside` these cells."""
    found = Around()
    planned = {cell.day for cell in facts.cells}
    served: list[Standing | Placement] = [*facts.standing, *beside]
    for one in served:
        dish = facts.by_id[one.dish_id]
        _neighbours(found, one, dish, exempt=dish.category in facts.hard.windows)
        _foods(found, one.day, dish, planned=one.day in planned)
        if dish.soft and dish.category in DISHES_PROPER:
            found.soft.add((one.day, one.period))
    return found


def has_fish(dish: PlanDish) -> bool:
    """Whether fish or shellfish is in it."""
    return bool(dish.grams.get("fish", 0) + dish.grams.get("shellfish", 0))


def _neighbours(found: Around, one: Standing | Placement, dish: PlanDish, *, exempt: bool) -> None:
    monday = week_of(one.day)[0]
    if exempt:
        found.exempt[monday, one.period, dish.canonical] += 1
    elif dish.main:
        found.mains.setdefault(one.day, set()).add(dish.main)
    if not exempt and dish.method:
        found.methods[(one.day, one.period), dish.method] += 1
    if dish.category == "main_meat" and dish.method:
        found.meat_methods.setdefault(one.day, set()).add(dish.method)
    if alike := alike_key(dish):
        found.alike.add((monday, *alike))


def _foods(found: Around, day: date, dish: PlanDish, *, planned: bool) -> None:
    monday = week_of(day)[0]
    found.foods.setdefault(day, set()).update(dish.foods)
    found.foods_of_week.setdefault(monday, set()).update(dish.foods)
    if not planned:
        return
    found.fish[monday] += has_fish(dish)
    if dish.grams.get("soy"):
        found.soy.add(day)
    if dish.grain == "coarse":
        found.coarse.add(day)
