"""Reads worked cases from a file.

A cases file is a CSV (utf-8, with or without BOM) with one meal a row. `COLUMNS` names
what a row can state; an empty cell states nothing, and only ``case``, ``date``,
``price_yuan`` and one expectation are needed. Whether a date is a workday is taken from
the State Council's calendar unless ``day`` says so. ``policies/README.md`` explains them.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Any

from canteen.foundation.calendar import seed_days
from canteen.foundation.money import parse_yuan
from canteen.residents.tags import BY_CODE, TAGS
from canteen.subsidies.conditions import Place
from canteen.subsidies.facts import MealFacts, Tally, stated_history
from canteen.subsidies.policy import FUNDERS, Policy
from canteen.subsidies.reading import PolicyInvalid, Problem

SPANS = ("period", "day", "week", "month", "year")
EXPECTED = ("subsidy_yuan", "pay_yuan", "split", "grants", "reason")
COLUMNS: tuple[str, ...] = (
    *("case", "note", "date", "time", "day", "period", "channel", "item_class"),
    *("age", "birthday", "tags", "hukou", "residence", "site", "in_institution"),
    *("registered_here", "passes", "site_traits", "price_yuan", "delivery_fee_yuan"),
    "meals_today",
    *(f"{span}_meals" for span in SPANS),
    *(f"{span}_yuan" for span in SPANS),
    "quota_left",
    *EXPECTED,
)
DAYS = {"workday": (True, False), "rest_day": (False, False), "public_holiday": (False, True)}
CHANNELS = ("dine_in", "takeaway", "delivery")


@dataclass(frozen=True)
class Case:
    """One row: the meal, and what is expected of it (texts by column, only those stated)."""

    code: str
    note: str
    facts: MealFacts
    expected: Mapping[str, Any]


def parse_cases(text: str, policies: Sequence[Policy]) -> tuple[Case, ...]:
    """Read a cases file; history is stated in the scopes of `policies`.

    Raises `PolicyInvalid` naming row and column of every cell that cannot be meant.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    header = reader.fieldnames or []
    problems = [
        Problem(f"第 1 行 / row 1: {name}", name, "不认识这一列", "unknown column")
        for name in header
        if name not in COLUMNS
    ]
    for name in ("case", "date", "price_yuan"):
        if name not in header:
            problems.append(Problem("第 1 行 / row 1", name, "缺少这一列", "column is missing"))
    if problems:
        raise PolicyInvalid(problems)
    cases = [_case(_Row(row, reader.line_num, problems), policies) for row in reader]
    if not cases:
        problems.append(Problem("CSV", "", "没有一个算例", "holds no case"))
    if problems:
        raise PolicyInvalid(problems)
    return tuple(case for case in cases if case is not None)


class _Row:
    """One row of the file; notes cells that cannot be meant."""

    def __init__(self, cells: Mapping[Any, Any], line: int, problems: list[Problem]) -> None:
        self._cells, self._line, self._problems = cells, line, problems
        if None in cells:
            self.note("…", cells[None], "多出的单元格", "cells beyond the header")

    def note(self, name: str, value: Any, zh: str, en: str) -> None:
        key = f"第 {self._line} 行 / row {self._line}: {name}"
        self._problems.append(Problem(key, value, zh, en))

    def text(self, name: str, default: str = "") -> str:
        return (self._cells.get(name) or "").strip() or default

    def get(self, name: str, convert: Callable[[str], Any], want: str, default: Any) -> Any:
        """The cell as `convert` makes it; `default` if it is empty or wrong."""
        cell = self.text(name)
        if not cell:
            return default
        try:
            return convert(cell)
        except (ValueError, KeyError):
            self.note(name, cell, f"应为 {want}", f"should be {want}")
            return default


def _case(row: _Row, policies: Sequence[Policy]) -> Case | None:
    day = row.get("date", date.fromisoformat, "2026-03-04", None)
    price = row.get("price_yuan", parse_yuan, "13 / 13.5", None)
    workday = row.get("day", lambda cell: DAYS[cell], ", ".join(DAYS), _day_kind(row, day))
    for name in ("case", "date", "price_yuan"):
        if not row.text(name):
            row.note(name, "", "必须写明", "must be stated")
    if day is None or price is None or workday is None:
        return None
    facts = MealFacts(
        service_date=day,
        local_time=row.get("time", time.fromisoformat, "11:30", time(12)),
        period=row.text("period", "lunch"),
        channel=row.get("channel", _one_of(CHANNELS), ", ".join(CHANNELS), "dine_in"),
        price_fen=price,
        delivery_fee_fen=row.get("delivery_fee_yuan", parse_yuan, "2 / 2.5", 0),
        item_class=row.text("item_class", "set"),
        is_workday=workday[0],
        is_public_holiday=workday[1],
        birthday=_birthday(row, day),
        tags=frozenset(row.get("tags", _tags, "tag codes", ())),
        hukou_path=_place(row.text("hukou")),
        residence_path=_place(row.text("residence")),
        site_path=_place(row.text("site")),
        in_institution=row.get("in_institution", _yes, "yes / no", False),
        registered_here=row.get("registered_here", _yes, "yes / no", True),
        site_traits=frozenset(row.text("site_traits").split()),
        passes=frozenset(row.text("passes").split()),
        history=_history(row, policies),
    )
    return Case(row.text("case"), row.text("note"), facts, _expected(row))


