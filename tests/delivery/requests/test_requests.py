"""Asking, taking, giving back, doing, confirming: one volunteer holds a request."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import travel

from canteen.delivery.models import Volunteer
from canteen.delivery.requests import actions, queries
from canteen.delivery.requests.actions import Wish
from canteen.delivery.requests.models import HelpRequest, RequestKind
from canteen.delivery.volunteering.models import VolunteerTeam
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Resident, Status
from tests.chance import without_chance
from tests.delivery.people import make_volunteer, make_xiaozhou
from tests.lunches import run_at_once
from tests.people import NOW, TODAY, make_chen, make_site, make_zhangjie, sign_in


@pytest.fixture(autouse=True)
def lunch_time() -> Iterator[None]:
    with travel(NOW, tick=True):
        yield


class Asked:
    """陈奶奶 asks for an errand; 小周 and 老吴 could do it."""

    def __init__(self, **values: Any) -> None:
        self.site_id = make_site()
        self.zhangjie = make_zhangjie(self.site_id)
        self.chen = make_chen(self.site_id)
        self.xiaozhou = make_xiaozhou(self.site_id)
        self.laowu = make_volunteer(self.site_id, "老吴")
        self.id = uuid4()
        self.wish = Wish(
            **{
                "id": self.id, "resident_id": self.chen, "kind": "errand",
                "details": "降压药一盒，医保卡在家", "asked_by": "resident", **values,
            }
        )  # fmt: skip

    def ask(self) -> str:
        found = actions.ask_for_help(
            site_id=self.site_id, wish=self.wish, by=self.zhangjie, now=NOW
        )
        return found.code if found else ""

    def by(self, act: Any, who: int = 0) -> str:
        volunteer_id = who or self.xiaozhou
        found = act(request_id=self.id, volunteer_id=volunteer_id, by=self.zhangjie, now=NOW)
        return found.code if found else ""

    def confirm(self, *, happened: bool) -> str:
        found = actions.confirm_request(
            site_id=self.site_id, request_id=self.id, happened=happened,
            by=self.zhangjie, now=NOW,
        )  # fmt: skip
        return found.code if found else ""

    def row(self) -> HelpRequest:
        db.session.rollback()
        return db.session.get_one(HelpRequest, self.id)


@pytest.mark.parametrize("status", [Status.DECEASED, Status.MOVED])
def test_nobody_is_sent_to_who_died_or_moved_since(app: Flask, status: Status) -> None:
    asked = Asked()
    asked.ask()
    volunteer = db.session.get_one(Volunteer, asked.xiaozhou)

    def shown() -> list[int]:
        db.session.rollback()
        session = db.session()
        found = queries.offered_to(session, volunteer=volunteer)
        return [len(found), len(queries.held_by(session, volunteer=volunteer))]

    def becomes(status: Status) -> None:
        with transaction() as session:
            person = session.get_one(Resident, asked.chen)
            person.status = status
            person.ended_on = None if status is Status.ACTIVE else TODAY

    assert shown() == [1, 0]
    becomes(status)
    assert shown() == [0, 0]
    assert asked.by(actions.take_request) == "request_gone"
    becomes(Status.ACTIVE)
    assert asked.by(actions.take_request) == ""
    assert shown() == [0, 1]
    becomes(status)
    assert shown() == [0, 0]


def test_a_request_sent_twice_is_one(app: Flask) -> None:
    asked = Asked()
    assert [asked.ask(), asked.ask()] == ["", ""]
    assert len(db.session.scalars(select(HelpRequest)).all()) == 1


@pytest.mark.parametrize("who", ["one", "two"])
def test_of_volunteers_who_take_it_at_once_one_holds_it(app: Flask, who: str) -> None:
    asked = Asked()
    asked.ask()
    takers = [asked.xiaozhou, asked.laowu] * 3 if who == "two" else [asked.xiaozhou] * 4
    take = lambda who: (who, asked.by(actions.take_request, who))  # noqa: E731
    answers = run_at_once(app, [partial(take, one) for one in takers])
    holder = asked.row().volunteer_id
    assert len(answers) == len(takers)
    for volunteer_id, answer in answers:
        assert answer == ("" if volunteer_id == holder else "request_taken")


def test_from_asking_to_confirming(app: Flask) -> None:
    asked = Asked()
    asked.ask()
    assert asked.confirm(happened=True) == "request_not_done"
    assert asked.by(actions.take_request) == ""
    assert asked.by(actions.finish_request, asked.laowu) == "request_not_yours"
    for _twice in range(2):
        assert asked.by(actions.finish_request) == ""
    assert asked.by(actions.give_back) == "request_done_already"
    for _twice in range(2):
        assert asked.confirm(happened=True) == ""
    assert asked.row().state == "confirmed"
    figures = queries.figures(db.session(), site_id=asked.site_id, now=NOW)
    assert (figures.asked, figures.taken, figures.done, figures.confirmed) == (1, 1, 1, 1)


def test_not_done_after_all_it_is_offered_anew(app: Flask) -> None:
    asked = Asked()
    asked.ask()
    asked.by(actions.take_request)
    asked.by(actions.finish_request)
    assert asked.confirm(happened=False) == ""
    assert (asked.row().state, asked.row().volunteer_id) == ("open", None)
    assert asked.by(actions.take_request, asked.laowu) == ""


def offered(volunteer_id: int) -> list[UUID]:
    db.session.rollback()
    volunteer = db.session.get_one(Volunteer, volunteer_id)
    return [one.request.id for one in queries.offered_to(db.session(), volunteer=volunteer)]


def test_whoever_gives_it_back_is_not_asked_again_and_others_are(app: Flask) -> None:
    asked = Asked()
    asked.ask()
    asked.by(actions.take_request)
    for _twice in range(2):
        assert asked.by(actions.give_back) == ""
    assert asked.row().state == "open"
    assert (offered(asked.xiaozhou), offered(asked.laowu)) == ([], [asked.id])


def test_a_request_for_a_team_is_taken_by_the_team(app: Flask) -> None:
    asked = Asked()
    with transaction() as session:
        team = VolunteerTeam(site_id=asked.site_id, name="邻里帮一队", kind="neighbours")
        session.add(team)
        session.flush()
        team_id = team.id
        session.get_one(Volunteer, asked.laowu).team_id = team_id
    asked.ask()
    offer = actions.offer_anew(
        site_id=asked.site_id, request_id=asked.id, team_id=team_id, by=asked.zhangjie, now=NOW
    )
    assert offer is None
    assert (offered(asked.xiaozhou), offered(asked.laowu)) == ([], [asked.id])
    assert asked.by(actions.take_request) == "request_for_others"
    assert asked.by(actions.take_request, asked.laowu) == ""
    strange = actions.offer_anew(
        site_id=asked.site_id, request_id=asked.id, team_id=9999, by=asked.zhangjie, now=NOW
    )
    assert strange == Refusal("team_elsewhere")


def test_nobody_took_it_in_time_shows_and_nothing_is_done_by_itself(app: Flask) -> None:
    asked = Asked(kind="meal_today")
    asked.ask()
    later = NOW + timedelta(minutes=30)
    assert queries.figures(db.session(), site_id=asked.site_id, now=NOW).late == 0
    assert queries.figures(db.session(), site_id=asked.site_id, now=later).late == 1
    assert asked.row().state == "open"


def test_kinds_are_data_and_an_unknown_one_is_refused(app: Flask) -> None:
    assert Asked(kind="haircut").ask() == "request_kind_unknown"
    with transaction() as session:
        kind = RequestKind(site_id=1, name="上门理发", answer_minutes=600)
        session.add(kind)
        session.flush()
        code = f"own-{kind.id}"
    wish = Wish(id=uuid4(), resident_id=1, kind=code, details="", asked_by="resident")
    assert actions.ask_for_help(site_id=1, wish=wish, by=1, now=NOW) is None


def test_the_phone_names_nobody_before_it_is_taken(client: FlaskClient) -> None:
    asked = Asked()
    asked.ask()
    sign_in(client, "xiaozhou")
    page = without_chance(client.get("/round/requests").text)
    assert "代买代办" in page
    for secret in ("陈", "501", "138", "降压药"):
        assert secret not in page.partition("<main")[2]
    client.post(f"/round/requests/{asked.id}/taking")
    page = client.get("/round/requests").text
    for words in ("陈奶奶", "2栋 1单元 501", "138****0101", "降压药"):
        assert words in page
    client.post(f"/round/requests/{asked.id}/finish")
    assert "陈奶奶" not in client.get("/round/requests").text.partition("<main")[2]


def test_the_office_asks_and_confirms(client: FlaskClient) -> None:
    asked = Asked()
    sign_in(client, "zhangjie")
    values = {
        "request_id": str(asked.id), "kind": "gas", "details": "煤气快没了",
        "asked_by": "relative", "asked_name": "女儿陈丽", "team_id": "0",
    }  # fmt: skip
    for _twice in range(2):
        answer = client.post(f"/requests/people/{asked.chen}", data=values)
        assert answer.status_code == 302
    assert "充煤气" in client.get("/requests").text
    asked.by(actions.take_request)
    asked.by(actions.finish_request)
    assert "小周 接单" in client.get("/requests?state=done").text
    client.post(f"/requests/{asked.id}/confirmation", data={"happened": "yes"})
    assert "100" in client.get("/requests").text
    assert asked.row().state == "confirmed"
    assert client.get("/requests?state=lost").status_code == 400
