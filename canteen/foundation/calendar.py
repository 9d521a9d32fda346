"""Days, weeks and years as a canteen counts them, and the days people are off work.

A service date is the day at the site. Weeks begin on Monday and are named as ISO 8601
names them. Holidays come from `chinese_calendar`, which knows only the years whose
arrangement the State Council has announced; an administrator may edit the rows later.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, overload
from zoneinfo import ZoneInfo

import chinese_calendar

DayKind = Literal["workday", "weekend", "holiday", "makeup_workday"]

_HOLIDAY_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
_WEEK = re.compile(r"^(\d{4})-W(\d{2})$")


@dataclass(frozen=True)
class CalendarDay:
    """What kind of day a date is. `name_zh` names the holiday, also of a make-up workday."""

    date: date
    kind: DayKind
    name_zh: str = ""

    @property
    def is_workday(self) -> bool:
        return self.kind in ("workday", "makeup_workday")


@dataclass(frozen=True)
class CalendarYear:
    """Every day of a year; `announced` is False where only Saturdays and Sundays are known."""

    year: int
    days: tuple[CalendarDay, ...]
    announced: bool


def service_date(now: datetime, tz_name: str) -> date:
    """The day it is at a site in time zone `tz_name` at the aware instant `now`.

    Raises ValueError for a naive instant, ZoneInfoNotFoundError for an unknown zone.
    """
    if now.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    return now.astimezone(ZoneInfo(tz_name)).date()


def week_of(day: date) -> tuple[date, ...]:
    """The seven days of the week of `day`, Monday first."""
    monday = day - timedelta(days=day.weekday())
    return tuple(monday + timedelta(days=offset) for offset in range(7))


def week_name(day: date) -> str:
    """``2026-W48`` for any day from 2026-11-23 to 2026-11-29."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def parse_week(name: str) -> date:
    """The Monday of ``2026-W48``. Raises ValueError for a week that does not exist."""
    found = _WEEK.match(name)
    if not found:
        raise ValueError(name)
    return date.fromisocalendar(int(found[1]), int(found[2]), 1)


def month_bounds(day: date) -> tuple[date, date]:
    """First and last day of the month of `day`, both inclusive."""
    first = day.replace(day=1)
    next_first = (first + timedelta(days=31)).replace(day=1)
    return first, next_first - timedelta(days=1)


@overload
def age_on(birthday: date, day: date) -> int: ...
@overload
def age_on(birthday: date | None, day: date) -> int | None: ...
def age_on(birthday: date | None, day: date) -> int | None:
    """Full years on `day`; the birthday itself counts.

    Someone born on 29 February turns a year older on 1 March in common years, as civil
    law counts. None without a birthday. A birthday after `day` gives a negative age.
    """
    if birthday is None:
        return None
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))


def seed_days(year: int) -> CalendarYear:
    """Every day of `year`, with its holidays and make-up workdays where they are announced."""
    announced = any(day.year == year for day in chinese_calendar.workdays)
    first = date(year, 1, 1)
    count = (date(year, 12, 31) - first).days + 1
    dates = (first + timedelta(days=offset) for offset in range(count))
    return CalendarYear(year, tuple(_day(one, announced) for one in dates), announced)


def _day(day: date, announced: bool) -> CalendarDay:
    if announced and day in chinese_calendar.holidays:
        return CalendarDay(day, "holiday", _HOLIDAY_NAMES[chinese_calendar.holidays[day]])
    if announced and day in chinese_calendar.workdays:
        return CalendarDay(day, "makeup_workday", _HOLIDAY_NAMES[chinese_calendar.workdays[day]])
    return CalendarDay(day, "weekend" if day.weekday() >= 5 else "workday")
