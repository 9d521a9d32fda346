"""How far and how long from every place of a question to every other, for each courier.

Places are numbered: the stops in their order, then each different start and end. Metres are as
the crow flies times a detour, or what a route server measured. Seconds are metres at the
courier's pace and the stairs: down from one door and up to the next, or from floor to floor
where both are in one stairway.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from canteen.delivery.routing.climbing import between_floors
from canteen.delivery.routing.facts import Courier, Question, Stop
from canteen.foundation.geography import Point, metres_between

Metres = Sequence[Sequence[int]]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a route server says between the points of a question, for one transport."""

    metres: Metres
    seconds: Metres | None = None


@dataclass
class Table:
    """Distances of one question. Asked very often, so rows are kept once they are made."""

    question: Question
    measured: dict[str, Measured] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stops = tuple(stop for stop in self.question.stops if stop.point is not None)
        self.place_of = {stop.stop_id: number for number, stop in enumerate(self.stops)}
        ends = [one for courier in self.question.couriers for one in (courier.start, courier.end)]
        self.yards = tuple(dict.fromkeys(one for one in ends if one is not None))
        self.points = points_of(self.question)
        self._crow: dict[int, list[int]] = {}
        self._seconds: dict[tuple[object, ...], int] = {}

    def yard(self, point: Point) -> int:
        """The number of a start or end."""
        return len(self.stops) + self.yards.index(point)

    def metres(self, a: int, b: int, transport: str) -> int:
        """Along streets from place to place."""
        if transport in self.measured:
            return int(self.measured[transport].metres[a][b])
        if a not in self._crow:
            here = self.points[a]
            detour = self.question.detour
            self._crow[a] = [round(metres_between(here, one) * detour) for one in self.points]
        return self._crow[a][b]

    def seconds(self, a: int, b: int, courier: Courier) -> int:
        """From the door of `a` to the door of `b`, stairs included."""
        key = (a, b, courier.transport, courier.metres_per_minute)
        if key not in self._seconds:
            self._seconds[key] = self._on_the_way(a, b, courier) + self._stairs(a, b)
        return self._seconds[key]

    def _on_the_way(self, a: int, b: int, courier: Courier) -> int:
        known = self.measured.get(courier.transport)
        if known is not None and known.seconds is not None and not courier.metres_per_minute:
            return int(known.seconds[a][b])
        return -(-self.metres(a, b, courier.transport) * 60 // courier.speed)

    def _stairs(self, a: int, b: int) -> int:
        one = self.stops[a] if a < len(self.stops) else None
        other = self.stops[b] if b < len(self.stops) else None
        if one and other and one.path and one.path == other.path:
            return between_floors(one.floor, other.floor, has_lift=one.has_lift)
        return _up(one) + _up(other)


def points_of(question: Question) -> tuple[Point, ...]:
    """The places in the order in which they are numbered."""
    stops = [stop.point for stop in question.stops if stop.point is not None]
    ends = [one for courier in question.couriers for one in (courier.start, courier.end)]
    return (*stops, *dict.fromkeys(one for one in ends if one is not None))


def _up(stop: Stop | None) -> int:
    return stop.climb_seconds if stop else 0
