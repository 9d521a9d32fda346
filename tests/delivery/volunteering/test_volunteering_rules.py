"""Who goes instead, how long a round counts, until when it is shown: from facts alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

from canteen.delivery.rules import Carrier, Door, plan_roster
from canteen.delivery.volunteering import rules
from canteen.delivery.volunteering.links import HOLDS_FOR, make_link, read_link
from canteen.delivery.volunteering.rules import Candidate, Walked
from tests.people import TODAY

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def candidate(volunteer_id: int, **values: object) -> Candidate:
    facts = {"delivered": 0, "covers": 0, "room": 10, "comes": True, **values}
    return Candidate(volunteer_id=volunteer_id, **facts)  # type: ignore[arg-type]


def ranked(*candidates: Candidate, boxes: int = 5) -> list[int]:
    return [one.volunteer_id for one in rules.rank(candidates, boxes=boxes)]


def test_who_knows_the_route_comes_first_then_the_area_then_the_room() -> None:
    knows = candidate(4, delivered=3)
    covers = candidate(3, covers=5)
    roomy = candidate(2, room=20)
    plain = candidate(1)
    assert ranked(plain, roomy, covers, knows) == [4, 3, 2, 1]


def test_of_equals_who_can_carry_all_and_comes_that_day_stands_before() -> None:
    full, absent, fits = candidate(1, room=2), candidate(2, comes=False), candidate(3)
    assert ranked(full, absent, fits) == [3, 2, 1]


def test_a_round_counts_from_the_first_to_the_last_door_and_the_way_before() -> None:
    def minutes(doors: int, span: int | None) -> int:
        first = NOON if span is not None else None
        last = NOON + timedelta(minutes=span) if span is not None else None
        walked = Walked(doors=doors, first_at=first, last_at=last, own=doors if first else 0)
        return rules.credited_minutes(walked)

    assert minutes(8, 40) == 60
    assert minutes(8, 41) == 75
    assert minutes(1, 0) == 30
    assert minutes(8, None) == 75, "typed in by the office: 8 doors of 6 minutes, and 20"
    assert minutes(8, 60 * 5) == 75, "five hours apart is no round"
    assert minutes(0, None) == 0


def test_a_round_typed_in_counts_what_the_sheet_says_else_the_plan_else_by_door() -> None:
    def minutes(**values: Any) -> int:
        return rules.credited_minutes(Walked(doors=8, **values))

    sheet = {"left_at": NOON, "back_at": NOON + timedelta(minutes=50)}
    assert minutes(**sheet, planned=100) == 60
    assert minutes(planned=100) == 105
    assert minutes(left_at=NOON, planned=100) == 105, "nobody wrote when it was back"
    assert minutes(left_at=NOON, back_at=NOON + timedelta(hours=5)) == 75, "no round is that long"
    assert minutes(left_at=NOON, back_at=NOON - timedelta(minutes=1)) == 75


def test_a_phone_that_died_at_the_second_door_does_not_cut_the_hours() -> None:
    told = {"first_at": NOON, "last_at": NOON + timedelta(minutes=5)}
    assert rules.credited_minutes(Walked(doors=12, own=2, **told)) == 105
    assert rules.credited_minutes(Walked(doors=12, own=2, planned=50, **told)) == 60
    assert rules.credited_minutes(Walked(doors=12, own=11, **told)) == 30


def test_a_round_is_shown_an_hour_longer_than_it_lasts() -> None:
    ends = NOON + timedelta(hours=1)
    assert rules.shown_until(period_ends=ends, back_by=None) == ends + timedelta(hours=1)
    late = ends + timedelta(minutes=30)
    assert rules.shown_until(period_ends=ends, back_by=late) == late + timedelta(hours=1)
    assert rules.shown_until(period_ends=ends, back_by=NOON) == ends + timedelta(hours=1)


def test_a_link_opens_for_whom_it_was_made_until_it_ends_and_with_older_keys() -> None:
    token = make_link(17, now=NOON, secrets=["new", "old"])
    assert read_link(token, now=NOON + HOLDS_FOR - timedelta(seconds=1), secrets=["new"]) == 17
    assert read_link(token, now=NOON + HOLDS_FOR, secrets=["new"]) is None
    assert read_link(token, now=NOON, secrets=["newer", "new"]) == 17
    assert read_link(token, now=NOON, secrets=["newer"]) is None


def test_a_link_that_was_changed_or_cut_opens_nothing() -> None:
    token = make_link(17, now=NOON, secrets=["key"])
    for forged in (token.replace("17", "18", 1), token[:-2], "", "17-9999999999", "1"):
        assert read_link(forged, now=NOON, secrets=["key"]) is None


def door(resident_id: int, **values: object) -> Door:
    facts = {"path": "/1/2/3/4/", "sort_key": "", "room": str(resident_id), **values}
    return Door(resident_id=resident_id, **facts)  # type: ignore[arg-type]


def carried(doors: list[Door], *carriers: Carrier) -> dict[int, int | None]:
    plan = plan_roster(doors=doors, carriers=carriers, service_date=TODAY)
    assert sorted(one.resident_id for one in plan) == sorted(one.resident_id for one in doors)
    return {one.resident_id: one.volunteer_id for one in plan}


def test_the_usual_volunteer_brings_it_also_outside_their_area() -> None:
    here = Carrier(volunteer_id=1, capacity=5, areas=("/1/2/",))
    elsewhere = Carrier(volunteer_id=2, capacity=5, areas=("/1/9/",))
    assert carried([door(7, usual=2), door(8)], here, elsewhere) == {7: 2, 8: 1}


def test_a_usual_volunteer_who_is_full_or_away_leaves_it_to_the_area() -> None:
    here = Carrier(volunteer_id=1, capacity=5, areas=("/1/2/",))
    full = Carrier(volunteer_id=2, capacity=1, areas=("/1/9/",))
    sunday = Carrier(volunteer_id=3, capacity=9, areas=("/1/9/",), weekdays="7")
    doors = [door(6, usual=2), door(7, usual=2), door(8, usual=3)]
    assert carried(doors, here, full, sunday) == {6: 2, 7: 1, 8: 1}


def test_two_boxes_for_one_door_count_twice() -> None:
    one = Carrier(volunteer_id=1, capacity=3, areas=("/1/",))
    assert carried([door(6, boxes=2), door(7, boxes=2)], one) == {6: 1, 7: None}
    two = Carrier(volunteer_id=2, capacity=3, areas=("/1/",))
    assert None not in carried([door(6, boxes=2), door(7, boxes=2)], one, two).values()


def test_a_door_only_its_full_usual_volunteer_covers_is_red() -> None:
    full = Carrier(volunteer_id=2, capacity=1, areas=("/5/",))
    assert carried([door(6, usual=2), door(7, usual=2)], full) == {6: 2, 7: None}
