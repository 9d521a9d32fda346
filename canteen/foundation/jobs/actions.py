"""Asking for long work, asking it to stop, asking again."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import and_, or_, select, update

from canteen.foundation.database import retried, transaction
from canteen.foundation.jobs.kinds import kinds, put_away
from canteen.foundation.jobs.models import Job, JobState
from canteen.foundation.jobs.rules import LOST_AFTER, WORKER_LOST
from canteen.foundation.jobs.waking import wake


def start(
    kind: str,
    *,
    arguments: Mapping[str, Any],
    site_id: int | None,
    by: int | None,
    now: datetime,
) -> int:
    """Ask for long work; the id of the job, to be shown at ``jobs.job``.

    Asking twice for the same (a second click) is answered with the job under way. Opens its
    own transaction. `arguments` is JSON without personal data; KeyError for an unknown kind.
    """
    kinds()[kind]
    job_id = _remember(
        kind,
        arguments=json.dumps(arguments, sort_keys=True, ensure_ascii=False),
        site_id=site_id,
        by=by,
        now=now,
    )
    wake(current_app._get_current_object(), job_id)  # type: ignore[attr-defined]
    return job_id


@retried
def _remember(
    kind: str, *, arguments: str, site_id: int | None, by: int | None, now: datetime
) -> int:
    alive = and_(
        Job.state == JobState.RUNNING,
        Job.seen_at >= now - LOST_AFTER,
        Job.cancel_asked_at.is_(None),
    )
    with transaction() as session:
        same = session.scalar(
            select(Job.id)
            .where(
                or_(Job.state == JobState.WAITING, alive),
                Job.kind == kind,
                Job.arguments == arguments,
                Job.site_id.is_not_distinct_from(site_id),
                Job.asked_by.is_not_distinct_from(by),
            )
            .limit(1)
        )
        if same is not None:
            return same
        job = Job(
            kind=kind,
            arguments=arguments,
            site_id=site_id,
            asked_by=by,
            asked_at=now,
            seen_at=now,
        )
        session.add(job)
        session.flush()
        return job.id


def cancel(job_id: int, *, now: datetime) -> None:
    """Stop a job: a waiting one at once, a running one at its next word of progress.

    One that has ended stays as it ended.
    """
    stopped = _cancel(job_id, now=now)
    if stopped is not None:
        put_away(stopped[0], json.loads(stopped[1]))


@retried
def _cancel(job_id: int, *, now: datetime) -> tuple[str, str] | None:
    """Kind and arguments of a job that was waiting, and now never begins."""
    with transaction() as session:
        stopped = session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == JobState.WAITING)
            .values(state=JobState.CANCELLED, cancel_asked_at=now, ended_at=now)
            .returning(Job.kind, Job.arguments)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        session.execute(
            update(Job)
            .where(
                Job.id == job_id,
                Job.state == JobState.RUNNING,
                Job.cancel_asked_at.is_(None),
            )
            .values(cancel_asked_at=now)
            .execution_options(synchronize_session=False)
        )
    return (stopped.kind, stopped.arguments) if stopped else None


def repeat(job: Job, *, by: int | None, now: datetime) -> int:
    """Begin a job again that failed, was cancelled or lost its worker; the new job's id.

    What it had done before counts as done: the kinds of jobs are made so.
    """
    _give_up(job.id, now=now)
    return start(job.kind, arguments=json.loads(job.arguments), site_id=job.site_id, by=by, now=now)


@retried
def _give_up(job_id: int, *, now: datetime) -> None:
    """A running job without a sign of life is lost, also before the next worker says so."""
    with transaction() as session:
        session.execute(
            update(Job)
            .where(
                Job.id == job_id,
                Job.state == JobState.RUNNING,
                Job.seen_at < now - LOST_AFTER,
            )
            .values(state=JobState.FAILED, problem=WORKER_LOST, ended_at=now)
            .execution_options(synchronize_session=False)
        )
