"""A list of the dead and the moved: read, previewed, carried out whole, and harmless twice."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from canteen.cards.actions import issue_card
from canteen.cards.models import Card
from canteen.delivery.models import DeliveryNeed
from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db, transaction
from canteen.foundation.spreadsheets import read_table
from canteen.foundation.storage import keys
from canteen.foundation.wording import Refusal
from canteen.residents.identity import check_sign
from canteen.residents.models import Resident, Status
from canteen.residents.rechecks import ReportFile, read_reports, status_of
from canteen.residents.registration import secret_columns
from canteen.settlement.actions import Declined
from canteen.staff.rules import Role
from tests.lunches import adopt, assert_ledger_holds, give, lunch, served, settle
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_resident,
    make_site,
    make_staff,
    make_wang,
    make_xiaoli,
    make_zhangjie,
    sign_in,
)
from tests.residents.test_import import csv_file, workbook

_CHEN_17, _WANG_17 = "36010419440305002", "36010419590601001"
CHEN_ID, WANG_ID = (first + check_sign(first) for first in (_CHEN_17, _WANG_17))
DAY = "2026-11-10"


def read(data: bytes, name: str = "名单.csv") -> ReportFile:
    table = read_table(data, name)
    assert not isinstance(table, Refusal), table
    found = read_reports(table, today=TODAY)
    assert isinstance(found, ReportFile), found
    return found


def row(**values: Any) -> dict[str, Any]:
    return {"姓名": "陈桂英", "电话": "0101", "情况": "去世", "日期": DAY, **values}


def codes(found: ReportFile) -> list[str]:
    return [problem.refusal.code for wrong in found.wrong for problem in wrong.problems]


# --- reading -------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["去世", "死亡", "已故", "病故", "过世", " 死亡 ", "Deceased"])
def test_many_words_say_that_somebody_has_died(word: str) -> None:
    assert status_of(word) is Status.DECEASED


@pytest.mark.parametrize("word", ["迁出", "搬走", "搬离", "户口迁出", "Moved away"])
def test_many_words_say_that_somebody_has_moved(word: str) -> None:
    assert status_of(word) is Status.MOVED


@pytest.mark.parametrize(
    "day", ["2026-11-10", "2026/11/10", "2026.11.10", "2026年11月10日", "20261110"]
)
def test_days_are_read_as_people_write_them(day: str) -> None:
    (one,) = read(csv_file(row(日期=day))).rows
    assert one.ended_on == date(2026, 11, 10)


def test_a_day_may_be_a_cell_of_excel_or_stand_under_its_own_heading() -> None:
    data = workbook(
        {"老人姓名": "陈桂英", "公民身份号码": CHEN_ID, "死亡日期": date(2026, 11, 10)},
    )
    (one,) = read(data, "名单.xlsx").rows
    assert (one.status, one.ended_on) == (Status.DECEASED, date(2026, 11, 10))
    assert one.birthday == date(1944, 3, 5)


def test_a_list_may_come_from_an_old_office_in_gb18030() -> None:
    (one,) = read(csv_file(row(), encoding="gb18030")).rows
    assert one.name == "陈桂英"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"姓名": ""}, "name_missing"),
        ({"电话": ""}, "recheck_who_missing"),
        ({"电话": "01"}, "tail_form"),
        ({"情况": ""}, "recheck_status_missing"),
        ({"情况": "出国"}, "recheck_status_unknown"),
        ({"日期": ""}, "date_missing"),
        ({"日期": "2026-02-30"}, "date_unreal"),
        ({"日期": "昨天"}, "date_form"),
        ({"日期": "2026-11-24"}, "ended_future"),
        ({"身份证号": CHEN_ID[:17] + ("1" if CHEN_ID[17] == "0" else "0")}, "id_checksum"),
        ({"身份证号": "123"}, "id_length"),
    ],
)
def test_a_wrong_row_says_what_is_wrong(wrong: dict[str, str], code: str) -> None:
    found = read(csv_file(row(**wrong)))
    assert (len(found.rows), codes(found)) == (0, [code])


def test_two_dates_without_a_word_are_no_answer() -> None:
    given = {"姓名": "陈桂英", "电话": "0101", "死亡日期": DAY, "迁出日期": DAY}
    assert codes(read(csv_file(given))) == ["recheck_two_dates"]
    given = {"姓名": "陈桂英", "电话": "0101", "情况": "去世", "迁出日期": DAY}
    assert codes(read(csv_file(given))) == ["recheck_date_elsewhere"]


def test_a_number_that_excel_has_rounded_is_refused() -> None:
    data = workbook({"姓名": "陈桂英", "身份证号": 360104194403050000, "情况": "去世", "日期": DAY})
    assert codes(read(data, "名单.xlsx")) == ["cell_lost_digits"]


# --- the pages ------------------------------------------------------------------------------


@pytest.fixture
def manager(client: FlaskClient) -> FlaskClient:
    """张姐 at 金牛食堂, 陈奶奶 and 王爷爷 with ID numbers, cards and money."""
    site_id = make_site()
    adopt(site_id, "nanchang")
    by = make_zhangjie(site_id)
    make_xiaoli(site_id)
    for who, number in ((make_chen(site_id), CHEN_ID), (make_wang(site_id), WANG_ID)):
        with transaction() as session:
            for name, value in secret_columns(number, keys()).items():
                setattr(session.get_one(Resident, who), name, value)
        assert isinstance(issue_card(resident_id=who, now=NOW, by=by), int)
        give(who, site_id, 200_00)
    sign_in(client, "zhangjie")
    return client


CHEN, WANG, SITE, CLERK = 1, 2, 1, 2


def upload(client: FlaskClient, data: bytes, name: str = "名单.csv") -> Any:
    file = {"file": (BytesIO(data), name)}
    return client.post("/residents/re-checks", data=file, content_type="multipart/form-data")


def preview(client: FlaskClient, data: bytes, name: str = "名单.csv") -> tuple[str, str]:
    answer = upload(client, data, name)
    assert answer.status_code == 302, answer.text
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200, page.text
    return answer.headers["Location"], page.text


def ended() -> dict[str, tuple[str, date | None]]:
    db.session.rollback()
    return {one.name: (one.status, one.ended_on) for one in db.session.scalars(select(Resident))}


def counted(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_preview_says_what_will_follow_and_changes_nothing(manager: FlaskClient) -> None:
    for day in (9, 10, 12):
        served(lunch(SITE, CLERK, CHEN), date(2026, 11, day))
    with transaction() as session:
        session.add(
            DeliveryNeed(
                site_id=SITE, resident_id=CHEN, period_code="lunch",
                valid_from=date(2026, 1, 1), recorded_at=NOW, state="approved",
            )
        )  # fmt: skip
    before = counted(AuditEntry)
    _address, page = preview(manager, csv_file(row(身份证号=CHEN_ID)))
    assert "2026年11月10日" in page
    assert "餐卡停用" in page
    assert "1 项送餐需求不再排单" in page
    assert "已经补贴了 2 餐，共 ¥8.00" in page
    assert "11月10日" in page
    assert "11月12日" in page
    assert "11月9日" not in page
    assert ended()["陈桂英"] == ("active", None)
    assert counted(AuditEntry) == before


def test_the_list_stops_subsidies_and_closes_cards_in_one_go(manager: FlaskClient) -> None:
    served(lunch(SITE, CLERK, CHEN), date(2026, 11, 12))
    data = csv_file(row(身份证号=CHEN_ID), row(姓名="王德福", 电话="0202", 情况="迁出"))
    address, _page = preview(manager, data)
    page = manager.post(address, follow_redirects=True).text
    assert "已登记 2 人" in page
    assert ended() == {
        "陈桂英": ("deceased", date(2026, 11, 10)),
        "王德福": ("moved", date(2026, 11, 10)),
    }
    assert set(db.session.scalars(select(Card.state))) == {"closed"}
    assert "陈桂英" in page
    assert "¥4.00" in page
    refused = settle(lunch(SITE, CLERK, CHEN), date(2026, 11, 13))
    assert isinstance(refused, Declined)
    assert refused.refusal.code == "resident_ended"
    assert settle(lunch(SITE, CLERK, WANG), date(2026, 11, 9))  # the day before is still theirs


def test_the_same_list_again_changes_nothing(manager: FlaskClient) -> None:
    data = csv_file(row(身份证号=CHEN_ID))
    address, _page = preview(manager, data)
    manager.post(address)
    before = counted(AuditEntry)
    assert manager.post(address).status_code == 400  # the list was used up
    address, page = preview(manager, data)
    assert "名单里没有要登记的人" in page
    assert "早已登记" in page
    assert "全部登记" not in page
    manager.post(address)
    assert counted(AuditEntry) == before


def test_who_is_gone_keeps_the_earlier_day(manager: FlaskClient) -> None:
    for day, expected in (("2026-11-10", 10), ("2026-11-15", 10), ("2026-11-03", 3)):
        address, page = preview(manager, csv_file(row(身份证号=CHEN_ID, 日期=day)))
        manager.post(address)
        assert ended()["陈桂英"][1] == date(2026, 11, expected), page


def test_one_wrong_row_and_nothing_is_done(manager: FlaskClient) -> None:
    data = csv_file(row(身份证号=CHEN_ID), row(姓名="王德福", 电话="0202", 日期="2999-01-01"))
    address, page = preview(manager, data)
    assert "有 1 行要改" in page
    assert "在今天之后" in page
    assert "全部登记" not in page
    assert "什么都没有改" in manager.post(address, follow_redirects=True).text
    assert ended()["陈桂英"] == ("active", None)


def test_one_person_with_two_days_is_wrong_and_the_same_row_twice_is_not(
    manager: FlaskClient,
) -> None:
    twice = row(身份证号=CHEN_ID)
    _address, page = preview(manager, csv_file(twice, twice | {"日期": "2026-11-09"}))
    assert "和第 2 行是同一个人，情况或日期不一样" in page
    address, page = preview(manager, csv_file(twice, twice))
    assert "有 1 行要改" not in page
    manager.post(address)
    assert ended()["陈桂英"][0] == "deceased"


def test_an_id_number_under_another_name_is_wrong_and_tells_no_name(manager: FlaskClient) -> None:
    _address, page = preview(manager, csv_file(row(姓名="李玉珍", 身份证号=CHEN_ID)))
    assert "登记的不是这个姓名" in page
    assert "陈桂英" not in page
    assert CHEN_ID not in page


def test_who_is_registered_without_a_number_is_found_by_the_birthday_in_it(
    manager: FlaskClient,
) -> None:
    number = "36010419500101002"
    number += check_sign(number)
    make_resident("孙美玉", site_id=SITE, birthday=date(1950, 1, 1))
    address, _page = preview(manager, csv_file(row(姓名="孙美玉", 电话="", 身份证号=number)))
    manager.post(address)
    assert ended()["孙美玉"][0] == "deceased"


def test_a_card_or_its_tail_says_who_it_is(manager: FlaskClient) -> None:
    number = db.session.scalars(select(Card.number).where(Card.resident_id == CHEN)).one()
    for tail in (number[-4:], number):
        given = {"姓名": "陈桂英", "卡号": tail, "情况": "去世", "日期": DAY}
        _address, page = preview(manager, csv_file(given))
        assert "全部登记" in page
    wrong = {"姓名": "王德福", "卡号": number, "情况": "去世", "日期": DAY}
    _address, page = preview(manager, csv_file(wrong))
    assert "没有找到" in page
    assert "全部登记" not in page


def test_two_namesakes_with_one_tail_need_the_id_number(manager: FlaskClient) -> None:
    make_resident(
        "陈桂英", site_id=SITE, birthday=date(1950, 1, 1), phone="13900000101", phone_tail="0101"
    )
    _address, page = preview(manager, csv_file(row()))
    assert "有 2 个人都符合" in page
    _address, page = preview(manager, csv_file(row(电话="13800000101")))
    assert "全部登记" in page


def test_strangers_on_the_list_are_left_alone(manager: FlaskClient) -> None:
    data = csv_file(row(身份证号=CHEN_ID), row(姓名="郑无名", 电话="9999"))
    address, page = preview(manager, data)
    assert "不在册" in page
    assert "郑无名" in page
    manager.post(address)
    assert ended()["陈桂英"][0] == "deceased"


def test_people_of_another_canteen_are_reached_only_with_rights_there(
    manager: FlaskClient, app: Flask
) -> None:
    there = make_site("yinniu", name="银牛食堂")
    make_resident(
        "周大海", site_id=there, birthday=date(1950, 1, 1), phone="13900000777", phone_tail="0777"
    )
    data = csv_file(row(姓名="周大海", 电话="0777"))
    address, page = preview(manager, data)
    assert "没有找到" in page
    manager.post(address)
    assert ended()["周大海"] == ("active", None)
    make_staff("guanli", Role.ADMINISTRATOR, site_id=SITE)
    other = app.test_client()
    sign_in(other, "guanli")
    assert other.get(address).status_code == 400  # only who sent a list may open it
    assert other.post(address).status_code == 400
    address, _page = preview(other, data)
    other.post(address)
    assert ended()["周大海"][0] == "deceased"


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.csv", "没有内容"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", ".xls"),
        ("身份证,日期\n1,2\n".encode(), "a.csv", "姓名"),
        (b"PK\x03\x04 this is no workbook", "a.xlsx", ""),
    ],
)
def test_a_file_that_is_no_list_is_refused(
    manager: FlaskClient, data: bytes, name: str, says: str
) -> None:
    answer = upload(manager, data, name)
    assert answer.status_code == 400
    assert says in answer.text
    assert manager.post("/residents/re-checks").status_code == 400


def test_a_formula_is_not_taken_for_a_date(manager: FlaskClient) -> None:
    data = workbook({"姓名": "陈桂英", "电话": "0101", "情况": "去世", "日期": "=TODAY()"})
    _address, page = preview(manager, data, "名单.xlsx")
    assert "有 1 行要改" in page


def test_the_template_is_read_but_its_examples_are_nobody(manager: FlaskClient) -> None:
    answer = manager.get("/residents/re-checks/template.xlsx")
    found = read(answer.data, "模板.xlsx")
    assert (len(found.rows), codes(found)) == (0, ["name_sign", "name_sign"])


@pytest.mark.parametrize("role", [Role.CLERK, Role.KITCHEN, Role.VOLUNTEER])
def test_only_the_office_re_checks(client: FlaskClient, role: Role) -> None:
    make_staff("somebody", role, site_id=make_site())
    sign_in(client, "somebody")
    for address in ("re-checks", f"re-checks/{'0' * 32}", "late-subsidies", "1/departure"):
        assert client.get(f"/residents/{address}").status_code == 403, address
    for address in ("re-checks", f"re-checks/{'0' * 32}", "late-subsidies"):
        assert client.post(f"/residents/{address}").status_code == 403, address
    assert client.post(f"/residents/re-checks/{'0' * 32}/removal").status_code == 403


# --- afterwards ------------------------------------------------------------------------------


def end_chen(client: FlaskClient) -> None:
    address, _page = preview(client, csv_file(row(身份证号=CHEN_ID)))
    client.post(address)


def test_subsidies_after_the_end_are_withdrawn_once(manager: FlaskClient) -> None:
    meals = [served(lunch(SITE, CLERK, CHEN), date(2026, 11, day)).meal_id for day in (9, 10, 12)]
    end_chen(manager)
    page = manager.get("/residents/late-subsidies").text
    assert "¥8.00" in page
    assert str(meals[1]) in page
    assert str(meals[0]) not in page
    data = {"meal": [str(one) for one in meals], "reason": "已去世"}
    done = manager.post("/residents/late-subsidies", data=data, follow_redirects=True).text
    assert "已撤回 2 份餐的补贴" in done
    assert "1 份餐已不在这里" in done
    assert "没有要撤回的补贴" in done
    again = manager.post("/residents/late-subsidies", data=data | {"meal": str(meals[1])})
    assert again.status_code == 302
    actions = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.action == "withdrew_subsidy")
    ).all()
    assert len(actions) == 2
    assert "已撤回" in manager.get(f"/residents/{CHEN}").text
    assert_ledger_holds()


def test_a_withdrawal_needs_a_tick_and_a_reason_and_a_real_meal(manager: FlaskClient) -> None:
    meal = served(lunch(SITE, CLERK, CHEN), date(2026, 11, 12)).meal_id
    end_chen(manager)
    for data, says in (
        ({"reason": "已去世"}, "没有勾选"),
        ({"meal": str(meal)}, "没有写撤回的原因"),
        ({"meal": "not-a-meal", "reason": "已去世"}, "没有勾选"),
        ({"meal": "0" * 32, "reason": "已去世"}, "1 份餐已不在这里"),
    ):
        page = manager.post("/residents/late-subsidies", data=data, follow_redirects=True).text
        assert says in page
    assert str(meal) in manager.get("/residents/late-subsidies").text


def test_a_community_worker_sees_the_meals_and_the_manager_withdraws(
    manager: FlaskClient, app: Flask
) -> None:
    meal = served(lunch(SITE, CLERK, CHEN), date(2026, 11, 12)).meal_id
    end_chen(manager)
    make_staff("xiaolin", Role.COMMUNITY, site_id=SITE)
    worker = app.test_client()
    sign_in(worker, "xiaolin")
    page = worker.get("/residents/late-subsidies").text
    assert "¥4.00" in page
    assert "由负责人撤回" in page
    data = {"meal": str(meal), "reason": "已去世"}
    assert worker.post("/residents/late-subsidies", data=data).status_code == 403


def test_another_canteens_meals_are_out_of_reach(manager: FlaskClient, app: Flask) -> None:
    meal = served(lunch(SITE, CLERK, CHEN), date(2026, 11, 12)).meal_id
    end_chen(manager)
    there = make_site("yinniu", name="银牛食堂")
    make_staff("laowu", Role.MANAGER, site_id=there)
    other = app.test_client()
    sign_in(other, "laowu")
    assert "陈桂英" not in other.get("/residents/late-subsidies").text
    data = {"meal": str(meal), "reason": "已去世"}
    page = other.post("/residents/late-subsidies", data=data, follow_redirects=True).text
    assert "1 份餐已不在这里" in page
    assert str(meal) in manager.get("/residents/late-subsidies").text
