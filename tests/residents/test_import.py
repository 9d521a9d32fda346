"""Registers from files: what is wrong in plain words, all or nothing, twice is once."""

import io
import os
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db
from canteen.foundation.spreadsheets import read_table
from canteen.ledger.models import Account
from canteen.residents.identity import check_sign
from canteen.residents.imports import COLUMNS, read_file
from canteen.residents.models import GridNode, Household, Resident, ResidentTag
from tests.people import (
    TODAY,
    approve_all_tags,
    make_chen,
    make_site,
    make_unit,
    make_wang,
    make_zhangjie,
    sign_in,
)

_FIRST_17 = "36010419440305002"
CHEN_ID = _FIRST_17 + check_sign(_FIRST_17)
HEADINGS = [next(iter(words)) for words in COLUMNS.values()]
CHEN = {
    "姓名": "陈桂英", "身份证号": CHEN_ID, "电话": "13800000101",
    "社区": "金牛社区", "小区": "金牛小区", "楼栋": "2栋", "单元": "1单元", "房号": "501",
    "户籍市": "南昌市", "标签": "低保、独居", "标签证明": "低保证 2026-031，区民政局",
    "标签起": "2026-01-01", "标签止": "2026-12-31", "忌口": "少盐、少糖", "质地": "软食",
    "行动": "上下楼困难", "紧急联系人": "陈小明", "关系": "儿子", "联系电话": "13900000102",
}  # fmt: skip
WANG = {
    "姓名": "王德福", "出生日期": "1959-06-01", "性别": "男",
    "社区": "金牛社区", "小区": "金牛小区", "楼栋": "2栋", "单元": "1单元", "房号": "202",
}  # fmt: skip


