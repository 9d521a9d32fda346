"""Doors of one stairway as one stop, so that a large day is first planned coarsely.

Neighbours of a stairway lie on one round in nearly every good plan. Planning bundles first gives
the search a third of the doors; the second search takes the bundles apart again and may split
them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from canteen.delivery.routing.climbing import between_floors
from canteen.delivery.routing.facts import Stop

_MOST_BOXES = 6


def bundled(stops: Sequence[Stop], *, smallest_bag: int) -> dict[int, tuple[Stop, ...]]:
    """Bundles by the id of their first stop, in the order in which the doors are climbed.

    Together are only doors alike to the planner: same stairway, usual volunteer, pin and hours.
    A bundle holds at most half of what the weakest courier carries.
    """
    most = max(1, min(_MOST_BOXES, smallest_bag // 2))
    held = {stop.after for stop in stops if stop.after}
    open_bundles: dict[tuple[object, ...], list[Stop]] = {}
    found: dict[int, tuple[Stop, ...]] = {}
    for stop in sorted(stops, key=lambda one: (one.path, one.floor, one.stop_id)):
        if not stop.path or stop.after is not None or stop.stop_id in held:
            found[stop.stop_id] = (stop,)
            continue
        key = (stop.path, stop.point, stop.usual, stop.pinned_to, stop.earliest, stop.latest,
               stop.hot_seconds)  # fmt: skip
        bundle = open_bundles.setdefault(key, [])
        if bundle and sum(one.boxes for one in bundle) + stop.boxes > most:
            bundle = open_bundles[key] = []
        bundle.append(stop)
        found[bundle[0].stop_id] = tuple(bundle)
    return found


def as_one(bundle: Sequence[Stop]) -> Stop:
    """The bundle as a stop under its first door's id."""
    first, last = bundle[0], bundle[-1]
    between = sum(
        between_floors(one.floor, two.floor, has_lift=one.has_lift) for one, two in pairwise(bundle)
    )
    return replace(
        first,
        boxes=sum(one.boxes for one in bundle),
        door_seconds=sum(one.door_seconds for one in bundle) + between,
        climb_seconds=(first.climb_seconds + last.climb_seconds) // 2,
    )


def unbundled(
    orders: Mapping[int, Sequence[int]], bundles: Mapping[int, Sequence[Stop]]
) -> dict[int, tuple[int, ...]]:
    """Orders of bundles as orders of doors."""
    return {
        courier: tuple(stop.stop_id for one in order for stop in bundles[one])
        for courier, order in orders.items()
    }
