"""The files of a claim: the same sums as the ledger, the same bytes every time, safe to open."""

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from canteen.claims import workbook
from canteen.claims.files import claim_file, download_name, make_files
from canteen.claims.wording import HEADINGS
from tests.chance import without_chance
from tests.claims.conftest import Place
from tests.claims.ground import approve, at, closed, eat, lines_of, void
from tests.people import make_resident

JUNE = date(2026, 6, 1), date(2026, 6, 30)
JULY = date(2026, 7, 1), date(2026, 7, 31)


def made(claim_id: int, kind: Any) -> Path:
    path = claim_file(claim_id, kind)
    assert path is not None
    return path


def rows_of(page: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in page.iter_rows()]


def csv_rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


@pytest.fixture
def july(place: Place) -> int:
    """July with a correction, a late meal, a hardship part and odd fen: -3 +3 +12.34 +1."""
    wrong = eat(place.chen, JUNE[0], site_id=place.site)
    closed(*JUNE, place.site)
    void(wrong, site_id=place.site, by=place.zhangjie, now=at(date(2026, 7, 4)))
    eat(place.wang, JUNE[1], site_id=place.site, now=at(date(2026, 7, 4)))
    approve(place.chen, "dibao", date(2026, 1, 1))
    both = [("city", "helpings/age", 1234), ("city", "helpings/hardship", 100)]
    eat(place.chen, JULY[0], site_id=place.site, parts=both, tags=";dibao;", price_fen=2000)
    return closed(*JULY, place.site).claim_id


def test_the_cover_says_what_is_asked_for_and_has_places_to_sign(july: int) -> None:
    book = load_workbook(made(july, "xlsx"))
    cover = rows_of(book.worksheets[0])
    facts = {row[0]: row[1] for row in cover if row[0]}
    assert facts["编号 No."] == "city-2026-07"
    assert facts["出资方 Funder"] == "市级 / city"
    assert facts["所属期 Period"] == "2026-07-01 — 2026-07-31"
    assert facts["食堂 Canteens"] == "金牛食堂"
    assert facts["笔数 Lines"] == 4
    assert Decimal(str(facts["合计（元）Total (yuan)"])) == Decimal("13.34")
    assert facts["人民币（大写）In words"] == "壹拾叁元叁角肆分"
    assert (facts["其中以前漏报 Carried over"], facts["其中更正 Corrections"]) == (3, -3)
    for place_to_sign in ("制表", "审核", "负责人", "日期", "盖章"):
        assert any(str(row[0]).startswith(place_to_sign) for row in cover), place_to_sign
    by_rule = {row[1]: (row[0], row[2], row[3]) for row in cover if row[1] and len(row) > 3}
    assert by_rule["helpings/age"] == ("助餐补贴 · 高龄 / Meal help · age", 3, 12.34)
    assert by_rule["helpings/hardship"][1:] == (1, 1)


def test_the_lines_add_up_to_the_total_and_stay_text_and_numbers(july: int) -> None:
    book = load_workbook(made(july, "xlsx"))
    page = book["明细 Lines"]
    headings, *rows = rows_of(page)
    assert headings == [f"{zh} {en}" for zh, en in HEADINGS]
    amounts = [row[8] for row in rows]
    assert sum(Decimal(str(value)) for value in amounts) == Decimal("13.34")
    assert amounts == [-3, 3, 12.34, 1]
    assert all(cell.number_format == "0.00" for (cell,) in page["I2:I5"])
    assert [row[1].date() for row in rows] == [JUNE[0], JUNE[1], JULY[0], JULY[0]]
    assert rows[0][9] == "更正 city-2026-06 / corrects city-2026-06"
    assert rows[1][9] == "以前漏报 / carried over"
    assert rows[2][2:7] == [
        "午餐 / Lunch",
        "金牛食堂",
        "陈桂英",
        "用餐补贴 / meal subsidy",
        "助餐补贴 · 高龄 / Meal help · age",
    ]
    assert rows[2][10] == str(lines_of(july)[2].meal_id)


def test_the_totals_have_their_own_sheet(july: int) -> None:
    rows = rows_of(load_workbook(made(july, "xlsx"))["合计 Totals"])
    assert rows[-1] == ["合计 Total", None, 4, 13.34]
    kinds = [row for row in rows if row[1] == "meal_subsidy"]
    assert kinds == [["用餐补贴 / meal subsidy", "meal_subsidy", 4, 13.34]]


def test_csv_has_the_mark_of_utf8_and_amounts_with_two_decimals(july: int) -> None:
    path = made(july, "csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    headings, *rows = csv_rows(path)
    assert headings[4] == "姓名 diner"
    assert [row[8] for row in rows] == ["-3.00", "3.00", "12.34", "1.00"]
    assert [row[1] for row in rows] == ["2026-06-01", "2026-06-30", "2026-07-01", "2026-07-01"]


def test_a_text_that_begins_like_a_formula_stays_text(place: Place) -> None:
    birthday = date(1940, 1, 1)
    sly = make_resident('=HYPERLINK("x")', site_id=place.site, birthday=birthday)
    eat(sly, JUNE[0], site_id=place.site, parts=[("city", "helpings/age", 300)])
    june = closed(*JUNE, place.site).claim_id
    cell = load_workbook(made(june, "xlsx"))["明细 Lines"]["E2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("x")', "s")
    assert csv_rows(made(june, "csv"))[1][4] == '\'=HYPERLINK("x")'


def test_the_same_claim_makes_the_same_bytes_and_a_lost_file_is_made_again(july: int) -> None:
    for kind in ("xlsx", "csv"):
        path = made(july, kind)
        first = path.read_bytes()
        path.write_bytes(b"served as it is")
        assert made(july, kind).read_bytes() == b"served as it is"
        path.unlink()
        assert made(july, kind).read_bytes() == first
    assert [one.name for one in sorted(path.parent.iterdir())] == [f"{july}.csv", f"{july}.xlsx"]


def test_many_lines_go_on_to_further_sheets(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "LINES_A_SHEET", 2)
    for day in range(1, 6):
        eat(place.chen, date(2026, 6, day), site_id=place.site)
    book = load_workbook(made(closed(*JUNE, place.site).claim_id, "xlsx"))
    assert book.sheetnames[2:] == ["明细 Lines", "明细 Lines 2", "明细 Lines 3"]
    assert [len(rows_of(page)) for page in book.worksheets[2:]] == [3, 3, 2]


def test_nothing_secret_is_in_the_files(place: Place) -> None:
    eat(place.chen, JUNE[0], site_id=place.site, tags=";dibao;living_alone;")
    june = closed(*JUNE, place.site).claim_id
    text = without_chance(made(june, "csv").read_text("utf-8-sig"))
    for secret in ("13800000101", "dibao", "低保", "501", "2栋"):
        assert secret not in text


def test_a_stopped_export_leaves_no_half_file(july: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canteen.claims.files._SAID_EVERY", 2)
    path = made(july, "csv")
    path.unlink()

    def stop(_done: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        make_files(july, say=stop)
    assert list(path.parent.iterdir()) == []


def test_progress_of_the_files_counts_the_rows_of_both(
    july: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("canteen.claims.files._SAID_EVERY", 2)
    said: list[int] = []
    note: Callable[[int], None] = said.append
    make_files(july, say=note)
    assert said == [2, 4, 6, 8]


def test_only_a_closed_claim_has_files(place: Place) -> None:
    assert claim_file(7, "xlsx") is None
    assert download_name("city-2026-06", "xlsx") == "claim-city-2026-06.xlsx"
