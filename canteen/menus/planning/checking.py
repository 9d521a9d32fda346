"""Does a plan keep every hard rule? Plain Python, without the solver: nothing is shown to a
person before it has passed here."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from canteen.foundation.calendar import week_of
from canteen.menus.balance import SIDES_WITH_MEAT, side_of
from canteen.menus.planning.facts import Cell, CellKey, MealKey, Plan, PlanDish, PlanFacts
from canteen.menus.planning.rules import (
    DISHES_PROPER,
    part_of,
    spacing,
    wants_coarse_and_fine,
    wants_meat_and_vegetables,
    why_not,
)

RULES = (
    "filled",
    "unknown_dish",
    "pinned",
    "category",
    "period",
    "season",
    "cost",
    "forbidden",
    "twice_in_meal",
    "repeat",
    "return",
    "diet",
    "capacity",
    "budget",
    "meat_and_vegetables",
    "coarse_and_fine",
)
"""Codes of the hard rules, as `Broken.rule` names them."""


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A hard rule that a plan breaks: where, with which dishes, and by how much.

    `days`, `period` and `slot` say where; blank is everywhere. `what` is the diet, the equipment
    or the mark that is meant; `have` and `want` are counts, days or fen, as the rule counts.
    """

    rule: str
    days: tuple[date, ...] = ()
    period: str = ""
    slot: str = ""
    dish_ids: tuple[int, ...] = ()
    what: str = ""
    have: int = 0
    want: int = 0


@dataclass(frozen=True)
class _Stands:
    """A dish on a day, planned or standing already."""

    day: date
    period: str
    dish: PlanDish
    cell: Cell | None


def broken_rules(facts: PlanFacts, plan: Plan) -> list[Broken]:
    """Every hard rule that a plan breaks, in the order of `RULES`; [] for a sound plan."""
    strange = [
        Broken(rule="unknown_dish", days=(one.day,), period=one.period, slot=one.slot)
        for one in plan
        if one.dish_id not in facts.by_id or one.key not in facts.by_cell
    ]
    inside = [one for one in plan if one.key in facts.by_cell]
    known = [one for one in inside if one.dish_id in facts.by_id]
    placed = [
        _Stands(one.day, one.period, facts.by_id[one.dish_id], facts.by_cell[one.key])
        for one in known
    ]
    checks = (_filled(facts, inside), _pinned(facts, known), _places(facts, known))
    found = [*strange, *(broken for check in checks for broken in check)]
    found += [*_repeats(facts, placed), *_diets(facts, placed), *_capacity(facts, placed)]
    found += [*_budget(facts, placed), *_balances(facts, placed)]
    return sorted(found, key=lambda one: (RULES.index(one.rule), one.days))


def newly_broken(before: Iterable[Broken], after: Iterable[Broken]) -> list[Broken]:
    """What is broken after a change and was not before, or is broken by more than it was."""
    known = {_instance(one): abs(one.want - one.have) for one in before}
    return [one for one in after if abs(one.want - one.have) > known.get(_instance(one), -1)]


def _instance(one: Broken) -> tuple[object, ...]:
    """What makes two broken rules the same, whoever breaks them and by how much."""
    counted = one.rule in ("filled", "diet", "capacity", "budget")
    return one.rule, one.days, one.period, one.slot, one.what, () if counted else one.dish_ids


def _filled(facts: PlanFacts, plan: Plan) -> Iterator[Broken]:
    positions: dict[CellKey, list[int]] = defaultdict(list)
    for one in plan:
        positions[one.key].append(one.position)
    for cell in facts.cells:
        have = positions[cell.key]
        if sorted(have) != list(range(cell.places)):
            yield Broken(
                rule="filled", days=(cell.day,), period=cell.period, slot=cell.slot,
                have=len(have), want=cell.places,
            )  # fmt: skip


def _pinned(facts: PlanFacts, plan: Plan) -> Iterator[Broken]:
    have = {(one.key, one.position): one.dish_id for one in plan}
    for cell in facts.cells:
        for position, dish_id in cell.pinned.items():
            if have.get((cell.key, position)) != dish_id:
                yield Broken(
                    rule="pinned", days=(cell.day,), period=cell.period, slot=cell.slot,
                    dish_ids=(dish_id,),
                )  # fmt: skip


def _places(facts: PlanFacts, plan: Plan) -> Iterator[Broken]:
    for one in plan:
        cell, dish = facts.by_cell[one.key], facts.by_id[one.dish_id]
        reason = why_not(dish, cell, facts.hard)
        if reason and cell.pinned.get(one.position) != one.dish_id:
            yield Broken(
                rule=reason, days=(cell.day,), period=cell.period, slot=cell.slot,
                dish_ids=(dish.id,),
            )  # fmt: skip


