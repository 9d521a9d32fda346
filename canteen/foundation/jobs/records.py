"""What a worker writes of a job: each in a short transaction on a connection of its own.

The job's own session, with whatever it holds or broke, is left alone. Every change is one
conditional UPDATE, so that two workers, a person's cancel and a late message cannot both win.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select, update

from canteen.foundation.database import db, retried, writer_turn
from canteen.foundation.jobs.kinds import kinds
from canteen.foundation.jobs.models import Job, JobState
from canteen.foundation.jobs.rules import LOST_AFTER, WORKER_LOST


@dataclass(frozen=True)
class Taken:
    """A job that is now ours to do."""

    id: int
    kind: str
    arguments: Mapping[str, Any]


def take(job_id: int, *, now: datetime) -> Taken | None:
    """Waiting becomes running: for exactly one of all who try. None for the others."""
    with _own_transaction() as connection:
        row = connection.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == JobState.WAITING, Job.kind.in_(kinds()))
            .values(state=JobState.RUNNING, seen_at=now)
            .returning(Job.id, Job.kind, Job.arguments)
        ).one_or_none()
    return Taken(row.id, row.kind, json.loads(row.arguments)) if row else None


@retried
def still_wanted(
    job_id: int, *, done: int, total: int, now: datetime, note: Mapping[str, Any] | None = None
) -> bool:
    """Write how far the job is. False when it should stop: asked to, or given up for lost.

    A note stands where the answer will stand, until there is one.
    """
    noted = {} if note is None else {"result": json.dumps({"note": note}, ensure_ascii=False)}
    with _own_transaction() as connection:
        row = connection.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == JobState.RUNNING)
            .values(done=done, total=total, seen_at=now, **noted)
            .returning(Job.cancel_asked_at)
        ).one_or_none()
    return row is not None and row.cancel_asked_at is None


@retried
def keep_alive(job_id: int, *, now: datetime) -> None:
    """A sign of life of a job that has nothing to say for a while."""
    with _own_transaction() as connection:
        connection.execute(
            update(Job).where(Job.id == job_id, Job.state == JobState.RUNNING).values(seen_at=now)
        )


@retried
def finish(
    job_id: int,
    state: JobState,
    *,
    now: datetime,
    progress: tuple[int, int],
    result: Mapping[str, Any] | None = None,
    problem: str = "",
) -> None:
    """Write how a job ended. One that was given up for lost and is done after all counts."""
    running = Job.state == JobState.RUNNING
    given_up = and_(Job.state == JobState.FAILED, Job.problem == WORKER_LOST)
    open_for = or_(running, given_up) if state is JobState.DONE else running
    done, total = progress
    with _own_transaction() as connection:
        connection.execute(
            update(Job)
            .where(Job.id == job_id, open_for)
            .values(
                state=state,
                done=done,
                total=total,
                result=json.dumps(result, ensure_ascii=False, default=str) if result else "",
                problem=problem[:200],
                seen_at=now,
                ended_at=now,
            )
        )


def give_up_lost(*, now: datetime) -> int:
    """Mark running jobs without a sign of life as failed; how many there were."""
    silent = and_(Job.state == JobState.RUNNING, Job.seen_at < now - LOST_AFTER)
    with db.engine.connect() as connection:  # most times there is none: do not queue to write
        if connection.scalar(select(Job.id).where(silent).limit(1)) is None:
            return 0
    with _own_transaction() as connection:
        return connection.execute(
            update(Job)
            .where(silent)
            .values(state=JobState.FAILED, problem=WORKER_LOST, ended_at=now)
        ).rowcount


def waiting() -> list[int]:
    """The ids of waiting jobs of kinds known here, oldest first."""
    query = select(Job.id).where(Job.state == JobState.WAITING, Job.kind.in_(kinds()))
    with db.engine.connect() as connection:
        return list(connection.scalars(query.order_by(Job.id).limit(100)))


@contextmanager
def _own_transaction() -> Iterator[Connection]:
    """A short writing transaction beside whatever the session does.

    On SQLite a caller inside a writing transaction would wait for itself for ever, so it
    is a bug everywhere.
    """
    assert not db.session().info.get("canteen_writing"), "say it between transactions"
    with writer_turn(db.engine), db.engine.connect() as connection:
        writer = connection.execution_options(canteen_writing=True)
        with writer.begin():
            yield writer
