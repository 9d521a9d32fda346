"""Menus as a text: day by day, as they are sent in a chat group or pasted from a letter.

周一：红烧肉、炒青菜. Or the day on a line of its own, below it 午餐：… or 大荤 …, or plain dishes.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from canteen.foundation.wording import Refusal
from canteen.menus.day_words import read_day, split_period
from canteen.menus.printed_entries import PrintedEntry, PrintedMenu, add_dishes, text_of
from canteen.menus.printed_names import split_priced
from canteen.menus.short_days import dated
from canteen.menus.traditional import simplified
from canteen.menus.wide_menus import SLOT_WORD, is_note

_WEEKDAY = r"(?:星期|礼拜|[周週])[一二三四五六日天]"
_DATE = r"(?:\d{4}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?"
_BRACKETED = rf"[(\[]?\s*(?:{_WEEKDAY}|{_DATE})\s*[)\]]?"
_DAY = re.compile(rf"(?P<day>{_BRACKETED}(?:\s*{_BRACKETED})?)\s*[:,]?\s*(?P<rest>.*)")
_LABELLED = re.compile(r"(?P<label>[^\s:]{1,8})\s*[:\s]\s*(?P<rest>.+)")
_FEWEST_DAYS = 2


def read_listed(rows: Sequence[Sequence[object]], near: date | None) -> PrintedMenu | None:
    """The dishes of a text; None for what is none, or names fewer than two days."""
    entries: list[PrintedEntry] = []
    day: date | int | None = None
    period = slot = ""
    problems: list[Refusal] = []
    for number, line in _lines(rows):
        if line is None:
            return None
        said, rest = _day_of(line, near)
        if said is not None:
            day, period, slot = said, "", ""
        if day is None or not rest or is_note([rest]):
            continue
        meal, kind, dishes = _labelled(rest)
        if meal:
            period, slot = meal, ""
        slot = kind or slot
        add_dishes(entries, problems, day, period, slot, split_priced(dishes), number)
    if len({entry.day for entry in entries}) < _FEWEST_DAYS:
        return None
    return PrintedMenu(entries=tuple(entries), problems=tuple(problems), form="listed")


def _lines(rows: Sequence[Sequence[object]]) -> Iterator[tuple[int, str | None]]:
    """Each line of the text with its row; None for a row of a table, which no text has.

    A comma may have cut a line that begins with its day or label into cells.
    """
    for number, row in enumerate(rows, start=1):
        cells = [text for value in row if (text := text_of(value))]
        if len(cells) > 1 and not (_DAY.match(cells[0]) or ":" in cells[0]):
            yield number, None
        for line in "、".join(cells).splitlines():
            yield number, line.strip()


def _day_of(line: str, near: date | None) -> tuple[date | int | None, str]:
    """The day a line begins with, if it does, and the rest of the line."""
    found = _DAY.fullmatch(line)
    if found is None:
        return None, line
    day = read_day(found["day"])
    exact = dated(found["day"], near) if near is not None and not isinstance(day, date) else None
    return (exact or day, found["rest"]) if (exact or day) is not None else (None, line)


def _labelled(text: str) -> tuple[str, str, str]:
    """The meal and the kind a line names, and the dishes after them."""
    period, rest = split_period(text)
    if period and not rest:
        return period, "", ""
    found = _LABELLED.fullmatch(text)
    if found is None:
        return "", "", text
    period, slot = split_period(found["label"])
    if period or SLOT_WORD.fullmatch(simplified(slot)):
        return period, slot, found["rest"]
    return "", "", text
