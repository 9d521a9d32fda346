"""What a plan amounts to, for people to see: money, balance, variety, nutrition, and what was
checked. Pure; computed once when a plan is offered."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from canteen.foundation.calendar import week_of
from canteen.menus.balance import SIDES_WITH_MEAT, side_of
from canteen.menus.planning.checking import (
    Broken,
    cells_by_day,
    standing_of,
    weeks_and_periods,
)
from canteen.menus.planning.facts import Plan, PlanFacts
from canteen.menus.planning.rules import (
    DISHES_PROPER,
    part_of,
    wants_coarse_and_fine,
    wants_meat_and_vegetables,
)
from canteen.menus.planning.scoring import Placed, has_fish, low_and_high, placed_of


@dataclass(frozen=True, kw_only=True)
class Money:
    """What the food of one portion costs in the meals of a week, in fen. `unknown` dishes have
    no known cost and are not in it."""

    monday: date
    period: str
    fen: int
    budget_fen: int | None
    unknown: int


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A nutrient of a day's sets with its limits, in planning units; `unknown` dishes may add."""

    value: int
    low: int | None
    high: int | None
    unknown: int


@dataclass(frozen=True, kw_only=True)
class Day:
    """One planned day, everything that stands on it counted."""

    day: date
    meat: int
    vegetable: int
    coarse: int
    fine: int
    foods: int
    soft: bool
    nutrients: Mapping[str, Amount]


@dataclass(frozen=True, kw_only=True)
class Week:
    """One planned week."""

    monday: date
    foods: int
    fish: int
    soy_days: int
    dark_grams: int
    light_grams: int


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What the independent check looked at: `dishes` places on `days` days; `once` dishes that
    stand once, `exempt` those of kinds that may return, and the rules that had something to
    say."""

    days: int
    dishes: int
    once: int
    exempt: int
    rules: tuple[str, ...]
    broken: int


@dataclass(frozen=True, kw_only=True)
class Measures:
    """All of it."""

    money: tuple[Money, ...]
    days: tuple[Day, ...]
    weeks: tuple[Week, ...]
    certificate: Certificate


def measures_of(facts: PlanFacts, plan: Plan, broken: Iterable[Broken]) -> Measures:
    """What a plan amounts to. The plan may be incomplete."""
    placed = placed_of(facts, plan)
    return Measures(
        money=tuple(_money(facts, placed)),
        days=tuple(_day(facts, placed, day) for day in sorted(cells_by_day(facts))),
        weeks=tuple(_week(placed, monday) for monday in _mondays(facts)),
        certificate=_certificate(facts, placed, list(broken)),
    )


def _money(facts: PlanFacts, placed: list[Placed]) -> Iterable[Money]:
    for monday, period, days in weeks_and_periods(facts):
        here = [
            one
            for one in placed
            if one.cell.period == period and week_of(one.cell.day)[0] == monday
        ]
        spent = sum(part_of(one.dish.cost_fen or 0, one.cell) for one in here)
        yield Money(
            monday=monday,
            period=period,
            fen=-(-spent // len(days)),
            budget_fen=facts.hard.budget_fen.get(period),
            unknown=len({one.dish.id for one in here if one.dish.cost_fen is None}),
        )


def _day(facts: PlanFacts, placed: list[Placed], day: date) -> Day:
    mine = [one for one in placed if one.cell.day == day]
    dishes = [one.dish for one in mine] + [o.dish for o in standing_of(facts) if o.day == day]
    sides = Counter(side_of(dish.category) for dish in dishes)
    grains = Counter(dish.grain for dish in dishes)
    return Day(
        day=day,
        meat=sum(sides[side] for side in SIDES_WITH_MEAT),
        vegetable=sides["vegetable"],
        coarse=grains["coarse"],
        fine=grains["fine"],
        foods=len(frozenset().union(*(one.dish.foods for one in mine))),
        soft=_soft_at_each_meal(mine),
        nutrients={code: _amount(facts, mine, code, day) for code in facts.soft.bands},
    )


def _soft_at_each_meal(mine: list[Placed]) -> bool:
    meals = {one.cell.period for one in mine}
    soft = {o.cell.period for o in mine if o.dish.soft and o.dish.category in DISHES_PROPER}
    return meals == soft


def _amount(facts: PlanFacts, mine: list[Placed], code: str, day: date) -> Amount:
    low, high = low_and_high(facts, code, day)
    return Amount(
        value=sum(part_of(one.dish.nutrients.get(code, 0), one.cell) for one in mine),
        low=low,
        high=high,
        unknown=len({one.dish.id for one in mine if code in one.dish.unknown}),
    )


def _week(placed: list[Placed], monday: date) -> Week:
    mine = [one for one in placed if week_of(one.cell.day)[0] == monday]

    def grams(group: str) -> int:
        return sum(part_of(one.dish.grams.get(group, 0), one.cell) for one in mine)

    return Week(
        monday=monday,
        foods=len(frozenset().union(*(one.dish.foods for one in mine))),
        fish=sum(1 for one in mine if has_fish(one.dish)),
        soy_days=len({one.cell.day for one in mine if one.dish.grams.get("soy")}),
        dark_grams=grams("vegetable_dark"),
        light_grams=grams("vegetable_light"),
    )


def _certificate(facts: PlanFacts, placed: list[Placed], broken: list[Broken]) -> Certificate:
    exempt = {one.dish.canonical for one in placed if one.dish.category in facts.hard.windows}
    every = {one.dish.canonical for one in placed}
    return Certificate(
        days=len({one.cell.day for one in placed}),
        dishes=len(placed),
        once=len(every - exempt),
        exempt=len(exempt),
        rules=tuple(rules_asked(facts)),
        broken=len(broken),
    )


def rules_asked(facts: PlanFacts) -> Iterable[str]:
    """The hard rules that had something to say about these facts, in the order people ask."""
    hard, days = facts.hard, cells_by_day(facts).values()
    asked = {
        "repeat": True,
        "twice_in_meal": True,
        "return": bool(hard.return_days) or any(hard.windows.values()),
        "season": any(dish.seasons for dish in facts.dishes),
        "forbidden": bool(hard.forbidden),
        "pinned": any(cell.pinned for cell in facts.cells),
        "diet": bool(hard.diets),
        "capacity": any(hard.capacity.values()),
        "budget": bool(hard.budget_fen),
        "meat_and_vegetables": any(wants_meat_and_vegetables(hard, cells) for cells in days),
        "coarse_and_fine": any(wants_coarse_and_fine(hard, cells) for cells in days),
    }
    return [rule for rule, says in asked.items() if says]


def _mondays(facts: PlanFacts) -> list[date]:
    return sorted({week_of(cell.day)[0] for cell in facts.cells})
