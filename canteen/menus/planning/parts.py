"""Parts of a plan that can be looked at alone.

What is asked of a part is asked of the whole, so a conflict in a part is one of the whole; and it
is found in a part soon, where the whole of a large library takes minutes. Rules that speak of
more than the part are left out: the balances of a day where it has other meals, diets where a
meal has other slots, budgets where a week has other days.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from canteen.foundation.calendar import week_of
from canteen.menus.planning.draft import Draft, Spot
from canteen.menus.planning.facts import Cell, PlanFacts


def by_kind(facts: PlanFacts) -> Iterator[PlanFacts]:
    """The places of each kind: those that the same categories may fill."""
    for cells in _grouped(facts, [frozenset(cell.categories) for cell in facts.cells]):
        yield _without_balances(_part(facts, cells, diets={}))


def by_period(facts: PlanFacts) -> Iterator[PlanFacts]:
    """All lunches, all dinners."""
    for cells in _grouped(facts, [cell.period for cell in facts.cells]):
        yield _without_balances(_part(facts, cells, diets=facts.hard.diets))


def by_day(facts: PlanFacts) -> Iterator[PlanFacts]:
    """Each day."""
    for cells in _grouped(facts, [cell.day for cell in facts.cells]):
        yield _part(facts, cells, diets=facts.hard.diets)


def by_week(facts: PlanFacts) -> list[PlanFacts]:
    """The facts of each week by itself, in order."""
    mondays = sorted({week_of(cell.day)[0] for cell in facts.cells})
    return [
        replace(facts, cells=tuple(c for c in facts.cells if week_of(c.day)[0] == monday))
        for monday in mondays
    ]


def is_short(facts: PlanFacts) -> bool:
    """Whether there are fewer dishes than places, by counting alone: each dish as often as it may
    stand at all. False proves nothing."""
    draft = Draft(facts, relaxed=(), guards=False)
    by_cell = draft.grouped(lambda spot: (spot.cell.key,))
    if any(len(by_cell.get(cell.key, ())) < cell.places for cell in draft.cells):
        return True
    by_dish = draft.grouped(lambda spot: (spot.dish.canonical,))
    servings = sum(_most_servings(draft, spots) for spots in by_dish.values())
    return servings < sum(cell.places for cell in draft.cells)


def _most_servings(draft: Draft, spots: Sequence[Spot]) -> int:
    """How often a dish may stand at these spots: at each meal, or on days far enough apart."""
    once_a_week, wait = draft.spacing_of(spots[0].dish.canonical)
    if not once_a_week and wait <= 1:
        return len({spot.cell.day if wait else spot.cell.meal for spot in spots})
    count, free_from = 0, date.min
    for day in sorted({spot.cell.day for spot in spots}):
        if day >= free_from:
            count += 1
            free_from = day + timedelta(days=max(1, wait))
            if once_a_week:
                free_from = max(free_from, week_of(day)[0] + timedelta(days=7))
    return count


def _grouped(facts: PlanFacts, keys: Sequence[Hashable]) -> list[list[Cell]]:
    found: dict[Hashable, list[Cell]] = defaultdict(list)
    for cell, key in zip(facts.cells, keys, strict=True):
        found[key].append(cell)
    return list(found.values())


def _part(facts: PlanFacts, cells: Sequence[Cell], diets: Mapping[str, int]) -> PlanFacts:
    whole, here = _days_of(facts.cells), _days_of(cells)
    budgets = {
        period: fen
        for period, fen in facts.hard.budget_fen.items()
        if whole.get(period) == here.get(period)
    }
    hard = replace(facts.hard, diets=diets, budget_fen=MappingProxyType(budgets))
    return replace(facts, cells=tuple(cells), hard=hard)


def _without_balances(facts: PlanFacts) -> PlanFacts:
    hard = replace(facts.hard, meat_and_vegetables=False, coarse_and_fine=False)
    return replace(facts, hard=hard)


def _days_of(cells: Sequence[Cell]) -> dict[str, set[date]]:
    found: dict[str, set[date]] = defaultdict(set)
    for cell in cells:
        found[cell.period].add(cell.day)
    return found
