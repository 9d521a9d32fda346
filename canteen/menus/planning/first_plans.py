"""A sound plan in a moment: week by week, from few dishes, by the hard rules alone.

A week is asked for from the dishes that cost least by the soft rules of a single dish. If they do
not fill it, all dishes are asked; if weeks planned one after the other do not fit together, all
weeks at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from ortools.sat.python import cp_model

from canteen.menus.planning.draft import Place
from canteen.menus.planning.facts import Cell, Placement, Plan, PlanDish, PlanFacts
from canteen.menus.planning.model import build
from canteen.menus.planning.rules import part_of, points_of, spacing, why_not
from canteen.menus.planning.scoring import rating_units, recent_units
from canteen.menus.planning.solving import Answer, Clock

Ask = Callable[[cp_model.CpModel, Clock], Answer]
_FEW = 3
"""Dishes for each place of a slot."""
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
        shares = len(weeks) - number + (len(weeks) > 1)  # one is kept for all weeks at once
        share = clock.at_most(clock.left / shares)
        found = first_week(week, plan, share, ask)
        if found.impossible and (number == 0 or len(weeks) == 1):
            return First(impossible=True)
        if found.plan is None:
            break
        plan += found.plan
    else:
        return First(plan=tuple(plan))
    return _solved(facts, (), None, clock, ask) if len(weeks) > 1 else First()


def first_week(week: PlanFacts, beside: Plan, clock: Clock, ask: Ask) -> First:
    """The first plan of a week beside others that is found."""
    if len(week.dishes) > _SMALL:
        quick = clock.at_most(clock.left / 2)
        found = _solved(week, beside, cheapest(week, beside), quick, ask)
        if found.plan is not None:
            return found
    return _solved(week, beside, None, clock, ask)


def _solved(
    facts: PlanFacts, beside: Plan, only: set[Place] | None, clock: Clock, ask: Ask
) -> First:
    model = build(facts, scored=False, beside=beside, only=only)
    answer = ask(model.cp, clock)
    return First(plan=model.plan_of(answer) if answer.found else None, impossible=answer.impossible)


def cheapest(facts: PlanFacts, beside: Plan = ()) -> set[Place]:
    """For each cell the dishes that cost least by themselves: some for each place of its slot in
    all its days, and a few of each category; none that was served too short a time before or is
    planned too soon after."""
    served: dict[str, list[date]] = {}
    for one in beside:
        served.setdefault(facts.by_id[one.dish_id].canonical, []).append(one.day)
    waits = {
        name: spacing(rows, facts.hard)[1]
        for name, rows in facts.by_canonical.items()
        if name in served
    }

    def rested(dish: PlanDish, day: date) -> bool:
        days = served.get(dish.canonical, ())
        return all(abs((one - day).days) >= waits[dish.canonical] for one in days)

    places: dict[tuple[str, str], int] = {}
    for cell in facts.cells:
        slot = (cell.period, cell.slot)
        places[slot] = places.get(slot, 0) + cell.places
    found: set[Place] = set()
    for cell in facts.cells:
        fit = [
            dish
            for dish in facts.dishes
            if not why_not(dish, cell, facts.hard) and rested(dish, cell.day)
        ]
        fit.sort(key=lambda dish: (_points(facts, dish, cell), dish.id))
        chosen = fit[: _FEW * places[cell.period, cell.slot]]
        for category in cell.categories:
            chosen += [dish for dish in fit if dish.category == category][: 2 * cell.places]
        found |= {(cell.key, dish.id) for dish in chosen}
    return found


def _points(facts: PlanFacts, dish: PlanDish, cell: Cell) -> int:
    """What a dish adds to the score by itself."""
    units = {
        "cost": part_of(dish.cost_fen or 0, cell),
        "rating": rating_units(dish),
        "recent": recent_units(facts, dish, cell.day),
    }
    return sum(points_of(code, facts.soft.importance) * count for code, count in units.items())
