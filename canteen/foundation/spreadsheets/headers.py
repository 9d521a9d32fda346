"""The heading row of an uploaded table: which column holds which field."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from canteen.foundation.spreadsheets.reading import EMPTY, Cell, Row
from canteen.foundation.wording import Refusal

ROWS_SEARCHED = 10
"""Sheets from offices carry a merged title and a line of notes above the headings."""


@dataclass(frozen=True)
class Header:
    """Where the headings stand: `row` counts from 0, `columns` maps field to column.

    `unknown` holds headings that mean nothing to us, as they are written.
    """

    row: int
    columns: Mapping[str, int]
    unknown: tuple[str, ...] = ()

    @property
    def first_row(self) -> int:
        """Index of the first row below the headings."""
        return self.row + 1

    def cell(self, row: Row, field: str) -> Cell:
        """The cell of `field` in `row`; EMPTY for a missing column or a short row."""
        column = self.columns.get(field)
        return EMPTY if column is None or column >= len(row) else row[column]


def find_header(
    rows: Sequence[Row],
    wanted: Mapping[str, Collection[str]],
    *,
    required: Collection[str] = (),
) -> Header | Refusal:
    """Find the row of the first ten that names most fields.

    `wanted` maps a field to every heading it may stand under, the usual one first.
    Spaces, stars, brackets with notes and width do not matter: ``姓 名*（必填）`` is ``姓名``.
    Refuses with sheet_no_header, sheet_header_twice (one field under two headings) or
    sheet_columns_missing (a `required` field has no column).
    """
    meanings = {plain_heading(w): field for field, words in wanted.items() for w in words}
    candidates = [(i, _match(row, meanings)) for i, row in enumerate(rows[:ROWS_SEARCHED])]
    row, pairs = max(
        candidates, key=lambda one: len({field for field, _ in one[1]}), default=(0, [])
    )
    if not pairs:
        return Refusal("sheet_no_header", {"columns": _usual(wanted, required or wanted)})
    columns: dict[str, int] = {}
    for field, column in pairs:
        if field in columns:
            return Refusal("sheet_header_twice", {"heading": rows[row][column].text[:20]})
        columns[field] = column
    missing = [field for field in required if field not in columns]
    if missing:
        return Refusal("sheet_columns_missing", {"columns": _usual(wanted, missing)})
    unknown = tuple(
        cell.text
        for column, cell in enumerate(rows[row])
        if cell.kind != "empty" and column not in columns.values()
    )
    return Header(row, columns, unknown)


def plain_heading(text: str) -> str:
    """A heading without spaces, stars, colons, notes in brackets, width and case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"[(\[【].*?[)\]】]", "", plain)
    return re.sub(r"[\s*:#_\-]+", "", plain)


def _match(row: Row, meanings: Mapping[str, str]) -> list[tuple[str, int]]:
    headings = ((plain_heading(cell.text), column) for column, cell in enumerate(row))
    return [(meanings[word], column) for word, column in headings if word in meanings]


def _usual(wanted: Mapping[str, Collection[str]], fields: Collection[str]) -> str:
    return "、".join(next(iter(wanted[field])) for field in fields)
