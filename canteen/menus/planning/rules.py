"""Where a dish may stand, and what each soft rule is worth. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from canteen.menus.balance import SIDES_WITH_MEAT, side_of
from canteen.menus.categories import CATEGORIES, way_of
from canteen.menus.planning.facts import Cell, HardRules, PlanDish

DISHES_PROPER = frozenset(
    (
        "main_meat",
        "half_meat",
        "vegetable",
        "egg",
        "soup",
        "staple_dish",
        "porridge",
        "snack",
        "coarse",
    )
)
"""Categories that count as something to eat for a diet or for soft food: not plain rice, drinks
or fruit."""

_SEASONS = ("winter", "spring", "summer", "autumn")

NEVER_ALIKE = frozenset(
    ("soup", "plain_soup", "porridge", "egg", "snack", "coarse", "staple", "drink", "fruit")
)
"""Categories in which the same main food cooked the same way is usual."""


@dataclass(frozen=True, kw_only=True)
class SoftRule:
    """A soft rule: `points` for each unit it is missed by, times its importance of 0 to 10.

    At equal importance one unit weighs as much as so many fen on one set.
    """

    code: str
    points: int
    importance: int


_SOFT = (
    SoftRule(code="cost", points=1, importance=3),
    SoftRule(code="same_main_day", points=40, importance=5),
    SoftRule(code="same_main_next", points=15, importance=5),
    SoftRule(code="same_method_meal", points=15, importance=5),
    SoftRule(code="same_method_next", points=8, importance=5),
    SoftRule(code="near_duplicate", points=60, importance=5),
    SoftRule(code="same_exempt", points=100, importance=5),
    SoftRule(code="foods_a_day", points=20, importance=5),
    SoftRule(code="foods_a_week", points=20, importance=5),
    SoftRule(code="kcal", points=1, importance=3),
    SoftRule(code="protein", points=1, importance=3),
    SoftRule(code="fibre", points=1, importance=3),
    SoftRule(code="sodium", points=1, importance=3),
    SoftRule(code="fish", points=100, importance=5),
    SoftRule(code="soy", points=40, importance=5),
    SoftRule(code="whole_grain", points=40, importance=5),
    SoftRule(code="dark_vegetables", points=1, importance=5),
    SoftRule(code="rating", points=1, importance=5),
    SoftRule(code="recent", points=1, importance=5),
    SoftRule(code="soft_food", points=100, importance=8),
    SoftRule(code="change", points=1000, importance=10),
)

SOFT: Mapping[str, SoftRule] = MappingProxyType({rule.code: rule for rule in _SOFT})
"""Every soft rule by its code, with the importance a site begins with.

Units (all whole numbers, see `scoring`): cost: fen of all sets of the plan; same_main_day: dishes
too many with one main food on a day; same_main_next: main foods met on two days running;
same_method_meal: dishes of a method beyond `methods_in_a_meal` in a meal; same_method_next:
methods of meat dishes met on two days running; near_duplicate: dishes of a week with main food
and way of cooking of another; same_exempt: servings of an exempt dish beyond `EXEMPT_A_WEEK` in a
week's meals of one period; foods_a_day, foods_a_week: kinds missing; kcal, protein, fibre, sodium:
planning units outside the band of a day; fish: dishes missing in a week; soy: days missing in a
week; whole_grain: days without; dark_vegetables: grams by which light vegetables outweigh dark
ones in a week's sets; rating: tenths of a point below the best, unrated dishes as 3.5; recent:
days short of `RESTED_DAYS` since a dish was last served; soft_food: meals without a soft dish;
change: dishes of `before` that are gone from their cell. What stands already in other meals of
the days and weeks counts with the rest (see `around`); units are what the plan adds to it.
"""

EXEMPT_A_WEEK = 3
"""How often plain rice or milk stands in a week's lunches before somebody asks for another."""
RESTED_DAYS = 28
UNRATED = 350
BEST_RATING = 500


