"""What a set and a day are measured against: budget, the meal's share of a day, nutrients. Pure.

The figures are the site's planning rules, `plan_settings`, where their sources are named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from canteen.menus.plan_settings import PlanSettings

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

    day: Mapping[str, Range]
    share: Mapping[str, int]
    budget_fen: Mapping[str, int]
    foods_a_day: int
    foods_a_week: int

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


def targets_of(settings: PlanSettings) -> Targets:
    """The targets in a site's planning rules."""
    return Targets(
        day=MappingProxyType(
            {
                code: Range(low=_times(low, unit), high=_times(high, unit))
                for band, (code, unit) in _BANDS.items()
                for low, high in [settings.bands.get(band, (None, None))]
            }
        ),
        share=settings.meal_share,
        budget_fen=settings.budget_fen,
        foods_a_day=settings.foods_a_day,
        foods_a_week=settings.foods_a_week,
    )


def _times(value: float | None, unit: float) -> float | None:
    return None if value is None else value * unit
