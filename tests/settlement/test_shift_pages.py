"""Shifts through the pages: opening, cash, the count, the report, and who may see whose."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.foundation.database import db
from canteen.ledger.models import Transfer, TransferKind
from canteen.ledger.shifts.models import Shift
from canteen.ledger.shifts.queries import drawer_fen
from canteen.settlement.actions import UNDONE, undo_meal
from canteen.settlement.shift_report import Portions, Sum, shift_report
from canteen.staff.pins import set_pin
from canteen.staff.rules import Role
from tests.ledger.test_shifts import Desk, assert_shifts_hold
from tests.lunches import OFF_THREE, adopt_document, give, lunch, policy_document, served
from tests.people import NOW, PASSWORD, make_staff, make_zhangjie, sign_in


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def open_by_page(client: FlaskClient, **values: object) -> str:
    """Open a shift with 2 hundreds and a jiao; its address."""
    form = {"request_id": str(uuid4()), "device_id": 1, "n10000": 2, "n10": 1, **values}
    answer = client.post("/shifts/new", data=form)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


@pytest.mark.parametrize("pieces", ["-1", "1.5", "1e3", "abc", "99999999999"])
def test_what_is_no_number_of_notes_is_told_in_one_sentence(
    client: FlaskClient, desk: Desk, pieces: str
) -> None:
    sign_in(client, "xiaoli")
    answer = client.post(f"{open_by_page(client)}/closing", data={"n10000": pieces, "n5000": ""})
    assert answer.status_code == 422
    assert re.findall(r"[^>]*请填 0 到 99999 的张数[^<]*", answer.text) == [
        "请填 0 到 99999 的张数"
    ]
    assert f'value="{pieces}"' in answer.text, "what was typed stays"


def test_a_clerk_opens_moves_cash_counts_and_closes(client: FlaskClient, desk: Desk) -> None:
    sign_in(client, "xiaoli")
    address = open_by_page(client)
    desk.guest()
    money = {"request_id": str(uuid4()), "way": "out", "amount_fen": "100", "reason": "交银行"}
    assert client.post(f"{address}/cash", data=money).status_code == 302
    page = client.get(address).text
    assert "班中报表" in page
    assert "¥113.10" in page
    off = client.post(f"{address}/closing", data={"total_fen": "113"})
    assert off.status_code == 409
    assert "少 0.10 元" in off.text
    assert 'name="reason"' in off.text
    done = client.post(f"{address}/closing", data={"total_fen": "113", "reason": "找错"})
    assert done.status_code == 302
    page = client.get(address).text
    assert "结班报表" in page
    assert "少 ¥0.10" in page
    assert "交银行" in page
    again = client.post(f"{address}/closing", data={"total_fen": "5"})
    assert again.status_code == 302
    assert_shifts_hold()


def test_a_drawer_is_counted_to_the_fen(client: FlaskClient, desk: Desk) -> None:
    sign_in(client, "xiaoli")
    address = open_by_page(client, n1="7")
    assert (
        client.post(f"{address}/closing", data={"n10000": 2, "n10": 1, "n1": 7}).status_code == 302
    )
    page = client.get(address).text
    assert "结班报表" in page
    assert page.count("¥200.17") >= 2


def test_a_count_that_cannot_be_read_is_named_and_kept(client: FlaskClient, desk: Desk) -> None:
    sign_in(client, "xiaoli")
    form = {"request_id": str(uuid4()), "device_id": 1, "n10000": "-3", "total_fen": "x"}
    answer = client.post("/shifts/new", data=form)
    assert answer.status_code == 422
    assert "请填 0 到 99999 的张数" in answer.text
    assert "不是金额" in answer.text
    assert 'value="-3"' in answer.text
    empty = client.post("/shifts/new", data={"request_id": str(uuid4()), "device_id": 1})
    assert empty.status_code == 409
    assert "还没有填点数" in empty.text


def test_a_clerk_sees_own_shifts_and_a_manager_all(client: FlaskClient, desk: Desk) -> None:
    make_zhangjie(desk.site)
    make_staff("xiaowang", Role.CLERK, site_id=desk.site, name="小王")
    shift = desk.open()
    sign_in(client, "xiaowang")
    assert f"/shifts/{shift}" not in client.get("/shifts").text
    for way in ("", "/closing"):
        assert client.get(f"/shifts/{shift}{way}").status_code == 403
    assert client.post(f"/shifts/{shift}/cash", data={}).status_code == 403
    sign_in(client, "zhangjie")
    assert f"/shifts/{shift}" in client.get("/shifts").text
    assert client.get(f"/shifts/{shift}").status_code == 200
    assert client.get("/shifts/999").status_code == 404


def test_cash_at_the_desk_of_a_counter_is_in_its_shift(client: FlaskClient, desk: Desk) -> None:
    sign_in(client, "xiaoli")
    open_by_page(client)
    form = {"request_id": str(uuid4()), "amount_fen": "50"}
    answer = client.post(f"/residents/{desk.chen}/top-ups", data=form)
    assert answer.status_code == 302
    query = select(Transfer.shift_id).where(Transfer.kind == TransferKind.TOP_UP)
    assert db.session.scalars(query).one() == 1


def test_cash_at_another_counters_desk_is_in_ones_own_shift(
    client: FlaskClient, desk: Desk
) -> None:
    shift = desk.open()
    sign_in(client, "xiaoli")
    client.set_cookie("canteen_device", "77")
    form = {"request_id": str(uuid4()), "amount_fen": "50"}
    client.post(f"/residents/{desk.chen}/top-ups", data=form)
    query = select(Transfer.shift_id).where(Transfer.kind == TransferKind.TOP_UP)
    assert db.session.scalars(query).one() == shift


def test_the_report_is_what_the_ledger_says(desk: Desk) -> None:
    adopt_document(desk.site, policy_document(OFF_THREE))
    give(desk.chen, desk.site, 100_00)
    shift = desk.open(100_00)
    served(lunch(desk.site, desk.li, desk.chen, device_id=1))
    desk.guest()
    undone = desk.guest()
    undo_meal(meal_id=undone, clerk_id=desk.li, site_id=desk.site, now=NOW)
    db.session.rollback()
    row = db.session.get_one(Shift, shift)
    report = shift_report(db.session(), row, undone=UNDONE)
    assert report.portions == [Portions(period_code="lunch", set_name="标准餐", served=3, back=1)]
    assert report.sum_of("meal_wallet") == Sum(number=1, fen=10_00)
    assert report.sum_of("meal_cash") == Sum(number=2, fen=26_00, back_number=1, back_fen=13_00)
    assert report.funders == [("city", Sum(number=1, fen=3_00))]
    assert [(one.what, one.fen, one.by) for one in report.exceptions] == [("undone", 13_00, "小李")]
    assert report.drawer_fen == drawer_fen(db.session(), row) == 113_00


def test_a_report_stands_on_narrow_paper_too(client: FlaskClient, desk: Desk) -> None:
    shift = desk.open()
    sign_in(client, "xiaoli")
    assert re.search(r'class="[^"]*\bslip"', client.get(f"/shifts/{shift}?paper=80").text)


def pin_of(staff_id: int, pin: str) -> None:
    """A PIN for somebody."""
    assert set_pin(staff_id=staff_id, password=PASSWORD, pin=pin, now=NOW) is None


def test_a_manager_who_comes_by_pin_is_a_clerk(client: FlaskClient, desk: Desk) -> None:
    zhang = make_zhangjie(desk.site)
    pin_of(zhang, "2580")
    sign_in(client, "xiaoli")
    answer = client.post("/counter/switch", json={"staff_id": zhang, "pin": "2580"})
    assert answer.status_code == 200
    assert answer.json["clerk"]["name"] == "张姐"
    assert answer.json["is_manager"] is False
    assert client.get("/counter").status_code == 200
    assert client.get("/settings").status_code == 403
    sign_in(client, "zhangjie")
    assert client.get("/settings").status_code == 200


def test_a_locked_counter_does_what_a_counter_must_and_no_more(
    client: FlaskClient, desk: Desk
) -> None:
    pin_of(desk.li, "2580")
    sign_in(client, "xiaoli")
    assert client.post("/counter/lock", json={}).json == {
        "colleagues": [{"id": desk.li, "name": "小李"}]
    }
    assert client.get("/residents").headers["Location"] == "/counter"
    assert (
        client.get("/counter/diners?q=chen", headers={"Accept": "application/json"}).status_code
        == 423
    )
    assert client.get("/counter").status_code == 200
    tray = {
        "id": str(uuid4()), "guest": True, "period": "lunch", "set": "standard", "pay_by": "cash"
    }  # fmt: skip
    assert client.post("/counter/meals", json=tray).status_code == 201
    assert (
        client.post("/counter/switch", json={"staff_id": desk.li, "pin": "2580"}).status_code == 200
    )
    assert client.get("/residents").status_code == 200


def test_five_wrong_pins_lock_it_and_the_password_frees_it(client: FlaskClient, desk: Desk) -> None:
    pin_of(desk.li, "2580")
    sign_in(client, "xiaoli")
    wrong = {"staff_id": desk.li, "pin": "9999"}
    codes = [client.post("/counter/switch", json=wrong).json["code"] for _try in range(6)]
    assert codes == ["pin_wrong"] * 4 + ["pin_locked"] * 2
    right = {**wrong, "pin": "2580"}
    assert client.post("/counter/switch", json=right).json["code"] == "pin_locked"
    form = {"password": PASSWORD, "pin": "2580"}
    assert client.post("/own-pin", data=form).status_code == 302
    assert client.post("/counter/switch", json=right).status_code == 200


def test_a_pin_is_no_answer_and_no_word_of_a_mistake(client: FlaskClient, desk: Desk) -> None:
    sign_in(client, "xiaoli")
    for pin in ("2580-17", 2580):
        answer = client.post("/counter/switch", json={"staff_id": desk.li, "pin": pin})
        assert answer.status_code == 422
        assert "2580" not in answer.text
    none = client.post("/counter/switch", json={"staff_id": desk.li, "pin": "2580"})
    assert none.json["code"] == "pin_none"


def test_an_easy_pin_is_refused(client: FlaskClient, desk: Desk) -> None:
    sign_in(client, "xiaoli")
    for pin, words in (
        ("1111", "太容易"),
        ("4321", "太容易"),
        ("12a4", "4 到 6 位"),
        ("123", "4 到 6 位"),
    ):
        page = client.post("/own-pin", data={"password": PASSWORD, "pin": pin}).text
        assert words in page, pin
    page = client.post("/own-pin", data={"password": "wrong", "pin": "2580"}).text
    assert "原密码不对" in page


def test_a_tray_that_waited_through_a_change_carries_who_served_it(
    client: FlaskClient, desk: Desk
) -> None:
    other = make_staff("xiaowang", Role.CLERK, site_id=desk.site, name="小王")
    pin_of(other, "2580")
    pin_of(desk.li, "1470")
    sign_in(client, "xiaoli")
    mine = {"staff_id": desk.li, "pin": "1470"}
    mark = client.post("/counter/switch", json=mine).json["clerk"]["mark"]
    client.post("/counter/switch", json={"staff_id": other, "pin": "2580"})
    tray = {"guest": True, "period": "lunch", "set": "standard", "pay_by": "cash"}
    for sent, clerk in ((mark, desk.li), ("", other), (mark[:-1] + "x", other), ("1.", other)):
        body = {**tray, "id": str(uuid4()), "clerk": sent}
        assert client.post("/counter/meals", json=body).status_code == 201
        newest = select(Transfer.created_by).order_by(Transfer.id.desc()).limit(1)
        db.session.rollback()
        assert db.session.scalar(newest) == clerk, sent
