"""A long list of the dead and the moved: read and carried out as long work, its preview between.

Carrying out stays one transaction: stopped or killed at any moment, all of it is done or nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from canteen.blueprints import intake
from canteen.blueprints.intake_jobs import kept_of, put_away, refused, telling, words
from canteen.cards import departure as cards
from canteen.foundation import jobs
from canteen.foundation.calendar import service_date
from canteen.foundation.database import db
from canteen.foundation.storage import keys
from canteen.foundation.wording import Refusal
from canteen.residents import recheck_preview, rechecks
from canteen.residents.recheck_plan import RecheckPlan, plan_recheck
from canteen.residents.recheck_preview import Preview, preview_of
from canteen.residents.rechecks import ReportFile
from canteen.settlement import after_end
from canteen.settlement.after_end import LateSum
from canteen.sites.models import Site

READING = "read_endings"
KIND = "recheck_residents"
CHOICE, PREVIEW, END = "residents.recheck_upload", "residents.recheck", "residents.rechecked"
REPORTS = intake.Intake(
    kind="endings",
    page="residents/recheck_upload.html",
    max_rows=rechecks.MOST_ROWS,
    read=rechecks.read_reports,
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a list would do, and what has been paid for all its people after their days."""

    preview: Preview
    total: LateSum


@jobs.job(READING, title=_l("读取核对名单"), words=words, put_away=put_away, anew=CHOICE)
def read_endings(
    progress: jobs.Progress, *, token: str, site_id: int, by: int, sites: Collection[int]
) -> dict[str, Any]:
    """Read and check a long list; leads to its preview. Nothing is kept of a bad file.

    `sites` are those whose people the reader may change. Refusals lead back to the choice of a
    file: upload_gone, and what reading finds.
    """
    told = telling(progress, stages=2)
    kept = kept_of(REPORTS, progress, token=token, site_id=site_id, by=by, step=told)
    if isinstance(kept, Refusal):
        intake.drop(token)
        return refused(kept, CHOICE)
    if not _preview(kept, progress, token=token, site_id=site_id, by=by, sites=sites):
        return refused(Refusal("upload_gone"), CHOICE)
    return {"endpoint": PREVIEW, "values": {"token": token}}


@jobs.job(KIND, title=_l("登记核对名单"), words=words)
def recheck_residents(
    progress: jobs.Progress, *, token: str, site_id: int, by: int, sites: Collection[int]
) -> dict[str, Any]:
    """Carry out a confirmed list, all of it or nothing; leads to ``residents.rechecked``.

    Begun again after it was carried out and not yet marked as done, it finds nothing to do.
    Refusals lead back: upload_gone to the choice of a file, the others to the preview.
    """
    told = telling(progress, stages=2)
    kept = kept_of(REPORTS, progress, token=token, site_id=site_id, by=by, step=told)
    if isinstance(kept, Refusal):
        return refused(kept, CHOICE)
    done = cards.recheck_residents(
        kept.read,
        site_ids=sites,
        site_id=site_id,
        keys=keys(),
        today=_today(progress, site_id),
        now=progress.now,
        by=by,
    )
    if isinstance(done, Refusal):  # what is wrong now may not have been when it was read
        _preview(kept, progress, token=token, site_id=site_id, by=by, sites=sites)
        return refused(done, PREVIEW, token=token)
    intake.drop(token)
    return {
        "endpoint": END,
        "values": {"job_id": progress.job_id},
        "taken_up": {
            "ended": len(done.endings),
            "kept": len(done.kept),
            "unknown": len(done.unknown),
        },
    }


def found_or_refusal(token: str) -> Found | Refusal:
    """What the reader's own long list would do. Codes: upload_gone, upload_unread."""
    stored = REPORTS.preview(token)
    if isinstance(stored, Refusal):
        return stored
    preview = recheck_preview.read(stored["preview"])
    return Found(preview=preview, total=LateSum(**stored["total"]))


def found_in(read: ReportFile, *, filename: str, sites: Collection[int], today: date) -> Found:
    """What a list would do now."""
    plan = plan_recheck(
        db.session(),
        read,
        site_ids=sites,
        card_numbers=cards.card_numbers,
        keys=keys(),
        today=today,
    )
    late = after_end.late_meals(db.session(), since=_since(plan))
    return Found(preview=preview_of(plan, filename=filename), total=after_end.sum_of(late))


def _since(plan: RecheckPlan) -> Mapping[int, date]:
    return {one.resident.id: one.report.ended_on for one in plan.endings}


def _preview(
    kept: intake.Kept[ReportFile],
    progress: jobs.Progress,
    *,
    token: str,
    site_id: int,
    by: int,
    sites: Collection[int],
) -> bool:
    """Keep what the list would do now; whether the file is still wanted."""
    today = _today(progress, site_id)
    found = found_in(kept.read, filename=kept.filename, sites=sites, today=today)
    db.session.rollback()
    progress.say(progress.done, progress.total)  # who stopped it meanwhile has no use for it
    stored = {"preview": recheck_preview.written(found.preview), "total": asdict(found.total)}
    return intake.keep_preview(token, stored, staff_id=by, now=progress.now)


def _today(progress: jobs.Progress, site_id: int) -> date:
    site = db.session.get_one(Site, site_id)
    today = service_date(progress.now, site.time_zone)
    db.session.rollback()
    return today
