"""What sheets of dishes and of ingredients have in common: how they are read and previewed."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from canteen.foundation.spreadsheets import (
    Header,
    Row,
    Step,
    Table,
    find_header,
    in_silence,
    read_table,
)
from canteen.foundation.wording import Refusal

MOST_SHOWN = 200
"""Rows of each kind that a preview shows; ten thousand are counted and not drawn."""
MOST_MERGED = 12
_BETWEEN = re.compile(r"[;；、,，/\n]+")


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """A row as it was understood: `number` is Excel's, `called` what the file calls it, `status`
    what taking it would do."""

    number: int
    called: str
    status: str
    problems: tuple[Refusal, ...] = ()


Kind = TypeVar("Kind", bound=SheetRow)


@dataclass(frozen=True, kw_only=True)
class SheetPreview(Generic[Kind]):
    """What taking a sheet would do. `unknown` are headings that mean nothing to us."""

    rows: tuple[Kind, ...]
    unknown: tuple[str, ...] = ()

    @property
    def problem_rows(self) -> tuple[Kind, ...]:
        """Rows that keep the sheet from being taken."""
        return tuple(row for row in self.rows if row.problems)

    def count(self, status: str) -> int:
        """How many rows would do this."""
        return sum(row.status == status for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class Shown(Generic[Kind]):
    """A preview as a page shows it: the figures count all rows, the lists are the first ones."""

    counts: Mapping[str, int]
    wrong: int
    wrong_rows: tuple[Kind, ...]
    changes: tuple[Kind, ...]
    merged: tuple[Kind, ...]
    unknown: tuple[str, ...] = ()

    def count(self, status: str) -> int:
        """How many rows would do this."""
        return self.counts.get(status, 0)

    @property
    def to_write(self) -> int:
        """How many rows would add or change something."""
        return self.count("new") + self.count("changed")


def shown(preview: SheetPreview[Kind]) -> Shown[Kind]:
    """What a page shows of a preview."""
    wrong = preview.problem_rows
    changes = (row for row in preview.rows if row.status in ("new", "changed"))
    merged = (row for row in preview.rows if row.status == "merged")
    return Shown(
        counts=dict(Counter(row.status for row in preview.rows)),
        wrong=len(wrong),
        wrong_rows=wrong[:MOST_SHOWN],
        changes=tuple(islice(changes, MOST_SHOWN)),
        merged=tuple(islice(merged, MOST_MERGED)),
        unknown=preview.unknown,
    )


@dataclass(frozen=True, kw_only=True)
class OpenSheet:
    """A sheet whose headings were found. `written` is how it writes them, by field."""

    header: Header
    rows: Sequence[Row]
    written: Mapping[str, str]

    def preview(
        self, read: Callable[[int, Row], Kind], *, step: Step = in_silence
    ) -> SheetPreview[Kind]:
        """Every row that is not empty, read with its number in Excel.

        `step` hears between rows which one is next, of how many; what it raises ends the reading.
        """
        rows = []
        for index in range(self.header.first_row, len(self.rows)):
            step(index, len(self.rows))
            row = self.rows[index]
            if any(cell.kind != "empty" for cell in row):
                rows.append(read(index + 1, row))
        return SheetPreview(rows=tuple(rows), unknown=self.header.unknown)

    def text(self, row: Row, field: str, problems: list[Refusal]) -> str:
        """What stands in a field of a row; what cannot be read is added to `problems`."""
        cell = self.header.cell(row, field)
        if cell.problem:
            problems.append(cell.problem)
            return ""
        return cell.text.strip()


def open_sheet(
    data: bytes,
    filename: str,
    headings: Mapping[str, Collection[str]],
    *,
    required: Collection[str],
) -> OpenSheet | Refusal:
    """A file whose headings are known. Codes: those of `read_table` and `find_header`."""
    table = read_table(data, filename)
    return table if isinstance(table, Refusal) else open_table(table, headings, required=required)


def open_table(
    table: Table, headings: Mapping[str, Collection[str]], *, required: Collection[str]
) -> OpenSheet | Refusal:
    """A table whose headings are known. Codes: those of `find_header`."""
    header = find_header(table.rows, headings, required=required)
    if isinstance(header, Refusal):
        return header
    written = {field: table.rows[header.row][n].text for field, n in header.columns.items()}
    return OpenSheet(header=header, rows=table.rows, written=written)


def why_not_taken(preview: SheetPreview[Any]) -> Refusal | None:
    """A sheet is taken whole or not at all. Codes: import_problems, import_empty."""
    if preview.problem_rows:
        count = sum(len(row.problems) for row in preview.problem_rows)
        return Refusal("import_problems", {"count": count})
    return None if preview.rows else Refusal("import_empty", {})


def parts_of(text: str) -> list[str]:
    """The words of a cell that holds several."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]
