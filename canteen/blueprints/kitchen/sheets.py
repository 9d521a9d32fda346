"""The purchase list as a workbook that Excel opens: numbers as numbers, notes below the list."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from canteen.blueprints.filters import named
from canteen.blueprints.kitchen import words
from canteen.blueprints.menus import larder_words
from canteen.blueprints.menus.words import short_day, weekday
from canteen.foundation.spreadsheets import Fen, Sheet, write_xlsx
from canteen.kitchen.rules import PurchaseList


def workbook(
    week: PurchaseList, days: Sequence[tuple[date, PurchaseList]], *, periods: Mapping[str, str]
) -> bytes:
    """The whole week on the first sheet, each day with something to cook on its own."""
    sheets = [_sheet(_("整周"), week, periods)]
    sheets += [
        _sheet(f"{weekday(day)} {short_day(day)}", shopping, periods) for day, shopping in days
    ]
    return write_xlsx(sheets)


def _sheet(name: str, shopping: PurchaseList, periods: Mapping[str, str]) -> Sheet:
    headings = [
        _("食物类"),
        _("食材"),
        _("要买（公斤）"),
        _("实际用量（公斤）"),
        _("单价（元/公斤）"),
        _("金额（元）"),
        _("用在"),
    ]
    rows = [_row(line) for line in shopping.lines]
    if rows:
        total = [_("合计"), None, None, None, None, Fen(shopping.cost_fen), None]
        rows += [total, *([note] for note in notes(shopping, periods))]
    else:
        rows = [[note] for note in notes(shopping, periods)] or [[_("没有要买的")]]
    return Sheet(name, headings, rows)


def _row(line: Any) -> list[Any]:
    price, cost = line.price_fen_per_kg, line.cost_fen
    return [
        larder_words.group_word(line.food_group),
        line.ingredient,
        line.buy_grams / 1000,
        round(line.grams / 1000, 4),
        _("不知道") if price is None else Fen(price),
        _("不知道") if cost is None else Fen(cost),
        larder_words.joined([named(dish) for dish in line.dishes]),
    ]


def notes(shopping: PurchaseList, periods: Mapping[str, str]) -> list[str]:
    """What keeps a list from being whole, a sentence each."""
    joined = larder_words.joined
    found = []
    if shopping.no_portions:
        meals = joined(words.meals(shopping.no_portions, periods))
        found.append(_("没填份数，没有算进去：%(meals)s", meals=meals))
    if shopping.estimated:
        meals = joined(words.meals(shopping.estimated, periods))
        found.append(_("份数是按前几周估的：%(meals)s", meals=meals))
    if shopping.no_recipe:
        names = joined([named(dish) for dish in shopping.no_recipe])
        found.append(_("没有配料，没有算进去：%(names)s", names=names))
    if shopping.no_price:
        names = joined(shopping.no_price)
        found.append(_("不知道价格，没有算进合计：%(names)s", names=names))
    return found
