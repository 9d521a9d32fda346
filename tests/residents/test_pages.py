"""The pages of the residents' room, through a browser without a screen."""

import threading
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from canteen.cards.models import Card
from canteen.cards.tokens import make_token
from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db, transaction
from canteen.foundation.storage import keys
from canteen.ledger.models import Account
from canteen.residents.identity import check_sign
from canteen.residents.models import Resident, ResidentTag
from canteen.staff.rules import Role
from tests.people import (
    NOW,
    make_chen,
    make_resident,
    make_site,
    make_staff,
    make_unit,
    make_wang,
    make_xiaoli,
    make_zhangjie,
    sign_in,
    wallet_of,
)

_FIRST_17 = "36010419440305002"
CHEN_ID = _FIRST_17 + check_sign(_FIRST_17)
CHEN = {
    "name": "陈桂英",
    "id_number": CHEN_ID,
    "place": "2-1",
    "room": "501室",
    "phone": "13800000101",
}


@pytest.fixture
def clerk(client: FlaskClient) -> FlaskClient:
    """小李 at the desk, in a grid of one unit."""
    site_id = make_site()
    make_xiaoli(site_id)
    make_unit()
    sign_in(client, "xiaoli")
    return client


@pytest.fixture
def manager(client: FlaskClient) -> FlaskClient:
    """张姐 in the office, in a grid of one unit."""
    site_id = make_site()
    make_zhangjie(site_id)
    make_unit()
    sign_in(client, "zhangjie")
    return client


def registered() -> list[Resident]:
    db.session.rollback()
    return list(db.session.scalars(select(Resident).order_by(Resident.id)))


def only() -> Resident:
    (one,) = registered()
    return one


def site() -> int:
    return 1


# --- registering ---------------------------------------------------------------------


def test_an_id_number_says_birthday_and_gender_and_a_wallet_opens(clerk: FlaskClient) -> None:
    answer = clerk.post("/residents/new", data=CHEN)
    assert answer.status_code == 302, answer.text
    chen = only()
    assert (chen.birthday, chen.gender) == (date(1944, 3, 5), "female")
    assert chen.household is not None
    assert chen.household.room == "501"
    assert wallet_of(chen.id).balance_fen == 0
    assert clerk.get(answer.headers["Location"]).status_code == 200


def test_an_id_number_is_stored_only_encrypted(clerk: FlaskClient) -> None:
    clerk.post("/residents/new", data=CHEN)
    chen = only()
    assert CHEN_ID not in (chen.id_number_encrypted or "")
    assert keys().decrypt(chen.id_number_encrypted or "") == CHEN_ID
    assert chen.id_number_last4 == CHEN_ID[-4:]
    log = db.session.scalars(select(AuditEntry.note)).all()
    assert not any(CHEN_ID in note for note in log)


def test_the_same_id_number_is_refused_with_a_link(clerk: FlaskClient) -> None:
    clerk.post("/residents/new", data=CHEN)
    chen = only()
    again = clerk.post(
        "/residents/new",
        data=CHEN | {"name": "陈桂兰", "id_number": CHEN_ID[:17] + CHEN_ID[17].lower()},
    )
    assert again.status_code == 409
    assert "已经登记过" in again.text
    assert f"/residents/{chen.id}" in again.text
    assert len(registered()) == 1


def test_a_namesake_of_the_same_birthday_is_warned_of_and_then_let_in(clerk: FlaskClient) -> None:
    make_chen(site())
    data = {"name": "陈桂英", "birthday": "1944-03-05"}
    warned = clerk.post("/residents/new", data=data)
    assert warned.status_code == 409
    assert "已有同名同生日的人" in warned.text
    assert len(registered()) == 1
    sure = clerk.post("/residents/new", data=data | {"confirmed": "陈桂英 1944-03-05"})
    assert sure.status_code == 302
    assert len(registered()) == 2


def test_confirming_one_namesake_does_not_let_another_in(clerk: FlaskClient) -> None:
    make_chen(site())
    make_wang(site())
    data = {"name": "王德福", "birthday": "1959-06-01", "confirmed": "陈桂英 1944-03-05"}
    assert clerk.post("/residents/new", data=data).status_code == 409


