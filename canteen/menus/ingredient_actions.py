"""Changing ingredients: what they are called is shared, what they hold and cost is each site's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.menus.ingredient_queries import facts_of, known_ingredients, own_values, words
from canteen.menus.ingredients import (
    FIELDS,
    LISTS,
    OwnValue,
    problems_of_values,
    value_in,
    with_own,
    written,
)
from canteen.menus.library_models import IngredientOverride
from canteen.menus.models import Ingredient

SHARED = ("name", "name_en", "synonyms", "food_group")
"""What is the same at every site: recipes and planning go by it."""


@retried
def save_ingredient(
    *,
    site_id: int,
    ingredient_id: int | None,
    values: Mapping[str, Any],
    source: str,
    now: datetime,
    by: int | None,
) -> int | Refusal:
    """Add an ingredient, or set what a site knows better; None is unknown, never zero.

    `values` holds any of `SHARED` and `canteen.menus.ingredients.FIELDS`. A value that differs
    from what the site has becomes its own, from `source`; one that is the shared table's again
    is the table's again. A new ingredient is shared, its price is the site's.

    Codes: ingredient_exists, ingredient_word_taken, and those of `problems_of_values`.
    """
    if problems := problems_of_values(values):
        return problems[0]
    try:
        with transaction() as session:
            row = _locked(session, ingredient_id) if ingredient_id else Ingredient(source=source)
            if refusal := _word_taken(session, row, values):
                return refusal
            name_ingredient(session, row, values)
            session.flush()
            own = own_values(session, site_id, [row.id]).get(row.id, {})
            keep_own(
                session, site_id=site_id, row=row, values=values, source=source, now=now, by=by,
                own=own,
            )  # fmt: skip
            audit.record(
                session, at=now, staff_id=by, action="changed", subject="ingredient",
                subject_id=row.id, note=f"site {site_id}",
            )  # fmt: skip
            return row.id
    except IntegrityError as error:
        if broke(error, "uq_ingredients_name", "ingredients.name"):
            return Refusal("ingredient_exists", {"name": values["name"]})
        raise


@retried
def give_back(
    *, site_id: int, ingredient_id: int, field: str, now: datetime, by: int | None
) -> None:
    """Take a site's own value back: the shared table's counts again. Twice is harmless."""
    with transaction() as session:
        gone = session.execute(
            delete(IngredientOverride).where(
                IngredientOverride.site_id == site_id,
                IngredientOverride.ingredient_id == ingredient_id,
                IngredientOverride.field == field,
            )
        )
        if gone.rowcount:  # type: ignore[attr-defined]
            audit.record(
                session, at=now, staff_id=by, action="gave_back", subject="ingredient",
                subject_id=ingredient_id, note=f"site {site_id}: {field}"[:400],
            )  # fmt: skip


def name_ingredient(session: Session, row: Ingredient, values: Mapping[str, Any]) -> None:
    """Set what every site shares, inside the caller's transaction; a new row needs a flush."""
    for name in SHARED:
        if name in values:
            setattr(row, name, values[name])
    if row.id is None:
        _set_shared(row, values)
        session.add(row)


def keep_own(
    session: Session,
    *,
    site_id: int,
    row: Ingredient,
    values: Mapping[str, Any],
    source: str,
    now: datetime,
    by: int | None,
    own: Mapping[str, OwnValue],
) -> None:
    """Set a site's own values of a stored row; `own` is what it has so far."""
    shared = facts_of(row)
    seen = with_own(shared, own)
    for field in FIELDS:
        if field not in values or value_in(seen, field) == values[field]:
            continue
        key = (site_id, row.id, field)
        kept = session.get_one(IngredientOverride, key) if field in own else None
        if value_in(shared, field) == values[field]:
            session.delete(kept)
            continue
        kept = kept or IngredientOverride(site_id=site_id, ingredient_id=row.id, field=field)
        kept.value, kept.source = written(field, values[field]), source
        kept.changed_at, kept.changed_by = now, by
        session.add(kept)


def _set_shared(row: Ingredient, values: Mapping[str, Any]) -> None:
    """A new row is shared as it comes, but for its price: that is what this site pays."""
    for field in FIELDS:
        if field in LISTS:
            setattr(row, field, ";".join(sorted(values.get(field) or ())))
        elif field != "price_fen_per_kg":
            setattr(row, field, values.get(field))


def _locked(session: Session, ingredient_id: int) -> Ingredient:
    """The row, held so that two people who change it take turns."""
    query = select(Ingredient).where(Ingredient.id == ingredient_id).with_for_update()
    return session.scalars(query).one()


def _word_taken(session: Session, row: Ingredient, values: Mapping[str, Any]) -> Refusal | None:
    """A word that means another ingredient already would make recipes mean two things."""
    known = known_ingredients(session)
    own = {row.name, *words(row.synonyms or "")} if row.id is not None else set()
    asked = (values.get("name", ""), *words(values.get("synonyms", "")))
    for word in asked:
        if word in known and word not in own:
            facts = {"word": word[:40], "name": known[word]}
            if word == known[word] and word == values.get("name"):
                return Refusal("ingredient_exists", {"name": word})
            return Refusal("ingredient_word_taken", facts)
    return None
