"""What was read of a printed menu, and a workbook to read one from."""

import io
from collections.abc import Sequence

from openpyxl import Workbook

from canteen.menus.printed import (
    PrintedMenu,
)


def facts(menu: PrintedMenu) -> list[tuple[object, str, str, str]]:
    return [(one.day, one.period, one.slot_word, one.dish) for one in menu.entries]


def problems(menu: PrintedMenu) -> list[tuple[str, object]]:
    return [(one.code, one.facts.get("row")) for one in menu.problems]


def workbook(rows: Sequence[Sequence[object]], merged: Sequence[str] = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
