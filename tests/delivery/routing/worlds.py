"""Doors and couriers with fixed values: a canteen, and doors east of it."""

from typing import Any

from canteen.delivery.routing.facts import Courier, Question, Stop
from canteen.foundation.geography import Point

NOON = 12 * 3600
CANTEEN = Point(30.6586, 104.0648)


def east(metres: float, north: float = 0) -> Point:
    """So far from the canteen."""
    return Point(CANTEEN.lat + north / 111_195, CANTEEN.lon + metres / 95_650)


def make_stop(stop_id: int, metres: float = 100, **values: Any) -> Stop:
    """A door so far east of the canteen."""
    return Stop(stop_id=stop_id, **{"point": east(metres), **values})


def make_courier(courier_id: int, **values: Any) -> Courier:
    """Out at eleven, back by one."""
    given = {"start": CANTEEN, "end": CANTEEN, "leaves_from": 11 * 3600, "back_by": 13 * 3600}
    return Courier(courier_id=courier_id, **{**given, **values})


def make_question(stops: list[Stop], couriers: list[Courier], **values: Any) -> Question:
    """What is asked."""
    return Question(stops=tuple(stops), couriers=tuple(couriers), **values)
