"""What a clerk's hands do besides trays: close a shift and open the next, fetch change, undo.

Each errand is done until somebody answers, by the same form with the same id, as a person does
who presses again. What was answered must be in the books afterwards: each once.
"""

import random
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import create_engine, select

from canteen.config import settings
from canteen.ledger.models import Transfer, TransferKind
from canteen.ledger.shifts.models import Shift
from tests.faults.counter import MEALS, Counter

PAUSE = 0.05
FLOAT_FEN, COUNTED_FEN, MOVED_FEN = 100_00, 123_45, 2_00


@dataclass
class Errands:
    """What somebody was told is done."""

    closed: list[int] = field(default_factory=list)
    """Shifts, each counted to `COUNTED_FEN`."""
    moved: list[UUID] = field(default_factory=list)
    """Change fetched, by the id of its form."""
    undone: list[UUID] = field(default_factory=list)


class Hands(threading.Thread):
    """The hands of one counter's clerk, on a second page of the same browser."""

    def __init__(self, counter: Counter, *, device_id: int, seed: int) -> None:
        super().__init__(daemon=True)
        self.done = Errands()
        self.mistake: BaseException | None = None
        self._counter, self._device_id = counter, device_id
        self._line = counter.line.another()
        self._dice = random.Random(seed)
        self._over = threading.Event()
        self._shift: int | None = None

    def run(self) -> None:
        """Errand after errand; what goes wrong here fails the test."""
        try:
            while not self._over.is_set():
                self._dice.choice((self._undo, self._undo, self._next_shift, self._fetch_change))()
                time.sleep(PAUSE)
        except BaseException as error:
            self.mistake = error

    def end(self) -> None:
        """Bring the errand that was begun to its end, and begin no more."""
        self._over.set()
        self.join(timeout=120)
        assert not self.is_alive(), "an errand got no answer"
        if self.mistake is not None:
            raise self.mistake

    def _next_shift(self) -> None:
        if self._shift is not None:
            counted = {"total_fen": "123.45", "reason": "试"}
            self._press(f"/shifts/{self._shift}/closing", counted)
            self.done.closed.append(self._shift)
        form = {"request_id": str(uuid4()), "device_id": self._device_id, "total_fen": "100"}
        self._shift = int(self._press("/shifts/new", form).rpartition("/")[2])

    def _fetch_change(self) -> None:
        if self._shift is None:
            return
        request = uuid4()
        form = {"request_id": str(request), "way": "in", "amount_fen": "2", "reason": "换零钱"}
        self._press(f"/shifts/{self._shift}/cash", form)
        self.done.moved.append(request)

    def _undo(self) -> None:
        """Undo a tray of a moment ago; where it is too late for that, it stands."""
        known = [one for one, told in self._counter.desk.told.copy().items() if not told.alone]
        left = [one for one in known[-3:] if one not in self.done.undone]
        if not left:
            return
        meal_id = self._dice.choice(left)
        while True:
            status, _answer = self._line.post(f"{MEALS}/{meal_id}/reversal", {})
            if status == 200:
                self.done.undone.append(meal_id)
            if status in (200, 409):
                return
            assert status == 0, status
            time.sleep(0.1)

    def _press(self, path: str, form: dict[str, Any]) -> str:
        """Send a form until it is answered; the address that it leads to."""
        while True:
            status, address = self._line.form(path, urllib.parse.urlencode(form))
            if status == 302 and "/sign-in" not in address:
                return address
            assert status == 0, (path, status, address)
            time.sleep(0.1)


def missing_errands(url: str, hands: list[Hands]) -> list[str]:
    """Errands that somebody was told are done and that are not in the books, or twice."""
    shifts, moved = _read(url)
    wrong = []
    for each in hands:
        for shift_id in each.done.closed:
            shift = shifts[shift_id]
            if shift.closed_at is None or shift.counted_fen != COUNTED_FEN:
                wrong.append(f"shift {shift_id} is open or was counted otherwise")
        wrong += [f"change {one} is not there" for one in each.done.moved if one not in moved]
    told = sum(len(each.done.moved) for each in hands)
    if len(moved) != told:
        wrong.append(f"change was fetched {told} times and booked {len(moved)} times")
    return wrong


def _read(url: str) -> tuple[dict[int, Any], list[UUID]]:
    engine = create_engine(settings(SQLALCHEMY_DATABASE_URI=url)["SQLALCHEMY_DATABASE_URI"])
    try:
        with engine.connect() as connection:
            shifts = {row.id: row for row in connection.execute(select(Shift.__table__))}
            moved = select(Transfer.__table__.c.request_id).where(
                Transfer.__table__.c.kind == TransferKind.CASH_IN
            )
            return shifts, list(connection.scalars(moved))
    finally:
        engine.dispose()
