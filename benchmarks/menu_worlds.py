"""Canteens to plan for: lifelike libraries of any size, and the rules of a careful site.

Dishes are those of the shipped library, and beyond its 428 rows variations of them: other
amounts, now and then another main food of the same group or another way of cooking. So costs,
nutrients, foods and seasons are spread as a real library's are.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from canteen.menus.categories import DEFAULT_WINDOWS, METHODS
from canteen.menus.guessing import guess_grain
from canteen.menus.library import (
    LibraryDish,
    LibraryIngredient,
    ingredient_facts,
    library_dishes,
    library_ingredients,
)
from canteen.menus.nutrition import (
    RecipeLine,
    cost_of,
    food_kinds_of,
    main_ingredient_of,
    nutrition_of,
)
from canteen.menus.planning.facts import (
    NUTRIENT_UNITS,
    Band,
    Cell,
    Forbidden,
    HardRules,
    PlanDish,
    PlanFacts,
    SoftRules,
    Standing,
)
from canteen.menus.planning.rules import season_of
from canteen.menus.slots import default_slots

MONDAY = date(2026, 11, 23)
PERIODS = ("breakfast", "lunch", "dinner")
TOOLS = {
    "steamed": "steamer", "roasted": "oven", "stir_fried": "wok", "flash_fried": "wok",
    "red_braised": "stove", "braised": "stove", "stewed": "stove", "slow_soup": "stove",
    "deep_fried": "fryer",
}  # fmt: skip
LIKING = {"egg": 0.4, "staple": 0.0, "drink": 0.0, "plain_soup": 0.0, "porridge": 0.5}
"""How much of a slot's places a category is wanted for, beside the others of the slot."""
WINDOWS = DEFAULT_WINDOWS | {"staple": 0, "drink": 1, "egg": 2}
"""Eggs may come every other day, rice at every meal."""
DIETS = ("no_pork", "vegetarian")
_BY_NAME = {one.facts.name: one for one in library_ingredients()}


@dataclass(frozen=True, kw_only=True)
class World:
    """What is asked: a name for the table, and the facts."""

    name: str
    facts: PlanFacts


def make_world(*, weeks: int, periods: int, dishes: int, seed: int = 1) -> World:
    """So many weeks and meal periods from a library of so many dishes.

    One period is lunch. Grids are those a site begins with; 60 dishes cannot fill three meals of
    them (they want some 90 different dishes a week), so there every slot has one place, and all
    but meat dishes and cakes may come again after 2 days. Dishes return after 7 days, those with
    meat after 14 in a large library.
    """
    rng = random.Random(seed)
    chosen = ("lunch",) if periods == 1 else PERIODS
    small = dishes < 100 and periods > 1
    cells = make_cells(weeks=weeks, periods=chosen, small=small)
    library = make_library(rng, dishes, cells)
    name = f"{weeks} x {periods}, {dishes} dishes" + (", small grid" if small else "")
    facts = PlanFacts(
        cells=cells,
        dishes=tuple(library),
        hard=make_hard_rules(library, dishes, small=small),
        soft=make_soft_rules(),
        standing=make_history(rng, library),
    )
    return World(name=name, facts=facts)


def make_cells(*, weeks: int, periods: Sequence[str], small: bool) -> tuple[Cell, ...]:
    """The default rows of every day."""
    return tuple(
        Cell(
            day=MONDAY + timedelta(days=day),
            period=period,
            slot=slot.code,
            categories=slot.categories,
            places=1 if small else slot.places,
        )
        for day in range(7 * weeks)
        for period in periods
        for slot in default_slots(period)
    )


def make_library(rng: random.Random, count: int, cells: Sequence[Cell]) -> list[PlanDish]:
    """So many dishes, by meal and category as the cells ask for them.

    A small library is of the season; in a large one some dishes wait for theirs.
    """
    found: dict[str, PlanDish] = {}
    for (period, category), wanted in _shares(count, cells).items():
        shelf = [dish for dish in _shelf(period, category) if count > 100 or _in_season(dish)]
        rng.shuffle(shelf)
        fresh = [dish for dish in shelf if dish.name not in found]
        for number in range(wanted):
            dish = fresh[number] if number < len(fresh) else rng.choice(shelf)
            if dish.name in found:
                dish = varied(rng, dish, len(found))
            found[dish.name] = plan_dish(rng, dish, len(found) + 1)
    return list(found.values())


def _in_season(dish: LibraryDish) -> bool:
    return not dish.seasons or season_of(MONDAY) in dish.seasons


def _shelf(period: str, category: str) -> list[LibraryDish]:
    fit = [dish for dish in library_dishes() if dish.category == category]
    return [dish for dish in fit if period in _periods(dish)]


def _periods(dish: LibraryDish) -> tuple[str, ...]:
    """Cold vegetables are on the table at breakfast, too."""
    return PERIODS if not dish.periods or dish.method in ("tossed", "pickled") else dish.periods


