"""Setting a printer, trying it, printing again; a receipt as a page where there is none."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from canteen.foundation.database import db, transaction
from canteen.settlement.printing import actions
from canteen.settlement.printing.models import Printer, Slip
from canteen.sites.models import Device
from tests.lunches import adopt, give, lunch, served
from tests.people import (
    NOW,
    make_chen,
    make_site,
    make_xiaoli,
    make_zhangjie,
    sign_in,
)
from tests.settlement.printing.paper import set_printer

GOOD = {
    "connection": "network",
    "address": "192.168.3.50",
    "paper_mm": "58",
    "receipts": "y",
    "tickets": "own",
}


@pytest.fixture(autouse=True)
def lunch_time() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def site(app: Flask) -> int:
    site_id = make_site()
    adopt(site_id, "nanchang")
    make_xiaoli(site_id)
    make_zhangjie(site_id)
    return site_id


@pytest.fixture
def device(site: int) -> int:
    return db.session.scalars(select(Device.id)).one()


@pytest.fixture
def meal(site: int, device: int) -> str:
    chen = make_chen(site)
    give(chen, site, 50_00)
    return str(served(lunch(site, 1, chen, device_id=device)).meal_id)


def slips() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Slip)) or 0


def test_a_manager_sets_a_printer_and_takes_it_away(
    client: FlaskClient, site: int, device: int
) -> None:
    sign_in(client, "zhangjie")
    assert "没有，去设置" in client.get("/settings/devices").text
    address = f"/settings/devices/{device}/printer"
    answer = client.post(address, data=GOOD, follow_redirects=True)
    assert "已保存" in answer.text
    db.session.rollback()
    printer = db.session.get(Printer, device)
    assert printer is not None
    assert (printer.address, printer.paper_mm, printer.tickets) == ("192.168.3.50:9100", 58, "own")
    assert "192.168.3.50:9100" in client.get("/settings/devices").text
    client.post(f"{address}/test-pages")
    client.post(f"{address}/test-pages")
    assert slips() == 1
    client.post(f"{address}/removal")
    assert slips() == 0
    assert "没有，去设置" in client.get("/settings/devices").text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("address", "192.168.3.50:22", "打印机地址“192.168.3.50:22”不对"),
        ("address", "", "请填写"),
        ("connection", "lpt", 'class="mistake"'),
        ("paper_mm", "112", 'class="mistake"'),
        ("tickets", "all", 'class="mistake"'),
    ],
)
def test_a_mistake_is_named_and_nothing_is_kept(
    client: FlaskClient, site: int, device: int, field: str, value: str, words: str
) -> None:
    sign_in(client, "zhangjie")
    answer = client.post(f"/settings/devices/{device}/printer", data={**GOOD, field: value})
    assert answer.status_code == 422
    assert words in answer.text
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Printer)) == 0


def test_a_counter_of_another_site_is_not_there(client: FlaskClient, site: int) -> None:
    other = make_site("other")
    device = db.session.scalars(select(Device.id).where(Device.site_id == other)).one()
    sign_in(client, "zhangjie")
    for address in ("", "/test-pages", "/removal"):
        answer = client.open(
            f"/settings/devices/{device}/printer{address}", method="POST" if address else "GET"
        )
        assert answer.status_code == 404


def test_a_receipt_opens_as_a_page_without_any_printer(
    client: FlaskClient, site: int, meal: str
) -> None:
    sign_in(client, "xiaoli")
    assert f"/meals/{meal}/receipt" in client.get("/meals").text
    page = client.get(f"/meals/{meal}/receipt").text
    for word in ("金牛食堂", "陈奶奶", "13.00", "-4.00", "9.00", "41.00"):
        assert word in page, word
    assert "陈桂英" not in page
    assert "重印" not in page
    assert slips() == 0
    client.set_cookie("canteen_language", "en")
    assert "Paid from the card" in client.get(f"/meals/{meal}/receipt").text


def test_a_voided_meal_opens_as_its_void_slip(client: FlaskClient, site: int, meal: str) -> None:
    sign_in(client, "zhangjie")
    client.post(f"/meals/{meal}/void", data={"reason": "饭凉了"})
    page = client.get(f"/meals/{meal}/receipt").text
    for word in ("作废单", "张姐", "饭凉了", "退回余额"):
        assert word in page, word


def test_a_meal_is_printed_again_from_its_page(
    client: FlaskClient, site: int, device: int, meal: str
) -> None:
    sign_in(client, "xiaoli")
    assert "data-reprint" not in client.get(f"/meals/{meal}").text
    assert client.post(f"/meals/{meal}/slips", data={"device_id": device}).status_code == 404
    set_printer(device, "192.168.3.50:9100")
    page = client.get(f"/meals/{meal}").text
    assert "打一张" in page
    for _ in range(2):
        client.post(f"/meals/{meal}/slips", data={"device_id": device})
    assert slips() == 1
    assert "等着打" in client.get(f"/meals/{meal}").text
    assert client.post(f"/meals/{meal}/slips", data={"device_id": "x"}).status_code == 404


def test_somebody_of_another_site_sees_no_receipt(
    client: FlaskClient, site: int, meal: str
) -> None:
    from canteen.staff.rules import Role
    from tests.people import make_staff

    make_staff("elsewhere", Role.MANAGER, site_id=make_site("other"))
    sign_in(client, "elsewhere")
    assert client.get(f"/meals/{meal}/receipt").status_code == 404
    assert client.post(f"/meals/{meal}/slips", data={"device_id": 1}).status_code == 404


def test_the_counter_hears_of_a_printer_that_needs_a_hand(
    client: FlaskClient, site: int, device: int
) -> None:
    sign_in(client, "xiaoli")
    assert "data-printer-note" not in client.get("/counter").text
    set_printer(device, "192.168.3.50:9100")
    assert "data-printer-note" in client.get("/counter").text
    assert client.get("/counter/printers").json == {}
    with transaction() as session:
        session.get_one(Printer, device).trouble = "paper"
    said = client.get("/counter/printers").json[str(device)]
    assert said["text"] == "打印机没有纸了"
    assert said["next_step"]
    assert said["url"] == "", "a clerk cannot open the settings"
    sign_in(client, "zhangjie")
    assert client.get("/counter/printers").json[str(device)]["url"]
    assert "打印机没有纸了" in client.get("/settings/devices").text
    assert "装上纸卷" in client.get(f"/settings/devices/{device}/printer").text


def test_slips_a_person_should_know_of_are_listed_with_what_to_do(
    client: FlaskClient, site: int, device: int, meal: str
) -> None:
    from uuid import UUID

    set_printer(device, "192.168.3.50:9100")
    actions.ask_reprint(meal_id=UUID(meal), device_id=device, now=NOW, by=1)
    taken = actions.take_next(device_id=device, now=NOW)
    assert taken is not None
    db.session.expunge(taken)
    actions.broke_off(taken, now=NOW + timedelta(seconds=1))
    sign_in(client, "zhangjie")
    page = client.get(f"/settings/devices/{device}/printer").text
    assert "陈奶奶" in page
    assert "看一眼打印机，没有的话点进去重印" in page
