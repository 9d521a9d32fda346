"""Threads of the worker that look at something again and again."""

import logging
import time
from collections.abc import Callable

from flask import Flask

LOOK_SECONDS = 300.0
_log = logging.getLogger(__name__)


def keep_looking(
    app: Flask, look: Callable[[], object], *, what: str, is_ending: Callable[[], bool]
) -> None:
    """Call `look` every few minutes until `is_ending`. A database that is away is tried again.

    `what` is what the log calls it.
    """
    while not _waited(LOOK_SECONDS, is_ending):
        try:
            with app.app_context():
                look()
        except Exception as error:
            _log.warning("%s tries again: %s", what, type(error).__name__)


def _waited(seconds: float, is_ending: Callable[[], bool]) -> bool:
    """Whether the end came within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not is_ending():
        time.sleep(0.5)
    return is_ending()
