"""The draft in the order of a plan that was taken: every door once, whatever changed since."""

from hypothesis import given
from hypothesis import strategies as some

from canteen.delivery.arranging import arranged
from canteen.delivery.rules import PlannedStop


def grid(*stops: tuple[int, int | None, str]) -> list[PlannedStop]:
    return [PlannedStop(one, who, n, problem) for n, (one, who, problem) in enumerate(stops, 1)]


def test_doors_go_where_the_plan_puts_them_and_new_ones_to_the_end_of_the_grids_round() -> None:
    found = arranged(
        grid((1, 7, ""), (2, 7, ""), (3, 8, ""), (4, 7, "")),
        orders={8: (2, 1), 7: (3,)},
        left_out=(),
        here={7, 8},
    )
    assert [(one.resident_id, one.volunteer_id, one.position) for one in found] == [
        (3, 7, 1),
        (2, 8, 1),
        (1, 8, 2),
        (4, 7, 2),
    ]


def test_left_out_and_not_entitled_stand_red_and_what_the_plan_serves_is_red_no_longer() -> None:
    found = arranged(
        grid(
            (1, 7, ""),
            (2, None, "tag_expired"),
            (3, None, "over_capacity"),
            (4, None, "no_address"),
        ),
        orders={7: (3, 2)},
        left_out={1},
        here={7},
    )
    assert [(one.resident_id, one.volunteer_id, one.problem) for one in found] == [
        (3, 7, ""),
        (1, None, "route_left_out"),
        (2, None, "tag_expired"),
        (4, None, "no_address"),
    ]


doors = some.dictionaries(
    some.integers(1, 12),
    some.sampled_from([(7, ""), (8, ""), (None, "over_capacity"), (None, "tag_expired")]),
)
orders = some.dictionaries(
    some.sampled_from([7, 8, 9]), some.lists(some.integers(1, 14), max_size=6, unique=True)
)


@given(doors=doors, orders=orders, left_out=some.sets(some.integers(1, 14)))
def test_every_door_comes_back_once_with_a_volunteer_or_a_problem(
    doors: dict[int, tuple[int | None, str]],
    orders: dict[int, list[int]],
    left_out: set[int],
) -> None:
    planned = grid(*((one, who, problem) for one, (who, problem) in doors.items()))
    found = arranged(planned, orders=orders, left_out=left_out, here={7, 8})
    assert sorted(one.resident_id for one in found) == sorted(doors)
    assert all((one.volunteer_id is None) == bool(one.problem) for one in found)
    assert {one.volunteer_id for one in found} <= {7, 8, None}
    for who in (7, 8, None):
        positions = [one.position for one in found if one.volunteer_id == who]
        assert positions == list(range(1, len(positions) + 1))
