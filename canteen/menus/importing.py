"""Dishes from a spreadsheet: read, previewed row by row, taken whole or not at all."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.database import db, transaction
from canteen.foundation.spreadsheets import Step, Table, in_silence, read_table
from canteen.foundation.wording import Refusal
from canteen.menus import queries
from canteen.menus.cooking import Spelled, ingredient_ids, write_dish, write_dishes
from canteen.menus.dish_reading import ImportRow, Reader
from canteen.menus.dish_words import HEADINGS
from canteen.menus.dishes import DishValues, spelling_of
from canteen.menus.library_sheets import (
    OpenSheet,
    SheetPreview,
    open_table,
    why_not_taken,
)
from canteen.menus.models import Dish

DishPreview = SheetPreview[ImportRow]


def open_dishes(table: Table) -> OpenSheet | Refusal:
    """A table whose headings are those of dishes. Codes: those of `find_header`."""
    return open_table(table, HEADINGS, required=("name", "category"))


def preview_dishes(session: Session, data: bytes, filename: str) -> DishPreview | Refusal:
    """What a file holds, row by row; changes nothing. Refuses what is no table of dishes."""
    sheet = _opened(data, filename)
    return sheet if isinstance(sheet, Refusal) else preview_sheet(session, sheet)


def preview_sheet(session: Session, sheet: OpenSheet, *, step: Step = in_silence) -> DishPreview:
    """What a sheet holds, row by row; `step` hears how far it is."""
    reader = Reader(
        sheet,
        queries.known_ingredients(session),
        queries.all_dishes(session),
        queries.merged_names(session),
        queries.period_words(session),
    )
    return sheet.preview(reader.row, step=step)


def import_dishes(
    *, data: bytes, filename: str, now: datetime, by: int | None
) -> tuple[int, int] | Refusal:
    """Add and change the dishes of a file; how many of each. With a problem anywhere, none.

    Codes: those of reading a sheet, and of `import_sheet`.
    """
    sheet = _opened(data, filename)
    if isinstance(sheet, Refusal):
        return sheet
    return import_sheet(sheet, filename=filename, now=now, by=by)


def import_sheet(
    sheet: OpenSheet,
    *,
    filename: str,
    now: datetime,
    by: int | None,
    checking: Step = in_silence,
    spelling: Step = in_silence,
) -> tuple[int, int] | Refusal:
    """Add and change the dishes of a sheet; how many of each. With a problem anywhere, none.

    The same sheet again changes nothing, and nobody waits for it: what has nothing to write is
    found, and names are spelled in letters, before SQLite's one writer is asked for. What
    `checking` and `spelling` raise ends it before anything is written.
    Codes: import_problems, import_empty, dishes_changed_now.
    """
    preview = preview_sheet(db.session(), sheet, step=checking)
    db.session.rollback()
    if refusal := why_not_taken(preview):
        return refusal
    to_write = [row.values for row in preview.rows if row.status in ("new", "changed")]
    if not to_write:
        return 0, 0
    spelled = _spelled(to_write, spelling)
    try:
        with transaction() as session:
            preview = preview_sheet(session, sheet)
            if refusal := why_not_taken(preview):
                return refusal
            new, changed = _write(session, preview, spelled)
            if new or changed:
                audit.record(
                    session, at=now, staff_id=by, action="imported", subject="dishes",
                    subject_id=filename[-40:], note=f"{new} new, {changed} changed",
                )  # fmt: skip
            return new, changed
    except IntegrityError:
        return Refusal("dishes_changed_now")


def _write(session: Session, preview: DishPreview, spelled: Spelled) -> tuple[int, int]:
    """New dishes in a few statements, changed ones each on its own."""
    ids = ingredient_ids(session)
    new = [row.values for row in preview.rows if row.status == "new"]
    write_dishes(session, new, ids, spelled=spelled)
    changed = [row for row in preview.rows if row.status == "changed"]
    for row in changed:
        dish = session.get_one(Dish, row.dish_id)
        write_dish(session, dish, row.values, ids, spelled=spelled)
    return len(new), len(changed)


def _opened(data: bytes, filename: str) -> OpenSheet | Refusal:
    table = read_table(data, filename)
    return table if isinstance(table, Refusal) else open_dishes(table)


def _spelled(dishes: Sequence[DishValues], step: Step) -> Spelled:
    """How each dish is found, by its Chinese and English name."""
    found = {}
    for done, one in enumerate(dishes):
        step(done, len(dishes))
        found[one.name, one.name_en] = spelling_of(one.name, one.name_en)
    return found
