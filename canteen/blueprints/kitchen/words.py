"""Weights and meals of the kitchen in words."""

from collections.abc import Iterable, Mapping
from datetime import date

from flask_babel import gettext as _

from canteen.blueprints.menus import words


def weight(grams: int) -> str:
    """12.5 公斤, 350 克: whichever a scale would show."""
    if grams < 1000:
        return _("%(n)s 克", n=f"{grams:,}")
    return _("%(n)s 公斤", n=f"{grams / 1000:,.2f}".rstrip("0").rstrip("."))


def meals(many: Iterable[tuple[date, str]], periods: Mapping[str, str]) -> list[str]:
    """周二午餐, for each meal."""
    return [words.meal_word(day, periods.get(code, code)) for day, code in many]
