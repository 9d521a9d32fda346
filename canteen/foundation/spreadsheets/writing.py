"""Tables that people download: Excel workbooks and CSV that Excel opens with its Chinese.

A value is a str, int, `Fen`, `Grams`, `Percent`, date, datetime (written as its own wall
time), bool or None.
Text stays text, whatever it begins with: nothing we write runs as a formula.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from canteen.foundation.money import yuan

NARROWEST, WIDEST = 8, 48
_A4 = 9
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Fen:
    """An amount for a file: written in yuan with two decimals, as a number."""

    fen: int


@dataclass(frozen=True)
class Grams:
    """A weight for a file: written in kilograms to the gram, as a number."""

    grams: float


@dataclass(frozen=True)
class Percent:
    """A share in hundredths of a percent (9024 is 90.24 %): written as a number one can sort."""

    hundredths: int

    def __str__(self) -> str:
        return f"{self.hundredths // 100}.{self.hundredths % 100:02d}%"


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name (cut to 31 characters), its headings and its rows of values.

    A row of one value under several headings is a note: it runs on to the right.
    """

    name: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Any]]


def write_xlsx(sheets: Iterable[Sheet]) -> bytes:
    """A workbook: bold headings that stay in view, real dates and amounts, fitting widths."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write_sheet(book, sheet)
    assert book.worksheets, "a workbook needs a sheet"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The same values as CSV: UTF-8 with the mark Excel needs, and CRLF.

    Text that a spreadsheet would run as a formula is led by an apostrophe.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([csv_text(heading) for heading in headers])
    writer.writerows([csv_text(value) for value in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def _write_sheet(book: Workbook, sheet: Sheet) -> None:
    rows = [list(row) for row in sheet.rows]  # widths must be known before the first row
    page = book.create_sheet(_sheet_name(sheet.name))
    page.freeze_panes = "A2"
    _for_paper(page)
    for column, width in enumerate(_widths(sheet.headers, rows), start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.append([heading_cell(page, heading) for heading in sheet.headers])
    for row in rows:
        note = len(row) == 1 < len(sheet.headers)
        page.append([_in_row(excel_cell(page, value), note=note) for value in row])


def _for_paper(page: Any) -> None:
    """Printed, a sheet is as wide as an A4 lying down, its headings on every page."""
    page.page_setup.paperSize, page.page_setup.orientation = _A4, "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = "1:1"


def _in_row(cell: Any, *, note: bool) -> Any:
    """A text that is wider than its column goes on in the next line of its cell."""
    text = getattr(cell, "value", None)
    if not note and isinstance(text, str) and _width(text) > WIDEST:
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _sheet_name(name: str) -> str:
    cleaned = re.sub(r"[\[\]:*?/\\']", " ", ILLEGAL_CHARACTERS_RE.sub("", name)).strip()
    return cleaned[:31] or "Sheet"


def heading_cell(page: Any, text: str) -> Any:
    """A bold cell of a heading row; `page` is its openpyxl sheet."""
    cell = _text(page, text)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="F3EEE4")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def excel_cell(page: Any, value: Any) -> Any:
    """A value as a cell of an openpyxl sheet, text safe from becoming a formula."""
    if value is None:
        return None
    if isinstance(value, Fen):
        return _formatted(page, Decimal(value.fen).scaleb(-2), "0.00")
    if isinstance(value, Grams):
        return _formatted(page, round(value.grams / 1000, 4), "0.000")
    if isinstance(value, Percent):
        return _formatted(page, Decimal(value.hundredths).scaleb(-4), "0.00%")
    if isinstance(value, datetime):
        return _formatted(page, value.replace(tzinfo=None), "yyyy-mm-dd hh:mm")
    if isinstance(value, date):
        return _formatted(page, value, "yyyy-mm-dd")
    if isinstance(value, bool | Decimal | float):
        return value
    if isinstance(value, int) and abs(value) < 10**15:
        return value
    return _text(page, str(value))


def _text(page: Any, text: str) -> Any:
    cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"  # else "=1+1" is stored as a formula and "#N/A" as an error
    return cell


def _formatted(page: Any, value: Any, number_format: str) -> Any:
    cell = WriteOnlyCell(page, value)
    cell.number_format = number_format
    return cell


def _widths(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    columns = [[heading] for heading in headers]
    for row in rows[:500]:
        if len(row) == 1 < len(headers):
            continue
        for texts, value in zip(columns, row, strict=False):
            texts.append(csv_text(value))
    return [min(WIDEST, max(NARROWEST, 2 + max(map(_width, texts)))) for texts in columns]


def _width(text: str) -> int:
    """In digits' widths: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def csv_text(value: Any) -> str:
    """A value as CSV has it, text safe from becoming a formula."""
    if value is None:
        return ""
    if isinstance(value, Fen):
        return yuan(value.fen)
    if isinstance(value, Grams):
        return f"{value.grams / 1000:.3f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, str):
        return "'" + value if value.startswith(_FORMULA_START) else value
    return str(value)
