"""The library: one dish once, nothing in it that cannot be meant."""

import pytest
from flask import Flask

from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.menus import actions, queries
from canteen.menus.dishes import DishValues
from canteen.menus.nutrition import RecipeLine
from tests.menus.kitchen import dish_id
from tests.menus.shelves import stock_library
from tests.people import NOW, make_site


def values(**changed: object) -> DishValues:
    """A dish nobody has yet."""
    usual: dict[str, object] = {
        "name": "金牛豆腐盒",
        "category": "vegetable",
        "price_fen": 350,
        "recipe": (RecipeLine(ingredient="土豆", grams=80.0),),
    }
    return DishValues(**{**usual, **changed})  # type: ignore[arg-type]


def save(**changed: object) -> int | list[Refusal]:
    return actions.save_dish(dish_id=None, values=values(**changed), now=NOW, by=None)


def codes(**changed: object) -> list[str]:
    saved = save(**changed)
    return [] if isinstance(saved, int) else [one.code for one in saved]


def test_the_shipped_library_loads_once(app: Flask) -> None:
    ingredients, dishes = actions.load_shipped_library()
    assert ingredients > 300
    assert dishes >= 150
    assert actions.load_shipped_library() == (0, 0)


def test_loading_leaves_what_the_site_has_changed(app: Flask) -> None:
    stock_library()
    site_id = make_site()
    potato = queries.ingredients(db.session(), text="土豆").rows[0]
    actions.save_ingredient(
        site_id=site_id, ingredient_id=potato.id, values={"price_fen_per_kg": 555},
        source="采购单", now=NOW, by=None,
    )  # fmt: skip
    stock_library()
    db.session.rollback()
    facts = queries.ingredient_facts(db.session(), site_id, ["土豆"])["土豆"]
    assert facts.price_fen_per_kg == 555


def test_a_dish_is_found_by_name_pinyin_initials_and_its_other_name(app: Flask) -> None:
    stock_library()
    for text in ("番茄炒蛋", "fqcd", "fanqiechao", "FQCD", "西红柿炒鸡蛋"):
        found, _more = queries.choices(db.session(), text=text, categories=[])
        assert "番茄炒蛋" in [one.name for one in found], text


def test_signs_of_like_find_nothing(app: Flask) -> None:
    stock_library()
    for text in ("%", "_", "\\"):
        assert queries.choices(db.session(), text=text, categories=[]) == ([], False)


def test_the_picker_gets_few_rows_whatever_there_is(app: Flask) -> None:
    stock_library()
    found, more = queries.choices(db.session(), text="", categories=[])
    assert (len(found), more) == (queries.MOST_CHOICES, True)


def test_a_dish_is_saved_with_its_recipe_and_changed(app: Flask) -> None:
    stock_library()
    number = save()
    assert isinstance(number, int)
    lines = (RecipeLine(ingredient="马铃薯", grams=90.0), RecipeLine(ingredient="盐", grams=1.0))
    changed = actions.save_dish(dish_id=number, values=values(recipe=lines), now=NOW, by=None)
    assert changed == number
    db.session.rollback()
    dish = queries.dish(db.session(), number)
    assert dish is not None
    assert [(line.ingredient.name, line.grams) for line in dish.recipe] == [("土豆", 90), ("盐", 1)]


def test_another_name_for_a_dish_of_the_library_is_refused_and_says_which(app: Flask) -> None:
    stock_library()
    saved = save(name="西红柿炒鸡蛋")
    assert isinstance(saved, list)
    assert saved[0].code == "dish_exists"
    assert saved[0].facts["dish_id"] == dish_id("番茄炒蛋")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": "香喷喷🍅炒蛋"}, "dish_name_picture"),
        ({"name": "很" * 41}, "dish_name_long"),
        ({"name": "……"}, "dish_name_missing"),
        ({"name": ""}, "dish_name_missing"),
        ({"category": "大菜"}, "dish_category_unknown"),
        ({"category": ""}, "dish_category_missing"),
        ({"method": "microwaved"}, "dish_method_unknown"),
        ({"price_fen": -1}, "dish_price"),
        ({"price_fen": 10**9}, "dish_price"),
        ({"recipe": (RecipeLine(ingredient="土豆", grams=0),)}, "recipe_grams"),
        ({"recipe": (RecipeLine(ingredient="土豆", grams=-5),)}, "recipe_grams"),
        ({"recipe": (RecipeLine(ingredient="土豆", grams=float("nan")),)}, "recipe_grams"),
        ({"recipe": (RecipeLine(ingredient="龙肝", grams=5),)}, "recipe_ingredient_unknown"),
        (
            {
                "recipe": (
                    RecipeLine(ingredient="土豆", grams=5),
                    RecipeLine(ingredient="马铃薯", grams=5),
                )
            },
            "recipe_twice",
        ),
    ],
)
def test_what_a_dish_cannot_be_is_refused(
    app: Flask, changed: dict[str, object], code: str
) -> None:
    stock_library()
    assert code in codes(**changed)


def test_forty_characters_and_rare_ones_are_a_name(app: Flask) -> None:
    stock_library()
    assert codes(name="𠅤" + "鲜" * 39) == []


def test_a_price_beyond_reason_is_refused_for_an_ingredient(app: Flask) -> None:
    stock_library()
    wrong = {"name": "某物", "food_group": "vegetable", "price_fen_per_kg": 10**9}
    refused = actions.save_ingredient(
        site_id=make_site(), ingredient_id=None, values=wrong, source="", now=NOW, by=None
    )
    assert isinstance(refused, Refusal)
    assert refused.code == "ingredient_price"
