"""What a volunteer's phone is given and what it is not; events and photos over HTTP."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from time_machine import travel

from canteen.delivery.models import StopOutcome, Volunteer
from canteen.delivery.rounds.facts import Teller
from canteen.delivery.rounds.models import EventKind, RoundEvent, RoundPhoto
from canteen.delivery.rounds.own_data import taken_apart
from canteen.delivery.rounds.photos import forget_photos
from canteen.delivery.volunteering.teams import save_team
from canteen.foundation.database import db, transaction
from canteen.residents.models import GridNode
from canteen.staff.rules import Role
from tests.chance import without_chance
from tests.delivery.rounds.walks import Walk, make_walk
from tests.people import NOW, make_site, make_staff, sign_in


@pytest.fixture(autouse=True)
def lunch_time() -> Iterator[None]:
    """It is Monday, 11:30 in Shanghai."""
    with travel(NOW, tick=True):
        yield


@pytest.fixture
def walk(app: Flask) -> Walk:
    return make_walk()


def told(walk: Walk, kind: str, **values: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()), "kind": kind, "roster": walk.roster_id, "at": NOW.isoformat(), **values,
    }  # fmt: skip


def tell(client: FlaskClient, *events: dict[str, Any]) -> list[dict[str, str]]:
    body = {"sent_at": NOW.isoformat(), "events": list(events)}
    answers: list[dict[str, str]] = client.post("/round/events", json=body).json["answers"]
    return answers


def test_the_shell_names_nobody_and_the_data_only_ones_own_doors(
    client: FlaskClient, walk: Walk
) -> None:
    sign_in(client, "xiaozhou")
    shell = without_chance(client.get("/round").text)
    answer = without_chance(client.get("/round/data").text)
    for secret in ("李奶奶", "陈奶奶", "1单元", "0303"):
        assert secret not in shell
        assert secret in answer
    for secret in ("4321", "tekun", "dibao", "特困", "低保", "陈桂英", "李秀兰", "1939"):
        assert secret not in answer, secret
    sign_in(client, "laowu")
    other = without_chance(client.get("/round/data").text)
    for secret in ("奶奶", "1单元", "0303", "13800000101"):
        assert secret not in other


def test_of_other_days_and_an_hour_after_the_round_nothing_is_given(
    client: FlaskClient, walk: Walk
) -> None:
    for days in (-1, 1):
        with travel(NOW + timedelta(days=days)):
            sign_in(client, "xiaozhou")
            assert client.get("/round/data").json["rounds"] == []
    for minutes, rounds in ((149, 1), (151, 0)):  # lunch ends at 13:00, it is 11:30
        with travel(NOW + timedelta(minutes=minutes)):
            sign_in(client, "xiaozhou")
            assert len(client.get("/round/data").json["rounds"]) == rounds


def test_with_every_door_done_the_doors_go_an_hour_later(client: FlaskClient, walk: Walk) -> None:
    sign_in(client, "xiaozhou")
    for stop in walk.stops:
        tell(client, told(walk, "outcome", stop=stop, outcome="handed_over"))
    for minutes, rounds in ((59, 1), (61, 0)):
        with travel(NOW + timedelta(minutes=minutes)):
            sign_in(client, "xiaozhou")
            assert len(client.get("/round/data").json["rounds"]) == rounds
            assert ("李奶奶" in client.get("/round/list").text) is bool(rounds)


def test_what_is_told_late_is_taken_though_nothing_is_shown_any_more(
    client: FlaskClient, walk: Walk
) -> None:
    with travel(NOW + timedelta(hours=9)):
        sign_in(client, "xiaozhou")
        answer = tell(client, told(walk, "outcome", stop=walk.stops[0], outcome="handed_over"))
    assert answer[0]["outcome"] == "taken"
    db.session.rollback()
    assert db.session.scalars(select(StopOutcome.kind)).all() == ["handed_over"]


def test_the_same_day_again_is_304_and_a_change_is_not(client: FlaskClient, walk: Walk) -> None:
    sign_in(client, "xiaozhou")
    first = client.get("/round/data")
    known = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/round/data", headers=known)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["X-CSRF-Token"]
    tell(client, told(walk, "left"))
    assert client.get("/round/data", headers=known).status_code == 200


def test_a_stop_has_floor_stairs_diet_and_map_links_of_its_building(
    client: FlaskClient, walk: Walk
) -> None:
    with transaction() as session:
        for node in session.scalars(select(GridNode)):
            if node.level == "building":
                node.latitude, node.longitude, node.has_lift = 28.68, 115.89, False
            elif node.level == "unit":
                node.latitude, node.longitude = 28.99999, 115.99999
    sign_in(client, "xiaozhou")
    stop = client.get("/round/data").json["rounds"][0]["stops"][0]
    assert (stop["building"], stop["unit"], stop["room"]) == ("金牛小区 2栋", "1单元", "302")
    assert (stop["floor"], stop["lift"], stop["boxes"]) == (3, False, 1)
    links = " ".join(link["to"] for link in stop["links"])
    assert "geo:28.68000,115.89000" in links
    for secret in ("28.99", "302", "%E", "李", "金牛"):
        assert secret not in links


@pytest.mark.parametrize(
    ("names", "parts"),
    [
        (("金牛小区", "2栋", "1单元"), ("金牛小区 2栋", "1单元", "302")),
        (("金牛小区", "2号楼", "1单元"), ("金牛小区 2栋", "1单元", "302")),
        (("金牛", "2栋", "1单元"), ("金牛小区 2栋", "1单元", "302")),
        (("金牛小区", "2栋", "1"), ("金牛小区 2栋", "1单元", "302")),
        (("金牛小区", "二 栋", "1单元", "东"), ("金牛小区 2栋 1单元 302", "", "")),
        ((), ("金牛小区 2栋 1单元 302", "", "")),
    ],
)
def test_a_building_renamed_after_publication_is_called_as_on_the_printed_sheet(
    names: tuple[str, ...], parts: tuple[str, str, str]
) -> None:
    assert taken_apart("金牛小区 2栋 1单元 302", names) == parts


def test_a_volunteer_without_the_agreement_or_of_another_canteen_gets_nothing(
    client: FlaskClient, walk: Walk
) -> None:
    elsewhere = make_site("xihu")
    make_staff("other", Role.VOLUNTEER, site_id=elsewhere)
    sign_in(client, "other")
    assert client.get("/round/data").status_code == 404
    answer = client.post("/round/events", json={"sent_at": NOW.isoformat(), "events": []})
    assert answer.status_code == 404


def test_somebody_elses_door_cannot_be_reported_of_or_seen(client: FlaskClient, walk: Walk) -> None:
    sign_in(client, "laowu")
    answer = tell(client, told(walk, "outcome", stop=walk.stops[0], outcome="handed_over"))
    assert (answer[0]["outcome"], answer[0]["reason"]) == ("taken", "stop_elsewhere")
    db.session.rollback()
    assert db.session.scalars(select(StopOutcome)).all() == []
    assert "李" not in str(answer)


def test_one_that_cannot_be_read_stops_no_other(client: FlaskClient, walk: Walk) -> None:
    sign_in(client, "xiaozhou")
    wrong = told(walk, "outcome", stop=walk.stops[0])
    good = told(walk, "left")
    found = tell(client, wrong, good)
    assert [one["outcome"] for one in found] == ["refused", "taken"]
    assert "outcome" in found[0]["text"]
    assert client.post("/round/events", json={"events": []}).status_code == 422


def test_a_scanned_code_is_kept_nowhere(client: FlaskClient, walk: Walk) -> None:
    sign_in(client, "xiaozhou")
    code = "1234567801234567890123"
    event = told(walk, "outcome", stop=walk.stops[0], outcome="handed_over", token=code)
    assert tell(client, event)[0]["reason"] == "card_unread"
    db.session.rollback()
    assert code not in db.session.scalars(select(RoundEvent.body)).one()


def jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "#886644").save(buffer, "JPEG")
    return buffer.getvalue()


def photo_of(client: FlaskClient, walk: Walk) -> str:
    """A photo that 小周 took at the first door; the event's id."""
    sign_in(client, "xiaozhou")
    event = told(walk, "outcome", stop=walk.stops[0], outcome="left_at_door", note="门口没人")
    event["outcome"] = "nobody_answers"
    tell(client, event)
    for _twice in range(2):
        answer = client.post(
            f"/round/events/{event['id']}/photo", data=jpeg(), content_type="image/jpeg"
        )
        assert answer.json == {"kept": True}
    return str(event["id"])


