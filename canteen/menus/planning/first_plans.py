"""A sound plan in a moment: week by week, from few dishes, by the hard rules alone.

A week is asked for from the dishes that cost least by the soft rules of a single dish. If they do
not fill it, all dishes are asked; if weeks planned one after the other do not fit together, all
weeks at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from canteen.menus.planning.draft import Place
from canteen.menus.planning.facts import CellKey, Placement, Plan, PlanFacts
from canteen.menus.planning.model import build
from canteen.menus.planning.rules import part_of, points_of
from canteen.menus.planning.scoring import rating_units, recent_units
from canteen.menus.planning.solving import Answer, Clock

Ask = Callable[[cp_model.CpModel, Clock], Answer]
_FEW = 4
"""Dishes for each place of a week that a category is asked for."""
_SMALL = 300
"""A library up to this size is asked at once."""


@dataclass(frozen=True, kw_only=True)
class First:
    """A plan; or the proof that there is none; or neither, because time was over."""

    plan: tuple[Placement, ...] | None = None
    impossible: bool = False


def first_plan(facts: PlanFacts, weeks: Sequence[PlanFacts], clock: Clock, ask: Ask) -> First:
    """The first plan that is found."""
    plan: list[Placement] = []
    for number, week in enumerate(weeks):
        share = clock.at_most(clock.left / (len(weeks) - number + 1))
        found = _week(week, plan, share, ask)
        if found.impossible and (number == 0 or len(weeks) == 1):
            return First(impossible=True)
        if found.plan is None:
            break
        plan += found.plan
    else:
        return First(plan=tuple(plan))
    return _solved(facts, (), None, clock, ask) if len(weeks) > 1 else First()


def _week(week: PlanFacts, beside: Plan, clock: Clock, ask: Ask) -> First:
    if len(week.dishes) > _SMALL:
        quick = clock.at_most(clock.left / 2)
        found = _solved(week, beside, cheapest(week), quick, ask)
        if found.plan is not None:
            return found
    return _solved(week, beside, None, clock, ask)


def _solved(
    facts: PlanFacts, beside: Plan, only: set[Place] | None, clock: Clock, ask: Ask
) -> First:
    model = build(facts, scored=False, beside=beside, only=only)
    answer = ask(model.cp, clock)
    return First(plan=model.plan_of(answer) if answer.found else None, impossible=answer.impossible)


def cheapest(facts: PlanFacts) -> set[Place]:
    """For each cell the dishes that cost least by themselves, of each of its categories."""
    found: set[Place] = set()
    wanted: dict[tuple[CellKey, str], list[tuple[int, int]]] = {}
    places: dict[tuple[str, str, str], int] = {}
    importance = facts.soft.importance
    cost, rating, recent = (points_of(code, importance) for code in ("cost", "rating", "recent"))
    of_category: dict[str, list[int]] = {}
    for dish in facts.dishes:
        of_category.setdefault(dish.category, []).append(dish.id)
    for cell in facts.cells:
        for category in cell.categories:
            key = (cell.period, cell.slot, category)
            places[key] = places.get(key, 0) + cell.places
            for row in of_category.get(category, ()):
                dish = facts.by_id[row]
                points = cost * part_of(dish.cost_fen or 0, cell) + rating * rating_units(dish)
                points += recent * recent_units(facts, dish, cell.day)
                wanted.setdefault((cell.key, category), []).append((points, row))
    for ((day, period, slot), category), dishes in wanted.items():
        most = _FEW * places[period, slot, category]
        found |= {((day, period, slot), row) for _, row in sorted(dishes)[:most]}
    return found
