"""How long a plan held a round to last, for hours of rounds typed in from paper."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import travel

from canteen.delivery.actions import reassign_stop
from canteen.delivery.models import Roster, RosterStop
from canteen.delivery.paper.models import TypedRound
from canteen.delivery.paper.planned import planned_minutes
from canteen.delivery.routes.actions import take_plan
from canteen.foundation.database import db
from tests.delivery.paper.test_typing_in import fields
from tests.delivery.people import make_volunteer, publish
from tests.delivery.streets import make_street, planned
from tests.people import NOW, TODAY, sign_in


def test_a_round_of_a_plan_knows_how_long_it_takes_and_one_without_a_plan_does_not(
    app: Flask,
) -> None:
    street = make_street()
    plan_id = planned(app, street)
    take_plan(site_id=street.site_id, plan_id=plan_id, by=street.manager, now=NOW)
    roster_id = publish(street.site_id, street.manager, day=TODAY)

    def minutes(volunteer_id: int) -> int | None:
        db.session.rollback()
        roster = db.session.get_one(Roster, roster_id)
        return planned_minutes(db.session(), roster=roster, volunteer_id=volunteer_id)

    before = minutes(street.far)
    assert before is not None
    assert 5 < before < 60
    stop_id = db.session.scalars(
        select(RosterStop.id).filter_by(volunteer_id=street.near).order_by(RosterStop.id)
    ).first()
    assert stop_id is not None
    refused = reassign_stop(
        site_id=street.site_id, stop_id=stop_id, volunteer_id=street.far, by=street.manager,
        now=NOW,
    )  # fmt: skip
    assert refused is None
    longer = minutes(street.far)
    assert longer is not None
    assert longer > before, "as it is walked, not as it was planned"
    assert minutes(make_volunteer(street.site_id, "新来的")) is None


def test_what_is_typed_on_the_page_is_kept_with_the_sheet(client: FlaskClient) -> None:
    app, street = client.application, make_street()
    take_plan(site_id=street.site_id, plan_id=planned(app, street), by=street.manager, now=NOW)
    roster_id = publish(street.site_id, street.manager, day=TODAY)
    address = f"/delivery/rosters/{roster_id}/rounds/{street.far}"
    with travel(NOW, tick=True):
        sign_in(client, "zhangjie")
        values = fields(client.get(address).text)
        values |= {
            name.replace("id-", "kind-"): "handed_over" for name in values if name[:3] == "id-"
        }
        values["back_at"] = "1120"
        for left_at, status in (("1130", 409), ("x", 422), ("1030", 302)):
            answer = client.post(f"{address}/entries", data=values | {"left_at": left_at})
            assert answer.status_code == status
            assert ("出发写得比送完还晚" in answer.text) == (status == 409)
    db.session.rollback()
    row = db.session.scalars(select(TypedRound)).one()
    assert row.left_at == row.back_at - timedelta(minutes=50)
    assert row.planned_minutes is not None
