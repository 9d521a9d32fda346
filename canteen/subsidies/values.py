"""What a value of a document may be: each function makes it of what TOML gives.

ValueError, TypeError or ArithmeticError where it cannot be meant.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from canteen.subsidies.conditions import Place
from canteen.subsidies.policy import Words

MAX_YUAN = 100_000
MAX_NAME = 40
MAX_TEXT = 500
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def yuan_to_fen(raw: Any) -> int:
    """Yuan as TOML gives them (int, or Decimal) in fen; ValueError if they are not money."""
    return _hundredths(raw, MAX_YUAN)


def _hundredths(raw: Any, high: int) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        raise TypeError(raw)
    if isinstance(raw, Decimal) and raw.is_finite() and len(raw.as_tuple().digits) > 20:
        raise ValueError(raw)  # more digits than arithmetic keeps: it would round in silence
    scaled = Decimal(raw) * 100
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(raw)
    if not 0 <= scaled <= high * 100:
        raise ValueError(raw)
    return int(scaled)


def basis_points(raw: Any) -> int:
    """A percentage above 0, up to 100, in basis points."""
    points = _hundredths(raw, 100)
    if not points:
        raise ValueError(raw)
    return points


def text(raw: Any) -> str:
    """A text that is not empty, of letters a database keeps."""
    if not isinstance(raw, str) or not raw.strip() or len(raw) > MAX_TEXT:
        raise TypeError(raw)
    if any(unicodedata.category(letter) == "Cc" and letter not in "\n\t" for letter in raw):
        raise ValueError(raw)  # no database keeps a NUL, and nobody can read the others
    return raw


def words(raw: Any) -> Words:
    """A name in both languages."""
    if not isinstance(raw, dict) or set(raw) != {"zh", "en"}:
        raise TypeError(raw)
    if len(text(raw["zh"])) > MAX_NAME or len(text(raw["en"])) > 2 * MAX_NAME:
        raise ValueError(raw)
    return Words(raw["zh"], raw["en"])


def code(raw: Any) -> str:
    """What other keys call a thing by."""
    if not isinstance(raw, str) or not _CODE.fullmatch(raw):
        raise ValueError(raw)
    return raw


def place(raw: Any) -> Place:
    """``"广州市/增城区"`` as its steps."""
    steps = tuple(text(raw).split("/"))
    if any(step != step.strip() or not step for step in steps):
        raise ValueError(raw)
    return steps


def one_of(options: Collection[str]) -> Callable[[Any], str]:
    """One of these words."""

    def convert(raw: Any) -> str:
        if not isinstance(raw, str) or raw not in options:
            raise ValueError(raw)
        return raw

    return convert


def whole(low: int, high: int) -> Callable[[Any], int]:
    """A whole number from `low` to `high`, both included."""

    def convert(raw: Any) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or not low <= raw <= high:
            raise ValueError(raw)
        return raw

    return convert


def list_of(convert: Callable[[Any], Any], *, unique: bool = True) -> Callable[[Any], Any]:
    """A list that is not empty of what `convert` makes."""

    def read(raw: Any) -> tuple[Any, ...]:
        if not isinstance(raw, list) or not raw:
            raise TypeError(raw)
        items = tuple(convert(item) for item in raw)
        if unique and len(set(items)) != len(items):
            raise ValueError(raw)
        return items

    return read


def flag(raw: Any) -> bool:
    """True or false."""
    if not isinstance(raw, bool):
        raise TypeError(raw)
    return raw


def day(raw: Any) -> date:
    """A day, not an instant."""
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise TypeError(raw)
    return raw


def clock(raw: Any) -> time:
    """An hour of the day, to the minute."""
    if not isinstance(raw, time) or raw.second or raw.microsecond:
        raise ValueError(raw)
    return raw


def table(raw: Any) -> dict[str, Any]:
    """A table."""
    if not isinstance(raw, dict):
        raise TypeError(raw)
    return raw


def tables(raw: Any) -> list[dict[str, Any]]:
    """A list of tables that is not empty."""
    if not isinstance(raw, list) or not raw:
        raise TypeError(raw)
    return [table(item) for item in raw]
