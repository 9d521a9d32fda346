"""A published week as text for a chat group."""

from flask_babel import gettext as _

from canteen.blueprints.filters import day as day_words
from canteen.blueprints.filters import is_english, named
from canteen.blueprints.menus.words import short_day
from canteen.menus.plan import PeriodPlan, StandingDish, WeekPlan
from canteen.sites.models import Site


def chat_text(plan: WeekPlan, site: Site) -> str:
    """The week day by day, a line for each meal; no more signs than a chat needs."""
    first, last = short_day(plan.days[0]), short_day(plan.days[-1])
    lines = [_("%(site)s 一周菜单（%(first)s—%(last)s）", site=named(site), first=first, last=last)]
    for number, day in enumerate(plan.days):
        meals = [line for meal in plan.periods if (line := _meal(meal, number))]
        if meals:
            lines += ["", f"【{day_words(day)}】", *meals]
    if site.phone:
        lines += ["", _("订餐电话 %(phone)s", phone=site.phone)]
    return "\n".join(lines) + "\n"


def _meal(meal: PeriodPlan, number: int) -> str:
    dishes = [
        named_dish(place.dish) for row in meal.slots for place in row.days[number] if place.dish
    ]
    if not dishes:
        return ""
    if is_english():
        return f"{named(meal.period)}: {', '.join(dishes)}"
    return f"{named(meal.period)}：{'、'.join(dishes)}"


SHEET_SIZES = (16, 13, 11, 9, 8, 7, 6)
_COLUMN_MM, _HEIGHT_MM, _ROW_MM = 35.0, 148.0, 0.9
_LATIN_MM, _LINE_MM = 0.18, 0.45
"""Of a point of type: half a Chinese character across, a line of 1.25 down."""


def sheet_size(plan: WeekPlan) -> int:
    """The largest type, in points, at which the week fits one A4 page lying down."""
    rows = [row for meal in plan.periods for row in meal.slots]
    columns = [
        [[named_dish(place.dish) for place in cells if place.dish] for cells in row.days]
        for row in rows
    ]
    for size in SHEET_SIZES:
        across = _COLUMN_MM / (_LATIN_MM * size)
        lines = sum(
            max(sum(_lines(name, across) for name in cells) for cells in row) for row in columns
        )
        if lines * size * _LINE_MM + len(rows) * _ROW_MM <= _HEIGHT_MM:
            return size
    return SHEET_SIZES[-1]


def named_dish(dish: StandingDish) -> str:
    """A dish in the reader's language."""
    return (dish.name_en if is_english() else "") or dish.name


def _lines(name: str, across: float) -> int:
    # English breaks between words, so a line is seldom full.
    usable = across * (0.9 if name.isascii() else 1.0)
    return max(1, -(-_width(name) // max(1, int(usable))))


def _width(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)
