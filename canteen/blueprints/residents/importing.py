"""A large register on its way in: read and written as long work, with progress, a stop, an end.

Two jobs, with the preview between them. Writing stays one transaction: stopped or killed at any
moment, the whole file is in or nothing is.
"""

from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from canteen.blueprints import intake, intake_jobs
from canteen.blueprints.intake_jobs import kept_of, put_away, refused, telling, words
from canteen.blueprints.residents.blueprint import OFFICE
from canteen.cards.enrolment import import_residents
from canteen.foundation import jobs
from canteen.foundation.database import db
from canteen.foundation.storage import keys
from canteen.foundation.wording import Refusal
from canteen.residents import import_preview, imports
from canteen.residents.import_plan import plan_import
from canteen.residents.import_preview import Preview, preview_of
from canteen.residents.imports import FileRead

READING = "read_residents"
KIND = "import_residents"
REGISTER = intake.Intake(
    kind="residents",
    page="residents/upload.html",
    max_rows=imports.MOST_ROWS,
    read=imports.read_file,
)


@dataclass(frozen=True, kw_only=True)
class TakenUp:
    """What a register did: people, and tags that wait for somebody's approval."""

    new: int
    changed: int
    unchanged: int
    proposed: int


@jobs.job(
    READING,
    title=_l("读取居民名单"),
    words=words,
    put_away=put_away,
    anew="residents_files.upload",
)
def read_register(progress: jobs.Progress, *, token: str, site_id: int, by: int) -> dict[str, Any]:
    """Read and check a large register; leads to its preview. Nothing is kept of a bad file.

    Refusals lead back to the choice of a file: upload_gone, and what reading finds.
    """
    told = telling(progress, stages=2)
    kept = kept_of(REGISTER, progress, token=token, site_id=site_id, by=by, step=told)
    if isinstance(kept, Refusal):
        intake.drop(token)
        return refused(kept, "residents_files.upload")
    if not _preview(kept, progress, token=token, site_id=site_id, by=by):
        return refused(Refusal("upload_gone"), "residents_files.upload")
    return {"endpoint": "residents_files.preview", "values": {"token": token}}


@jobs.job(KIND, title=_l("导入居民"))
def import_register(
    progress: jobs.Progress, *, token: str, site_id: int, by: int
) -> dict[str, Any]:
    """Write a confirmed register, all of it or nothing; leads to ``residents_files.imported``.

    Begun again after it was written and not yet marked as done, it finds nothing to write.
    Refusals lead back: upload_gone to the choice of a file, the others to the preview.
    """
    kept = kept_of(
        REGISTER,
        progress,
        token=token,
        site_id=site_id,
        by=by,
        step=lambda *_how_far: progress.say(0, 0),
    )
    if isinstance(kept, Refusal):
        return refused(kept, "residents_files.upload")
    done = import_residents(
        kept.read, site_id=site_id, keys=keys(), now=progress.now, by=by, say=progress.say
    )
    if isinstance(done, Refusal):  # what is wrong now may not have been when it was read
        _preview(kept, progress, token=token, site_id=site_id, by=by)
        return refused(done, "residents_files.preview", token=token)
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
    return TakenUp(**intake_jobs.taken_up_or_404(job_id, KIND, *OFFICE))


def _preview(
    kept: intake.Kept[FileRead], progress: jobs.Progress, *, token: str, site_id: int, by: int
) -> bool:
    """Keep what the file would change now; whether the file is still wanted."""
    plan = plan_import(db.session(), kept.read, site_id=site_id, keys=keys())
    preview = import_preview.written(preview_of(plan, filename=kept.filename))
    db.session.rollback()
    return intake.keep_preview(token, preview, staff_id=by, now=progress.now)