def points_of(code: str, importance: Mapping[str, int]) -> int:
    """What one unit of a soft rule costs; 0 where it is switched off."""
    rule = SOFT[code]
    return rule.points * importance.get(code, rule.importance)


def season_of(day: date) -> str:
    """The season of the kitchen: spring is March to May."""
    return _SEASONS[day.month % 12 // 3]


def alike_key(dish: PlanDish) -> tuple[str, str] | None:
    """Main food and way of cooking, by which two dishes are near-duplicates; None for a dish that
    cannot be one. Ways of cooking that a diner calls the same are one (see `way_of`)."""
    known = bool(dish.main and dish.method) and dish.category not in NEVER_ALIKE
    return (dish.main, way_of(dish.method)) if known else None


def part_of(value: int, cell: Cell) -> int:
    """A dish's part in one diner's set: the diner takes `servings` of `places` dishes.

    Rounded half up, so that scoring and solver add the same whole numbers.
    """
    return (2 * value * cell.servings + cell.places) // (2 * cell.places)


def why_not(dish: PlanDish, cell: Cell, hard: HardRules) -> str:
    """Why a dish may not be planned into a cell: category, period, season, cost, forbidden; or "".

    A dish that a person has pinned there is not asked.
    """
    return next(iter(reasons_not(dish, cell, hard)), "")


def reasons_not(dish: PlanDish, cell: Cell, hard: HardRules) -> tuple[str, ...]:
    """Everything that keeps a dish out of a cell, in the order of `why_not`."""
    kept_out = {
        "category": dish.category not in cell.categories,
        "period": bool(dish.periods) and cell.period not in dish.periods,
        "season": bool(dish.seasons) and season_of(cell.day) not in dish.seasons,
        "cost": cell.period in hard.budget_fen and dish.cost_fen is None,
        "forbidden": is_forbidden(dish, cell, hard),
    }
    return tuple(reason for reason, holds in kept_out.items() if holds)


def is_forbidden(dish: PlanDish, cell: Cell, hard: HardRules) -> bool:
    """Whether a rule of the site, or of the day, keeps this dish away."""
    return any(
        one.mark in dish.marks and one.holds_on(cell.day, cell.period) for one in hard.forbidden
    )


def waits(dish: PlanDish, hard: HardRules) -> int:
    """Days from one serving of a dish to the next that it must wait at least."""
    if dish.category in hard.windows:
        return hard.windows[dish.category]
    return hard.return_days.get(dish.category, 0)


def spacing(rows: Iterable[PlanDish], hard: HardRules) -> tuple[bool, int]:
    """Whether a dish stands once a week, and the days it waits, from all rows that are this dish.

    The strictest of its kinds holds, as in `canteen.menus.repeats.find_repeats`.
    """
    dishes = list(rows)
    once_a_week = any(dish.category not in hard.windows for dish in dishes)
    return once_a_week, max((waits(dish, hard) for dish in dishes), default=0)


def wants_meat_and_vegetables(hard: HardRules, cells: Sequence[Cell]) -> bool:
    """Whether 荤素搭配 is asked of a day with these cells: it has room for both sides."""
    sides = {side_of(category) for cell in cells for category in cell.categories}
    return hard.meat_and_vegetables and bool(sides & SIDES_WITH_MEAT) and "vegetable" in sides


def wants_coarse_and_fine(hard: HardRules, cells: Sequence[Cell]) -> bool:
    """Whether 粗粮细粮搭配 is asked of a day with these cells: it has room for both grains."""
    grains = {
        CATEGORIES[category].grain
        for cell in cells
        for category in cell.categories
        if category in CATEGORIES
    }
    roomy = sum(cell.places for cell in cells if _holds_grain(cell)) > 1
    return hard.coarse_and_fine and {"coarse", "fine"} <= grains and roomy


def _holds_grain(cell: Cell) -> bool:
    return any(CATEGORIES[one].grain for one in cell.categories if one in CATEGORIES)
