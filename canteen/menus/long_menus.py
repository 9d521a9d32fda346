"""Long menus: a row for each dish, under headings in any order.

A heading that says what its column is counts first. Where a kitchen's own words say nothing to
us, the column is taken for what stands in it: nothing but meals, nothing but 大荤 and 素菜.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from canteen.foundation.money import parse_yuan
from canteen.foundation.wording import Refusal
from canteen.menus.day_words import read_day, read_period, read_weekday
from canteen.menus.printed_entries import PrintedEntry, PrintedMenu, add_dishes, text_of
from canteen.menus.printed_names import split_priced
from canteen.menus.short_days import dated
from canteen.menus.traditional import simplified
from canteen.menus.wide_menus import DAYS_IN_WEEK, EARLIEST_YEAR, SLOT_WORD

ROWS_SEARCHED = 15
_FEWEST_ROWS = 2
HEADINGS = {
    field: tuple(words.split())
    for field, words in {
        "day": """
            日期 星期 周几 礼拜 day date weekday 供餐日期 用餐日期 就餐日期 供应日期 供餐日 用餐日
            时间 星期几 礼拜几 日子
        """,
        "week": "周次 第几周 week",
        "period": "餐次 餐别 时段 餐段 用餐时段 供餐时段 餐类 餐 餐次名称 用餐 period meal",
        "slot": """
            类别 分类 菜类 种类 类型 栏目 档次 菜品类别 菜品分类 菜品类型 菜式类别 菜肴类别
            slot category type
        """,
        "dish": """
            菜名 菜品 菜品名称 菜品名 菜肴 菜肴名称 菜谱 食谱 菜单 菜色 菜式名称 品名 名称 供应菜品
            菜单内容 dish dishes name
        """,
        "price": "价格 单价 售价 价钱 price",
    }.items()
}
"""Headings of the long form by field, in simplified characters."""
_MEANING = {word: field for field, words in HEADINGS.items() for word in words}
_WEEK_NUMBER = re.compile(r"第?([1-9]|[一二三四五六])周?")
_BARE_WEEKDAYS = dict(zip("一二三四五六日天", (0, 1, 2, 3, 4, 5, 6, 6), strict=True))
Columns = dict[str, list[int]]


def read_long(rows: Sequence[Sequence[object]], near: date | None) -> PrintedMenu | None:
    """The dishes of a sheet in the long form; None for a sheet in another form."""
    header = _header(rows)
    if header is not None:
        parts = _parts(rows, header)
        return side_by_side([_read(part, _columns(part[header]), header, near) for part in parts])
    guessed = _by_content(rows, near)
    return _read(rows, *guessed, near) if guessed else None


def side_by_side(menus: Sequence[PrintedMenu]) -> PrintedMenu:
    """Tables side by side as one: a weekday that comes again is of the week after."""
    entries: list[PrintedEntry] = []
    seen: set[date | int] = set()
    weeks = 0
    for menu in menus:
        own = {one.day for one in menu.entries}
        if seen & own:
            weeks, seen = weeks + 1, set()
        seen |= own
        entries += [
            replace(one, day=one.day + DAYS_IN_WEEK * weeks) if isinstance(one.day, int) else one
            for one in menu.entries
        ]
    problems = tuple(problem for menu in menus for problem in menu.problems)
    return PrintedMenu(entries=tuple(entries), problems=problems, form="long")


# --- Which column is what ------------------------------------------------------------


def _header(rows: Sequence[Sequence[object]]) -> int | None:
    """Index of the heading row, or None."""
    for index, row in enumerate(rows[:ROWS_SEARCHED]):
        if {"day", "dish"} <= set(_columns(row)):
            return index
    return None


def _columns(headings: Sequence[object]) -> Columns:
    """The columns of each field."""
    columns: Columns = {}
    for column, value in enumerate(headings):
        if field := _MEANING.get(_heading(value)):
            columns.setdefault(field, []).append(column)
    return columns


def _heading(value: object) -> str:
    return simplified(re.sub(r"[\s*:_]|\(.*?\)", "", text_of(value)).casefold())


def _by_content(rows: Sequence[Sequence[object]], near: date | None) -> tuple[Columns, int] | None:
    """The columns by what stands in them, and the row above the first dish: a column of days,
    one of nothing but meals or slots, and one other column of words."""
    width = max((len(row) for row in rows), default=0)
    texts = [
        [text_of(row[column]) if column < len(row) else "" for row in rows]
        for column in range(width)
    ]
    days = [
        column
        for column in range(width)
        if sum(_may_be_day(row[column], near) for row in rows if column < len(row)) >= _FEWEST_ROWS
    ]
    if len(days) != 1:
        return None
    header = next(
        number
        for number, row in enumerate(rows)
        if days[0] < len(row) and _may_be_day(row[days[0]], near)
    )
    columns: Columns = {"day": days}
    for column in range(width):
        below = [text for text in texts[column][header:] if text]
        if len(below) < _FEWEST_ROWS or column in days:
            continue
        columns.setdefault(_kind_of(below), []).append(column)
    labelled = "period" in columns or "slot" in columns
    return (columns, header - 1) if labelled and len(columns.get("dish", ())) == 1 else None


def _may_be_day(value: object, near: date | None) -> bool:
    """A birthday is no day of a menu."""
    day = _read_day(value, near)
    return day is not None and (isinstance(day, int) or day.year >= EARLIEST_YEAR)


def _kind_of(texts: Sequence[str]) -> str:
    if all(read_period(text) for text in texts):
        return "period"
    if all(SLOT_WORD.fullmatch(simplified(text)) for text in texts):
        return "slot"
    return "number" if all(re.fullmatch(r"[\d.,元¥]+", text) for text in texts) else "dish"


def _parts(rows: Sequence[Sequence[object]], header: int) -> list[list[list[object]]]:
    """The table, or the tables side by side where the same headings come again."""
    words = [
        (column, word) for column, value in enumerate(rows[header]) if (word := _heading(value))
    ]
    for count in range(len(words) // 2, 0, -1):
        starts = words[::count]
        repeated = [[word for _, word in words[n : n + count]] for n in range(0, len(words), count)]
        if len(words) % count == 0 and all(one == repeated[0] for one in repeated):
            ends = [column for column, _ in starts[1:]]
            bounds = zip([0, *ends], [*ends, None], strict=True)
            return [[list(row[first:last]) for row in rows] for first, last in bounds]
    return [[list(row) for row in rows]]


# --- Row by row ----------------------------------------------------------------------


def _read(
    rows: Sequence[Sequence[object]], columns: Columns, header: int, near: date | None
) -> PrintedMenu:
    entries: list[PrintedEntry] = []
    problems: list[Refusal] = []
    day: date | int | None = None
    period = slot = ""
    for number, row in enumerate(rows[header + 1 :], start=header + 2):
        if not any(text_of(value) for value in row):
            continue
        values = _fields(row, columns)
        if any(text_of(value) for value in values["day"]):
            # A merged cell holds its value in its first row only: blank goes on as above.
            read = _day(values["day"], values["week"], number, near)
            day, slot = (None, "") if isinstance(read, Refusal) else (read, "")
            if isinstance(read, Refusal):
                problems.append(read)
        elif day is None and not problems:
            problems.append(Refusal("menu_day_unknown", {"row": number, "value": ""}))
        word = _first(values["period"])
        period = (read_period(word) or word) if word else period
        slot = _first(values["slot"]) or slot
        names = split_priced("\n".join(str(value or "") for value in values["dish"]))
        if day is None:
            continue
        if not names and not _first(values["dish"]):
            problems.append(Refusal("menu_dish_missing", {"row": number}))
        names = _with_price(names, _first(values["price"]))
        add_dishes(entries, problems, day, period, slot, names, number)
    return PrintedMenu(entries=tuple(entries), problems=tuple(problems), form="long")


def _with_price(names: list[tuple[str, int | None]], column: str) -> list[tuple[str, int | None]]:
    """A price in a column of its own is the price of a dish that stands alone in its row."""
    if len(names) != 1 or names[0][1] is not None or not column:
        return names
    try:
        return [(names[0][0], parse_yuan(re.sub(r"/?[份个只碗位例]$", "", column)))]
    except ValueError:
        return names


def _fields(row: Sequence[object], columns: Columns) -> dict[str, list[object]]:
    return {
        field: [row[column] for column in columns.get(field, ()) if column < len(row)]
        for field in HEADINGS
    }


def _first(values: Iterable[object]) -> str:
    return next((text for value in values if (text := text_of(value))), "")


def _day(
    days: list[object], weeks: list[object], row: int, near: date | None
) -> date | int | Refusal:
    """The one day that the day columns of a row name; dates win over weekdays."""
    words = [value for value in days if text_of(value)]
    read = [_read_day(value, near) for value in words]
    seen = " ".join(text_of(value) for value in words)
    if any(day is None for day in read):
        return Refusal("menu_day_unknown", {"row": row, "value": seen[:40]})
    dates = [day for day in read if isinstance(day, date)]
    weekdays = {day for day in read if isinstance(day, int)}
    weekdays |= {day for value in words if (day := read_weekday(text_of(value))) is not None}
    if dates:
        if len(set(dates)) > 1 or (weekdays and weekdays != {dates[0].weekday()}):
            return Refusal("menu_day_mismatch", {"row": row, "value": seen[:40]})
        return dates[0]
    if len(weekdays) != 1:
        return Refusal("menu_day_mismatch", {"row": row, "value": seen[:40]})
    return _in_week(weekdays.pop(), _first(weeks), row)


def _read_day(value: object, near: date | None) -> date | int | None:
    """The day of a cell in a column of days, where a bare 一 is Monday."""
    text = text_of(value)
    if near is not None and (day := dated(text, near)) is not None:
        return day
    return read_day(value) if text not in _BARE_WEEKDAYS else _BARE_WEEKDAYS[text]


def _in_week(weekday: int, week: str, row: int) -> int | Refusal:
    if not week:
        return weekday
    found = _WEEK_NUMBER.fullmatch(simplified(week))
    if not found:
        return Refusal("menu_week_unknown", {"row": row, "value": week[:40]})
    number = "一二三四五六".find(found[1]) + 1 or int(found[1])
    return weekday + 7 * (number - 1)
