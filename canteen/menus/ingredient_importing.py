"""A site's own table of ingredients from a spreadsheet: previewed row by row, taken whole or not.

A blank cell leaves a value as it is; 不知道 makes it unknown. What differs from the shared table
becomes this site's own value, from the source the row names. The same file again changes nothing.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.menus.ingredient_actions import keep_own, name_ingredient
from canteen.menus.ingredient_queries import all_ingredients, own_values
from canteen.menus.ingredient_reading import IngredientRow, Reader
from canteen.menus.ingredient_words import HEADINGS
from canteen.menus.library_sheets import (
    OpenSheet,
    SheetPreview,
    open_sheet,
    why_not_taken,
)
from canteen.menus.models import Ingredient

IngredientPreview = SheetPreview[IngredientRow]


def preview_ingredients(
    session: Session, *, site_id: int, data: bytes, filename: str
) -> IngredientPreview | Refusal:
    """What a file holds, row by row; changes nothing. Refuses what is no table of ingredients."""
    sheet = open_sheet(data, filename, HEADINGS, required=("name",))
    if isinstance(sheet, Refusal):
        return sheet
    return _previewed(session, sheet, site_id, filename)


def _previewed(
    session: Session, sheet: OpenSheet, site_id: int, filename: str
) -> IngredientPreview:
    reader = Reader(sheet, all_ingredients(session), own_values(session, site_id), filename)
    return sheet.preview(reader.row)


def import_ingredients(
    *, site_id: int, data: bytes, filename: str, now: datetime, by: int | None
) -> tuple[int, int] | Refusal:
    """Take a file's ingredients and values; how many are new and changed. With a problem, none.

    The file is read, and what has nothing to write is found, before SQLite's one writer is asked
    for. Codes: those of reading a sheet, import_problems, import_empty, ingredients_changed_now.
    """
    sheet = open_sheet(data, filename, HEADINGS, required=("name",))
    if isinstance(sheet, Refusal):
        return sheet
    preview = _previewed(db.session(), sheet, site_id, filename)
    db.session.rollback()
    if refusal := why_not_taken(preview):
        return refusal
    if all(row.status == "same" for row in preview.rows):
        return 0, 0
    try:
        with transaction() as session:
            preview = _previewed(session, sheet, site_id, filename)
            if refusal := why_not_taken(preview):
                return refusal
            changed = [row for row in preview.rows if row.status != "same"]
            _write(session, site_id, changed, now, by)
            if changed:
                note = f"site {site_id}: {preview.count('new')} new, {preview.count('changed')}"
                audit.record(
                    session, at=now, staff_id=by, action="imported", subject="ingredients",
                    subject_id=filename[-40:], note=f"{note} changed",
                )  # fmt: skip
            return preview.count("new"), preview.count("changed")
    except IntegrityError:
        return Refusal("ingredients_changed_now", {})


def _write(
    session: Session, site_id: int, rows: Iterable[IngredientRow], now: datetime, by: int | None
) -> None:
    """All names first, so that ten thousand new rows are stored together."""
    own = own_values(session, site_id)
    known = {row.id: row for row in all_ingredients(session)}
    pairs = [(row, known.get(row.ingredient_id or 0) or _new(row)) for row in rows]
    for row, ingredient in pairs:
        name_ingredient(session, ingredient, row.values)
    session.flush()
    for row, ingredient in pairs:
        keep_own(
            session,
            site_id=site_id,
            row=ingredient,
            values=row.values,
            source=row.source,
            now=now,
            by=by,
            own=own.get(ingredient.id, {}),
        )


def _new(row: IngredientRow) -> Ingredient:
    return Ingredient(source=row.source, synonyms="", name_en="")
