"""How far and how long: streets, stairs, lifts."""

import pytest

from canteen.delivery.routing.climbing import between_floors, climb_seconds, floor_of
from canteen.delivery.routing.distances import Measured, Table
from tests.delivery.routing.worlds import make_courier, make_question, make_stop


@pytest.mark.parametrize(
    ("room", "floor"),
    [("502", 5), ("1203", 12), ("3-2", 3), ("2", 1), ("", 1), ("底商", 1), ("9901", 1), ("12A", 1)],
)
def test_the_floor_is_read_from_the_room(room: str, floor: int) -> None:
    assert floor_of(room) == floor


def test_stairs_take_longer_than_a_lift_only_from_some_floor_on() -> None:
    assert climb_seconds(floor=1, has_lift=False) == 0
    assert climb_seconds(floor=2, has_lift=True) == climb_seconds(floor=2, has_lift=False)
    assert climb_seconds(floor=10, has_lift=True) < climb_seconds(floor=10, has_lift=False)
    assert between_floors(3, 5, has_lift=False) == between_floors(5, 3, has_lift=False) == 36


def test_two_doors_of_one_stairway_are_one_climb_and_the_floors_between() -> None:
    climb = climb_seconds(floor=5, has_lift=False)
    up = make_stop(1, 0, path="/1/2/3/4/", floor=5, climb_seconds=climb)
    higher = make_stop(2, 0, path="/1/2/3/4/", floor=6, climb_seconds=climb + 18)
    courier = make_courier(1)
    table = Table(make_question([up, higher], [courier]))
    yard = table.yard(courier.start)
    assert table.seconds(yard, 0, courier) == climb
    assert table.seconds(0, 1, courier) == 18
    assert table.seconds(1, yard, courier) == climb + 18


def test_a_walk_is_as_long_as_the_crow_flies_times_the_detour() -> None:
    courier = make_courier(1)
    table = Table(make_question([make_stop(1, 1000)], [courier], detour=1.5))
    yard = table.yard(courier.start)
    assert table.metres(yard, 0, "foot") == pytest.approx(1500, abs=5)
    assert table.seconds(yard, 0, courier) == pytest.approx(1500 / 65 * 60, abs=5)


def test_what_a_route_server_measured_is_taken_for_its_transport_only() -> None:
    walker, rider = make_courier(1), make_courier(2, transport="bike")
    measured = {"foot": Measured(metres=[[0, 777], [777, 0]], seconds=[[0, 600], [600, 0]])}
    table = Table(make_question([make_stop(1, 100)], [walker, rider]), measured)
    assert table.metres(1, 0, "foot") == 777
    assert table.seconds(1, 0, walker) == 600
    assert table.metres(1, 0, "bike") == pytest.approx(135, abs=2)
