"""Ways out of a conflict, each tried before it is offered.

For every demand of the conflict there are a few things a canteen could do (see `ways`). The least
amount that lets everything be planned is sought by halving. Guaranteed of what is offered: with
it alone a plan was found, and the plan passed the checker. That nothing less would do is proven
too, except where the solver ran out of time on a smaller amount, and except for a budget, which
has a little room above the cheapest plan found. Where a second conflict hides behind the first,
no single remedy frees it; then remedies are put together until a plan exists. Where rules are
far from what a library can do, time may run out before that, and nothing is offered.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from types import MappingProxyType

from ortools.sat.python import cp_model

from canteen.foundation.calendar import week_of
from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.demands import Demand, Remedy, together
from canteen.menus.planning.draft import Draft
from canteen.menus.planning.facts import CellKey, Placement, Plan, PlanFacts
from canteen.menus.planning.first_plans import first_plan
from canteen.menus.planning.guarded import Guarded
from canteen.menus.planning.model_hard import write_hard_rules
from canteen.menus.planning.parts import by_week
from canteen.menus.planning.remedying import with_remedy
from canteen.menus.planning.rules import part_of
from canteen.menus.planning.seating import seated
from canteen.menus.planning.solving import Answer, Clock, ask
from canteen.menus.planning.ways import Way, ways_out, wider_ways

MOST = 6
"""How many ways out are offered."""
DEEPEST = 8
"""How many conflicts hidden behind one another are freed together."""
_NO_LIMIT_FEN = 10**9
_ROOM_PERCENT = 102
_LONG_ENOUGH = 3.0
"""Seconds in which the cheapest week, or the fewest places to leave out, are sought."""

Find = Callable[[PlanFacts, Clock], tuple[Sequence[Demand], PlanFacts]]
"""The demands of a conflict, none if none is found, and the part they conflict in."""


def remedies_for(
    facts: PlanFacts,
    part: PlanFacts,
    demands: Sequence[Demand],
    clock: Clock,
    find: Find,
    cheapest: Mapping[Demand, Plan] = MappingProxyType({}),
) -> tuple[Remedy, ...]:
    """Ways out of a conflict in a part of the facts, the readiest first. `find` gives the conflict
    of other facts; `cheapest` the plans that a budget among the demands was priced by, which are
    looked at before anything else can take the time."""
    dearer = [
        remedy
        for demand, plan in cheapest.items()
        if (remedy := _as_dear_as(facts, demand, plan, clock.at_least(_LONG_ENOUGH)))
    ]
    ways = [way for way in ways_out(facts, demands) if _helps(part, demands, way, clock)]
    found: list[Remedy] = []
    for number, way in enumerate(ways):
        share = clock.at_most(clock.left / (len(ways) - number + 1))
        found += filter(None, [_least_of_all(facts, part, way, share)])
    found += dearer
    for demand in demands:
        share = clock.at_most(clock.left / 3)
        if not share.left:
            break
        if demand.rule == "budget" and not dearer:
            found += _dearer(facts, demand, share)
        elif demand.rule == "supply" and demand.categories:
            found += _fewer_places(facts, demand, share)
    if not found:
        found += filter(None, [least(facts, way, clock) for way in wider_ways(demands)])
    if not found:
        for number, way in enumerate(ways):
            share = clock.at_most(clock.left / (len(ways) - number))
            found += filter(None, [_in_turn(facts, demands, way, share, find)])
    return tuple(dict.fromkeys(found))[:MOST]


def _least_of_all(facts: PlanFacts, part: PlanFacts, way: Way, clock: Clock) -> Remedy | None:
    """The mildest amount that frees the whole. Less than frees the part does not free the whole,
    and the part is sooner asked."""
    mild = least(part, way, clock)
    if mild is None or part is facts or frees(facts, mild, clock):
        return mild
    return least(facts, way, clock)


def least(facts: PlanFacts, way: Way, clock: Clock) -> Remedy | None:
    """The mildest amount that frees, by halving; None if even the strongest does not."""
    low, high = -1, len(way.amounts) - 1
    guess = min(way.guess, high)
    if frees(facts, way.remedy(guess), clock):
        high = guess
        if high > 0 and not frees(facts, way.remedy(high - 1), clock):
            return way.remedy(high)
    elif guess == high or not frees(facts, way.strongest, clock):
        return None
    else:
        low = guess
    while high - low > 1:
        middle = (low + high) // 2
        if frees(facts, way.remedy(middle), clock):
            high = middle
        else:
            low = middle
    return way.remedy(high)


def frees(facts: PlanFacts, remedy: Remedy, clock: Clock) -> bool:
    """Whether a sound plan is found with a remedy, in the time there is."""
    if not clock.left:
        return False
    changed = with_remedy(facts, remedy)
    plan = any_plan(changed, clock)
    return plan is not None and not broken_rules(changed, plan)


def any_plan(facts: PlanFacts, clock: Clock) -> tuple[Placement, ...] | None:
    """A plan that keeps every hard rule, however good; None if there is none, or no time."""
    return first_plan(facts, by_week(facts), clock, partial(ask, proving=True)).plan


def _plan_of(draft: Draft, answer: Answer) -> tuple[Placement, ...]:
    chosen: dict[CellKey, list[int]] = {}
    for spot in draft.spots:
        if answer.value(spot.variable):
            chosen.setdefault(spot.cell.key, []).append(spot.dish.id)
    return seated(draft.facts, chosen)


def _in_turn(
    facts: PlanFacts, demands: Sequence[Demand], first: Way, clock: Clock, find: Find
) -> Remedy | None:
    """Conflict after conflict freed by the first way that frees it, as strongly as can be, until
    a plan exists; then each as mildly as the others allow."""
    taken = [first]
    changed = with_remedy(facts, first.strongest)
    while clock.left and len(taken) < DEEPEST and any_plan(changed, clock) is None:
        behind, part = find(changed, clock)
        # A rule held less strictly helps more than one dish that is no longer pinned.
        ways = sorted(ways_out(changed, behind), key=lambda way: way.template.kind == "pinned")
        way = next((way for way in ways if _helps(part, behind, way, clock)), None)
        if way is None:
            return None
        taken.append(way)
        changed = with_remedy(changed, way.strongest)
    remedies = [way.strongest for way in taken]
    for number, way in enumerate(taken):
        others = [one for at, one in enumerate(remedies) if at != number]
        beside = with_remedy(facts, together(others)) if others else facts
        milder = least(beside, way, clock.at_most(clock.left / (len(taken) - number)))
        remedies[number] = milder or remedies[number]
    found = together(remedies)
    return found if frees(facts, found, clock) else None


def _helps(facts: PlanFacts, demands: Sequence[Demand], way: Way, clock: Clock) -> bool:
    """Whether a way, as far as it goes, frees this conflict, whatever is behind it."""
    if not clock.left:
        return False
    guarded = Guarded(with_remedy(facts, way.strongest))
    return guarded.can_hold(demands, clock) is True


def _as_dear_as(facts: PlanFacts, demand: Demand, plan: Plan, clock: Clock) -> Remedy | None:
    """A budget with room for the cheapest plan of its meal and week, if all else can be planned
    around that plan. Where there is nothing else, nothing is left to be solved."""
    remedy = _with_room(demand.period, demand.have or 0)
    changed = with_remedy(facts, remedy)
    if not broken_rules(changed, plan):
        return remedy
    around = _pinned_to(changed, plan)
    whole = any_plan(around, clock.at_most(clock.left / 2)) or any_plan(changed, clock)
    return remedy if whole and not broken_rules(changed, whole) else None


def _pinned_to(facts: PlanFacts, plan: Plan) -> PlanFacts:
    """The facts with a plan of some cells held."""
    held: dict[CellKey, dict[int, int]] = defaultdict(dict)
    for one in plan:
        held[one.key][one.position] = one.dish_id
    cells = (
        replace(cell, pinned=MappingProxyType(held[cell.key])) if cell.key in held else cell
        for cell in facts.cells
    )
    return replace(facts, cells=tuple(cells))


def _dearer(facts: PlanFacts, demand: Demand, clock: Clock) -> Iterator[Remedy]:
    """What the dearest week of a meal must cost at least, by the cheapest plan found, with some
    room in whole tenths of a yuan: at the bare least there is but one plan, and hard to find."""
    open_end = Remedy(kind="budget", period=demand.period, amount=_NO_LIMIT_FEN)
    draft = Draft(with_remedy(facts, open_end), relaxed=(), guards=False)
    write_hard_rules(draft)
    average = draft.cp.new_int_var(0, _NO_LIMIT_FEN, "")
    weeks = draft.grouped(lambda spot: (week_of(spot.cell.day)[0],))
    for monday, spots in weeks.items():
        here = [spot for spot in spots if spot.cell.period == demand.period]
        days = {
            cell.day
            for cell in facts.cells
            if cell.period == demand.period and week_of(cell.day)[0] == monday
        }
        costs = [part_of(spot.dish.cost_fen or 0, spot.cell) for spot in here]
        spent = cp_model.LinearExpr.weighted_sum([spot.variable for spot in here], costs)
        draft.cp.add(average * max(1, len(days)) >= spent)
    draft.cp.minimize(average)
    answer = ask(draft.cp, clock.at_most(_LONG_ENOUGH), proving=True)
    if answer.found:
        remedy = _with_room(demand.period, answer.value(average))
        if not broken_rules(with_remedy(facts, remedy), _plan_of(draft, answer)):
            yield remedy


def _with_room(period: str, fen: int) -> Remedy:
    amount = -(-fen * _ROOM_PERCENT // 1000) * 10
    return Remedy(kind="budget", period=period, amount=amount)


def _fewer_places(facts: PlanFacts, demand: Demand, clock: Clock) -> Iterator[Remedy]:
    """The fewest places to leave out of those that are short of dishes; at most half of them."""
    draft = Draft(facts, relaxed=("filled",), guards=False)
    write_hard_rules(draft)
    cut: dict[tuple[str, str, date], cp_model.IntVar] = {}
    kinds = set(demand.categories)
    for row in draft.rows:
        assert row.slack is not None
        (day,) = row.asked.days
        cell = facts.by_cell[day, row.asked.period, row.asked.slot]
        if day in demand.days and set(cell.categories) == kinds:
            cut[cell.period, cell.slot, day] = row.slack
            draft.cp.add(row.slack <= cell.places)
        else:
            draft.cp.add(row.slack == 0)
    draft.cp.minimize(cp_model.LinearExpr.sum(list(cut.values())))
    answer = ask(draft.cp, clock.at_most(_LONG_ENOUGH), proving=True)
    if not answer.found:
        return
    days: dict[tuple[str, str], list[date]] = defaultdict(list)
    for (period, slot, day), slack in sorted(cut.items()):
        days[period, slot] += [day] * answer.value(slack)
    left_out = sum(map(len, days.values()))
    if 0 < left_out <= demand.want // 2:
        remedy = together([
            Remedy(kind="places", period=period, slot=slot, days=tuple(found), amount=len(found))
            for (period, slot), found in days.items()
            if found
        ])  # fmt: skip
        if frees(facts, remedy, clock):
            yield remedy
