"""A large register on its way in: written as long work, with progress, a stop and an end.

It stays one transaction: stopped or killed at any moment, the whole file is in or nothing is.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from flask import abort
from flask_babel import lazy_gettext as _l

from canteen.blueprints.residents import intake
from canteen.blueprints.residents.blueprint import OFFICE, sites_with
from canteen.cards.enrolment import import_residents
from canteen.foundation import jobs
from canteen.foundation.calendar import service_date
from canteen.foundation.database import db
from canteen.foundation.storage import keys
from canteen.foundation.wording import Refusal
from canteen.residents import imports
from canteen.sites.models import Site

KIND = "import_residents"
REGISTER = intake.Intake(
    page="residents/upload.html", max_rows=imports.MOST_ROWS, read=imports.read_file
)
MOST_AT_ONCE = 500
"""Rows that are written in well under a second, while the page waits; more are long work."""


@dataclass(frozen=True, kw_only=True)
class TakenUp:
    """What a register did: people, and tags that wait for somebody's approval."""

    new: int
    changed: int
    unchanged: int
    proposed: int


@jobs.job(KIND, title=_l("导入居民"))
def import_register(
    progress: jobs.Progress, *, token: str, site_id: int, by: int
) -> dict[str, Any]:
    """Write a confirmed register, all of it or nothing; leads to ``residents_files.imported``.

    Begun again after it was written and not yet marked as done, it finds nothing to write.
    Refusals lead back: upload_gone to the choice of a file, the others to the preview.
    """
    progress.say(0, 0)
    site = db.session.get_one(Site, site_id)
    today = service_date(progress.now, site.time_zone)
    db.session.rollback()  # reading a file is long and holds no snapshot
    kept = REGISTER.kept_of(by, token, now=progress.now, today=today)
    if isinstance(kept, Refusal):
        return _refused(kept, "residents_files.upload")
    done = import_residents(
        kept.read, site_id=site_id, keys=keys(), now=progress.now, by=by, say=progress.say
    )
    if isinstance(done, Refusal):
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


def taken_up_or_404(job_id: int) -> TakenUp:
    """What an import did that has ended well, at a canteen whose office is the reader's."""
    job = db.session.get(jobs.Job, job_id)
    if job is None or job.kind != KIND or job.site_id not in sites_with(*OFFICE):
        abort(404)
    result = json.loads(job.result) if job.state == jobs.JobState.DONE else {}
    if "taken_up" not in result:
        abort(404)
    return TakenUp(**result["taken_up"])


def _refused(refusal: Refusal, endpoint: str, **values: Any) -> dict[str, Any]:
    said = {"code": refusal.code, "facts": dict(refusal.facts)}
    return {"refusal": said, "endpoint": endpoint, "values": values}
