"""What a printed menu is read into: dishes with their days, and what could not be read."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from canteen.foundation.wording import Refusal
from canteen.menus.day_words import read_period
from canteen.menus.traditional import simplified
from canteen.menus.wide_menus import SLOT_WORD

MAX_NAME = 40
_SET = "[A-Za-z甲乙丙]?套餐[A-Za-z0-9一二三]?"
_LABEL = re.compile(rf"((?:早|午|中|晚)[餐饭]|{SLOT_WORD.pattern}|{_SET})\s*:\s*(.+)")


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
    """What was read and what could not be. `form` is "long", "wide", "listed" or ""."""

    entries: tuple[PrintedEntry, ...]
    problems: tuple[Refusal, ...]
    form: str = ""


def text_of(value: object) -> str:
    """What stands in a cell, digits and letters of one width."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date()
    return unicodedata.normalize("NFKC", str(value)).strip()


def add_dishes(
    entries: list[PrintedEntry],
    problems: list[Refusal],
    day: date | int,
    period: str,
    slot: str,
    names: Iterable[tuple[str, int | None]],
    row: int,
) -> None:
    """The dishes of one cell; a name that cannot be one is added to `problems`."""
    for written, price in names:
        name = written
        if (label := _LABEL.fullmatch(written)) is not None:
            # 大荤：红烧肉 inside a cell; the label goes on for the rest of the cell.
            period = read_period(label[1]) or period
            slot = slot if read_period(label[1]) else simplified(label[1])
            name = label[2]
        if len(name) > MAX_NAME or not re.search(r"[^\W\d_]", name):
            problems.append(Refusal("menu_dish_name", {"row": row, "value": name[:MAX_NAME]}))
        else:
            entries.append(
                PrintedEntry(
                    day=day, period=period, slot_word=slot, dish=name, row=row, price_fen=price
                )
            )
