"""Rounds that go wrong: given back, left open overnight, ended by a death; and what nobody sees."""

from datetime import timedelta
from typing import Any

import pytest
from flask import url_for
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import travel

from canteen.blueprints.access import PUBLIC, SIGNED_IN, access_of
from canteen.delivery.actions import reassign_stop
from canteen.delivery.after_end import still_to_bring
from canteen.delivery.models import OutcomeKind, RosterStop, Volunteer
from canteen.delivery.rounds.models import EventKind
from canteen.delivery.volunteering.queries import duties_of
from canteen.delivery.watching.actions import Ending, end_alarm
from canteen.delivery.watching.models import Alarm, AlarmStep
from canteen.delivery.watching.rules import EndingKind
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Resident
from canteen.staff.rules import Role
from tests.delivery.people import make_need, publish, stops
from tests.delivery.rounds.walks import Walk, make_walk
from tests.people import NOW, TODAY, sign_in

SHUT = OutcomeKind.NOBODY_ANSWERS


def knock() -> tuple[str, int | None]:
    """Whose the second knock is."""
    db.session.rollback()
    step = db.session.scalars(select(AlarmStep).filter_by(kind="second_knock")).one()
    return step.who_name, step.volunteer_id


def test_who_gave_a_door_back_and_went_all_the_same_knocks_a_second_time(app: Any) -> None:
    walk = make_walk()
    walk.tell(walk.event(EventKind.CANNOT_FINISH))
    assert walk.tell(walk.outcome(walk.stops[0], SHUT)).reason == ""
    assert knock() == ("小周", walk.xiaozhou.volunteer_id)


def test_who_cannot_go_on_knocks_at_no_door_a_second_time(app: Any) -> None:
    walk = make_walk()
    walk.tell(walk.outcome(walk.stops[0], SHUT))
    assert knock() == ("小周", walk.xiaozhou.volunteer_id)
    walk.tell(walk.event(EventKind.CANNOT_FINISH))
    assert knock() == ("", None)


def test_what_was_offered_yesterday_is_not_taken_over_today(app: Any) -> None:
    walk = make_walk()
    taken = walk.event(EventKind.ACCEPTED, offer_id=walk.offered(walk.stops[1]))
    answer = walk.tell(taken, walk.laowu, NOW + timedelta(days=1))
    assert answer.reason == "offer_gone"
    db.session.rollback()
    assert db.session.get_one(RosterStop, walk.stops[1]).volunteer_id == walk.xiaozhou.volunteer_id


def test_to_who_dies_after_publication_nobody_is_sent_any_more(
    app: Any, client: FlaskClient
) -> None:
    walk = make_walk()
    taken = walk.event(EventKind.ACCEPTED, offer_id=walk.offered(walk.stops[1]))
    since = {walk.chen: TODAY, walk.li: TODAY}
    walk.tell(walk.outcome(walk.stops[0]))
    open_doors = still_to_bring(db.session(), since=since, today=TODAY)
    assert (open_doors[walk.chen].stops, open_doors[walk.li].stops) == (1, 0)
    with transaction() as session:
        person = session.get_one(Resident, walk.chen)
        person.status, person.ended_on = "deceased", TODAY
    assert walk.tell(taken, walk.laowu).reason == "offer_gone"
    handed = reassign_stop(
        site_id=walk.site_id, stop_id=walk.stops[1], volunteer_id=walk.xiaolin.volunteer_id,
        by=walk.zhangjie, now=NOW,
    )  # fmt: skip
    assert isinstance(handed, Refusal)
    assert handed.code == "stop_called_off"
    volunteer = db.session.get_one(Volunteer, walk.xiaozhou.volunteer_id)
    assert duties_of(db.session(), volunteer=volunteer, today=TODAY)[0].boxes == 1
    walk.tell(walk.event(EventKind.CANNOT_FINISH))
    db.session.rollback()
    assert db.session.get_one(RosterStop, walk.stops[1]).problem == "", "nobody has to decide"
    with travel(NOW, tick=False):
        sign_in(client, "zhangjie")
        page = client.get(f"/delivery/stops/{walk.stops[1]}").text
    assert "已去世" in page
    assert "交给哪位志愿者" not in page


@pytest.mark.parametrize("kind", [EndingKind.DIED, EndingKind.MOVED])
def test_to_who_is_found_dead_or_gone_no_dinner_is_brought_even_past_its_hour(
    app: Any, kind: EndingKind
) -> None:
    walk = make_walk()
    make_need(walk.chen, walk.site_id, period_code="dinner")
    dinner = publish(walk.site_id, walk.zhangjie, day=TODAY, period="dinner")
    walk.tell(walk.outcome(walk.stops[1], SHUT))
    alarm_id = db.session.scalars(select(Alarm.id)).one()
    refused = end_alarm(
        site_id=walk.site_id, alarm_id=alarm_id, ending=Ending(kind=kind, note="居委会说的"),
        today=TODAY, by=walk.zhangjie, now=NOW + timedelta(hours=5),
    )  # fmt: skip
    assert refused is None
    db.session.rollback()
    assert [one.called_off for one in stops(dinner)] == ["not_needed"]


SECRETS = ("奶奶", "陈桂英", "李秀兰", "0303", "13800000101", "4321", "1单元", "dibao", "低保")


def addresses(client: FlaskClient, walk: Walk) -> list[str]:
    """Every page a volunteer may open, with the numbers of what is there."""
    app, known = client.application, {
        "stop_id": walk.stops[0], "roster_id": walk.roster_id, "volunteer_id": 1, "lang": "zh",
    }  # fmt: skip
    found = []
    with app.test_request_context():
        for one in app.url_map.iter_rules():
            access = access_of(app, one.endpoint)
            open_to_all = access in (PUBLIC, SIGNED_IN)
            if "GET" not in (one.methods or ()) or not (open_to_all or Role.VOLUNTEER in access):
                continue
            if all(name in known or name.endswith("_id") for name in one.arguments):
                values = {name: known.get(name, 1) for name in one.arguments}
                if "uuid:" not in one.rule:
                    found.append(url_for(one.endpoint, **values))
    return found


def test_no_page_a_volunteer_may_open_names_somebody_elses_door_another_day_or_an_hour_later(
    client: FlaskClient,
) -> None:
    walk = make_walk()
    walk.tell(walk.outcome(walk.stops[0], SHUT, note="门锁坏"))
    pages = addresses(client, walk)
    assert len(pages) > 20
    assert {"/round/data", "/round/list", "/round/alarms", "/round/requests"} <= set(pages)
    for who, later in (
        ("laowu", timedelta()),
        ("xiaozhou", timedelta(days=1)),
        ("xiaozhou", timedelta(hours=2, minutes=31)),  # lunch ends at 13:00, it is 11:30
    ):
        with travel(NOW + later):
            sign_in(client, who)
            for page in pages:
                answer = client.get(page)
                text = (
                    answer.text if answer.mimetype.startswith(("text/", "application/json")) else ""
                )
                assert [one for one in SECRETS if one in text] == [], (who, page)
                assert answer.status_code < 500
