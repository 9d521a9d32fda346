"""A tray: dishes that were tapped, an amount that was typed, or both, alone or with a set. Pure.

Prices are the published menu's; the counter says which total it showed, so that nobody is
charged a sum that was not on the screen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from canteen.foundation.money import yuan
from canteen.foundation.wording import Refusal

A_LA_CARTE = "*"
"""The set code of a meal without a set. No set can have it: codes are letters, digits and ``_``."""
DISH = "dish"
"""What policies call single dishes, tapped or weighed (单点)."""
MOST_OF_ONE = 20
"""Portions of one dish on one tray; more is a finger that stayed too long."""

TAPPED, TYPED = "单点", "自选"
"""What such meals are called in Chinese; `blueprints.filters.set_name` knows the English."""
TYPED_EN = "By amount"
"""What a line of an amount is called beside its Chinese name, as a dish's is."""
WITH = "＋"
"""Stands between a set and what was added to it: 标准餐＋单点."""
LONGEST_NAME = 40
"""Of what a meal is called, in letters."""


@dataclass(frozen=True, kw_only=True)
class AskedTray:
    """What a counter was told: (dish id, portions), an amount in fen, and the sum it showed."""

    dishes: tuple[tuple[int, int], ...] = ()
    amount_fen: int | None = None
    shown_fen: int


@dataclass(frozen=True, kw_only=True)
class TrayLine:
    """One line as it was sold. `dish_id` is None for an amount."""

    name: str
    name_en: str = ""
    quantity: int
    unit_price_fen: int
    dish_id: int | None = None
    item_class: str = DISH


@dataclass(frozen=True, kw_only=True)
class DishSold:
    """A dish of today's menu with its price."""

    name: str
    name_en: str
    price_fen: int


@dataclass(frozen=True, kw_only=True)
class SoldHere:
    """What a canteen sells beside sets in a period of a day. `dishes` by id."""

    dishes: Mapping[int, DishSold] = field(default_factory=dict)
    sells_dishes: bool
    sells_amounts: bool
    limit_fen: int


def set_line(name: str, price_fen: int, item_class: str) -> TrayLine:
    """The set that something was added to, always the first line of its tray."""
    return TrayLine(name=name, quantity=1, unit_price_fen=price_fen, item_class=item_class)


def fill_tray(
    asked: AskedTray, sold: SoldHere, *, of_set: TrayLine | None = None
) -> tuple[TrayLine, ...] | Refusal:
    """The lines of a tray at today's prices, `of_set` the first, or why it cannot be sold.

    Codes: tray_not_sold, tray_dish, tray_quantity, tray_empty, tray_too_dear (`total`,
    `limit`), tray_changed (`total`: the sum is another than was shown).
    """
    has_amount = asked.amount_fen is not None
    if (asked.dishes and not sold.sells_dishes) or (has_amount and not sold.sells_amounts):
        return Refusal("tray_not_sold")
    lines = []
    for dish_id, quantity in asked.dishes:
        dish = sold.dishes.get(dish_id)
        if dish is None:
            return Refusal("tray_dish")
        if not 1 <= quantity <= MOST_OF_ONE:
            return Refusal("tray_quantity", {"dish": dish.name, "limit": MOST_OF_ONE})
        lines.append(
            TrayLine(
                dish_id=dish_id,
                name=dish.name,
                name_en=dish.name_en,
                quantity=quantity,
                unit_price_fen=dish.price_fen,
            )
        )
    if asked.amount_fen:
        lines.append(
            TrayLine(name=TYPED, name_en=TYPED_EN, quantity=1, unit_price_fen=asked.amount_fen)
        )
    if total_of(lines) <= 0:
        return Refusal("tray_empty")
    if of_set is not None:
        lines.insert(0, of_set)
    total = total_of(lines)
    if total > sold.limit_fen:
        return Refusal("tray_too_dear", {"total": yuan(total), "limit": yuan(sold.limit_fen)})
    if total != asked.shown_fen:
        return Refusal("tray_changed", {"total": yuan(total), "shown": yuan(asked.shown_fen)})
    return tuple(lines)


def total_of(lines: Sequence[TrayLine]) -> int:
    """What the lines cost together, in fen."""
    return sum(line.quantity * line.unit_price_fen for line in lines)


def name_of(lines: Sequence[TrayLine], *, set_name: str = "") -> str:
    """What a meal of these lines is called, with the set that they were added to."""
    added = TAPPED if any(line.dish_id is not None for line in lines) else TYPED
    if not set_name:
        return added
    end = WITH + added
    return set_name[: LONGEST_NAME - len(end)] + end
