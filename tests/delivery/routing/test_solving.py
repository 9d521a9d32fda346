"""Good rounds: every door once or named, and nothing that the checker would not pass."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from canteen.delivery.routing.bundling import as_one, bundled, unbundled
from canteen.delivery.routing.checking import faults
from canteen.delivery.routing.comparing import kept_share
from canteen.delivery.routing.distances import Table
from canteen.delivery.routing.facts import (
    CAR,
    FOOT,
    NO_COURIERS,
    NO_PLACE,
    NO_ROOM,
    NO_TIME,
    PINNED_ABSENT,
    START,
    TOO_MANY_BOXES,
    WINDOW_IMPOSSIBLE,
    Plan,
    Question,
    Stop,
)
from canteen.delivery.routing.search import Clock, Tidings
from canteen.delivery.routing.solving import solve
from tests.delivery.routing.worlds import (
    CANTEEN,
    NOON,
    east,
    make_courier,
    make_question,
    make_stop,
)


def planned(question: Question, seconds: float = 0.15, **how: Any) -> Plan:
    table = Table(question)
    plan = solve(table, seed=1, clock=Clock(seconds), **how).plan
    assert faults(table, plan) == ()
    return plan


def test_doors_on_one_street_are_visited_on_the_way_out_and_back() -> None:
    stops = [make_stop(number, 100 * number) for number in (3, 1, 2)]
    plan = planned(make_question(stops, [make_courier(7, end=None)]))
    assert plan.orders == {7: (1, 2, 3)}
    assert plan.rounds[0].metres == pytest.approx(300 * 1.35, abs=3)


def test_what_one_cannot_carry_goes_to_the_next() -> None:
    stops = [make_stop(number, 100 + 10 * number) for number in range(1, 11)]
    plan = planned(make_question(stops, [make_courier(1, capacity=5), make_courier(2, capacity=5)]))
    assert sorted(len(one.visits) for one in plan.rounds) == [5, 5]


def test_five_hundred_doors_for_one_are_served_as_far_as_it_goes_and_the_rest_is_named() -> None:
    stops = [make_stop(number, 10 * (number % 40)) for number in range(1, 501)]
    plan = planned(make_question(stops, [make_courier(1, capacity=20)]), seconds=0.5)
    assert len(plan.unserved) == 480
    assert {one.reason for one in plan.unserved} == {NO_ROOM}


def test_without_anybody_every_door_is_named() -> None:
    plan = planned(make_question([make_stop(1), make_stop(2)], []))
    assert [(one.stop_id, one.reason) for one in plan.unserved] == [
        (1, NO_COURIERS),
        (2, NO_COURIERS),
    ]


def test_without_a_door_there_is_nothing_to_do() -> None:
    assert planned(make_question([], [make_courier(1)])) == Plan(rounds=())


def test_windows_that_nobody_can_keep_are_named() -> None:
    stops = [make_stop(number, latest=10 * 3600) for number in (1, 2, 3)]
    plan = planned(make_question(stops, [make_courier(1)]))
    assert {one.reason for one in plan.unserved} == {WINDOW_IMPOSSIBLE}


@pytest.mark.parametrize(
    ("stop", "reason"),
    [
        (make_stop(1, boxes=30), TOO_MANY_BOXES),
        (make_stop(1, pinned_to=99), PINNED_ABSENT),
        (make_stop(1, point=None), NO_PLACE),
        (make_stop(1, 60_000), WINDOW_IMPOSSIBLE),
    ],
)
def test_a_door_nobody_can_serve_is_named_and_the_others_are_served(
    stop: Stop, reason: str
) -> None:
    plan = planned(make_question([stop, make_stop(2)], [make_courier(1)]))
    assert [(one.stop_id, one.reason) for one in plan.unserved] == [(1, reason)]
    assert plan.courier_of == {2: 1}


def test_doors_for_which_the_shift_is_too_short_are_named_for_want_of_time() -> None:
    stops = [make_stop(number, 900, door_seconds=1200) for number in range(1, 7)]
    plan = planned(make_question(stops, [make_courier(1, capacity=50)]))
    assert plan.unserved
    assert {one.reason for one in plan.unserved} == {NO_TIME}


def test_food_is_handed_over_while_it_is_hot() -> None:
    stops = [make_stop(1, 1500), make_stop(2, -1500)]
    couriers = [make_courier(1), make_courier(2)]
    question = make_question(stops, couriers, cooked_at=11 * 3600, hot_seconds=40 * 60)
    plan = planned(question)
    assert len(plan.rounds) == 2  # one alone would be at the second door after 100 minutes
    assert all(v.hands_over_at <= 11 * 3600 + 2400 for one in plan.rounds for v in one.visits)


def test_she_leaves_for_dialysis_at_noon_so_she_is_first() -> None:
    near = [make_stop(number, 20 * number, door_seconds=900) for number in range(1, 5)]
    dialysis = make_stop(9, 300, latest=11 * 3600 + 25 * 60, door_seconds=900)
    plan = planned(make_question([*near, dialysis], [make_courier(1, back_by=15 * 3600)]))
    assert plan.orders[1][0] == 9


def test_a_pinned_door_goes_to_its_courier_and_a_pinned_order_is_kept() -> None:
    stops = [
        make_stop(1, 100, pinned_to=2),
        make_stop(2, 110),
        make_stop(3, 500, after=START),
        make_stop(4, 120, after=3),
    ]
    plan = planned(make_question(stops, [make_courier(1), make_courier(2)]))
    assert plan.courier_of[1] == 2
    assert any(one.stop_ids[:2] == (3, 4) for one in plan.rounds)


def test_a_car_goes_to_the_far_doors() -> None:
    stops = [make_stop(1, 4500), make_stop(2, 4600), make_stop(3, -60), make_stop(4, -90)]
    couriers = [make_courier(1, transport=FOOT), make_courier(2, transport=CAR)]
    plan = planned(make_question(stops, couriers))
    assert plan.courier_of[1] == plan.courier_of[2] == 2


def test_one_compound_is_not_torn_without_need() -> None:
    stops = [
        make_stop(10 * compound + door, 150 * compound + 4 * door, path=f"/1/{compound}/{door}/9/")
        for compound in (1, 2)
        for door in range(1, 7)
    ]
    plan = planned(make_question(stops, [make_courier(1), make_courier(2)]))
    carriers = {
        compound: {who for stop, who in plan.courier_of.items() if stop // 10 == compound}
        for compound in (1, 2)
    }
    assert [len(who) for who in carriers.values()] == [1, 1]


def test_the_usual_volunteer_is_kept_where_it_costs_little() -> None:
    stops = [make_stop(number, 100 + number, usual=1 + number % 2) for number in range(1, 9)]
    plan = planned(make_question(stops, [make_courier(1), make_courier(2)]))
    assert all(plan.courier_of[number] == 1 + number % 2 for number in range(1, 9))


def test_after_a_small_change_nearly_everybody_keeps_their_volunteer() -> None:
    stops = [
        make_stop(n, 90 * (n % 8), point=east(90 * (n % 8), 130 * (n // 8))) for n in range(1, 41)
    ]
    couriers = [make_courier(number) for number in range(1, 6)]
    first = planned(make_question(stops, couriers), seconds=2.0)
    usual = first.courier_of
    changed = [
        make_stop(n, point=stop.point, usual=usual.get(n))
        for n, stop in enumerate(stops, 1)
        if n not in (4, 30)
    ]
    again = planned(
        make_question([*changed, make_stop(50, point=east(200, 200))], couriers),
        earlier=first.orders,
    )
    assert kept_share(dict(usual), again) >= 0.9
    assert not again.unserved


def test_a_search_can_be_stopped_and_still_gives_a_sound_plan() -> None:
    heard: list[Tidings] = []
    question = make_question([make_stop(n, 30 * n) for n in range(1, 30)], [make_courier(1)])
    table = Table(question)
    clock = Clock(60, tell=heard.append, stop=lambda: True)
    plan = solve(table, seed=1, clock=clock).plan
    assert clock.stopped
    assert clock.used < 20
    assert faults(table, plan) == ()
    assert heard[0].given == 60


def test_bundles_hold_neighbours_of_one_stairway_and_nobody_twice() -> None:
    stops = [make_stop(n, 50, path="/1/2/3/4/", floor=n) for n in range(1, 6)]
    stops += [make_stop(8, 50, path="/1/2/3/4/", latest=NOON), make_stop(9, 80)]
    bundles = bundled(stops, smallest_bag=6)
    assert [tuple(one.stop_id for one in bundle) for bundle in bundles.values()] == [
        (9,), (1, 2, 3), (8,), (4, 5),
    ]  # fmt: skip
    assert as_one(bundles[1]).boxes == 3
    assert as_one(bundles[1]).door_seconds == 3 * 120 + 2 * 18
    assert unbundled({7: (4, 1)}, bundles) == {7: (4, 5, 1, 2, 3)}


points = some.builds(east, some.integers(-2500, 2500), some.integers(-2500, 2500))


@some.composite
def questions(draw: Any) -> Question:
    """Anything a day may look like, also what cannot be kept."""
    count = draw(some.integers(0, 14))
    couriers = [
        make_courier(
            number,
            start=draw(some.sampled_from([CANTEEN, east(300)])),
            end=draw(some.sampled_from([CANTEEN, None])),
            transport=draw(some.sampled_from(["foot", "bike", "car"])),
            capacity=draw(some.integers(1, 12)),
            leaves_from=draw(some.sampled_from([10 * 3600, 11 * 3600])),
            back_by=draw(some.sampled_from([10 * 3600, 11 * 3600 + 1800, 13 * 3600])),
            areas=draw(some.sampled_from([(), ("/1/2/",), ("/1/3/4/",)])),
        )
        for number in range(1, draw(some.integers(0, 4)) + 1)
    ]
    hours = some.one_of(some.none(), some.integers(10 * 3600, 13 * 3600))
    who = some.one_of(some.none(), some.integers(1, 5))
    stops = [
        Stop(
            stop_id=number,
            point=draw(some.one_of(points, points, points, some.none())),
            path=draw(some.sampled_from(["", "/1/2/3/5/", "/1/3/4/6/", "/1/3/4/7/"])),
            boxes=draw(some.integers(1, 4)),
            climb_seconds=draw(some.integers(0, 120)),
            floor=draw(some.integers(1, 7)),
            earliest=draw(hours),
            latest=draw(hours),
            pinned_to=draw(who),
            usual=draw(who),
            after=draw(some.one_of(some.none(), some.none(), some.integers(0, count))),
        )
        for number in range(1, count + 1)
    ]
    hot = draw(some.one_of(some.none(), some.just(4000)))
    return make_question(stops, couriers, cooked_at=hot and 10 * 3600, hot_seconds=hot)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(question=questions(), seed=some.integers(0, 3))
def test_the_checker_accepts_every_plan(question: Question, seed: int) -> None:
    table = Table(question)
    plan = solve(table, seed=seed, clock=Clock(0.03)).plan
    assert faults(table, plan) == ()
    named = [one.stop_id for one in plan.unserved]
    assert sorted([*plan.courier_of, *named]) == [stop.stop_id for stop in question.stops]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(question=questions(), other=questions())
def test_planning_again_from_any_earlier_plan_is_sound(question: Question, other: Question) -> None:
    earlier = solve(Table(other), seed=1, clock=Clock(0.02)).plan.orders
    table = Table(question)
    plan = solve(table, seed=1, clock=Clock(0.03), earlier=earlier).plan
    assert faults(table, plan) == ()
