"""Reads tables of a document key by key and notes everything that is wrong.

A `Node` is one table and where it stands. Each method takes one key, notes a `Problem`
if it is missing or cannot mean what is asked, and then answers with a harmless value, so
that an author sees all mistakes at once. What a value may be is said in `values`. List items
are counted from 1.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from canteen.subsidies import values
from canteen.subsidies.conditions import Place
from canteen.subsidies.policy import Words
from canteen.subsidies.proximity import hint

LONGEST_SHOWN = 80


@dataclass(frozen=True)
class Problem:
    """One mistake: the key's path, the value found, and what would be right."""

    key: str
    value: Any
    zh: str
    en: str
    line: int | None = None
    """Where the key stands in the document, counted from 1; None if that is not known."""

    def __str__(self) -> str:
        place = "" if self.line is None else f"（第 {self.line} 行 / line {self.line}）"
        return f"{self.key}{place} {shown(self.value)}：{self.zh} / {self.en}"


def shown(value: Any) -> str:
    """A value as its author wrote it, cut where it is long: ``= 3.005``, ``= "去年"``."""
    if value is MISSING:
        return "缺少 / missing"
    if isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, date | time):
        text = value.isoformat()
    elif isinstance(value, list | tuple | dict):
        text = re.sub(r"Decimal\('([^']*)'\)", r"\1", repr(value))
    else:
        text = str(value)
    return f"= {text}" if len(text) <= LONGEST_SHOWN else f"= {text[:LONGEST_SHOWN]}…"


class PolicyInvalid(ValueError):
    """A document that is no policy. `problems` holds every mistake that was found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class _Missing:
    """Stands for a key that is not there."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()
REQUIRED: Any = _Missing()


