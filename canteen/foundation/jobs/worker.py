"""The worker: a process that does jobs, one after the other, until it is asked to end.

It listens on no port. It hears the bell, and looks into the table by itself every few
seconds, so that nothing is forgotten when the bell was not heard.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask

from canteen.foundation.jobs import records
from canteen.foundation.jobs.running import run_job
from canteen.foundation.jobs.waking import bell

_log = logging.getLogger(__name__)

LOOK_SECONDS = 3.0
LISTEN_SECONDS = 0.25
SIGN_OF_LIFE_SECONDS = 15.0
"""A quarter of the silence after which a job counts as lost."""

IsEnding = Callable[[], bool]


def work(app: Flask, *, is_ending: IsEnding) -> None:
    """Do jobs until `is_ending`. A database or queue that is away is tried again.

    Raises QueueUnknown at once when the settings name a queue that cannot be used.
    """
    bell(app)
    next_look = float("-inf")
    while not is_ending():
        try:
            if time.monotonic() >= next_look:
                _look(app, is_ending)
                next_look = time.monotonic() + LOOK_SECONDS
            _listen(app, is_ending)
        except Exception as error:
            _log.warning("the worker tries again: %s", type(error).__name__)
            _sleep(LOOK_SECONDS, is_ending)


def do(app: Flask, job_id: int, is_ending: IsEnding) -> None:
    """One job, with a sign of life every few seconds even when it says nothing."""
    over = threading.Event()
    pulse = threading.Thread(target=_live, args=(app, job_id, over), daemon=True)
    pulse.start()
    try:
        run_job(app, job_id, is_ending=is_ending)
    finally:
        over.set()
        pulse.join()


def _look(app: Flask, is_ending: IsEnding) -> None:
    """What the bell did not tell: jobs that wait, and jobs whose worker is gone."""
    with app.app_context():
        records.give_up_lost(now=datetime.now(UTC))
        left = records.waiting()
    for job_id in left:
        if not is_ending():
            do(app, job_id, is_ending)


def _listen(app: Flask, is_ending: IsEnding) -> None:
    heard = bell(app)
    job_id = heard.heard()
    if job_id is not None:
        do(app, job_id, is_ending)
    elif not heard.queue.storage.blocking:
        _sleep(LISTEN_SECONDS, is_ending)


def _live(app: Flask, job_id: int, over: threading.Event) -> None:
    while not over.wait(SIGN_OF_LIFE_SECONDS):
        try:
            with app.app_context():
                records.keep_alive(job_id, now=datetime.now(UTC))
        except Exception as error:
            _log.warning("no sign of life of job %s: %s", job_id, type(error).__name__)


def _sleep(seconds: float, is_ending: IsEnding) -> None:
    """Sleep in short pieces. No event: a signal handler may not take a lock that is held."""
    until = time.monotonic() + seconds
    while not is_ending() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, LISTEN_SECONDS))
