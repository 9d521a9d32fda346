"""Reading a document of planning rules: every mistake names its field, the value, and what is
expected there. Forms send numbers as text and leave out what is blank; both are taken."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from canteen.foundation.wording import Refusal
from canteen.menus.categories import CATEGORIES, EQUIPMENT
from canteen.menus.plan_diets import KNOWABLE
from canteen.menus.plan_settings import MARKS, Ban, PlanSettings
from canteen.menus.planning.facts import NUTRIENT_UNITS
from canteen.menus.planning.rules import SOFT

LONGEST_REASON = 60
MOST_BANS = 60
MOST_CLOSED_DAYS = 120
LIMITS: Mapping[str, tuple[int, int]] = {
    "return_days": (0, 90),
    "diets": (0, 5),
    "capacity": (0, 40),
    "budget_fen": (1, 1_000_00),
    "importance": (0, 10),
    "kcal": (0, 6000),
    "protein": (0, 400),
    "fibre": (0, 150),
    "sodium": (0, 12000),
    "meal_share": (0, 100),
    "foods_a_day": (0, 40),
    "foods_a_week": (0, 120),
    "fish_a_week": (0, 21),
    "soy_days_a_week": (0, 7),
    "methods_in_a_meal": (1, 12),
    "weekday": (0, 6),
    "seconds": (2, 120),
}
"""Least and most of every number, by field."""


@dataclass
class _Reading:
    """A document being read, with the mistakes found on the way."""

    periods: Sequence[str]
    mistakes: list[Refusal] = field(default_factory=list)

    def number(self, where: str, value: Any, limits: str) -> int | None:
        low, high = LIMITS[limits]
        text = str(value).strip()
        if isinstance(value, bool) or not (text.isascii() and text.lstrip("-").isdigit()):
            number = None
        else:
            number = int(text[:9])
        if number is None or not low <= number <= high:
            facts = {"field": where, "value": text[:20], "low": low, "high": high}
            self.mistakes.append(Refusal("plan_number", facts))
            return None
        return number

    def word(self, where: str, value: Any, known: Sequence[str]) -> str | None:
        text = str(value)
        if text not in known:
            facts = {"field": where, "value": text[:20], "known": "、".join(known)[:200]}
            self.mistakes.append(Refusal("plan_word", facts))
            return None
        return text

    def day(self, where: str, value: Any) -> date | None:
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            facts = {"field": where, "value": str(value)[:20]}
            self.mistakes.append(Refusal("plan_day", facts))
            return None

    def numbers(self, where: str, value: Any, known: Sequence[str], limits: str) -> dict[str, int]:
        """A number for each of some known words."""
        found = {}
        for key, one in self.mapping(where, value).items():
            at = f"{where}.{key}"
            if self.word(at, key, known) is not None:
                number = self.number(at, one, limits)
                if number is not None:
                    found[str(key)] = number
        return found

    def mapping(self, where: str, value: Any) -> Mapping[Any, Any]:
        if isinstance(value, Mapping):
            return value
        self.mistakes.append(Refusal("plan_shape", {"field": where, "value": str(value)[:20]}))
        return {}

    def many(self, where: str, value: Any, most: int) -> Sequence[Any]:
        if isinstance(value, list | tuple) and len(value) <= most:
            return value
        count = len(value) if isinstance(value, list | tuple) else 0
        if count:
            facts: dict[str, Any] = {"field": where, "value": count, "limit": most}
            self.mistakes.append(Refusal("plan_many", facts))
        else:
            self.mistakes.append(Refusal("plan_shape", {"field": where, "value": str(value)[:20]}))
        return ()


def read_settings(
    document: Mapping[str, Any], *, periods: Sequence[str]
) -> PlanSettings | list[Refusal]:
    """The settings a document means, or everything that is wrong with it.

    `periods` are the codes of the site's meals. Codes: plan_number, plan_word, plan_day,
    plan_shape, plan_many, plan_long, plan_band, plan_ban, plan_unknown; `field` is the path
    of the field, as ``return_days.main_meat``.
    """
    reading = _Reading(periods=periods)
    values: dict[str, Any] = {}
    for name, value in document.items():
        read = _FIELDS.get(name)
        if read is None:
            facts = {"field": str(name)[:40], "value": str(value)[:20]}
            reading.mistakes.append(Refusal("plan_unknown", facts))
        else:
            values[name] = read(reading, name, value)
    return reading.mistakes or PlanSettings(**values)


def _by_words(known: Sequence[str], limits: str = "") -> Callable[[_Reading, str, Any], Any]:
    return lambda reading, name, value: reading.numbers(name, value, known, limits or name)


def _by_periods(reading: _Reading, name: str, value: Any) -> dict[str, int]:
    return reading.numbers(name, value, reading.periods, name)


def _one_number(reading: _Reading, name: str, value: Any) -> int | None:
    return reading.number(name, value, name)


def _yes_or_no(reading: _Reading, name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        reading.mistakes.append(Refusal("plan_shape", {"field": name, "value": str(value)[:20]}))
    return value is True


def _capacity(reading: _Reading, name: str, value: Any) -> dict[str, dict[str, int]]:
    found = {}
    for period, tools in reading.mapping(name, value).items():
        at = f"{name}.{period}"
        if reading.word(at, period, reading.periods) is not None:
            found[str(period)] = reading.numbers(at, tools, tuple(EQUIPMENT), name)
    return {period: tools for period, tools in found.items() if tools}


def _bands(reading: _Reading, name: str, value: Any) -> dict[str, tuple[int | None, int | None]]:
    found = {}
    for code, limits in reading.mapping(name, value).items():
        at = f"{name}.{code}"
        if reading.word(at, code, tuple(NUTRIENT_UNITS)) is None:
            continue
        pair = list(reading.many(at, limits, 2))
        low, high = (_limit(reading, f"{at}.{i}", one, code) for i, one in enumerate(_two(pair)))
        if low is not None and high is not None and low > high:
            facts = {"field": at, "value": low, "high": high}
            reading.mistakes.append(Refusal("plan_band", facts))
        found[str(code)] = (low, high)
    return found


def _two(pair: list[Any]) -> list[Any]:
    return [*pair, None, None][:2]


def _limit(reading: _Reading, where: str, value: Any, code: str) -> int | None:
    return None if value in (None, "") else reading.number(where, value, code)


def _weekdays(reading: _Reading, name: str, value: Any) -> tuple[int, ...]:
    found = (reading.number(name, one, "weekday") for one in reading.many(name, value, 7))
    return tuple(sorted({one for one in found if one is not None}))


def _days(reading: _Reading, name: str, value: Any) -> tuple[date, ...]:
    many = reading.many(name, value, MOST_CLOSED_DAYS)
    found = (reading.day(name, one) for one in many)
    return tuple(sorted({one for one in found if one is not None}))


def _bans(reading: _Reading, name: str, value: Any) -> tuple[Ban, ...]:
    many = reading.many(name, value, MOST_BANS)
    found = (_ban(reading, f"{name}.{number}", one) for number, one in enumerate(many))
    return tuple(one for one in found if one is not None)


def _ban(reading: _Reading, where: str, value: Any) -> Ban | None:
    words = reading.mapping(where, value)
    kind, colon, what = str(words.get("mark", "")).partition(":")
    if kind not in MARKS or not colon or not what.strip() or len(what) > 60:
        facts = {"field": where, "value": str(words.get("mark", ""))[:30]}
        reading.mistakes.append(Refusal("plan_ban", facts))
        return None
    reason = " ".join(str(words.get("reason", "")).split())
    if len(reason) > LONGEST_REASON:
        long = {"field": f"{where}.reason", "value": reason[:20], "limit": LONGEST_REASON}
        reading.mistakes.append(Refusal("plan_long", long))
    asked = reading.many(f"{where}.periods", words.get("periods", ()), 12)
    periods = [reading.word(f"{where}.periods", one, reading.periods) for one in asked]
    return Ban(
        mark=f"{kind}:{what.strip()}",
        weekdays=_weekdays(reading, f"{where}.weekdays", words.get("weekdays", ())),
        days=_days(reading, f"{where}.days", words.get("days", ())),
        periods=tuple(one for one in periods if one is not None),
        reason=reason,
    )


_FIELDS: Mapping[str, Callable[[_Reading, str, Any], Any]] = {
    "return_days": _by_words(tuple(CATEGORIES)),
    "diets": _by_words(KNOWABLE),
    "capacity": _capacity,
    "budget_fen": _by_periods,
    "bans": _bans,
    "meat_and_vegetables": _yes_or_no,
    "coarse_and_fine": _yes_or_no,
    "importance": _by_words(tuple(SOFT)),
    "bands": _bands,
    "meal_share": _by_periods,
    "foods_a_day": _one_number,
    "foods_a_week": _one_number,
    "fish_a_week": _one_number,
    "soy_days_a_week": _one_number,
    "methods_in_a_meal": _one_number,
    "closed_weekdays": _weekdays,
    "closed_days": _days,
    "seconds": _one_number,
}