def workbook(*rows: dict[str, Any], headings: list[str] | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    columns = headings or list(dict.fromkeys(key for row in rows for key in row))
    sheet.append(columns)
    for row in rows:
        sheet.append([row.get(column) for column in columns])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def csv_file(*rows: dict[str, Any], encoding: str = "utf-8-sig") -> bytes:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = [columns, *([str(row.get(column, "")) for column in columns] for row in rows)]
    return "\r\n".join(",".join(line) for line in lines).encode(encoding)


@pytest.fixture
def manager(client: FlaskClient) -> FlaskClient:
    make_zhangjie(make_site())
    sign_in(client, "zhangjie")
    return client


def upload(client: FlaskClient, data: bytes, name: str = "名单.xlsx") -> Any:
    return client.post("/residents/imports", data={"file": (io.BytesIO(data), name)})


def preview(client: FlaskClient, data: bytes, name: str = "名单.xlsx") -> tuple[str, str]:
    answer = upload(client, data, name)
    assert answer.status_code == 302, answer.text
    address = answer.headers["Location"]
    return address, client.get(address).text


def counts(page: str) -> list[int]:
    """new, changed, unchanged, wrong"""
    return [int(one) for one in re.findall(r"<dd>(\d+)</dd>", page)]


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


# --- all at once -----------------------------------------------------------------------


def test_a_register_is_previewed_and_then_imported_whole(manager: FlaskClient) -> None:
    address, page = preview(manager, workbook(CHEN, WANG))
    assert counts(page) == [2, 0, 0, 0]
    assert "金牛社区 金牛小区 2栋 1单元" in page
    assert count(Resident) == count(GridNode) == 0
    done = manager.post(address, follow_redirects=True)
    assert "新增 2 人" in done.text
    db.session.rollback()
    chen = db.session.scalars(select(Resident).where(Resident.name == "陈桂英")).one()
    assert (chen.birthday, chen.gender, chen.texture) == (date(1944, 3, 5), "female", "soft")
    assert (chen.mobility, chen.diets) == ("stairs_hard", "low_salt;low_sugar")
    assert {tag.tag for tag in chen.tags} == {"dibao", "living_alone"}
    assert chen.household is not None
    assert chen.household.unit.name == "1单元"
    assert db.session.scalar(select(func.count(Account.id)).where(Account.kind == "wallet")) == 2
    assert "陈桂英" in manager.get("/residents?q=cgy").text


@pytest.mark.parametrize("form", ["xlsx", "utf-8-sig", "gb18030"])
def test_the_same_file_twice_changes_nothing(manager: FlaskClient, form: str) -> None:
    rows = (CHEN, WANG)
    data = workbook(*rows) if form == "xlsx" else csv_file(*rows, encoding=form)
    name = "名单.xlsx" if form == "xlsx" else "名单.csv"
    address, _page = preview(manager, data, name)
    manager.post(address)
    people, tags = count(Resident), count(ResidentTag)
    log = count(AuditEntry)
    _address, page = preview(manager, data, name)
    assert counts(page) == [0, 0, 2, 0]
    assert "全部导入" not in page
    manager.post(_address)
    assert (count(Resident), count(ResidentTag)) == (people, tags) == (2, 2)
    assert count(AuditEntry) <= log + 1


def test_columns_stand_in_any_order_and_either_language(manager: FlaskClient) -> None:
    row = {"Phone": "13800000101", "date of birth": date(1944, 3, 5), "Name": "陈桂英",
           "Gender": "f", "mood": "good"}  # fmt: skip
    address, page = preview(manager, workbook(row))
    assert counts(page) == [1, 0, 0, 0]
    assert "mood" in page
    manager.post(address)
    assert count(Resident) == 1


def test_an_empty_cell_leaves_what_is_known(manager: FlaskClient) -> None:
    address, _page = preview(manager, workbook(CHEN))
    manager.post(address)
    fewer = {"姓名": "陈桂英", "身份证号": CHEN_ID, "电话": "13800000999", "忌口": ""}
    address, page = preview(manager, workbook(fewer))
    assert counts(page) == [0, 1, 0, 0]
    manager.post(address)
    chen = db.session.scalars(select(Resident)).one()
    assert (chen.phone, chen.phone_tail, chen.diets) == (
        "13800000999", "0999", "low_salt;low_sugar",
    )  # fmt: skip
    assert chen.household is not None


def test_a_person_without_a_number_gets_it_from_the_file(manager: FlaskClient) -> None:
    make_chen(1, unit_id=make_unit())
    address, page = preview(manager, workbook({k: CHEN[k] for k in list(CHEN)[:8]}))
    assert counts(page) == [0, 1, 0, 0]
    manager.post(address)
    assert db.session.scalars(select(Resident.id_number_last4)).one() == CHEN_ID[-4:]


def test_namesakes_at_different_doors_are_two_people(manager: FlaskClient) -> None:
    make_wang(1)
    _address, page = preview(manager, workbook(WANG, WANG | {"房号": "909"}))
    assert counts(page) == [1, 0, 1, 0]


def test_a_new_paper_for_the_same_days_is_a_change(manager: FlaskClient) -> None:
    address, _page = preview(manager, workbook(CHEN))
    manager.post(address)
    address, page = preview(manager, workbook(CHEN | {"标签证明": "低保证 2026-099"}))
    assert counts(page) == [0, 1, 0, 0]
    manager.post(address)
    db.session.rollback()
    assert set(db.session.scalars(select(ResidentTag.evidence))) == {"低保证 2026-099"}
    assert count(ResidentTag) == 2


def test_merged_headings_over_two_rows_are_understood(manager: FlaskClient) -> None:
    """As offices draw them: 住址 above its five parts, the others down both rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["2026 年助餐对象名册"],
        ["姓名", "住址", None, None, None, None, "出生日期"],
        [None, "社区", "小区", "楼栋", "单元", "房号", None],
        ["王德福", "金牛社区", "金牛小区", "2栋", "1单元", "202", date(1959, 6, 1)],
    ):
        sheet.append(row)
    for cells in ("A1:G1", "A2:A3", "B2:F2", "G2:G3"):
        sheet.merge_cells(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    address, page = preview(manager, buffer.getvalue())
    assert counts(page) == [1, 0, 0, 0]
    manager.post(address)
    assert count(Household) == 1


# --- wrong rows --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        (
            {"身份证号": CHEN_ID[:17] + ("0" if CHEN_ID[17] != "0" else "1")},
            "身份证号",
            "校验位不对",
        ),
        ({"身份证号": 360104194403050021}, "身份证号", "末尾几位已经丢失"),
        ({"出生日期": "1944-02-30"}, "出生日期", "没有“1944-02-30”这一天"),
        ({"出生日期": "2999-01-01"}, "出生日期", "在今天之后"),
        ({"姓名": "陈桂英😀"}, "姓名", "姓名里不能有"),
        ({"姓名": "陈" * 41}, "姓名", "姓名有 41 个字"),
        ({"姓名": "=A1"}, "姓名", "单元格里是公式"),
        ({"电话": "1380000010"}, "电话", "手机号是 10 位"),
        ({"性别": "男"}, "性别", "性别与身份证号不符"),
        ({"单元": ""}, "单元", "住址不全"),
        ({"房号": ""}, "房号", "没有填房号"),
        ({"标签": "富裕"}, "标签", "没有“富裕”这种标签"),
        ({"标签证明": ""}, "标签证明", "没有填证明"),
        ({"标签起": ""}, "标签起", "没有填标签起"),
        ({"标签止": "2025-01-01"}, "标签止", "早于开始日"),
        ({"忌口": "龙肉"}, "忌口", "不认识忌口“龙肉”"),
        ({"质地": "脆"}, "质地", "请填其中一项：正常、软食、糊状"),
        ({"行动": "会飞"}, "行动", "不认识“会飞”"),
        ({"联系电话": "abc"}, "联系电话", "不是电话号码"),
    ],
)
def test_a_wrong_row_is_told_with_field_value_and_what_is_expected(
    manager: FlaskClient, wrong: dict[str, Any], field: str, says: str
) -> None:
    address, page = preview(manager, workbook(WANG, CHEN | wrong))
    assert counts(page)[3] == 1
    row = re.search(r"<tr><td[^>]*><span[^>]*>行 </span>3</td>.*?</tr>", page, re.S)
    assert row is not None, page
    assert field in row[0]
    assert says in row[0].replace("&#39;", "'")
    assert "全部导入" not in page
    manager.post(address)
    assert count(Resident) == count(Household) == 0


def test_a_preview_never_shows_a_whole_id_number(manager: FlaskClient) -> None:
    wrong = CHEN_ID[:17] + ("0" if CHEN_ID[17] != "0" else "1")
    _address, page = preview(manager, workbook(CHEN | {"身份证号": wrong}))
    assert wrong not in page
    assert f"…{wrong[-4:]}" in page


def test_one_person_on_two_rows_is_told(manager: FlaskClient) -> None:
    _address, page = preview(manager, workbook(CHEN, CHEN | {"标签": "特困"}))
    assert "和第 2 行是同一个人" in page


def test_at_most_two_hundred_wrong_rows_are_shown(manager: FlaskClient) -> None:
    rows = [WANG | {"房号": str(number + 1), "电话": "12"} for number in range(230)]
    _address, page = preview(manager, workbook(*rows))
    assert counts(page)[3] == 230
    assert page.count("不是电话号码") == 200
    assert "还有 30 行有错" in page


def test_a_row_that_became_wrong_since_the_preview_imports_nothing(manager: FlaskClient) -> None:
    make_chen(1, unit_id=make_unit())
    address, page = preview(
        manager,
        workbook(
            WANG,
            CHEN
            | {
                "身份证号": "",
                "出生日期": "1944-03-05",
                "标签起": "2025-01-01",
                "标签止": "2025-06-01",
            },
        ),
    )
    assert counts(page) == [1, 1, 0, 0]
    chen = db.session.scalars(select(Resident)).one()
    manager.post(
        f"/residents/{chen.id}/tags",
        data={
            "tag": "dibao",
            "valid_from": "2025-02-01",
            "valid_until": "2025-03-01",
            "evidence": "旧证",
        },
    )
    done = manager.post(address, follow_redirects=True)
    assert "什么都没有导入" in done.text
    assert count(Resident) == 1


# --- files that are none -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "空.xlsx", "里没有内容"),
        (b"%PDF-1.7 hello", "名单.pdf", "不是表格文件"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "照片.png", "不是表格文件"),
        (b"PK\x03\x04 cut", "名单.xlsx", "不完整"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "名单.xls", "旧格式"),
        ("随便,写写\n甲,乙".encode(), "名单.csv", "找不到表头"),
        ("性别,电话\n女,1".encode(), "名单.csv", "表头里缺少：姓名"),
        ("姓名,电话\n,\n".encode(), "名单.csv", "表头下面一行也没有"),
    ],
)
def test_a_file_that_is_no_register_is_refused_in_words(
    manager: FlaskClient, data: bytes, name: str, says: str
) -> None:
    answer = upload(manager, data, name)
    assert answer.status_code == 400
    assert says in answer.text


def test_no_file_at_all_is_told(manager: FlaskClient) -> None:
    assert "没有选文件" in manager.post("/residents/imports", data={}).text


def test_an_upload_of_200_megabytes_is_refused_unread(manager: FlaskClient, tmp_path: Path) -> None:
    with (tmp_path / "album.xlsx").open("w+b") as body:
        body.truncate(200 * 1024 * 1024)
        answer = manager.post(
            "/residents/imports",
            input_stream=body,
            content_type="multipart/form-data; boundary=x",
        )
        assert body.tell() < 20 * 1024 * 1024
    assert answer.status_code == 413
    assert "文件太大" in answer.text


# --- what is kept ---------------------------------------------------------------------------


def kept(app: Flask) -> list[Path]:
    folder = Path(app.config["DATA"]) / "uploads"
    return list(folder.iterdir()) if folder.exists() else []


def test_an_upload_is_kept_sealed_and_forgotten_after_use(app: Flask, manager: FlaskClient) -> None:
    address, _page = preview(manager, csv_file(CHEN), "名单.csv")
    (file,) = kept(app)
    assert CHEN_ID.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    manager.post(address)
    assert kept(app) == []
    assert "已不在了" in manager.get(address).text


def test_an_upload_older_than_a_day_is_gone(app: Flask, manager: FlaskClient) -> None:
    address, _page = preview(manager, workbook(CHEN))
    (file,) = kept(app)
    old = file.stat().st_mtime - timedelta(days=1, minutes=1).total_seconds()
    os.utime(file, (old, old))
    assert "已不在了" in manager.post(address).text
    preview(manager, workbook(WANG))
    assert len(kept(app)) == 1
    assert kept(app) != [file]


def test_only_who_sent_a_file_may_open_it(app: Flask, manager: FlaskClient) -> None:
    from tests.people import make_administrator

    address, _page = preview(manager, workbook(CHEN))
    make_administrator(1)
    other = app.test_client()
    sign_in(other, "guanliyuan")
    assert "已不在了" in other.get(address).text
    assert other.get("/residents/imports/..%2f..%2fkeys.json").status_code in (400, 404)


# --- out -------------------------------------------------------------------------------------


def test_the_template_can_be_filled_and_imported(manager: FlaskClient) -> None:
    book = load_workbook(io.BytesIO(manager.get("/residents/imports/template.xlsx").data))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert rows[0] == HEADINGS
    example = dict(zip(rows[0], rows[1], strict=True)) | {"姓名": "王秀英"}
    _address, page = preview(manager, workbook(example))
    assert counts(page) == [1, 0, 0, 0]


def test_the_list_goes_out_without_id_numbers_and_on_record(manager: FlaskClient) -> None:
    address, _page = preview(manager, workbook(CHEN, WANG))
    manager.post(address)
    approve_all_tags()
    answer = manager.post("/residents/exports")
    rows = [[c.value for c in row] for row in load_workbook(io.BytesIO(answer.data)).worksheets[0]]
    assert len(rows) == 3
    flat = [str(value) for row in rows for value in row]
    assert CHEN_ID not in flat
    assert CHEN_ID[-4:] in flat
    assert "低保、独居" in flat
    assert "exported_residents" in db.session.scalars(select(AuditEntry.action)).all()


def test_a_name_that_looks_like_a_formula_stays_text() -> None:
    table = read_table(csv_file({"姓名": "'=SUM(A1)", "出生日期": "1944-03-05"}), "a.csv")
    read = read_file(table, today=TODAY)  # type: ignore[arg-type]
    assert [row.problems[0].refusal.code for row in read.wrong] == ["name_sign"]  # type: ignore[union-attr]
