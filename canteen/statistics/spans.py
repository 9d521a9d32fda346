"""Which days a page is about, and how they are put together: by day, week or month."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from canteen.foundation.calendar import month_bounds, week_of
from canteen.foundation.wording import Refusal


class Grain(StrEnum):
    """How finely time is cut."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


MOST_DAYS = {Grain.DAY: 366, Grain.WEEK: 3 * 366, Grain.MONTH: 10 * 366}
"""What one page can still show; a longer wish is cut to its last days up to today, and says so."""

YEARS = (2000, 2100)
"""Years a date may lie in: anything else is a slip of the finger."""

_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)


@dataclass(frozen=True)
class Span:
    """First and last day, both inclusive. `cut` when more was asked for."""

    first: date
    last: date
    cut: bool = False


def read_span(first: str, last: str, *, grain: Grain, today: date) -> Span | Refusal:
    """The days somebody typed or picked; nothing typed is this month up to today.

    One day alone means: from it until today (or that day itself, if it lies ahead), or from
    the first of its month until it.
    """
    days: list[date | None] = []
    for text in (first.strip(), last.strip()):
        day = _read_day(text)
        if isinstance(day, Refusal):
            return day
        days.append(day)
    return _span(days[0], days[1], grain=grain, today=today)


def _read_day(text: str) -> date | Refusal | None:
    if not text:
        return None
    try:
        if not _DAY.match(text):
            raise ValueError(text)
        day = date.fromisoformat(text)
    except ValueError:
        return Refusal("statistics_no_such_day", {"value": text[:30]})
    if not YEARS[0] <= day.year <= YEARS[1]:
        return Refusal("statistics_year", {"value": text, "first": YEARS[0], "last": YEARS[1]})
    return day


def _span(first: date | None, last: date | None, *, grain: Grain, today: date) -> Span | Refusal:
    if first is None and last is None:
        first, last = today.replace(day=1), today
    last = last or max(first or today, today)
    first = first or last.replace(day=1)
    if first > last:
        return Refusal(
            "statistics_backwards", {"first": first.isoformat(), "last": last.isoformat()}
        )
    longest = MOST_DAYS[grain]
    if (last - first).days >= longest:
        last = max(first + timedelta(days=longest - 1), min(last, today))
        return Span(last - timedelta(days=longest - 1), last, cut=True)
    return Span(first, last)


def bucket_of(day: date, grain: Grain) -> date:
    """The first day of the day's week or month; the day itself by day."""
    if grain is Grain.DAY:
        return day
    return week_of(day)[0] if grain is Grain.WEEK else day.replace(day=1)


def buckets(span: Span, grain: Grain) -> tuple[date, ...]:
    """Every bucket the span touches, also those without a meal, in order."""
    count = (span.last - span.first).days + 1
    days = (span.first + timedelta(days=offset) for offset in range(count))
    return tuple(dict.fromkeys(bucket_of(day, grain) for day in days))


def quick_spans(today: date) -> tuple[tuple[str, Span], ...]:
    """The spans people ask for most, by code; none runs ahead of today."""
    week = week_of(today)
    month = today.replace(day=1)
    before = Span(*month_bounds(month - timedelta(days=1)))
    return (
        ("today", Span(today, today)),
        ("this_week", Span(week[0], today)),
        ("this_month", Span(month, today)),
        ("last_month", before),
    )
