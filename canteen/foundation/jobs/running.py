"""Doing a job: take it, call its function, write down how it ended."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_babel import force_locale

from canteen.foundation.jobs import records
from canteen.foundation.jobs.kinds import kinds, put_away
from canteen.foundation.jobs.models import JobState
from canteen.foundation.jobs.progress import JobCancelled, Progress, WorkerStopping, never
from canteen.foundation.jobs.rules import WORKER_LOST
from canteen.foundation.wording import Refusal

_log = logging.getLogger(__name__)


def run_job(app: Flask, job_id: int, *, is_ending: Callable[[], bool] = never) -> bool:
    """Do one job if it is still waiting; whether it was. Whatever goes wrong inside is
    written down, not raised: only the end of this process passes."""
    with app.app_context():
        now = datetime.now(UTC)
        taken = records.take(job_id, now=now)
        if taken is not None:
            with force_locale(app.config["BABEL_DEFAULT_LOCALE"]):  # no request has a reader here
                _do(taken, Progress(taken.id, now=now, is_ending=is_ending))
    return taken is not None


def run_waiting(app: Flask) -> list[int]:
    """Do every waiting job here and now, and those that they start; their ids. For tests."""
    ran = []
    while left := _waiting(app):
        ran += [job_id for job_id in left if run_job(app, job_id)]
    return ran


def _waiting(app: Flask) -> list[int]:
    with app.app_context():
        return records.waiting()


def _do(taken: records.Taken, progress: Progress) -> None:
    try:
        answer = _plain(kinds()[taken.kind].work(progress, **taken.arguments))
        _finish(progress, JobState.DONE, result=answer)
    except WorkerStopping:
        _finish(progress, JobState.FAILED, problem=WORKER_LOST)
    except JobCancelled:
        _finish(progress, JobState.CANCELLED)
        put_away(taken.kind, taken.arguments)
    except Exception as error:
        # The class alone: a message may quote a person's row.
        _log.error("job %s (%s) failed: %s", taken.id, taken.kind, _whereabouts(error))
        _finish(progress, JobState.FAILED, problem=type(error).__name__)
    except BaseException:
        _finish(progress, JobState.FAILED, problem=WORKER_LOST)
        raise


def _finish(progress: Progress, state: JobState, **values: Any) -> None:
    records.finish(
        progress.job_id,
        state,
        now=datetime.now(UTC),
        progress=(progress.done, progress.total),
        **values,
    )


def _plain(answer: Any) -> Mapping[str, Any] | None:
    """A job's answer as what is stored of it."""
    if isinstance(answer, Refusal):
        return {"refusal": {"code": answer.code, "facts": dict(answer.facts)}}
    assert answer is None or isinstance(answer, dict), "a job answers a dict, a Refusal or None"
    return answer


def _whereabouts(error: Exception) -> str:
    """The class of an error and the lines it passed, without its message."""
    lines = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return "\n  ".join([type(error).__name__, *lines])
