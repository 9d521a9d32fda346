"""The dishes and ingredients a new canteen begins with hang together."""

from collections import Counter

import pytest

from canteen.menus.categories import CATEGORIES, METHODS, PERIODS, SEASONS, TAGS, TEXTURES
from canteen.menus.library import (
    LibraryDish,
    ingredient_facts,
    ingredient_names,
    library_dishes,
    library_ingredients,
    parse_recipe,
)
from canteen.menus.names import canonical_name
from canteen.menus.nutrition import cost_of, nutrition_of

ALLERGENS = {
    "gluten", "egg", "milk", "soy", "peanut", "nuts", "sesame", "fish", "crustacean",
}  # fmt: skip


def dish(name: str) -> LibraryDish:
    return next(one for one in library_dishes() if one.name == name)


def test_every_ingredient_of_every_recipe_is_in_the_table() -> None:
    names = ingredient_names()
    lost = [
        (one.name, line.ingredient)
        for one in library_dishes()
        for line in one.recipe
        if line.ingredient not in names
    ]
    assert lost == []


def test_no_recipe_names_an_ingredient_twice_or_weighs_nonsense() -> None:
    for one in library_dishes():
        used = [ingredient_names()[line.ingredient] for line in one.recipe]
        assert len(set(used)) == len(used), one.name
        assert 5 <= sum(line.grams for line in one.recipe) <= 500, one.name


def test_names_and_synonyms_of_ingredients_never_clash() -> None:
    words = [word for one in library_ingredients() for word in (one.facts.name, *one.synonyms)]
    assert [word for word, count in Counter(words).items() if count > 1] == []


def test_no_two_dishes_are_one_dish() -> None:
    names = Counter(canonical_name(one.name) for one in library_dishes())
    assert [name for name, count in names.items() if count > 1] == []


def test_every_dish_has_an_english_name_of_its_own() -> None:
    names = Counter(one.name_en for one in library_dishes())
    assert [name for name, count in names.items() if not name or count > 1] == []


def test_codes_are_those_of_the_tables() -> None:
    for one in library_dishes():
        assert one.category in CATEGORIES, one.name
        assert one.method in METHODS, one.name
        assert one.texture in TEXTURES, one.name
        assert set(one.seasons) <= set(SEASONS), one.name
        assert set(one.tags) <= set(TAGS), one.name
        assert one.periods, one.name
        assert set(one.periods) <= set(PERIODS), one.name


def test_every_ingredient_has_a_price_and_says_where_its_values_come_from() -> None:
    for one in library_ingredients():
        assert one.facts.price_fen_per_kg, one.facts.name
        assert one.facts.allergens <= ALLERGENS, one.facts.name
        values = [value for value in one.facts.per_100g.values() if value is not None]
        assert bool(values) == bool(one.source), one.facts.name


def test_every_dish_costs_less_than_it_sells_for() -> None:
    for one in library_dishes():
        cost = cost_of(one.recipe, ingredient_facts())
        assert cost.unknown == ()
        assert one.category == "plain_soup" or cost.fen < one.price_fen, one.name


@pytest.mark.parametrize(
    ("category", "at_least"),
    [
        # A week of lunch (2 + 2 + 2 + 1 and a coarse grain) and dinner (1 + 1 + 1 + 1), twice
        # over, so that a second week need not be the first again; breakfast has two pastries,
        # a porridge and an egg a day.
        ("main_meat", 42),
        ("half_meat", 42),
        ("vegetable", 42),
        ("soup", 28),
        ("coarse", 14),
        ("snack", 28),
        ("porridge", 14),
        ("egg", 7),
        ("staple", 7),
        ("drink", 7),
        ("fruit", 7),
    ],
)
def test_three_meals_a_day_can_be_filled_without_a_repeat(category: str, at_least: int) -> None:
    assert sum(one.category == category for one in library_dishes()) >= at_least


def test_every_season_has_enough_of_every_kind_for_a_week() -> None:
    needed = {
        "main_meat": 21,
        "half_meat": 21,
        "vegetable": 21,
        "soup": 14,
        "coarse": 7,
        "snack": 14,
    }
    for season in SEASONS:
        ready = Counter(
            one.category for one in library_dishes() if not one.seasons or season in one.seasons
        )
        assert all(ready[category] >= count for category, count in needed.items()), season


def test_there_is_soft_food_and_food_with_little_salt_in_every_kind_of_dish() -> None:
    for category in ("main_meat", "half_meat", "vegetable", "soup"):
        kind = [one for one in library_dishes() if one.category == category]
        assert sum(one.texture == "very_soft" for one in kind) >= 7, category
    assert sum("low_salt" in one.tags for one in library_dishes()) >= 100


def test_low_salt_is_what_the_table_says_it_is() -> None:
    for one in library_dishes():
        if "low_salt" in one.tags:
            assert nutrition_of(one.recipe, ingredient_facts())["sodium_mg"].known <= 300, one.name


def test_the_sodium_of_a_dish_is_what_a_hand_count_gives() -> None:
    # 炒青菜: 180 g × 88 % × 65 mg, 0.7 g salt × 38,758 mg, 3 g garlic × 87 % × 17 mg, per 100 g.
    sodium = nutrition_of(dish("炒青菜").recipe, ingredient_facts())["sodium_mg"]
    assert sodium.complete
    assert sodium.known == pytest.approx(102.96 + 271.306 + 0.4437, abs=0.01)


def test_a_fish_weighed_whole_has_an_unknown_part() -> None:
    assert "鲈鱼" in nutrition_of(dish("清蒸鲈鱼").recipe, ingredient_facts())["protein_g"].unknown


@pytest.mark.parametrize(
    "text", ["猪肉", "猪肉:", ":5", "猪肉:0", "猪肉:-3", "猪肉:nan", "猪肉:1e9"]
)
def test_a_recipe_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_recipe(text)


def test_an_empty_recipe_is_an_empty_recipe() -> None:
    assert parse_recipe("") == ()
