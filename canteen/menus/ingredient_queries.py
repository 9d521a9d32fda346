"""Reading ingredients: the shared table, and a site's own values over it."""

from collections.abc import Collection

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.menus.ingredients import FIELDS, OwnValue, read_back, with_own
from canteen.menus.library_models import IngredientOverride
from canteen.menus.models import Ingredient
from canteen.menus.nutrition import NUTRIENTS, IngredientFacts


def ingredient_facts(
    session: Session, site_id: int, names: Collection[str] | None = None
) -> dict[str, IngredientFacts]:
    """What a site knows of every ingredient, by its name in the table; its own values win.

    Two queries whatever the size of the table. With `names` only those. Recipes name ingredients
    by these names; for what people write, go through `known_ingredients` first.
    """
    query = select(Ingredient)
    if names is not None:
        query = query.where(Ingredient.name.in_(names))
    rows = session.scalars(query).all()
    own = own_values(session, site_id, None if names is None else [row.id for row in rows])
    return {row.name: with_own(facts_of(row), own.get(row.id, {})) for row in rows}


def own_values(
    session: Session, site_id: int, ingredient_ids: Collection[int] | None = None
) -> dict[int, dict[str, OwnValue]]:
    """A site's own values by ingredient and field; one query."""
    query = select(IngredientOverride).where(IngredientOverride.site_id == site_id)
    if ingredient_ids is not None:
        query = query.where(IngredientOverride.ingredient_id.in_(ingredient_ids))
    found: dict[int, dict[str, OwnValue]] = {}
    for row in session.scalars(query):
        if row.field in FIELDS:
            own = OwnValue(value=read_back(row.field, row.value), source=row.source)
            found.setdefault(row.ingredient_id, {})[row.field] = own
    return found


def known_ingredients(session: Session) -> dict[str, str]:
    """The name in the table by every name and synonym."""
    query = select(Ingredient.name, Ingredient.synonyms)
    rows = session.execute(query.order_by(Ingredient.id)).all()
    known = {word: name for name, synonyms in rows for word in words(synonyms)}
    return known | {name: name for name, _ in rows}


def all_ingredients(session: Session) -> list[Ingredient]:
    """The whole table in its order, for a file."""
    return list(session.scalars(select(Ingredient).order_by(Ingredient.id)))


def ingredients(session: Session, *, text: str = "", page: int = 1) -> Page[Ingredient]:
    """A page of the table of ingredients; `text` is part of a name in either language."""
    query = select(Ingredient)
    if wanted := "".join(text.split()).casefold()[:40]:
        query = query.where(
            or_(
                Ingredient.name.contains(wanted, autoescape=True),
                Ingredient.synonyms.contains(wanted, autoescape=True),
                func.lower(Ingredient.name_en).contains(wanted, autoescape=True),
            )
        )
    query = query.order_by(Ingredient.id).limit(PAGE_SIZE + 1).offset((page - 1) * PAGE_SIZE)
    return cut(session.scalars(query).all(), page)


def facts_of(row: Ingredient) -> IngredientFacts:
    """An ingredient of the shared table as the rules of nutrition take it."""
    return IngredientFacts(
        name=row.name,
        food_group=row.food_group,
        per_100g={nutrient: getattr(row, nutrient) for nutrient in NUTRIENTS},
        edible_percent=row.edible_percent,
        price_fen_per_kg=row.price_fen_per_kg,
        allergens=frozenset(words(row.allergens)),
        contains=frozenset(words(row.contains)),
    )


def words(text: str) -> tuple[str, ...]:
    """``a;b`` as it is stored, in parts."""
    return tuple(word for word in text.split(";") if word)
