"""What jobs that take large tables in have in common: their words, their ends, their beginning."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from flask import abort, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from canteen.blueprints import intake
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.jobs.wording import rows
from canteen.foundation import jobs
from canteen.foundation.calendar import service_date
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.sites.models import Site
from canteen.staff.rules import Role

FileT = TypeVar("FileT")
STAGES = ("reading", "checking", "spelling")


def telling(progress: jobs.Progress, *, stages: int) -> intake.Step:
    """A step that tells its rows as a part of the whole, one of so many `stages` alike."""

    def told(stage: str, done: int, total: int) -> None:
        note = {"stage": stage, "row": done, "of": total}
        begun = STAGES.index(stage) * total
        progress.say(begun + done if total else 0, stages * total, note)

    return told


def words(note: Mapping[str, Any]) -> str:
    """How far it is: 正在核对，第 300 行，共 1 万行."""
    done, total = rows(note["row"]), rows(note["of"])
    if note["stage"] == "reading":
        return _("正在读表格，第 %(done)s", done=done)
    if note["stage"] == "checking":
        return _("正在核对，第 %(done)s，共 %(total)s", done=done, total=total)
    return _("正在准备写入，第 %(done)s，共 %(total)s", done=done, total=total)


def kept_of(
    table: intake.Intake[FileT],
    progress: jobs.Progress,
    *,
    token: str,
    site_id: int,
    by: int,
    step: intake.Step,
) -> intake.Kept[FileT] | Refusal:
    """The file a job is about, read anew on the canteen's day. Codes: as `Intake.kept`."""
    progress.say(0, 0)
    site = db.session.get_one(Site, site_id)
    today = service_date(progress.now, site.time_zone)
    db.session.rollback()  # reading a file is long and holds no snapshot
    return table.kept_of(by, token, now=progress.now, today=today, step=step)


def put_away(*, token: str, **_others: Any) -> None:
    """Who stops the reading of a file does not want it."""
    intake.drop(token)


def refused(refusal: Refusal, endpoint: str, **values: Any) -> dict[str, Any]:
    """A job's answer: no, and where to go on."""
    said = {"code": refusal.code, "facts": dict(refusal.facts)}
    return {"refusal": said, "endpoint": endpoint, "values": values}


def begin(kind: str, token: str, **more: Any) -> Any:
    """Begin long work, or find it begun by an earlier click, and go where it is shown.

    `more` is what the job is told beside the file, the canteen and the reader.
    """
    site_id, by = current_site().id, staff_id()
    arguments = {"token": token, "site_id": site_id, "by": by, **more}
    job_id = jobs.start(kind, arguments=arguments, site_id=site_id, by=by, now=now())
    return redirect(url_for("jobs.job", job_id=job_id))


def taken_up_or_404(job_id: int, kind: str, *roles: Role) -> Mapping[str, int]:
    """The figures of an import that has ended well, at a canteen where the reader is one of
    `roles` or administrator."""
    job = db.session.get(jobs.Job, job_id)
    if job is None or job.kind != kind:
        abort(404)
    if not current_user.roles_at(job.site_id or -1) & {*roles, Role.ADMINISTRATOR}:
        abort(404)
    result = json.loads(job.result) if job.state == jobs.JobState.DONE else {}
    if "taken_up" not in result:
        abort(404)
    figures: Mapping[str, int] = result["taken_up"]
    return figures
