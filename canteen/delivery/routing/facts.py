"""What a day of rounds looks like to the planner. Times are seconds after the day's midnight."""

from dataclasses import dataclass, field

from canteen.foundation.geography import Point

START = 0
"""In `Stop.after`: straight from the pick-up point."""

NO_COURIERS = "no_couriers"
TOO_MANY_BOXES = "too_many_boxes"
WINDOW_IMPOSSIBLE = "window_impossible"
PINNED_ABSENT = "pinned_absent"
NO_PLACE = "no_place"
NO_ROOM = "no_room"
NO_TIME = "no_time"
UNSERVED_REASONS = (
    NO_PLACE, NO_COURIERS, PINNED_ABSENT, TOO_MANY_BOXES, WINDOW_IMPOSSIBLE, NO_ROOM, NO_TIME,
)  # fmt: skip
"""Why a stop is on no round."""

FOOT, BIKE, CAR = "foot", "bike", "car"
METRES_PER_MINUTE = {FOOT: 65, BIKE: 180, CAR: 330}
"""With boxes, door to door; 65 m a minute is a 68-year-old's calm walk."""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One door. `path` is its unit's path in the grid; `climb_seconds` is the way up to it."""

    stop_id: int
    point: Point | None
    path: str = ""
    boxes: int = 1
    door_seconds: int = 120
    climb_seconds: int = 0
    floor: int = 1
    has_lift: bool = False
    earliest: int | None = None
    latest: int | None = None
    hot_seconds: int | None = None
    """So long after cooking it is handed over at the latest; None: the question's own limit."""
    pinned_to: int | None = None
    after: int | None = None
    """The stop that must come just before it on the same round, or `START`."""
    usual: int | None = None
    placed_by: str = ""
    """The level whose point stands for the door where its own building has none; else empty."""


@dataclass(frozen=True, kw_only=True)
class Courier:
    """Somebody who carries: how fast, how much, from when until when, from where to where."""

    courier_id: int
    start: Point
    end: Point | None = None
    """Where the round ends; None: it ends at the last door, the way home is their own."""
    transport: str = FOOT
    metres_per_minute: int | None = None
    capacity: int = 12
    leaves_from: int = 0
    back_by: int = 24 * 3600
    areas: tuple[str, ...] = ()

    @property
    def speed(self) -> int:
        """Metres a minute."""
        return self.metres_per_minute or METRES_PER_MINUTE[self.transport]


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What a choice is worth, in seconds of somebody's time."""

    leaving_usual: int = 120
    outside_area: int = 600
    enter_compound: int = 120
    enter_building: int = 20
    over_fair_share: int = 3
    """For each second that a round is longer than an equal part of all the work."""
    unserved: int = 100_000


@dataclass(frozen=True, kw_only=True)
class Question:
    """A day's doors and couriers. `cooked_at` with `hot_seconds` is the hot-food limit."""

    stops: tuple[Stop, ...]
    couriers: tuple[Courier, ...]
    cooked_at: int | None = None
    hot_seconds: int | None = None
    detour: float = 1.35
    weights: Weights = field(default_factory=Weights)

    def latest_of(self, stop: Stop) -> int | None:
        """When it must be handed over: before the stop's own hour and while it is hot."""
        hot = stop.hot_seconds if stop.hot_seconds is not None else self.hot_seconds
        limits = [stop.latest] if stop.latest is not None else []
        if self.cooked_at is not None and hot is not None:
            limits.append(self.cooked_at + hot)
        return min(limits, default=None)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A door on a round: when its bell rings (after the stairs) and when the box is handed over."""

    stop_id: int
    arrives_at: int
    hands_over_at: int


@dataclass(frozen=True, kw_only=True)
class Round:
    """One courier's way."""

    courier_id: int
    visits: tuple[Visit, ...]
    leaves_at: int
    back_at: int
    metres: int
    boxes: int

    @property
    def seconds(self) -> int:
        return self.back_at - self.leaves_at

    @property
    def stop_ids(self) -> tuple[int, ...]:
        return tuple(visit.stop_id for visit in self.visits)


@dataclass(frozen=True, kw_only=True)
class Unserved:
    """A door on no round, and why."""

    stop_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Rounds with at least one stop, and every other door by name."""

    rounds: tuple[Round, ...]
    unserved: tuple[Unserved, ...] = ()

    @property
    def seconds(self) -> int:
        return sum(one.seconds for one in self.rounds)

    @property
    def metres(self) -> int:
        return sum(one.metres for one in self.rounds)

    @property
    def orders(self) -> dict[int, tuple[int, ...]]:
        """The stops of each courier in order."""
        return {one.courier_id: one.stop_ids for one in self.rounds}

    @property
    def courier_of(self) -> dict[int, int]:
        """Who serves each stop."""
        return {stop: one.courier_id for one in self.rounds for stop in one.stop_ids}
