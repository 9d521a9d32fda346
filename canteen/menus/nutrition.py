"""What a recipe holds, costs and may harm.

Unknown stays unknown: a sum says beside itself which ingredients it does not know. Nobody is
told that a dish has no salt because a table has a blank.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

NUTRIENTS = (
    "kcal",
    "protein_g",
    "fat_g",
    "carb_g",
    "fibre_g",
    "sodium_mg",
    "potassium_mg",
    "calcium_mg",
    "iron_mg",
    "cholesterol_mg",
    "vitamin_a_rae_ug",
    "vitamin_c_mg",
)
"""The nutrients we count. Units are the last part of the name; kcal is kilocalories."""

_NOT_A_FOOD = ("oil", "condiment", "sugar")
_MEATS = ("meat_red", "poultry", "offal", "fish", "shellfish")
_NOTHING: Mapping[str, float | None] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class IngredientFacts:
    """A row of the table of ingredients.

    `per_100g` holds nutrients per 100 g of edible portion; a missing or None value is unknown.
    `edible_percent` is what is left of 100 g as bought, None if unknown. `contains`: pork, beef,
    lamb.
    """

    name: str
    food_group: str = ""
    per_100g: Mapping[str, float | None] = field(default_factory=lambda: _NOTHING)
    edible_percent: float | None = None
    price_fen_per_kg: int | None = None
    allergens: frozenset[str] = frozenset()
    contains: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class RecipeLine:
    """So many grams of an ingredient, as bought, in one portion."""

    ingredient: str
    grams: float


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How much is known, and the ingredients that may add to it."""

    known: float
    unknown: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the known amount is the whole amount."""
        return not self.unknown


Nutrition = Mapping[str, Amount]
"""An amount for each of `NUTRIENTS`, of one portion."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What the ingredients of one portion cost, in fen, as far as prices are known."""

    fen: int
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Allergens:
    """Allergens of a portion by the table, and ingredients the table does not hold."""

    known: frozenset[str]
    unknown: tuple[str, ...] = ()


def nutrition_of(
    recipe: Iterable[RecipeLine], ingredients: Mapping[str, IngredientFacts]
) -> Nutrition:
    """Nutrients of one portion. `ingredients` maps every name a recipe may use to its facts.

    An ingredient adds ``grams × edible_percent × value``. If it is not in the table, or its
    value or edible part is blank, it is listed as unknown and adds nothing; a value that is
    zero is zero whatever part is eaten.
    """
    lines = list(recipe)
    return {nutrient: _amount(nutrient, lines, ingredients) for nutrient in NUTRIENTS}


def total_of(portions: Iterable[Nutrition]) -> Nutrition:
    """Several portions together: a set, a meal, a day."""
    parts = list(portions)
    return {nutrient: _sum(part[nutrient] for part in parts) for nutrient in NUTRIENTS}


def cost_of(recipe: Iterable[RecipeLine], ingredients: Mapping[str, IngredientFacts]) -> Cost:
    """Cost of the ingredients of one portion as bought, rounded once, half up to the fen."""
    fen, unknown = Decimal(0), []
    for line in recipe:
        facts = ingredients.get(line.ingredient)
        if facts is None or facts.price_fen_per_kg is None:
            unknown.append(line.ingredient)
        else:
            fen += Decimal(str(line.grams)) * facts.price_fen_per_kg / 1000
    return Cost(fen=int(fen.to_integral_value(ROUND_HALF_UP)), unknown=tuple(unknown))


def allergens_of(
    recipe: Iterable[RecipeLine], ingredients: Mapping[str, IngredientFacts]
) -> Allergens:
    """Allergens of the ingredients of one portion. For bottled food the label decides."""
    known: set[str] = set()
    unknown = []
    for line in recipe:
        facts = ingredients.get(line.ingredient)
        if facts is None:
            unknown.append(line.ingredient)
        else:
            known |= facts.allergens
    return Allergens(known=frozenset(known), unknown=tuple(unknown))


def main_ingredient_of(
    recipe: Iterable[RecipeLine],
    ingredients: Mapping[str, IngredientFacts],
    category: str = "",
) -> str:
    """The food that weighs most as bought, oil and seasoning aside; '' if there is none. Of a
    meat dish (大荤) the meat or fish that weighs most, if there is any: 番茄牛腩 is beef, however
    many tomatoes are in it."""
    foods = [
        line
        for line in recipe
        if (facts := ingredients.get(line.ingredient)) is None
        or facts.food_group not in _NOT_A_FOOD
    ]
    if category == "main_meat":
        foods = [line for line in foods if _is_meat(ingredients.get(line.ingredient))] or foods
    return max(foods, key=lambda line: line.grams).ingredient if foods else ""


def _is_meat(facts: IngredientFacts | None) -> bool:
    return facts is not None and facts.food_group in _MEATS


def food_kinds_of(
    recipes: Iterable[Iterable[RecipeLine]], ingredients: Mapping[str, IngredientFacts]
) -> frozenset[str]:
    """The different foods in some dishes, oil and seasoning aside, for "12 kinds a day"."""
    return frozenset(
        line.ingredient
        for recipe in recipes
        for line in recipe
        if (facts := ingredients.get(line.ingredient)) is None
        or facts.food_group not in _NOT_A_FOOD
    )


def _amount(
    nutrient: str, lines: list[RecipeLine], ingredients: Mapping[str, IngredientFacts]
) -> Amount:
    known, unknown = 0.0, []
    for line in lines:
        facts = ingredients.get(line.ingredient)
        value = facts.per_100g.get(nutrient) if facts else None
        if value == 0:
            continue
        if facts is None or value is None or facts.edible_percent is None:
            unknown.append(line.ingredient)
        else:
            known += line.grams * facts.edible_percent / 100 * value / 100
    return Amount(known=known, unknown=tuple(unknown))


def _sum(amounts: Iterable[Amount]) -> Amount:
    parts = list(amounts)
    unknown = dict.fromkeys(name for part in parts for name in part.unknown)
    return Amount(known=sum(part.known for part in parts), unknown=tuple(unknown))
