"""Which stops nobody can serve at all, and why a stop was left over. Plain arithmetic."""

from canteen.delivery.routing.distances import Table
from canteen.delivery.routing.facts import (
    NO_COURIERS,
    NO_PLACE,
    NO_ROOM,
    NO_TIME,
    PINNED_ABSENT,
    TOO_MANY_BOXES,
    WINDOW_IMPOSSIBLE,
    Courier,
    Plan,
    Stop,
    Unserved,
)


def hopeless(table: Table) -> tuple[Unserved, ...]:
    """The stops that even a round of their own would not serve."""
    named = []
    for stop in table.question.stops:
        reason = _why(table, stop)
        if reason:
            named.append(Unserved(stop_id=stop.stop_id, reason=reason))
    return tuple(named)


def left_over(table: Table, stop: Stop, plan: Plan) -> str:
    """Why a stop that could be served alone is on no round: no room for its boxes, or no time."""
    loads = {one.courier_id: one.boxes for one in plan.rounds}
    room = max(
        (
            courier.capacity - loads.get(courier.courier_id, 0)
            for courier in table.question.couriers
            if stop.pinned_to in (None, courier.courier_id)
        ),
        default=0,
    )
    return NO_ROOM if room < stop.boxes else NO_TIME


def _why(table: Table, stop: Stop) -> str:
    couriers = table.question.couriers
    if stop.point is None:
        return NO_PLACE
    if not couriers:
        return NO_COURIERS
    allowed = [one for one in couriers if stop.pinned_to in (None, one.courier_id)]
    if not allowed:
        return PINNED_ABSENT
    strong = [one for one in allowed if one.capacity >= stop.boxes]
    if not strong:
        return TOO_MANY_BOXES
    if not any(_alone(table, one, stop) for one in strong):
        return WINDOW_IMPOSSIBLE
    return ""


def _alone(table: Table, courier: Courier, stop: Stop) -> bool:
    """Whether this courier could go to this door and nowhere else."""
    place = table.place_of[stop.stop_id]
    there = courier.leaves_from + table.seconds(table.yard(courier.start), place, courier)
    done = max(there, stop.earliest or 0) + stop.door_seconds
    latest = table.question.latest_of(stop)
    if latest is not None and done > latest:
        return False
    if courier.end is not None:
        done += table.seconds(place, table.yard(courier.end), courier)
    return done <= courier.back_by
