"""What a job says while it works, and how it hears that it should stop."""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import OperationalError

from canteen.foundation.database import db
from canteen.foundation.jobs import records

_log = logging.getLogger(__name__)

SECONDS_BETWEEN = 0.5
"""A person sees no more than this, and a loop of a million steps must not pay for more."""


class JobCancelled(Exception):
    """Somebody asked the job to stop. Let it pass: nothing after the last commit is kept."""


class WorkerStopping(JobCancelled):
    """The worker is being ended with the server: to the job it is the same."""


def never() -> bool:
    """Nobody ends this process."""
    return False


class Progress:
    """One job's line to the person who waits.

    `now` is the clock, read once at the job's start; rules and actions that the job calls
    get it from here.
    """

    def __init__(
        self, job_id: int, *, now: datetime, is_ending: Callable[[], bool] = never
    ) -> None:
        self.job_id = job_id
        self.now = now
        self.done = 0
        self.total = 0
        self._is_ending = is_ending
        self._next = float("-inf")

    def say(self, done: int, total: int, note: Mapping[str, Any] | None = None) -> None:
        """`done` of `total` steps. Cheap: call it at every step, between transactions.

        `note` is JSON for the kind's own words: how good what it has is, not only how far.

        At most twice a second it writes, in a short transaction on a connection of its own,
        and raises JobCancelled when the person asked to stop, or WorkerStopping. Called
        inside ``transaction()`` it is an AssertionError: on SQLite it would wait for itself.
        More done than was thought at first (rows that came meanwhile) is all done.
        """
        assert done >= 0, done
        assert not db.session().info.get("canteen_writing"), "say it between transactions"
        self.done, self.total = done, max(done, total)
        if time.monotonic() < self._next:
            return
        if self._is_ending():
            raise WorkerStopping
        wanted = self._write(note)
        self._next = time.monotonic() + SECONDS_BETWEEN
        if not wanted:
            raise JobCancelled

    def _write(self, note: Mapping[str, Any] | None) -> bool:
        """A bar that stands still for a moment is better than a job that fails for its bar."""
        try:
            return records.still_wanted(
                self.job_id, done=self.done, total=self.total, now=datetime.now(UTC), note=note
            )
        except OperationalError:
            _log.warning("job %s: its progress could not be written", self.job_id)
            return True
