"""Lines as ESC/POS, and the way to a printer, by the library `python-escpos` (an extra).

Only what the library calls a connection and its commands are used. Chinese goes out as
GB18030 in the printer's Chinese mode, which the library's own code pages do not know.
"""

import contextlib
import time
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from canteen.settlement.printing.models import Connection, Printer
from canteen.settlement.printing.rules import Line, fitted

SECONDS = 3.0
"""Patience with a printer; a dead one must not keep the others waiting."""

_NONE = 0
"""No paper, as `paper_status` of the library says it."""
_PAPER = b"\x10\x04\x04"
"""DLE EOT 4: how is the paper? Answered at once, whatever is being printed."""
_CHINESE_MODE = b"\x1c&"
_BEFORE_CUT_ROWS = 1


class Silence:
    """Which printers say nothing of their paper. Waiting for each slip's answer in vain would cost
    a line of diners three seconds a tray; after a minute they are asked again."""

    LASTS = 60.0

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def is_known(self, address: str) -> bool:
        """Whether a printer said nothing a moment ago."""
        return time.monotonic() < self._until.get(address, 0.0)

    def note(self, address: str) -> None:
        """A printer was asked and did not answer."""
        self._until[address] = time.monotonic() + self.LASTS


class NotSent(Exception):
    """Nothing reached the printer. `trouble` is a code of ``wording.TROUBLES``."""

    def __init__(self, trouble: str) -> None:
        super().__init__(trouble)
        self.trouble = trouble


class BrokeOff(Exception):
    """The connection was lost after it began: perhaps printed, perhaps not."""


def is_installed() -> bool:
    """Whether the extra `escpos` is here. It is not imported: it would set up logging anew."""
    try:
        return find_spec("escpos") is not None
    except ValueError:
        return False


def encoded(lines: Iterable[Line], *, paper_mm: int) -> bytes:
    """A slip as the printer gets it, cut at the end. Raises NotSent without the library."""
    paper = _library().Dummy()
    paper.hw("INIT")
    paper._raw(_CHINESE_MODE)
    for row in fitted(lines, paper_mm=paper_mm):
        paper.set(
            align="center" if row.centre else "left",
            bold=row.bold,
            custom_size=True,
            width=2 if row.big else 1,
            height=2 if row.big else 1,
        )
        paper._raw(row.text.encode("gb18030", errors="replace") + b"\n")
    paper.set(custom_size=True, width=1, height=1)
    paper.ln(_BEFORE_CUT_ROWS)
    paper.cut()
    return bytes(paper.output)


def send(printer: Printer, content: bytes, *, folder: Path, silence: Silence) -> None:
    """Send a slip. `folder` is where a printer that is a file lies.

    Raises NotSent when nothing was sent, BrokeOff when it is not known.
    """
    way = _way(printer, folder)
    try:
        way.open()
    except Exception as error:  # the library wraps some, USB raises its own
        raise NotSent("unreachable") from error
    try:
        tells = printer.connection != Connection.FILE and not silence.is_known(printer.address)
        paper = _paper(way) if tells else None
        if tells and paper is None:
            silence.note(printer.address)
        if paper == _NONE:
            raise NotSent("paper")
        try:
            way._raw(content)
            if printer.connection == Connection.NETWORK and paper is not None:
                _still_there(way)
        except Exception as error:
            raise BrokeOff from error
    finally:
        with contextlib.suppress(Exception):
            way.close()


def _paper(way: Any) -> int | None:
    """What the printer says of its paper; many say nothing (None), and then it is tried."""
    try:
        return int(way.paper_status())
    except Exception:
        return None


def _still_there(way: Any) -> None:
    """A slip that was handed to the network may never reach a printer that is gone: one that told
    of its paper before is asked once more. Too busy printing to answer, it is believed."""
    with contextlib.suppress(TimeoutError):
        if not way.query_status(_PAPER):
            raise BrokeOff


def _way(printer: Printer, folder: Path) -> Any:
    library = _library()
    match printer.connection:
        case Connection.NETWORK:
            host, _colon, port = printer.address.rpartition(":")
            return library.Network(host, port=int(port), timeout=SECONDS)
        case Connection.USB:
            vendor, product = (int(part, 16) for part in printer.address.split(":"))
            return library.Usb(vendor, product, timeout=int(SECONDS * 1000))
    if printer.address.startswith("/dev/"):
        return library.File(printer.address)
    return _SlipFile(folder / printer.address)


class _SlipFile:
    """Slips one after the other in a file, for trials without a printer."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)

    def _raw(self, content: bytes) -> None:
        with self._path.open("ab") as file:
            file.write(content)

    def close(self) -> None:
        """Nothing is held open."""


def _library() -> Any:
    try:
        from escpos import printer
    except ImportError as error:
        raise NotSent("library") from error
    return printer
