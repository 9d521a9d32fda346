"""Days without a year, as menus print them: 11月23日, 11/23（周一）, 11.23, 23日.

Which year is meant follows from a day nearby. What might as well be a price or a fraction counts
only in a line of such days that follow one another.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import product

from canteen.menus.day_words import arabic_days, read_day, read_weekday

_LONGEST = 24
_CERTAIN = re.compile(r"(?<![\d./-])(\d{1,2})\s*[月/]\s*(\d{1,2})(?![\d./-])\s*[日号]?")
_BESIDE = re.compile(r"(?<![\d./-])(\d{1,2})\s*[.-]\s*(\d{1,2})(?![\d./-])\s*[日号]?")
_DAY_ALONE = re.compile(r"(\d{1,2})\s*[日号]")
_DOTTED = re.compile(r"(\d{1,2})\s*[.-]\s*(\d{1,2})")
_WEEKDAY = r"(?:(?:星期|礼拜|[周週])[一二三四五六日天末1-7])"
_REST = re.compile(rf"[\s()（）\[\]]*{_WEEKDAY}?[\s()（）\[\]]*")
_FEWEST_CERTAIN, _FEWEST_DOTTED = 2, 3
_WIDEST_GAP = timedelta(days=3)
"""From a Friday to the Monday after it."""


def dated(text: str, near: date) -> date | None:
    """A day and month (11月23日, 11/23, 周一 11.23) as the date nearest to `near`.

    None for anything else, and for a date that is not on the weekday printed beside it.
    """
    plain = arabic_days(unicodedata.normalize("NFKC", text).strip())
    if len(plain) > _LONGEST:
        return None
    weekday = read_weekday(plain)
    found = _CERTAIN.search(plain) or (_BESIDE.search(plain) if weekday is not None else None)
    if found is None or not _REST.fullmatch(plain[: found.start()] + plain[found.end() :]):
        return None
    day = _nearest(int(found[1]), int(found[2]), near)
    return day if day is None or weekday in (None, day.weekday()) else None


def days_without_year(line: Sequence[object], near: date) -> dict[int, date]:
    """The days of a row or column by place; {} where it is no line of days."""
    texts = {place: text for place, value in enumerate(line) if (text := _plain(value))}
    certain = {
        place: day
        for place, text in texts.items()
        if isinstance(line[place], str) and (day := dated(text, near)) is not None
    }
    whole = sum(isinstance(read_day(value), date) for value in line if not _is_number(value))
    if certain and len(certain) + whole >= _FEWEST_CERTAIN:
        # One date that is not on its weekday makes all of them doubtful.
        doubtful = any(place not in certain and _is_both(text) for place, text in texts.items())
        return {} if doubtful else certain
    for readings in (_of_the_month, _dotted):
        possible = {
            place: read for place, text in texts.items() if (read := list(readings(text, near)))
        }
        if len(possible) >= _FEWEST_DOTTED and (days := _following(list(possible.values()))):
            return dict(zip(possible, days, strict=True))
    return {}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _is_both(text: str) -> bool:
    return read_weekday(text) is not None and bool(_CERTAIN.search(text) or _BESIDE.search(text))


def _plain(value: object) -> str:
    if value is None or isinstance(value, date | datetime | bool):
        return ""
    return unicodedata.normalize("NFKC", str(value)).strip()


def _of_the_month(text: str, near: date) -> Iterable[date]:
    """23日: in the month that brings it nearest."""
    if not (found := _DAY_ALONE.fullmatch(text)):
        return
    number = int(found[1])
    days = (near + timedelta(days=shift) for shift in range(-15, 16))
    yield from (day for day in days if day.day == number)


def _dotted(text: str, near: date) -> Iterable[date]:
    """11.23; a number 11.3 in Excel may have been typed as 11.30."""
    if not (found := _DOTTED.fullmatch(text)):
        return
    for number in (found[2], f"{found[2]}0") if len(found[2]) == 1 else (found[2],):
        if (day := _nearest(int(found[1]), int(number), near)) is not None:
            yield day


def _following(possible: Sequence[Sequence[date]]) -> Sequence[date]:
    """One day of each, so that each follows the one before in a few days; () if that cannot be."""
    kept: list[list[date]] = [[day] for day in possible[0]]
    for days in possible[1:]:
        kept = [
            [*before, day]
            for before, day in product(kept, days)
            if timedelta(0) < day - before[-1] <= _WIDEST_GAP
        ]
    return kept[0] if kept else ()


def _nearest(month: int, number: int, near: date) -> date | None:
    days = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            days.append(date(year, month, number))
        except ValueError:  # 29 February, or no day at all
            continue
    return min(days, key=lambda day: abs((day - near).days), default=None)
