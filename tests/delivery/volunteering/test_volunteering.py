"""Absences, substitutes, the agreement, hours: on a real database and through the pages."""

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from time_machine import travel

from canteen.delivery import queries
from canteen.delivery.actions import Report, publish_roster, record_outcome
from canteen.delivery.models import OutcomeKind, Volunteer
from canteen.delivery.volunteering import absences, teams
from canteen.delivery.volunteering.models import (
    AgreementAcceptance,
    UsualStop,
    VolunteerAbsence,
    VolunteerTeam,
)
from canteen.delivery.volunteering.substitutes import substitutes_for
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from tests.chance import without_chance
from tests.delivery.people import (
    make_need,
    make_programme,
    make_volunteer,
    make_xiaozhou,
    publish,
    say_of,
    stops,
)
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_site,
    make_unit,
    make_wang,
    make_zhangjie,
    sign_in,
)

EARLY = NOW.replace(hour=23, day=22)
"""07:00 in Shanghai: volunteers can cancel lunch until 7:45."""
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def lunch_time() -> Iterator[None]:
    with travel(NOW, tick=True):
        yield


class Lunch:
    """小周 brings 陈奶奶 and 王爷爷 their lunch; 老吴 and 老郑 stand by."""

    def __init__(self, *, accepted: bool = True) -> None:
        self.site_id = make_site()
        self.zhangjie = make_zhangjie(self.site_id)
        make_programme(self.site_id)
        self.chen = make_chen(self.site_id)
        self.wang = make_wang(self.site_id, tags=("dibao",))
        for person in (self.chen, self.wang):
            make_need(person, self.site_id)
        self.xiaozhou = make_xiaozhou(self.site_id, make_unit(), accepted=accepted)
        self.laowu = make_volunteer(self.site_id, "老吴", phone="13800000404")
        self.laozheng = make_volunteer(self.site_id, "老郑", weekdays="67")

    def carriers(self, roster_id: int) -> dict[str, tuple[int | None, str]]:
        return {one.diner_name: (one.volunteer_id, one.problem) for one in stops(roster_id)}

    def away(self, day: date = TODAY, **values: Any) -> Refusal | None:
        return absences.report_absence(
            **{
                "volunteer_id": self.xiaozhou, "day": day, "period_code": "lunch", "reason": "",
                "by_link": False, "today": TODAY, "by": self.zhangjie, "now": NOW, **values,
            }
        )  # fmt: skip

    def substitute(self, who: int, day: date = TODAY) -> Refusal | None:
        return absences.name_substitute(
            site_id=self.site_id, volunteer_id=self.xiaozhou, day=day, period_code="lunch",
            substitute_id=who, by=self.zhangjie, now=NOW,
        )  # fmt: skip


def test_an_absence_turns_open_stops_red_and_the_substitute_takes_them_in_order(
    client: FlaskClient,
) -> None:
    lunch = Lunch()
    roster = publish(lunch.site_id, lunch.zhangjie)
    said = next(one for one in stops(roster) if one.diner_name == "王德福")
    say_of(said.id, OutcomeKind.HANDED_OVER, lunch.zhangjie)
    for _twice in range(2):
        assert lunch.away() is None
    assert lunch.carriers(roster) == {
        "陈桂英": (None, "carrier_away"),
        "王德福": (lunch.xiaozhou, ""),
    }
    for _twice in range(2):
        assert lunch.substitute(lunch.laowu) is None
    assert lunch.carriers(roster)["陈桂英"] == (lunch.laowu, "")
    assert lunch.substitute(lunch.laozheng) is None, "another one after all"
    assert lunch.carriers(roster)["陈桂英"] == (lunch.laozheng, "")


def test_whoever_comes_after_all_has_their_stops_again(client: FlaskClient) -> None:
    lunch = Lunch()
    roster = publish(lunch.site_id, lunch.zhangjie)
    lunch.away()
    back = absences.take_absence_back(
        volunteer_id=lunch.xiaozhou, day=TODAY, period_code="lunch", by_link=False,
        today=TODAY, by=lunch.zhangjie, now=NOW,
    )  # fmt: skip
    assert back is None
    assert {carrier for carrier, _why in lunch.carriers(roster).values()} == {lunch.xiaozhou}
    assert db.session.scalars(select(VolunteerAbsence)).all() == []


