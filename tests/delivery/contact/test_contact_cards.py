"""Contact cards: for whom, with what on them; and a wish through a card until a person decides."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import travel

from canteen import create_app
from canteen.blueprints.delivery.contact import cards as pages
from canteen.delivery.contact import actions, queries
from canteen.delivery.contact.links import CardLink, make_link
from canteen.delivery.contact.models import CardWish
from canteen.delivery.contact.rules import MOST_WAITING
from canteen.delivery.models import Volunteer
from canteen.delivery.requests.models import HelpRequest
from canteen.delivery.volunteering.models import VolunteerTeam
from canteen.foundation import storage
from canteen.foundation.crypto import drop_old_keys, rotate_keys
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import GridNode, Household, Resident, Status
from tests.delivery.people import make_need, make_programme, make_volunteer, make_xiaozhou
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_resident,
    make_site,
    make_unit,
    make_wang,
    make_zhangjie,
    sign_in,
)


@pytest.fixture(autouse=True)
def lunch_time() -> Iterator[None]:
    with travel(NOW, tick=True):
        yield


class Street:
    """陈奶奶, to whom 小周 of the second team brings meals, and 王爷爷, who eats in."""

    def __init__(self) -> None:
        self.site_id = make_site()
        self.zhangjie = make_zhangjie(self.site_id)
        make_programme(self.site_id)
        unit = make_unit()
        self.chen = make_chen(self.site_id, unit_id=unit)
        self.wang = make_wang(self.site_id, unit_id=make_unit(building="3栋"))
        make_need(self.chen, self.site_id)
        self.xiaozhou = make_xiaozhou(self.site_id, unit)
        make_volunteer(self.site_id, "老吴", make_unit(building="3栋"))
        with transaction() as session:
            team = VolunteerTeam(
                site_id=self.site_id, name="邻里帮二队", kind="neighbours", leader_name="周姐",
                leader_phone="13800000777",
            )  # fmt: skip
            session.add(team)
            session.flush()
            self.team_id = team.id
            session.get_one(Volunteer, self.xiaozhou).team_id = team.id
            node = session.get_one(GridNode, unit)
            node.leader_name, node.leader_phone = "刘单元长", "13800000888"
            self.household_id = session.get_one(Resident, self.chen).household_id or 0
            self.building_id = node.parent_id

    def cards(self, **choice: Any) -> list[queries.Card]:
        db.session.rollback()
        return queries.cards(
            db.session(), site_id=self.site_id, choice=queries.Choice(**choice), day=TODAY
        )[0]

    def link(self, issue: int = 0) -> CardLink:
        return CardLink(site_id=self.site_id, household_id=self.household_id, issue=issue)

    def ask(self, **values: Any) -> str:
        asked = actions.Asked(
            **{
                "id": uuid4(), "kind": "gas", "wanted_when": "today", "details": "快没了",
                "asked_by": "relative", **values,
            }
        )  # fmt: skip
        found = actions.ask_by_card(link=self.link(), asked=asked, now=NOW)
        return found.code if found else ""

    def take_up(self, wish_id: Any, **values: Any) -> str:
        found = actions.take_up_wish(
            **{
                "site_id": self.site_id, "wish_id": wish_id, "resident_id": self.chen,
                "details": "今天：快没了", "team_id": None, "by": self.zhangjie, "now": NOW,
                **values,
            }
        )  # fmt: skip
        return found.code if found else ""


def test_a_card_says_whom_to_call_and_nothing_of_who_lives_there(client: FlaskClient) -> None:
    street = Street()
    sign_in(client, "zhangjie")
    values = {
        "office_name": "金牛社区居委会",
        "office_phone": "07915550200",
        "help_with": "送餐、理发",
    }
    assert client.post("/delivery/contact-cards/lines", data=values).status_code == 302
    for size in ("small", "large"):
        page = client.get(f"/delivery/contact-cards/{size}").text
        card = page.partition("<article")[2].partition("</article>")[0]
        for words in ("0791-5550100", "邻里帮二队", "周姐", "13800000777", "刘单元长", "送餐、理发",
                      "0791-5550200", queries.number_of(street.household_id), "120"):  # fmt: skip
            assert words in card, words
        for secret in ("陈", "单元 501", "2栋", "低保", "138****0101", "13800000101"):
            assert secret not in re.sub(r"<svg.*?</svg>", "", card, flags=re.DOTALL), secret


def test_cards_are_chosen_by_building_by_volunteer_or_all(app: Flask) -> None:
    street = Street()
    assert [one.titles for one in street.cards()] == [("陈奶奶",)]
    assert len(street.cards(everybody=True)) == 2
    assert len(street.cards(everybody=True, building_id=street.building_id)) == 1
    assert [one.volunteer for one in street.cards(volunteer_id=street.xiaozhou)] == ["小周"]
    assert street.cards(volunteer_id=street.xiaozhou + 99) == []
    with transaction() as session:
        session.get_one(Resident, street.chen).status = Status.MOVED
        session.get_one(Resident, street.chen).ended_on = TODAY
    assert street.cards() == []


def test_who_lives_together_has_one_card_and_who_has_no_door_is_named(app: Flask) -> None:
    street = Street()
    old = date(1941, 5, 1)
    husband = make_resident("陈德福", site_id=street.site_id, birthday=old, gender="male")
    homeless = make_resident("冯无门", site_id=street.site_id, birthday=old)
    with transaction() as session:
        session.get_one(Resident, husband).household_id = street.household_id
    for one in (husband, homeless):
        make_need(one, street.site_id)
    assert [one.titles for one in street.cards()] == [("陈爷爷", "陈奶奶")]
    names = queries.without_door(db.session(), site_id=street.site_id, day=TODAY)
    assert names == ["冯无门"]


def test_prints_are_noted_and_a_lost_card_opens_nothing(client: FlaskClient) -> None:
    street = Street()
    sign_in(client, "zhangjie")
    code = make_link(street.link(), secrets=storage.keys().paper)
    assert client.get(f"/help/{code}").status_code == 200
    client.post("/delivery/contact-cards/prints", data={"household": str(street.household_id)})
    assert street.cards(unprinted=True) == []
    client.post(f"/delivery/contact-cards/{street.household_id}/renewal")
    assert [one.link.issue for one in street.cards(unprinted=True)] == [1]
    assert client.get(f"/help/{code}").status_code == 404
    assert client.post(f"/help/{code}/wishes").status_code == 404
    assert street.ask() == "card_over"
    new = make_link(street.link(1), secrets=storage.keys().paper)
    assert client.get(f"/help/{new}").status_code == 200


def test_the_page_behind_the_code_names_nobody_and_what_is_asked_waits(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    street = Street()
    code = make_link(street.link(), secrets=storage.keys().paper)
    page = client.get(f"/help/{code}").text
    assert "充煤气" in page
    for secret in ("陈", "单元 501", "小周", "周姐", "刘单元长"):
        assert secret not in page.partition("<main")[2], secret
    assert client.get(f"/help/{code[:-1]}{(int(code[-1]) + 1) % 10}").status_code == 404
    wish = {"wish_id": str(uuid4()), "kind": "gas", "wanted_when": "today", "details": "快没了",
            "asked_by": "relative"}  # fmt: skip
    for _twice in range(2):
        assert client.post(f"/help/{code}/wishes", data=wish).status_code == 302
    assert client.post(f"/help/{code}/wishes", data={"kind": "rocket"}).status_code == 422
    assert len(db.session.scalars(select(CardWish)).all()) == 1
    assert db.session.scalars(select(HelpRequest)).all() == [], "no request before a person says so"

    sign_in(client, "zhangjie")
    page = client.get("/requests").text
    assert "陈奶奶家的卡" in page
    values = {"resident_id": str(street.chen), "details": "今天：快没了", "team_id": "-1"}
    for _twice in range(2):
        answer = client.post(f"/requests/cards/{wish['wish_id']}/request", data=values)
        assert answer.status_code == 302
    db.session.rollback()
    request = db.session.scalars(select(HelpRequest)).one()
    assert (request.kind, request.asked_by, request.state) == ("gas", "relative", "open")
    assert "家的卡" not in client.get("/requests").text


def test_signing_everybody_out_leaves_printed_codes_alone(app: Flask) -> None:
    street, keys = Street(), Path(app.config["DATA"]) / "keys.json"
    code = make_link(street.link(), secrets=storage.keys().paper)
    older = storage.keys().session
    rotate_keys(keys, "session", now=NOW)
    assert drop_old_keys(keys, "session").session != older
    uri = app.config["SQLALCHEMY_DATABASE_URI"]
    again = create_app(DATA=keys.parent, SQLALCHEMY_DATABASE_URI=uri)
    assert again.test_client().get(f"/help/{code}").status_code == 200


def test_spam_is_harmless_and_put_away(app: Flask) -> None:
    street = Street()
    answers = [street.ask() for _time in range(MOST_WAITING + 2)]
    assert answers == [""] * MOST_WAITING + ["card_wishes_many"] * 2
    for one in queries.waiting(db.session(), site_id=street.site_id, day=TODAY):
        for _twice in range(2):
            done = actions.put_wish_away(
                site_id=street.site_id, wish_id=one.wish.id, by=street.zhangjie, now=NOW
            )
            assert done is None
        assert street.take_up(one.wish.id) == "wish_decided"
    assert street.ask() == ""
    assert db.session.scalars(select(HelpRequest)).all() == []


def test_a_wish_is_for_somebody_behind_that_door_of_this_canteen(app: Flask) -> None:
    street = Street()
    wish_id = uuid4()
    assert street.ask(kind="rocket") == "request_kind_unknown"
    assert street.ask(id=wish_id) == ""
    assert street.take_up(wish_id, resident_id=street.wang) == "wish_for_nobody"
    assert street.take_up(uuid4()) == "wish_gone"
    assert street.take_up(wish_id, site_id=make_site("other", name="另一处")) == "wish_gone"
    assert street.take_up(wish_id, team_id=999) == "team_elsewhere"
    assert street.take_up(wish_id, team_id=street.team_id) == ""
    assert db.session.get_one(HelpRequest, wish_id).team_id == street.team_id
    late = actions.put_wish_away(
        site_id=street.site_id, wish_id=wish_id, by=street.zhangjie, now=NOW
    )
    assert late == Refusal("wish_decided")


def test_a_site_writes_its_own_kinds_and_words_of_those_that_come_with_the_house(
    client: FlaskClient,
) -> None:
    street = Street()
    sign_in(client, "zhangjie")
    values = {"name": "上门理发", "name_en": "Haircut at home", "answer_minutes": "600",
              "team_id": str(street.team_id), "active": "y"}  # fmt: skip
    assert client.post("/requests/kinds/new", data=values).status_code == 302
    assert "已经有这一类帮忙" in client.post("/requests/kinds/new", data=values).text
    gas = {"name": "换气", "name_en": "Gas bottle", "answer_minutes": "45", "team_id": "0"}
    assert client.post("/requests/kinds/gas", data=gas).status_code == 302
    assert client.post("/requests/kinds/gas", data=gas | {"answer_minutes": "4"}).status_code == 200
    assert client.get("/requests/kinds/own-99").status_code == 404
    page = client.get("/requests/kinds").text
    for words in ("上门理发", "邻里帮二队", "换气", "45 分钟", "不能点", "代买代办"):
        assert words in page
    client.set_cookie("canteen_language", "en")
    english = client.get(f"/requests/people/{street.chen}").text
    assert "Haircut at home" in english
    assert "Gas bottle" not in english, "a kind that is switched off cannot be asked for"
    assert "邻里帮二队" in english
    asked = {"request_id": str(uuid4()), "kind": "own-1", "asked_by": "resident", "team_id": "-1"}
    assert client.post(f"/requests/people/{street.chen}", data=asked).status_code == 302
    assert db.session.scalars(select(HelpRequest)).one().team_id == street.team_id


def test_the_code_on_a_card_leads_to_its_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    street, seen = Street(), []
    monkeypatch.setattr(pages, "address_svg", lambda address, label: seen.append(address))
    with app.test_request_context(base_url="http://192.168.1.9:8000"):
        pages._code(street.link())
    with app.test_request_context(base_url="http://localhost:8000"):
        monkeypatch.setattr(
            "canteen.blueprints.delivery.signing.lan_addresses", lambda: ["192.168.7.7"]
        )
        pages._code(street.link())
    assert seen[0].startswith("http://192.168.1.9:8000/help/")
    assert seen[1].startswith("http://192.168.7.7:8000/help/")
    assert db.session.get_one(Household, street.household_id).room not in seen[0].rpartition("/")[0]
