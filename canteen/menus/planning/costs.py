"""What the cheapest week costs: below which no budget can be kept.

Dishes are chosen by their cost alone, under every hard rule but the budget asked about. The
linear relaxation gives a bound in a moment (the cheapest dishes for the places, and the dearer
ones that no repeats, diets and stoves call for), branch and bound a plan that is the cheapest or
nearly.
"""

from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from canteen.foundation.calendar import week_of
from canteen.menus.planning.branching import branch
from canteen.menus.planning.dominated import needed_places
from canteen.menus.planning.draft import Terms
from canteen.menus.planning.facts import Placement, PlanFacts
from canteen.menus.planning.model import Model, build
from canteen.menus.planning.relaxation import relax
from canteen.menus.planning.rules import part_of
from canteen.menus.planning.solving import Clock


@dataclass(frozen=True, kw_only=True)
class Cheapest:
    """The cheapest plan found of a meal in a week, as fen per portion, rounded up, and what no
    plan can be below."""

    plan: tuple[Placement, ...]
    fen: int
    bound: int


def passes_budget(facts: PlanFacts, clock: Clock) -> bool:
    """Whether it is proven, by the relaxation alone, that no plan of a week keeps its budget for
    some meal. False proves nothing."""
    for period, budget in facts.hard.budget_fen.items():
        days = _days(facts, period)
        if not days or not clock.left or len({week_of(day)[0] for day in days}) > 1:
            continue
        guide = relax(_by_cost(facts, period), seconds=clock.left, stop=clock.stop)
        if guide is not None and guide.bound > budget * len(days):
            return True
    return False


def cheapest(facts: PlanFacts, period: str, clock: Clock) -> Cheapest | None:
    """The cheapest way to plan a meal of one week; None if none was found in time."""
    days = _days(facts, period)
    found = branch(_by_cost(facts, period), seconds=clock.left) if days else None
    if found is None or found.plan is None:
        return None
    spent = sum(
        part_of(facts.by_id[one.dish_id].cost_fen or 0, facts.by_cell[one.key])
        for one in found.plan
        if one.period == period
    )
    return Cheapest(
        plan=found.plan, fen=-(-spent // len(days)), bound=-(-int(found.bound) // len(days))
    )


def without_budget(facts: PlanFacts, period: str) -> PlanFacts:
    """The facts without the budget of a meal; dishes of unknown cost stay out of it."""
    open_end = {**facts.hard.budget_fen, period: _NO_LIMIT_FEN}
    return replace(facts, hard=replace(facts.hard, budget_fen=MappingProxyType(open_end)))


_NO_LIMIT_FEN = 10**6


def _by_cost(facts: PlanFacts, period: str) -> Model:
    """The hard rules, and the cost of a meal as what is to be least."""
    open_ended = without_budget(facts, period)
    model = build(open_ended, scored=False, only=needed_places(open_ended))
    spots = [(place, one) for place, one in model.stands.items() if place[0][1] == period]
    return replace(
        model,
        score=Terms(
            variables=tuple(one for _, one in spots),
            weights=tuple(
                part_of(facts.by_id[dish_id].cost_fen or 0, facts.by_cell[key])
                for (key, dish_id), _ in spots
            ),
        ),
    )


def _days(facts: PlanFacts, period: str) -> set[date]:
    return {cell.day for cell in facts.cells if cell.period == period}
