"""What planning is asked, and what it answers: frozen facts, no database, no solver.

Units: money in fen per portion; foods in grams as bought; nutrients as whole numbers in the
units of `NUTRIENT_UNITS`. What is not known is None, never zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType

NUTRIENT_UNITS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "kcal": ("kcal", 1),
        "protein": ("protein_g", 10),
        "fibre": ("fibre_g", 10),
        "sodium": ("sodium_mg", 100),
    }
)
"""Nutrients that planning counts: the nutrient of `canteen.menus.nutrition` and how many planning
units make 1 kcal, 1 g, 1 g, 1000 mg: 1 kcal, 0.1 g, 0.1 g and 10 mg are one unit each."""

_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class PlanDish:
    """A dish of the library as planning sees it.

    Two dishes with one `canonical` name are the same dish. `marks` are what a rule may forbid, as
    ``kind:value``: ``dish:`` canonical name, ``category:``, ``method:``, ``food:`` (every
    ingredient), ``contains:`` (pork, beef, lamb), ``allergen:``, ``tag:``. `foods` are the kinds
    counted for variety (oil and seasoning aside); `grams` adds them up by food group. `nutrients`
    holds what is known of one portion, `unknown` the nutrients to which more may come. `diets`
    are the codes of `canteen.residents.diets` it suits for certain. `rating` is in hundredths
    of a point from 100 to 500.
    """

    id: int
    name: str
    canonical: str
    category: str
    method: str = ""
    main: str = ""
    grain: str = ""
    texture: str = "normal"
    seasons: frozenset[str] = frozenset()
    periods: frozenset[str] = frozenset()
    equipment: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    foods: frozenset[str] = frozenset()
    grams: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    nutrients: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    unknown: frozenset[str] = frozenset()
    diets: frozenset[str] = frozenset()
    cost_fen: int | None = None
    price_fen: int = 0
    rating: int | None = None

    @property
    def soft(self) -> bool:
        """Whether somebody without good teeth can eat it."""
        return self.texture in ("soft", "very_soft")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A slot of a meal on a day: `places` dishes of these categories are offered, of which one
    diner takes `servings`. `pinned` are dishes a person has fixed, by position."""

    day: date
    period: str
    slot: str
    categories: tuple[str, ...]
    places: int
    servings: int = 1
    pinned: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    """Dish id by position."""

    @property
    def key(self) -> "CellKey":
        """Day, period and slot: what names a cell."""
        return self.day, self.period, self.slot

    @property
    def meal(self) -> "MealKey":
        """Day and period."""
        return self.day, self.period


CellKey = tuple[date, str, str]
MealKey = tuple[date, str]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A dish that stands outside the cells to be planned: earlier and later weeks, other meals of
    the same week. It does not move, and counts for repeats and neighbours."""

    day: date
    period: str
    dish_id: int


@dataclass(frozen=True, kw_only=True)
class Forbidden:
    """Something that may not be served: a mark of `PlanDish.marks`, on these days or always, in
    these periods or in all. `reason` is the person's own word for it ("豆腐没有送到")."""

    mark: str
    days: frozenset[date] = frozenset()
    periods: frozenset[str] = frozenset()
    reason: str = ""

    def holds_on(self, day: date, period: str) -> bool:
        """Whether it holds at a meal."""
        return (not self.days or day in self.days) and (not self.periods or period in self.periods)


@dataclass(frozen=True, kw_only=True)
class Band:
    """How much of a nutrient a whole day should hold, in planning units; None is no limit."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, kw_only=True)
class HardRules:
    """What every plan keeps.

    `windows`: exempt categories and after how many days a dish of them may return (0: as often as
    liked, but once in a meal). `return_days`: for other categories, how many days at least lie
    between two servings of a dish, beside "once a week"; a category not named waits 0 days.
    `diets`: at each meal at least so many dishes (see `rules.DISHES_PROPER`) suit this diet.
    `capacity`: by period and equipment, how many dishes of a meal may need it.
    `budget_fen`: by period, what the sets of a week may cost per portion on average; a dish of
    unknown cost is not planned there. The two balances are 荤素搭配 and 粗细搭配 of every day
    that has a cell for them.
    """

    windows: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    return_days: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    diets: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    capacity: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: MappingProxyType({}))
    budget_fen: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    forbidden: tuple[Forbidden, ...] = ()
    meat_and_vegetables: bool = True
    coarse_and_fine: bool = True


@dataclass(frozen=True, kw_only=True)
class SoftRules:
    """What a good plan does. `importance` maps the codes of `rules.SOFT` to 0 (off) to 10.

    `bands` are for a whole day; the meals planned on it are held to `meal_share` percent each.
    """

    importance: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    bands: Mapping[str, Band] = field(default_factory=lambda: MappingProxyType({}))
    meal_share: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    foods_a_day: int = 12
    foods_a_week: int = 25
    fish_a_week: int = 2
    soy_days_a_week: int = 4
    methods_in_a_meal: int = 2


@dataclass(frozen=True, kw_only=True)
class Placement:
    """A dish in a place."""

    day: date
    period: str
    slot: str
    position: int
    dish_id: int

    @property
    def key(self) -> CellKey:
        """The cell it stands in."""
        return self.day, self.period, self.slot


Plan = Sequence[Placement]
"""Every place of every cell, in any order."""


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """All that a plan is made from. `before` is the plan to stay near to when re-planning."""

    cells: tuple[Cell, ...]
    dishes: tuple[PlanDish, ...]
    hard: HardRules = HardRules()
    soft: SoftRules = SoftRules()
    standing: tuple[Standing, ...] = ()
    before: tuple[Placement, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[int, PlanDish]:
        """Dishes by their row. Standing and pinned dishes must be among `dishes`."""
        return MappingProxyType({dish.id: dish for dish in self.dishes})

    @cached_property
    def by_canonical(self) -> Mapping[str, tuple[PlanDish, ...]]:
        """The rows that are one dish, by their canonical name."""
        found: dict[str, tuple[PlanDish, ...]] = {}
        for dish in self.dishes:
            found[dish.canonical] = (*found.get(dish.canonical, ()), dish)
        return MappingProxyType(found)

    @cached_property
    def served_days(self) -> Mapping[str, tuple[date, ...]]:
        """The days of the standing servings of a dish, by its canonical name."""
        found: dict[str, tuple[date, ...]] = {}
        for one in self.standing:
            canonical = self.by_id[one.dish_id].canonical
            found[canonical] = (*found.get(canonical, ()), one.day)
        return MappingProxyType(found)

    @cached_property
    def by_cell(self) -> Mapping[CellKey, Cell]:
        """Cells by day, period and slot."""
        return MappingProxyType({cell.key: cell for cell in self.cells})
