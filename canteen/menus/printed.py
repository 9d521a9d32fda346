"""Published menus as other kitchens print them, read as they stand.

Two forms are known. Long: a row for each dish, under headings such as 星期, 餐次, 类别, 菜名 in
any order. Wide: days side by side (or one below the other) and slots across, several dishes in
a cell, titles above, merged cells. Slots stay the kitchen's own words. What cannot be read is
listed with its row; the rest is still read.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from canteen.foundation.spreadsheets import Table, read_table
from canteen.foundation.wording import Refusal
from canteen.menus.day_words import dated, read_day, read_period, read_weekday
from canteen.menus.printed_names import split_priced
from canteen.menus.wide_menus import DAYS_IN_WEEK, SLOT_WORD, Spot, WideDish, read_wide

MAX_NAME = 40
ROWS_SEARCHED = 15
HEADINGS = {
    "day": ("日期", "星期", "周几", "礼拜", "day", "date", "weekday", "供餐日期", "用餐日期"),
    "week": ("周次", "第几周", "week"),
    "period": ("餐次", "餐别", "时段", "餐段", "用餐时段", "period", "meal"),
    "slot": ("类别", "分类", "菜类", "种类", "栏目", "档次", "slot", "category", "type"),
    "dish": ("菜名", "菜品", "菜品名称", "菜肴", "菜谱", "品名", "名称", "dish", "dishes", "name"),
}
"""Headings of the long form by field."""
_MEANING = {word: field for field, words in HEADINGS.items() for word in words}
_LABEL = re.compile(rf"((?:早|午|中|晚)[餐饭]|{SLOT_WORD.pattern})\s*:\s*(.+)")
_NUMBER = re.compile(r"[\d.,]+")
_WEEK_NUMBER = re.compile(r"第?([1-9]|[一二三四五六])周?")


@dataclass(frozen=True, kw_only=True)
class PrintedEntry:
    """A dish of a printed menu. `day` is a date, or 0 for Monday of the first week, 7 for the
    second. `period` is a code where the word is known, else the word. `row` is Excel's number.
    `price_fen` is the price printed beside the name, if there is one.
    """

    day: date | int
    period: str
    slot_word: str
    dish: str
    row: int
    price_fen: int | None = None


@dataclass(frozen=True, kw_only=True)
class PrintedMenu:
    """What was read and what could not be. `form` is "long", "wide" or ""."""

    entries: tuple[PrintedEntry, ...]
    problems: tuple[Refusal, ...]
    form: str = ""


def read_printed_menu(data: bytes, filename: str, *, near: date | None = None) -> PrintedMenu:
    """Read an uploaded file, CSV or xlsx. Never raises for bad content.

    A menu that names its days by day and month alone is of the year nearest to `near`.
    """
    table = read_table(data, filename)
    if isinstance(table, Refusal):
        return PrintedMenu(entries=(), problems=(table,))
    problems = [
        Refusal("menu_cell", {"row": number, "value": cell.text[:40]})
        for number, row in enumerate(table.rows, start=1)
        for cell in row
        if cell.problem
    ]
    menu = entries_from_rows(_values(table), near=near)
    return PrintedMenu(entries=menu.entries, problems=(*problems, *menu.problems), form=menu.form)


def entries_from_rows(rows: Sequence[Sequence[object]], *, near: date | None = None) -> PrintedMenu:
    """Read the cells of a sheet: str, int, float, date, datetime or None.

    Problems: menu_not_recognised, menu_day_unknown, menu_day_mismatch, menu_week_unknown,
    menu_dish_missing, menu_dish_name (no word in it, or longer than 40 characters).
    """
    header = _long_header(rows)
    if header is not None:
        return _side_by_side([_read_long(part, header, near) for part in _parts(rows, header)])
    grid = [
        [Spot(value=value, row=number, text=_text(value)) for value in row]
        for number, row in enumerate(rows, start=1)
    ]
    dishes = read_wide(grid)
    if dishes is None and near is not None:
        dishes = read_wide([[_with_year(spot, near) for spot in line] for line in grid])
    if dishes is None:
        return PrintedMenu(entries=(), problems=(Refusal("menu_not_recognised", {}),))
    return _read_wide(dishes)


def _with_year(spot: Spot, near: date) -> Spot:
    day = dated(spot.text, near) if isinstance(spot.value, str) else None
    return spot if day is None else Spot(value=day, row=spot.row, text=spot.text)


def _values(table: Table) -> list[list[object]]:
    """Dates as dates, numbers as numbers, all else as it is seen; formulas as nothing."""
    return [
        [
            None if cell.problem else cell.value if cell.kind in ("date", "number") else cell.text
            for cell in row
        ]
        for row in table.rows
    ]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date()
    return unicodedata.normalize("NFKC", str(value)).strip()


# --- Long form -----------------------------------------------------------------------


def _long_header(rows: Sequence[Sequence[object]]) -> int | None:
    """Index of the heading row, or None."""
    for index, row in enumerate(rows[:ROWS_SEARCHED]):
        if {"day", "dish"} <= set(_columns(row)):
            return index
    return None


def _columns(headings: Sequence[object]) -> dict[str, list[int]]:
    """The columns of each field."""
    columns: dict[str, list[int]] = {}
    for column, value in enumerate(headings):
        if field := _MEANING.get(_heading(value)):
            columns.setdefault(field, []).append(column)
    return columns


def _heading(value: object) -> str:
    return re.sub(r"[\s*:_]|\(.*?\)", "", _text(value)).casefold()


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


def _side_by_side(menus: Sequence[PrintedMenu]) -> PrintedMenu:
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


def _read_long(rows: Sequence[Sequence[object]], header: int, near: date | None) -> PrintedMenu:
    columns = _columns(rows[header])
    entries: list[PrintedEntry] = []
    problems: list[Refusal] = []
    day: date | int | None = None
    period = slot = ""
    for number, row in enumerate(rows[header + 1 :], start=header + 2):
        if not any(_text(value) for value in row):
            continue
        values = _fields(row, columns)
        if any(_text(value) for value in values["day"]):
            # A merged cell holds its value in its first row only: blank goes on as above.
            read = _long_day(values["day"], values["week"], number, near)
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
        _add(entries, problems, day, period, slot, names, number)
    return PrintedMenu(entries=tuple(entries), problems=tuple(problems), form="long")


def _fields(row: Sequence[object], columns: dict[str, list[int]]) -> dict[str, list[object]]:
    return {
        field: [row[column] for column in columns.get(field, ()) if column < len(row)]
        for field in HEADINGS
    }


def _first(values: Iterable[object]) -> str:
    return next((text for value in values if (text := _text(value))), "")


def _long_day(
    days: list[object], weeks: list[object], row: int, near: date | None
) -> date | int | Refusal:
    """The one day that the day columns of a row name; dates win over weekdays."""
    words = [value for value in days if _text(value)]
    read = [_read_day(value, near) for value in words]
    seen = " ".join(_text(value) for value in words)
    if any(day is None for day in read):
        return Refusal("menu_day_unknown", {"row": row, "value": seen[:40]})
    dates = [day for day in read if isinstance(day, date)]
    weekdays = {read_weekday(_text(value)) for value in words} - {None}
    if dates:
        if len(set(dates)) > 1 or (weekdays and weekdays != {dates[0].weekday()}):
            return Refusal("menu_day_mismatch", {"row": row, "value": seen[:40]})
        return dates[0]
    if len(weekdays) != 1:
        return Refusal("menu_day_mismatch", {"row": row, "value": seen[:40]})
    return _in_week(next(day for day in read if isinstance(day, int)), _first(weeks), row)


def _read_day(value: object, near: date | None) -> date | int | None:
    day = read_day(value)
    return dated(_text(value), near) if day is None and near is not None else day


def _in_week(weekday: int, week: str, row: int) -> int | Refusal:
    if not week:
        return weekday
    found = _WEEK_NUMBER.fullmatch(week)
    if not found:
        return Refusal("menu_week_unknown", {"row": row, "value": week[:40]})
    number = "一二三四五六".find(found[1]) + 1 or int(found[1])
    return weekday + 7 * (number - 1)


# --- Wide form and both --------------------------------------------------------------


def _read_wide(dishes: Iterable[WideDish]) -> PrintedMenu:
    entries: list[PrintedEntry] = []
    problems: list[Refusal] = []
    for one in dishes:
        # A number in a day's column is a price.
        if isinstance(one.spot.value, str) and not _NUMBER.fullmatch(one.spot.text):
            names = split_priced(one.spot.text)
            _add(entries, problems, one.day, one.period, one.slot, names, one.spot.row)
    return PrintedMenu(entries=tuple(entries), problems=tuple(problems), form="wide")


def _add(
    entries: list[PrintedEntry],
    problems: list[Refusal],
    day: date | int,
    period: str,
    slot: str,
    names: Iterable[tuple[str, int | None]],
    row: int,
) -> None:
    for written, price in names:
        name = written
        if (label := _LABEL.fullmatch(written)) is not None:
            # 大荤：红烧肉 inside a cell; the label goes on for the rest of the cell.
            period = read_period(label[1]) or period
            slot = slot if read_period(label[1]) else label[1]
            name = label[2]
        if len(name) > MAX_NAME or not re.search(r"[^\W\d_]", name):
            problems.append(Refusal("menu_dish_name", {"row": row, "value": name[:MAX_NAME]}))
        else:
            entries.append(
                PrintedEntry(
                    day=day, period=period, slot_word=slot, dish=name, row=row, price_fen=price
                )
            )