def test_the_same_form_sent_twice_registers_once(clerk: FlaskClient) -> None:
    data = {"name": "陈桂英", "birthday": "1944-03-05", "request_id": "a" * 32}
    first = clerk.post("/residents/new", data=data)
    second = clerk.post("/residents/new", data=data)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(registered()) == 1


@pytest.mark.parametrize("extra", [{"request_id": "b" * 32}, {"id_number": CHEN_ID}])
def test_the_same_form_sent_at_once_registers_once(
    clerk: FlaskClient, app: Flask, extra: dict[str, str]
) -> None:
    data = {"name": "陈桂英", "birthday": "1944-03-05", **extra}
    clients = [app.test_client() for _ in range(4)]
    for one in clients:
        sign_in(one, "xiaoli")
    answers: list[int] = []

    def send(one: FlaskClient) -> None:
        answers.append(one.post("/residents/new", data=data).status_code)

    threads = [threading.Thread(target=send, args=(one,)) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(registered()) == 1
    assert set(answers) <= {302, 409}
    assert 302 in answers
    assert db.session.scalar(select(func.count(Account.id)).where(Account.kind == "wallet")) == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"birthday": "1944-02-30"}, "没有“1944-02-30”这一天"),
        ({"birthday": "2999-01-01"}, "在今天之后"),
        ({"birthday": "1850-01-01"}, "年龄超过 130 岁"),
        ({"birthday": ""}, "没有填出生日期"),
        ({"name": ""}, "没有填姓名"),
        ({"name": "陈桂英😀"}, "姓名里不能有“😀”"),
        ({"name": "陈" * 41}, "姓名有 41 个字"),
        ({"phone": "1380000010"}, "手机号是 10 位"),
        ({"id_number": CHEN_ID[:17] + ("0" if CHEN_ID[17] != "0" else "1")}, "校验位不对"),
        ({"id_number": CHEN_ID, "birthday": "1944-03-06"}, "与身份证号不符"),
        ({"id_number": CHEN_ID, "gender": "male"}, "性别与身份证号不符"),
        ({"place": "9-9", "room": "1"}, "网格里没有“9-9”"),
        ({"place": "2-1", "room": ""}, "没有填房号"),
        ({"place": "", "room": "501"}, "没有填楼栋单元"),
        ({"room": "五楼😀", "place": "2-1"}, "不是房号"),
        ({"diet_note": "字" * 201}, "有 201 个字，最多 200 个"),
        ({"hukou_city": "字" * 41}, "最多 40 个"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_the_form_keeps_the_rest(
    clerk: FlaskClient, wrong: dict[str, str], says: str
) -> None:
    data = {"name": "陈桂英", "birthday": "1944-03-05", "contact_name": "陈小明"} | wrong
    answer = clerk.post("/residents/new", data=data)
    assert answer.status_code == 400
    assert says in answer.text
    assert "陈小明" in answer.text
    assert registered() == []


@pytest.mark.parametrize("name", ["𠅤秀兰", "阿卜杜·热合曼", "陈" * 40, "O'Brien Mary"])
def test_rare_and_long_names_are_taken_and_found(clerk: FlaskClient, name: str) -> None:
    answer = clerk.post("/residents/new", data={"name": name, "birthday": "19440305"})
    assert answer.status_code == 302, answer.text
    assert name in clerk.get("/residents", query_string={"q": name[:3]}).text.replace("&#39;", "'")


def test_a_place_of_two_meanings_is_asked_about(clerk: FlaskClient) -> None:
    make_unit(compound="银牛小区")
    answer = clerk.post("/residents/new", data=CHEN)
    assert answer.status_code == 400
    assert "有 2 处" in answer.text
    good = clerk.post("/residents/new", data=CHEN | {"place": "银牛小区 2栋 1单元"})
    assert good.status_code == 302


def test_a_stale_page_says_so_and_registers_nobody(app: Flask, clerk: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = clerk.post("/residents/new", data=CHEN | {"csrf_token": "old"})
    assert answer.status_code == 400
    assert "页面已过期" in answer.text
    assert registered() == []


# --- finding --------------------------------------------------------------------------


def make_card(resident_id: int, number: str) -> str:
    with transaction() as session:
        session.add(Card(number=number, issue=0, resident_id=resident_id, issued_at=NOW))
    return make_token(number, 0, keys().card[0])


@pytest.mark.parametrize(
    "asked",
    [
        "陈桂英",
        "桂英",
        "chen",
        "cheng",
        "cgy",
        "CGY",
        "Chen Gui",
        "0101",
        "13800000101",
        "10000017",
        "scan",
    ],
)
def test_people_are_found_by_whatever_is_at_hand(clerk: FlaskClient, asked: str) -> None:
    chen = make_chen(site())
    make_wang(site())
    token = make_card(chen, "10000017")
    typed = {"q": token if asked == "scan" else asked}
    page = clerk.post("/residents/searches", data=typed, follow_redirects=True)
    assert "陈桂英" in page.text
    assert "王德福" not in page.text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("asked", ["scan", "13800000101", "110101194403050025"])
def test_cards_and_numbers_do_not_stay_in_an_address(
    clerk: FlaskClient, asked: str, method: str
) -> None:
    token = make_card(make_chen(site()), "10000017")
    typed = {"q": token if asked == "scan" else asked}
    address = "/residents" if method == "GET" else "/residents/searches"
    sent = {"query_string": typed} if method == "GET" else {"data": typed}
    answer = clerk.open(address, method=method, **sent)
    assert answer.status_code == 302
    assert typed["q"] not in answer.headers["Location"]
    assert typed["q"] not in clerk.get(answer.headers["Location"]).text


def test_a_phone_shared_by_a_family_finds_everybody_by_its_tail(clerk: FlaskClient) -> None:
    make_chen(site())
    make_resident("陈小英", site_id=site(), birthday=None, phone="13800000101", phone_tail="0101")
    found = clerk.post("/residents/searches", data={"q": "13800000101"}, follow_redirects=True)
    assert "陈桂英" in found.text
    assert "陈小英" in found.text


@pytest.mark.parametrize("asked", ["zzz", "9999", "99999999", "1" * 22, "%", "_", "😀", "' OR 1=1"])
def test_what_finds_nobody_says_so(clerk: FlaskClient, asked: str) -> None:
    make_chen(site())
    for page in (
        clerk.get("/residents", query_string={"q": asked}),
        clerk.post("/residents/searches", data={"q": asked}, follow_redirects=True),
    ):
        assert page.status_code in (200, 302)
        assert asked == "1" * 22 or "陈桂英" not in page.text


def test_people_of_another_canteen_are_found_when_asked_for(clerk: FlaskClient) -> None:
    make_chen(make_site("yinniu"))
    assert "陈桂英" not in clerk.get("/residents?q=cgy").text
    assert "陈桂英" in clerk.get("/residents?q=cgy&everywhere=1").text


def test_another_canteens_people_are_seen_but_not_changed(manager: FlaskClient) -> None:
    elsewhere = make_chen(make_site("yinniu"), id_number_last4="0025")
    assert manager.get(f"/residents/{elsewhere}").status_code == 200
    before = [(one.name, one.status, len(one.tags)) for one in registered()]
    posts = {
        "edit": {"name": "别人", "birthday": "1944-03-05", "gender": "female"},
        "tags": {"tag": "disabled", "valid_from": "2026-01-01", "evidence": "残疾证"},
        "tags/1/end": {"last_day": "2026-02-01"},
        "departure": {"status": "deceased", "ended_on": "2026-02-01"},
        "return": {},
        "disclosures": {"reason": "核对身份"},
    }
    for path, data in posts.items():
        assert manager.post(f"/residents/{elsewhere}/{path}", data=data).status_code == 403, path
    assert [(one.name, one.status, len(one.tags)) for one in registered()] == before


def test_the_list_asks_as_often_for_fifty_people_as_for_one(clerk: FlaskClient) -> None:
    def queries() -> int:
        seen: list[str] = []
        note: Any = lambda c, cur, statement, *rest: seen.append(statement)  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", note)
        clerk.get("/residents")
        event.remove(db.engine, "before_cursor_execute", note)
        return len([one for one in seen if one.startswith("SELECT")])

    make_chen(site())
    few = queries()
    for number in range(60):
        make_resident(
            "王德福",
            site_id=site(),
            birthday=date(1950, 1, 1),
            unit_id=1 and make_unit(),
            room=str(number + 1),
        )
    assert queries() == few
    assert "下一页" in clerk.get("/residents").text
    assert "陈桂英" in clerk.get("/residents").text


# --- who sees what --------------------------------------------------------------------


def test_a_clerk_sees_no_papers_and_no_relatives(clerk: FlaskClient) -> None:
    chen = make_chen(
        site(), contact_name="陈小明", contact_phone="13900000999", id_number_last4="002X"
    )
    page = clerk.get(f"/residents/{chen}").text
    for hidden in (
        "13800000101",
        "低保",
        "区民政局",
        "陈小明",
        "13900000999",
        "002X",
        "1944年3月5日",
    ):
        assert hidden not in page, hidden
    assert "****0101" in page
    assert "低保" not in clerk.get("/residents").text


def test_the_office_sees_papers_and_relatives(manager: FlaskClient) -> None:
    chen = make_chen(site(), contact_name="陈小明", id_number_last4="002X")
    page = manager.get(f"/residents/{chen}").text
    for shown in ("13800000101", "低保", "区民政局", "陈小明", "••••002X", "1944年3月5日"):
        assert shown in page, shown


def test_a_clerk_changes_nobody(clerk: FlaskClient) -> None:
    chen = make_chen(site())
    assert clerk.get(f"/residents/{chen}/edit").status_code == 403
    for noun in ("tags", "departure", "return", "disclosures"):
        assert clerk.post(f"/residents/{chen}/{noun}").status_code == 403
    assert clerk.get("/grid").status_code == 403
    assert clerk.get("/residents/imports").status_code == 403
    assert clerk.post("/residents/exports").status_code == 403


def test_kitchen_and_volunteers_do_not_see_residents(client: FlaskClient) -> None:
    site_id = make_site()
    make_staff("xiaozhou", Role.VOLUNTEER, Role.KITCHEN, site_id=site_id)
    sign_in(client, "xiaozhou")
    assert client.get("/residents").status_code == 403


# --- changing -------------------------------------------------------------------------


def test_a_changed_name_is_found_by_its_new_letters_and_the_log_names_the_field(
    manager: FlaskClient,
) -> None:
    manager.post("/residents/new", data=CHEN)
    chen = only().id
    form = {
        "name": "程桂英",
        "phone": "",
        "birthday": "1944-03-05",
        "gender": "female",
        "place": "2-1",
        "room": "502",
    }
    assert manager.post(f"/residents/{chen}/edit", data=form).status_code == 302
    assert "程桂英" in manager.get("/residents?q=程").text
    assert "程桂英" not in manager.get("/residents?q=陈").text
    changed = only()
    assert changed.household is not None
    assert changed.household.room == "502"
    assert keys().decrypt(changed.id_number_encrypted or "") == CHEN_ID
    note = db.session.scalars(select(AuditEntry.note).where(AuditEntry.action == "changed")).one()
    assert "name" in note.split()
    assert "phone" in note.split()


def test_a_birthday_may_not_stray_from_the_stored_number(manager: FlaskClient) -> None:
    manager.post("/residents/new", data=CHEN)
    form = {"name": "陈桂英", "birthday": "1944-03-06", "gender": "female"}
    answer = manager.post(f"/residents/{only().id}/edit", data=form)
    assert answer.status_code == 409
    assert "与身份证号不符" in answer.text


def test_an_edit_page_shows_no_id_number(manager: FlaskClient) -> None:
    manager.post("/residents/new", data=CHEN)
    page = manager.get(f"/residents/{only().id}/edit").text
    assert CHEN_ID not in page
    assert CHEN_ID[-4:] in page


def test_the_whole_number_is_shown_once_with_a_reason_on_record(manager: FlaskClient) -> None:
    manager.post("/residents/new", data=CHEN)
    address = f"/residents/{only().id}"
    assert (
        CHEN_ID
        not in manager.post(
            f"{address}/disclosures", data={"reason": ""}, follow_redirects=True
        ).text
    )
    shown = manager.post(f"{address}/disclosures", data={"reason": "区民政局核对低保"})
    assert CHEN_ID in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    page = manager.get(address).text
    assert CHEN_ID not in page
    assert "区民政局核对低保" in page
    assert "张姐" in page


def test_a_tag_is_recorded_with_its_paper_and_ended(manager: FlaskClient) -> None:
    wang = make_wang(site())
    data = {
        "tag": "dibao",
        "valid_from": "2026-01-01",
        "valid_until": "",
        "evidence": "低保证 1 号",
    }
    assert manager.post(f"/residents/{wang}/tags", data=data).status_code == 302
    twice = manager.post(f"/residents/{wang}/tags", data=data | {"valid_from": "2026-05-01"})
    assert twice.status_code == 409
    assert "已经有了" in twice.text
    (tag,) = db.session.scalars(select(ResidentTag))
    manager.post(f"/residents/{wang}/tags/{tag.id}/end", data={"last_day": "2025-12-31"})
    db.session.rollback()
    assert tag.valid_until is None
    manager.post(f"/residents/{wang}/tags/{tag.id}/end", data={"last_day": "2026-04-30"})
    db.session.rollback()
    assert tag.valid_until == date(2026, 4, 30)
    later = data | {"valid_from": "2026-05-01"}
    assert manager.post(f"/residents/{wang}/tags", data=later).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"evidence": ""}, "没有填证明"),
        ({"valid_until": "2025-01-01"}, "结束日 2025-01-01 早于开始日"),
        ({"valid_from": "2026-02-30"}, "没有“2026-02-30”这一天"),
        ({"valid_from": "1900-01-01"}, "开始日早于出生日期"),
        ({"evidence": "字" * 201}, "有 201 个字"),
    ],
)
def test_a_tag_that_cannot_be_is_refused(
    manager: FlaskClient, wrong: dict[str, str], says: str
) -> None:
    wang = make_wang(site())
    data = {"tag": "dibao", "valid_from": "2026-01-01", "evidence": "低保证 1 号"} | wrong
    answer = manager.post(f"/residents/{wang}/tags", data=data)
    assert answer.status_code in (400, 409)
    assert says in answer.text
    assert db.session.scalars(select(ResidentTag)).all() == []


