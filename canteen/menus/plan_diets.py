"""Which diets a dish suits for certain, by what is in it. What is not known suits nobody.

Halal is not here: it needs a kitchen and a butcher, and no recipe tells. Neither is less oil:
nothing in the library says it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

_ANIMALS = frozenset(("meat_red", "poultry", "offal", "fish", "shellfish", "egg", "dairy"))
_SEA = frozenset(("fish", "shellfish"))
_HOT = ("辣椒", "花椒", "豆瓣酱", "剁椒", "尖椒", "泡椒")
_CORIANDER = ("香菜", "芫荽")

_ALLERGIES = {
    "allergy_peanut": "peanut",
    "allergy_nut": "nuts",
    "allergy_egg": "egg",
    "allergy_milk": "milk",
    "allergy_soy": "soy",
    "allergy_wheat": "gluten",
    "allergy_fish": "fish",
    "allergy_shellfish": "crustacean",
}
_GROUPS_OF_ALLERGIES = {
    "allergy_egg": frozenset(("egg",)),
    "allergy_milk": frozenset(("dairy",)),
    "allergy_soy": frozenset(("soy",)),
    "allergy_fish": frozenset(("fish",)),
    "allergy_shellfish": frozenset(("shellfish",)),
    "allergy_nut": frozenset(("nut",)),
    "allergy_peanut": frozenset(("nut",)),
}

KNOWABLE = (
    "low_salt",
    "low_sugar",
    "no_spicy",
    "no_pork",
    "no_beef_mutton",
    "no_fish",
    "vegetarian",
    "no_coriander",
    *_ALLERGIES,
)
"""Codes of `canteen.residents.diets` that a recipe can answer."""


@dataclass(frozen=True, kw_only=True)
class InDish:
    """One ingredient of a dish, as diets ask for it. `known` is False where nobody has said
    which allergens and which animal are in it."""

    name: str
    food_group: str
    allergens: frozenset[str] = frozenset()
    contains: frozenset[str] = frozenset()
    known: bool = True


def diets_of(recipe: Iterable[InDish], tags: Iterable[str]) -> frozenset[str]:
    """The diets a dish suits for certain. A dish without a recipe keeps only what a person has
    marked it with."""
    foods, marked = list(recipe), set(tags)
    suits: set[str] = marked & {"low_salt", "low_sugar"}
    if not foods:
        return frozenset(suits)
    groups = {one.food_group for one in foods}
    allergens = {allergen for one in foods for allergen in one.allergens}
    animals = {animal for one in foods for animal in one.contains}
    if "spicy" not in marked and not _named(foods, _HOT):
        suits.add("no_spicy")
    if not _named(foods, _CORIANDER):
        suits.add("no_coriander")
    if not all(one.known for one in foods):
        return frozenset(suits)
    if "pork" not in animals:
        suits.add("no_pork")
    if not animals & {"beef", "lamb"}:
        suits.add("no_beef_mutton")
    if not groups & _SEA and not allergens & {"fish", "crustacean"}:
        suits.add("no_fish")
    if not groups & _ANIMALS and not animals and not allergens & {"fish", "crustacean", "egg"}:
        suits.add("vegetarian")
    suits |= {
        diet
        for diet, allergen in _ALLERGIES.items()
        if allergen not in allergens and not groups & _GROUPS_OF_ALLERGIES.get(diet, frozenset())
    }
    return frozenset(suits)


def _named(foods: Iterable[InDish], words: Iterable[str]) -> bool:
    return any(word in one.name for one in foods for word in words)