def _repeats(facts: PlanFacts, placed: list[_Stands]) -> Iterator[Broken]:
    """A dish twice in a meal, twice in a week, or back too soon; standing dishes count."""
    same: dict[str, list[_Stands]] = defaultdict(list)
    for one in (*placed, *standing_of(facts)):
        same[one.dish.canonical].append(one)
    for group in same.values():
        group.sort(key=lambda one: one.day)
        once_a_week, wait = spacing([one.dish for one in group], facts.hard)
        for first, second in combinations(group, 2):
            if first.cell is None and second.cell is None:
                continue  # both stood before: not this plan's doing
            yield from _too_close(first, second, once_a_week, wait)


def _too_close(first: _Stands, second: _Stands, once_a_week: bool, wait: int) -> Iterator[Broken]:
    days = tuple(dict.fromkeys((first.day, second.day)))
    ids = tuple(dict.fromkeys((first.dish.id, second.dish.id)))
    apart = (second.day - first.day).days
    if (first.day, first.period) == (second.day, second.period):
        yield Broken(rule="twice_in_meal", days=days, period=first.period, dish_ids=ids)
        return
    if once_a_week and week_of(first.day) == week_of(second.day):
        yield Broken(rule="repeat", days=days, dish_ids=ids, have=2, want=1)
    elif apart < wait:
        yield Broken(rule="return", days=days, dish_ids=ids, have=apart, want=wait)


def _diets(facts: PlanFacts, placed: list[_Stands]) -> Iterator[Broken]:
    for meal, dishes in _meals(facts, placed).items():
        for diet, want in facts.hard.diets.items():
            have = sum(
                1 for one in dishes if diet in one.dish.diets and one.dish.category in DISHES_PROPER
            )
            if have < want:
                yield Broken(
                    rule="diet", days=(meal[0],), period=meal[1], what=diet, have=have, want=want
                )


def _capacity(facts: PlanFacts, placed: list[_Stands]) -> Iterator[Broken]:
    for (day, period), dishes in _meals(facts, placed).items():
        used = Counter(tool for one in dishes for tool in one.dish.equipment)
        for tool, most in facts.hard.capacity.get(period, {}).items():
            if used[tool] > most:
                yield Broken(
                    rule="capacity", days=(day,), period=period, what=tool,
                    have=used[tool], want=most,
                    dish_ids=tuple(o.dish.id for o in dishes if tool in o.dish.equipment),
                )  # fmt: skip


def _budget(facts: PlanFacts, placed: list[_Stands]) -> Iterator[Broken]:
    """Sets of a week on average: fen of all its days against the budget times the days."""
    for monday, period, days in weeks_and_periods(facts):
        budget = facts.hard.budget_fen.get(period)
        if budget is None:
            continue
        spent = sum(
            part_of(one.dish.cost_fen or 0, one.cell)
            for one in placed
            if one.cell and one.period == period and week_of(one.day)[0] == monday
        )
        if spent > budget * len(days):
            yield Broken(
                rule="budget", days=days, period=period, have=-(-spent // len(days)), want=budget
            )


def _balances(facts: PlanFacts, placed: list[_Stands]) -> Iterator[Broken]:
    dishes: dict[date, list[PlanDish]] = defaultdict(list)
    for one in (*placed, *standing_of(facts)):
        dishes[one.day].append(one.dish)
    for day, cells in cells_by_day(facts).items():
        sides = {side_of(dish.category) for dish in dishes[day]}
        both = bool(sides & SIDES_WITH_MEAT) and "vegetable" in sides
        if wants_meat_and_vegetables(facts.hard, cells) and not both:
            yield Broken(rule="meat_and_vegetables", days=(day,))
        grains = {dish.grain for dish in dishes[day]}
        if wants_coarse_and_fine(facts.hard, cells) and not {"coarse", "fine"} <= grains:
            yield Broken(rule="coarse_and_fine", days=(day,))


def standing_of(facts: PlanFacts) -> list[_Stands]:
    """Dishes that stand already, as the checks take them."""
    return [_Stands(one.day, one.period, facts.by_id[one.dish_id], None) for one in facts.standing]


def weeks_and_periods(facts: PlanFacts) -> list[tuple[date, str, tuple[date, ...]]]:
    """Each planned week and period with the days planned of it."""
    found: dict[tuple[date, str], dict[date, None]] = {}
    for cell in facts.cells:
        found.setdefault((week_of(cell.day)[0], cell.period), {})[cell.day] = None
    return [(monday, period, tuple(sorted(days))) for (monday, period), days in found.items()]


def cells_by_day(facts: PlanFacts) -> dict[date, list[Cell]]:
    """The cells of each planned day."""
    found: dict[date, list[Cell]] = {}
    for cell in facts.cells:
        found.setdefault(cell.day, []).append(cell)
    return found


def _meals(facts: PlanFacts, placed: Iterable[_Stands]) -> dict[MealKey, list[_Stands]]:
    """Everything that is served at the planned meals, also in slots that are not planned."""
    meals: dict[MealKey, list[_Stands]] = {cell.meal: [] for cell in facts.cells}
    for one in (*placed, *standing_of(facts)):
        if (one.day, one.period) in meals:
            meals[one.day, one.period].append(one)
    return meals
