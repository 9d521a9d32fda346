"""When a round is where, if its stops come in a given order. Exact, in whole seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from canteen.delivery.routing.distances import Table
from canteen.delivery.routing.facts import Courier, Plan, Round, Stop, Unserved, Visit


@dataclass(frozen=True)
class _Leg:
    """A stop with the way to it."""

    stop: Stop
    place: int
    travel: int


def scheduled(table: Table, courier: Courier, order: Sequence[int]) -> Round:
    """The round in this order. It leaves as late as it can without ending later, so that
    nobody waits at a closed door. A window that cannot be kept is broken, not hidden: the
    checker says so."""
    legs, back, metres = _legs(table, courier, order)
    leaves = courier.leaves_from
    visits = _forward(legs, leaves)
    if legs:
        leaves = max(leaves, _latest_start(table, legs, visits))
        visits = _forward(legs, leaves)
        end = visits[-1].hands_over_at + back
    else:
        end = leaves
    return Round(
        courier_id=courier.courier_id,
        visits=visits,
        leaves_at=leaves,
        back_at=end,
        metres=metres,
        boxes=sum(leg.stop.boxes for leg in legs),
    )


def plan_of(
    table: Table, orders: Mapping[int, Sequence[int]], unserved: Sequence[Unserved] = ()
) -> Plan:
    """Rounds from orders by courier, in the question's order of couriers."""
    rounds = tuple(
        scheduled(table, courier, orders[courier.courier_id])
        for courier in table.question.couriers
        if orders.get(courier.courier_id)
    )
    return Plan(rounds=rounds, unserved=tuple(sorted(unserved, key=lambda one: one.stop_id)))


def _legs(table: Table, courier: Courier, order: Sequence[int]) -> tuple[list[_Leg], int, int]:
    here, metres = table.yard(courier.start), 0
    legs = []
    for stop_id in order:
        place = table.place_of[stop_id]
        legs.append(_Leg(table.stops[place], place, table.seconds(here, place, courier)))
        metres += table.metres(here, place, courier.transport)
        here = place
    back = 0
    if courier.end is not None and legs:
        home = table.yard(courier.end)
        back = table.seconds(here, home, courier)
        metres += table.metres(here, home, courier.transport)
    return legs, back, metres


def _forward(legs: Sequence[_Leg], leaves: int) -> tuple[Visit, ...]:
    visits, clock = [], leaves
    for leg in legs:
        arrives = clock + leg.travel
        clock = max(arrives, leg.stop.earliest or 0) + leg.stop.door_seconds
        visits.append(Visit(stop_id=leg.stop.stop_id, arrives_at=arrives, hands_over_at=clock))
    return tuple(visits)


def _latest_start(table: Table, legs: Sequence[_Leg], visits: Sequence[Visit]) -> int:
    start = visits[-1].hands_over_at - legs[-1].stop.door_seconds
    for number in range(len(legs) - 1, 0, -1):
        before = legs[number - 1].stop
        start = start - legs[number].travel - before.door_seconds
        latest = table.question.latest_of(before)
        if latest is not None:
            start = min(start, latest - before.door_seconds)
    return start - legs[0].travel
