"""A large register on its way in: read and written as long work, with progress, a stop, an end.

Two jobs, with the preview between them. Writing stays one transaction: stopped or killed at any
moment, the whole file is in or nothing is.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from canteen.blueprints.jobs.wording import rows
from canteen.blueprints.residents import intake
from canteen.blueprints.residents.blueprint import OFFICE, sites_with
from canteen.cards.enrolment import import_residents
from canteen.foundation import jobs
from canteen.foundation.calendar import service_date
from canteen.foundation.database import db
from canteen.foundation.storage import keys
from canteen.foundation.wording import Refusal
from canteen.residents import import_preview, imports
from canteen.residents.import_plan import plan_import
from canteen.residents.import_preview import Preview, preview_of
from canteen.residents.imports import FileRead
from canteen.sites.models import Site

READING = "read_residents"
KIND = "import_residents"
REGISTER = intake.Intake(
    page="residents/upload.html", max_rows=imports.MOST_ROWS, read=imports.read_file
)


@dataclass(frozen=True, kw_only=True)
class TakenUp:
    """What a register did: people, and tags that wait for somebody's approval."""

    new: int
    changed: int
    unchanged: int
    proposed: int


def _words(note: Mapping[str, Any]) -> str:
    """How far the reading is."""
    if note["stage"] == "reading":
        return _("正在读表格，第 %(done)s", done=rows(note["row"]))
    return _("正在核对，第 %(done)s，共 %(total)s", done=rows(note["row"]), total=rows(note["of"]))


def _put_away(*, token: str, **_others: Any) -> None:
    """Who stops the reading of a file does not want it."""
    intake.drop(token)


@jobs.job(
    READING,
    title=_l("读取居民名单"),
    words=_words,
    put_away=_put_away,
    anew="residents_files.upload",
)
def read_register(progress: jobs.Progress, *, token: str, site_id: int, by: int) -> dict[str, Any]:
    """Read and check a large register; leads to its preview. Nothing is kept of a bad file.

    Refusals lead back to the choice of a file: upload_gone, and what reading finds.
    """

    def told(stage: str, done: int, total: int) -> None:
        note = {"stage": stage, "row": done, "of": total}
        begun = total if stage == "checking" else 0
        progress.say(begun + done if total else 0, 2 * total, note)

    kept = _kept(progress, token=token, site_id=site_id, by=by, step=told)
    if isinstance(kept, Refusal):
        intake.drop(token)
        return _refused(kept, "residents_files.upload")
    if not _preview(kept, progress, token=token, site_id=site_id, by=by):
        return _refused(Refusal("upload_gone"), "residents_files.upload")
    return {"endpoint": "residents_files.preview", "values": {"token": token}}


@jobs.job(KIND, title=_l("导入居民"))
def import_register(
    progress: jobs.Progress, *, token: str, site_id: int, by: int
) -> dict[str, Any]:
    """Write a confirmed register, all of it or nothing; leads to ``residents_files.imported``.

    Begun again after it was written and not yet marked as done, it finds nothing to write.
    Refusals lead back: upload_gone to the choice of a file, the others to the preview.
    """
    kept = _kept(
        progress, token=token, site_id=site_id, by=by, step=lambda *_how_far: progress.say(0, 0)
    )
    if isinstance(kept, Refusal):
        return _refused(kept, "residents_files.upload")
    done = import_residents(
        kept.read, site_id=site_id, keys=keys(), now=progress.now, by=by, say=progress.say
    )
    if isinstance(done, Refusal):  # what is wrong now may not have been when it was read
        _preview(kept, progress, token=token, site_id=site_id, by=by)
        return _refused(done, "residents_files.preview", token=token)
    intake.drop(token)
    taken_up = TakenUp(
        new=len(done.new),
        changed=len(done.changed),
        unchanged=done.unchanged,
        proposed=done.proposed,
    )
    return {
        "endpoint": "residents_files.imported",
        "values": {"job_id": progress.job_id},
        "taken_up": asdict(taken_up),
    }


def preview_or_refusal(token: str) -> Preview | Refusal:
    """What the reader's own large file would change. Codes: upload_gone, upload_unread."""
    found = REGISTER.preview(token)
    return found if isinstance(found, Refusal) else import_preview.read(found)


def taken_up_or_404(job_id: int) -> TakenUp:
    """What an import did that has ended well, at a canteen whose office is the reader's."""
    job = db.session.get(jobs.Job, job_id)
    if job is None or job.kind != KIND or job.site_id not in sites_with(*OFFICE):
        abort(404)
    result = json.loads(job.result) if job.state == jobs.JobState.DONE else {}
    if "taken_up" not in result:
        abort(404)
    return TakenUp(**result["taken_up"])


def _kept(
    progress: jobs.Progress, *, token: str, site_id: int, by: int, step: intake.Step
) -> intake.Kept[FileRead] | Refusal:
    progress.say(0, 0)
    site = db.session.get_one(Site, site_id)
    today = service_date(progress.now, site.time_zone)
    db.session.rollback()  # reading a file is long and holds no snapshot
    return REGISTER.kept_of(by, token, now=progress.now, today=today, step=step)


def _preview(
    kept: intake.Kept[FileRead], progress: jobs.Progress, *, token: str, site_id: int, by: int
) -> bool:
    """Keep what the file would change now; whether the file is still wanted."""
    plan = plan_import(db.session(), kept.read, site_id=site_id, keys=keys())
    preview = import_preview.written(preview_of(plan, filename=kept.filename))
    db.session.rollback()
    return intake.keep_preview(token, preview, staff_id=by, now=progress.now)


def _refused(refusal: Refusal, endpoint: str, **values: Any) -> dict[str, Any]:
    said = {"code": refusal.code, "facts": dict(refusal.facts)}
    return {"refusal": said, "endpoint": endpoint, "values": values}
