"""Changing the library: dishes and their recipes; loading the one we ship."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.menus import queries
from canteen.menus.dishes import DishValues, Spelling, canonical_of, problems_of, spelling_of
from canteen.menus.library import library_dishes, library_ingredients
from canteen.menus.library_models import DishName
from canteen.menus.models import Dish, DishIngredient, Ingredient


@retried
def save_dish(
    *, dish_id: int | None, values: DishValues, now: datetime, by: int | None
) -> int | list[Refusal]:
    """Add a dish or change one. Returns its id, or everything that is wrong with it.

    Codes: those of `canteen.menus.dishes.problems_of`, and dish_exists with `dish_id`.
    """
    try:
        with transaction() as session:
            problems = problems_of(values, queries.known_ingredients(session))
            other = queries.same_dish(session, values.name)
            if other is not None and other.id != dish_id:
                problems.append(_exists(values.name, other))
            if problems:
                return problems
            dish = session.get_one(Dish, dish_id) if dish_id is not None else Dish()
            write_dish(session, dish, values, ingredient_ids(session))
            audit.record(
                session, at=now, staff_id=by, action="changed", subject="dish", subject_id=dish.id
            )
            return dish.id
    except IntegrityError as error:
        if broke(error, "uq_dishes_canonical", "dishes.canonical") or broke(
            error, "uq_dishes_name", "dishes.name"
        ):
            return [Refusal("dish_exists_now", {"name": values.name})]
        raise


def load_shipped_library() -> tuple[int, int]:
    """Add the ingredients and dishes of ``data/`` that are not there; how many of each.

    What a site has changed or already holds is left alone, so doing it twice changes nothing.
    """
    with transaction() as session:
        return _load_ingredients(session), _load_dishes(session)


Spelled = Mapping[tuple[str, str], Spelling]
"""What was worked out before a transaction, by Chinese and English name."""
NOTHING_SPELLED: Spelled = {}


def write_dish(
    session: Session,
    dish: Dish,
    values: DishValues,
    ingredients: Mapping[str, int],
    *,
    spelled: Spelled = NOTHING_SPELLED,
) -> None:
    """Set every value of a dish and its recipe, inside the caller's transaction."""
    kept = {line.ingredient_id: line for line in dish.recipe}
    _set(dish, values, spelled)
    # A dish that takes the name of one merged into it has it as its own now.
    session.execute(delete(DishName).where(DishName.canonical == dish.canonical))
    lines = {ingredients[line.ingredient]: line.grams for line in values.recipe}
    dish.recipe = [
        _line(kept.get(ingredient_id), ingredient_id, grams, position)
        for position, (ingredient_id, grams) in enumerate(lines.items())
    ]
    session.add(dish)
    session.flush()


def write_dishes(
    session: Session,
    many: Iterable[DishValues],
    ingredients: Mapping[str, int],
    *,
    spelled: Spelled = NOTHING_SPELLED,
) -> list[Dish]:
    """Add new dishes in a few statements, inside the caller's transaction."""
    rows = []
    for values in many:
        lines = {ingredients[line.ingredient]: line.grams for line in values.recipe}
        dish = Dish(
            recipe=[
                _line(None, number, grams, position)
                for position, (number, grams) in enumerate(lines.items())
            ]
        )
        _set(dish, values, spelled)
        rows.append(dish)
    session.add_all(rows)
    session.flush()
    return rows


def _set(dish: Dish, values: DishValues, spelled: Spelled) -> None:
    names = (values.name, values.name_en)
    spelling = spelled.get(names) or spelling_of(*names)
    dish.name, dish.name_en = values.name, values.name_en
    dish.canonical, dish.search = spelling.canonical, spelling.search
    dish.category, dish.method, dish.texture = values.category, values.method, values.texture
    dish.season = ";".join(values.seasons)
    dish.tags = ";".join(values.tags)
    dish.periods = ";".join(values.periods)
    dish.equipment = ";".join(values.equipment)
    dish.price_fen, dish.active = values.price_fen, values.active


def ingredient_ids(session: Session) -> dict[str, int]:
    """The row of an ingredient by its name and every synonym."""
    by_name = {name: number for number, name in session.execute(_NAMES)}
    known = queries.known_ingredients(session)
    return {word: by_name[name] for word, name in known.items()}


_NAMES = select(Ingredient.id, Ingredient.name)


def _exists(name: str, other: Dish) -> Refusal:
    return Refusal("dish_exists", {"name": name, "other": other.name, "dish_id": other.id})


def _line(
    line: DishIngredient | None, ingredient_id: int, grams: float, position: int
) -> DishIngredient:
    line = line or DishIngredient(ingredient_id=ingredient_id)
    line.grams, line.position = grams, position
    return line


def _load_ingredients(session: Session) -> int:
    have = set(session.scalars(select(Ingredient.name)))
    new = [one for one in library_ingredients() if one.facts.name not in have]
    session.add_all(
        Ingredient(
            name=one.facts.name,
            name_en=one.name_en,
            synonyms=";".join(one.synonyms),
            food_group=one.facts.food_group,
            source=one.source,
            edible_percent=one.facts.edible_percent,
            allergens=";".join(sorted(one.facts.allergens)),
            contains=";".join(sorted(one.facts.contains)),
            price_fen_per_kg=one.facts.price_fen_per_kg,
            **one.facts.per_100g,
        )
        for one in new
    )
    session.flush()
    return len(new)


def _load_dishes(session: Session) -> int:
    taken = {*session.scalars(select(Dish.canonical)), *session.scalars(select(DishName.canonical))}
    ids = ingredient_ids(session)
    new = []
    for one in library_dishes():
        canonical = canonical_of(one.name)
        if canonical not in taken:
            taken.add(canonical)
            new.append(one)
    write_dishes(
        session,
        (
            DishValues(
                name=one.name,
                name_en=one.name_en,
                category=one.category,
                method=one.method,
                seasons=one.seasons,
                texture=one.texture,
                tags=one.tags,
                periods=one.periods,
                price_fen=one.price_fen,
                recipe=one.recipe,
            )
            for one in new
        ),
        ids,
    )
    return len(new)
