"""Tests a plan against its question, by itself: no solver, no scheduler, no saved figures.

Nothing is shown that did not pass here. It walks every round second by second from the plan's
own leaving time and compares what the plan claims.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from canteen.delivery.routing.distances import Table
from canteen.delivery.routing.facts import START, UNSERVED_REASONS, Courier, Plan, Round

TWICE = "twice"
FORGOTTEN = "forgotten"
UNKNOWN_STOP = "unknown_stop"
UNKNOWN_COURIER = "unknown_courier"
TWO_ROUNDS = "two_rounds"
NO_REASON = "no_reason"
NOWHERE = "nowhere"
OVER_CAPACITY = "over_capacity"
TOO_LATE = "too_late"
LEAVES_TOO_EARLY = "leaves_too_early"
BACK_TOO_LATE = "back_too_late"
NOT_PINNED = "not_pinned"
NOT_AFTER = "not_after"
WRONG_FIGURES = "wrong_figures"
SOFT_FOR_PEOPLE = frozenset({OVER_CAPACITY, TOO_LATE, BACK_TOO_LATE, NOT_PINNED, NOT_AFTER})
"""What a person may decide against when moving a stop by hand; shown, never hidden."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong: at a stop (0: of a round) of a courier (0: of none), by so much.

    `excess` is seconds or boxes.
    """

    code: str
    stop_id: int = 0
    courier_id: int = 0
    excess: int = 0


def faults(table: Table, plan: Plan) -> tuple[Fault, ...]:
    """Everything wrong with a plan; empty for a sound one."""
    found = [*_counted(table, plan)]
    known = {one.courier_id: one for one in table.question.couriers}
    for one in plan.rounds:
        courier = known.get(one.courier_id)
        if courier is None:
            found.append(Fault(code=UNKNOWN_COURIER, courier_id=one.courier_id))
        elif all(stop_id in table.place_of for stop_id in one.stop_ids):
            found.extend(_walked(table, courier, one))
    return tuple(found)


def _counted(table: Table, plan: Plan) -> Iterator[Fault]:
    """Every stop once on a round, or once by name among the unserved."""
    wanted = {stop.stop_id for stop in table.question.stops}
    served = [stop_id for one in plan.rounds for stop_id in one.stop_ids]
    named = [one.stop_id for one in plan.unserved]
    times = Counter([*served, *named])
    for stop_id in sorted(wanted | set(times)):
        if stop_id not in wanted:
            yield Fault(code=UNKNOWN_STOP, stop_id=stop_id)
        elif times[stop_id] == 0:
            yield Fault(code=FORGOTTEN, stop_id=stop_id)
        elif times[stop_id] > 1:
            yield Fault(code=TWICE, stop_id=stop_id)
    for stop_id in served:
        if stop_id in wanted and stop_id not in table.place_of:
            yield Fault(code=NOWHERE, stop_id=stop_id)
    for one in plan.unserved:
        if one.reason not in UNSERVED_REASONS:
            yield Fault(code=NO_REASON, stop_id=one.stop_id)
    for courier_id, count in Counter(one.courier_id for one in plan.rounds).items():
        if count > 1:
            yield Fault(code=TWO_ROUNDS, courier_id=courier_id)


def _walked(table: Table, courier: Courier, one: Round) -> Iterator[Fault]:
    who = courier.courier_id
    clock, here, metres, boxes = one.leaves_at, table.yard(courier.start), 0, 0
    before = START
    if clock < courier.leaves_from:
        yield Fault(
            code=LEAVES_TOO_EARLY, courier_id=who, excess=courier.leaves_from - one.leaves_at
        )
    for visit in one.visits:
        place = table.place_of[visit.stop_id]
        stop = table.stops[place]
        clock += table.seconds(here, place, courier)
        metres += table.metres(here, place, courier.transport)
        boxes += stop.boxes
        if visit.arrives_at != clock:
            yield Fault(code=WRONG_FIGURES, stop_id=stop.stop_id, courier_id=who)
        clock = max(clock, stop.earliest or 0) + stop.door_seconds
        if visit.hands_over_at != clock:
            yield Fault(code=WRONG_FIGURES, stop_id=stop.stop_id, courier_id=who)
        latest = table.question.latest_of(stop)
        if latest is not None and clock > latest:
            yield Fault(code=TOO_LATE, stop_id=stop.stop_id, courier_id=who, excess=clock - latest)
        if stop.pinned_to not in (None, who):
            yield Fault(code=NOT_PINNED, stop_id=stop.stop_id, courier_id=who)
        if stop.after not in (None, before):
            yield Fault(code=NOT_AFTER, stop_id=stop.stop_id, courier_id=who)
        here, before = place, stop.stop_id
    if one.visits and courier.end is not None:
        home = table.yard(courier.end)
        clock += table.seconds(here, home, courier)
        metres += table.metres(here, home, courier.transport)
    if clock > courier.back_by:
        yield Fault(code=BACK_TOO_LATE, courier_id=who, excess=clock - courier.back_by)
    if boxes > courier.capacity:
        yield Fault(code=OVER_CAPACITY, courier_id=who, excess=boxes - courier.capacity)
    if (one.back_at, one.metres, one.boxes) != (clock, metres, boxes):
        yield Fault(code=WRONG_FIGURES, courier_id=who)
