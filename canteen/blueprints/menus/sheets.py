"""How large the type of a printed week may be, so that it fits one page lying down.

Measured with wide letters, so that a narrower font leaves room rather than a second page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from canteen.blueprints.filters import named
from canteen.blueprints.menus.sharing import named_dish, planned_dish
from canteen.blueprints.menus.words import legend, short_marks
from canteen.menus.plan import SlotPlan, StandingDish, WeekPlan

SIZES = tuple(half / 2 for half in range(48, 12, -1))
"""Points, from 24 down to 6.5: smaller type nobody reads."""
_POINT = 0.353
"""Millimetres."""
_LATIN = 0.62
"""Of the size of type: a letter across; a Chinese character is as wide as it is high."""
_LINE = 1.25 * _POINT
"""Millimetres down of a line, for each point of type."""
_ROW = 0.9
"""Millimetres of a row's own edges."""
_MARK = 0.68
"""Marks are so much smaller than the dish they stand after."""
_MEAL = 1.2
"""The name of a meal is so much larger than its dishes."""

_WORD = re.compile("[⺀-\U0003ffff]|[^ ⺀-\U0003ffff]+ ?|  *")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """Millimetres for the dishes of one day and for the names of rows across, for a whole line
    across, and down for all rows with one line each of title, legend and address; in points
    their type, and the largest of rows' and meals' names. As css/menus_sheet.css has it."""

    day: float
    row: float
    across: float
    down: float
    title: float
    legend: float
    foot: float
    row_points: float
    meal_points: float


A4 = Paper(
    day=35.2, row=15.4, across=280, down=163, title=20, legend=8, foot=11,
    row_points=10, meal_points=12,
)  # fmt: skip
A3 = Paper(
    day=51.5, row=21.4, across=398, down=236, title=30, legend=11, foot=15,
    row_points=13, meal_points=16,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Printed:
    """What stands on the sheet beside the table."""

    title: str
    dates: str
    foot: str


@dataclass(frozen=True, kw_only=True)
class Fit:
    """The type for the dishes, and whether they fill one page, with what is left over between
    the rows."""

    half_points: int
    fills_page: bool


def fit(plan: WeekPlan, printed: Printed, paper: Paper) -> Fit:
    """The largest type at which the week with its marks fits one page; where nobody could read
    that, the largest at which it fits two, or three."""
    down = paper.down
    for words, points in (
        (_words(f"{printed.title} {printed.dates}"), paper.title),
        (_words(_legend(plan)), paper.legend),
        (_words(printed.foot), paper.foot),
    ):
        down -= (_lines(words, points, paper.across) - 1) * points * _LINE
    for pages in (1, 2, 3):
        for size in SIZES:
            if _down(plan, size, paper) <= down * (1 if pages == 1 else 0.9 * pages):
                one_line = down >= paper.down - paper.legend * _LINE
                return Fit(half_points=round(2 * size), fills_page=pages == 1 and one_line)
    return Fit(half_points=round(2 * SIZES[-1]), fills_page=False)


def _down(plan: WeekPlan, size: float, paper: Paper) -> float:
    """Millimetres of all meals and rows."""
    meals = [meal.slots for meal in plan.periods if meal.slots]
    meal = min(paper.meal_points, _MEAL * size) * _LINE + _ROW
    return sum(meal + sum(_row(row, size, paper) for row in rows) for rows in meals)


def _row(row: SlotPlan, size: float, paper: Paper) -> float:
    points = min(paper.row_points, size)
    own = _lines(_words(named(row.slot)), points, paper.row) * points
    days = (
        sum(_lines(_dish(place.dish), size, paper.day) for place in cells if place.dish)
        for cells in row.days
    )
    return max(own, max(days) * size) * _LINE + _ROW


def _dish(dish: StandingDish) -> list[float]:
    """The planned dish, the dish, and its marks, which stay together."""
    was = f"{planned_dish(dish)} " if dish.instead_of else ""
    marks = short_marks(dish)
    return _words(was + named_dish(dish)) + ([_MARK * _width(f" {marks}")] if marks else [])


def _legend(plan: WeekPlan) -> str:
    signs, allergens = legend(plan)
    words = [f"{sign}={word}" for sign, word in (*signs, *allergens)]
    words += [_("菜名后的小字"), _("过敏原"), _("按配方推算，严重过敏请先问工作人员。")]
    return "  ".join([*words, _("划掉的是原定的菜，后面是换上的") if plan.changed else ""])


def _lines(words: Sequence[float], points: float, across: float) -> int:
    """Lines of words, broken as a browser does it: one too long for a line is broken anywhere."""
    lines, filled, room = 1, 0.0, across / (points * _POINT)
    for wide in words:
        if filled and filled + wide > room:
            lines, filled = lines + 1, 0.0
        filled += wide
        while filled > room:
            lines, filled = lines + 1, filled - room
    return lines


def _words(text: str) -> list[float]:
    """How wide each word is, of the size of type; every Chinese character is one."""
    return [_width(word) for word in _WORD.findall(text)]


def _width(text: str) -> float:
    return sum(1.0 if ord(sign) > 0x2E80 else _LATIN for sign in text)
