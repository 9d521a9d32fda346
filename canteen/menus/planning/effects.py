"""What one dish in one place does to a plan: points and broken rules, without planning anew.

Counted from what stands around the place, so that hundreds of dishes are compared in a moment.
The points are those of `scoring.score_of` to the point, the broken rules those of
`checking.broken_rules`; tests hold them to both.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from canteen.foundation.calendar import week_of
from canteen.menus.planning.around import around, has_fish
from canteen.menus.planning.checking import Broken, broken_rules, newly_broken
from canteen.menus.planning.facts import Placement, Plan, PlanDish, PlanFacts, Standing
from canteen.menus.planning.rules import (
    DISHES_PROPER,
    EXEMPT_A_WEEK,
    RESTED_DAYS,
    alike_key,
    part_of,
    points_of,
)
from canteen.menus.planning.scoring import (
    Placed,
    light_minus_dark,
    low_and_high,
    mains_on,
    outside,
    placed_of,
    rating_units,
)

_DAY = timedelta(days=1)


class PointsAt:
    """What the soft rules say of a dish in a place, all other places being as they are."""

    def __init__(self, facts: PlanFacts, plan: Plan, place: Placement) -> None:
        self._facts = facts
        self._cell = facts.by_cell[place.key]
        rest = [one for one in plan if one != place]
        placed = placed_of(facts, rest)
        self._day = [one for one in placed if one.cell.day == place.day]
        self._meal = [one for one in self._day if one.cell.period == place.period]
        monday = week_of(place.day)[0]
        self._week = [one for one in placed if week_of(one.cell.day)[0] == monday]
        week_days = {cell.day for cell in facts.cells if week_of(cell.day)[0] == monday}
        self._days_of_week = len(week_days)
        self._stands = {(one.key, one.dish_id) for one in rest}
        self._before = Counter((one.key, one.dish_id) for one in facts.before)
        self._last_served = self._last()
        self._around = around(facts)
        self._neighbours(placed)
        self._totals()

    def _last(self) -> dict[str, int]:
        """Days since each dish was last served before this day, by its name."""
        days: dict[str, int] = {}
        for one in self._facts.standing:
            if one.day < self._cell.day:
                name = self._facts.by_id[one.dish_id].canonical
                apart = (self._cell.day - one.day).days
                days[name] = min(apart, days.get(name, apart))
        return days

    def _neighbours(self, placed: list[Placed]) -> None:
        day = self._cell.day
        mains, none = mains_on(self._facts, placed), set[str]()
        fixed_mains, fixed_methods = self._around.mains, self._around.meat_methods
        self._mains = set(mains.get(day, ())) | fixed_mains.get(day, none)
        self._meat_methods = {one.dish.method for one in self._day if _is_meat(one.dish)}
        self._meat_methods |= fixed_methods.get(day, none)
        self._mains_beside: Counter[str] = Counter()
        self._methods_beside: Counter[str] = Counter()
        for other in (day - _DAY, day + _DAY):
            methods = {o.dish.method for o in placed if o.cell.day == other and _is_meat(o.dish)}
            self._mains_beside.update(
                mains.get(other, Counter()).keys() | fixed_mains.get(other, none)
            )
            self._methods_beside.update(methods | fixed_methods.get(other, none))

    def _totals(self) -> None:
        stands, day, monday = self._around, self._cell.day, week_of(self._cell.day)[0]
        self._meal_methods = Counter(o.dish.method for o in self._meal if self._counts(o.dish))
        for (meal, method), count in stands.methods.items():
            self._meal_methods[method] += count if meal == self._cell.meal else 0
        self._alike = {alike_key(one.dish) for one in self._week}
        self._alike |= {key[1:] for key in stands.alike if key[0] == monday}
        self._exempt = Counter(
            one.dish.canonical
            for one in self._week
            if one.cell.period == self._cell.period and not self._counts(one.dish)
        )
        for (week, period, name), count in stands.exempt.items():
            self._exempt[name] += count if (week, period) == (monday, self._cell.period) else 0
        self._foods_today = frozenset().union(*(one.dish.foods for one in self._day))
        self._foods_today |= stands.foods.get(day, set())
        self._foods_this_week = frozenset().union(*(one.dish.foods for one in self._week))
        self._foods_this_week |= stands.foods_of_week.get(monday, set())
        self._eaten = {
            nutrient: sum(part_of(o.dish.nutrients.get(nutrient, 0), o.cell) for o in self._day)
            for nutrient in self._facts.soft.bands
        }
        self._limits = {
            nutrient: low_and_high(self._facts, nutrient, self._cell.day)
            for nutrient in self._facts.soft.bands
        }
        self._fish = sum(has_fish(one.dish) for one in self._week) + stands.fish[monday]
        self._soy_days = {one.cell.day for one in self._week if one.dish.grams.get("soy")}
        self._soy_days |= {one for one in stands.soy if week_of(one)[0] == monday}
        self._light = sum(light_minus_dark(one) for one in self._week)
        self._coarse = day in stands.coarse or any(o.dish.grain == "coarse" for o in self._day)
        self._soft = self._cell.meal in stands.soft or any(_is_soft(o.dish) for o in self._meal)

    def _counts(self, dish: PlanDish) -> bool:
        return dish.category not in self._facts.hard.windows

    def points(self, dish: PlanDish) -> int:
        """Points of every soft rule that this place has a say in, with this dish there. Only
        the difference of two dishes means something."""
        importance = self._facts.soft.importance
        units = {**self._alikeness(dish), **self._variety(dish), **self._own(dish)}
        return sum(points_of(code, importance) * count for code, count in units.items())

    def _own(self, dish: PlanDish) -> Mapping[str, int]:
        rested = self._last_served.get(dish.canonical, RESTED_DAYS)
        here = self._cell.key, dish.id
        kept = self._before[here] if here not in self._stands else 0
        return {
            "cost": part_of(dish.cost_fen or 0, self._cell),
            "rating": rating_units(dish),
            "recent": max(0, RESTED_DAYS - rested) if self._counts(dish) else 0,
            "soft_food": int(not (self._soft or _is_soft(dish))),
            "change": -kept,
        }

    def _alikeness(self, dish: PlanDish) -> Mapping[str, int]:
        found = dict.fromkeys(("same_main_day", "same_main_next", "same_method_next"), 0)
        if dish.main and self._counts(dish):
            again = dish.main in self._mains
            found["same_main_day"] = int(again)
            found["same_main_next"] = 0 if again else self._mains_beside[dish.main]
        if _is_meat(dish) and dish.method not in self._meat_methods:
            found["same_method_next"] = self._methods_beside[dish.method]
        if dish.method and self._counts(dish):
            most = self._facts.soft.methods_in_a_meal
            found["same_method_meal"] = int(self._meal_methods[dish.method] >= most)
        if key := alike_key(dish):
            found["near_duplicate"] = int(key in self._alike)
        if not self._counts(dish):
            found["same_exempt"] = int(self._exempt[dish.canonical] >= EXEMPT_A_WEEK)
        return found

    def _variety(self, dish: PlanDish) -> Mapping[str, int]:
        soft, days = self._facts.soft, self._days_of_week
        with_soy = self._soy_days | ({self._cell.day} if dish.grams.get("soy") else set())
        light = self._light + light_minus_dark(Placed(self._cell, dish))
        found = {
            "foods_a_day": max(0, soft.foods_a_day - len(self._foods_today | dish.foods)),
            "foods_a_week": max(0, soft.foods_a_week - len(self._foods_this_week | dish.foods)),
            "fish": max(0, soft.fish_a_week * days // 7 - self._fish - has_fish(dish)),
            "soy": max(0, soft.soy_days_a_week * days // 7 - len(with_soy)),
            "dark_vegetables": max(0, light),
            "whole_grain": int(not (self._coarse or dish.grain == "coarse")),
        }
        for nutrient, eaten in self._eaten.items():
            more = part_of(dish.nutrients.get(nutrient, 0), self._cell)
            found[nutrient] = outside(eaten + more, self._limits[nutrient])
        return found


def _is_meat(dish: PlanDish) -> bool:
    return dish.category == "main_meat" and bool(dish.method)


def _is_soft(dish: PlanDish) -> bool:
    return dish.soft and dish.category in DISHES_PROPER


class BrokenAt:
    """The hard rules that a dish in a place breaks, beside those broken without it.

    Only what can be touched is checked: the week of this meal, the day, and other servings of
    the dish.
    """

    def __init__(self, facts: PlanFacts, plan: Plan, place: Placement) -> None:
        self._facts = facts
        self._place = place
        week = week_of(place.day)
        self._cells = tuple(
            cell
            for cell in facts.cells
            if cell.day == place.day or (cell.day in week and cell.period == place.period)
        )
        keys = {cell.key for cell in self._cells}
        self._near = [one for one in plan if one.key in keys]
        far = [
            Standing(day=one.day, period=one.period, dish_id=one.dish_id)
            for one in plan
            if one.key not in keys
        ]
        self._beside: dict[str, list[Standing]] = {}
        meals = {cell.meal for cell in self._cells}
        self._at_hand = []
        for one in (*facts.standing, *far):
            if one.day == place.day or (one.day, one.period) in meals:
                self._at_hand.append(one)
            else:
                self._beside.setdefault(facts.by_id[one.dish_id].canonical, []).append(one)
        self._names = {facts.by_id[one.dish_id].canonical for one in self._near}
        self._now = facts.by_id[place.dish_id]
        self._already = self._broken(self._now, self._now.canonical)

    def new(self, dish: PlanDish) -> tuple[Broken, ...]:
        """What is broken with this dish and is not with the one that stands there now."""
        already, name = self._already, dish.canonical
        if name in self._names and name in self._beside:  # it may meet itself as things are
            already = self._broken(self._now, self._now.canonical, name)
        return tuple(newly_broken(already, self._broken(dish, name)))

    def _broken(self, dish: PlanDish, *names: str) -> list[Broken]:
        """Rules broken with a dish in the place; what stands further off counts by its name."""
        there = replace(self._place, dish_id=dish.id)
        plan = [there if one == self._place else one for one in self._near]
        beside = (one for name in dict.fromkeys(names) for one in self._beside.get(name, ()))
        standing = [*self._at_hand, *beside]
        ids = {one.dish_id for one in plan} | {one.dish_id for one in standing}
        facts = replace(
            self._facts,
            cells=self._cells,
            dishes=tuple(self._facts.by_id[one] for one in ids),
            standing=tuple(standing),
            before=(),
        )
        return broken_rules(facts, plan)
