"""A dish as somebody wants to save it, and what may be wrong with it. Pure."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pypinyin import lazy_pinyin

from canteen.foundation.money import yuan
from canteen.foundation.wording import Refusal
from canteen.menus.categories import (
    CATEGORIES,
    EQUIPMENT,
    METHODS,
    NO_EQUIPMENT,
    SEASONS,
    TAGS,
    TEXTURES,
)
from canteen.menus.names import canonical_name
from canteen.menus.nutrition import RecipeLine

TO_CONFIRM = "to_confirm"
"""The tag of a dish whose category and recipe were guessed from its name."""
DISH_TAGS = (*TAGS, TO_CONFIRM)
DISH_EQUIPMENT = (*EQUIPMENT, NO_EQUIPMENT)
LONGEST_NAME = 40
LONGEST_ENGLISH = 120
DEAREST_FEN = 1_000_00
"""A portion above 1,000 yuan is a slip of the finger."""
MOST_GRAMS = 2_000
MOST_LINES = 40
_PICTURES = ("So", "Sk", "Cc", "Cf", "Cs", "Co", "Cn")


@dataclass(frozen=True, kw_only=True)
class DishValues:
    """Everything a person says about a dish; `recipe` is one portion, grams as bought.

    `equipment` empty is what the method usually needs; see `categories.equipment_of`.
    """

    name: str
    name_en: str = ""
    category: str = ""
    method: str = ""
    seasons: tuple[str, ...] = ()
    texture: str = "normal"
    tags: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    price_fen: int = 0
    recipe: tuple[RecipeLine, ...] = ()
    active: bool = True


def problems_of(dish: DishValues, known: Mapping[str, str]) -> list[Refusal]:
    """All that keeps a dish out of the library; `known` maps ingredients' names and synonyms.

    Codes: dish_name_missing, dish_name_long, dish_name_picture, dish_english_long,
    dish_category_missing, dish_<field>_unknown (category, method, season, texture, tag,
    equipment), dish_price, recipe_long, recipe_ingredient_unknown, recipe_grams, recipe_twice.
    """
    return [*_name_problems(dish), *_word_problems(dish), *_recipe_problems(dish, known)]


def canonical_of(name: str) -> str:
    """The canonical name as the table keeps it."""
    return canonical_name(name)[:60]


def search_text(name: str, name_en: str = "") -> str:
    """What a dish is found and ordered by: pinyin, initials, name, canonical name, English."""
    syllables = lazy_pinyin("".join(name.split()))
    words = ("".join(syllables), "".join(one[:1] for one in syllables))
    return " ".join((*words, name, canonical_of(name), name_en)).casefold()[:300]


@dataclass(frozen=True)
class Spelling:
    """What a dish is compared by (`canonical`), and found and ordered by (`search`)."""

    canonical: str
    search: str


def spelling_of(name: str, name_en: str = "") -> Spelling:
    """How the table keeps a name; most of the time that a new dish takes."""
    return Spelling(canonical_of(name), search_text(name, name_en))


def picture_in(text: str) -> str:
    """The first sign that is no letter, digit or mark (an emoji, a control sign); or ''."""
    return next((sign for sign in text if unicodedata.category(sign) in _PICTURES), "")


def _name_problems(dish: DishValues) -> Iterator[Refusal]:
    if not canonical_of(dish.name) or not any(sign.isalpha() for sign in dish.name):
        yield Refusal("dish_name_missing", {"value": dish.name[:LONGEST_NAME]})
    if len(dish.name) > LONGEST_NAME:
        facts = {"value": dish.name[:20], "length": len(dish.name), "limit": LONGEST_NAME}
        yield Refusal("dish_name_long", facts)
    if sign := picture_in(dish.name):
        yield Refusal("dish_name_picture", {"value": dish.name[:LONGEST_NAME], "sign": sign})
    if len(dish.name_en) > LONGEST_ENGLISH or picture_in(dish.name_en):
        facts = {"value": dish.name_en[:40], "limit": LONGEST_ENGLISH}
        yield Refusal("dish_english_long", facts)


def _word_problems(dish: DishValues) -> Iterator[Refusal]:
    asked = (
        ("category", (dish.category,), CATEGORIES),
        ("method", (dish.method,) if dish.method else (), METHODS),
        ("season", dish.seasons, SEASONS),
        ("texture", (dish.texture,), TEXTURES),
        ("tag", dish.tags, DISH_TAGS),
        ("equipment", dish.equipment, DISH_EQUIPMENT),
    )
    for field, words, allowed in asked:
        for word in words:
            if field == "category" and not word:
                yield Refusal("dish_category_missing", {})
            elif word not in allowed:
                yield Refusal(f"dish_{field}_unknown", {"value": word[:20]})
    if not 0 <= dish.price_fen <= DEAREST_FEN:
        limit = DEAREST_FEN // 100
        yield Refusal("dish_price", {"value": yuan(dish.price_fen), "limit": limit})


def _recipe_problems(dish: DishValues, known: Mapping[str, str]) -> Iterator[Refusal]:
    if len(dish.recipe) > MOST_LINES:
        yield Refusal("recipe_long", {"value": len(dish.recipe), "limit": MOST_LINES})
    seen: set[str] = set()
    for line in dish.recipe:
        name = known.get(line.ingredient)
        facts = {"ingredient": line.ingredient[:LONGEST_NAME]}
        if name is None:
            yield Refusal("recipe_ingredient_unknown", facts)
        elif name in seen:
            yield Refusal("recipe_twice", {"ingredient": name})
        if not 0 < line.grams <= MOST_GRAMS:
            yield Refusal("recipe_grams", facts | {"value": f"{line.grams:g}", "limit": MOST_GRAMS})
        seen.add(name or line.ingredient)
