"""Ways out of a conflict, each tried before it is offered.

For every demand of the conflict there are a few things a canteen could do (see `ways`). The least
amount that lets everything be planned is sought by halving. Guaranteed of what is offered: with
it alone a plan was found, and the plan passed the checker. That nothing less would do is proven
too, except where the solver ran out of time on a smaller amount, and except for a budget, whose
amount is that of the cheapest plan found in its time. Where a second conflict hides behind the
first, no single remedy frees it; then remedies are put together until a plan exists.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from ortools.sat.python import cp_model

from canteen.foundation.calendar import week_of
from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.demands import Demand, Remedy, together
from canteen.menus.planning.draft import Draft
from canteen.menus.planning.facts import CellKey, Placement, PlanFacts
from canteen.menus.planning.guarded import Clock, solver_for
from canteen.menus.planning.model_hard import write_hard_rules
from canteen.menus.planning.remedying import with_remedy
from canteen.menus.planning.rules import part_of
from canteen.menus.planning.seating import seated
from canteen.menus.planning.ways import Way, ways_out

MOST = 6
"""How many ways out are offered."""
DEEPEST = 4
"""How many conflicts hidden behind one another are freed together."""
_NO_LIMIT_FEN = 10**9

Find = Callable[[PlanFacts, Clock], Sequence[Demand]]


def remedies_for(
    facts: PlanFacts, demands: Sequence[Demand], clock: Clock, find: Find, depth: int = DEEPEST
) -> tuple[Remedy, ...]:
    """Ways out of a conflict, the readiest first. `find` gives the conflict of other facts."""
    ways = ways_out(facts, demands)
    found: list[Remedy] = []
    for number, way in enumerate(ways):
        share = clock.at_most(clock.left / (len(ways) - number + 1))
        found += filter(None, [least(facts, way, share)])
    for demand in demands:
        share = clock.at_most(clock.left / 3)
        if demand.rule == "budget":
            found += _dearer(facts, demand, share)
        elif demand.rule == "supply":
            found += _fewer_places(facts, demand, share)
    if not found and depth:
        found += _in_pairs(facts, ways, clock, find, depth)
    return tuple(dict.fromkeys(found))[:MOST]


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
    """Whether a sound plan is found with a remedy."""
    changed = with_remedy(facts, remedy)
    plan = any_plan(changed, clock)
    return plan is not None and not broken_rules(changed, plan)


def any_plan(facts: PlanFacts, clock: Clock) -> tuple[Placement, ...] | None:
    """A plan that keeps every hard rule, however good; None if there is none, or no time."""
    draft = Draft(facts, relaxed=(), guards=False)
    write_hard_rules(draft)
    return _solved(draft, clock)


def _solved(draft: Draft, clock: Clock) -> tuple[Placement, ...] | None:
    solver = solver_for(clock)
    if solver.solve(draft.cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen: dict[CellKey, list[int]] = {}
    for spot in draft.spots:
        if solver.value(spot.variable):
            chosen.setdefault(spot.cell.key, []).append(spot.dish.id)
    return seated(draft.facts, chosen)


def _in_pairs(
    facts: PlanFacts, ways: Sequence[Way], clock: Clock, find: Find, depth: int
) -> Iterator[Remedy]:
    """One way at its strongest, what frees the conflict behind it, and then the first at its
    mildest beside the second."""
    for number, way in enumerate(ways):
        share = clock.at_most(clock.left / (len(ways) - number))
        changed = with_remedy(facts, way.strongest)
        behind = find(changed, share)
        if not behind:
            continue
        for other in remedies_for(changed, behind, share, find, depth - 1)[:2]:
            first = least(with_remedy(facts, other), way, share) or way.strongest
            pair = together([first, other])
            if frees(facts, pair, share):
                yield pair


def _dearer(facts: PlanFacts, demand: Demand, clock: Clock) -> Iterator[Remedy]:
    """What the dearest week of a meal must cost at least, by the cheapest plan found."""
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
    solver = solver_for(clock)
    if solver.solve(draft.cp) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        remedy = Remedy(kind="budget", period=demand.period, amount=solver.value(average))
        if frees(facts, remedy, clock):
            yield remedy


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
    solver = solver_for(clock)
    if solver.solve(draft.cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return
    days: dict[tuple[str, str], list[date]] = defaultdict(list)
    for (period, slot, day), slack in sorted(cut.items()):
        days[period, slot] += [day] * solver.value(slack)
    left_out = sum(map(len, days.values()))
    if 0 < left_out <= demand.want // 2:
        remedy = together([
            Remedy(kind="places", period=period, slot=slot, days=tuple(found), amount=len(found))
            for (period, slot), found in days.items()
            if found
        ])  # fmt: skip
        if frees(facts, remedy, clock):
            yield remedy
