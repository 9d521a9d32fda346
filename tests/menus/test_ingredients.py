"""A site knows some values better; the rest keep their source, and unknown stays unknown."""

import pytest
from flask import Flask

from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.menus import actions, queries
from canteen.menus.ingredient_actions import give_back
from canteen.menus.ingredients import (
    OwnValue,
    doubt_of,
    problems_of_values,
    read_back,
    seen_value,
    with_own,
    written,
)
from canteen.menus.library import library_ingredients, shipped_ingredient
from canteen.menus.models import Ingredient
from canteen.menus.nutrition import IngredientFacts, RecipeLine, cost_of, nutrition_of
from tests.counting import queries_of
from tests.menus.shelves import stock_library
from tests.people import NOW, make_site

POTATO = IngredientFacts(
    name="土豆",
    per_100g={"sodium_mg": 6.0, "kcal": 77.0},
    edible_percent=75.0,
    price_fen_per_kg=360,
    allergens=frozenset({"soy"}),
)


def potato() -> int:
    return int(queries.ingredients(db.session(), text="土豆").rows[0].id)


def save(site_id: int, **values: object) -> int | Refusal:
    return actions.save_ingredient(
        site_id=site_id, ingredient_id=potato(), values=values, source="供应商", now=NOW, by=None
    )


def facts(site_id: int, name: str = "土豆") -> IngredientFacts:
    db.session.rollback()
    return queries.ingredient_facts(db.session(), site_id, [name])[name]


# --- Rules ----------------------------------------------------------------------------


def test_own_values_take_the_place_of_shared_ones_and_leave_the_rest() -> None:
    own = {"sodium_mg": OwnValue(value=None), "price_fen_per_kg": OwnValue(value=420)}
    seen = with_own(POTATO, own)
    assert seen.per_100g == {"sodium_mg": None, "kcal": 77.0}
    assert (seen.price_fen_per_kg, seen.edible_percent) == (420, 75.0)


def test_an_own_unknown_makes_a_sum_unknown_again() -> None:
    seen = with_own(POTATO, {"sodium_mg": OwnValue(value=None)})
    recipe = [RecipeLine(ingredient="土豆", grams=100)]
    assert nutrition_of(recipe, {"土豆": seen})["sodium_mg"].unknown == ("土豆",)
    assert nutrition_of(recipe, {"土豆": POTATO})["sodium_mg"].known == pytest.approx(4.5)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price_fen_per_kg", 420),
        ("sodium_mg", 12345.678),
        ("edible_percent", None),
        ("allergens", frozenset({"soy", "egg"})),
        ("contains", frozenset()),
    ],
)
def test_a_value_is_kept_to_the_last_digit(field: str, value: object) -> None:
    assert read_back(field, written(field, value)) == value


def test_each_value_says_where_it_comes_from() -> None:
    shipped = shipped_ingredient("榨菜")
    assert shipped is not None

    def origin(field: str, own: OwnValue | None = None) -> str:
        return seen_value(field, shipped.facts, shipped.source, shipped, own).origin

    assert origin("sodium_mg") == "table"
    assert origin("price_fen_per_kg") == "example"
    assert origin("edible_percent") == "trade"
    assert origin("allergens") == "typical"
    assert origin("sodium_mg", OwnValue(value=3000.0, source="标签")) == "own"
    unknown = IngredientFacts(name="茭白")
    assert seen_value("kcal", unknown, "", shipped_ingredient("茭白"), None).origin == "none"


def test_a_value_changed_in_the_shared_table_no_longer_claims_to_be_shipped() -> None:
    shipped = shipped_ingredient("土豆")
    changed = IngredientFacts(name="土豆", per_100g={"sodium_mg": 9.0})
    seen = seen_value("sodium_mg", changed, "某食堂", shipped, None)
    assert (seen.origin, seen.source) == ("shared", "某食堂")


def test_the_known_doubts_stand_beside_the_values_they_are_about() -> None:
    assert doubt_of("榨菜", "sodium_mg") == "saltier"
    assert doubt_of("榨菜", "kcal") == ""
    assert doubt_of("豆浆", "carb_g") == "soy_milk_sweetened"
    assert doubt_of("挂面", "sodium_mg") == "noodles_unsalted"
    assert doubt_of("素鸡", "protein_g") == "other_soy"
    assert doubt_of("土豆", "sodium_mg") == ""


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"protein_g": 130.0}, "ingredient_too_much"),
        ({"kcal": 9000.0}, "ingredient_kcal"),
        ({"sodium_mg": -1.0}, "ingredient_value"),
        ({"sodium_mg": float("nan")}, "ingredient_value"),
        ({"edible_percent": 0.0}, "ingredient_edible"),
        ({"edible_percent": 120.0}, "ingredient_edible"),
        ({"price_fen_per_kg": 10**9}, "ingredient_price"),
    ],
)
def test_a_value_that_cannot_be_is_refused(values: dict[str, float], code: str) -> None:
    assert [one.code for one in problems_of_values(values)] == [code]


