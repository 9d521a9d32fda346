"""What moved between two plans, and why."""

from dataclasses import dataclass

from canteen.delivery.routing.facts import Plan, Question

NEW = "new"
GONE = "gone"
ITS_VOLUNTEER_ABSENT = "its_volunteer_absent"
SERVED_AGAIN = "served_again"
NOW_LEFT_OUT = "now_left_out"
PINNED = "pinned"
BACK_TO_USUAL = "back_to_usual"
NO_ROOM_BEFORE = "no_room_before"
SHORTER = "shorter"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A stop that another courier serves now; None: nobody."""

    stop_id: int
    before: int | None
    now: int | None
    reason: str


def moved(question: Question, before: dict[int, int | None], plan: Plan) -> tuple[Moved, ...]:
    """Each stop whose courier differs. `before` holds the stops there were, None for those that
    nobody served."""
    now = plan.courier_of
    here = {one.courier_id for one in question.couriers}
    loads = _loads(question, before)
    found = []
    for stop in question.stops:
        old, new = before.get(stop.stop_id), now.get(stop.stop_id)
        if stop.stop_id not in before:
            reason = NEW
        elif old == new:
            continue
        elif new is None:
            reason = NOW_LEFT_OUT
        elif old is None:
            reason = SERVED_AGAIN
        elif old not in here:
            reason = ITS_VOLUNTEER_ABSENT
        elif stop.pinned_to == new:
            reason = PINNED
        elif stop.usual == new:
            reason = BACK_TO_USUAL
        elif loads.get(old, 0) > _capacity(question, old):
            reason = NO_ROOM_BEFORE
        else:
            reason = SHORTER
        found.append(Moved(stop_id=stop.stop_id, before=old, now=new, reason=reason))
    left = {stop.stop_id for stop in question.stops}
    gone = [
        Moved(stop_id=stop_id, before=old, now=None, reason=GONE)
        for stop_id, old in sorted(before.items())
        if stop_id not in left
    ]
    return (*found, *gone)


def kept_share(before: dict[int, int | None], plan: Plan) -> float:
    """The part of the stops in both plans that kept their courier; 1.0 if none is in both."""
    now = plan.courier_of
    both = [stop for stop, who in before.items() if who is not None and stop in now]
    same = sum(before[stop] == now[stop] for stop in both)
    return same / len(both) if both else 1.0


def _loads(question: Question, before: dict[int, int | None]) -> dict[int, int]:
    loads: dict[int, int] = {}
    for stop in question.stops:
        who = before.get(stop.stop_id)
        if who is not None:
            loads[who] = loads.get(who, 0) + stop.boxes
    return loads


def _capacity(question: Question, courier_id: int) -> int:
    return next(one.capacity for one in question.couriers if one.courier_id == courier_id)