def test_a_photo_is_seen_by_the_office_and_by_who_took_it_today(
    client: FlaskClient, walk: Walk
) -> None:
    event_id = photo_of(client, walk)
    address = f"/round/photos/{event_id}"
    assert client.get(address).mimetype == "image/jpeg"
    for username, status in (("laowu", 404), ("zhangjie", 200)):
        sign_in(client, username)
        assert client.get(address).status_code == status
    stop = client.get(f"/delivery/stops/{walk.stops[0]}").text
    assert address in stop
    assert "门口没人" in stop
    with travel(NOW + timedelta(days=1)):
        sign_in(client, "xiaozhou")
        assert client.get(address).status_code == 404


def test_a_photo_belongs_to_an_event_of_ones_own_and_must_be_one(
    client: FlaskClient, walk: Walk
) -> None:
    event_id = photo_of(client, walk)
    sign_in(client, "laowu")
    post = {"content_type": "image/jpeg", "data": jpeg()}
    assert client.post(f"/round/events/{event_id}/photo", **post).status_code == 409
    assert client.post(f"/round/events/{uuid4()}/photo", **post).status_code == 409
    sign_in(client, "xiaozhou")
    event = told(walk, "outcome", stop=walk.stops[1], outcome="refused")
    tell(client, event)
    answer = client.post(
        f"/round/events/{event['id']}/photo", data=b"text", content_type="image/jpeg"
    )
    assert (answer.status_code, answer.json["code"]) == (409, "photo_unreadable")


