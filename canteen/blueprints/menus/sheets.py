"""How large the type of a printed week may be, so that it fits one page lying down."""

from dataclasses import dataclass

from canteen.blueprints.menus.sharing import named_dish, planned_dish
from canteen.blueprints.menus.words import short_marks
from canteen.menus.plan import StandingDish, WeekPlan

SIZES = tuple(half / 2 for half in range(48, 11, -1))
"""Points, from 24 down to 6."""
_LATIN_MM, _LINE_MM, _ROW_MM = 0.18, 0.45, 0.9
"""Of a point of type: half a Chinese character across, a line of 1.25 down; a row's own edges."""
_MARK = 0.68
"""Marks are so much smaller than the dish they stand after."""


@dataclass(frozen=True)
class Paper:
    """Millimetres left for the dishes of one day across, and for all rows down."""

    across: float
    down: float


A4 = Paper(across=33.4, down=143.0)
A3 = Paper(across=50.5, down=216.0)


def half_points(plan: WeekPlan, paper: Paper) -> int:
    """The largest type, in half points, at which the week with its marks fits one page."""
    return round(2 * _type_size(plan, paper))


def _type_size(plan: WeekPlan, paper: Paper) -> float:
    rows = [
        [[_measured(place.dish) for place in cells if place.dish] for cells in row.days]
        for meal in plan.periods
        for row in meal.slots
    ]
    for size in SIZES:
        room = paper.across / (_LATIN_MM * size)
        lines = sum(max(sum(_lines(dish, room) for dish in cells) for cells in row) for row in rows)
        if lines * size * _LINE_MM + len(rows) * _ROW_MM <= paper.down:
            return size
    return SIZES[-1]


def _measured(dish: StandingDish) -> tuple[float, float]:
    """How wide a dish with its marks is, in half characters, and how much of a line it can use.

    English breaks between words, so a line of it is seldom full.
    """
    name = named_dish(dish)
    wide = _width(name) + _MARK * _width(f" {short_marks(dish)}")
    if dish.instead_of:
        wide += _width(f"{planned_dish(dish)} ")
    return wide, 0.82 if name.isascii() else 0.97


def _lines(measured: tuple[float, float], room: float) -> int:
    wide, usable = measured
    return max(1, -(-int(wide) // max(1, int(room * usable))))


def _width(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)
