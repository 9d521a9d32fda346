"""From portions and recipes to what is bought. Pure.

Weights are grams as bought: recipes say so. What is bought is rounded up to what a scale at the
market shows; money follows what is bought. What is not known is said, never counted as nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil

from canteen.menus.ingredients import FOOD_GROUPS
from canteen.menus.nutrition import IngredientFacts, RecipeLine

MOST_PORTIONS = 20_000
MOST_PERCENT = 300
WEEKS_LOOKED_AT = 4
_STEPS = ((100, 1), (1_000, 10), (10_000, 100))
_LARGEST_STEP = 500


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Portions of a meal: what a person said, else what the last weeks suggest; None is nothing."""

    typed: int | None = None
    suggested: int | None = None

    @property
    def portions(self) -> int | None:
        """What the kitchen reckons with."""
        return self.suggested if self.typed is None else self.typed

    @property
    def estimated(self) -> bool:
        """Whether nobody has said how many, so that the suggestion counts."""
        return self.typed is None and self.suggested is not None


@dataclass(frozen=True, kw_only=True)
class CookedDish:
    """A dish of a meal: how many of it are cooked, and what one portion takes.

    `percent` of a hundred diners take it where a person said so; else the `beside` dishes of its
    slot share the diners evenly, each of whom takes `servings`. `diners` is None where nobody
    knows how many come.
    """

    entry_id: int
    day: date
    period: str
    slot: str
    name: str
    published_name: str
    dish_id: int
    recipe: tuple[RecipeLine, ...]
    name_en: str = ""
    servings: int = 1
    beside: int = 1
    percent: int | None = None
    diners: int | None = None

    @property
    def portions(self) -> int | None:
        """How many are cooked, rounded up; None where nobody knows how many come."""
        if self.diners is None:
            return None
        if self.percent is not None:
            return -(-self.diners * self.percent // 100)
        return -(-self.diners * self.servings // self.beside)

    @property
    def even_percent(self) -> int:
        """What a hundred diners take if the dishes of the slot are liked alike, half up."""
        return (200 * self.servings + self.beside) // (2 * self.beside)

    @property
    def swapped(self) -> bool:
        """Whether something else is cooked than the menu says."""
        return self.name != self.published_name


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """One ingredient to buy: `grams` as the recipes need, `buy_grams` rounded up as bought."""

    ingredient: str
    food_group: str
    grams: float
    price_fen_per_kg: int | None
    dishes: tuple[CookedDish, ...]

    @property
    def buy_grams(self) -> int:
        """What is asked for at the market."""
        return rounded_up(self.grams)

    @property
    def cost_fen(self) -> int | None:
        """What it costs, half up to the fen; None without a price."""
        if self.price_fen_per_kg is None:
            return None
        return (2 * self.buy_grams * self.price_fen_per_kg + 1000) // 2000


@dataclass(frozen=True, kw_only=True)
class PurchaseGroup:
    """Ingredients of one food group, the heaviest first."""

    food_group: str
    lines: tuple[Purchase, ...]


@dataclass(frozen=True, kw_only=True)
class PurchaseList:
    """What to buy for some days, and what keeps the list from being whole.

    `no_recipe`: dishes without ingredients. `no_portions`: meals of which nobody knows how many
    come, as day and period. `estimated`: meals reckoned from the last weeks.
    """

    groups: tuple[PurchaseGroup, ...]
    no_recipe: tuple[CookedDish, ...] = ()
    no_portions: tuple[tuple[date, str], ...] = ()
    estimated: tuple[tuple[date, str], ...] = ()
    dishes: tuple[CookedDish, ...] = field(default=())

    @property
    def lines(self) -> tuple[Purchase, ...]:
        """Every line in the order of the list."""
        return tuple(line for group in self.groups for line in group.lines)

    @property
    def cost_fen(self) -> int:
        """What the lines with a known price cost."""
        return sum(line.cost_fen or 0 for line in self.lines)

    @property
    def no_price(self) -> tuple[str, ...]:
        """Ingredients whose price is not known."""
        return tuple(line.ingredient for line in self.lines if line.cost_fen is None)


def suggested_portions(counts: Sequence[int]) -> int | None:
    """The average of the days that had diners, half up; None where there were none.

    `counts` are meals of the same weekday and period in the last `WEEKS_LOOKED_AT` weeks; a day
    without a meal was a day the canteen was shut.
    """
    open_days = [count for count in counts if count]
    return (2 * sum(open_days) + len(open_days)) // (2 * len(open_days)) if open_days else None


def rounded_up(grams: float) -> int:
    """Grams as one buys them: up to 100 g to the gram, to 1 kg by 10 g, to 10 kg by 100 g, then by
    half a kilogram; always up."""
    exact = round(grams, 3)  # 0.1 + 0.2 grams of floats must not buy a gram more
    step = next((step for limit, step in _STEPS if exact <= limit), _LARGEST_STEP)
    return ceil(exact / step) * step


def purchase_list(
    dishes: Iterable[CookedDish],
    *,
    expected: Mapping[tuple[date, str], Expected],
    facts: Mapping[str, IngredientFacts],
) -> PurchaseList:
    """What the dishes take together, by food group in the order of `FOOD_GROUPS`."""
    cooked = list(dishes)
    needs: dict[str, tuple[float, dict[int, CookedDish]]] = {}
    for dish in cooked:
        for line in dish.recipe if dish.portions else ():
            grams, names = needs.get(line.ingredient, (0.0, {}))
            needs[line.ingredient] = (
                grams + line.grams * (dish.portions or 0),
                {**names, dish.dish_id: names.get(dish.dish_id, dish)},
            )
    meals = dict.fromkeys((dish.day, dish.period) for dish in cooked)
    seen = {meal: expected.get(meal, Expected()) for meal in meals}
    return PurchaseList(
        groups=_grouped(needs, facts),
        no_recipe=tuple({dish.dish_id: dish for dish in cooked if not dish.recipe}.values()),
        no_portions=tuple(meal for meal, one in seen.items() if one.portions is None),
        estimated=tuple(meal for meal, one in seen.items() if one.estimated),
        dishes=tuple(cooked),
    )


def _grouped(
    needs: Mapping[str, tuple[float, Mapping[int, CookedDish]]],
    facts: Mapping[str, IngredientFacts],
) -> tuple[PurchaseGroup, ...]:
    groups: dict[str, list[Purchase]] = {}
    for name, (grams, dishes) in needs.items():
        known = facts.get(name)
        line = Purchase(
            ingredient=name,
            food_group=known.food_group if known else "",
            grams=grams,
            price_fen_per_kg=known.price_fen_per_kg if known else None,
            dishes=tuple(dishes.values()),
        )
        groups.setdefault(line.food_group, []).append(line)
    order = {code: place for place, code in enumerate(FOOD_GROUPS)}
    return tuple(
        PurchaseGroup(
            food_group=code,
            lines=tuple(sorted(groups[code], key=lambda line: (-line.grams, line.ingredient))),
        )
        for code in sorted(groups, key=lambda code: (order.get(code, len(order)), code))
    )