def test_what_is_unknown_is_no_problem() -> None:
    assert problems_of_values({"protein_g": None, "edible_percent": None}) == []


# --- In the database --------------------------------------------------------------------


def test_the_shipped_meats_say_what_animal_they_are(app: Flask) -> None:
    stock_library()
    known = queries.ingredient_facts(db.session(), make_site())
    for one in library_ingredients():
        assert known[one.facts.name].contains == one.facts.contains, one.facts.name
    assert known["五花肉"].contains == {"pork"}
    assert known["土豆"].contains == frozenset()


def test_a_price_of_one_site_is_not_the_price_of_another(app: Flask) -> None:
    stock_library()
    here, there = make_site(), make_site("xingfu")
    save(here, price_fen_per_kg=420)
    assert (facts(here).price_fen_per_kg, facts(there).price_fen_per_kg) == (420, 360)
    line = [RecipeLine(ingredient="土豆", grams=100)]
    assert cost_of(line, {"土豆": facts(here)}).fen == 42


def test_one_changed_value_leaves_the_source_of_the_rest(app: Flask) -> None:
    stock_library()
    site_id = make_site()
    save(site_id, price_fen_per_kg=420, kcal=77.0, sodium_mg=None)
    own = queries.own_values(db.session(), site_id)[potato()]
    assert own.keys() == {"price_fen_per_kg", "sodium_mg"}
    assert own["sodium_mg"] == OwnValue(value=None, source="供应商")
    assert facts(site_id).per_100g["sodium_mg"] is None
    row = db.session.get(Ingredient, potato())
    assert row is not None
    assert row.source.startswith("USDA SR28")
    assert row.sodium_mg == 6.0


def test_the_shared_value_typed_again_is_the_shared_value_again(app: Flask) -> None:
    stock_library()
    site_id = make_site()
    save(site_id, price_fen_per_kg=420)
    save(site_id, price_fen_per_kg=360)
    assert queries.own_values(db.session(), site_id) == {}


def test_a_value_is_given_back_once_and_twice(app: Flask) -> None:
    stock_library()
    site_id = make_site()
    save(site_id, price_fen_per_kg=420)
    for _ in range(2):
        give_back(
            site_id=site_id, ingredient_id=potato(), field="price_fen_per_kg", now=NOW, by=None
        )
        assert facts(site_id).price_fen_per_kg == 360


def test_a_new_ingredient_is_shared_but_its_price_is_the_sites(app: Flask) -> None:
    here, there = make_site(), make_site("xingfu")
    saved = actions.save_ingredient(
        site_id=here, ingredient_id=None,
        values={
            "name": "金牛豆腐", "food_group": "soy", "synonyms": "金豆腐", "kcal": 80.0,
            "price_fen_per_kg": 500, "contains": frozenset({"pork"}),
        },
        source="标签", now=NOW, by=None,
    )  # fmt: skip
    assert isinstance(saved, int)
    assert facts(there, "金牛豆腐").per_100g["kcal"] == 80.0
    assert facts(there, "金牛豆腐").contains == {"pork"}
    assert facts(there, "金牛豆腐").price_fen_per_kg is None
    assert facts(here, "金牛豆腐").price_fen_per_kg == 500


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": "土豆", "food_group": "tuber"}, "ingredient_exists"),
        ({"name": "马铃薯", "food_group": "tuber"}, "ingredient_word_taken"),
        ({"name": "新薯", "food_group": "tuber", "synonyms": "洋芋"}, "ingredient_word_taken"),
    ],
)
def test_one_word_never_means_two_ingredients(
    app: Flask, values: dict[str, str], code: str
) -> None:
    stock_library()
    refused = actions.save_ingredient(
        site_id=make_site(), ingredient_id=None, values=values, source="", now=NOW, by=None
    )
    assert isinstance(refused, Refusal)
    assert refused.code == code


def test_all_facts_are_two_queries(app: Flask) -> None:
    stock_library()
    site_id = make_site()
    save(site_id, price_fen_per_kg=420)
    asked, known = queries_of(lambda: queries.ingredient_facts(db.session(), site_id))
    assert len(known) > 300
    assert len(asked) == 2
