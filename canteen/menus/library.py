"""The dishes and ingredients a new canteen begins with, read from ``data/``.

The files travel with the package and are ours, so a fault in them is a bug and raises. What a
site imports takes another way, with refusals.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from canteen.menus.nutrition import NUTRIENTS, IngredientFacts, RecipeLine

SOURCE = "USDA SR28"
"""National Nutrient Database for Standard Reference, release 28; public domain."""


@dataclass(frozen=True, kw_only=True)
class LibraryIngredient:
    """A row of ``ingredients.csv``. `source` is "" where no table knows the food; `edible_from`
    says who says what part is eaten: usda, bought_clean or "" where nobody does."""

    facts: IngredientFacts
    name_en: str
    synonyms: tuple[str, ...]
    source: str
    edible_from: str


@dataclass(frozen=True, kw_only=True)
class LibraryDish:
    """A row of ``dishes.csv``: one portion."""

    name: str
    name_en: str
    category: str
    method: str
    seasons: tuple[str, ...]
    texture: str
    tags: tuple[str, ...]
    price_fen: int
    periods: tuple[str, ...]
    recipe: tuple[RecipeLine, ...]


@cache
def library_ingredients() -> tuple[LibraryIngredient, ...]:
    """Every ingredient of the library, in the order of its file."""
    return tuple(_ingredient(row) for row in _rows("ingredients.csv"))


@cache
def _by_name() -> Mapping[str, LibraryIngredient]:
    return MappingProxyType({one.facts.name: one for one in library_ingredients()})


def shipped_ingredient(name: str) -> LibraryIngredient | None:
    """The row of our table with this name as we ship it, or None."""
    return _by_name().get(name)


@cache
def library_dishes() -> tuple[LibraryDish, ...]:
    """Every dish of the library, in the order of its file."""
    return tuple(_dish(row) for row in _rows("dishes.csv"))


@cache
def ingredient_facts() -> Mapping[str, IngredientFacts]:
    """Facts by every name and synonym of an ingredient."""
    return MappingProxyType(
        {
            name: one.facts
            for one in library_ingredients()
            for name in (one.facts.name, *one.synonyms)
        }
    )


@cache
def ingredient_names() -> Mapping[str, str]:
    """The name in the table by every name and synonym, as `guess_ingredients` takes it."""
    return MappingProxyType({word: facts.name for word, facts in ingredient_facts().items()})


def parse_recipe(text: str) -> tuple[RecipeLine, ...]:
    """Read ``猪肉末:100;荸荠:15``. Raises ValueError for anything else or 0 grams or less."""
    lines = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, colon, grams = part.partition(":")
        if not (name.strip() and colon and 0 < float(grams) < 10_000):
            raise ValueError(part)
        lines.append(RecipeLine(ingredient=name.strip(), grams=float(grams)))
    return tuple(lines)


def _rows(name: str) -> Iterator[dict[str, str]]:
    file = resources.files("canteen.menus").joinpath("data", name)
    yield from csv.DictReader(file.read_text(encoding="utf-8").splitlines())


def _ingredient(row: dict[str, str]) -> LibraryIngredient:
    ndb_no = row["ndb_no"]
    return LibraryIngredient(
        facts=IngredientFacts(
            name=row["name_zh"],
            food_group=row["food_group"],
            per_100g=MappingProxyType({nutrient: _known(row[nutrient]) for nutrient in NUTRIENTS}),
            edible_percent=_known(row["edible_percent"]),
            price_fen_per_kg=int(row["price_fen_per_kg"]) if row["price_fen_per_kg"] else None,
            allergens=frozenset(_words(row["allergens"])),
            contains=frozenset(_words(row["contains"])),
        ),
        name_en=row["name_en"],
        synonyms=_words(row["synonyms_zh"]),
        source=f"{SOURCE} {ndb_no}, {row['match']}" if ndb_no else "",
        edible_from=row["edible_from"],
    )


def _dish(row: dict[str, str]) -> LibraryDish:
    return LibraryDish(
        name=row["name"],
        name_en=row["name_en"],
        category=row["category"],
        method=row["method"],
        seasons=_words(row["season"]),
        texture=row["texture"],
        tags=_words(row["tags"]),
        price_fen=int(row["price_fen"]),
        periods=_words(row["periods"]),
        recipe=parse_recipe(row["recipe"]),
    )


def _known(value: str) -> float | None:
    return float(value) if value else None


def _words(value: str) -> tuple[str, ...]:
    return tuple(word for word in value.split(";") if word)
