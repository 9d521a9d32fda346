"""Coordinates as people paste them: which number is which, and what cannot be true."""

import pytest

from canteen.foundation.geography import Point, System, from_wgs84, metres_between
from canteen.foundation.wording import Refusal
from canteen.residents.coordinates import check_near, on_land, read_point

HOME = Point(30.6586, 104.0648)
NEIGHBOURS = [Point(30.6590, 104.0650), Point(30.6583, 104.0644), Point(30.6588, 104.0655)]


@pytest.mark.parametrize(
    "text",
    [
        "104.0648, 30.6586",
        "30.6586,104.0648",
        "经度 104.0648 纬度 30.6586",
        "N30.6586° E104.0648°",
        "104.0648，30.6586",
        "(30.6586 104.0648)",
    ],
)
def test_either_number_may_come_first(text: str) -> None:
    assert read_point(text, System.WGS84) == HOME


def test_what_amap_and_baidu_write_is_kept_as_a_gps_gives_it() -> None:
    for system in (System.GCJ02, System.BD09):
        there = from_wgs84(HOME, system)
        found = read_point(f"{there.lon:.7f},{there.lat:.7f}", system)
        assert isinstance(found, Point)
        assert metres_between(found, HOME) < 0.1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "coordinates_unreadable"),
        ("104.0648", "coordinates_unreadable"),
        ("104, 30, 5", "coordinates_unreadable"),
        ("金牛小区", "coordinates_unreadable"),
        ("0, 0", "coordinates_impossible"),
        ("91.5, 200", "coordinates_impossible"),
        ("48.8583, 2.2945", "coordinates_impossible"),
        ("104.0648, 104.0648", "coordinates_impossible"),
        ("30.0, 126.0", "coordinates_at_sea"),
        ("18.5, 114.5", "coordinates_at_sea"),
        ("35.68, 135.5", "coordinates_at_sea"),
    ],
)
def test_what_cannot_be_is_refused_by_value(text: str, code: str) -> None:
    found = read_point(text, System.WGS84)
    assert isinstance(found, Refusal)
    assert found.code == code
    assert found.facts["value"] == text


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        (39.9, 116.4), (31.23, 121.5), (22.54, 114.06), (20.02, 110.35), (18.25, 109.5),
        (45.8, 126.5), (43.8, 87.6), (29.65, 91.1), (38.9, 121.6), (30.0, 122.2), (25.03, 121.5),
        (24.48, 118.1), (39.47, 75.99), (48.35, 134.3),
    ],
)  # fmt: skip
def test_cities_lie_on_land(lat: float, lon: float) -> None:
    assert on_land(Point(lat, lon))


def test_a_neighbour_is_fine() -> None:
    assert check_near(HOME, known=NEIGHBOURS, siblings=NEIGHBOURS) is None


@pytest.mark.parametrize("system", [System.GCJ02, System.BD09])
def test_a_point_of_another_map_is_found_by_its_neighbours(system: System) -> None:
    mixed = from_wgs84(HOME, system)  # read as if it were WGS-84
    found = check_near(mixed, known=NEIGHBOURS, siblings=NEIGHBOURS)
    assert isinstance(found, Refusal)
    assert found.code == "coordinates_mixed"


def test_a_point_far_from_everything_known_is_asked_about() -> None:
    beijing = Point(39.9, 116.4)
    assert check_near(beijing, known=NEIGHBOURS, siblings=[]) == Refusal(
        "coordinates_far", {"km": 1517}
    )
