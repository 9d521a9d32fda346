"""A claim as a workbook: a cover to sign, its totals, its lines on as many sheets as needed.

The same claim makes the same bytes: nothing in the file tells when or where it was made.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from canteen.claims.capitals import in_capitals
from canteen.claims.rules import Total, Totals
from canteen.claims.wording import HEADINGS
from canteen.foundation.spreadsheets.writing import Fen, excel_cell, heading_cell

Both = tuple[str, str]

LINES_A_SHEET = 1_000_000
"""Excel ends at 1,048,576 rows."""

_A4 = 9
_COVER_WIDTHS = (30, 20, 12, 18)
_LINE_WIDTHS = (8, 12, 14, 20, 12, 24, 44, 22, 12, 24, 38, 24)
_TITLE: Both = ("助餐补贴结算申报表", "Meal subsidy claim")


@dataclass(frozen=True)
class Cover:
    """What stands on the first sheet."""

    number: str
    funder: Both
    sites: tuple[Both, ...]
    first_day: date
    last_day: date
    closed_at: datetime
    totals: Totals


def write(path: Path, cover: Cover, rows: Iterator[list[Any]]) -> None:
    """Write the workbook to `path`; `rows` are taken one at a time."""
    book = Workbook(write_only=True)
    try:
        _write_cover(book, cover)
        _write_totals(book, cover.totals)
        _write_lines(book, rows)
    except BaseException:
        _give_up(book)
        raise
    stamp = cover.closed_at.replace(tzinfo=None, microsecond=0)
    book.properties.created = book.properties.modified = stamp
    book.properties.creator = "canteen"
    with _SteadyZip(path, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        ExcelWriter(book, archive).write_data()


def _give_up(book: Workbook) -> None:
    """Remove what openpyxl wrote beside: it would lie there until the process ends."""
    for page in book.worksheets:
        if not page.closed:
            page.close()
        page._writer.cleanup()


def _write_cover(book: Workbook, cover: Cover) -> None:
    page = _page(book, "封面 Cover", _COVER_WIDTHS, landscape=False)
    totals = cover.totals
    title = excel_cell(page, f"{_TITLE[0]}  {_TITLE[1]}")
    title.font, title.alignment = Font(bold=True, size=16), Alignment(horizontal="center")
    page.merged_cells.add("A1:D1")
    page.append([title])
    page.append([])
    for heading, value in (
        ("编号 No.", cover.number),
        ("出资方 Funder", _both(cover.funder)),
        ("所属期 Period", f"{cover.first_day:%Y-%m-%d} — {cover.last_day:%Y-%m-%d}"),
        ("食堂 Canteens", "；".join(map(_both, cover.sites))),
        ("笔数 Lines", totals.lines),
        ("合计（元）Total (yuan)", Fen(totals.total_fen)),
        ("人民币（大写）In words", in_capitals(totals.total_fen)),
    ):
        _fact(page, heading, value)
    _fact(page, "其中以前漏报 Carried over", Fen(totals.carried.total_fen), totals.carried.lines)
    _fact(page, "其中更正 Corrections", Fen(totals.corrections.total_fen), totals.corrections.lines)
    _table(page, ("按规则", "By rule"), totals.by_rule)
    _table(page, ("按食堂", "By canteen"), totals.by_site)
    _signatures(page)


def _fact(page: Any, heading: str, value: Any, lines: int | None = None) -> None:
    head, cell = excel_cell(page, heading), excel_cell(page, value)
    head.font = Font(bold=True)
    if not hasattr(cell, "alignment"):
        cell = _plain(page, cell)
    cell.alignment = Alignment(horizontal="left", wrap_text=True)
    page.append([head, cell, None, None if lines is None else f"{lines} 笔 lines"])


def _table(page: Any, heading: Both, totals: Sequence[Total]) -> None:
    page.append([])
    page.append(
        [
            heading_cell(page, f"{heading[0]} {heading[1]}"),
            heading_cell(page, "代号 code"),
            heading_cell(page, "笔数 lines"),
            heading_cell(page, "金额（元）yuan"),
        ]
    )
    for total in totals:
        name = excel_cell(page, _both(total.name))
        name.alignment = Alignment(wrap_text=True)
        key = excel_cell(page, total.key)
        page.append([name, key, total.lines, excel_cell(page, Fen(total.total_fen))])


def _signatures(page: Any) -> None:
    """Places for the names, the day and the seal."""
    page.append([])
    for heading in (
        "制表 Prepared by",
        "审核 Checked by",
        "负责人 Approved by",
        "日期 Date",
        "盖章 Seal",
    ):
        page.append([])
        head, line = excel_cell(page, heading), _plain(page, "")
        head.font = Font(bold=True)
        line.border = Border(bottom=Side(style="thin"))
        page.append([head, line])


def _write_totals(book: Workbook, totals: Totals) -> None:
    page = _page(book, "合计 Totals", _COVER_WIDTHS, landscape=False)
    _table(page, ("按规则", "By rule"), totals.by_rule)
    _table(page, ("按食堂", "By canteen"), totals.by_site)
    _table(page, ("按类别", "By kind"), totals.by_kind)
    _table(page, ("其中", "Of these"), (totals.carried, totals.corrections))
    page.append([])
    head = excel_cell(page, "合计 Total")
    head.font = Font(bold=True)
    page.append([head, None, totals.lines, excel_cell(page, Fen(totals.total_fen))])


def _write_lines(book: Workbook, rows: Iterator[list[Any]]) -> None:
    number = 0
    while True:
        first = next(rows, None)
        if first is None and number:
            return
        number += 1
        name = "明细 Lines" if number == 1 else f"明细 Lines {number}"
        page = _page(book, name, _LINE_WIDTHS, landscape=True)
        page.freeze_panes = "A2"
        page.print_title_rows = "1:1"
        page.append([heading_cell(page, f"{zh} {en}") for zh, en in HEADINGS])
        if first is not None:
            cells = _Cells(page)
            for row in chain((first,), islice(rows, LINES_A_SHEET - 1)):
                page.append(cells.row(row))
        page.close()  # else its place on the disk is kept open until the end


class _Cells:
    """Makes the cells of one sheet; dates and amounts come again and again and are made once.

    Only cells with a format may be used again: openpyxl writes its next value into the last
    one that has none.
    """

    def __init__(self, page: Any) -> None:
        self._page = page
        self._known: dict[Any, Any] = {}

    def row(self, values: Iterable[Any]) -> list[Any]:
        """Values as cells: plain ones as they are, the rest as `excel_cell` has them."""
        return [self._cell(value) for value in values]

    def _cell(self, value: Any) -> Any:
        if type(value) is int:
            return value
        if isinstance(value, str):
            return value or None if _is_plain(value) else excel_cell(self._page, value)
        cell = self._known.get(value)
        if cell is None:
            cell = excel_cell(self._page, value)
            if cell.has_style and len(self._known) < 20_000:
                self._known[value] = cell
        return cell


def _is_plain(text: str) -> bool:
    """Whether openpyxl keeps a text as it is: no formula, no error, nothing XML cannot hold."""
    return not text.startswith(("=", "#")) and not ILLEGAL_CHARACTERS_RE.search(text)


def _page(book: Workbook, name: str, widths: Sequence[int], *, landscape: bool) -> Any:
    page = book.create_sheet(name)
    for column, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.page_setup.paperSize = _A4
    page.page_setup.orientation = "landscape" if landscape else "portrait"
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_setup.fitToHeight = 0
    return page


def _plain(page: Any, value: Any) -> Any:
    """A cell that can be given a look, whatever it holds."""
    return WriteOnlyCell(page, value)


def _both(name: Both) -> str:
    zh, en = name
    return zh if zh == en else f"{zh} / {en}"


class _SteadyZip(ZipFile):
    """A zip without the hour: every part is of the first day a zip can name."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_args: Any, **_kwargs: Any) -> None:
        super().writestr(_part(zinfo_or_arcname), data)

    def write(self, filename: Any, arcname: Any = None, *_args: Any, **_kwargs: Any) -> None:
        part = _part(arcname)
        part.file_size = os.path.getsize(filename)
        with open(filename, "rb") as source, self.open(part, "w") as target:
            shutil.copyfileobj(source, target, 1 << 20)


def _part(name: Any) -> ZipInfo:
    part = ZipInfo(str(name), date_time=(1980, 1, 1, 0, 0, 0))
    part.compress_type = ZIP_DEFLATED
    part.external_attr = 0o600 << 16
    return part
