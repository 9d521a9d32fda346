"""One cell of a table: what it holds, and what Excel says it is."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

from canteen.foundation.wording import Refusal

EXACT_NUMBER_LIMIT = 10**15
"""Excel keeps 15 digits of a number; the rest of an 18-digit ID number is gone."""

Kind = Literal["text", "number", "date", "bool", "formula", "error", "empty"]

_ROUNDED = re.compile(r"^\d(\.\d+)?E\+(1[5-9]|[2-9]\d)$", re.IGNORECASE)


@dataclass(frozen=True)
class Cell:
    """One cell: what it holds and what Excel says it is.

    `value` is a stripped str for text, formula and error; int, float or Decimal for
    number; date or datetime for date; bool; None for empty.
    """

    value: Any
    kind: Kind

    @property
    def text(self) -> str:
        """What a person sees in the cell: ``13812345678`` and never ``13812345678.0``."""
        if self.kind == "empty":
            return ""
        if self.kind == "bool":
            return "TRUE" if self.value else "FALSE"
        if self.kind == "number":
            return _number_text(self.value)
        if self.kind == "date":
            return str(self.value.isoformat(" ") if has_time(self.value) else self.value)
        return str(self.value)

    @property
    def lost_digits(self) -> bool:
        """Whether Excel has rounded a long number, so that its last digits are gone."""
        if self.kind == "number":
            return bool(abs(self.value) >= EXACT_NUMBER_LIMIT)
        return self.kind == "text" and bool(_ROUNDED.match(self.value))

    @property
    def problem(self) -> Refusal | None:
        """Why this cell cannot be taken as it stands: a formula, an error, lost digits."""
        if self.kind == "formula":
            return Refusal("cell_formula", {"value": self.text[:40]})
        if self.kind == "error":
            return Refusal("cell_error", {"value": self.text[:40]})
        if self.lost_digits:
            return Refusal("cell_lost_digits", {})
        return None


EMPTY = Cell(None, "empty")
Row = tuple[Cell, ...]


def has_time(value: date) -> bool:
    """Whether a day comes with an hour."""
    return isinstance(value, datetime) and value.time() != time(0)


def _number_text(value: int | float | Decimal) -> str:
    if value == int(value):
        return str(int(value))
    return format(Decimal(repr(value)) if isinstance(value, float) else value, "f")
