"""When a slip is tried again, what an address may be, and how lines fit on narrow paper. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from canteen.foundation.wording import Refusal
from canteen.settlement.printing.models import Connection

COLUMNS = {58: 32, 80: 48}
"""Latin letters in a line of font A at 203 dots an inch; a Chinese character takes two."""

TOO_OLD = timedelta(minutes=10)
"""Nobody waits longer for a slip; a printer switched on after lunch need not print the lunch."""

_PAUSES = (2, 5, 10, 20, 30)
"""Seconds before the second try, the third, and so on; the last from then on."""

LONGEST_PAUSE = timedelta(seconds=_PAUSES[-1])

_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")
_USB = re.compile(r"[0-9a-f]{4}:[0-9a-f]{4}")
_DEVICE = re.compile(r"/dev/(usb/)?lp[0-9]{1,2}")
_FILE = re.compile(r"[A-Za-z0-9_-]{1,40}\.bin")


def next_try(*, tries: int, asked_at: datetime, now: datetime) -> datetime | None:
    """When a slip that could not be sent is tried again; None when it is given up."""
    again = now + timedelta(seconds=_PAUSES[min(max(tries, 1), len(_PAUSES)) - 1])
    return None if again - asked_at > TOO_OLD else again


def is_due(next_try_at: datetime, now: datetime) -> bool:
    """Whether a slip's time has come. One further ahead than any pause was written by a clock
    that has been set back since."""
    return not now < next_try_at <= now + LONGEST_PAUSE


def checked_address(connection: Connection, typed: str) -> str | Refusal:
    """An address as it is kept. Codes: printer_address.

    A network printer's port is 9100 unless another is given; ports of other services
    (below 1024) are refused, and so is any file that is no printer.
    """
    text = typed.strip()
    match connection:
        case Connection.NETWORK:
            host, _colon, port = text.partition(":")
            number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0
            number = 9100 if not _colon else number
            if len(host) <= 80 and _HOST.fullmatch(host) and 1024 <= number <= 65535:
                return f"{host}:{number}"
        case Connection.USB:
            if _USB.fullmatch(text.lower()):
                return text.lower()
        case Connection.FILE:
            if _DEVICE.fullmatch(text) or _FILE.fullmatch(text):
                return text
    return Refusal("printer_address", {"value": text[:60]})


@dataclass(frozen=True)
class Line:
    """One line of a slip. `right` stands at the right edge; `rule` is a line of dashes."""

    left: str = ""
    right: str = ""
    big: bool = False
    bold: bool = False
    centre: bool = False
    rule: bool = False


@dataclass(frozen=True)
class Row:
    """A line as the printer gets it: text that fits, and how it is set."""

    text: str
    big: bool = False
    bold: bool = False
    centre: bool = False


def fitted(lines: Iterable[Line], *, paper_mm: int) -> Iterator[Row]:
    """Lines broken to the paper's width; a big one has half as many columns."""
    for line in lines:
        columns = COLUMNS[paper_mm] // (2 if line.big else 1)
        if line.rule:
            yield Row("-" * columns)
            continue
        for text in _broken(line, columns):
            yield Row(text, big=line.big, bold=line.bold, centre=line.centre)


def width(text: str) -> int:
    """Columns a text takes on paper."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _broken(line: Line, columns: int) -> Iterator[str]:
    *before, last = _wrapped(line.left, columns)
    yield from before
    if not line.right:
        yield last
        return
    gap = columns - width(last) - width(line.right)
    if gap >= 1:
        yield last + " " * gap + line.right
        return
    yield last
    for text in _wrapped(line.right, columns):
        yield " " * (columns - width(text)) + text


def _wrapped(text: str, columns: int) -> list[str]:
    """Cut where it is full: Chinese breaks anywhere, and a slip has no long Latin words."""
    rows, row = [], ""
    for letter in text:
        if width(row) + width(letter) > columns:
            rows.append(row)
            row = ""
        row += letter
    return [*rows, row]
