"""Distances, and the same place in the three ways of Chinese maps."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from canteen.foundation.geography import Point, System, from_wgs84, metres_between, to_wgs84


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    assert metres_between(Point(30, 104), Point(31, 104)) == pytest.approx(111_195, abs=1)
    assert metres_between(Point(30, 104), Point(30, 104)) == 0


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        (Point(31.1774276, 121.5272106), Point(31.17530398364597, 121.531541859215)),
        (Point(22.543847, 113.912316), Point(22.540796131694766, 113.9171764808363)),
        (Point(39.911954, 116.377817), Point(39.91334545536069, 116.38404722455657)),
    ],
    ids=["Shanghai", "Shenzhen", "Beijing"],
)
def test_places_of_which_both_are_known(wgs: Point, gcj: Point) -> None:
    assert metres_between(from_wgs84(wgs, System.GCJ02), gcj) < 0.01
    assert metres_between(to_wgs84(gcj, System.GCJ02), wgs) < 0.01
    assert 200 < metres_between(wgs, gcj) < 800


def test_baidu_lies_further_aside_still() -> None:
    gcj, baidu = Point(39.908737, 116.397327), Point(39.915106, 116.403694)
    assert metres_between(to_wgs84(baidu, System.BD09), to_wgs84(gcj, System.GCJ02)) < 5


def test_abroad_nothing_is_shifted() -> None:
    paris = Point(48.8583, 2.2945)
    assert from_wgs84(paris, System.GCJ02) == paris


@given(
    point=some.builds(Point, some.floats(18, 53), some.floats(74, 134)),
    system=some.sampled_from(list(System)),
)
def test_there_and_back_is_the_same_place(point: Point, system: System) -> None:
    assert metres_between(to_wgs84(from_wgs84(point, system), system), point) < 0.1
