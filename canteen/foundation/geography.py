"""Points on the earth: how far apart, and the three ways in which Chinese maps write them.

Stored is WGS-84, as a GPS gives it. AMap, Tencent and Google's map of China draw in GCJ-02,
Baidu in BD-09: the same door lies 300 to 700 m aside when the systems are mixed up. The formulas
are those in public use for GCJ-02 (an offset over the Krasovsky ellipsoid) and BD-09.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import asin, atan2, cos, hypot, pi, radians, sin, sqrt

_EARTH_METRES = 6_371_008.8
_AXIS = 6_378_245.0
_ECCENTRICITY = 0.00669342162296594323
_BAIDU = pi * 3000.0 / 180.0


@dataclass(frozen=True, order=True)
class Point:
    """A place by latitude and longitude in degrees, WGS-84 unless its holder says otherwise."""

    lat: float
    lon: float


class System(StrEnum):
    """How a map writes a place."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def metres_between(a: Point, b: Point) -> float:
    """The way as the crow flies (haversine)."""
    up, over = radians(b.lat - a.lat), radians(b.lon - a.lon)
    chord = sin(up / 2) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(over / 2) ** 2
    return 2 * _EARTH_METRES * asin(min(1.0, sqrt(chord)))


def to_wgs84(point: Point, system: System) -> Point:
    """The same place as a GPS gives it; good to a few centimetres."""
    if system is System.WGS84:
        return point
    return _gcj02_to_wgs84(_bd09_to_gcj02(point) if system is System.BD09 else point)


def from_wgs84(point: Point, system: System) -> Point:
    """The same place as a map of that system writes it."""
    if system is System.WGS84:
        return point
    shifted = _wgs84_to_gcj02(point)
    return _gcj02_to_bd09(shifted) if system is System.BD09 else shifted


def _wgs84_to_gcj02(point: Point) -> Point:
    if not _shifted_there(point):
        return point
    x, y = point.lon - 105.0, point.lat - 35.0
    up, over = _lat_offset(x, y), _lon_offset(x, y)
    magic = 1 - _ECCENTRICITY * sin(radians(point.lat)) ** 2
    root = sqrt(magic)
    up = up * 180.0 / (_AXIS * (1 - _ECCENTRICITY) / (magic * root) * pi)
    over = over * 180.0 / (_AXIS / root * cos(radians(point.lat)) * pi)
    return Point(point.lat + up, point.lon + over)


def _gcj02_to_wgs84(point: Point) -> Point:
    guess = point
    for _turn in range(6):  # the offset changes slowly: each turn gains two digits or more
        seen = _wgs84_to_gcj02(guess)
        guess = Point(guess.lat + point.lat - seen.lat, guess.lon + point.lon - seen.lon)
    return guess


def _gcj02_to_bd09(point: Point) -> Point:
    z = hypot(point.lon, point.lat) + 0.00002 * sin(point.lat * _BAIDU)
    theta = atan2(point.lat, point.lon) + 0.000003 * cos(point.lon * _BAIDU)
    return Point(z * sin(theta) + 0.006, z * cos(theta) + 0.0065)


def _bd09_to_gcj02(point: Point) -> Point:
    x, y = point.lon - 0.0065, point.lat - 0.006
    guess = Point(y, x)
    for _turn in range(6):
        seen = _gcj02_to_bd09(guess)
        guess = Point(guess.lat + point.lat - seen.lat, guess.lon + point.lon - seen.lon)
    return guess


def _shifted_there(point: Point) -> bool:
    return 0.8293 <= point.lat <= 55.8271 and 72.004 <= point.lon <= 137.8347


def _lat_offset(x: float, y: float) -> float:
    found = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    found += (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    found += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    found += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    return found


def _lon_offset(x: float, y: float) -> float:
    found = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    found += (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    found += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    found += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    return found
