"""Who qualifies, when and where, as frozen data: the tests of a policy.

Ages are half-open (``age_from`` counts, ``age_below`` does not), days are inclusive, a place
is a path such as ``("广州市", "增城区")`` that stands for everything inside it. None in an
optional test means "not tested". Nothing here decides: see `eligibility`.
"""

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

Place = tuple[str, ...]
Level = Literal["city", "district", "town"]
Target = Literal["meal", "delivery", "meal_and_delivery"]

LEVELS: dict[str, int] = {"city": 1, "district": 2, "town": 3}
"""How many steps of a path two places share when they are in the same city, …"""


@dataclass(frozen=True)
class Person:
    """One way to qualify: every stated test must hold on the day of the meal."""

    age_from: int | None = None
    age_below: int | None = None
    tags_any: tuple[str, ...] = ()
    tags_all: tuple[str, ...] = ()
    tags_none: tuple[str, ...] = ()
    hukou_in: tuple[Place, ...] = ()
    hukou_not_in: tuple[Place, ...] = ()
    residence_in: tuple[Place, ...] = ()
    in_institution: bool | None = None
    registered_here: bool | None = None
    passes_any: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spend:
    """A spend: at least `fen`, or strictly more, of the list or remaining price.

    `top_fen` ends the stretch of prices: up to it, or (`top_counts` False) below it.
    """

    fen: int
    strictly_more: bool
    of: Literal["list", "remaining"]
    counts: Target
    top_fen: int | None = None
    top_counts: bool = True


@dataclass(frozen=True)
class Window:
    """A stretch of the day, to the minute: 13:30:59 is still 13:30."""

    start: time
    end: time
    end_counts: bool
    period: str | None = None


@dataclass(frozen=True)
class Guard:
    """When and where a rule applies; an empty test is not tested."""

    periods: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    item_classes: tuple[str, ...] = ()
    days: Literal["workdays", "rest_days", "no_public_holidays", "public_holidays"] | None = None
    weekdays: tuple[int, ...] = ()
    days_of_month: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    dates: tuple[date, ...] = ()
    birthday: Literal["day", "month"] | None = None
    windows: tuple[Window, ...] = ()
    spend: Spend | None = None
    site_in: tuple[Place, ...] = ()
    site_in_same: Level | None = None
    site_traits_any: tuple[str, ...] = ()
    site_traits_none: tuple[str, ...] = ()
    meals_of_day: tuple[int, ...] = ()
