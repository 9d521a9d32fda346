"""The pages: who may open what, what a volunteer sees, what a person may type."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from time_machine import travel

from canteen.delivery.models import (
    DeliveryNeed,
    DeliveryPause,
    FreeMealProgramme,
    OutcomeKind,
    Roster,
    RosterStop,
    StopOutcome,
    Volunteer,
    VolunteerArea,
)
from canteen.foundation.database import db
from canteen.staff.rules import Role
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
    make_funder,
    make_resident,
    make_site,
    make_staff,
    make_unit,
    make_wang,
    make_xiaoli,
    make_zhangjie,
    sign_in,
)

NEIGHBOUR = {"kind": "neighbour", "transport": "foot", "team_id": "0"}


@pytest.fixture(autouse=True)
def lunch_time() -> Iterator[None]:
    """It is Monday, 11:30 in Shanghai."""
    with travel(NOW, tick=True):
        yield


@contextmanager
def counted() -> Iterator[list[str]]:
    """The SELECTs of a stretch."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


class Round:
    """A published lunch: 小周 brings 陈奶奶 her meal, 老吴 brings 王爷爷 his."""

    def __init__(self, **chen: Any) -> None:
        self.site_id = make_site()
        self.zhangjie = make_zhangjie(self.site_id)
        make_programme(self.site_id)
        self.chen = make_chen(self.site_id, **chen)
        self.wang = make_wang(self.site_id, tags=("dibao",), unit_id=make_unit(building="3栋"))
        make_need(self.chen, self.site_id)
        make_need(self.wang, self.site_id)
        self.xiaozhou = make_xiaozhou(self.site_id, make_unit())
        self.laowu = make_volunteer(self.site_id, "老吴", make_unit(building="3栋"))
        self.roster_id = publish(self.site_id, self.zhangjie)
        found = {one.resident_id: one.id for one in stops(self.roster_id)}
        self.chens_stop, self.wangs_stop = found[self.chen], found[self.wang]


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
        assert secret not in page


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
    assert "陈桂英" in client.get(answer.location).text
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
        assert secret not in page
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
            with counted() as seen:
                assert client.get(address).status_code == 200
            asked.setdefault(name, []).append(len(seen))
    for name, (few, many) in asked.items():
        assert few == many, (name, few, many)


def test_a_need_is_asked_for_once_approved_by_somebody_else_and_ended(client: FlaskClient) -> None:
    site_id = make_site()
    make_zhangjie(site_id)
    make_staff("gan", Role.COMMUNITY, site_id=site_id, name="甘书记")
    chen = make_chen(site_id)
    sign_in(client, "zhangjie")
    need = {
        "period_code": "lunch", "weekdays": ["1", "3"], "valid_from": str(TODAY),
        "asked_by": "relative", "asked_name": "女儿陈丽", "evidence": "失能评估 2026-014，中度",
    }  # fmt: skip
    assert client.post(f"/delivery/people/{chen}/needs", data=need).status_code == 302
    again = client.post(f"/delivery/people/{chen}/needs", data=need)
    assert "已经登记过送餐" in again.text
    row = db.session.scalars(select(DeliveryNeed)).one()
    assert (row.weekdays, row.valid_until, row.state) == ("13", None, "proposed")
    approval = f"/delivery/needs/{row.id}/approval"
    own = client.post(approval, data={"reason": ""}, follow_redirects=True)
    assert "自己登记的申请不能自己批" in own.text
    sign_in(client, "gan")
    other = client.post(approval, data={"reason": ""}, follow_redirects=True)
    assert "已批准：陈桂英，11月24日 周二 起送" in other.text  # 11:30: today's lunch is made
    client.post(f"/delivery/needs/{row.id}/end", data={"last_day": "2026-11-30"})
    db.session.rollback()
    assert db.session.scalars(select(DeliveryNeed)).one().valid_until == date(2026, 11, 30)


def test_a_pause_needs_a_reason_and_days_in_order(client: FlaskClient) -> None:
    site_id = make_site()
    make_zhangjie(site_id)
    chen = make_chen(site_id)
    sign_in(client, "zhangjie")
    address = f"/delivery/people/{chen}/pauses"
    backwards = {"since": "2026-11-25", "until": "2026-11-24", "reason": "住院"}
    assert "结束不能早于开始" in client.post(address, data=backwards).text
    unreal = {"since": "2026-02-30", "until": "2026-11-24", "reason": "住院"}
    assert "没有“2026-02-30”这一天" in client.post(address, data=unreal).text
    assert "请写原因" in client.post(address, data={"since": "2026-11-25"}).text
    assert db.session.scalar(select(func.count(DeliveryPause.id))) == 0
    right = {"since": "2026-11-25", "until": "2026-11-26", "reason": "住院"}
    assert client.post(address, data=right).status_code == 302
    assert "这段日期已有暂停" in client.post(address, data=right).text


