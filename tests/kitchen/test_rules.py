"""From portions to purchases, with a pencil beside it."""

from datetime import date

import pytest

from canteen.kitchen.rules import (
    CookedDish,
    Expected,
    Purchase,
    PurchaseList,
    purchase_list,
    rounded_up,
    suggested_portions,
)
from canteen.menus.nutrition import IngredientFacts, RecipeLine

MONDAY = date(2026, 11, 23)
FACTS = {
    "猪肉": IngredientFacts(name="猪肉", food_group="meat_red", price_fen_per_kg=3000),
    "土豆": IngredientFacts(name="土豆", food_group="tuber", price_fen_per_kg=360),
    "茭白": IngredientFacts(name="茭白", food_group="vegetable_light"),
    "盐": IngredientFacts(name="盐", food_group="condiment", price_fen_per_kg=400),
}
PORK, POTATO = RecipeLine(ingredient="猪肉", grams=60), RecipeLine(ingredient="土豆", grams=80.5)
CANE, SALT = RecipeLine(ingredient="茭白", grams=100), RecipeLine(ingredient="盐", grams=0.3)


def dish(name: str = "土豆烧肉", *recipe: RecipeLine, **values: object) -> CookedDish:
    usual: dict[str, object] = {
        "entry_id": 1, "day": MONDAY, "period": "lunch", "slot": "meat", "dish_id": hash(name),
        "published_name": name, "diners": 100, "beside": 1,
    }  # fmt: skip
    return CookedDish(name=name, recipe=recipe, **{**usual, **values})  # type: ignore[arg-type]


def shopping(*dishes: CookedDish, expected: Expected = Expected(typed=100)) -> PurchaseList:  # noqa: B008
    meals = {(one.day, one.period): expected for one in dishes}
    return purchase_list(dishes, expected=meals, facts=FACTS)


@pytest.mark.parametrize(
    ("values", "portions"),
    [
        ({"diners": 100}, 100),
        ({"diners": 100, "beside": 2}, 50),
        ({"diners": 100, "beside": 3}, 34),  # 33.3 each, and nobody goes without
        ({"diners": 100, "beside": 2, "servings": 2}, 100),
        ({"diners": 100, "beside": 2, "percent": 70}, 70),
        ({"diners": 101, "percent": 50}, 51),
        ({"diners": 100, "percent": 0}, 0),
        ({"diners": 0}, 0),
        ({"diners": None}, None),
    ],
)
def test_portions_of_a_dish(values: dict[str, object], portions: int | None) -> None:
    assert dish("x", PORK, **values).portions == portions


@pytest.mark.parametrize(
    ("grams", "bought"),
    [
        (0.3, 1), (30, 30), (30.2, 31), (100, 100), (101, 110), (999, 1000), (1000, 1000),
        (1001, 1100), (8050, 8100), (10_000, 10_000), (10_001, 10_500), (54_321.5, 54_500),
        (0.1 + 0.2, 1), (30.000000001, 30),
    ],
)  # fmt: skip
def test_what_is_bought_is_rounded_up_to_what_a_scale_shows(grams: float, bought: int) -> None:
    assert rounded_up(grams) == bought


def test_ingredients_of_several_dishes_are_added_and_grouped() -> None:
    found = shopping(dish("土豆烧肉", PORK, POTATO), dish("土豆丝", POTATO, SALT, beside=2))
    assert [
        (group.food_group, [(one.ingredient, one.grams, one.buy_grams) for one in group.lines])
        for group in found.groups
    ] == [
        ("tuber", [("土豆", 12_075.0, 12_500)]),  # 100 x 80.5 + 50 x 80.5
        ("meat_red", [("猪肉", 6_000.0, 6_000)]),
        ("condiment", [("盐", 15.0, 15)]),
    ]
    assert [one.name for one in found.lines[0].dishes] == ["土豆烧肉", "土豆丝"]
    # 12.5 kg at 3.60, 6 kg at 30.00, 15 g at 4.00 a kg (0.06)
    assert [line.cost_fen for line in found.lines] == [4500, 18000, 6]
    assert found.cost_fen == 22506


def test_a_price_that_is_unknown_is_named_and_not_counted_as_nothing() -> None:
    found = shopping(dish("茭白肉丝", CANE, PORK))
    assert found.no_price == ("茭白",)
    assert found.cost_fen == 18000
    assert next(one for one in found.lines if one.ingredient == "茭白").cost_fen is None


def test_dishes_without_a_recipe_and_meals_without_a_number_are_named() -> None:
    found = shopping(dish("例汤"), dish("土豆烧肉", PORK))
    assert [one.name for one in found.no_recipe] == ["例汤"]
    unknown = shopping(dish("土豆烧肉", PORK, diners=None), expected=Expected())
    assert (unknown.lines, unknown.no_portions) == ((), ((MONDAY, "lunch"),))


def test_an_estimate_says_that_it_is_one() -> None:
    assert shopping(dish("x", PORK), expected=Expected(suggested=90)).estimated == (
        (MONDAY, "lunch"),
    )
    assert shopping(dish("x", PORK), expected=Expected(typed=0, suggested=90)).estimated == ()
    assert Expected(typed=0, suggested=90).portions == 0


@pytest.mark.parametrize(
    ("counts", "suggested"),
    [((80, 90, 85, 85), 85), ((80, 0, 81, 0), 81), ((0, 0, 0, 0), None), ((), None), ((1, 2), 2)],
)
def test_days_the_canteen_was_shut_do_not_lower_the_average(
    counts: tuple[int, ...], suggested: int | None
) -> None:
    assert suggested_portions(counts) == suggested


def test_a_cost_is_rounded_once_half_up() -> None:
    line = Purchase(
        ingredient="盐", food_group="condiment", grams=1.0, price_fen_per_kg=500, dishes=()
    )
    assert line.cost_fen == 1  # 0.5 fen