def test_before_publication_the_substitute_is_planned_with_the_others_area(
    client: FlaskClient,
) -> None:
    lunch = Lunch()
    lunch.away(TOMORROW)
    draft = queries.draft(db.session(), site_id=lunch.site_id, day=TOMORROW, period_code="lunch")
    assert draft is not None
    assert {one.plan.problem for one in draft.stops} == {"nobody_today"}
    lunch.substitute(lunch.laozheng, TOMORROW)
    db.session.rollback()
    draft = queries.draft(db.session(), site_id=lunch.site_id, day=TOMORROW, period_code="lunch")
    assert draft is not None
    assert {one.plan.volunteer_id for one in draft.stops} == {lunch.laozheng}, "not his weekday"


def test_who_knows_the_doors_is_ranked_first(client: FlaskClient) -> None:
    lunch = Lunch()
    yesterday = TODAY - timedelta(days=1)
    lunch_before = publish_on(lunch, yesterday)
    first = stops(lunch_before)[0]
    report = Report(
        id=uuid4(), stop_id=first.id, kind=OutcomeKind.HANDED_OVER, follows=None, note=""
    )
    record_outcome(report=report, today=yesterday, by=lunch.zhangjie, now=NOW)
    publish(lunch.site_id, lunch.zhangjie)
    volunteer = db.session.get_one(Volunteer, lunch.xiaozhou)
    found = substitutes_for(db.session(), volunteer=volunteer, day=TODAY, period_code="lunch")
    assert (found.doors, found.boxes) == (2, 2)
    order = [(one.volunteer_id, one.delivered, one.comes) for one in found.ranked]
    assert order == [(lunch.laozheng, 1, False), (lunch.laowu, 0, True)]


def publish_on(lunch: Lunch, day: date) -> int:
    """老郑 went instead of 小周 on an earlier day."""
    absences.report_absence(
        volunteer_id=lunch.xiaozhou, day=day, period_code="lunch", reason="", by_link=False,
        today=day, by=lunch.zhangjie, now=NOW,
    )  # fmt: skip
    absences.name_substitute(
        site_id=lunch.site_id, volunteer_id=lunch.xiaozhou, day=day, period_code="lunch",
        substitute_id=lunch.laozheng, by=lunch.zhangjie, now=NOW,
    )  # fmt: skip
    roster = publish_roster(
        site_id=lunch.site_id, day=day, period_code="lunch", today=day, by=lunch.zhangjie, now=NOW
    )
    assert isinstance(roster, int)
    return roster


def test_somebody_who_is_away_does_not_go_instead(client: FlaskClient) -> None:
    lunch = Lunch()
    lunch.away()
    lunch.away(volunteer_id=lunch.laowu)
    refused = lunch.substitute(lunch.laowu)
    assert refused == Refusal("substitute_away")
    assert lunch.substitute(lunch.xiaozhou) == Refusal("volunteer_elsewhere")


def own_link(client: FlaskClient, volunteer_id: int) -> str:
    sign_in(client, "zhangjie")
    page = client.get(f"/delivery/volunteers/{volunteer_id}").text
    found = re.search(r'value="http://[^/]+(/duties/[^"]+)"', page)
    assert found
    client.post("/sign-out")
    return found[1]


def test_a_volunteer_cancels_by_their_link_before_the_cut_off(client: FlaskClient) -> None:
    lunch = Lunch()
    link = own_link(client, lunch.xiaozhou)
    with travel(EARLY):
        for _twice in range(2):
            page = client.get(link)
            assert page.status_code == 200
        for secret in ("小周", "陈", "王", "138", "2栋"):
            assert secret not in without_chance(page.text).partition("<main")[2], (
                "a link names nobody"
            )
        assert db.session.scalars(select(VolunteerAbsence)).all() == [], "looking changes nothing"
        duty = {"day": str(TODAY), "period": "lunch"}
        for _twice in range(2):
            answer = client.post(f"{link}/absences", data=duty, follow_redirects=True)
        assert "我们找人顶您" in answer.text
    db.session.rollback()
    row = db.session.scalars(select(VolunteerAbsence)).one()
    assert (row.volunteer_id, row.service_date, row.by_link) == (lunch.xiaozhou, TODAY, True)
    with travel(EARLY):
        client.post(f"{link}/returns", data=duty)
    db.session.rollback()
    assert db.session.scalars(select(VolunteerAbsence)).all() == []