def _shares(count: int, cells: Sequence[Cell]) -> dict[tuple[str, str], int]:
    """Dishes of each meal and category: in proportion to the places that want them, and a few
    each of what may come again and again."""
    weights: dict[tuple[str, str], float] = Counter()
    for cell in cells:
        liking = {one: LIKING.get(one, 1.0) for one in cell.categories}
        for category, liked in liking.items():
            if _shelf(cell.period, category):
                # rice, eggs and a plain soup come again, so their slots want fewer other dishes
                share = 0.5 if set(WINDOWS) & set(liking) else 1.0
                weights[cell.period, category] += share * cell.places * liked / sum(liking.values())
    freely = {one for one in weights if one[1] in WINDOWS}
    shares = {one: 1 if one[1] == "plain_soup" else 2 + count // 100 for one in freely}
    left = count - sum(shares.values())
    proper = {one: weight for one, weight in weights.items() if one not in freely}
    shares |= {one: max(1, int(left * w / sum(proper.values()))) for one, w in proper.items()}
    shares["lunch", "main_meat"] += count - sum(shares.values())
    return dict(sorted(shares.items()))


def varied(rng: random.Random, dish: LibraryDish, again: int) -> LibraryDish:
    """A dish like this one: other amounts, perhaps another main food or method."""
    recipe = [
        replace(line, grams=round(line.grams * rng.uniform(0.8, 1.25), 1)) for line in dish.recipe
    ]
    main = main_ingredient_of(recipe, ingredient_facts())
    known = ingredient_facts().get(main)
    if known and rng.random() < 0.7:
        like = [one for one in _BY_NAME if _group(one) == known.food_group]
        recipe = [
            RecipeLine(ingredient=rng.choice(like), grams=line.grams)
            if line.ingredient == main
            else line
            for line in recipe
        ]
    method = rng.choice(sorted(METHODS)) if rng.random() < 0.2 else dish.method
    return replace(dish, name=f"{dish.name}之{again}", recipe=tuple(recipe), method=method)


def _group(name: str) -> str:
    return _BY_NAME[name].facts.food_group


def plan_dish(rng: random.Random, dish: LibraryDish, number: int) -> PlanDish:
    """A dish as planning sees it, with a rating that a few have not."""
    known = ingredient_facts()
    rows = [
        (line, _BY_NAME[known[line.ingredient].name])
        for line in dish.recipe
        if line.ingredient in known
    ]
    nutrition = nutrition_of(dish.recipe, known)
    cost = cost_of(dish.recipe, known)
    tool = TOOLS.get(dish.method)
    foods = food_kinds_of([dish.recipe], known)
    return PlanDish(
        id=number,
        name=dish.name,
        canonical=dish.name,
        category=dish.category,
        method=dish.method,
        main=main_ingredient_of(dish.recipe, known, dish.category),
        grain=guess_grain(dish.name, dish.category),
        texture=dish.texture,
        seasons=frozenset(dish.seasons),
        periods=frozenset(_periods(dish)),
        equipment=frozenset({tool}) if tool else frozenset(),
        marks=frozenset(
            {f"dish:{dish.name}", f"method:{dish.method}"} | {f"food:{one}" for one in foods}
        ),
        foods=foods,
        grams=_grams(rows),
        nutrients={
            code: round(nutrition[row].known * units / (1000 if row == "sodium_mg" else 1))
            for code, (row, units) in NUTRIENT_UNITS.items()
        },
        unknown=frozenset(
            c for c, (row, _) in NUTRIENT_UNITS.items() if not nutrition[row].complete
        ),
        diets=_diets(rows),
        cost_fen=None if cost.unknown else cost.fen,
        price_fen=dish.price_fen,
        rating=rng.choice((None, *range(280, 500, 10))),
    )


def _grams(rows: Sequence[tuple[RecipeLine, LibraryIngredient]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for line, ingredient in rows:
        found[ingredient.facts.food_group] += round(line.grams)
    return dict(found)


def _diets(rows: Sequence[tuple[RecipeLine, LibraryIngredient]]) -> frozenset[str]:
    pork = any("pork" in one.facts.contains for _, one in rows)
    meat = {"meat_red", "poultry", "offal", "fish", "shellfish"}
    flesh = any(one.facts.food_group in meat for _, one in rows)
    return frozenset((*(() if pork else ("no_pork",)), *(() if flesh else ("vegetarian",))))


def make_hard_rules(library: Sequence[PlanDish], count: int, *, small: bool) -> HardRules:
    """Rules of a careful site. Budgets are a little above what dishes cost on average."""
    wait = 7 if count < 400 else 14
    budgets = {"breakfast": 450, "lunch": 900, "dinner": 800}
    again = dict.fromkeys(("vegetable", "half_meat", "soup", "porridge", "coarse"), 2)
    return HardRules(
        windows=WINDOWS | again if small else WINDOWS,
        return_days={"main_meat": wait, "half_meat": wait, "vegetable": 7, "soup": 7},
        diets={"no_pork": 2, "vegetarian": 1 if small else 2},
        capacity={period: {"steamer": 3, "oven": 1, "fryer": 1, "stove": 3} for period in PERIODS},
        budget_fen=budgets,
        forbidden=(
            Forbidden(mark="food:猪肝", reason="不收"),
            Forbidden(mark="method:deep_fried", days=frozenset({MONDAY + timedelta(days=2)})),
        ),
    )


def make_soft_rules() -> SoftRules:
    """Every soft rule as a site begins with it; bands for people over 65, of the whole day."""
    return SoftRules(
        bands={
            "kcal": Band(low=1700, high=2100),
            "protein": Band(low=650),
            "fibre": Band(low=200),
            "sodium": Band(high=200),
        },
        meal_share={"breakfast": 30, "lunch": 40, "dinner": 30},
    )


def make_history(rng: random.Random, library: Sequence[PlanDish]) -> tuple[Standing, ...]:
    """What was served in the two weeks before: a fifth of the library, the nearer the less."""
    served = rng.sample(library, len(library) // 5)
    return tuple(
        Standing(
            day=MONDAY - timedelta(days=7 + rng.randint(0, 14)), period="lunch", dish_id=dish.id
        )
        for dish in served
    )
