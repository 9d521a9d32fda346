"""The pages: who may open what, what a volunteer sees, what a person may type."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import travel

from canteen.delivery.models import (
    DeliveryNeed,
    DeliveryPause,
    OutcomeKind,
    Roster,
    RosterStop,
    StopOutcome,
    Volunteer,
)
from canteen.foundation.database import db
from canteen.staff.rules import Role
from tests.chance import without_chance
from tests.counting import queries_of
from tests.delivery.people import (
    make_need,
    make_programme,
    make_xiaozhou,
    publish,
    say_of,
)
from tests.delivery.published import Round
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_resident,
    make_site,
    make_staff,
    make_unit,
    make_xiaoli,
    make_zhangjie,
    sign_in,
)


@pytest.fixture(autouse=True)
def lunch_time() -> Iterator[None]:
    """It is Monday, 11:30 in Shanghai."""
    with travel(NOW, tick=True):
        yield


def outcome(kind: str = "handed_over", **values: str) -> dict[str, str]:
    """What the page posts."""
    return {"outcome_id": str(uuid4()), "follows": "", "kind": kind, "note": "", **values}


def latest_kinds() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(StopOutcome.kind).order_by(StopOutcome.recorded_at)))


def test_a_volunteer_sees_today_and_their_own_doors_only(client: FlaskClient) -> None:
    Round()
    sign_in(client, "xiaozhou")
    page = client.get("/round/list").text
    assert "陈奶奶" in page
    assert "2栋 1单元 501" in page
    assert "王爷爷" not in page
    assert "3栋" not in page
    for days in (-1, 1):
        with travel(NOW + timedelta(days=days)):
            sign_in(client, "xiaozhou")
            assert "今天没有您的送餐单" in client.get("/round/list").text


def test_a_volunteer_sees_neither_number_nor_tag_nor_whole_name(client: FlaskClient) -> None:
    Round(id_number_last4="6789")
    sign_in(client, "xiaozhou")
    page = client.get("/round/list").text
    assert "138****0101" in page
    for secret in ("13800000101", "tel:", "6789", "低保", "dibao", "陈桂英", "¥"):
        assert secret not in without_chance(page)


def test_a_volunteer_cannot_report_of_another_door_or_another_day(client: FlaskClient) -> None:
    lunch = Round()
    sign_in(client, "xiaozhou")
    address = f"/round/stops/{lunch.wangs_stop}/outcomes"
    assert client.post(address, data=outcome()).status_code == 404
    own = f"/round/stops/{lunch.chens_stop}/outcomes"
    with travel(NOW + timedelta(days=1)):
        assert client.post(own, data=outcome()).status_code == 404
    assert latest_kinds() == []


def test_a_volunteer_opens_no_page_of_the_office(client: FlaskClient) -> None:
    lunch = Round()
    sign_in(client, "xiaozhou")
    for address in (
        "/delivery/rosters",
        f"/delivery/rosters/{lunch.roster_id}",
        f"/delivery/rosters/{lunch.roster_id}/sheets",
        f"/delivery/rosters/{lunch.roster_id}/counts",
        f"/delivery/rosters/{lunch.roster_id}/rounds/{lunch.laowu}",
        f"/delivery/stops/{lunch.chens_stop}",
        f"/delivery/people/{lunch.chen}",
        "/delivery/register",
        "/delivery/volunteers",
        "/delivery/programmes",
        "/delivery/applications",
        "/delivery/portions",
        "/delivery/labels",
        "/delivery/teams",
        "/delivery/absences",
        "/delivery/hours",
        "/delivery/hours.xlsx",
        "/delivery/agreement",
        "/delivery/terms/lunch",
    ):
        assert client.get(address).status_code == 403, address
    paper = f"/delivery/stops/{lunch.chens_stop}/outcomes"
    assert client.post(paper, data=outcome()).status_code == 403


def test_a_clerk_has_no_business_here(client: FlaskClient) -> None:
    make_xiaoli(make_site())
    sign_in(client, "xiaoli")
    for address in ("/delivery/rosters", "/round/list", "/delivery/register"):
        assert client.get(address).status_code == 403


def test_another_canteen_sees_nothing_of_this_one(client: FlaskClient) -> None:
    lunch = Round()
    other = make_site("hongxin")
    make_staff("jie", Role.MANAGER, site_id=other)
    sign_in(client, "jie")
    for address in (
        f"/delivery/rosters/{lunch.roster_id}",
        f"/delivery/stops/{lunch.chens_stop}",
        f"/delivery/people/{lunch.chen}",
        f"/delivery/volunteers/{lunch.laowu}",
    ):
        assert client.get(address).status_code == 404, address
    paper = f"/delivery/stops/{lunch.chens_stop}/outcomes"
    assert client.post(paper, data=outcome()).status_code == 404


def test_a_volunteer_reports_and_corrects(client: FlaskClient) -> None:
    lunch = Round()
    sign_in(client, "xiaozhou")
    address = f"/round/stops/{lunch.chens_stop}/outcomes"
    assert client.post(address, data=outcome("nobody_answers", note="门铃坏了")).status_code == 302
    page = client.get("/round/list").text
    assert "敲门没人应" in page
    assert "门铃坏了" in page
    follows = re.search(r'name="follows" value="([0-9a-f-]{36})"', page)
    assert follows
    client.post(address, data=outcome("handed_over", follows=follows[1]))
    assert sorted(latest_kinds()) == ["handed_over", "nobody_answers"]


def test_a_form_without_script_carries_an_id_of_its_own(client: FlaskClient) -> None:
    lunch = Round()
    sign_in(client, "xiaozhou")
    found = re.search(r'name="outcome_id" value="([0-9a-f-]{36})"', client.get("/round/list").text)
    assert found
    address = f"/round/stops/{lunch.chens_stop}/outcomes"
    for _twice in range(2):
        client.post(address, data=outcome(outcome_id=found[1]))
    assert latest_kinds() == ["handed_over"]


def test_leaving_at_the_door_is_offered_only_with_permission(client: FlaskClient) -> None:
    lunch = Round()
    sign_in(client, "xiaozhou")
    assert 'value="left_at_door"' not in client.get("/round/list").text
    address = f"/round/stops/{lunch.chens_stop}/outcomes"
    answer = client.post(address, data=outcome("left_at_door"), follow_redirects=True)
    assert "没有同意放门口" in answer.text
    assert latest_kinds() == []


def test_with_permission_it_is_offered(client: FlaskClient) -> None:
    Round(may_leave_at_door=True)
    sign_in(client, "xiaozhou")
    assert 'value="left_at_door"' in client.get("/round/list").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome_id": "不是编号"},
        {"outcome_id": ""},
        {"follows": "1; DROP TABLE"},
        {"kind": "eaten_by_dog"},
        {"note": "长" * 201},
    ],
)
def test_a_broken_report_is_refused_and_nothing_kept(
    client: FlaskClient, wrong: dict[str, str]
) -> None:
    lunch = Round()
    sign_in(client, "xiaozhou")
    address = f"/round/stops/{lunch.chens_stop}/outcomes"
    assert client.post(address, data={**outcome(), **wrong}).status_code == 400
    assert latest_kinds() == []


def test_the_office_plans_and_publishes(client: FlaskClient) -> None:
    site_id = make_site()
    make_staff("gan", Role.COMMUNITY, site_id=site_id)
    make_programme(site_id)
    make_need(make_chen(site_id), site_id)
    make_xiaozhou(site_id, make_unit())
    sign_in(client, "gan")
    draft = client.get(f"/delivery/rosters/draft?day={TODAY}&period=lunch")
    assert "陈桂英" in draft.text
    assert db.session.scalar(select(func.count(Roster.id))) == 0
    for _twice in range(2):
        answer = client.post("/delivery/rosters", data={"day": str(TODAY), "period": "lunch"})
        assert answer.status_code == 302
    db.session.rollback()
    assert db.session.scalar(select(func.count(Roster.id))) == 1
    page = client.get(answer.location).text
    assert "陈桂英" in page
    assert "0.00%" not in page, "a rate is of days that are over"
    with travel(NOW + timedelta(days=1), tick=False):
        sign_in(client, "gan")
        assert "0.00%" in client.get(answer.location).text
        assert "0.00%" in client.get(f"{answer.location}/counts").text
    assert "陈桂英" not in client.get("/delivery/rosters").text


def test_the_office_types_in_what_is_ticked_on_paper(client: FlaskClient) -> None:
    lunch = Round()
    sign_in(client, "zhangjie")
    page = client.get(f"/delivery/rosters/{lunch.roster_id}/rounds/{lunch.laowu}")
    assert "王德福" in page.text
    address = f"/delivery/stops/{lunch.wangs_stop}/outcomes"
    assert client.post(address, data=outcome("refused")).status_code == 302
    assert latest_kinds() == ["refused"]
    assert "本人不肯要" in client.get(f"/delivery/stops/{lunch.wangs_stop}").text


def test_a_second_opinion_from_an_old_page_is_told_what_stands(client: FlaskClient) -> None:
    lunch = Round()
    say_of(lunch.chens_stop, OutcomeKind.HANDED_OVER, lunch.zhangjie)
    sign_in(client, "xiaozhou")
    address = f"/round/stops/{lunch.chens_stop}/outcomes"
    answer = client.post(address, data=outcome("refused"), follow_redirects=True)
    assert "刚才已有别人记了这一户" in answer.text
    assert "交到本人手上" in answer.text
    assert latest_kinds() == ["handed_over"]


def test_a_stop_already_reported_is_not_handed_on(client: FlaskClient) -> None:
    lunch = Round()
    say_of(lunch.chens_stop, OutcomeKind.HANDED_OVER, lunch.zhangjie)
    sign_in(client, "zhangjie")
    address = f"/delivery/stops/{lunch.chens_stop}/assignment"
    answer = client.post(address, data={"volunteer_id": lunch.laowu}, follow_redirects=True)
    assert "已经记了结果" in answer.text


def test_the_sheet_has_every_stop_and_no_number(client: FlaskClient) -> None:
    lunch = Round(id_number_last4="6789", texture="soft", diet_note="不吃香菜")
    sign_in(client, "zhangjie")
    page = client.get(f"/delivery/rosters/{lunch.roster_id}/sheets").text
    assert page.count('class="sheet"') == 2
    for words in (
        "陈桂英",
        "王德福",
        "软食、不吃香菜",
        "</span>交本人",
        "第 1 页，共 1 页",
        "内部资料",
    ):
        assert words in page
    for secret in ("6789", "低保", "13800000101"):
        assert secret not in without_chance(page)
    one = client.get(f"/delivery/rosters/{lunch.roster_id}/sheets?volunteer={lunch.laowu}").text
    assert "陈桂英" not in one


def test_looking_changes_nothing(client: FlaskClient) -> None:
    lunch = Round()
    sign_in(client, "zhangjie")
    tables = (Roster, RosterStop, StopOutcome, DeliveryNeed, DeliveryPause, Volunteer)
    before = [db.session.scalar(select(func.count()).select_from(one)) for one in tables]
    for address in (
        "/delivery/rosters",
        f"/delivery/rosters/draft?day={TODAY + timedelta(days=1)}",
        f"/delivery/rosters/{lunch.roster_id}",
        f"/delivery/rosters/{lunch.roster_id}/counts",
        f"/delivery/rosters/{lunch.roster_id}/sheets",
        f"/delivery/stops/{lunch.chens_stop}",
        "/delivery/register",
        f"/delivery/people/{lunch.chen}",
        "/delivery/people?q=chen",
        "/delivery/volunteers",
        f"/delivery/volunteers/{lunch.xiaozhou}",
        "/delivery/programmes",
    ):
        assert client.get(address).status_code == 200, address
    db.session.rollback()
    after = [db.session.scalar(select(func.count()).select_from(one)) for one in tables]
    assert before == after


def test_days_and_periods_that_do_not_exist_are_refused(client: FlaskClient) -> None:
    make_zhangjie(make_site())
    sign_in(client, "zhangjie")
    assert client.get("/delivery/rosters/draft?day=2026-02-30").status_code == 400
    assert client.get("/delivery/register?period=brunch").status_code == 404
    answer = client.post("/delivery/rosters", data={"day": "2026-02-30", "period": "lunch"})
    assert answer.status_code == 400


def test_pages_ask_the_same_number_of_questions_whatever_the_number_of_stops(
    client: FlaskClient,
) -> None:
    site_id = make_site()
    by = make_zhangjie(site_id)
    make_programme(site_id)
    make_need(make_chen(site_id), site_id)
    make_xiaozhou(site_id, make_unit(), box_capacity=200)
    sign_in(client, "zhangjie")
    pages = {"draft": "/delivery/rosters/draft?day={day}", "register": "/delivery/register"}
    asked: dict[str, list[int]] = {}
    for size in (1, 40):
        if size > 1:
            for number in range(size):
                unit = make_unit(building=f"{number % 9 + 1}栋")
                person = make_resident(
                    f"老人{number}", site_id=site_id, birthday=date(1940, 1, 1),
                    unit_id=unit, room=str(100 + number), tags=("dibao",),
                )  # fmt: skip
                make_need(person, site_id)
        day = TODAY + timedelta(days=size)
        roster_id = publish(site_id, by, day)
        free_day = day + timedelta(days=1)
        everything = {
            **{name: address.format(day=free_day) for name, address in pages.items()},
            "roster": f"/delivery/rosters/{roster_id}",
            "sheets": f"/delivery/rosters/{roster_id}/sheets",
        }
        for name, address in everything.items():
            client.get(address)
            seen, answer = queries_of(partial(client.get, address))
            assert answer.status_code == 200
            asked.setdefault(name, []).append(len(seen))
    for name, (few, many) in asked.items():
        assert few == many, (name, few, many)


def test_midnight_is_the_canteens_own(client: FlaskClient) -> None:
    Round()
    with travel(datetime(2026, 11, 22, 16, 1, tzinfo=UTC)):  # 00:01 of the 23rd in Shanghai
        sign_in(client, "xiaozhou")
        assert "陈奶奶" in client.get("/round/list").text


def test_english_is_whole(app: Flask, client: FlaskClient) -> None:
    lunch = Round(texture="soft")
    sign_in(client, "xiaozhou")
    client.post("/language", data={"language": "en"})
    page = client.get("/round/list").text
    assert "Handed over" in page
    assert "soft food" in page
    sign_in(client, "zhangjie")
    client.post("/language", data={"language": "en"})
    for address in (
        "/delivery/rosters",
        f"/delivery/rosters/{lunch.roster_id}",
        f"/delivery/rosters/{lunch.roster_id}/sheets",
        "/delivery/volunteers",
        "/delivery/programmes",
        f"/delivery/rosters/{lunch.roster_id}/rounds/{lunch.laowu}",
        f"/delivery/rosters/draft?day={TODAY + timedelta(days=1)}",
        f"/delivery/people/{lunch.chen}",
        f"/delivery/volunteers/{lunch.xiaozhou}",
        "/delivery/register",
        "/delivery/applications",
        "/delivery/terms/lunch",
        f"/delivery/portions?day={TODAY}",
        f"/delivery/labels?day={TODAY}",
        "/delivery/teams",
        "/delivery/teams/new",
        "/delivery/absences",
        f"/delivery/volunteers/{lunch.laowu}/substitutes?day={TODAY}&period=lunch",
        "/delivery/hours",
        "/delivery/agreement",
    ):
        page = client.get(address).text
        main = page[page.index("<main") : page.index("</main>")]
        left = set(re.findall(r"[\u4e00-\u9fff]+", main)) - _OWN_NAMES
        assert not left, (address, left)


_OWN_NAMES = {
    "陈桂英", "王德福", "小周", "老吴", "张姐", "金牛食堂", "金牛小区", "金牛社区", "金牛",
    "栋", "单元", "红心免费餐", "区民政局", "小区", "社区", "失能评估", "中度",
}  # fmt: skip
