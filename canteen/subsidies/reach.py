"""Which part of a price a rule looks at and pays for, where a tray holds more than one class."""

from canteen.subsidies.conditions import Guard
from canteen.subsidies.facts import MealFacts
from canteen.subsidies.policy import Effect

_FIXES_THE_PRICE = ("pay", "pay_at_most", "free", "nth_meal")
"""Kinds of effect that say what a meal costs its diner."""


def reach_of(guard: Guard, effect: Effect | None, facts: MealFacts) -> tuple[str, ...]:
    """Which classes of a price a rule looks at and pays for; () for all of it.

    Those it names. One that names none and says what a meal costs its diner ("pays 5 yuan")
    means the set, where there is one: what was added to it is not given away. Sums and
    percentages off are of everything on the tray.
    """
    if facts.beside is None:
        return ()
    named = guard.item_classes
    if not named and effect is not None and effect.kind in _FIXES_THE_PRICE:
        named = (facts.beside[0],)
    reach = tuple(code for code in facts.by_class if code in named)
    return () if len(reach) == len(facts.by_class) else reach


def list_prices(facts: MealFacts, reach: tuple[str, ...] = ()) -> dict[str, int]:
    """What is charged before any subsidy, by `Target`, for these classes or for all."""
    meal_fen = facts.price_fen
    if reach:
        meal_fen = sum(fen for code, fen in facts.by_class.items() if code in reach)
    return {
        "meal": meal_fen,
        "delivery": facts.delivery_fee_fen,
        "meal_and_delivery": meal_fen + facts.delivery_fee_fen,
    }
