"""The rounds as a plain picture: doors where they lie, in the order of each round. No tiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from canteen.delivery.routing.distances import Table
from canteen.delivery.routing.facts import Plan
from canteen.foundation.geography import Point

_WIDE, _HIGH, _EDGE = 720, 420, 24


@dataclass(frozen=True)
class Dot:
    """A door on the picture; `round` is the number of its round, 0 for none."""

    x: int
    y: int
    round: int


@dataclass(frozen=True)
class Picture:
    """Lines of rounds, dots of doors, and where the rounds begin."""

    wide: int
    high: int
    lines: Sequence[tuple[int, str]]
    dots: Sequence[Dot]
    start: tuple[int, int] | None


def picture_of(table: Table, plan: Plan) -> Picture:
    """All places fit in, north is up, a metre is as wide as it is high."""
    if not table.points:
        return Picture(_WIDE, _HIGH, (), (), None)
    scale = Scale(table.points)
    number = {one.courier_id: n for n, one in enumerate(table.question.couriers, 1)}
    of = {stop: number[who] for stop, who in plan.courier_of.items()}
    lines = []
    for one in plan.rounds:
        courier = next(c for c in table.question.couriers if c.courier_id == one.courier_id)
        way = [courier.start, *(table.points[table.place_of[s]] for s in one.stop_ids)]
        way += [courier.end] if courier.end else []
        path = " ".join(f"{x},{y}" for x, y in map(scale.at, way))
        lines.append((number[one.courier_id], path))
    dots = [
        Dot(*scale.at(stop.point), of.get(stop.stop_id, 0))
        for stop in table.stops
        if stop.point is not None
    ]
    start = scale.at(table.yards[0]) if table.yards else None
    return Picture(_WIDE, _HIGH, lines, dots, start)


class Scale:
    """Puts points on the picture: north up, everything inside its edge."""

    def __init__(self, points: Sequence[Point]) -> None:
        lats, lons = [p.lat for p in points], [p.lon for p in points]
        self._north, self._south = max(lats), min(lats)
        self._west, self._east = min(lons), max(lons)
        self._squeeze = cos(radians((self._north + self._south) / 2))
        wide = max((self._east - self._west) * self._squeeze, 1e-6)
        high = max(self._north - self._south, 1e-6)
        self._factor = min((_WIDE - 2 * _EDGE) / wide, (_HIGH - 2 * _EDGE) / high)
        self._left = (_WIDE - wide * self._factor) / 2
        self._top = (_HIGH - high * self._factor) / 2

    def at(self, point: Point) -> tuple[int, int]:
        x = self._left + (point.lon - self._west) * self._squeeze * self._factor
        y = self._top + (self._north - point.lat) * self._factor
        return round(x), round(y)
