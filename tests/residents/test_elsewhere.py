"""People of another canteen: a file does not reach them, nobody is told who they are."""

import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db, transaction
from canteen.foundation.storage import keys
from canteen.residents.identity import check_sign
from canteen.residents.models import Household, Resident, ResidentTag
from canteen.residents.registration import secret_columns
from canteen.staff.models import StaffRole
from canteen.staff.rules import Role
from tests.people import (
    make_chen,
    make_site,
    make_staff,
    make_xiaoli,
    make_zhangjie,
    sign_in,
)
from tests.residents.test_import import csv_file, preview

_FIRST_17 = "36010419440305002"
CHEN_ID = _FIRST_17 + check_sign(_FIRST_17)


@pytest.fixture
def manager(client: FlaskClient) -> FlaskClient:
    """张姐 at 金牛食堂; 陈奶奶 is registered at 银牛食堂, with her ID number."""
    here, there = make_site(), make_site("yinniu", name="银牛食堂")
    make_zhangjie(here)
    chen = make_chen(there)
    with transaction() as session:
        for name, value in secret_columns(CHEN_ID, keys()).items():
            setattr(session.get_one(Resident, chen), name, value)
    sign_in(client, "zhangjie")
    return client


CHEN, HERE, THERE = 1, 1, 2


def chen() -> Resident:
    db.session.rollback()
    return db.session.get_one(Resident, CHEN)


@pytest.mark.parametrize(
    "row",
    [
        {"姓名": "陈桂英", "身份证号": CHEN_ID, "电话": "13999999999"},
        {
            "姓名": "陈桂英", "出生日期": "1944-03-05", "性别": "女", "电话": "13999999999",
            "社区": "金牛社区", "小区": "金牛小区", "楼栋": "2栋", "单元": "1单元", "房号": "501",
        },
    ],
    ids=["by number", "by name, birthday and door"],
)  # fmt: skip
def test_a_file_never_changes_somebody_of_another_canteen(
    manager: FlaskClient, row: dict[str, Any]
) -> None:
    address, page = preview(manager, csv_file(row))
    assert "此人登记在另一食堂" in page
    assert "转到本食堂" in page
    assert "银牛食堂" not in page
    manager.post(address)
    assert (chen().phone, chen().site_id) == ("13800000101", THERE)


def test_an_administrator_too_changes_them_only_where_they_are(
    manager: FlaskClient, app: Flask
) -> None:
    make_staff("guanli", Role.ADMINISTRATOR, site_id=HERE)
    other = app.test_client()
    sign_in(other, "guanli")
    row = {"姓名": "陈桂英", "身份证号": CHEN_ID, "电话": "13999999999"}
    _address, page = preview(other, csv_file(row))
    assert "此人登记在另一食堂" in page


def test_whoever_works_at_both_transfers_a_person_and_everything_goes_along(
    manager: FlaskClient,
) -> None:
    assert manager.post(f"/residents/{CHEN}/transfer").status_code == 403
    assert "转到金牛食堂" not in manager.get(f"/residents/{CHEN}").text
    with transaction() as session:
        session.add(StaffRole(staff_id=1, site_id=THERE, role=Role.COMMUNITY))
    page = manager.get(f"/residents/{CHEN}").text
    assert "登记在银牛食堂" in page
    assert "转到金牛食堂" in page
    for _twice in range(2):
        assert manager.post(f"/residents/{CHEN}/transfer").status_code == 302
    assert chen().site_id == HERE
    assert len(db.session.scalars(select(ResidentTag)).all()) == 2
    notes = db.session.scalars(
        select(AuditEntry.note).where(AuditEntry.action == "transferred")
    ).all()
    assert notes == [f"site {THERE} -> {HERE}"]
    assert manager.get(f"/residents/{CHEN}/edit").status_code == 200


