"""What a set and a day are measured against: budget, the meal's share of a day, nutrients. Pure.

Values of a whole day are for people of 65 and more with light activity, as planning has them:
energy between the needs of women of 80 (1,500 kcal) and men of 65 (2,050 kcal), protein 65 g and
fibre 25 g after 中国居民膳食营养素参考摄入量 2013; salt below 5 g and 12 kinds of food a day, 25
a week after 中国老年人膳食指南 2022. What a site has set in its planning rules goes before.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

SALT_PER_SODIUM = 2.54 / 1000
"""Grams of salt for a milligram of sodium."""


@dataclass(frozen=True, kw_only=True)
class Range:
    """How much of something is good; None is no limit."""

    low: float | None = None
    high: float | None = None

    def times(self, factor: float) -> "Range":
        """The same for a part of a day."""
        return Range(
            low=None if self.low is None else self.low * factor,
            high=None if self.high is None else self.high * factor,
        )


NO_LIMIT = Range()
_A_DAY: Mapping[str, Range] = MappingProxyType(
    {
        "kcal": Range(low=1500, high=2050),
        "protein_g": Range(low=65),
        "fibre_g": Range(low=25),
        "salt_g": Range(high=5),
    }
)
_SHARES: Mapping[str, int] = MappingProxyType({"breakfast": 30, "lunch": 40, "dinner": 30})
_NOTHING: Mapping[str, int] = MappingProxyType({})
_BANDS = {
    "kcal": ("kcal", 1.0),
    "protein": ("protein_g", 1.0),
    "fibre": ("fibre_g", 1.0),
    "sodium": ("salt_g", SALT_PER_SODIUM),
}
"""Bands of the planning rules, in kcal, g, g and mg a day, and what one of it is here."""


@dataclass(frozen=True, kw_only=True)
class Targets:
    """`day` by kcal, protein_g, fibre_g and salt_g for a whole day; `share` of a period in
    percent; `budget_fen` of a set by period."""

    day: Mapping[str, Range] = field(default_factory=lambda: _A_DAY)
    share: Mapping[str, int] = field(default_factory=lambda: _SHARES)
    budget_fen: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    foods_a_day: int = 12
    foods_a_week: int = 25

    def of(self, code: str, periods: tuple[str, ...]) -> Range:
        """What these meals together should hold; no limit where a meal's share is not known."""
        if not periods or any(period not in self.share for period in periods):
            return NO_LIMIT
        return self.day.get(code, NO_LIMIT).times(sum(self.share[one] for one in periods) / 100)

    def budget_of(self, periods: tuple[str, ...]) -> int | None:
        """What the sets of these meals may cost, in fen; None unless each has a budget."""
        if not periods or any(period not in self.budget_fen for period in periods):
            return None
        return sum(self.budget_fen[period] for period in periods)


def targets_of(document: str | None) -> Targets:
    """The targets in a site's planning rules; the defaults for whatever is not there."""
    rules = _object(document)
    targets = Targets()
    return replace(
        targets,
        day=MappingProxyType({**targets.day, **_ranges(_part(rules.get("bands")))}),
        share=_whole(rules.get("meal_share")) or targets.share,
        budget_fen=_whole(rules.get("budget_fen")),
        foods_a_day=_count(rules.get("foods_a_day"), targets.foods_a_day),
        foods_a_week=_count(rules.get("foods_a_week"), targets.foods_a_week),
    )


def _object(document: str | None) -> dict[str, Any]:
    try:
        return _part(json.loads(document)) if document else {}
    except ValueError:
        return {}


def _part(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _whole(value: Any) -> Mapping[str, int]:
    kept = {
        str(name): number for name, number in _part(value).items() if _is_count(number) and number
    }
    return MappingProxyType(kept)


def _count(value: Any, default: int) -> int:
    return int(value) if _is_count(value) and value else default


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _ranges(bands: dict[str, Any]) -> dict[str, Range]:
    found = {}
    for band, (code, unit) in _BANDS.items():
        ends = bands.get(band)
        if isinstance(ends, list) and len(ends) == 2:
            low, high = (_end(end, unit) for end in ends)
            found[code] = Range(low=low, high=high)
    return found


def _end(value: Any, unit: float) -> float | None:
    known = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    return value * unit if known else None
