"""Wide menus: days across and slots down, or days down and slots across.

The grid keeps where each cell came from, so that a menu with its days below one another can
be turned on its side and read the same way.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from canteen.menus.day_words import is_short_date, read_day, split_period

LINES_SEARCHED = 15
"""Titles, dates and mottos stand above the row of days."""
FEWEST_DAYS = 2
DAYS_IN_WEEK = 7
_NOTES = re.compile(
    r"^(备注|注|说明|温馨提示|提示|价格|单价|热量|能量|营养|合计|日期|星期|制表|审核|厨师)"
)
_LONG_NOTE = 30
_SEVERAL = re.compile(r"[、\n].*[、\n]")
"""A long line that parts its words again and again lists dishes."""
_GOES_ON = re.compile(r"[:、]\s*\D")
"""周一：红烧肉 is a text, no heading."""
EARLIEST_YEAR = 2000
"""Before it are birthdays."""
SLOT_WORD = re.compile(r"[大小半全主副]荤|荤菜?|素菜?|蔬菜|汤羹?|主食|细粮|粗粮|点心|水果|饮品|粥")
"""What kitchens call a row of their menu."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A cell, its text, and the row it stands in as Excel numbers rows."""

    value: object
    text: str
    row: int


@dataclass(frozen=True, kw_only=True)
class WideDish:
    """A cell with dishes, the day above it and the labels beside it."""

    day: date | int
    period: str
    slot: str
    spot: Spot
    block: int = 0


Grid = Sequence[Sequence[Spot]]


def read_wide(grid: Grid) -> list[WideDish] | None:
    """The cells with dishes, in reading order; None if no line of days is found.

    A day that comes again is a day of the next week. A line of days that comes again begins
    the next week if it serves a period once more, else it is another meal of the same days.
    """
    for lines in (grid, _turned(grid)):
        for index, line in enumerate(lines[:LINES_SEARCHED]):
            days = _days(line)
            if _are_days(days) and (found := list(_below(lines, index, days))):
                return _in_weeks(found)
    return None


def _are_days(days: dict[int, date | int]) -> bool:
    """A date and its own weekday side by side are one day, and no line of days."""
    dates = {day for day in days.values() if isinstance(day, date)}
    weekdays = {day.weekday() for day in dates}
    named = [day for day in days.values() if isinstance(day, int)]
    if len(dates) == 1 and len(days) == FEWEST_DAYS and set(named) <= weekdays:
        return False
    return len(days) >= FEWEST_DAYS


def _days(line: Sequence[Spot]) -> dict[int, date | int]:
    """Columns to days. The same day twice side by side is one day with two columns."""
    days: dict[int, date | int] = {}
    seen: set[date | int] = set()
    week, last = 0, None
    for column, spot in enumerate(line):
        day = _day(spot)
        if day is None:
            continue
        if isinstance(day, int):
            if day in seen and day != last:
                week, seen = week + 1, set()
            last = day
            seen.add(day)
            day += DAYS_IN_WEEK * week
        days[column] = day
    return days


def _in_weeks(dishes: list[WideDish]) -> list[WideDish]:
    """Blocks below one another moved to the week they belong to; dates are as they are."""
    if not any(one.block for one in dishes):
        return dishes
    span = max((one.day for one in dishes if isinstance(one.day, int)), default=0)
    weeks_across = span // DAYS_IN_WEEK + 1
    weeks: dict[int, int] = {}
    served: set[str] = set()
    for block in dict.fromkeys(one.block for one in dishes):
        periods = {one.period for one in dishes if one.block == block}
        again = bool(periods & served)
        weeks[block] = (max(weeks.values(), default=0) + again * weeks_across) if weeks else 0
        served = periods if again else served | periods
    return [
        replace(one, day=one.day + DAYS_IN_WEEK * weeks[one.block])
        if isinstance(one.day, int)
        else one
        for one in dishes
    ]


def _day(spot: Spot) -> date | int | None:
    # A bare number is a price or a portion unless Excel marked it as a date.
    if isinstance(spot.value, int | float) or _GOES_ON.search(spot.text):
        return None
    day = read_day(spot.value)
    return None if isinstance(day, date) and day.year < EARLIEST_YEAR else day


def _turned(grid: Grid) -> Grid:
    width = max((len(line) for line in grid), default=0)
    nothing = Spot(value=None, text="", row=0)
    return [
        [line[column] if column < len(line) else nothing for line in grid]
        for column in range(width)
    ]


