"""Where a place is, as people paste it from a map, and whether that can be true. Pure.

Latitude and longitude do not overlap in China, so either may come first. A place is refused in
the sea or abroad, far from the places already known, or where it only fits its neighbours when
read in another map's system.
"""

import re
from collections.abc import Sequence
from statistics import median

from canteen.foundation.geography import Point, System, metres_between, to_wgs84
from canteen.foundation.wording import Refusal

FARTHEST_METRES = 20_000
"""A canteen's people live nearer than this to each other."""
_COMPOUND_METRES = 250
_MARGIN_DEGREES = 0.3
_LAT, _LON = (3.0, 54.5), (73.0, 136.0)

# The land of China, coarsely: enough to tell a door from the sea. Longitude, latitude.
_MAINLAND = (
    (73.4, 39.4), (74.5, 37.2), (78.0, 35.4), (78.7, 31.5), (81.2, 30.0), (85.5, 28.0),
    (88.8, 27.3), (91.8, 27.6), (97.2, 27.8), (98.6, 25.8), (97.5, 24.0), (99.0, 21.9),
    (101.7, 21.0), (102.3, 22.3), (105.3, 23.0), (106.6, 21.9), (108.0, 21.4), (109.6, 21.3),
    (109.7, 20.1), (108.5, 19.4), (108.6, 18.3), (110.1, 18.1), (111.2, 19.9), (110.7, 21.1),
    (112.8, 21.5), (114.4, 22.0), (116.9, 22.8), (118.3, 24.1), (119.9, 25.3), (120.1, 26.5),
    (121.2, 28.0), (122.5, 29.8), (122.3, 31.2), (121.2, 32.9), (119.6, 34.9), (120.7, 36.0),
    (122.8, 37.0), (122.6, 37.6), (120.8, 38.0), (119.0, 37.6), (117.9, 38.8), (119.6, 39.7),
    (121.0, 40.7), (121.4, 39.4), (121.0, 38.6), (122.3, 39.2), (124.4, 39.9), (126.5, 41.6),
    (128.2, 41.4), (131.0, 42.6), (131.4, 44.9), (133.3, 45.1), (135.2, 48.5), (131.0, 47.6),
    (130.6, 49.0), (127.6, 50.0), (125.7, 53.2), (121.0, 53.5), (119.9, 52.7), (116.7, 49.9),
    (115.5, 47.7), (119.8, 46.7), (116.1, 46.3), (111.9, 45.0), (111.5, 43.5), (105.0, 41.7),
    (97.3, 42.7), (91.0, 45.2), (90.9, 47.0), (87.8, 49.2), (85.5, 47.1), (82.3, 45.3),
    (80.2, 44.9), (80.2, 42.1), (76.8, 41.0),
)  # fmt: skip
_TAIWAN = ((120.0, 23.0), (120.8, 21.8), (122.1, 25.0), (121.5, 25.4), (120.0, 23.8))


def read_point(text: str, system: System) -> Point | Refusal:
    """The place in WGS-84. Codes: coordinates_unreadable, coordinates_impossible,
    coordinates_at_sea."""
    numbers = re.findall(r"[-+]?\d+(?:\.\d+)?", text.replace("，", ","))
    rest = re.sub(r"[-+]?\d+(?:\.\d+)?|[\s,;；、°NESWnesw北东纬经度:：()（）]", "", text)
    if len(numbers) != 2 or rest.replace("，", ""):
        return Refusal("coordinates_unreadable", {"value": text.strip()[:60]})
    one, two = (float(number) for number in numbers)
    if _within(one, _LAT) and _within(two, _LON):
        point = Point(one, two)
    elif _within(two, _LAT) and _within(one, _LON):
        point = Point(two, one)
    else:
        return Refusal("coordinates_impossible", {"value": text.strip()[:60]})
    point = to_wgs84(point, system)
    if not on_land(point):
        return Refusal("coordinates_at_sea", {"value": text.strip()[:60]})
    return point


def check_near(
    point: Point, *, known: Sequence[Point], siblings: Sequence[Point]
) -> Refusal | None:
    """Whether a place fits the others: `known` anywhere in the community, `siblings` of the same
    compound. Codes: coordinates_mixed, coordinates_far."""
    if siblings:
        centre = Point(median(p.lat for p in siblings), median(p.lon for p in siblings))
        aside = metres_between(point, centre)
        for system in (System.GCJ02, System.BD09):
            if aside > _COMPOUND_METRES and metres_between(to_wgs84(point, system), centre) < min(
                aside / 3, _COMPOUND_METRES
            ):
                return Refusal(
                    "coordinates_mixed", {"metres": round(aside), "system": system.value}
                )
    if known:
        nearest = min(metres_between(point, one) for one in known)
        if nearest > FARTHEST_METRES:
            return Refusal("coordinates_far", {"km": round(nearest / 1000)})
    return None


def on_land(point: Point) -> bool:
    """Whether there is land of China within some 30 km."""
    here = (point.lon, point.lat)
    return any(
        _inside(here, shape) or _beside(here, shape) <= _MARGIN_DEGREES
        for shape in (_MAINLAND, _TAIWAN)
    )


_Shape = Sequence[tuple[float, float]]


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _sides(shape: _Shape) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return list(zip(shape, (*shape[1:], shape[0]), strict=True))


def _inside(here: tuple[float, float], shape: _Shape) -> bool:
    x, y = here
    crossed = False
    for (x1, y1), (x2, y2) in _sides(shape):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossed = not crossed
    return crossed


def _beside(here: tuple[float, float], shape: _Shape) -> float:
    """Degrees to the nearest side."""
    x, y = here
    nearest = float("inf")
    for (x1, y1), (x2, y2) in _sides(shape):
        along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2)
        along = min(1.0, max(0.0, along))
        dx, dy = x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1)
        nearest = min(nearest, (dx * dx + dy * dy) ** 0.5)
    return nearest
