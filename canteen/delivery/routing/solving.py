"""Looking for good rounds: coarse first where doors share stairways, then door by door.

1. Doors that nobody could serve are named at once.
2. Without an earlier plan, and where it pays, bundles of one stairway are planned first.
3. Every door is planned, beginning with what is known: the earlier plan, or else from the
   bundles and from nothing, and the better of the two carried on.
4. What the solver left out, or against a pin, is named with a reason, and the checker tests the
   whole. A plan that it rejects is a bug and never leaves this file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pyvrp import Solution

from canteen.delivery.routing.bundling import as_one, bundled, unbundled
from canteen.delivery.routing.checking import Fault, faults
from canteen.delivery.routing.distances import Table
from canteen.delivery.routing.facts import Plan, Question, Stop, Unserved
from canteen.delivery.routing.model import Model, build
from canteen.delivery.routing.reachable import hopeless, left_over
from canteen.delivery.routing.scheduling import plan_of
from canteen.delivery.routing.search import Clock, improve

_COARSE_SHARE = 0.15
_FIRST_SHARE = 0.4
_BOTH_SHARE = 0.8
_WORTH_IT = 0.8
"""Bundles are planned first if there are at most so many of them for each door."""
_SMALL = 60

Orders = Mapping[int, Sequence[int]]


class UnsoundPlan(Exception):
    """The checker found faults in a plan of our own making."""

    def __init__(self, found: Sequence[Fault]) -> None:
        super().__init__(", ".join(sorted({one.code for one in found})))
        self.found = tuple(found)


@dataclass(frozen=True, kw_only=True)
class Solved:
    """A sound plan and what it costs by the question's weights, in seconds."""

    plan: Plan
    cost: int


def solve(table: Table, *, seed: int, clock: Clock, earlier: Orders | None = None) -> Solved:
    """The best plan of the time given; stopped, the best so far."""
    named = list(hopeless(table))
    out = {one.stop_id for one in named}
    stops = [stop for stop in table.stops if stop.stop_id not in out]
    if not stops:
        return Solved(plan=plan_of(table, {}, named), cost=0)
    model = build(table, stops)
    if earlier:
        begin = model.solution(_known(earlier, stops))
        best = improve(model.data, seed=seed, over=clock.until(1.0), begin=begin)
    else:
        best = _from_two_starts(table, model, stops, seed, clock)
    orders = model.orders(best)
    plan = _whole(table, stops, orders, named)
    return Solved(plan=plan, cost=cost_of(model, plan.orders))


def cost_of(model: Model, orders: Orders) -> int:
    """What orders cost by the question's weights, in seconds, prizes of those left out too."""
    found = model.solution(orders)
    return int(found.distance_cost() + found.duration_cost() + found.uncollected_prizes())


def model_of(table: Table) -> Model:
    """The problem of every stop that somebody could serve."""
    out = {one.stop_id for one in hopeless(table)}
    return build(table, [stop for stop in table.stops if stop.stop_id not in out])


def _from_two_starts(
    table: Table, model: Model, stops: Sequence[Stop], seed: int, clock: Clock
) -> Solution:
    """One search from the bundles, one from nothing, and the better of them carried on: a single
    one stays, now and then, in a valley two percent above the best."""
    coarse = _coarse(table, stops, seed, clock) if len(stops) > _SMALL else None
    begin = model.solution(coarse) if coarse else None
    data = model.data
    first = improve(data, seed=seed, over=clock.until(_FIRST_SHARE), begin=begin)
    other = improve(data, seed=seed + 1, over=clock.until(_BOTH_SHARE))
    better = min((first, other), key=lambda one: cost_of(model, model.orders(one)))
    return improve(data, seed=seed + 2, over=clock.until(1.0), begin=better)


def _coarse(table: Table, stops: Sequence[Stop], seed: int, clock: Clock) -> Orders | None:
    question = table.question
    bundles = bundled(stops, smallest_bag=min(one.capacity for one in question.couriers))
    if len(bundles) > _WORTH_IT * len(stops):
        return None
    whole = replace(question, stops=tuple(as_one(bundle) for bundle in bundles.values()))
    model = build(_narrowed(table, whole), whole.stops)
    found = improve(model.data, seed=seed, over=clock.until(_COARSE_SHARE))
    return unbundled(model.orders(found), bundles)


def _narrowed(table: Table, question: Question) -> Table:
    """The table of some of the stops; what a route server measured is carried over."""
    keep = [table.place_of[stop.stop_id] for stop in question.stops]
    keep += range(len(table.stops), len(table.points))
    measured = {
        transport: replace(
            known,
            metres=[[known.metres[a][b] for b in keep] for a in keep],
            seconds=known.seconds and [[known.seconds[a][b] for b in keep] for a in keep],
        )
        for transport, known in table.measured.items()
    }
    return Table(question, measured)


def _known(earlier: Orders, stops: Sequence[Stop]) -> dict[int, list[int]]:
    """The earlier orders without what is gone; a stop once, even if they held it twice."""
    left = {stop.stop_id for stop in stops}
    known: dict[int, list[int]] = {}
    for courier_id, order in earlier.items():
        for stop_id in order:
            if stop_id in left:
                left.remove(stop_id)
                known.setdefault(courier_id, []).append(stop_id)
    return known


def _whole(table: Table, stops: Sequence[Stop], orders: Orders, named: Sequence[Unserved]) -> Plan:
    """The solver's orders as a sound plan: faulty doors taken out, everybody else named."""
    kept = {courier: list(order) for courier, order in orders.items()}
    for _turn in range(len(stops) + 1):
        plan = plan_of(table, kept)
        bad = _to_take_out(table, plan)
        if not bad:
            break
        kept = {who: [one for one in order if one not in bad] for who, order in kept.items()}
    served = set(plan.courier_of)
    missing = [
        Unserved(stop_id=stop.stop_id, reason=left_over(table, stop, plan))
        for stop in stops
        if stop.stop_id not in served
    ]
    whole = plan_of(table, kept, [*named, *missing])
    if found := faults(table, whole):
        raise UnsoundPlan(found)
    return whole


def _to_take_out(table: Table, plan: Plan) -> set[int]:
    """Doors that break a rule; of a round that is too long or too full, the last door."""
    wanted = {stop.stop_id for stop in table.question.stops if stop.stop_id in plan.courier_of}
    some = replace(table.question, stops=tuple(s for s in table.stops if s.stop_id in wanted))
    last = {one.courier_id: one.stop_ids[-1] for one in plan.rounds}
    checked = _narrowed(table, some)
    return {one.stop_id or last[one.courier_id] for one in faults(checked, plan)}