def test_photos_go_when_their_days_are_over(client: FlaskClient, walk: Walk, app: Flask) -> None:
    event_id = photo_of(client, walk)
    folder = Path(app.config["DATA"]) / "round_photos"
    assert [path.stem for path in folder.iterdir()] == [event_id]
    db.session.rollback()
    assert forget_photos(folder, now=NOW + timedelta(days=29)) == 0
    assert forget_photos(folder, now=NOW + timedelta(days=31)) == 1
    assert forget_photos(folder, now=NOW + timedelta(days=31)) == 0
    assert list(folder.iterdir()) == []
    db.session.rollback()
    assert db.session.scalars(select(RoundPhoto.deleted_at)).one() is not None
    sign_in(client, "zhangjie")
    assert client.get(f"/round/photos/{event_id}").status_code == 404


def test_an_offer_shows_the_building_and_no_more_until_it_is_taken(
    client: FlaskClient, walk: Walk
) -> None:
    sign_in(client, "xiaozhou")
    tell(client, told(walk, "offered", stop=walk.stops[1]))
    sign_in(client, "laowu")
    document = client.get("/round/data").json
    offer = document["offers"][0]
    assert (offer["building"], offer["from"], offer["boxes"]) == ("金牛小区 2栋", "小周", 1)
    assert "陈奶奶" not in str(document)
    assert "1单元" not in str(document)
    assert tell(client, told(walk, "accepted", offer=offer["id"]))[0]["reason"] == ""
    mine = client.get("/round/data").json["rounds"][0]["stops"]
    assert [stop["title"] for stop in mine] == ["陈奶奶"]
    sign_in(client, "xiaozhou")
    left = client.get("/round/data").json["rounds"][0]["stops"]
    assert [stop["title"] for stop in left] == ["李奶奶"]


def test_a_leader_sees_what_the_own_team_told_and_nobodys_door(
    client: FlaskClient, walk: Walk
) -> None:
    def team(name: str, *members: int) -> None:
        values = {"name": name, "kind": "neighbours", "active": True}
        made = save_team(
            site_id=walk.site_id, team_id=None, values=values, by=walk.zhangjie, now=NOW
        )
        with transaction() as session:
            for one in members:
                session.get_one(Volunteer, one).team_id = made

    def leads(teller: Teller) -> None:
        with transaction() as session:
            session.get_one(Volunteer, teller.volunteer_id).leads_team = True

    team("邻里一队", walk.xiaozhou.volunteer_id, walk.laowu.volunteer_id)
    team("邻里二队", walk.xiaolin.volunteer_id)
    walk.tell(walk.outcome(walk.stops[0], note="李奶奶女儿在家", scanned=True))
    walk.tell(walk.event(EventKind.CANNOT_FINISH, body={"note": "陈奶奶家上不去"}))
    sign_in(client, "laowu")
    assert client.get("/round/team").status_code == 404
    assert "本队要看的" not in client.get("/round").text
    leads(walk.laowu)
    assert "本队要看的" in client.get("/round").text
    page = client.get("/round/team").text
    for shown in (
        "邻里一队",
        "小周",
        "金牛小区 2栋",
        "送不完，剩下的要人接",
        "扫的码不是本食堂的卡",
    ):
        assert shown in page
    for secret in ("奶奶", "1单元", "302", "女儿", "0303"):
        assert secret not in without_chance(page), secret
    assert client.get("/delivery/round-differences").status_code == 403
    with travel(NOW + timedelta(days=1)):
        sign_in(client, "laowu")
        page = client.get("/round/team").text
        assert "小周" in page
        assert "2栋" not in page
    leads(walk.xiaolin)
    sign_in(client, "lin")
    assert "小周" not in client.get("/round/team").text


def test_the_manager_sees_what_does_not_match_and_notes_what_was_done(
    client: FlaskClient, walk: Walk
) -> None:
    sign_in(client, "xiaozhou")
    counts = [{"kind": "", "planned": 2, "counted": 1}]
    tell(
        client,
        told(walk, "picked_up", counts=counts, bags=2, note="少一盒"),
        told(walk, "returned", bags=1, out=2, note="一只在 302"),
        told(walk, "cannot_finish", note="脚扭了"),
    )
    assert client.get("/delivery/round-differences").status_code == 403
    sign_in(client, "zhangjie")
    assert "送餐路上 3 件要看" in client.get("/delivery/rosters").text
    page = client.get("/delivery/round-differences").text
    for words in ("单子上 2，实数 1", "少一盒", "带走 2 只，带回 1 只", "一只在 302", "脚扭了"):
        assert words in page
    roster = client.get(f"/delivery/rosters/{walk.roster_id}").text
    assert "志愿者送不完，请马上派人" in roster
    db.session.rollback()
    event_id = db.session.scalars(
        select(RoundEvent.id).where(RoundEvent.kind == "cannot_finish")
    ).one()
    address = f"/delivery/round-differences/{event_id}/settlement"
    client.post(address, data={"note": ""})
    client.post(address, data={"note": "老吴接着送"})
    assert "送餐路上 2 件要看" in client.get("/delivery/rosters").text
    assert "老吴接着送" in client.get("/delivery/round-differences?show=settled").text
