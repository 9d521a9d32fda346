"""Why no plan keeps every hard rule: a smallest set of demands that conflict.

First the rules are taken whole ("the places of the week", "no repeats", "the pinned dishes"). A
set that conflicts shares a demand with the complement of every set that can hold. So: take a
smallest set that meets all complements seen so far, ask the solver whether it can hold, and if
it can, add the complement of what held in the plan it found. The first set that cannot hold is a
smallest conflict (implicit hitting sets: Ignatiev, Previti, Liffiton, Marques-Silva, "Smallest
MUS extraction with minimal hitting set dualization", CP 2015). Then each of its demands is made
narrower (one kind of dish, one meal, one day, one pinned dish) where the narrower one, or two
or three of them, are enough.

A large library is too slow to ask about as a whole, and most conflicts lie in a part of it. So
the parts are taken first: the places of one kind where counting finds too few dishes; of a week
that cannot be planned, its lunches, its dinners, its days, of a large library without the rules
that do not matter to it; only then the week, and all weeks together only where each alone can be
planned.

What is guaranteed of a conflict: its demands cannot hold together, and, if `Conflict.smallest`
is true, the rest can without any one of them, and no fewer whole rules conflict in the part that
it was found in. If time is short, rules are thinned out one by one instead; what was not tried
stays in.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from ortools.sat.python import cp_model

from canteen.menus.planning.costs import Cheapest, cheapest, passes_budget
from canteen.menus.planning.demands import Conflict, Demand, Remedy
from canteen.menus.planning.facts import Cell, HardRules, PlanFacts
from canteen.menus.planning.first_plans import first_plan
from canteen.menus.planning.guarded import Guarded
from canteen.menus.planning.parts import by_day, by_kind, by_period, by_week, is_short
from canteen.menus.planning.remedies import remedies_for
from canteen.menus.planning.remedying import with_remedy
from canteen.menus.planning.solving import Clock, Stop, ask
from canteen.menus.planning.splitting import splits_of, whole_demands

__all__ = ["Conflict", "Demand", "Remedy", "can_hold", "explain", "with_remedy"]

_ORDER = ("supply", "pinned", "repeat", "return")
"""Of two sets of one size, the one that speaks of these is the easier to understand."""
_LARGE = 10_000
"""Cells times dishes from which on it pays to ask whether rules can be left out."""
_SECONDS_TO_PRICE = 3.0
_QUICK_SHARE = 4
"""What part of the time that is left goes to the question whether a part can be planned."""


def explain(
    facts: PlanFacts, *, seconds: float = 20.0, stop: Stop = lambda: False
) -> Conflict | None:
    """Why these facts cannot be planned, and ways out; None if they can, or if time ran out
    before a conflict was found. Finding the conflict takes half of the time at most."""
    clock = Clock(seconds, stop)
    found = find_conflict(facts, clock.at_most(seconds / 2))
    if found is None:
        return None
    priced = [with_cheapest(facts, one, clock) for one in found.conflict.demands]
    demands = tuple(demand for demand, _ in priced)
    plans = {demand: week.plan for demand, week in priced if week is not None}
    remedies = remedies_for(facts, found.part, demands, clock, _demands_in_conflict, plans)
    return replace(found.conflict, demands=demands, remedies=remedies)


def with_cheapest(facts: PlanFacts, demand: Demand, clock: Clock) -> tuple[Demand, Cheapest | None]:
    """A budget with what its week costs at least by all the other rules, and that week, where
    that is known. It is looked at also where all else took the time there was: it is the way out
    that people ask for first."""
    if demand.rule == "budget":
        days = replace(facts, cells=_on(facts, demand.days))
        for part in by_period(days):
            if part.cells[0].period == demand.period:
                if len(part.cells) == len(days.cells):
                    part = days  # no other meals: the balances of a day are this meal's
                found = cheapest(part, demand.period, clock.at_least(_SECONDS_TO_PRICE))
                return (demand if found is None else replace(demand, have=found.fen)), found
    return demand, None


def _on(facts: PlanFacts, days: Collection[date]) -> tuple[Cell, ...]:
    return tuple(cell for cell in facts.cells if cell.day in days)


def can_hold(
    facts: PlanFacts, demands: Collection[Demand], *, seconds: float = 20.0
) -> bool | None:
    """Whether demands named by `explain` can all hold, nothing else being asked; None: no time.

    Raises ValueError for a demand that is not of these facts.
    """
    guarded = Guarded(facts)
    for one in demands:
        if not guarded.covered(one):
            raise ValueError(f"not asked here: {one}")
    return guarded.can_hold(demands, Clock(seconds))


@dataclass(frozen=True)
class Found:
    """A conflict, and the part of the facts that it was found in."""

    conflict: Conflict
    part: PlanFacts


def find_conflict(facts: PlanFacts, clock: Clock) -> Found | None:
    """The conflict of the first week that cannot be planned, else that of all weeks together."""
    weeks = by_week(facts)
    wholes = weeks if len(weeks) == 1 else [*weeks, facts]
    for part in _suspects(wholes, clock):
        if not clock.left:
            return None
        if conflict := _conflict_of(part, clock):
            return Found(conflict, part)
    return None


def _suspects(wholes: Sequence[PlanFacts], clock: Clock) -> Iterator[PlanFacts]:
    """Parts that cannot be planned, or may not be; those that are quickly looked at first."""
    for whole in wholes:
        yield from filter(is_short, by_kind(whole))
    for whole in by_week(wholes[-1]):
        for part in by_period(whole):
            if passes_budget(part, clock):
                yield _without(part, clock)
    for whole in wholes:
        if _planned(whole, clock) is True:
            continue
        for part in (*by_period(whole), *by_day(whole)):
            if _planned(part, clock) is False:
                yield _with_fewer_rules(part, clock)
        yield whole


def _without(facts: PlanFacts, clock: Clock) -> PlanFacts:
    """A meal of a week that passes its budget, without rules without which it passes it, too."""
    for rule in ("diets", "capacity", "return_days"):
        hard: HardRules = replace(facts.hard, **{rule: {}})  # type: ignore[arg-type]
        less = replace(facts, hard=hard)
        if getattr(facts.hard, rule) and passes_budget(less, clock):
            facts = less
    return facts


def _with_fewer_rules(facts: PlanFacts, clock: Clock) -> PlanFacts:
    """A large part without rules that it cannot be planned without either: a budget that the
    cheapest dishes pass is not asked about together with diets and stoves."""
    if len(facts.cells) * len(facts.dishes) < _LARGE:
        return facts
    for rule in ("diets", "capacity", "budget_fen", "return_days"):
        hard: HardRules = replace(facts.hard, **{rule: {}})  # type: ignore[arg-type]
        less = replace(facts, hard=hard)
        if getattr(facts.hard, rule) and _planned(less, clock) is False:
            facts = less
    return facts


def _planned(facts: PlanFacts, clock: Clock) -> bool | None:
    """Whether there is a plan; None if it is not known soon."""
    share = clock.at_most(clock.left / _QUICK_SHARE)
    first = first_plan(facts, by_week(facts), share, partial(ask, proving=True))
    return True if first.plan is not None else False if first.impossible else None


def _demands_in_conflict(facts: PlanFacts, clock: Clock) -> tuple[Sequence[Demand], PlanFacts]:
    found = find_conflict(facts, clock)
    return (found.conflict.demands, found.part) if found else ((), facts)


def _conflict_of(facts: PlanFacts, clock: Clock) -> Conflict | None:
    guarded = Guarded(facts)
    whole = whole_demands(guarded)
    found = _smallest(guarded, whole, clock.at_most(clock.left / 2))
    smallest = found is not None
    if found is None:
        found = _thinned(guarded, whole, clock.at_most(clock.left / 2))
    if not found:
        return None
    demands, done = _narrowed(guarded, sorted(found, key=_rank), clock)
    told = sorted((guarded.told(one) for one in demands), key=_rank)
    return Conflict(demands=tuple(told), smallest=smallest and done)


def _smallest(guarded: Guarded, whole: Sequence[Demand], clock: Clock) -> set[Demand] | None:
    """A smallest set that cannot hold; empty if all can, None if time ran out."""
    complements: list[frozenset[Demand]] = []
    while clock.left:
        wanted = _hitting(complements)
        can = guarded.can_hold(wanted, clock)
        if can is False:
            return wanted
        held = guarded.held_with(wanted, whole, clock) if can else None
        if held is None:
            return None
        left_out = frozenset(whole) - held
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


def _thinned(guarded: Guarded, whole: Sequence[Demand], clock: Clock) -> set[Demand]:
    """A set that cannot hold from which demands were taken away as long as it stayed so; empty
    if it is not known that all cannot hold."""
    left = set(whole)
    if guarded.can_hold(left, clock) is not False:
        return set()
    for demand in sorted(whole, key=_rank, reverse=True):
        if guarded.can_hold(left - {demand}, clock) is False:
            left -= {demand}
    return left


def _narrowed(
    guarded: Guarded, demands: Sequence[Demand], clock: Clock
) -> tuple[list[Demand], bool]:
    """The conflict in narrower demands, and whether all was tried and none is idle."""
    settled: list[Demand] = []
    waiting = list(demands)
    while waiting:
        demand = waiting.pop(0)
        others = [*settled, *waiting]
        for parts, most in splits_of(guarded, demand):
            enough = _enough(guarded, parts, others, clock, most)
            if enough:
                waiting[:0] = enough
                break
        else:
            settled.append(demand)
    for demand in settled[::-1]:
        rest = [one for one in settled if one != demand]
        if guarded.can_hold(rest, clock) is False:
            settled = rest
    return settled, clock.left > 0


def _enough(
    guarded: Guarded, parts: Sequence[Demand], others: Sequence[Demand], clock: Clock, most: int
) -> list[Demand]:
    """The parts of a demand that are enough for the conflict; [] if it takes more than `most`."""
    needed: list[Demand] = []
    left = list(parts)
    while left:
        part = left.pop()  # from the end, so that of many days the first is named
        if guarded.can_hold([*others, *needed, *left], clock) is not False:
            needed.insert(0, part)
            if len(needed) > most:
                return []
    return needed


def _rank(demand: Demand) -> tuple[int, str]:
    """Demands in the order they are best told, and the same order every time."""
    known = _ORDER.index(demand.rule) if demand.rule in _ORDER else len(_ORDER)
    return known, repr(demand)
