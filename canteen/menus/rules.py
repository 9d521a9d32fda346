"""What decides in this room, in one place. All of it is pure: facts in, decisions out."""

from canteen.menus.balance import DayBalance, balance_of
from canteen.menus.categories import CATEGORIES, DEFAULT_WINDOWS, METHODS, Category, Method
from canteen.menus.guessing import guess_category, guess_grain, guess_ingredients, guess_method
from canteen.menus.names import canonical_name, is_same_dish
from canteen.menus.nutrition import (
    NUTRIENTS,
    Allergens,
    Amount,
    Cost,
    IngredientFacts,
    Nutrition,
    RecipeLine,
    allergens_of,
    cost_of,
    food_kinds_of,
    main_ingredient_of,
    nutrition_of,
    total_of,
)
from canteen.menus.repeats import (
    NearDuplicate,
    PlacedDish,
    Repeat,
    find_repeats,
    near_duplicates,
)

__all__ = [
    "CATEGORIES",
    "DEFAULT_WINDOWS",
    "METHODS",
    "NUTRIENTS",
    "Allergens",
    "Amount",
    "Category",
    "Cost",
    "DayBalance",
    "IngredientFacts",
    "Method",
    "NearDuplicate",
    "Nutrition",
    "PlacedDish",
    "RecipeLine",
    "Repeat",
    "allergens_of",
    "balance_of",
    "canonical_name",
    "cost_of",
    "find_repeats",
    "food_kinds_of",
    "guess_category",
    "guess_grain",
    "guess_ingredients",
    "guess_method",
    "is_same_dish",
    "main_ingredient_of",
    "near_duplicates",
    "nutrition_of",
    "total_of",
]
