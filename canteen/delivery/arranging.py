"""The draft roster in the order of the plan of rounds that was taken. Pure."""

from collections.abc import Collection, Mapping, Sequence

from canteen.delivery.rules import ROUTE_LEFT_OUT, TAG_EXPIRED, PlannedStop


def arranged(
    planned: Sequence[PlannedStop],
    *,
    orders: Mapping[int, Sequence[int]],
    left_out: Collection[int],
    here: Collection[int],
) -> tuple[PlannedStop, ...]:
    """Every stop once, as planned by hand or computer where that still holds.

    A door of the plan goes to its volunteer if they are still `here`; one that the plan left out
    stands red; one the plan does not know, or whose volunteer no longer comes, goes where the
    grid's order puts it, at the end of that round.
    """
    place = {
        stop_id: (who, number)
        for who, order in orders.items()
        if who in here
        for number, stop_id in enumerate(order)
    }
    by_plan: list[tuple[int, int, PlannedStop]] = []
    behind: list[PlannedStop] = []
    red: list[PlannedStop] = []
    for stop in planned:
        known = place.get(stop.resident_id)
        if stop.problem == TAG_EXPIRED:
            red.append(stop)
        elif known is not None:
            by_plan.append((*known, stop))
        elif stop.resident_id in left_out:
            red.append(PlannedStop(stop.resident_id, None, 0, ROUTE_LEFT_OUT))
        elif stop.volunteer_id is None:
            red.append(stop)
        else:
            behind.append(stop)
    in_order = [
        PlannedStop(stop.resident_id, who, 0)
        for who, _number, stop in sorted(by_plan, key=lambda one: one[:2])
    ]
    counts: dict[int | None, int] = {}
    found = []
    for stop in (*in_order, *behind, *red):
        counts[stop.volunteer_id] = counts.get(stop.volunteer_id, 0) + 1
        found.append(
            PlannedStop(
                stop.resident_id, stop.volunteer_id, counts[stop.volunteer_id], stop.problem
            )
        )
    return tuple(found)