def test_after_the_cut_off_the_link_says_ring_the_canteen(client: FlaskClient) -> None:
    lunch = Lunch()
    link = own_link(client, lunch.xiaozhou)
    assert "0791-5550100" in client.get(link).text
    duty = {"day": str(TODAY), "period": "lunch"}
    answer = client.post(f"{link}/absences", data=duty, follow_redirects=True)
    assert "请马上打食堂电话" in answer.text
    assert db.session.scalars(select(VolunteerAbsence)).all() == []


def test_a_forged_or_old_link_and_another_days_duty_open_nothing(client: FlaskClient) -> None:
    lunch = Lunch()
    link = own_link(client, lunch.xiaozhou)
    assert client.get(link[:-1]).status_code == 404
    number = str(lunch.xiaozhou)
    assert client.get(link.replace(f"/{number}-", f"/{lunch.laowu}-")).status_code == 404
    far = {"day": str(TODAY + timedelta(days=40)), "period": "lunch"}
    assert client.post(f"{link}/absences", data=far).status_code == 400
    with travel(NOW + timedelta(days=8, minutes=1)):
        assert client.get(link).status_code == 404


def test_until_the_agreement_is_accepted_the_phone_shows_nothing_else(client: FlaskClient) -> None:
    lunch = Lunch(accepted=False)
    roster = publish(lunch.site_id, lunch.zhangjie)
    sign_in(client, "xiaozhou")
    page = client.get("/round/list").text
    assert "我看完了，我同意" in page
    for secret in ("陈奶奶", "2栋", "138****"):
        assert secret not in page
    stop = stops(roster)[0]
    report = {"outcome_id": str(uuid4()), "follows": "", "kind": "handed_over", "note": ""}
    client.post(f"/round/stops/{stop.id}/outcomes", data=report)
    assert queries.latest_outcome(db.session(), stop_id=stop.id) is None
    client.post("/round/agreement", data={"version": "1999-01-01"})
    assert "我看完了，我同意" in client.get("/round/list").text
    for _twice in range(2):
        client.post("/round/agreement", data={"version": "2026-11-01"})
    assert "陈奶奶" in client.get("/round/list").text
    db.session.rollback()
    kept = db.session.scalars(select(AgreementAcceptance)).one()
    assert (kept.version, kept.on_paper, len(kept.words_hash)) == ("2026-11-01", False, 64)
    assert kept.accepted_at is not None


def test_a_new_text_has_to_be_accepted_again_and_cannot_be_changed(client: FlaskClient) -> None:
    lunch = Lunch()
    publish(lunch.site_id, lunch.zhangjie)
    sign_in(client, "zhangjie")
    words = "我只把饭送到，不打听，不外传。\n看到异常马上报告。"
    text = {"valid_from": str(TOMORROW), "words": words}
    assert client.post("/delivery/agreement", data=text).status_code == 302
    backdated = {**text, "valid_from": str(TODAY - timedelta(days=1))}
    assert "不能再改" in client.post("/delivery/agreement", data=backdated).text
    sign_in(client, "xiaozhou")
    assert "陈奶奶" in client.get("/round/list").text
    with travel(NOW + timedelta(days=1)):
        sign_in(client, "xiaozhou")
        page = client.get("/round/list").text
        assert "我只把饭送到" in page
        assert "我看完了，我同意" in page
    with travel(NOW + timedelta(days=1)):
        sign_in(client, "zhangjie")
        again = {"valid_from": str(TOMORROW), "words": "换成另一段话，偷偷的。"}
        assert "不能再改" in client.post("/delivery/agreement", data=again).text


def test_an_hour_after_the_round_a_volunteer_sees_nothing(client: FlaskClient) -> None:
    lunch = Lunch()
    roster = publish(lunch.site_id, lunch.zhangjie)
    sign_in(client, "xiaozhou")
    stop = stops(roster)[0]
    report = {"outcome_id": str(uuid4()), "follows": "", "kind": "handed_over", "note": ""}
    for minutes, seen in ((149, True), (151, False)):  # lunch ends at 13:00, it is 11:30
        with travel(NOW + timedelta(minutes=minutes)):
            sign_in(client, "xiaozhou")
            assert ("陈奶奶" in client.get("/round/list").text) is seen
    with travel(NOW + timedelta(minutes=151)):
        answer = client.post(f"/round/stops/{stop.id}/outcomes", data=report)
        assert answer.status_code == 404
    assert queries.latest_outcome(db.session(), stop_id=stop.id) is None


