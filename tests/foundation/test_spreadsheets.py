"""Uploaded tables: what is read, and what is refused in which words."""

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from canteen.foundation.spreadsheets import (
    EMPTY,
    Cell,
    Fen,
    Header,
    Sheet,
    Table,
    find_header,
    read_table,
    reading,
    unpacked_bytes,
    write_csv,
    write_xlsx,
)
from canteen.foundation.wording import Refusal

HALF_PAST_ELEVEN = datetime.combine(date(2026, 11, 22), time(11, 30))
WANTED = {"name": ("姓名", "名字"), "phone": ("电话", "手机号"), "id": ("身份证号",)}


def workbook(*rows, cells=None):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for place, value in (cells or {}).items():
        book.active[place] = value
    return saved(book)


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def texts(table):
    assert isinstance(table, Table), table
    return [[cell.text for cell in row] for row in table.rows]


def code(found):
    assert isinstance(found, Refusal), found
    return found.code


def test_a_workbook_is_read_with_the_kinds_of_its_cells():
    row = ["陈奶奶", 13812345678, date(1944, 3, 1), HALF_PAST_ELEVEN, True, 6.5, None]
    table = read_table(workbook([*row, " 低保 "]), "名单.xlsx")

    assert [cell.kind for cell in table.rows[0]] == [
        *("text", "number", "date", "date", "bool", "number", "empty", "text")
    ]
    assert texts(table) == [
        ["陈奶奶", "13812345678", "1944-03-01", "2026-11-22 11:30:00", "TRUE", "6.5", "", "低保"]
    ]
    assert table.rows[0][2].value == date(1944, 3, 1)


def test_a_date_left_as_a_serial_number_stays_a_number_for_the_date_rule():
    assert read_table(workbook([16132]), "名单.xlsx").rows[0][0] == Cell(16132, "number")


def test_an_id_number_typed_as_a_number_is_flagged_as_having_lost_digits():
    for value in (1.10101194403011e17, 110101194403011234):
        cell = read_table(workbook([value]), "名单.xlsx").rows[0][0]
        assert cell.problem == Refusal("cell_lost_digits")
    from_csv = read_table("姓名,身份证号\n陈奶奶,1.10101E+17\n".encode(), "名单.csv")
    assert from_csv.rows[1][1].lost_digits


def test_fifteen_digits_are_still_exact():
    cell = read_table(workbook([999_999_999_999_999]), "名单.xlsx").rows[0][0]

    assert cell.problem is None
    assert cell.text == "999999999999999"


def test_a_formula_is_a_problem_of_its_cell_and_not_of_the_file():
    table = read_table(workbook(["陈奶奶", "=A1&B1"]), "名单.xlsx")

    assert table.rows[0][0].problem is None
    assert table.rows[0][1].problem == Refusal("cell_formula", {"value": "=A1&B1"})


