"""Telling the worker that there is work: huey, in a small file or in Redis.

A message is one number. The queue is only a bell: what it loses the worker finds in the
table a few seconds later, what it says twice is taken once.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey
from huey.exceptions import ConfigurationError
from huey.registry import Message
from huey.serializer import Serializer

_log = logging.getLogger(__name__)
_NAME = "canteen"


class QueueUnknown(ValueError):
    """``CANTEEN_JOBS_URL`` names something that is no Redis, or Redis cannot be spoken to."""


class PlainMessages(Serializer):
    """Messages as JSON: nothing that comes out of the queue can be code, as a pickle can."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(list(data)).encode()

    def _deserialize(self, data: bytes) -> Any:
        return Message(*json.loads(data))


@dataclass(frozen=True)
class Bell:
    """The queue, and how to put a job's number into it."""

    queue: Huey
    ring: Callable[[int], Any]

    def heard(self) -> int | None:
        """The number of the next message, if there is one. Raises what the queue raises."""
        message = self.queue.dequeue()
        return int(message.args[0]) if message is not None else None


def bell(app: Flask) -> Bell:
    """The application's bell, opened on first use: a forked server must not share it.

    ``CANTEEN_JOBS_URL`` names a Redis where there are several machines; else it is the file
    ``jobs.sqlite`` in the data folder. Raises QueueUnknown for any other address.
    """
    found: Bell | None = app.extensions.get("canteen_jobs")
    if found is None:
        found = app.extensions["canteen_jobs"] = _open(app)
    return found


def wake(app: Flask, job_id: int) -> None:
    """Ring. A bell that cannot be rung is logged: the worker looks by itself, a little later."""
    try:
        bell(app).ring(job_id)
    except Exception as error:
        _log.warning("job %s waits for the worker's next look: %s", job_id, type(error).__name__)


def _open(app: Flask) -> Bell:
    url = app.config["JOBS_URL"]
    options: dict[str, Any] = {"results": False, "serializer": PlainMessages()}
    if url:
        queue = _redis(url, options)
    else:
        file = str(Path(app.config["DATA"]) / "jobs.sqlite")
        queue = SqliteHuey(_NAME, filename=file, fsync=False, **options)
    return Bell(queue, ring=queue.task(name="run_job")(_nothing))


def _redis(url: str, options: dict[str, Any]) -> Huey:
    if not url.startswith(("redis://", "rediss://")):
        raise QueueUnknown("CANTEEN_JOBS_URL: redis://… 或留空 / redis://… or leave it empty")
    try:
        return RedisHuey(_NAME, url=url, **options)
    except ConfigurationError as error:
        raise QueueUnknown(
            "CANTEEN_JOBS_URL 用 Redis，请先 pip install redis / needs: pip install redis"
        ) from error


def _nothing(job_id: int) -> None:
    """Huey wants a function for a message; the worker takes the number and does the work."""
