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

    `unknown` holds headings that mean nothing to us, as they are written; `depth` is how many
    rows the headings take.
    """

    row: int
    columns: Mapping[str, int]
    unknown: tuple[str, ...] = ()
    depth: int = 1

    @property
    def first_row(self) -> int:
        """Index of the first row below the headings."""
        return self.row + self.depth

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
    """Find the row of the first ten that names most fields, or the two that do together.

    Where cells are merged (住址 above 社区, 小区 and 楼栋; 姓名 down two rows) headings take two
    rows: what the upper one names has nothing below it in the lower one, unlike a person.

    `wanted` maps a field to every heading it may stand under, the usual one first.
    Spaces, stars, brackets with notes and width do not matter: ``姓 名*（必填）`` is ``姓名``.
    Refuses with sheet_no_header, sheet_header_twice (one field under two headings) or
    sheet_columns_missing (a `required` field has no column).
    """
    meanings = {plain_heading(w): field for field, words in wanted.items() for w in words}
    first, depth, named = _best(rows[:ROWS_SEARCHED], meanings)
    if not named:
        return Refusal("sheet_no_header", {"columns": _usual(wanted, required or wanted)})
    columns: dict[str, int] = {}
    for field, column, heading in named:
        if field in columns:
            return Refusal("sheet_header_twice", {"heading": heading[:20]})
        columns[field] = column
    missing = [field for field in required if field not in columns]
    if missing:
        return Refusal("sheet_columns_missing", {"columns": _usual(wanted, missing)})
    unknown = tuple(
        cell.text
        for row in rows[first : first + depth]
        for column, cell in enumerate(row)
        if cell.kind != "empty" and column not in columns.values()
    )
    return Header(first, columns, unknown, depth)


def plain_heading(text: str) -> str:
    """A heading without spaces, stars, colons, notes in brackets, width and case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"[(\[【].*?[)\]】]", "", plain)
    return re.sub(r"[\s*:#_\-]+", "", plain)


_Named = list[tuple[str, int, str]]
"""Field, column and heading as it is written."""


def _best(rows: Sequence[Row], meanings: Mapping[str, str]) -> tuple[int, int, _Named]:
    """Where the headings begin, how many rows they take, and what they name."""
    found = [_match(row, meanings) for row in rows]
    spans = [(at, 1, named) for at, named in enumerate(found)]
    spans += [
        (at, 2, [*found[at], *found[at + 1]])
        for at in range(len(rows) - 1)
        if _one_heading(found[at], found[at + 1], rows[at + 1])
    ]
    return max(spans, key=lambda one: len(_fields(one[2])), default=(0, 1, []))


def _one_heading(upper: _Named, lower: _Named, lower_row: Row) -> bool:
    """Whether two rows are one heading, parted by merged cells."""
    if not upper or not lower or _fields(upper) & _fields(lower):
        return False
    return all(
        column >= len(lower_row) or lower_row[column].kind == "empty" for _, column, _ in upper
    )


def _fields(named: _Named) -> set[str]:
    return {field for field, _, _ in named}


def _match(row: Row, meanings: Mapping[str, str]) -> _Named:
    headings = ((plain_heading(cell.text), column, cell.text) for column, cell in enumerate(row))
    return [(meanings[word], column, text) for word, column, text in headings if word in meanings]


def _usual(wanted: Mapping[str, Collection[str]], fields: Collection[str]) -> str:
    return "、".join(next(iter(wanted[field])) for field in fields)
