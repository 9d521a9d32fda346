"""Why no plan keeps every hard rule: the smallest set of demands that conflict.

A set that conflicts shares a demand with the complement of every set that can hold. So: take a
smallest set that meets all complements seen so far, ask the solver whether it can hold, and if
it can, add the complement of what held in the plan it found. The first set that cannot hold is a
smallest conflict (implicit hitting sets: Ignatiev, Previti, Liffiton, Marques-Silva, "Smallest
MUS extraction with minimal hitting set dualization", CP 2015).

What is guaranteed of a conflict: its demands cannot hold together, and without any one of them
the rest can. If `Conflict.smallest` is true, no fewer demands conflict in the weeks looked at:
weeks are taken one by one first, and all together only where each alone can be planned. If time
is short, all demands are thinned out one by one instead; what was not yet tried stays in.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from ortools.sat.python import cp_model

from canteen.foundation.calendar import week_of
from canteen.menus.planning.demands import Conflict, Demand, Remedy
from canteen.menus.planning.facts import PlanFacts
from canteen.menus.planning.guarded import Clock, Group, Guarded, Stop, supply_group
from canteen.menus.planning.remedies import remedies_for
from canteen.menus.planning.remedying import with_remedy

__all__ = ["Conflict", "Demand", "Remedy", "can_hold", "explain", "with_remedy"]

_ORDER = ("supply", "pinned", "repeat", "return")
"""Of two sets of one size, the one that speaks of these is the easier to understand."""


def explain(
    facts: PlanFacts, *, seconds: float = 20.0, stop: Stop = lambda: False
) -> Conflict | None:
    """Why these facts cannot be planned, and ways out; None if they can, or if time ran out
    before a conflict was found. Finding the conflict takes half of the time at most."""
    clock = Clock(seconds, stop)
    conflict = find_conflict(facts, clock.at_most(seconds / 2))
    if conflict is None:
        return None
    remedies = remedies_for(facts, conflict.demands, clock, _demands_in_conflict)
    return replace(conflict, remedies=remedies)


def can_hold(
    facts: PlanFacts, demands: Collection[Demand], *, seconds: float = 20.0
) -> bool | None:
    """Whether demands named by `explain` can all hold, nothing else being asked; None: no time.

    Raises ValueError for a demand that is not of these facts.
    """
    guarded = Guarded(facts, apart=_apart(demands))
    if strange := set(demands) - set(guarded.demands):
        raise ValueError(f"not asked here: {strange}")
    return guarded.can_hold(demands, Clock(seconds))


def find_conflict(facts: PlanFacts, clock: Clock) -> Conflict | None:
    """The conflict of the first week that cannot be planned, else that of all weeks together."""
    weeks = dict.fromkeys(week_of(cell.day)[0] for cell in facts.cells)
    parts = [
        replace(facts, cells=tuple(c for c in facts.cells if week_of(c.day)[0] == monday))
        for monday in weeks
    ]
    for part in parts if len(parts) == 1 else [*parts, facts]:
        if conflict := _conflict_of(part, clock):
            return conflict
    return None


def _demands_in_conflict(facts: PlanFacts, clock: Clock) -> Sequence[Demand]:
    found = find_conflict(facts, clock)
    return found.demands if found else ()


def _conflict_of(facts: PlanFacts, clock: Clock) -> Conflict | None:
    guarded = Guarded(facts)
    found = _smallest(guarded, clock.at_most(clock.left / 2))
    smallest = found is not None
    if found is None:
        found = _thinned(guarded, clock.at_most(clock.left / 2))
    if not found:
        return None
    demands = _narrowed(facts, found, clock)
    return Conflict(demands=tuple(sorted(demands, key=_rank)), smallest=smallest)


def _smallest(guarded: Guarded, clock: Clock) -> set[Demand] | None:
    """A smallest set that cannot hold; empty if all can, None if time ran out."""
    complements: list[frozenset[Demand]] = []
    while clock.left:
        wanted = _hitting(complements)
        can = guarded.can_hold(wanted, clock)
        if can is False:
            return wanted
        held = guarded.held_with(wanted, clock) if can else None
        if held is None:
            return None
        left_out = frozenset(guarded.demands) - held
        if not left_out:
            return set()
        complements.append(left_out)
    return None


def _hitting(sets: Sequence[frozenset[Demand]]) -> set[Demand]:
    """A smallest set of demands that shares one with each of these sets."""
    demands = sorted(frozenset().union(*sets), key=_rank)
    model = cp_model.CpModel()
    taken = {one: model.new_bool_var("") for one in demands}
    for one in sets:
        model.add_bool_or([taken[demand] for demand in one])
    # Counts first: no sum of preferences reaches the weight of a demand.
    weights = [1000 + min(_rank(one)[0], 9) for one in demands]
    model.minimize(cp_model.LinearExpr.weighted_sum(list(taken.values()), weights))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.solve(model)
    return {one for one, variable in taken.items() if solver.value(variable)}


def _thinned(guarded: Guarded, clock: Clock) -> set[Demand]:
    """A set that cannot hold from which rules, then single demands, were taken away as long as
    it stayed so; empty if it is not known that all demands cannot hold."""
    left = set(guarded.demands)
    if guarded.can_hold(left, clock) is not False:
        return set()
    for rule in sorted({one.rule for one in left}):
        rest = {one for one in left if one.rule != rule}
        if guarded.can_hold(rest, clock) is False:
            left = rest
    for demand in sorted(left, key=_rank, reverse=True):
        if guarded.can_hold(left - {demand}, clock) is False:
            left -= {demand}
    return left


def _narrowed(facts: PlanFacts, demands: set[Demand], clock: Clock) -> set[Demand]:
    """The same conflict with places of one day instead of a week's, where one day is enough.

    The rest still holds without any one: it is asked less than before.
    """
    if any(demand.rule == "budget" for demand in demands):
        return demands  # a week's money is not a matter of one day
    for demand in sorted(demands, key=_rank):
        if demand.rule != "supply" or len(demand.days) == 1:
            continue
        others = demands - {demand}
        apart = {supply_group(demand), *_apart(others)}
        guarded = Guarded(facts, apart=frozenset(apart))
        for one in guarded.demands:
            mine = one.rule == "supply" and supply_group(one) == supply_group(demand)
            if mine and guarded.can_hold({one, *others}, clock) is False:
                demands = {one, *others}
                break
    return demands


def _apart(demands: Collection[Demand]) -> frozenset[Group]:
    return frozenset(
        supply_group(one) for one in demands if one.rule == "supply" and len(one.days) == 1
    )


def _rank(demand: Demand) -> tuple[int, str]:
    """Demands in the order they are best told, and the same order every time."""
    known = _ORDER.index(demand.rule) if demand.rule in _ORDER else len(_ORDER)
    return known, repr(demand)
