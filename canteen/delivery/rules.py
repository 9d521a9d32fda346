"""Who carries what to which door, and what may be said of a door. Pure: facts in, decisions out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from canteen.delivery.models import OutcomeKind
from canteen.foundation.wording import Refusal

DELIVERED = frozenset({OutcomeKind.HANDED_OVER, OutcomeKind.LEFT_AT_DOOR})
"""Outcomes after which the diner has the meal: it is settled."""

NO_ADDRESS = "no_address"
TAG_EXPIRED = "tag_expired"
NOBODY_COVERS = "nobody_covers"
NOBODY_TODAY = "nobody_today"
OVER_CAPACITY = "over_capacity"
ADDED_LATE = "added_late"
CARRIER_AWAY = "carrier_away"
ROUTE_LEFT_OUT = "route_left_out"
CANNOT_FINISH = "cannot_finish"
PROBLEMS = (
    TAG_EXPIRED,
    NO_ADDRESS,
    NOBODY_COVERS,
    NOBODY_TODAY,
    OVER_CAPACITY,
    ADDED_LATE,
    CARRIER_AWAY,
    ROUTE_LEFT_OUT,
    CANNOT_FINISH,
)
"""Why a stop stands in red; a person decides what becomes of it."""

_BUILDING_DEPTH = 3  # community, compound, building


@dataclass(frozen=True)
class Door:
    """One person who needs a meal. `path` is the unit's path in the grid, empty without one.

    `usual` is the volunteer who usually brings it, or who goes instead of them today.
    """

    resident_id: int
    path: str
    sort_key: str
    room: str
    entitled: bool = True
    boxes: int = 1
    usual: int | None = None


@dataclass(frozen=True)
class Carrier:
    """A volunteer: how many boxes, on which ISO weekdays, in which parts of the grid (paths)."""

    volunteer_id: int
    capacity: int
    areas: tuple[str, ...]
    weekdays: str = "1234567"


@dataclass(frozen=True)
class PlannedStop:
    """One door of the plan: with a volunteer, or red with a problem. Never both, never neither."""

    resident_id: int
    volunteer_id: int | None
    position: int
    problem: str = ""


def plan_roster(
    *, doors: Sequence[Door], carriers: Sequence[Carrier], service_date: date
) -> tuple[PlannedStop, ...]:
    """Split the doors over the volunteers; every door comes back exactly once.

    Whoever usually brings a meal brings it, if they come and can carry it. Of the others
    the most specific area wins (a building before its compound). Volunteers who share an
    area take whole buildings in grid order, each about an equal part of what they can
    carry; a building is torn only where no single one of them has room for it. What they
    cannot carry goes to the next wider area, then it is red. The same facts always give
    the same plan, whatever their order. Positions count from 1 for each volunteer and,
    apart from them, for the red ones.
    """
    weekday = str(service_date.isoweekday())
    in_order = sorted(doors, key=_grid_order)
    given: dict[int, int | None] = {}
    problems: dict[int, str] = {}
    routable: list[tuple[Door, _Tiers]] = []
    everybody = sorted(carriers, key=lambda carrier: carrier.volunteer_id)
    here = [carrier for carrier in everybody if weekday in carrier.weekdays]
    tiers_of: dict[str, _Tiers] = {}
    for door in in_order:
        if door.path not in tiers_of:
            tiers_of[door.path] = _tiers(door.path, here)
        problem = _problem(door, tiers_of[door.path], here, everybody)
        if problem:
            problems[door.resident_id] = problem
        else:
            routable.append((door, tiers_of[door.path]))
    loads = _Loads(here)
    _as_usual(routable, loads, given)
    routable = [(door, tiers) for door, tiers in routable if door.resident_id not in given]
    for blocks in _shares(routable):
        _share_out(blocks, loads, given)
    for door, _unused in routable:
        if given[door.resident_id] is None:
            problems[door.resident_id] = OVER_CAPACITY
    return _numbered(in_order, given, problems)


def room_order(room: str) -> tuple[tuple[int, str], ...]:
    """A key that puts room 202 before 1001, and 12A after 12."""
    pieces = re.findall(r"\d+|\D+", room)
    return tuple((int(piece), "") if piece.isdecimal() else (-1, piece) for piece in pieces)


def check_outcome(
    *,
    kind: OutcomeKind,
    follows: object,
    latest: object,
    may_leave_at_door: bool,
    service_date: date,
    today: date,
) -> Refusal | None:
    """Whether an outcome may be recorded.

    `follows` is the outcome the person was looking at and `latest` the one that stands; they
    differ when somebody else was quicker. "Left at the door" needs the diner's recorded
    permission. Codes: round_not_begun, no_permission_to_leave, outcome_changed_meanwhile.
    """
    if service_date > today:
        return Refusal("round_not_begun", {"day": service_date.isoformat()})
    if follows != latest:
        return Refusal("outcome_changed_meanwhile")
    if kind is OutcomeKind.LEFT_AT_DOOR and not may_leave_at_door:
        return Refusal("no_permission_to_leave")
    return None


_Tiers = tuple[tuple[int, ...], ...]
"""Volunteer ids who cover a door: those of the most specific area first."""


@dataclass(frozen=True)
class _Block:
    """Doors of one building that the same volunteers may serve, in grid order."""

    doors: tuple[Door, ...]
    tiers: _Tiers


class _Loads:
    """How many boxes each volunteer can still take."""

    def __init__(self, carriers: Iterable[Carrier]) -> None:
        self._left = {carrier.volunteer_id: carrier.capacity for carrier in carriers}

    def left(self, volunteer_id: int) -> int:
        """Boxes; none for somebody who does not come."""
        return self._left.get(volunteer_id, 0)

    def give(self, volunteer_id: int, doors: Sequence[Door], given: dict[int, int | None]) -> None:
        self._left[volunteer_id] -= _boxes(doors)
        assert self._left[volunteer_id] >= 0
        for door in doors:
            given[door.resident_id] = volunteer_id


def _as_usual(
    routable: Sequence[tuple[Door, _Tiers]], loads: _Loads, given: dict[int, int | None]
) -> None:
    for door, _unused in routable:
        if door.usual is not None and loads.left(door.usual) >= door.boxes:
            loads.give(door.usual, [door], given)


def _boxes(doors: Iterable[Door]) -> int:
    return sum(door.boxes for door in doors)


def _grid_order(door: Door) -> tuple[object, ...]:
    return (not door.path, door.sort_key, room_order(door.room), door.resident_id)


def _covers(area: str, path: str) -> bool:
    return bool(path) and path.startswith(area)


def _tiers(path: str, carriers: Sequence[Carrier]) -> _Tiers:
    depth_of = {
        carrier.volunteer_id: max(
            (area.count("/") for area in carrier.areas if _covers(area, path)), default=0
        )
        for carrier in carriers
    }
    depths = sorted({depth for depth in depth_of.values() if depth}, reverse=True)
    return tuple(tuple(one for one, depth in depth_of.items() if depth == tier) for tier in depths)


def _problem(
    door: Door, tiers: _Tiers, here: Sequence[Carrier], everybody: Sequence[Carrier]
) -> str:
    if not door.entitled:
        return TAG_EXPIRED
    if not door.path:
        return NO_ADDRESS
    if tiers or door.usual in {one.volunteer_id for one in here}:
        return ""
    covered = any(_covers(area, door.path) for one in everybody for area in one.areas)
    return NOBODY_TODAY if covered else NOBODY_COVERS


def _building(door: Door) -> str:
    return "/".join(door.path.split("/")[: _BUILDING_DEPTH + 1])


def _shares(routable: Sequence[tuple[Door, _Tiers]]) -> list[list[_Block]]:
    """Blocks by who shares them; those with the fewest volunteers choose first."""
    by_tiers: dict[_Tiers, list[Door]] = {}
    for door, tiers in routable:
        by_tiers.setdefault(tiers, []).append(door)
    groups = [
        [_Block(tuple(doors), tiers) for _name, doors in groupby(group, key=_building)]
        for tiers, group in by_tiers.items()
    ]
    return sorted(groups, key=lambda blocks: (sum(map(len, blocks[0].tiers)), blocks[0].tiers))


def _share_out(blocks: Sequence[_Block], loads: _Loads, given: dict[int, int | None]) -> None:
    """Give whole buildings in grid order, each volunteer about an equal part of their room."""
    tier = next(iter(blocks[0].tiers), ())
    if not tier:  # only their usual volunteer covers them, who is full
        given.update((door.resident_id, None) for block in blocks for door in block.doors)
        return
    total = sum(_boxes(block.doors) for block in blocks)
    room = sum(loads.left(one) for one in tier)
    part = {one: min(loads.left(one), -(-total * loads.left(one) // max(room, 1))) for one in tier}
    turn = 0
    for block in blocks:
        size = _boxes(block.doors)
        while turn < len(tier) - 1 and size - part[tier[turn]] > max(part[tier[turn]], 0):
            turn += 1
        whole = _with_room((tier[turn], *tier[turn + 1 :], *tier[:turn]), size, loads)
        if whole is None:
            _tear(block, loads, given)
            continue
        loads.give(whole, block.doors, given)
        part[whole] -= size


def _with_room(tier: Sequence[int], size: int, loads: _Loads) -> int | None:
    return next((one for one in tier if loads.left(one) >= size), None)


def _tear(block: _Block, loads: _Loads, given: dict[int, int | None]) -> None:
    """A building no one of its own volunteers can carry whole: in runs of grid order."""
    doors = list(block.doors)
    for tier in block.tiers:
        while doors and (roomiest := max(tier, key=loads.left)):
            whole = _with_room(tier, _boxes(doors), loads)
            taker = roomiest if whole is None else whole
            taken = _as_many(doors, loads.left(taker))
            if not taken:
                break
            loads.give(taker, taken, given)
            doors = doors[len(taken) :]
    given.update((door.resident_id, None) for door in doors)


def _as_many(doors: Sequence[Door], room: int) -> list[Door]:
    """As many of the first doors as their boxes fit into `room`."""
    taken: list[Door] = []
    for door in doors:
        if _boxes(taken) + door.boxes > room:
            break
        taken.append(door)
    return taken


def _numbered(
    in_order: Sequence[Door], given: dict[int, int | None], problems: dict[int, str]
) -> tuple[PlannedStop, ...]:
    counts: dict[int | None, int] = {}
    stops = []
    for door in in_order:
        volunteer_id = given.get(door.resident_id)
        counts[volunteer_id] = counts.get(volunteer_id, 0) + 1
        problem = problems.get(door.resident_id, "")
        stops.append(PlannedStop(door.resident_id, volunteer_id, counts[volunteer_id], problem))
    return tuple(stops)
