"""The board, an alarm, a site's ladder, a volunteer's own step: who sees what, what is said."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from time_machine import travel

from canteen.config import settings
from canteen.delivery.models import OutcomeKind, Roster, RosterStop, StopOutcome
from canteen.delivery.watching.board import board_of
from canteen.delivery.watching.models import Alarm, LadderStep, WatchedDiner
from canteen.delivery.watching.rounds import RoundState
from canteen.foundation.database import db, transaction
from canteen.residents.models import Household, Resident
from canteen.staff.rules import Role
from tests.counting import queries_of
from tests.delivery.people import make_programme, make_volunteer
from tests.delivery.streets import LAT, LON, node_above, put_node, put_site
from tests.delivery.watching.morning import Morning, ate
from tests.people import (
    NOW,
    TODAY,
    make_resident,
    make_site,
    make_staff,
    make_unit,
    make_wang,
    make_zhangjie,
    sign_in,
)

BOARD, NEWS = "/delivery/board", "/delivery/board/news"


def minutes(count: float) -> travel:
    return travel(NOW + timedelta(minutes=count), tick=False)


def beeps(page: str) -> set[str]:
    return set(re.findall(r'data-beep="([^"]+)"', page))


@pytest.fixture
def morning(client: FlaskClient) -> Morning:
    morning = Morning()
    morning.say()
    with minutes(0):
        sign_in(client, "zhangjie")
    return morning


def test_the_board_says_who_is_looked_for_and_what_is_due(
    client: FlaskClient, morning: Morning
) -> None:
    with minutes(1):
        page = client.get(BOARD).text
    assert "陈奶奶" in page
    assert "再去敲一次门" in page
    assert "11:40 前" in page
    for kept in ("陈桂英", "13800000"):
        assert kept not in page, "a wall shows no names and no numbers"


def test_each_new_and_each_late_step_has_a_sound_of_its_own(
    client: FlaskClient, morning: Morning
) -> None:
    with minutes(1):
        first = beeps(client.get(NEWS).text)
    with minutes(10):
        second = beeps(client.get(NEWS).text)
    knock, phone = morning.step("second_knock").id, morning.step("phone").id
    assert first == {f"s{knock}-due"}
    assert second == {f"s{knock}-late", f"s{phone}-due"}
    assert morning.did("second_knock") is None
    assert morning.did("phone") is None
    with minutes(10):
        assert beeps(client.get(NEWS).text) == {f"s{morning.step('neighbour').id}-due"}


def test_news_are_sent_only_when_there_are_some(client: FlaskClient, morning: Morning) -> None:
    with minutes(1):
        mark = client.get(NEWS).headers["ETag"]
    with minutes(3):
        answer = client.get(NEWS, headers={"If-None-Match": mark})
    assert (answer.status_code, answer.data) == (304, b"")
    with minutes(10):
        answer = client.get(NEWS, headers={"If-None-Match": mark})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != mark


def test_a_step_and_the_ending_are_typed_on_the_page_of_the_alarm(
    client: FlaskClient, morning: Morning
) -> None:
    alarm_id, step = morning.alarms()[0].id, morning.step("phone").id
    where = f"/delivery/alarms/{alarm_id}"
    with minutes(2):
        page = client.get(where).text
        assert "13800000902" in page, "whoever looks for her may call her daughter"
        client.post(f"{where}/steps/{step}/record", data={"result": "nothing", "note": "关机"})
        again = client.post(f"{where}/steps/{step}/record", data={"result": "found"})
        assert "这一步刚才已有人做了" in client.get(again.location).text
        assert "关机" in client.get(where).text
        bad = client.post(f"{where}/steps/{step}/record", data={"result": "gone"})
        assert bad.status_code == 400
        none = client.post(f"{where}/ending", data={"note": "?"})
        assert none.status_code == 400
        assert "请选一个结果" in none.text
        early = client.post(
            f"{where}/ending", data={"kind": "in_hospital", "last_day": "2026-11-01"}
        )
        assert early.status_code == 409
        assert morning.open() == 1
        client.post(f"{where}/ending", data={"kind": "died", "note": "120 到场"})
        page = client.get(where).text
    assert "去世了" in page
    assert "去登记去向" in page
    assert morning.open() == 0
    assert "120 到场" in client.get("/delivery/alarms").text


def test_what_the_door_says_later_is_chosen_already_and_still_has_to_be_sent(
    client: FlaskClient, morning: Morning
) -> None:
    first = db.session.scalars(select(StopOutcome.id)).one()
    morning.say(OutcomeKind.HANDED_OVER, follows=first, at=NOW + timedelta(minutes=4))
    with minutes(5):
        page = client.get(f"/delivery/alarms/{morning.alarms()[0].id}").text
        board = client.get(BOARD).text
    chosen = re.search(r"<input[^>]*checked[^>]*>", page)
    assert chosen is not None
    assert 'value="well_at_home"' in chosen[0]
    assert "交到本人手上" in page
    assert beeps(board) == set()
    assert "请写下结果" in board


def test_counts_stand_on_the_first_page_and_the_history_on_the_persons(
    client: FlaskClient, morning: Morning
) -> None:
    with minutes(1):
        assert "正在找 1 人" in client.get("/").text
        page = client.get(f"/residents/{morning.chen}").text
        assert f"/delivery/alarms/{morning.alarms()[0].id}" in page
        client.post(
            f"/delivery/people/{morning.chen}/watch",
            data={"missed_days": "3", "neighbour_name": "对门老吴", "neighbour_phone": "138"},
        )
        wrong = client.post(
            f"/delivery/people/{morning.chen}/watch", data={"missed_days": "99"},
            follow_redirects=True,
        )  # fmt: skip
        assert "1 到 30 天" in wrong.text
    db.session.rollback()
    watch = db.session.get_one(WatchedDiner, morning.chen)
    assert (watch.missed_days, watch.since, watch.neighbour_name) == (3, TODAY, "对门老吴")


def test_a_clerk_sees_nothing_of_it(client: FlaskClient) -> None:
    morning = Morning()
    morning.say()
    make_staff("xiaoli", Role.CLERK, site_id=morning.site_id)
    sign_in(client, "xiaoli")
    assert client.get(BOARD).status_code == 403
    assert "智守护" not in client.get(f"/residents/{morning.chen}").text
    assert "正在找" not in client.get("/").text


def test_another_canteens_alarm_is_not_there(client: FlaskClient) -> None:
    morning = Morning()
    morning.say()
    alarm_id, step = morning.alarms()[0].id, morning.step("phone").id
    make_staff("lao-li", Role.MANAGER, site_id=make_site("hongxin"))
    sign_in(client, "lao-li")
    where = f"/delivery/alarms/{alarm_id}"
    assert client.get(where).status_code == 404
    assert client.post(f"{where}/ending", data={"kind": "died"}).status_code == 404
    client.post(f"{where}/steps/{step}/record", data={"result": "found"})
    assert morning.view().rows[1].step.result == ""
    assert "陈奶奶" not in client.get(BOARD).text


# --- the volunteer -----------------------------------------------------------------------------


def test_a_volunteer_sees_their_own_step_and_nothing_of_the_others(client: FlaskClient) -> None:
    morning = Morning()
    morning.say()
    with minutes(1):
        sign_in(client, "xiaozhou")
        assert "没人应的门" in client.get("/round").text
        page = client.get("/round/alarms").text
    assert "陈奶奶" in page
    assert "138****0101" in page
    for kept in ("13800000101", "陈桂英", "陈丽", "13800000902", "刘单元长"):
        assert kept not in page


def test_a_volunteer_records_the_second_knock_and_no_other_step(client: FlaskClient) -> None:
    morning = Morning()
    morning.say()
    own, others = morning.step("second_knock").id, morning.step("phone").id
    with minutes(3):
        sign_in(client, "xiaozhou")
        for step in (others, 999):
            answer = client.post(f"/round/alarms/{step}/record", data={"result": "found"})
            assert answer.status_code == 404
        assert client.post(f"/round/alarms/{own}/record", data={"result": "?"}).status_code == 400
        client.post(f"/round/alarms/{own}/record", data={"result": "trouble"})
    row = morning.view(minutes=3).rows
    assert (row[0].step.result, row[0].done_by) == ("trouble", "小周")
    assert row[-1].turn.standing == "due", "110 and 120 at once"
    assert morning.open() == 1, "and only a typed ending closes it"


def test_an_hour_after_the_round_and_on_another_day_nothing_is_there(client: FlaskClient) -> None:
    morning = Morning()
    morning.say()
    own = morning.step("second_knock").id
    for at in (timedelta(hours=4), timedelta(days=1)):
        with travel(NOW + at, tick=False):
            sign_in(client, "xiaozhou")
            assert "陈奶奶" not in client.get("/round/alarms").text
            answer = client.post(f"/round/alarms/{own}/record", data={"result": "found"})
            assert answer.status_code == 404


# --- a site's ladder ---------------------------------------------------------------------------


def test_a_manager_sets_steps_minutes_and_order(client: FlaskClient) -> None:
    make_zhangjie(make_site())
    sign_in(client, "zhangjie")
    assert client.get("/delivery/ladder").text.count('class="rung"') == 9
    rows = {
        "kind-1": "phone", "minutes-1": "5", "place-1": "2",
        "kind-2": "second_knock", "minutes-2": "12", "place-2": "1",
        "kind-3": "", "minutes-3": "10", "place-3": "3",
        "kind-4": "other", "minutes-4": "8", "place-4": "4", "name-4": "门卫老赵",
        "office_name": "值班室", "missed_days": "3",
    }  # fmt: skip
    answer = client.post("/delivery/ladder", data=rows)
    assert answer.status_code == 302
    db.session.rollback()
    steps = db.session.scalars(select(LadderStep).order_by(LadderStep.position)).all()
    assert [(one.kind, one.minutes, one.who_name) for one in steps] == [
        ("second_knock", 12, ""),
        ("phone", 5, ""),
        ("other", 8, "门卫老赵"),
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"minutes-1": "五"}, "第 1 行：“五”不是分钟数"),
        ({"minutes-1": "0"}, "第 1 步的分钟数不对"),
        ({"place-1": "-1"}, "第 1 行：“-1”不是顺序"),
        ({"kind-1": "dance"}, "第 1 行：没有这种步骤"),
        ({"kind-1": ""}, "至少要有一步"),
        ({"missed_days": "400"}, "1 到 30 天"),
    ],
)
def test_what_is_wrong_with_a_ladder_is_said_and_nothing_is_kept(
    client: FlaskClient, change: dict[str, str], words: str
) -> None:
    make_zhangjie(make_site())
    sign_in(client, "zhangjie")
    row = {"kind-1": "phone", "minutes-1": "5", "place-1": "1"}
    answer = client.post("/delivery/ladder", data=row | change)
    assert answer.status_code in (400, 409)
    assert words in answer.text
    assert db.session.scalars(select(LadderStep)).all() == []


# --- a diner who stays away --------------------------------------------------------------------


def test_somebody_missing_stands_on_the_board_until_somebody_looks(client: FlaskClient) -> None:
    site_id = make_site()
    make_zhangjie(site_id)
    wang = make_wang(site_id)
    with transaction() as session:
        session.add(
            WatchedDiner(
                resident_id=wang, missed_days=1, since=TODAY - timedelta(days=9), changed_at=NOW
            )
        )
    yesterday = TODAY - timedelta(days=1)
    ate(site_id, None, yesterday)
    with minutes(0):
        sign_in(client, "zhangjie")
        page = client.get(BOARD).text
        assert "连续 1 天没来吃饭" in page
        assert beeps(page) == {f"m{wang}-{yesterday}"}
        assert db.session.scalars(select(Alarm)).all() == [], "reading begins nothing"
        assert "开始找人" in client.get(f"/delivery/missing/{wang}").text
        begun = client.post(f"/delivery/missing/{wang}/alarm")
        again = client.post(f"/delivery/missing/{wang}/alarm")
        assert begun.location == again.location
        assert client.get(f"/delivery/missing/{wang}").status_code == 404
        assert "打本人电话" in client.get(BOARD).text


# --- rounds and the picture --------------------------------------------------------------------


def make_rounds(site_id: int, rounds: int, doors: int, day: date = TODAY) -> int:
    """A roster with that many rounds of that many doors each, in ten buildings that have points;
    every fifth door is done, one is shut. Plain rows."""
    units = [make_unit(building=f"{number}栋") for number in range(1, 11)]
    for number, unit in enumerate(units):
        put_node(node_above(unit), 80 * (number + 1))
    put_site(site_id)
    programme = make_programme(site_id)
    people = [
        make_volunteer(site_id, f"志愿者{number:02d}", box_capacity=doors)
        for number in range(1, rounds + 1)
    ]
    first = make_resident("甲一姑", site_id=site_id, birthday=date(1940, 5, 6), unit_id=units[0])
    with transaction() as session:
        roster = Roster(
            site_id=site_id, service_date=day, period_code="lunch",
            programme_id=programme, published_at=NOW,
        )  # fmt: skip
        session.add(roster)
        session.flush()
        template = session.get_one(Resident, first)
        home = session.get_one(Household, template.household_id)
        plain = {
            "site_id": site_id, "household_id": home.id, "sort_name": "x", "created_at": NOW,
            "gender": "female", "status": "active",
        }  # fmt: skip
        ids = [10_000 + number for number in range(rounds * doors)]
        session.execute(insert(Resident), [{"id": one, "name": f"人{one}", **plain} for one in ids])
        stops = [
            {
                "id": one,
                "roster_id": roster.id,
                "volunteer_id": people[place // doors],
                "position": place % doors + 1,
                "resident_id": one,
                "diner_name": f"人{one}",
                "diner_title": f"人{one}",
                "grid_node_id": units[place % 10],
                "address": f"金牛小区 {place % 10 + 1}栋 {place}",
            }
            for place, one in enumerate(ids)
        ]
        session.execute(insert(RosterStop), stops)
        return roster.id


def test_a_board_of_forty_rounds_of_fifteen_asks_as_little_as_one_of_two(
    client: FlaskClient, app: Flask
) -> None:
    small, large = make_site(), make_site("hongxin", latitude=LAT, longitude=LON)
    make_zhangjie(large)
    make_rounds(large, rounds=40, doors=15)
    board = lambda site_id: board_of(  # noqa: E731
        db.session(), site_id=site_id, day=TODAY, now=NOW
    )
    few, _ = queries_of(lambda: board(small))
    many, found = queries_of(lambda: board(large))
    assert len(found.rounds) == 40
    assert len(found.doors) == 600
    assert len(many) <= 10
    assert len(many) <= len(few) + 2, "two for the grid, where there are doors"
    with minutes(0):
        sign_in(client, "zhangjie")
        page = client.get(BOARD).text
    assert page.count('class="round-name"') == 40
    assert page.count('class="mark open"') == 400, "doors of one round in one building are one mark"


def test_rounds_stand_by_what_was_said_at_their_doors(client: FlaskClient) -> None:
    morning = Morning()
    make_wang(morning.site_id)

    def states(at: float) -> list[tuple[RoundState, int]]:
        db.session.rollback()
        when = NOW + timedelta(minutes=at)
        board = board_of(db.session(), site_id=morning.site_id, day=TODAY, now=when)
        return [(one.state, one.count("late")) for one in board.rounds]  # type: ignore[arg-type]

    assert states(0) == [(RoundState.WAITING, 0)]
    assert states(91) == [(RoundState.WAITING, 1)], "lunch ends at 13:00"
    morning.say()
    assert states(91) == [(RoundState.DONE, 0)]


def test_the_picture_numbers_doors_and_shows_states_by_shape_and_word(
    client: FlaskClient,
) -> None:
    morning = Morning()
    put_node(node_above(make_unit()), 200)
    put_site(morning.site_id)
    with minutes(0):
        sign_in(client, "zhangjie")
        page = client.get(BOARD).text
        assert 'class="mark open"' in page
        assert "还没送：1 陈奶奶" in page
        morning.say()
        page = client.get(BOARD).text
    assert 'class="mark shut"' in page
    assert "没人应：1 陈奶奶" in page
    assert "<image" not in page


def test_tiles_come_only_from_the_server_that_was_set_and_only_on_this_page(
    client: FlaskClient, app: Flask
) -> None:
    morning = Morning()
    put_node(node_above(make_unit()), 200)
    put_site(morning.site_id)
    app.config["TILES"] = "https://tiles.example:8443/{z}/{x}/{y}.png"
    with minutes(0):
        sign_in(client, "zhangjie")
        answer = client.get(BOARD)
        policy = answer.headers["Content-Security-Policy"]
        tiles = re.findall(r'<image href="([^"]+)"', answer.text)
        assert tiles
        assert all(re.fullmatch(r"https://tiles\.example:8443/\d+/\d+/\d+\.png", t) for t in tiles)
        assert "img-src 'self' https://tiles.example:8443 data: blob:" in policy
        assert "tiles.example" not in client.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "text", ["tiles.example/{z}/{x}/{y}", "https://a b/{z}/{x}/{y}", "https://t.example/{z}.png",
             "https://t.example/{z}/{x}/{y}; script-src *"]
)  # fmt: skip
def test_a_map_server_that_is_none_is_named_at_the_start(text: str) -> None:
    with pytest.raises(ValueError, match="CANTEEN_TILES"):
        settings({"CANTEEN_TILES": text})


def test_an_old_day_and_an_empty_one_have_a_calm_board(client: FlaskClient) -> None:
    make_zhangjie(make_site())
    sign_in(client, "zhangjie")
    page = client.get(BOARD).text
    assert "没有要找的人" in page
    assert "今天还没有发布送餐单" in page
