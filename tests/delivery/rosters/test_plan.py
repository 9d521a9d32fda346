"""The split of doors over volunteers, with literals."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as some

from canteen.delivery.rules import Carrier, Door, PlannedStop, plan_roster

MONDAY = date(2026, 11, 23)


def door(number: int, *, building: int = 2, unit: int = 1, room: str = "101") -> Door:
    """A door of building `building`: the grid is /1/2/<building>/<unit>/."""
    return Door(
        resident_id=number,
        path=f"/1/2/{building}0/{building}0{unit}/",
        sort_key=f"0001/{building:04d}/{unit:04d}/",
        room=room,
    )


def plan(doors: list[Door], *carriers: Carrier) -> tuple[PlannedStop, ...]:
    return plan_roster(doors=doors, carriers=carriers, service_date=MONDAY)


def test_building_2_comes_before_building_10_and_room_202_before_1001() -> None:
    doors = [
        door(1, building=10),
        door(2, building=2, room="1001"),
        door(3, building=2, room="202"),
    ]
    stops = plan(doors, Carrier(7, 12, ("/1/2/",)))
    assert [(one.resident_id, one.position) for one in stops] == [(3, 1), (2, 2), (1, 3)]


def test_the_volunteer_of_the_building_goes_before_the_one_of_the_compound() -> None:
    stops = plan([door(1), door(2)], Carrier(7, 12, ("/1/2/",)), Carrier(8, 12, ("/1/2/20/",)))
    assert {one.volunteer_id for one in stops} == {8}


def test_a_path_is_not_taken_for_one_that_only_begins_alike() -> None:
    stops = plan([door(1, building=2)], Carrier(7, 12, ("/1/2/2/",)))
    assert [one.problem for one in stops] == ["nobody_covers"]


def test_two_volunteers_share_an_area_without_tearing_a_building() -> None:
    doors = [
        door(10 * building + n, building=building) for building in (1, 2, 3, 4) for n in (1, 2, 3)
    ]
    stops = plan(doors, Carrier(7, 12, ("/1/2/",)), Carrier(8, 12, ("/1/2/",)))
    carried = {one.resident_id: one.volunteer_id for one in stops}
    assert [carried[10 * building + 1] for building in (1, 2, 3, 4)] == [7, 7, 8, 8]
    for building in (1, 2, 3, 4):
        assert len({carried[10 * building + n] for n in (1, 2, 3)}) == 1


def test_a_building_is_torn_only_where_capacity_forces_it() -> None:
    doors = [door(n, room=str(100 + n)) for n in range(1, 9)]
    stops = plan(doors, Carrier(7, 5, ("/1/2/",)), Carrier(8, 5, ("/1/2/",)))
    assert [one.volunteer_id for one in stops] == [7, 7, 7, 7, 7, 8, 8, 8]


def test_over_capacity_goes_to_another_who_covers_it_and_then_red() -> None:
    doors = [door(n, room=str(100 + n)) for n in range(1, 7)]
    stops = plan(doors, Carrier(7, 3, ("/1/2/20/",)), Carrier(8, 2, ("/1/",)))
    assert [one.volunteer_id for one in stops] == [7, 7, 7, 8, 8, None]
    assert stops[-1].problem == "over_capacity"


def test_each_red_stop_says_why() -> None:
    doors = [
        replace(door(1), path="", sort_key=""),
        replace(door(2), entitled=False),
        door(3, building=9),
        door(4, building=5),
    ]
    carriers = (
        Carrier(7, 12, ("/1/2/20/",)),
        Carrier(8, 12, ("/1/2/50/",), weekdays="67"),
    )
    problems = {one.resident_id: one.problem for one in plan(doors, *carriers)}
    assert problems == {
        1: "no_address", 2: "tag_expired", 3: "nobody_covers", 4: "nobody_today",
    }  # fmt: skip


def test_without_volunteers_everybody_is_red_and_nobody_is_dropped() -> None:
    stops = plan([door(n) for n in range(500)])
    assert [one.position for one in stops] == list(range(1, 501))
    assert {one.problem for one in stops} == {"nobody_covers"}


_DOORS = some.lists(
    some.tuples(some.integers(1, 6), some.integers(1, 3), some.booleans(), some.booleans()),
    max_size=40,
)
_CARRIERS = some.lists(
    some.tuples(
        some.integers(1, 9),
        some.sets(some.sampled_from(["/1/", "/1/2/", "/1/2/10/", "/1/2/30/", "/1/2/40/401/"])),
        some.sampled_from(["1234567", "135", "67"]),
    ),
    max_size=6,
)


@given(_DOORS, _CARRIERS)
def test_every_door_comes_back_once_within_capacity_area_and_weekday(
    given_doors: list[tuple[int, int, bool, bool]],
    given_carriers: list[tuple[int, set[str], str]],
) -> None:
    doors = [
        replace(
            door(n, building=building, unit=unit),
            entitled=entitled,
            **({} if placed else {"path": "", "sort_key": ""}),
        )
        for n, (building, unit, entitled, placed) in enumerate(given_doors)
    ]
    carriers = [
        Carrier(n, capacity, tuple(areas), weekdays)
        for n, (capacity, areas, weekdays) in enumerate(given_carriers, 1)
    ]
    stops = plan(doors, *carriers)
    assert sorted(one.resident_id for one in stops) == list(range(len(doors)))
    paths = {one.resident_id: one for one in doors}
    for carrier in carriers:
        own = [one for one in stops if one.volunteer_id == carrier.volunteer_id]
        assert len(own) <= carrier.capacity
        assert [one.position for one in own] == list(range(1, len(own) + 1))
        assert not own or "1" in carrier.weekdays
        for one in own:
            assert paths[one.resident_id].entitled
            assert any(paths[one.resident_id].path.startswith(area) for area in carrier.areas)
    for one in stops:
        assert (one.volunteer_id is None) == bool(one.problem)
    for one in stops:
        if one.problem == "over_capacity":
            for carrier in carriers:
                covers = any(paths[one.resident_id].path.startswith(a) for a in carrier.areas)
                if covers and "1" in carrier.weekdays:
                    full = [s for s in stops if s.volunteer_id == carrier.volunteer_id]
                    assert len(full) == carrier.capacity
    assert plan(doors[::-1], *carriers[::-1]) == stops