def test_an_error_value_is_a_problem_of_its_cell():
    table = read_table(workbook(["#REF!"]), "名单.xlsx")

    assert table.rows[0][0].problem == Refusal("cell_error", {"value": "#REF!"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_csv_is_read_in_every_encoding_and_delimiter_offices_use(encoding, sign):
    text = f"姓名{sign}电话\r\n陈奶奶{sign}13800000000\r\n王爷爷{sign}010-65550000\r\n"

    table = read_table(text.encode(encoding), "名单.csv")

    assert texts(table)[1:] == [["陈奶奶", "13800000000"], ["王爷爷", "010-65550000"]]


def test_a_comma_inside_an_address_does_not_make_a_tab_file_a_comma_file():
    data = "姓名\t电话\t住址\n陈奶奶\t1\t3栋,502\n王爷爷\t2\t4栋,101\n".encode()

    assert texts(read_table(data, "名单.txt"))[1] == ["陈奶奶", "1", "3栋,502"]


def test_csv_formulas_are_flagged_and_quoted_text_is_kept():
    table = read_table(b'=1+1,"=""0012""",\'+86 10\n', "a.csv")

    assert [cell.kind for cell in table.rows[0]] == ["formula", "text", "text"]
    assert texts(table) == [["=1+1", "0012", "+86 10"]]


def test_rows_keep_the_numbers_that_excel_shows():
    table = read_table(workbook(["标题"], [], ["陈奶奶"], [], []), "名单.xlsx")

    assert texts(table) == [["标题"], [], ["陈奶奶"]]


def test_a_stray_cell_at_the_end_of_the_sheet_is_not_walked_to():
    table = read_table(workbook(["陈奶奶"], cells={"XFD1048576": "x"}), "名单.xlsx")

    assert texts(table) == [["陈奶奶"]]


def test_a_row_far_to_the_right_is_cut():
    table = read_table(workbook(["陈奶奶"], cells={"XFD1": "x"}), "名单.xlsx")

    assert texts(table) == [["陈奶奶"]]


def test_an_empty_first_sheet_is_passed_over_and_the_others_are_named():
    book = Workbook()
    book.create_sheet("名单").append(["陈奶奶"])
    book.create_sheet("说明").append(["填表说明"])

    table = read_table(saved(book), "名单.xlsx")

    assert (table.sheet, table.other_sheets) == ("名单", ("Sheet", "说明"))
    assert texts(read_table(saved(book), "a.xlsx", sheet="说明")) == [["填表说明"]]
    assert code(read_table(saved(book), "a.xlsx", sheet="无")) == "sheet_unknown"


def test_content_decides_and_not_the_name():
    assert texts(read_table(workbook(["陈奶奶"]), "名单.csv")) == [["陈奶奶"]]
    assert texts(read_table("姓名\n陈奶奶\n".encode(), "名单.xlsx")) == [["姓名"], ["陈奶奶"]]


def test_an_old_workbook_is_asked_to_be_saved_as_xlsx():
    assert code(read_table(reading._OLE + bytes(600), "名单.xls")) == "sheet_old_xls"
    assert code(read_table(reading._OLE + bytes(600), "名单.xlsx")) == "sheet_old_xls"


def test_a_workbook_with_a_password_is_told_from_an_old_one():
    data = reading._OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")

    assert code(read_table(data, "名单.xlsx")) == "sheet_locked"


def test_what_is_no_spreadsheet_is_refused():
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    for data in (
        *(b"\x89PNG\r\n\x1a\n" + bytes(40), b"%PDF-1.7\nabc", document.getvalue()),
        *("<html><table><tr><td>姓名".encode(), b"\xff\xd8\xff\xe0\x00\x10JFIF"),
    ):
        assert code(read_table(data, "名单.xlsx")) == "sheet_not_a_sheet"


def test_a_workbook_that_was_cut_is_refused():
    data = workbook(*(["陈奶奶", "13800000000"] for _ in range(100)))

    assert code(read_table(data[: len(data) // 2], "名单.xlsx")) == "sheet_cut"
    assert code(read_table(b"PK", "名单.xlsx")) == "sheet_cut"


def test_a_workbook_with_damage_inside_is_refused():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        package.writestr("xl/workbook.xml", "<not a workbook")
    assert code(read_table(data.getvalue(), "名单.xlsx")) == "sheet_broken"


@given(st.integers(0, 4000), st.integers(0, 255))
def test_a_damaged_byte_anywhere_never_raises(place, byte):
    data = bytearray(SMALL)
    data[place % len(data)] = byte
    assert isinstance(read_table(bytes(data), "名单.xlsx"), Table | Refusal)


SMALL = workbook(["姓名", "电话"], ["陈奶奶", 13800000000])


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    assert isinstance(read_table(data, "x"), Table | Refusal)


def test_an_upload_of_200_mb_is_refused_unread():
    found = read_table(bytes(200 * 1024 * 1024), "名单.xlsx")

    assert found == Refusal("sheet_too_big", {"name": "名单.xlsx", "size_mb": 200, "limit_mb": 10})


def test_a_zip_bomb_is_refused_unpacked():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", bytes(reading.MAX_UNPACKED_BYTES + 1))
    assert len(bomb.getvalue()) < 100_000
    assert code(read_table(bomb.getvalue(), "名单.xlsx")) == "sheet_too_much_inside"


def test_too_many_rows_are_refused_and_not_cut():
    data = "\n".join(["姓名"] * 11).encode()

    assert code(read_table(data, "a.csv", max_rows=10)) == "sheet_too_many_rows"
    assert len(read_table(data, "a.csv", max_rows=11).rows) == 11


@pytest.mark.parametrize("data", [b"", b" \r\n ", b",,\n,,", workbook()])
def test_an_empty_file_is_refused(data):
    assert code(read_table(data, "名单.xlsx")) == "sheet_empty"


def test_headings_are_found_below_a_merged_title():
    book = Workbook()
    book.active.append(["幸福社区助餐对象名单"])
    book.active.merge_cells("A1:D1")
    book.active.append(["填表说明：请勿改动表头"])
    book.active.append(["序号", "姓 名*", "手机号（必填）", "身份证号:"])
    book.active.append([1, "陈奶奶", "13800000000"])

    table = read_table(saved(book), "名单.xlsx")
    header = find_header(table.rows, WANTED, required=("name",))

    assert header == Header(2, {"name": 1, "phone": 2, "id": 3}, ("序号",))
    assert header.cell(table.rows[header.first_row], "name").text == "陈奶奶"
    assert header.cell(table.rows[header.first_row], "id").kind == "empty"


def _rows(*rows):
    return [tuple(Cell(t, "text") if t else EMPTY for t in row) for row in rows]


def test_headings_of_two_rows_are_one_where_cells_are_merged():
    rows = _rows(
        ("名单",),
        ("姓名", "联系方式", "", "身份证号"),
        ("", "电话", "微信", ""),
        ("陈奶奶", "138", "x", ""),
    )
    header = find_header(rows, WANTED, required=("name",))
    assert header == Header(1, {"name": 0, "id": 3, "phone": 1}, ("微信",), 2)
    assert header.cell(rows[header.first_row], "name").text == "陈奶奶"


def test_a_person_below_the_headings_is_never_taken_for_a_heading():
    rows = _rows(("姓名", "备注"), ("陈奶奶", "电话"), ("", "身份证号"))
    header = find_header(rows, WANTED, required=("name",))
    assert (header.row, header.first_row, header.columns) == (0, 1, {"name": 0})


def test_missing_and_doubled_headings_are_named():
    def find(*headings):
        return find_header([tuple(Cell(h, "text") for h in headings)], WANTED, required=("id",))

    assert find("姓名", "电话") == Refusal("sheet_columns_missing", {"columns": "身份证号"})
    assert find("姓名", "名字") == Refusal("sheet_header_twice", {"heading": "名字"})
    assert find("甲", "乙") == Refusal("sheet_no_header", {"columns": "身份证号"})
    assert find_header([], WANTED).code == "sheet_no_header"


ROWS = [
    ["=1+1", Fen(1350), date(2026, 11, 22), HALF_PAST_ELEVEN, 3, None],
    ["#N/A", Fen(-50), None, None, 110101194403011234, "𠅤·陈"],
]
HEADERS = ["姓名", "实付", "日期", "时间", "份数", "备注"]


def test_a_written_workbook_keeps_text_as_text_amounts_as_numbers_and_dates_as_dates():
    table = read_table(write_xlsx([Sheet("统计/11月", HEADERS, iter(ROWS))]), "统计.xlsx")

    first, second = table.rows[1], table.rows[2]
    assert table.sheet == "统计 11月"
    assert first[0] == Cell("=1+1", "text")
    assert second[0] == Cell("#N/A", "text")
    assert Decimal(str(first[1].value)) == Decimal("13.50")
    assert second[1].value == -0.5
    assert first[2] == Cell(date(2026, 11, 22), "date")
    assert first[3] == Cell(HALF_PAST_ELEVEN, "date")
    assert second[4] == Cell("110101194403011234", "text")
    assert second[5].text == "𠅤·陈"


def test_a_written_workbook_has_bold_frozen_headings_and_room_for_chinese():
    from openpyxl import load_workbook

    data = write_xlsx([Sheet("统计", HEADERS, ROWS), Sheet("统计", ["住址"], [["幸福社区" * 3]])])
    book = load_workbook(io.BytesIO(data))

    page = book.worksheets[0]
    assert page["A1"].font.bold
    assert page.freeze_panes == "A2"
    assert page["B2"].number_format == "0.00"
    assert book.worksheets[1].column_dimensions["A"].width == 26
    assert len(set(book.sheetnames)) == 2


def test_control_characters_do_not_stop_a_workbook():
    data = write_xlsx([Sheet("a", ["备\x00注"], [["甲\x08乙"]])])

    assert texts(read_table(data, "a.xlsx")) == [["备注"], ["甲乙"]]


def test_csv_opens_in_excel_and_runs_nothing():
    data = write_csv(HEADERS, ROWS)

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").split("\r\n")[1:3] == [
        "'=1+1,13.50,2026-11-22,2026-11-22 11:30,3,",
        "#N/A,-0.50,,,110101194403011234,𠅤·陈",
    ]


@given(st.text(alphabet="=+-@',\";\t陈a1 ", min_size=1).filter(lambda t: t == t.strip()))
def test_text_comes_back_from_a_csv_as_it_went(text):
    table = read_table(write_csv(["姓名", "备注"], [["陈奶奶", text]]), "a.csv")
    if not text.startswith(("'=", "'+", "'-", "'@")):
        assert table.rows[1][1] == Cell(text, "text")


def test_a_note_of_two_lines_stays_one_cell():
    table = read_table(write_csv(["姓名", "备注"], [["陈奶奶", "软饭\n少盐"]]), "a.csv")

    assert texts(table) == [["姓名", "备注"], ["陈奶奶", "软饭\n少盐"]]


# --- how far it is -------------------------------------------------------------------


class Stopped(Exception):
    """Somebody asked to stop."""


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_reading_tells_its_rows_and_stops_when_it_is_told_to(kind: str) -> None:
    rows = [["王秀英"]] * 5
    data = (
        write_xlsx([Sheet("名单", ["姓名"], rows)]) if kind == "xlsx" else write_csv(["姓名"], rows)
    )
    told: list[tuple[int, int]] = []

    def step(done: int, total: int) -> None:
        told.append((done, total))
        if len(told) == 3:
            raise Stopped

    with pytest.raises(Stopped):
        read_table(data, "名单", step=step)
    assert [done for done, _total in told] == [0, 1, 2]
    assert {total for _done, total in told} <= {0, 6, 7}  # a file may not say how many
    assert len(read_table(data, "名单").rows) == 6  # type: ignore[union-attr]


def test_how_much_a_file_holds_is_known_unread() -> None:
    sheet = Sheet("名单", ["姓名"], [["王秀英" * 20]] * 3000)
    assert unpacked_bytes(write_xlsx([sheet])) > 10 * len(write_xlsx([sheet]))
    assert unpacked_bytes(b"PK damaged") == 0