class Node:
    """One table of the document."""

    def __init__(self, table: Mapping[str, Any], path: str, problems: list[Problem]) -> None:
        self._table = table
        self._path = path
        self._read: set[str] = set()
        self.problems = problems

    def key(self, name: str) -> str:
        """The full path of one of its keys."""
        return f"{self._path}.{name}" if self._path else name

    def has(self, name: str) -> bool:
        """Whether the key is written."""
        return name in self._table

    def note(self, name: str, zh: str, en: str) -> None:
        """Note that the key's value is wrong."""
        self.problems.append(Problem(self.key(name), self._table.get(name, MISSING), zh, en))

    def take(
        self,
        name: str,
        convert: Callable[[Any], Any],
        want: tuple[str, str],
        default: Any = REQUIRED,
    ) -> Any:
        """The value as `convert` makes it; ValueError or TypeError there is a problem."""
        self._read.add(name)
        if name not in self._table:
            if default is REQUIRED:
                self.note(name, f"必须写明，{want[0]}", f"must be stated: {want[1]}")
                return None
            return default
        try:
            return convert(self._table[name])
        except (ValueError, TypeError, ArithmeticError):
            self.note(name, *want)
            return None if default is REQUIRED else default

    def text(self, name: str, default: Any = REQUIRED) -> Any:
        """A text that is not empty."""
        want = (
            f"应为文字，不超过 {values.MAX_TEXT} 字",
            f"a text, not empty, up to {values.MAX_TEXT} letters",
        )
        return self.take(name, values.text, want, default)

    def words(self, name: str) -> Any:
        """A name in both languages: ``{ zh = "…", en = "…" }``."""
        want = (
            f'应为 {{ zh = "中文名", en = "English name" }}，中文不超过 {values.MAX_NAME} 字',
            f"a name in both languages, zh up to {values.MAX_NAME} letters, en up to twice that",
        )
        return self.take(name, values.words, want) or Words("", "")

    def code(self, name: str) -> Any:
        """A code of its own kind: lower-case letters, digits, ``_`` and ``-``."""
        want = ("应为小写字母、数字、_ 或 -", "lower-case letters, digits, _ or -")
        return self.take(name, values.code, want)

    def codes(self, name: str) -> tuple[str, ...]:
        """A list of codes, each once; () where the key is not written."""
        want = ("应为代码列表，且不重复", "a list of codes, each once")
        return self.take(name, values.list_of(values.code), want, ()) or ()

    def choice(self, name: str, options: Collection[str], default: Any = REQUIRED) -> Any:
        """One of the options; what was probably meant is said where it is none."""
        zh, en = hint(self._table.get(name), options)
        listed = ", ".join(options)
        want = (f"应为其中之一：{listed}{zh}", f"one of {listed}{en}")
        return self.take(name, values.one_of(options), want, default)

    def choices(self, name: str, options: Collection[str], default: Any = ()) -> tuple[str, ...]:
        """A list of the options; an item that is none of them is named by its place."""
        listed = ", ".join(options)
        raw = self._table.get(name)
        for place, item in enumerate(raw if isinstance(raw, list) else [], start=1):
            if not isinstance(item, str) or item not in options:
                zh, en = hint(item, options)
                wants = (f"应为其中之一：{listed}{zh}", f"one of {listed}{en}")
                self.problems.append(Problem(f"{self.key(name)}[{place}]", item, *wants))
                self._read.add(name)
                return ()
        want = (f"应为不重复的列表，取自：{listed}", f"a list, each once, of {listed}")
        return self.take(name, values.list_of(values.one_of(options)), want, default) or ()

    def whole(self, name: str, low: int, high: int, default: Any = REQUIRED) -> Any:
        want = (f"应为 {low} 至 {high} 的整数", f"a whole number from {low} to {high}")
        return self.take(name, values.whole(low, high), want, default)

    def wholes(self, name: str, low: int, high: int) -> tuple[int, ...]:
        want = (f"应为 {low} 至 {high} 的整数列表", f"a list of whole numbers {low} to {high}")
        return self.take(name, values.list_of(values.whole(low, high)), want, ()) or ()

    def yuan(self, name: str, default: Any = REQUIRED) -> Any:
        """An amount in yuan with at most two decimals, as fen."""
        want = ("应为金额（元，最多两位小数），如 2 或 2.5", "an amount in yuan, such as 2 or 2.5")
        return self.take(name, values.yuan_to_fen, want, default)

    def yuan_or(self, name: str, word: str) -> Any:
        """An amount as fen, or None for the one word that stands for no limit."""
        want = (f'应为金额（元）或 "{word}"', f'an amount in yuan, or "{word}"')
        return self.take(name, lambda raw: None if raw == word else values.yuan_to_fen(raw), want)

    def yuans(self, name: str) -> tuple[int, ...]:
        want = ("应为金额列表（元）", "a list of amounts in yuan")
        return self.take(name, values.list_of(values.yuan_to_fen, unique=False), want) or ()

    def percent(self, name: str) -> Any:
        """A percentage above 0 and up to 100, at most two decimals, as basis points."""
        want = ("应为大于 0、不超过 100 的百分数", "a percentage above 0, at most 100")
        return self.take(name, values.basis_points, want)

    def flag(self, name: str, default: Any = REQUIRED) -> Any:
        return self.take(name, values.flag, ("应为 true 或 false", "true or false"), default)

    def day(self, name: str) -> Any:
        return self.take(name, values.day, ("应为日期，如 2026-01-01", "a date such as 2026-01-01"))

    def day_or(self, name: str, word: str) -> Any:
        want = (f'应为日期或 "{word}"', f'a date, or "{word}"')
        return self.take(name, lambda raw: None if raw == word else values.day(raw), want)

    def days(self, name: str) -> tuple[date, ...]:
        want = ("应为日期列表", "a list of dates")
        return self.take(name, values.list_of(values.day), want, ()) or ()

    def clock(self, name: str) -> Any:
        want = ("应为到分钟的时刻，如 11:00:00", "a time to the minute such as 11:00:00")
        return self.take(name, values.clock, want)

    def place(self, name: str) -> Any:
        want = ('应为"市/区/镇"，如 "广州市/增城区"', 'a place such as "广州市/增城区"')
        return self.take(name, values.place, want)

    def places(self, name: str) -> tuple[Place, ...]:
        want = ('应为地名列表，如 ["广州市/增城区"]', 'places such as ["广州市/增城区"]')
        return self.take(name, values.list_of(values.place), want, ()) or ()

    def child(self, name: str, default: Any = REQUIRED) -> "Node":
        """The table under a key; an empty one if it is missing."""
        table = self.take(name, values.table, ("应为一个表", "a table"), default)
        return Node(table or {}, self.key(name), self.problems)

    def children(self, name: str) -> Iterator["Node"]:
        """The tables of a list, each with its place counted from 1."""
        want = ("应为表的列表，且不为空", "a list of tables, not empty")
        for index, table in enumerate(self.take(name, values.tables, want, ()) or (), start=1):
            yield Node(table, f"{self.key(name)}[{index}]", self.problems)

    def finish(self) -> None:
        """Note every key nobody asked for."""
        for name in self._table:
            if name not in self._read:
                zh, en = hint(name, sorted(self._read))
                known = ", ".join(sorted(self._read))
                self.note(
                    name, f"不认识这个键{zh}；此处可用：{known}", f"unknown key{en}; known: {known}"
                )
