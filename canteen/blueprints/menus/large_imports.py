"""A large sheet of dishes on its way in: read and taken as long work, with its preview between.

Taking stays one transaction: stopped or killed at any moment, the whole file is in or nothing is.
"""

from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l

from canteen.blueprints import intake
from canteen.blueprints.intake_jobs import begin, kept_of, put_away, refused, telling, words
from canteen.blueprints.menus.parcels import Parcel
from canteen.foundation import jobs
from canteen.foundation.database import db
from canteen.foundation.spreadsheets.reading import MAX_ROWS
from canteen.foundation.wording import Refusal
from canteen.menus import dish_previews, importing
from canteen.menus.dish_reading import ImportRow
from canteen.menus.library_sheets import OpenSheet, Shown, shown

READING = "read_dishes"
KIND = "import_dishes"
CHOICE, PREVIEW, END = "menus.dish_import", "menus.kept_dishes", "menus.dishes_imported"
DISHES = intake.Intake(
    kind="dishes",
    page="menus/dish_import.html",
    max_rows=MAX_ROWS,
    read=lambda table, **_others: importing.open_dishes(table),
)


def later(parcel: Parcel) -> Any:
    """Begin the reading of a large file; None for one that a page may wait for.

    Refuses what cannot be a sheet of dishes.
    """
    token = DISHES.keep_large(parcel.data, parcel.filename)
    return begin(READING, token) if isinstance(token, str) else token


@jobs.job(READING, title=_l("读取菜品表"), words=words, put_away=put_away, anew=CHOICE)
def read_dishes(progress: jobs.Progress, *, token: str, site_id: int, by: int) -> dict[str, Any]:
    """Read and check a large sheet; leads to its preview. Nothing is kept of a bad file.

    Refusals lead back to the choice of a file: upload_gone, and what reading finds.
    """
    told = telling(progress, stages=2)
    kept = kept_of(DISHES, progress, token=token, site_id=site_id, by=by, step=told)
    if isinstance(kept, Refusal):
        intake.drop(token)
        return refused(kept, CHOICE)
    if not _preview(kept, progress, token=token, by=by, step=told):
        return refused(Refusal("upload_gone"), CHOICE)
    return {"endpoint": PREVIEW, "values": {"token": token}}


@jobs.job(KIND, title=_l("导入菜品"), words=words)
def import_dishes(progress: jobs.Progress, *, token: str, site_id: int, by: int) -> dict[str, Any]:
    """Take a confirmed sheet, all of it or nothing; leads to what it brought.

    Begun again after it was taken and not yet marked as done, it finds nothing to write.
    Refusals lead back: upload_gone to the choice of a file, the others to the preview.
    """
    told = telling(progress, stages=3)
    kept = kept_of(DISHES, progress, token=token, site_id=site_id, by=by, step=told)
    if isinstance(kept, Refusal):
        return refused(kept, CHOICE)
    done = importing.import_sheet(
        kept.read,
        filename=kept.filename,
        now=progress.now,
        by=by,
        checking=partial(told, "checking"),
        spelling=partial(told, "spelling"),
    )
    if isinstance(done, Refusal):  # what is wrong now may not have been when it was read
        _preview(kept, progress, token=token, by=by, step=told)
        return refused(done, PREVIEW, token=token)
    intake.drop(token)
    new, changed = done
    return {
        "endpoint": END,
        "values": {"job_id": progress.job_id},
        "taken_up": {"new": new, "changed": changed},
    }


def preview_or_refusal(token: str) -> Shown[ImportRow] | Refusal:
    """What the reader's own large file would change. Codes: upload_gone, upload_unread."""
    found = DISHES.preview(token)
    return found if isinstance(found, Refusal) else dish_previews.read(found)


def _preview(
    kept: intake.Kept[OpenSheet],
    progress: jobs.Progress,
    *,
    token: str,
    by: int,
    step: intake.Step,
) -> bool:
    """Keep what the file would change now; whether the file is still wanted."""
    preview = importing.preview_sheet(db.session(), kept.read, step=partial(step, "checking"))
    db.session.rollback()
    found = dish_previews.written(shown(preview))
    return intake.keep_preview(token, found, staff_id=by, now=progress.now)
