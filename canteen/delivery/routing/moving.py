"""A stop put to another place or volunteer by hand, and what that costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from canteen.delivery.routing.checking import SOFT_FOR_PEOPLE, Fault, faults
from canteen.delivery.routing.distances import Table
from canteen.delivery.routing.facts import Plan, Unserved
from canteen.delivery.routing.scheduling import plan_of


@dataclass(frozen=True, kw_only=True)
class Moves:
    """The plan after a change by hand: so much longer (or, below zero, shorter), and which limits
    it breaks that were kept before."""

    plan: Plan
    seconds: int
    metres: int
    broken: tuple[Fault, ...]


def put(
    table: Table, plan: Plan, *, stop_id: int, courier_id: int | None, position: int = 0
) -> Moves:
    """Put a stop at a position (from 1; 0 or too far: the end) of a courier's round.

    With None it is taken off every round and stands among the unserved, without a limit broken.
    A person decides: limits are shown as broken, not enforced.
    """
    orders = {who: list(order) for who, order in plan.orders.items()}
    unserved = [one for one in plan.unserved if one.stop_id != stop_id]
    for order in orders.values():
        if stop_id in order:
            order.remove(stop_id)
    if courier_id is None:
        unserved.append(Unserved(stop_id=stop_id, reason="no_time"))
    else:
        order = orders.setdefault(courier_id, [])
        at = position - 1 if 1 <= position <= len(order) + 1 else len(order)
        order.insert(at, stop_id)
    after = plan_of(table, orders, unserved)
    return Moves(
        plan=after,
        seconds=after.seconds - plan.seconds,
        metres=after.metres - plan.metres,
        broken=_new_ones(breaks(table, plan), breaks(table, after)),
    )


def breaks(table: Table, plan: Plan) -> tuple[Fault, ...]:
    """The limits a plan made by people does not keep; anything else wrong would be a bug."""
    found = faults(table, plan)
    assert all(one.code in SOFT_FOR_PEOPLE for one in found), found
    return found


def _new_ones(before: Sequence[Fault], after: Sequence[Fault]) -> tuple[Fault, ...]:
    known: Mapping[tuple[str, int, int], int] = {
        (one.code, one.stop_id, one.courier_id): one.excess for one in before
    }
    return tuple(
        one for one in after if one.excess > known.get((one.code, one.stop_id, one.courier_id), -1)
    )
