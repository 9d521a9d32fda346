"""Tables that people upload: Excel workbooks (.xlsx) and CSV, read as cells.

What a file is, is decided by its content; the name only serves the sentence that refuses
it. Cells keep their kind, because Excel changes what people typed: an ID number becomes a
rounded number, a date a serial number, a sum a formula.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from canteen.foundation.spreadsheets.cells import EMPTY, Cell, Row, has_time
from canteen.foundation.wording import Refusal

MAX_BYTES = 10 * 1024 * 1024
"""A register of 20,000 people is 2 MB; more is a photo album or a mistake."""
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
MAX_PARTS = 2000
MAX_ROWS = 20_000
MAX_COLUMNS = 200
BLANK_ROWS_THAT_END_A_TABLE = 50
"""One stray cell in row 1,048,576 makes every row above it part of the sheet."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_FORMULA_START = ("=", "+", "-", "@")
_NO_PACKAGE = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError)

Step = Callable[[int, int], None]
"""Called between rows with how many are read, of how many; what it raises ends the reading."""


def in_silence(_done: int, _total: int) -> None:
    """Nobody waits to hear how far it is."""


@dataclass(frozen=True)
class Table:
    """The cells of one sheet.

    Row *n* as Excel numbers it is ``rows[n - 1]``: blank rows inside are kept, blank rows
    at the end are not. Rows may differ in length. `other_sheets` names what was not read.
    """

    rows: tuple[Row, ...]
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()


def read_table(
    data: bytes,
    filename: str,
    *,
    sheet: str | None = None,
    max_rows: int = MAX_ROWS,
    step: Step = in_silence,
) -> Table | Refusal:
    """Read the first sheet that holds anything (or the named `sheet`), or say why not.

    Never raises for bad content, only what `step` raises. Codes: sheet_too_big, sheet_empty,
    sheet_old_xls, sheet_locked, sheet_not_a_sheet, sheet_cut, sheet_too_much_inside,
    sheet_broken, sheet_unknown, sheet_too_many_rows.
    """
    name = {"name": filename[-60:]}
    refusal = check_file(data, filename)
    if refusal is not None:
        return refusal
    if data.startswith(b"PK"):
        found = _read_workbook(data, sheet, max_rows, step)
    else:
        found = _read_text(data, max_rows, step)
    if isinstance(found, Refusal):
        return Refusal(found.code, name | dict(found.facts))
    return found if found.rows else Refusal("sheet_empty", name)


def check_file(data: bytes, filename: str) -> Refusal | None:
    """Why a file cannot be a table, as far as a first look tells; None where it may be one.

    Codes: sheet_too_big, sheet_empty, sheet_old_xls, sheet_locked, sheet_not_a_sheet, sheet_cut,
    sheet_too_much_inside.
    """
    name = {"name": filename[-60:]}
    if len(data) > MAX_BYTES:
        return Refusal("sheet_too_big", name | _megabytes(len(data)))
    if not data.strip():
        return Refusal("sheet_empty", name)
    if data.startswith(_OLE):
        return Refusal("sheet_locked" if _LOCKED in data else "sheet_old_xls", name)
    refusal = _check_package(data) if data.startswith(b"PK") else None
    return Refusal(refusal.code, name) if refusal else None