def test_a_team_is_added_once_and_shows_its_people(client: FlaskClient) -> None:
    lunch = Lunch()
    sign_in(client, "zhangjie")
    team = {
        "name": "邻里帮一队",
        "kind": "neighbours",
        "leader_phone": "13800000909",
        "active": "y",
    }
    assert client.post("/delivery/teams/new", data=team).status_code == 302
    assert "已经有一支同名的队" in client.post("/delivery/teams/new", data=team).text
    row = db.session.scalars(select(VolunteerTeam)).one()
    values = {
        "name": "老吴", "phone": "13800000404", "box_capacity": "12", "weekdays": ["1"],
        "staff_id": "0", "team_id": str(row.id), "kind": "merchant", "company": "老街面馆",
        "transport": "bike", "leaves_at": "10:40", "back_by": "12:00", "active": "y",
    }  # fmt: skip
    client.post(f"/delivery/volunteers/{lunch.laowu}", data=values)
    page = client.get(f"/delivery/volunteers?team={row.id}").text
    assert "老街面馆" in page
    assert "138****0404" in page
    assert "13800000404" not in page, "the list shows no whole number"
    assert "小周" not in page.partition("<main")[2]
    assert "138****0909" in client.get("/delivery/teams").text


def test_usual_households_are_given_and_taken(client: FlaskClient) -> None:
    lunch = Lunch()
    sign_in(client, "zhangjie")
    household = {"resident_id": str(lunch.chen), "period": "lunch"}
    for who in (lunch.laowu, lunch.laozheng, lunch.laozheng):
        client.post(f"/delivery/volunteers/{who}/households", data=household)
    assert db.session.scalars(select(UsualStop.volunteer_id)).all() == [lunch.laozheng]
    teams.release_household(
        volunteer_id=lunch.laowu, resident_id=lunch.chen, period_code="lunch",
        by=lunch.zhangjie, now=NOW,
    )  # fmt: skip
    assert db.session.scalars(select(UsualStop)).one().volunteer_id == lunch.laozheng
    client.post(f"/delivery/volunteers/{lunch.laozheng}/households/removal", data=household)
    db.session.rollback()
    assert db.session.scalars(select(UsualStop)).all() == []
    strange = {"resident_id": "99999", "period": "lunch"}
    assert (
        client.post(f"/delivery/volunteers/{lunch.laowu}/households", data=strange).status_code
        == 400
    )


def test_hours_and_meals_of_a_month_stand_on_the_page_and_in_the_workbook(
    client: FlaskClient,
) -> None:
    lunch = Lunch()
    roster = publish(lunch.site_id, lunch.zhangjie)
    first, second = stops(roster)
    staff = db.session.get_one(Volunteer, lunch.xiaozhou).staff_id
    assert staff
    for stop, minutes, kind in (
        (first, 0, OutcomeKind.HANDED_OVER), (second, 25, OutcomeKind.REFUSED),
    ):  # fmt: skip
        report = Report(id=uuid4(), stop_id=stop.id, kind=kind, follows=None, note="")
        at = NOW + timedelta(minutes=minutes)
        assert record_outcome(report=report, today=TODAY, by=staff, now=at) is None
    sign_in(client, "zhangjie")
    page = client.get("/delivery/hours?month=2026-11").text
    assert "小周" in page
    book = load_workbook(io.BytesIO(client.get("/delivery/hours.xlsx?month=2026-11").data))
    totals, rounds = book.worksheets
    assert [cell.value for cell in totals[2]] == ["小周", None, 1, 2, 1, "0.75"]
    assert [cell.value for cell in rounds[2]][3:] == [2, 1, "0.75"]
    own = client.get(f"/delivery/hours?month=2026-11&volunteer={lunch.xiaozhou}").text
    assert "自己" in own
    assert client.get("/delivery/hours?month=2026-13").status_code == 400
    assert "这个月还没有送过" in client.get("/delivery/hours?month=2026-09").text
