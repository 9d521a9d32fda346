"""Reading how a job stands."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.foundation.jobs.models import Job, JobState
from canteen.foundation.jobs.rules import LOST_AFTER, Standing, standing


@dataclass(frozen=True)
class Shown:
    """A job as its page shows it."""

    job: Job
    standing: Standing
    result: dict[str, Any]
    ahead: int
    """How many others are done first, while it waits."""


def shown(session: Session, *, job: Job, now: datetime) -> Shown:
    """How a job stands now, in one more read while it waits."""
    result: dict[str, Any] = json.loads(job.result) if job.result else {}
    ahead, running = _before(session, job, now) if job.state == JobState.WAITING else (0, 0)
    stands = standing(
        state=job.state,
        problem=job.problem,
        result=result,
        asked_at=job.asked_at,
        seen_at=job.seen_at,
        cancel_asked_at=job.cancel_asked_at,
        busy=running > 0,
        now=now,
    )
    return Shown(job=job, standing=stands, result=result, ahead=ahead + running)


def _before(session: Session, job: Job, now: datetime) -> tuple[int, int]:
    """Jobs that wait before this one, and those that a living worker is at."""
    earlier = (Job.state == JobState.WAITING) & (Job.id < job.id)
    alive = (Job.state == JobState.RUNNING) & (Job.seen_at >= now - LOST_AFTER)
    row = session.execute(
        select(func.count(Job.id).filter(earlier), func.count(Job.id).filter(alive)).where(
            Job.state.in_((JobState.WAITING, JobState.RUNNING))
        )
    ).one()
    return row[0], row[1]