def test_a_programme_is_added_and_two_do_not_overlap(client: FlaskClient) -> None:
    make_zhangjie(make_site())
    make_funder("district")
    sign_in(client, "zhangjie")
    values = {
        "name": "红心免费餐", "funder_code": "district", "price_fen": "13",
        "tags": ["dibao", "tekun"], "valid_from": "2026-01-01",
    }  # fmt: skip
    assert client.post("/delivery/programmes/new", data=values).status_code == 302
    row = db.session.scalars(select(FreeMealProgramme)).one()
    assert (row.price_fen, row.tags) == (1300, "dibao;tekun")
    again = client.post("/delivery/programmes/new", data={**values, "name": "第二个"})
    assert "已有项目“红心免费餐”" in again.text
    for price in ("-1", "0", "999999", "十三"):
        answer = client.post("/delivery/programmes/new", data={**values, "price_fen": price})
        assert answer.status_code == 200, price
    assert db.session.scalar(select(func.count(FreeMealProgramme.id))) == 1


def test_what_published_rosters_rest_on_is_not_changed_afterwards(client: FlaskClient) -> None:
    Round()
    sign_in(client, "zhangjie")
    row = db.session.scalars(select(FreeMealProgramme)).one()
    values = {
        "name": "红心免费餐", "funder_code": "district", "price_fen": "15",
        "tags": ["dibao", "tekun"], "valid_from": "2026-01-01",
    }  # fmt: skip
    address = f"/delivery/programmes/{row.id}"
    assert "不能再改" in client.post(address, data=values).text
    ended = {**values, "price_fen": "13", "valid_until": "2026-12-31"}
    assert client.post(address, data=ended).status_code == 302


def test_a_volunteer_is_added_given_an_area_and_loses_it(client: FlaskClient) -> None:
    site_id = make_site()
    make_zhangjie(site_id)
    unit = make_unit()
    sign_in(client, "zhangjie")
    values = {
        "name": "小周", "phone": "138 0000 0303", "box_capacity": "8", "weekdays": ["6", "7"],
        "staff_id": "0", "active": "y", **NEIGHBOUR,
    }  # fmt: skip
    for _twice in range(2):
        answer = client.post("/delivery/volunteers/new", data=values)
        assert answer.status_code == 302, answer.text
    row = db.session.scalars(select(Volunteer)).one()
    assert (row.phone, row.box_capacity, row.weekdays) == ("13800000303", 8, "67")
    areas = f"/delivery/volunteers/{row.id}/areas"
    for _twice in range(2):
        assert client.post(areas, data={"grid_node_id": unit}).status_code == 302
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(VolunteerArea)) == 1
    assert "2栋 1单元" in client.get("/delivery/volunteers").text
    client.post(f"{areas}/{unit}/removal")
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(VolunteerArea)) == 0
    assert client.post(areas, data={"grid_node_id": 999999}).status_code == 400


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"phone": "12345"}, "不是电话号码"),
        ({"box_capacity": "0"}, "1 到 200 份"),
        ({"box_capacity": "很多"}, "mistake"),
        ({"name": "小周😀"}, "姓名里不能有"),
        ({"name": ""}, "请填写志愿者姓名"),
        ({"weekdays": []}, "至少选一天"),
        ({"weekdays": ["8"]}, "mistake"),
        ({"transport": "boat"}, "mistake"),
        ({"kind": "merchant"}, "合作商家请填商家名称"),
        ({"leaves_at": "11:00", "back_by": "10:30"}, "送完要晚于出发"),
        ({"leaves_at": "25:00"}, "没有“25:00”这个钟点"),
        ({"team_id": "99"}, "mistake"),
    ],
)
def test_a_volunteer_with_a_mistake_is_not_kept(
    client: FlaskClient, wrong: dict[str, Any], said: str
) -> None:
    make_zhangjie(make_site())
    sign_in(client, "zhangjie")
    values = {"name": "小周", "box_capacity": "8", "weekdays": ["6"], "staff_id": "0"}
    values |= {**NEIGHBOUR, **wrong}
    answer = client.post("/delivery/volunteers/new", data=values)
    assert answer.status_code == 200
    assert said in answer.text
    assert db.session.scalar(select(func.count(Volunteer.id))) == 0


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
