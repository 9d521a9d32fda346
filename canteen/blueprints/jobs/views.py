"""How far long work is, and stopping it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.routing import BuildError

from canteen.blueprints.access import signed_in
from canteen.blueprints.context import now, staff_id
from canteen.blueprints.jobs import wording
from canteen.foundation import jobs
from canteen.foundation.database import db
from canteen.foundation.jobs.kinds import kinds
from canteen.foundation.jobs.queries import Shown, shown
from canteen.foundation.jobs.rules import REPEATABLE, UNDER_WAY, Standing, percent
from canteen.foundation.wording import Said
from canteen.staff.rules import Role

blueprint = Blueprint("jobs", __name__)

_SEES_ALL = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class JobPage:
    """What the page and its script need."""

    title: str
    asked_at: datetime
    standing: str
    said: Said
    percent: int
    under_way: bool
    repeatable: bool
    anew: str | None
    """Where one begins who stopped it, for work whose leavings are put away."""
    forward: str | None
    """Where it led, once it is done."""


@blueprint.get("/jobs/<int:job_id>")
@signed_in
def job(job_id: int) -> Any:
    """How far one job is; when it is done, the page goes on to what it made."""
    return render_template("jobs/job.html", job_id=job_id, page=_page(_own(job_id)))


@blueprint.get("/jobs/<int:job_id>.json")
@signed_in
def job_state(job_id: int) -> Any:
    """The same for the page's script, once a second."""
    page = _page(_own(job_id))
    return {
        "standing": page.standing,
        "percent": page.percent,
        "text": page.said.text,
        "under_way": page.under_way,
        "forward": page.forward,
    }


@blueprint.post("/jobs/<int:job_id>/cancellation")
@signed_in
def cancellation(job_id: int) -> Any:
    """Stop it."""
    jobs.cancel(_own(job_id).job.id, now=now())
    return redirect(url_for("jobs.job", job_id=job_id))


@blueprint.post("/jobs/<int:job_id>/repetition")
@signed_in
def repetition(job_id: int) -> Any:
    """Begin again what failed or was stopped."""
    asked = _own(job_id)
    if asked.standing not in REPEATABLE or _anew(asked):
        return redirect(url_for("jobs.job", job_id=job_id))
    again = jobs.repeat(asked.job, by=staff_id(), now=now())
    return redirect(url_for("jobs.job", job_id=again))


def _own(job_id: int) -> Shown:
    """The job, for who asked for it and who answers for its site; 404 for everybody else."""
    found = db.session.get(jobs.Job, job_id) or abort(404)
    roles = current_user.roles_at(found.site_id or -1)  # of no site: only administrators
    if found.asked_by != staff_id() and not roles & _SEES_ALL:
        abort(404)
    return shown(db.session(), job=found, now=now())


def _page(job: Shown) -> JobPage:
    return JobPage(
        title=wording.title(job),
        asked_at=job.job.asked_at,
        standing=job.standing,
        said=wording.said(job),
        percent=percent(job.job.done, job.job.total),
        under_way=job.standing in UNDER_WAY,
        repeatable=job.standing in REPEATABLE and not _anew(job),
        anew=_anew(job),
        forward=_forward(job.result),
    )


def _anew(job: Shown) -> str | None:
    kind = kinds().get(job.job.kind)
    stopped = job.standing == Standing.CANCELLED
    return url_for(kind.anew) if stopped and kind and kind.anew else None


def _forward(result: dict[str, Any]) -> str | None:
    """The address a job's answer names, unless that page is no more."""
    if result.get("endpoint") not in current_app.view_functions:
        return None
    try:
        return url_for(result["endpoint"], **result.get("values", {}))
    except BuildError:
        return None
