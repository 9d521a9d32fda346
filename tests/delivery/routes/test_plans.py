"""Rounds planned in the worker, looked at beside the present order, taken, changed by hand."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from canteen.delivery import queries
from canteen.delivery.actions import publish_roster
from canteen.delivery.models import DeliveryNeed, RosterStop, Volunteer
from canteen.delivery.routes.actions import Cost, ask_for_routes, discard_plan, move_stop, take_plan
from canteen.delivery.routes.facts import read_question, usual_volunteers
from canteen.delivery.routes.models import RoutePlan
from canteen.delivery.routes.queries import shown_plan
from canteen.delivery.routing.checking import faults
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import GridNode
from tests.delivery.people import make_need, publish, stops
from tests.delivery.streets import LAT, Street, asked, planned, put_site
from tests.people import NOW, TODAY, make_resident, make_unit


def page_plan(plan_id: int) -> Any:
    db.session.rollback()
    shown = shown_plan(db.session(), db.session.get_one(RoutePlan, plan_id))
    assert not isinstance(shown, Refusal)
    return shown


def draft_orders(street: Street) -> dict[int | None, list[int]]:
    db.session.rollback()
    draft = queries.draft(db.session(), site_id=street.site_id, day=TODAY, period_code="lunch")
    assert draft is not None
    orders: dict[int | None, list[int]] = {}
    for stop in draft.stops:
        orders.setdefault(stop.plan.volunteer_id, []).append(stop.plan.resident_id)
    return orders


def how(street: Street) -> dict[str, Any]:
    return {"site_id": street.site_id, "by": street.manager, "now": NOW}


def test_a_plan_is_offered_beside_the_present_order_and_is_sound(
    app: Flask, street: Street
) -> None:
    shown = page_plan(planned(app, street))
    assert faults(shown.table, shown.plan) == ()
    assert sorted(shown.plan.courier_of) == sorted(street.doors.values())
    assert shown.figures.seconds <= shown.present.seconds
    assert shown.present.unserved == 0
    assert shown.figures.latest is not None


def test_until_it_is_taken_the_draft_stays_in_grid_order_then_it_follows_the_plan(
    app: Flask, street: Street
) -> None:
    by_grid = draft_orders(street)
    plan_id = planned(app, street)
    assert draft_orders(street) == by_grid
    assert take_plan(plan_id=plan_id, **how(street)) is None
    assert take_plan(plan_id=plan_id, **how(street)) is None
    plan = page_plan(plan_id).plan
    assert draft_orders(street) == {who: list(order) for who, order in plan.orders.items()}
    assert discard_plan(plan_id=plan_id, **how(street)) is None
    assert draft_orders(street) == by_grid


def test_publishing_fixes_the_order_of_the_plan_and_then_it_cannot_be_changed(
    app: Flask, street: Street
) -> None:
    plan_id = planned(app, street)
    take_plan(plan_id=plan_id, **how(street))
    orders = page_plan(plan_id).plan.orders
    roster_id = publish(street.site_id, street.manager)
    published: dict[int, list[int]] = {}
    for stop in stops(roster_id):
        assert stop.volunteer_id is not None
        published.setdefault(stop.volunteer_id, []).append(stop.resident_id)
    assert published == {who: list(order) for who, order in orders.items()}
    door = street.doors["甲一姑"]
    for refusal in (
        move_stop(plan_id=plan_id, resident_id=door, volunteer_id=None, position=0, **how(street)),
        discard_plan(plan_id=plan_id, **how(street)),
        ask_for_routes(db.session(), asked(street), today=TODAY, by=street.manager, now=NOW),
    ):
        assert refusal == Refusal("already_published")


def test_a_second_plan_taken_puts_the_first_away(app: Flask, street: Street) -> None:
    first = planned(app, street)
    take_plan(plan_id=first, **how(street))
    second = planned(app, street)
    assert take_plan(plan_id=second, **how(street)) is None
    db.session.rollback()
    assert [db.session.get_one(RoutePlan, one).state for one in (first, second)] == [
        "discarded",
        "taken",
    ]
    assert take_plan(plan_id=first, **how(street)) == Refusal("route_plan_discarded")


def test_planning_again_keeps_the_volunteers_of_the_plan_in_use(app: Flask, street: Street) -> None:
    take_plan(plan_id=planned(app, street), **how(street))
    again = page_plan(planned(app, street))
    assert again.moved == {}


def test_a_door_moved_by_hand_says_what_it_costs(app: Flask, street: Street) -> None:
    plan_id = planned(app, street)
    before = page_plan(plan_id).plan
    door = street.doors["丙二姑"]
    other = next(one for one in (street.near, street.far) if one != before.courier_of[door])
    cost = move_stop(
        plan_id=plan_id, resident_id=door, volunteer_id=other, position=1, **how(street)
    )
    assert isinstance(cost, Cost)
    after = page_plan(plan_id)
    assert after.plan.orders[other][0] == door
    assert cost.seconds == after.plan.seconds - before.seconds
    assert after.document.touched


def test_a_door_taken_off_every_round_stands_red_in_the_draft(app: Flask, street: Street) -> None:
    plan_id = planned(app, street)
    take_plan(plan_id=plan_id, **how(street))
    door = street.doors["甲一姑"]
    move_stop(plan_id=plan_id, resident_id=door, volunteer_id=None, position=0, **how(street))
    assert draft_orders(street)[None] == [door]
    roster_id = publish(street.site_id, street.manager)
    red = [stop for stop in stops(roster_id) if stop.volunteer_id is None]
    assert [stop.problem for stop in red] == ["route_left_out"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"resident_id": 9999}, "stop_not_here"),
        ({"volunteer_id": 9999}, "volunteer_not_here"),
    ],
)
def test_a_strange_door_or_volunteer_cannot_be_moved_to(
    app: Flask, street: Street, values: dict[str, int], code: str
) -> None:
    plan_id = planned(app, street)
    move = {"resident_id": street.doors["甲一姑"], "volunteer_id": street.near, **values}
    assert move_stop(plan_id=plan_id, position=0, **move, **how(street)) == Refusal(code)


def test_somebody_new_after_planning_is_named_and_somebody_gone_is_gone(
    app: Flask, street: Street
) -> None:
    plan_id = planned(app, street)
    take_plan(plan_id=plan_id, **how(street))
    unit = make_unit(building="1栋")
    new = make_resident(
        "丁新姑",
        site_id=street.site_id,
        unit_id=unit,
        room="601",
        tags=("dibao",),
        birthday=date(1940, 5, 6),
    )
    make_need(new, street.site_id)
    with transaction() as session:
        session.execute(
            db.delete(DeliveryNeed).where(DeliveryNeed.resident_id == street.doors["乙一姑"])
        )
    shown = page_plan(plan_id)
    assert shown.reasons == {new: "added_since"}
    orders = draft_orders(street)
    assert new in {one for order in orders.values() for one in order}  # by the grid's order
    assert street.doors["乙一姑"] not in {one for order in orders.values() for one in order}


def test_a_volunteer_who_stops_coming_leaves_the_doors_to_the_grid(
    app: Flask, street: Street
) -> None:
    plan_id = planned(app, street)
    take_plan(plan_id=plan_id, **how(street))
    with transaction() as session:
        session.get_one(Volunteer, street.near).active = False
    orders = draft_orders(street)
    assert street.near not in orders
    assert sorted(one for order in orders.values() for one in order) == sorted(
        street.doors.values()
    )


def test_a_door_without_coordinates_is_placed_by_its_compound_and_shown_as_such(
    app: Flask, street: Street
) -> None:
    unit = make_unit(building="9栋")
    far = make_resident(
        "戊无姑",
        site_id=street.site_id,
        unit_id=unit,
        room="201",
        tags=("dibao",),
        birthday=date(1940, 5, 6),
    )
    make_need(far, street.site_id)
    shown = page_plan(planned(app, street))
    stop = next(one for one in shown.table.question.stops if one.stop_id == far)
    assert stop.placed_by == "compound"
    assert far in shown.plan.courier_of


def test_without_any_coordinates_it_says_where_to_fill_them_in(app: Flask, street: Street) -> None:
    put_site(street.site_id, known=False)
    with transaction() as session:
        session.execute(db.update(GridNode).values(latitude=None, longitude=None))
    refusal = ask_for_routes(db.session(), asked(street), today=TODAY, by=street.manager, now=NOW)
    assert refusal == Refusal("no_coordinates")


def test_without_the_canteens_own_point_rounds_begin_in_the_middle(
    app: Flask, street: Street
) -> None:
    put_site(street.site_id, known=False)
    read = read_question(db.session(), asked(street))
    assert not isinstance(read, Refusal)
    assert not read.start_known
    assert read.question.couriers[0].start.lat == pytest.approx(LAT)


def test_nobody_comes_and_every_door_is_named(app: Flask, street: Street) -> None:
    with transaction() as session:
        session.execute(db.update(Volunteer).values(weekdays=""))
    shown = page_plan(planned(app, street))
    assert set(shown.reasons.values()) == {"no_couriers"}
    assert len(shown.reasons) == 6


def test_hours_that_cannot_be_are_refused(app: Flask, street: Street) -> None:
    for values in ({"leaves_from": 9 * 3600}, {"back_by": 10 * 3600}):
        refusal = ask_for_routes(
            db.session(), asked(street, **values), today=TODAY, by=street.manager, now=NOW
        )
        assert refusal == Refusal("hours_wrong")


def test_who_came_most_often_is_the_usual_volunteer(app: Flask, street: Street) -> None:
    for back in (1, 2, 3):
        roster_id = publish_before(street, TODAY - timedelta(days=back))
        with transaction() as session:
            session.execute(
                db.update(RosterStop)
                .where(RosterStop.roster_id == roster_id)
                .values(volunteer_id=street.far if back == 2 else street.near)
            )
    usual = usual_volunteers(db.session(), site_id=street.site_id, day=TODAY)
    assert set(usual.values()) == {street.near}
    assert set(usual) == set(street.doors.values())


def publish_before(street: Street, day: date) -> int:
    found = publish_roster(
        site_id=street.site_id,
        day=day,
        period_code="lunch",
        today=day,
        by=street.manager,
        now=NOW,
    )
    assert isinstance(found, int)
    return found


def test_stopped_by_a_person_it_offers_the_best_it_had(
    app: Flask, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("canteen.delivery.routes.jobs.seconds_for", lambda _stops: 60.0)
    monkeypatch.setattr("canteen.delivery.routes.jobs._Watch.stop", lambda _self: True)
    shown = page_plan(planned(app, street))
    assert len(shown.plan.courier_of) == 6
