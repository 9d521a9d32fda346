"""What a recipe holds and costs, with the unknown left unknown."""

import pytest

from canteen.menus.nutrition import (
    NUTRIENTS,
    IngredientFacts,
    RecipeLine,
    allergens_of,
    cost_of,
    food_kinds_of,
    main_ingredient_of,
    nutrition_of,
    total_of,
)

TABLE = {
    one.name: one
    for one in (
        IngredientFacts(
            name="鸡蛋",
            food_group="egg",
            per_100g={"kcal": 143.0, "sodium_mg": 142.0, "fibre_g": 0.0},
            edible_percent=88,
            price_fen_per_kg=1000,
            allergens=frozenset({"egg"}),
        ),
        IngredientFacts(
            name="番茄",
            food_group="vegetable_dark",
            per_100g={"kcal": 18.0, "sodium_mg": 5.0, "fibre_g": 1.2},
            edible_percent=91,
            price_fen_per_kg=700,
        ),
        IngredientFacts(
            name="盐",
            food_group="condiment",
            per_100g={"kcal": 0.0, "sodium_mg": 38758.0},
            edible_percent=100,
            price_fen_per_kg=300,
        ),
        IngredientFacts(
            name="草鱼",
            food_group="fish",
            per_100g={"kcal": 127.0, "fibre_g": 0.0},
            price_fen_per_kg=1800,
            allergens=frozenset({"fish"}),
        ),
        IngredientFacts(name="荠菜", food_group="vegetable_dark", edible_percent=90),
    )
}


def portion(**grams: float) -> list[RecipeLine]:
    return [RecipeLine(ingredient=name, grams=value) for name, value in grams.items()]


def test_only_the_edible_part_counts() -> None:
    amount = nutrition_of(portion(鸡蛋=100, 番茄=200), TABLE)["kcal"]
    assert amount.known == pytest.approx(143 * 0.88 + 2 * 18 * 0.91)
    assert amount.complete


def test_a_blank_is_unknown_and_never_zero() -> None:
    sodium = nutrition_of(portion(鸡蛋=100, 荠菜=50), TABLE)["sodium_mg"]
    assert sodium.known == pytest.approx(142 * 0.88)
    assert sodium.unknown == ("荠菜",)
    assert not sodium.complete


def test_an_unknown_edible_part_makes_the_amount_unknown() -> None:
    fish = nutrition_of(portion(草鱼=150), TABLE)
    assert fish["kcal"].known == 0
    assert fish["kcal"].unknown == ("草鱼",)


def test_a_zero_is_known_whatever_part_is_eaten() -> None:
    assert nutrition_of(portion(草鱼=150), TABLE)["fibre_g"].complete


def test_a_food_that_is_not_in_the_table_is_unknown_in_everything() -> None:
    amounts = nutrition_of(portion(仙草=30), TABLE)
    assert set(amounts) == set(NUTRIENTS)
    assert all(amount.unknown == ("仙草",) for amount in amounts.values())


def test_a_day_names_each_unknown_food_once() -> None:
    soup = nutrition_of(portion(荠菜=50, 鸡蛋=50), TABLE)
    day = total_of([soup, soup, nutrition_of(portion(盐=2), TABLE)])
    assert day["sodium_mg"].unknown == ("荠菜",)
    assert day["sodium_mg"].known == pytest.approx(142 * 0.88 + 2 * 387.58)


def test_cost_is_what_was_bought_rounded_once() -> None:
    # 57 g of egg at 10.00 a kilogram is 57 fen, 150 g of tomato at 7.00 is 105, 1.7 g salt 0.51.
    cost = cost_of(portion(鸡蛋=57, 番茄=150, 盐=1.7), TABLE)
    assert cost.fen == 163
    assert cost.unknown == ()


def test_halves_of_a_fen_go_up_and_parts_are_not_rounded_alone() -> None:
    assert cost_of(portion(番茄=0.5, 鸡蛋=0.15), TABLE).fen == 1  # 0.35 + 0.15 = 0.5
    assert cost_of(portion(盐=1.0), TABLE).fen == 0


def test_a_missing_price_is_named() -> None:
    cost = cost_of(portion(荠菜=100, 鸡蛋=100, 仙草=5), TABLE)
    assert cost.fen == 100
    assert cost.unknown == ("荠菜", "仙草")


def test_allergens_come_from_every_ingredient() -> None:
    found = allergens_of(portion(草鱼=150, 鸡蛋=20, 仙草=3), TABLE)
    assert found.known == {"fish", "egg"}
    assert found.unknown == ("仙草",)


def test_the_main_food_is_the_heaviest_that_is_no_seasoning() -> None:
    assert main_ingredient_of(portion(盐=500, 鸡蛋=60, 番茄=120), TABLE) == "番茄"
    assert main_ingredient_of([], TABLE) == ""
    beef = TABLE | {"牛腩": IngredientFacts(name="牛腩", food_group="meat_red")}
    assert main_ingredient_of(portion(牛腩=90, 番茄=120), beef, "main_meat") == "牛腩"
    assert main_ingredient_of(portion(牛腩=90, 番茄=120), beef, "half_meat") == "番茄"
    assert main_ingredient_of(portion(番茄=120), beef, "main_meat") == "番茄"


def test_kinds_of_food_leave_seasoning_out() -> None:
    kinds = food_kinds_of([portion(盐=1, 鸡蛋=60), portion(鸡蛋=50, 番茄=1)], TABLE)
    assert kinds == {"鸡蛋", "番茄"}
