"""The purchase list as a workbook that Excel opens: numbers as numbers, notes below the list."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from canteen.blueprints.filters import named
from canteen.blueprints.kitchen import words
from canteen.blueprints.menus import larder_words
from canteen.blueprints.menus.words import short_day, weekday
from canteen.foundation.spreadsheets import Fen, Grams, Sheet, write_xlsx
from canteen.kitchen.rules import Expected, Purchase, PurchaseList


def workbook(
    week: PurchaseList,
    days: Sequence[tuple[date, PurchaseList]],
    *,
    periods: Mapping[str, str],
    expected: Mapping[tuple[date, str], Expected],
    english: Mapping[str, str],
) -> bytes:
    """The whole week, each day with something to cook, what each day takes side by side, and the
    portions all of it is for. `english` has the names of ingredients for an English reader."""
    sheets = [_sheet(_("整周"), week, periods, english)]
    sheets += [_sheet(_day_name(day), shopping, periods, english) for day, shopping in days]
    if days:
        sheets += [_by_day(week, days, english), _portions(days, periods, expected)]
    return write_xlsx(sheets)


def _sheet(
    name: str, shopping: PurchaseList, periods: Mapping[str, str], english: Mapping[str, str]
) -> Sheet:
    headings = [
        _("食物类"),
        _("食材"),
        _("要买（公斤）"),
        _("实际用量（公斤）"),
        _("单价（元/公斤）"),
        _("金额（元）"),
        _("用在"),
    ]
    rows = [_row(line, english) for line in shopping.lines]
    if rows:
        total = [_("合计"), None, None, None, None, Fen(shopping.cost_fen), None]
        rows += [total, *([note] for note in notes(shopping, periods))]
    else:
        rows = [[note] for note in notes(shopping, periods)] or [[_("没有要买的")]]
    return Sheet(name, headings, rows)


def _row(line: Purchase, english: Mapping[str, str]) -> list[Any]:
    price, cost = line.price_fen_per_kg, line.cost_fen
    return [
        larder_words.group_word(line.food_group),
        _named(line, english),
        Grams(line.buy_grams),
        Grams(line.grams),
        _("不知道") if price is None else Fen(price),
        _("不知道") if cost is None else Fen(cost),
        larder_words.joined([named(dish) for dish in line.dishes]),
    ]


def _by_day(
    week: PurchaseList, days: Sequence[tuple[date, PurchaseList]], english: Mapping[str, str]
) -> Sheet:
    """Every ingredient with what the recipes of each day take of it."""
    taken = [{line.ingredient: line.grams for line in shopping.lines} for _day, shopping in days]
    headings = [_("食材"), *(_day_name(day) for day, _shopping in days), _("一周（公斤）")]
    rows = [
        [
            _named(line, english),
            *(Grams(day[line.ingredient]) if line.ingredient in day else None for day in taken),
            Grams(line.grams),
        ]
        for line in week.lines
    ]
    return Sheet(_("每天用量"), headings, rows)


def _portions(
    days: Sequence[tuple[date, PurchaseList]],
    periods: Mapping[str, str],
    expected: Mapping[tuple[date, str], Expected],
) -> Sheet:
    """How many diners each meal is reckoned for."""
    codes = [code for code in periods if any((day, code) in expected for day, _list in days)]
    rows = [
        [day, *(_diners(expected.get((day, code), Expected())) for code in codes)]
        for day, _list in days
    ]
    return Sheet(_("每餐份数"), [_("日期"), *(periods[code] for code in codes)], rows)


def _diners(meal: Expected) -> Any:
    return _("没填") if meal.portions is None else meal.portions


def _named(line: Purchase, english: Mapping[str, str]) -> str:
    name = english.get(line.ingredient, "")
    return f"{line.ingredient} {name}".strip()


def _day_name(day: date) -> str:
    return f"{weekday(day)} {short_day(day)}"


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
