"""The wall clock of this process, off by what a file says, as soon as the file says it.

`time.time`, `datetime.now` and all the rest of Python move; `time.monotonic` goes on, as it does
when somebody sets the clock of a machine. PostgreSQL's and SQLite's own clocks do not move.
"""

import contextlib
import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine


class _Clock:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._off = 0.0
        self._travel: Any = None

    def look(self) -> None:
        """Be off by what the file says now; a file that is just being written says nothing."""
        with contextlib.suppress(OSError, ValueError):
            off = float(self._path.read_text())
            if off == self._off:
                return
            if self._travel is not None:
                self._travel.stop()
            self._travel = time_machine.travel(datetime.now(UTC) + timedelta(seconds=off))
            self._travel.start()
            self._off = off

    def keep_looking(self) -> None:
        threading.Thread(target=self._look_again, daemon=True).start()

    def _look_again(self) -> None:
        while True:
            time.sleep(0.02)
            self.look()


def follow(path: str) -> None:
    """Look now, and again all the time, in this process and in those it forks."""
    clock = _Clock(Path(path))
    clock.look()
    clock.keep_looking()
    os.register_at_fork(after_in_child=clock.keep_looking)
