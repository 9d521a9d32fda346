"""Published menus as other kitchens print them, read as they stand.

Three forms are known. Long: a row for each dish, under headings such as 星期, 餐次, 类别, 菜名 in
any order. Wide: days side by side (or one below the other) and slots across, several dishes in
a cell, titles above, merged cells. Listed: a text, day by day, as it is sent in a chat group.
Slots stay the kitchen's own words. What cannot be read is listed with its row; the rest is still
read.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from canteen.foundation.spreadsheets import Table, read_table
from canteen.foundation.wording import Refusal
from canteen.menus.listed_menus import read_listed
from canteen.menus.long_menus import read_long, side_by_side
from canteen.menus.printed_entries import PrintedEntry, PrintedMenu, add_dishes, text_of
from canteen.menus.printed_names import split_priced
from canteen.menus.short_days import days_without_year
from canteen.menus.wide_menus import LINES_SEARCHED, Spot, WideDish, read_wide

__all__ = ["PrintedEntry", "PrintedMenu", "entries_from_rows", "read_printed_menu"]

MOST_SHEETS = 12
ROWS_WITH_DAYS = 400
"""Lines of days stand above the dishes of a week; nobody prints more weeks on a sheet."""
_NUMBER = re.compile(r"[\d.,]+")


def read_printed_menu(data: bytes, filename: str, *, near: date | None = None) -> PrintedMenu:
    """Read an uploaded file, CSV, text or xlsx. Never raises for bad content.

    A menu that names its days by day and month alone is of the year nearest to `near`. Every
    sheet of a workbook that holds a menu is read; a weekday that comes again on a later sheet is
    of the week after, and a sheet that says again what one before it says adds nothing.
    Problems: those of reading a sheet, menu_sheets, and those of `entries_from_rows`.
    """
    table = read_table(data, filename)
    if isinstance(table, Refusal):
        return PrintedMenu(entries=(), problems=(table,))
    first = _menu_of(table, near)
    if len(table.other_sheets) >= MOST_SHEETS:
        refusal = Refusal("menu_sheets", {"limit": MOST_SHEETS})
        return replace(first, problems=(*first.problems, refusal))
    menus = [first]
    for title in table.other_sheets:
        other = read_table(data, filename, sheet=title)
        if not isinstance(other, Refusal):
            menus.append(_on_sheet(_menu_of(other, near), title))
    held = [menu for menu in menus if menu.entries]
    different = [
        menu for n, menu in enumerate(held) if not any(_holds(one, menu) for one in held[:n])
    ]
    if len(different) < 2:
        return different[0] if different else first
    return replace(side_by_side(different), form=different[0].form)


def entries_from_rows(rows: Sequence[Sequence[object]], *, near: date | None = None) -> PrintedMenu:
    """Read the cells of a sheet: str, int, float, date, datetime or None.

    Problems: menu_not_recognised, menu_day_unknown, menu_day_mismatch, menu_week_unknown,
    menu_dish_missing, menu_dish_name (no word in it, or longer than 40 characters).
    """
    long = read_long(rows, near)
    if long is not None:
        return long
    grid = [
        [Spot(value=value, row=number, text=text_of(value)) for value in row]
        for number, row in enumerate(rows, start=1)
    ]
    dishes = read_wide(grid if near is None else _with_years(grid, near))
    menu = _read_wide(dishes) if dishes else read_listed(rows, near)
    if menu is None or not (menu.entries or menu.problems):
        return PrintedMenu(entries=(), problems=(Refusal("menu_not_recognised", {}),))
    return menu


def _menu_of(table: Table, near: date | None) -> PrintedMenu:
    problems = [
        Refusal("menu_cell", {"row": number, "value": cell.text[:40]})
        for number, row in enumerate(table.rows, start=1)
        for cell in row
        if cell.problem
    ]
    menu = entries_from_rows(_values(table), near=near)
    return replace(menu, problems=(*problems, *menu.problems))


def _on_sheet(menu: PrintedMenu, title: str) -> PrintedMenu:
    """Row numbers alone would point to the first sheet."""
    problems = (
        Refusal(one.code, {**one.facts, "row": f"{one.facts['row']}（{title[:20]}）"})
        if "row" in one.facts
        else one
        for one in menu.problems
    )
    return replace(menu, problems=tuple(problems))


def _holds(one: PrintedMenu, other: PrintedMenu) -> bool:
    """Whether one sheet says all that another says."""
    said = {(entry.day, entry.period, entry.dish) for entry in one.entries}
    return {(entry.day, entry.period, entry.dish) for entry in other.entries} <= said


def _with_years(grid: Sequence[Sequence[Spot]], near: date) -> list[list[Spot]]:
    """Days without a year as dates, where a row or a column is one of such days."""
    found: dict[tuple[int, int], date] = {}
    for row, line in enumerate(grid[:ROWS_WITH_DAYS]):
        for column, day in days_without_year([spot.value for spot in line], near).items():
            found[row, column] = day
    width = max((len(line) for line in grid), default=0)
    for column in range(min(width, LINES_SEARCHED)):
        values = [line[column].value if column < len(line) else None for line in grid]
        for row, day in days_without_year(values, near).items():
            found[row, column] = day
    return [
        [
            replace(spot, value=found[row, column]) if (row, column) in found else spot
            for column, spot in enumerate(line)
        ]
        for row, line in enumerate(grid)
    ]


def _values(table: Table) -> list[list[object]]:
    """Dates as dates, numbers as numbers, all else as it is seen; formulas as nothing."""
    return [
        [
            None if cell.problem else cell.value if cell.kind in ("date", "number") else cell.text
            for cell in row
        ]
        for row in table.rows
    ]


def _read_wide(dishes: Iterable[WideDish]) -> PrintedMenu:
    entries: list[PrintedEntry] = []
    problems: list[Refusal] = []
    for one in dishes:
        # A number in a day's column is a price.
        if isinstance(one.spot.value, str) and not _NUMBER.fullmatch(one.spot.text):
            names = split_priced(one.spot.text)
            add_dishes(entries, problems, one.day, one.period, one.slot, names, one.spot.row)
    return PrintedMenu(entries=tuple(entries), problems=tuple(problems), form="wide")
