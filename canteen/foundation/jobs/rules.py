"""How a job stands, from what is remembered of it and the clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from canteen.foundation.jobs.models import JobState

LOST_AFTER = timedelta(seconds=60)
"""A running job gives a sign of life every few seconds; silent for this long, it is lost."""

UNATTENDED_AFTER = timedelta(seconds=20)
"""An idle worker looks for waiting work every few seconds."""

WORKER_LOST = "worker_lost"
"""The problem of a job whose worker ended before it did."""


class Standing(StrEnum):
    """What a person needs to know."""

    WAITING = "waiting"
    UNATTENDED = "unattended"
    """Waiting, and no worker seems to be there."""
    RUNNING = "running"
    STOPPING = "stopping"
    """Running; somebody asked it to stop."""
    LOST = "lost"
    DONE = "done"
    REFUSED = "refused"
    """Carried through, and the answer is no."""
    FAILED = "failed"
    CANCELLED = "cancelled"


UNDER_WAY = frozenset({Standing.WAITING, Standing.UNATTENDED, Standing.RUNNING, Standing.STOPPING})
REPEATABLE = frozenset({Standing.LOST, Standing.FAILED, Standing.CANCELLED})


def standing(
    *,
    state: str,
    problem: str,
    result: Mapping[str, Any],
    asked_at: datetime,
    seen_at: datetime,
    cancel_asked_at: datetime | None,
    busy: bool,
    now: datetime,
) -> Standing:
    """Where a job stands; `busy` says that a worker is at another one."""
    match state:
        case JobState.WAITING:
            forgotten = not busy and now - asked_at > UNATTENDED_AFTER
            return Standing.UNATTENDED if forgotten else Standing.WAITING
        case JobState.RUNNING if now - seen_at > LOST_AFTER:
            return Standing.LOST
        case JobState.RUNNING:
            return Standing.STOPPING if cancel_asked_at else Standing.RUNNING
        case JobState.FAILED:
            return Standing.LOST if problem == WORKER_LOST else Standing.FAILED
        case JobState.DONE:
            return Standing.REFUSED if "refusal" in result else Standing.DONE
    return Standing(state)


def percent(done: int, total: int) -> int:
    """Whole percent done, rounded down: 100 only when all is done."""
    return min(100, done * 100 // total) if total else 0