def _below(lines: Grid, header: int, days: dict[int, date | int]) -> Iterator[WideDish]:
    labelling = _labelling(lines, header, days)
    beside = {column for columns in labelling for column in columns}
    columns = {
        column: day
        for column, day in _with_merged(lines[header], days).items()
        if column not in beside
    }
    named = [("", "")] * len(labelling)
    block = 0
    for line in lines[header + 1 :]:
        labels = _texts(line, labelling[0])
        cells = [(column, line[column]) for column in columns if column < len(line)]
        filled = [(column, spot) for column, spot in cells if spot.text]
        if filled and all(_is_date_line(spot) for _, spot in filled):
            columns = _dated(columns, filled)
            block += all(isinstance(_day(spot), int) for _, spot in filled)
            continue
        if is_note([*labels, *(spot.text for _, spot in filled)], labels):
            continue
        for number, places in enumerate(labelling):
            if own := _texts(line, places):
                named[number] = _labelled(own, named[number][0])
        for column, spot in filled:
            period, slot = named[sum(places[-1] < column for places in labelling[1:])]
            yield WideDish(day=columns[column], period=period, slot=slot, spot=spot, block=block)


def _labelling(lines: Grid, header: int, days: dict[int, date | int]) -> list[Sequence[int]]:
    """The columns that name meals and slots: those before the days, and those between them that
    hold nothing else. Two weeks side by side have labels of their own."""
    between: list[list[int]] = []
    for column in range(min(days) + 1, max(days)):
        texts = [text for line in lines[header + 1 :] for text in _texts(line, (column,))]
        if column not in days and texts and all(map(_is_label, texts)):
            if between and between[-1][-1] == column - 1:
                between[-1].append(column)
            else:
                between.append([column])
    return [range(min(days)), *between]


def _texts(line: Sequence[Spot], columns: Iterable[int]) -> list[str]:
    return [line[column].text for column in columns if column < len(line) and line[column].text]


def _is_label(text: str) -> bool:
    period, rest = split_period(text)
    return bool(period and not rest) or SLOT_WORD.fullmatch(rest or text) is not None


def _with_merged(header: Sequence[Spot], days: dict[int, date | int]) -> dict[int, date | int]:
    """Columns to days; a blank heading between two days is a merged cell of the one before.

    The last day is as wide as the others, if they are all of one width.
    """
    columns: dict[int, date | int] = {}
    current: date | int | None = None
    widths = {later - earlier for earlier, later in pairwise(sorted(days))}
    last = max(days) + (widths.pop() if len(widths) == 1 else 1)
    for column in range(min(days), last):
        text = header[column].text if column < len(header) else ""
        current = days.get(column, None if text else current)
        if current is not None:
            columns[column] = current
    return columns


def is_note(texts: Sequence[str], labels: Sequence[str] | None = None) -> bool:
    """Whether a line speaks about the menu: 备注, 温馨提示, prices, one long sentence.

    `labels` are those of its texts that stand before the dishes; all of them if not given.
    """
    first = texts if labels is None else labels
    if first and _NOTES.match("".join(first[0].split())):
        return True
    return len(texts) == 1 and len(texts[0]) > _LONG_NOTE and not _SEVERAL.search(texts[0])


def _is_date_line(spot: Spot) -> bool:
    return is_short_date(spot.text) or _day(spot) is not None


def _dated(columns: dict[int, date | int], filled: list[tuple[int, Spot]]) -> dict[int, date | int]:
    """Days made exact by a line of dates below the line of weekdays.

    Dates whose year was only supposed must be on those weekdays, all of them: a week's form that
    still bears the dates of another year is of the week that a person chooses.
    """
    exact = {columns[column]: day for column, spot in filled if isinstance(day := _day(spot), date)}
    supposed = any(is_short_date(spot.text) for _, spot in filled)
    agree = all(
        day.weekday() == named % DAYS_IN_WEEK
        for named, day in exact.items()
        if isinstance(named, int)
    )
    if supposed and not agree:
        return columns
    return {column: exact.get(day, day) for column, day in columns.items()}


def _labelled(labels: list[str], period: str) -> tuple[str, str]:
    """The period and slot that the labels of a line name; a period goes on until the next."""
    slot = ""
    for label in labels:
        found, rest = split_period(label)
        period = found or period
        slot = rest or slot
    return period, slot
