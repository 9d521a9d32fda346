"""What one diner takes of a meal: its cost, what it holds, and how it measures up. Pure.

A set is, of every slot, as many servings as the site says of the dishes offered there; where
there is a choice it is the mean of them. What is not known stays unknown: a sum names the
dishes that may add to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from canteen.menus.nutrition import NUTRIENTS, Nutrition
from canteen.menus.planning.facts import Cell
from canteen.menus.planning.rules import part_of
from canteen.menus.targets import NO_LIMIT, SALT_PER_SODIUM, Range, Targets

MEASURES = ("kcal", "protein_g", "fibre_g", "salt_g")


@dataclass(frozen=True, kw_only=True)
class Portion:
    """One portion of a dish. A dish without a recipe holds nothing that is known.

    `foods` are the kinds counted for variety. `cost_known` is whether every price is.
    """

    dish_id: int
    name: str
    name_en: str = ""
    nutrition: Nutrition = field(default_factory=lambda: MappingProxyType({}))
    cost_fen: int = 0
    cost_known: bool = False
    allergens: frozenset[str] = frozenset()
    allergens_known: bool = False
    foods: frozenset[str] = frozenset()

    def amount(self, nutrient: str) -> float:
        """What is known of a nutrient."""
        found = self.nutrition.get(nutrient)
        return found.known if found else 0.0

    def knows(self, nutrient: str) -> bool:
        """Whether that is all there is of it."""
        found = self.nutrition.get(nutrient)
        return found is not None and found.complete

    @property
    def salt_g(self) -> float:
        """Its sodium as grams of salt."""
        return self.amount("sodium_mg") * SALT_PER_SODIUM


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A slot of a meal on a day: of these dishes a diner takes `servings`."""

    day: date
    period: str
    slot: str
    servings: int
    portions: tuple[Portion, ...]


@dataclass(frozen=True, kw_only=True)
class Sum:
    """How much is known, and the dishes that may add to it."""

    known: float = 0.0
    missing: tuple[Portion, ...] = ()

    def plus(self, other: "Sum") -> "Sum":
        """Both together; a dish is named once."""
        seen = {one.dish_id: one for one in (*self.missing, *other.missing)}
        return Sum(known=self.known + other.known, missing=tuple(seen.values()))

    def times(self, factor: float) -> "Sum":
        """So many of it."""
        return Sum(known=self.known * factor, missing=self.missing)


NOTHING = Sum()


@dataclass(frozen=True, kw_only=True)
class Set:
    """What a diner takes: nutrients by code, and cost in fen."""

    nutrients: Mapping[str, Sum] = field(default_factory=lambda: MappingProxyType({}))
    cost: Sum = NOTHING

    def measure(self, code: str) -> Sum:
        """A nutrient, or salt_g from sodium."""
        if code == "salt_g":
            return self.nutrients.get("sodium_mg", NOTHING).times(SALT_PER_SODIUM)
        return self.nutrients.get(code, NOTHING)


@dataclass(frozen=True, kw_only=True)
class Meter:
    """A figure beside what it should be. `missing` dishes may add to it."""

    code: str
    known: float
    range: Range = NO_LIMIT
    missing: tuple[Portion, ...] = ()

    @property
    def state(self) -> str:
        """ "high" and "good" are certain; "low" only where nothing is missing, else "unknown".

        "" is a figure that is held against nothing.
        """
        low, high = self.range.low, self.range.high
        if low is None and high is None:
            return ""
        if high is not None and self.known > high:
            return "high"
        if low is not None and self.known < low:
            return "unknown" if self.missing else "low"
        return "unknown" if self.missing and high is not None else "good"


def set_of(offers: Iterable[Offer]) -> Set:
    """One diner's set of a meal."""
    parts = [_of_slot(offer) for offer in offers if offer.portions and offer.servings]
    return together(parts)


def together(sets: Iterable[Set]) -> Set:
    """Several sets one after another: a day."""
    nutrients = dict.fromkeys(NUTRIENTS, NOTHING)
    cost = NOTHING
    for one in sets:
        cost = cost.plus(one.cost)
        for nutrient in NUTRIENTS:
            nutrients[nutrient] = nutrients[nutrient].plus(one.nutrients.get(nutrient, NOTHING))
    return Set(nutrients=MappingProxyType(nutrients), cost=cost)


def mean_of(sets: Sequence[Set]) -> Set:
    """What sets hold and cost on average."""
    whole = together(sets)
    share = 1 / len(sets) if sets else 0.0
    nutrients = {code: one.times(share) for code, one in whole.nutrients.items()}
    return Set(nutrients=MappingProxyType(nutrients), cost=whole.cost.times(share))


def kinds_of(offers: Iterable[Offer]) -> frozenset[str]:
    """The kinds of food on offer, oil and seasoning aside."""
    return frozenset(food for one in offers for portion in one.portions for food in portion.foods)


def without_foods(offers: Iterable[Offer]) -> tuple[Portion, ...]:
    """Dishes that name no ingredient, so that their kinds of food are not counted."""
    found = {one.dish_id: one for offer in offers for one in offer.portions if not one.nutrition}
    return tuple(found.values())


def meters_of(one: Set, periods: tuple[str, ...], targets: Targets) -> dict[str, Meter]:
    """A set, or a day of sets, of these periods against what it should be; also its cost."""
    found = {
        code: Meter(
            code=code,
            known=one.measure(code).known,
            missing=one.measure(code).missing,
            range=targets.of(code, periods),
        )
        for code in MEASURES
    }
    budget = targets.budget_of(periods)
    found["cost"] = Meter(
        code="cost", known=one.cost.known, missing=one.cost.missing, range=Range(high=budget)
    )
    return found


def variety_meter(offers: Sequence[Offer], wanted: int) -> Meter:
    """Kinds of food against how many there should be."""
    return Meter(
        code="foods",
        known=len(kinds_of(offers)),
        range=Range(low=wanted),
        missing=without_foods(offers),
    )


def _of_slot(offer: Offer) -> Set:
    cell = Cell(
        day=offer.day,
        period=offer.period,
        slot=offer.slot,
        categories=(),
        places=len(offer.portions),
        servings=offer.servings,
    )
    share = offer.servings / len(offer.portions)
    nutrients = {
        nutrient: Sum(
            known=sum(one.amount(nutrient) for one in offer.portions) * share,
            missing=tuple(one for one in offer.portions if not one.knows(nutrient)),
        )
        for nutrient in NUTRIENTS
    }
    # Whole fen for every dish, as planning adds them, so that both name one figure.
    fen = sum(part_of(one.cost_fen, cell) for one in offer.portions)
    missing = tuple(one for one in offer.portions if not one.cost_known)
    return Set(nutrients=MappingProxyType(nutrients), cost=Sum(known=fen, missing=missing))
