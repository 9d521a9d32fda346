"""The checker finds each thing that can be wrong with a plan."""

from dataclasses import replace
from typing import Any

import pytest

from canteen.delivery.routing import checking
from canteen.delivery.routing.checking import faults
from canteen.delivery.routing.distances import Table
from canteen.delivery.routing.facts import START, Plan, Question, Round, Unserved
from canteen.delivery.routing.moving import put
from canteen.delivery.routing.scheduling import plan_of
from tests.delivery.routing.worlds import NOON, make_courier, make_question, make_stop


def sound() -> tuple[Question, Plan]:
    question = make_question(
        [make_stop(1, 100), make_stop(2, 200), make_stop(3, 300)],
        [make_courier(1), make_courier(2)],
    )
    return question, plan_of(Table(question), {1: (1, 2), 2: (3,)})


def codes(question: Question, plan: Plan) -> set[str]:
    return {one.code for one in faults(Table(question), plan)}


def changed_stop(question: Question, stop_id: int, **values: Any) -> Question:
    stops = [replace(s, **values) if s.stop_id == stop_id else s for s in question.stops]
    return replace(question, stops=tuple(stops))


def changed_courier(question: Question, **values: Any) -> Question:
    first, *others = question.couriers
    return replace(question, couriers=(replace(first, **values), *others))


def test_a_sound_plan_has_no_fault() -> None:
    assert codes(*sound()) == set()


def test_a_forgotten_door_is_found() -> None:
    question, plan = sound()
    assert codes(question, replace(plan, rounds=plan.rounds[:1])) == {"forgotten"}


def test_a_door_served_twice_or_served_and_named_is_found() -> None:
    question, plan = sound()
    double = plan_of(Table(question), {1: (1, 2), 2: (3, 1)})
    assert codes(question, double) == {"twice"}
    both = replace(plan, unserved=(Unserved(stop_id=1, reason="no_time"),))
    assert codes(question, both) == {"twice"}


def test_a_door_left_out_without_a_reason_is_found() -> None:
    question, plan = sound()
    left = replace(plan, rounds=plan.rounds[:1], unserved=(Unserved(stop_id=3, reason="because"),))
    assert codes(question, left) == {"no_reason"}


def test_a_strange_door_or_courier_is_found() -> None:
    question, plan = sound()
    assert codes(replace(question, stops=question.stops[:2]), plan) == {"unknown_stop"}
    assert codes(replace(question, couriers=question.couriers[:1]), plan) == {"unknown_courier"}


def test_a_courier_on_two_rounds_is_found() -> None:
    question, plan = sound()
    two = replace(plan, rounds=(plan.rounds[0], replace(plan.rounds[1], courier_id=1)))
    assert "two_rounds" in codes(question, two)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"latest": 11 * 3600 + 60}, "too_late"),
        ({"pinned_to": 2}, "not_pinned"),
        ({"after": 3}, "not_after"),
        ({"point": None}, "nowhere"),
    ],
)
def test_what_a_door_demands_is_checked(values: dict[str, Any], code: str) -> None:
    question, plan = sound()
    assert code in codes(changed_stop(question, 2, **values), plan)


def test_food_that_has_grown_cold_is_found() -> None:
    question, plan = sound()
    cold = replace(question, cooked_at=10 * 3600, hot_seconds=3600)
    assert codes(cold, plan) == {"too_late"}


def test_the_first_door_may_be_asked_to_come_straight_from_the_start() -> None:
    question, plan = sound()
    assert codes(changed_stop(question, 1, after=START), plan) == set()
    assert codes(changed_stop(question, 2, after=START), plan) == {"not_after"}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"capacity": 1}, "over_capacity"),
        ({"back_by": 11 * 3600 + 60}, "back_too_late"),
        ({"leaves_from": NOON + 3600}, "leaves_too_early"),
        ({"transport": "car"}, "wrong_figures"),
    ],
)
def test_what_a_courier_can_do_is_checked(values: dict[str, Any], code: str) -> None:
    question, plan = sound()
    assert code in codes(changed_courier(question, **values), plan)


@pytest.mark.parametrize("field", ["back_at", "metres", "boxes"])
def test_figures_that_are_not_true_are_found(field: str) -> None:
    question, plan = sound()
    first: Round = plan.rounds[0]
    lying = replace(first, **{field: getattr(first, field) - 1})
    assert codes(question, replace(plan, rounds=(lying, plan.rounds[1]))) == {"wrong_figures"}


def test_nobody_waits_at_a_closed_door_when_they_could_leave_later() -> None:
    question = make_question(
        [make_stop(1, 100), make_stop(2, 200, earliest=NOON)], [make_courier(1)]
    )
    plan = plan_of(Table(question), {1: (1, 2)})
    assert plan.rounds[0].visits[1].arrives_at == NOON
    assert codes(question, plan) == set()


def test_a_door_put_elsewhere_says_what_it_costs_and_which_limit_it_breaks() -> None:
    question, plan = sound()
    question = changed_courier(question, capacity=2)
    table = Table(question)
    moves = put(table, plan, stop_id=3, courier_id=1, position=1)
    assert moves.plan.orders == {1: (3, 1, 2)}
    assert moves.seconds < 0  # the second courier stays at home
    assert [(one.code, one.courier_id, one.excess) for one in moves.broken] == [
        (checking.OVER_CAPACITY, 1, 1)
    ]
    back = put(table, moves.plan, stop_id=3, courier_id=2)
    assert back.plan == plan
    assert back.broken == ()
    assert (back.seconds, back.metres) == (-moves.seconds, -moves.metres)


def test_a_door_taken_off_every_round_stands_by_name() -> None:
    question, plan = sound()
    moves = put(Table(question), plan, stop_id=3, courier_id=None)
    assert moves.plan.orders == {1: (1, 2)}
    assert [one.stop_id for one in moves.plan.unserved] == [3]
    assert moves.broken == ()