def unpacked_bytes(data: bytes) -> int:
    """How much there is to read in a file, from its table of contents alone."""
    if not data.startswith(b"PK"):
        return len(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return sum(part.file_size for part in package.infolist())
    except _NO_PACKAGE:
        return 0


def _megabytes(size: int) -> dict[str, int]:
    return {"size_mb": -(-size // 1024**2), "limit_mb": MAX_BYTES // 1024**2}


# --- Excel -------------------------------------------------------------------------


def _read_workbook(data: bytes, sheet: str | None, max_rows: int, step: Step) -> Table | Refusal:
    stopped: list[BaseException] = []

    def heard(done: int, total: int) -> None:
        try:
            step(done, total)
        except Exception as error:
            stopped.append(error)
            raise

    try:
        return _walk_workbook(data, sheet, max_rows, heard)
    except Exception as error:
        if error in stopped:
            raise
        # openpyxl has no error of its own for damaged parts: it lets through whatever
        # zipfile, zlib, the XML parser or its own casts raise.
        return Refusal("sheet_broken")


def _check_package(data: bytes) -> Refusal | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except _NO_PACKAGE:
        return Refusal("sheet_cut")
    # zipfile reads no more of a part than its header declares, so the sum is a true limit.
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        return Refusal("sheet_too_much_inside")
    if not any(part.filename.lower() == "xl/workbook.xml" for part in parts):
        return Refusal("sheet_not_a_sheet")
    return None


def _walk_workbook(data: bytes, wanted: str | None, max_rows: int, step: Step) -> Table | Refusal:
    # Formulas stay formulas: their cached results may be old or missing.
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    try:
        sheets = [one for one in book.worksheets if wanted in (None, one.title)]
        if wanted is not None and not sheets:
            return Refusal("sheet_unknown", {"sheet": wanted[:40]})
        titles = [one.title for one in book.worksheets]
        for one in sheets:
            likely = min(one.max_row or 0, max_rows)
            one.reset_dimensions()  # the declared size is often wrong, and may be 16 billion
            cells = ([_excel_cell(c) for c in row[:MAX_COLUMNS]] for row in one.iter_rows())
            rows = _take_rows(_told(cells, likely, step), max_rows)
            if isinstance(rows, Refusal):
                return rows
            if rows:
                return Table(rows, one.title, tuple(t for t in titles if t != one.title))
        return Table(())
    finally:
        book.close()


def _excel_cell(cell: Any) -> Cell:
    value = cell.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return EMPTY
    if cell.data_type == "f":
        return Cell(str(getattr(value, "text", value)), "formula")
    if cell.data_type == "e":
        return Cell(str(value), "error")
    if isinstance(value, bool):
        return Cell(value, "bool")
    if isinstance(value, int | float | Decimal):
        return Cell(value, "number")
    if isinstance(value, datetime):
        return Cell(value if has_time(value) else value.date(), "date")
    if isinstance(value, date):
        return Cell(value, "date")
    return Cell(value.strip() if isinstance(value, str) else str(value), "text")


# --- CSV ---------------------------------------------------------------------------


def _read_text(data: bytes, max_rows: int, step: Step) -> Table | Refusal:
    text = _decode(data)
    if text is None:
        return Refusal("sheet_not_a_sheet")
    try:
        records = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        cells = ([_text_cell(value) for value in row[:MAX_COLUMNS]] for row in records)
        likely = min(text.count("\n") + 1, max_rows)
        rows = _take_rows(_told(cells, likely, step), max_rows)
    except csv.Error:
        return Refusal("sheet_broken")
    return rows if isinstance(rows, Refusal) else Table(rows)


def _decode(data: bytes) -> str | None:
    """The text, or None for bytes that are no text in any encoding Excel and WPS write."""
    utf_16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf_16 else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding).rstrip("\x1a")
        except UnicodeDecodeError:
            continue
        if re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text) or _is_markup(text):
            return None
        return text
    return None


def _is_markup(text: str) -> bool:
    """A web page or XML saved under a spreadsheet's name, as many systems do."""
    return bool(
        re.match(r"\s*(<\?xml|<!doctype|<html|<table|<head|<meta|\{\\rtf|%PDF-)", text, re.I)
    )


def _delimiter(text: str) -> str:
    """The sign among ``, ; tab`` that cuts most of the first lines, and those most often."""
    head = text.splitlines()[:20]

    def cuts(sign: str) -> tuple[int, int]:
        counts = [len(row) - 1 for row in csv.reader(head, delimiter=sign)]
        return sum(count > 0 for count in counts), sum(counts)

    return max((",", "\t", ";"), key=cuts)


def _text_cell(value: str) -> Cell:
    value = value.strip()
    if not value:
        return EMPTY
    kept = re.fullmatch(r'="([^"]*)"', value)  # how CSV is made to keep leading zeros
    if kept:
        return Cell(kept[1], "text")
    if value.startswith("'") and value[1:].startswith(_FORMULA_START):
        return Cell(value[1:], "text")  # our own CSV writes it so
    if value.startswith("="):
        return Cell(value, "formula")
    if re.fullmatch(r"#(REF|N/A|VALUE|NAME|DIV/0|NUM|NULL)[!?]?", value):
        return Cell(value, "error")
    return Cell(value, "text")


# --- Both --------------------------------------------------------------------------


def _told(rows: Iterable[list[Cell]], likely: int, step: Step) -> Iterator[list[Cell]]:
    """The rows, each told; how many there will be is what the file says of itself."""
    for done, row in enumerate(rows):
        step(done, likely)
        yield row


def _take_rows(rows: Iterable[list[Cell]], max_rows: int) -> tuple[Row, ...] | Refusal:
    taken: list[Row] = []
    filled = 0
    for row in _until_long_blank(rows):
        taken.append(row)
        if row:
            filled = len(taken)
        if filled > max_rows:
            return Refusal("sheet_too_many_rows", {"limit": max_rows})
    return tuple(taken[:filled])


def _until_long_blank(rows: Iterable[list[Cell]]) -> Iterator[Row]:
    blank = 0
    for row in rows:
        while row and row[-1].kind == "empty":
            row.pop()
        blank = 0 if row else blank + 1
        if blank >= BLANK_ROWS_THAT_END_A_TABLE:
            return
        yield tuple(row)