def test_a_tag_of_somebody_else_cannot_be_ended_here(manager: FlaskClient) -> None:
    chen, wang = make_chen(site()), make_wang(site())
    tag = db.session.scalars(select(ResidentTag).where(ResidentTag.resident_id == chen)).first()
    assert tag is not None
    answer = manager.post(
        f"/residents/{wang}/tags/{tag.id}/end",
        data={"last_day": "2026-06-01"},
        follow_redirects=True,
    )
    assert "没有这条标签" in answer.text
    db.session.rollback()
    assert tag.valid_until is None


def test_the_dead_leave_the_list_and_may_come_back_from_a_mistake(manager: FlaskClient) -> None:
    chen = make_chen(site())
    data = {"status": "deceased", "ended_on": "2026-11-01"}
    assert manager.post(f"/residents/{chen}/departure", data=data).status_code == 302
    assert "陈桂英" not in manager.get("/residents").text
    assert "陈桂英" in manager.get("/residents?status=deceased").text
    assert "已故" in manager.get("/residents?q=cgy").text
    without = manager.post(f"/residents/{chen}/return", follow_redirects=True)
    assert "没有写原因" in without.text
    assert only().status == "deceased"
    manager.post(f"/residents/{chen}/return", data={"reason": "本人到窗口"})
    assert only().status == "active"
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert {"marked_deceased", "marked_active"} <= set(actions)


def test_nobody_dies_tomorrow(manager: FlaskClient) -> None:
    chen = make_chen(site())
    data = {"status": "deceased", "ended_on": "2999-01-01"}
    page = manager.post(f"/residents/{chen}/departure", data=data, follow_redirects=True)
    assert "在今天之后" in page.text
    assert only().status == "active"