def _day_kind(row: _Row, day: date | None) -> tuple[bool, bool] | None:
    """(is a workday, is a public holiday) of a date by the calendar, where no cell says so."""
    if day is None or row.text("day"):
        return None
    year = _year(day.year)
    if not year.announced:
        zh, en = (
            "这一年的节假日还没有公布，必须写明",
            "holidays of the year are not known: state it",
        )
        row.note("day", "", zh, en)
        return None
    kind = year.days[day.timetuple().tm_yday - 1]
    return kind.is_workday, kind.kind == "holiday"


_year = lru_cache(maxsize=8)(seed_days)


def _birthday(row: _Row, day: date) -> date | None:
    """As written, or exactly `age` years ago, so that the diner has their birthday."""
    age = row.get("age", int, "82", None)
    born = row.get("birthday", date.fromisoformat, "1944-01-31", None)
    if age is not None and born is not None:
        row.note("age", age, "age 与 birthday 只写一个", "write age or birthday, not both")
    if age is None:
        return born
    if not 0 <= age <= 130:
        row.note("age", age, "应为 0 至 130", "should be 0 to 130")
        return None
    year = day.year - age
    is_lost_leap_day = (day.month, day.day) == (2, 29) and (
        year % 4 != 0 or (year % 100 == 0 and year % 400 != 0)
    )
    return date(year, 2, 28) if is_lost_leap_day else day.replace(year=year)


def _history(row: _Row, policies: Sequence[Policy]) -> Any:
    spans = {}
    for span in SPANS:
        meals = row.get(f"{span}_meals", _count, "0, 1, 2 …", 0)
        fen = row.get(f"{span}_yuan", parse_yuan, "12 / 12.5", 0)
        if meals or fen:
            spans[span] = Tally(meals, fen)
    left = row.get("quota_left", _amounts, "code=12.5", {})
    quotas = {
        f"{policy.code}/{code}": fen
        for policy in policies
        for code, fen in left.items()
        if code in policy.quota_by_code
    }
    day_meals = spans.get("day", Tally()).meals
    return stated_history(
        policies,
        meals_today=row.get("meals_today", _count, "0, 1, 2 …", day_meals),
        spans=spans,
        quota_left_fen=quotas,
    )


def _expected(row: _Row) -> dict[str, Any]:
    expected = {
        "subsidy_yuan": row.get("subsidy_yuan", parse_yuan, "2 / 2.5", None),
        "pay_yuan": row.get("pay_yuan", parse_yuan, "2 / 2.5", None),
        "split": row.get("split", _split, "city=3 district=3, 或 / or none", None),
        "grants": row.get("grants", _amounts, "rule=2, 或 / or none", None),
        "reason": row.text("reason") or None,
    }
    stated = {name: value for name, value in expected.items() if value is not None}
    if not stated:
        row.note("subsidy_yuan", "", "没有写期望结果", "states no expected result")
    return stated


def _one_of(options: Sequence[str]) -> Callable[[str], str]:
    return lambda cell: options[options.index(cell)]


def _tags(cell: str) -> list[str]:
    """Tags by their codes or by their Chinese names."""
    return [_BY_NAME.get(word) or BY_CODE[word].code for word in cell.split()]


_BY_NAME = {tag.zh: tag.code for tag in TAGS}


def _yes(cell: str) -> bool:
    return {"yes": True, "no": False}[cell]


def _count(cell: str) -> int:
    count = int(cell)
    if count < 0:
        raise ValueError(cell)
    return count


def _place(cell: str) -> Place:
    return tuple(step.strip() for step in cell.split("/")) if cell else ()


def _split(cell: str) -> dict[str, int]:
    amounts = _amounts(cell)
    if not amounts.keys() <= FUNDERS.keys():
        raise ValueError(cell)
    return amounts


def _amounts(cell: str) -> dict[str, int]:
    """``city=3 district=2.5`` as fen by name; ``none`` as nothing."""
    if cell == "none":
        return {}
    amounts = {}
    for piece in cell.split():
        name, _, amount = piece.partition("=")
        amounts[name] = parse_yuan(amount)
    return amounts