def test_an_administrator_may_transfer_and_a_clerk_at_both_may_not(
    manager: FlaskClient, app: Flask
) -> None:
    clerk_id = make_xiaoli(HERE)
    with transaction() as session:
        session.add(StaffRole(staff_id=clerk_id, site_id=THERE, role=Role.CLERK))
    clerk = app.test_client()
    sign_in(clerk, "xiaoli")
    assert clerk.post(f"/residents/{CHEN}/transfer").status_code == 403
    make_staff("guanli", Role.ADMINISTRATOR, site_id=HERE)
    other = app.test_client()
    sign_in(other, "guanli")
    assert other.post(f"/residents/{CHEN}/transfer").status_code == 302
    assert chen().site_id == HERE


def test_a_double_is_refused_without_saying_who_or_where(manager: FlaskClient) -> None:
    form = {"name": "陈桂兰", "id_number": CHEN_ID}
    answer = manager.post("/residents/new", data=form)
    assert answer.status_code == 409
    assert "已在另一食堂登记" in answer.text
    for secret in ("银牛食堂", f'/residents/{CHEN}"', "陈桂英"):
        assert secret not in answer.text
    assert len(db.session.scalars(select(Resident)).all()) == 1


def test_a_namesake_elsewhere_is_a_doubt_that_can_be_settled(manager: FlaskClient) -> None:
    form = {"name": "陈桂英", "birthday": "1944-03-05", "gender": "female"}
    answer = manager.post("/residents/new", data=form)
    assert answer.status_code == 409
    assert "另一食堂有同名同生日的人" in answer.text
    assert f'/residents/{CHEN}"' not in answer.text
    done = manager.post("/residents/new", data=form | {"confirmed": "陈桂英 1944-03-05"})
    assert done.status_code == 302


def test_who_works_there_too_is_led_to_the_person(manager: FlaskClient) -> None:
    with transaction() as session:
        session.add(StaffRole(staff_id=1, site_id=THERE, role=Role.CLERK))
    answer = manager.post("/residents/new", data={"name": "陈桂英", "id_number": CHEN_ID})
    assert answer.status_code == 409
    assert f'/residents/{CHEN}"' in answer.text


def test_another_persons_number_cannot_be_typed_onto_somebody_here(manager: FlaskClient) -> None:
    from tests.people import make_wang

    wang = make_wang(HERE)
    form = {"name": "王德福", "id_number": CHEN_ID, "birthday": "", "gender": "female"}
    answer = manager.post(f"/residents/{wang}/edit", data=form)
    assert answer.status_code == 409
    assert "已在另一食堂登记" in answer.text
    assert "陈桂英" not in answer.text
    assert db.session.get_one(Resident, wang).birthday == date(1959, 6, 1)


def test_the_office_sees_of_another_canteens_people_what_a_counter_needs(
    manager: FlaskClient,
) -> None:
    secrets = ("1944年3月5日", CHEN_ID[-4:], "13800000101", "13900000102", "低保证")
    address = f"/residents/{CHEN}"
    page = manager.get(address).text
    for secret in secrets:
        assert secret not in page, secret
    assert "陈桂英" in page
    assert "****0101" in page
    found = manager.get("/residents?q=cgy&everywhere=1").text
    assert "陈桂英" in found
    assert "13800000101" not in found
    assert "低保" not in found
    with transaction() as session:
        session.add(StaffRole(staff_id=1, site_id=THERE, role=Role.COMMUNITY))
    page = manager.get(address).text
    for secret in secrets[:3]:
        assert secret in page, secret


def test_a_list_that_leaves_the_house_holds_its_own_people_only(manager: FlaskClient) -> None:
    """A stairwell belongs to no canteen: two may cook for it."""
    from tests.people import make_wang

    make_wang(HERE)
    with transaction() as session:
        doors = session.scalars(select(Resident.household_id).where(Resident.id == CHEN)).all()
        session.get_one(Resident, 2).household_id = doors[0]
        (unit,) = session.scalars(select(Household.unit_id).where(Household.id == doors[0])).all()
    assert "陈桂英" in manager.get(f"/residents?node={unit}").text
    answer = manager.post(f"/residents/exports?node={unit}")
    book = load_workbook(io.BytesIO(answer.data))
    assert [row[0].value for row in book.worksheets[0]][1:] == ["王德福"]
