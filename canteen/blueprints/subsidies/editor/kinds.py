"""One value of the document as text in a field, and back.

What cannot be read is kept as the text it is: the engine's checks then say what would be
right, and the field shows it again.
"""

import re
import tomllib
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any

from canteen.foundation.money import parse_yuan, spoken_yuan
from canteen.subsidies.tree import write_tree

MISSING: Any = object()
"""Nothing stands there, or nothing shall."""
MOST_LETTERS = 2000

_SEPARATORS = re.compile(r"[,，、;；\s]+")
_WIDE = str.maketrans("０１２３４５６７８９．：", "0123456789.:")

Shown = list[str]


def show(kind: str, value: Any) -> Shown:
    """The texts of a field: one, or several for fields that take several."""
    if value is MISSING or value is None:
        return []
    return _SHOW.get(kind, _one)(value)


def read(kind: str, texts: list[str]) -> Any:
    """The value that was typed; MISSING where that means to leave the key out."""
    typed = [text.strip()[:MOST_LETTERS] for text in texts if text.strip()]
    if kind in _EMPTY and not typed:
        return _EMPTY[kind]
    if not typed:
        return MISSING
    return _READ.get(kind, lambda given: given[0])(typed)


def _one(value: Any) -> Shown:
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, Decimal):
        return [format(value, "f") if value.is_finite() else str(value)]
    if isinstance(value, date):
        return [value.isoformat()]
    if isinstance(value, dict | list):
        return [_literal(value)]
    return [str(value)]


def _clock(value: Any) -> Shown:
    return [f"{value:%H:%M}"] if isinstance(value, time) and not value.second else _one(value)


def _many(value: Any) -> Shown:
    if not isinstance(value, list):
        return _one(value)
    return [text for item in value for text in _one(item)]


def _row(value: Any) -> Shown:
    return ["、".join(_many(value))]


def _age_to(value: Any) -> Shown:
    """The document says below which age; people say up to which."""
    return [str(value - 1)] if isinstance(value, int) else _one(value)


def _literal(value: Any) -> str:
    return write_tree({"x": value}).removeprefix("x = ").strip()


_SHOW: dict[str, Callable[[Any], Shown]] = {
    "time": _clock,
    "choices": _many,
    "ordered": _many,
    "codes": _row,
    "wholes": _row,
    "yuans": _row,
    "days": _row,
    "places": _many,
    "age_to": _age_to,
    "limit": lambda value: [] if value == "none" else _one(value),
    "any_price": lambda value: [] if value == "any" else _one(value),
    "until": lambda value: [] if value == "open" else _one(value),
    "weekdays": _many,
    "toml": lambda value: [_literal(value)],
}

_EMPTY: dict[str, Any] = {"limit": "none", "any_price": "any", "until": "open"}
"""Fields that say something by being empty."""


def _yuan(text: str) -> Any:
    try:
        fen = parse_yuan(text)
    except ValueError:
        return text
    return fen // 100 if fen % 100 == 0 else Decimal(spoken_yuan(fen))


def _percent(text: str) -> Any:
    return _yuan(text.rstrip("%％ ")) if re.search(r"\d", text) else text


def _whole(text: str) -> Any:
    plain = text.translate(_WIDE)
    return int(plain) if re.fullmatch(r"-?\d{1,9}", plain) else text


def _below(text: str) -> Any:
    number = _whole(text)
    return number + 1 if isinstance(number, int) else number


def _day(text: str) -> Any:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _time(text: str) -> Any:
    try:
        return time.fromisoformat(text.translate(_WIDE))
    except ValueError:
        return text


def _flag(text: str) -> Any:
    return {"true": True, "false": False}.get(text, text)


def _split(typed: list[str]) -> list[str]:
    return [piece for text in typed for piece in _SEPARATORS.split(text) if piece]


def _split_lines(typed: list[str]) -> list[str]:
    lines = [line.strip() for text in typed for line in re.split(r"[\n,，、;；]", text)]
    return [line for line in lines if line]


def _toml(typed: list[str]) -> Any:
    try:
        return tomllib.loads(f"x = {typed[0]}", parse_float=Decimal)["x"]
    except (tomllib.TOMLDecodeError, RecursionError, KeyError):
        return typed[0]


_READ: dict[str, Callable[[list[str]], Any]] = {
    "yuan": lambda typed: _yuan(typed[0]),
    "limit": lambda typed: _yuan(typed[0]),
    "any_price": lambda typed: _yuan(typed[0]),
    "percent": lambda typed: _percent(typed[0]),
    "whole": lambda typed: _whole(typed[0]),
    "age_to": lambda typed: _below(typed[0]),
    "day": lambda typed: _day(typed[0]),
    "until": lambda typed: _day(typed[0]),
    "time": lambda typed: _time(typed[0]),
    "flag": lambda typed: _flag(typed[0]),
    "choices": lambda typed: list(dict.fromkeys(typed)),
    "ordered": lambda typed: list(dict.fromkeys(typed)),
    "codes": _split,
    "places": _split_lines,
    "wholes": lambda typed: [_whole(text) for text in _split(typed)],
    "weekdays": lambda typed: [_whole(text) for text in dict.fromkeys(typed)],
    "yuans": lambda typed: [_yuan(text) for text in _split(typed)],
    "days": lambda typed: [_day(text) for text in _split(typed)],
    "stage": lambda typed: _whole(typed[0]),
    "toml": _toml,
}
