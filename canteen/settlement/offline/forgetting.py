"""A thread of the worker: what was told of closed meals does not stay for ever."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask

from canteen.foundation.jobs.repeating import keep_looking
from canteen.settlement.offline.unbooked import forget_closed


def keep_forgetting(app: Flask, *, is_ending: Callable[[], bool]) -> None:
    """Wipe every few minutes until `is_ending`."""
    keep_looking(
        app,
        lambda: forget_closed(now=datetime.now(UTC)),
        what="forgetting closed meals",
        is_ending=is_ending,
    )
