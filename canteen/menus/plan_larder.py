"""The library as planning takes it: what is in each dish, what it costs, who may eat it.

A site's own values of an ingredient win, and its diners' ratings count.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.menus.categories import PERIODS, equipment_of
from canteen.menus.guessing import guess_grain
from canteen.menus.ingredient_queries import ingredient_facts, words
from canteen.menus.library import library_ingredients
from canteen.menus.models import Dish, DishIngredient, Ingredient
from canteen.menus.names import canonical_name
from canteen.menus.nutrition import (
    IngredientFacts,
    RecipeLine,
    cost_of,
    food_kinds_of,
    main_ingredient_of,
    nutrition_of,
)
from canteen.menus.plan_diets import InDish, diets_of
from canteen.menus.plan_settings import planning_units
from canteen.menus.planning.facts import NUTRIENT_UNITS, PlanDish
from canteen.menus.rating_queries import ratings
from canteen.sites import queries as sites

NOT_COOKED = "not_cooked"
"""The only period of a dish that is no longer cooked: it may keep its place, and take no other."""


@dataclass(frozen=True, kw_only=True)
class Food:
    """An ingredient with all that planning asks of it."""

    facts: IngredientFacts
    known: bool
    """Whether somebody has said which allergens and animals are in it."""


def plan_dishes(session: Session, *, site_id: int, standing: Iterable[int]) -> list[PlanDish]:
    """Every dish in use, and those of `standing` whether in use or not; seven queries.

    A meal the library does not speak of (早点, 午茶) may have any dish: a dish that says "lunch
    and dinner" says nothing about it.
    """
    kept = set(standing)
    own_meals = {one.code for one in sites.periods(session, site_id)} - set(PERIODS)
    rows = session.scalars(select(Dish).order_by(Dish.id)).all()
    foods, recipes = _foods(session, site_id), _recipes(session)
    thought = ratings(session, site_id)
    return [
        _plan_dish(row, recipes[row.id], foods, thought.get(row.id), own_meals)
        for row in rows
        if row.active or row.id in kept
    ]


def _recipes(session: Session) -> dict[int, list[tuple[int, float]]]:
    query = select(DishIngredient.dish_id, DishIngredient.ingredient_id, DishIngredient.grams)
    recipes: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for dish_id, ingredient_id, grams in session.execute(query.order_by(DishIngredient.position)):
        recipes[dish_id].append((ingredient_id, grams))
    return recipes


def _foods(session: Session, site_id: int) -> dict[int, Food]:
    """Every ingredient by its row, with the site's own values where it has some."""
    facts = ingredient_facts(session, site_id)
    names = session.execute(select(Ingredient.id, Ingredient.name))
    return {number: _food(facts[name]) for number, name in names}


def _food(facts: IngredientFacts) -> Food:
    plant = facts.food_group not in ("meat_red", "offal", "poultry", "condiment", "oil")
    said = bool(facts.contains) or facts.name in _shipped()
    return Food(facts=facts, known=said or plant)


@cache
def _shipped() -> frozenset[str]:
    """Ingredients of which the shipped table says what is in them, also that it is no animal."""
    return frozenset(one.facts.name for one in library_ingredients())


def _plan_dish(
    row: Dish,
    lines: list[tuple[int, float]],
    foods: Mapping[int, Food],
    rating: int | None,
    own_meals: Iterable[str],
) -> PlanDish:
    inside = [foods[number] for number, _ in lines]
    table = {one.facts.name: one.facts for one in inside}
    recipe = [RecipeLine(ingredient=foods[n].facts.name, grams=grams) for n, grams in lines]
    nutrition = nutrition_of(recipe, table)
    cost = cost_of(recipe, table)
    grams: Counter[str] = Counter()
    for one, line in zip(inside, recipe, strict=True):
        grams[one.facts.food_group] += round(line.grams)
    known = {
        code: planning_units(code, nutrition[nutrient].known) or 0
        for code, (nutrient, _) in NUTRIENT_UNITS.items()
    }
    missing = {code for code, (one, _) in NUTRIENT_UNITS.items() if nutrition[one].unknown}
    return PlanDish(
        id=row.id,
        name=row.name,
        canonical=row.canonical,
        category=row.category,
        method=row.method,
        main=canonical_name(main_ingredient_of(recipe, table, row.category)),
        grain=guess_grain(row.name, row.category),
        texture=row.texture,
        seasons=frozenset(words(row.season)),
        periods=_meals_of(row, own_meals),
        equipment=_equipment_of(row),
        marks=_marks(row, inside),
        foods=food_kinds_of([recipe], table),
        grams=dict(grams),
        nutrients=known if recipe else {},
        unknown=frozenset(missing if recipe else NUTRIENT_UNITS),
        diets=_diets(row, inside),
        cost_fen=cost.fen if recipe and not cost.unknown else None,
        price_fen=row.price_fen,
        rating=rating,
    )


def _meals_of(row: Dish, own_meals: Iterable[str]) -> frozenset[str]:
    """The meals it may stand in; none named is any."""
    if not row.active:
        return frozenset((NOT_COOKED,))
    named = words(row.periods)
    return frozenset((*named, *own_meals)) if named else frozenset()


def _equipment_of(row: Dish) -> frozenset[str]:
    """What a dish needs, as a person said or by its method; fruit needs nothing."""
    return frozenset() if row.category == "fruit" else equipment_of(row.equipment, row.method)


def _marks(row: Dish, inside: Iterable[Food]) -> frozenset[str]:
    marks = {f"dish:{row.canonical}", f"category:{row.category}"}
    marks |= {f"method:{row.method}"} if row.method else set()
    marks |= {f"tag:{tag}" for tag in words(row.tags)}
    for one in inside:
        marks.add(f"food:{one.facts.name}")
        marks |= {f"allergen:{allergen}" for allergen in one.facts.allergens}
        marks |= {f"contains:{animal}" for animal in one.facts.contains}
    return frozenset(marks)


def _diets(row: Dish, inside: Iterable[Food]) -> frozenset[str]:
    return diets_of(
        (
            InDish(
                name=one.facts.name,
                food_group=one.facts.food_group,
                allergens=one.facts.allergens,
                contains=one.facts.contains,
                known=one.known,
            )
            for one in inside
        ),
        words(row.tags),
    )
