"""What moved and why."""

from canteen.delivery.routing.comparing import kept_share, moved
from canteen.delivery.routing.distances import Table
from canteen.delivery.routing.facts import Plan
from canteen.delivery.routing.scheduling import plan_of
from tests.delivery.routing.worlds import make_courier, make_question, make_stop


def test_each_move_has_its_reason() -> None:
    question = make_question(
        [
            make_stop(1),
            make_stop(2, usual=2),
            make_stop(3, pinned_to=2),
            make_stop(4),
            make_stop(5),
            make_stop(6),
            make_stop(7),
        ],
        [make_courier(1), make_courier(2)],
    )
    plan = plan_of(Table(question), {1: (1, 6), 2: (2, 3, 4, 5)})
    before = {1: 1, 2: 1, 3: 1, 4: 9, 6: None, 7: 1, 8: 2}
    assert {one.stop_id: one.reason for one in moved(question, before, plan)} == {
        2: "back_to_usual",
        3: "pinned",
        4: "its_volunteer_absent",
        5: "new",
        6: "served_again",
        7: "now_left_out",
        8: "gone",
    }


def test_a_move_from_a_full_bag_says_so_and_another_is_for_the_shorter_way() -> None:
    question = make_question(
        [make_stop(1), make_stop(2)], [make_courier(1, capacity=1), make_courier(2)]
    )
    plan = plan_of(Table(question), {1: (1,), 2: (2,)})
    assert [one.reason for one in moved(question, {1: 1, 2: 1}, plan)] == ["no_room_before"]
    roomy = make_question(list(question.stops), [make_courier(1), make_courier(2)])
    assert [one.reason for one in moved(roomy, {1: 1, 2: 1}, plan)] == ["shorter"]


def test_the_part_that_kept_its_courier_is_of_those_in_both_plans() -> None:
    question = make_question([make_stop(1), make_stop(2)], [make_courier(1), make_courier(2)])
    plan = plan_of(Table(question), {1: (1,), 2: (2,)})
    assert kept_share({1: 1, 2: 1, 8: 1}, plan) == 0.5
    assert kept_share({}, Plan(rounds=())) == 1.0
