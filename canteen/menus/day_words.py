"""Days and meal periods as printed menus name them: 周一, 礼拜天, 2026-11-23, Monday, 午餐."""

import re
import unicodedata
from datetime import date, datetime, timedelta

_WEEKDAY = re.compile(r"(?:星期|礼拜|[周週])\s*([一二三四五六日天末1-7])")
_NUMBERS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
_ENGLISH = re.compile(
    r"\b(mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?)\b"
)
_ENGLISH_ORDER = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL_DATE = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_SHORT_DATE = re.compile(r"(?<!\d)(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?(?!\d)")
_SHORT_YEAR = re.compile(r"(?<!\d)([2-4]\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_DIGITS = re.compile(r"(20\d\d)([01]\d)([0-3]\d)")
_CHINESE_YEAR = re.compile(r"[〇零○一二三四五六七八九]{4}(?=年)")
_CHINESE_NUMBER = re.compile(r"[一二三四五六七八九十廿]{1,3}(?=[月日号])")
_EXCEL_DAYS = range(36526, 73051)  # 2000-01-01 to 2099-12-31 as Excel counts days
_MAX_LENGTH = 24  # "2026年11月23日（星期一）Monday"; longer is a title or a sentence

PERIOD_WORDS = {
    "breakfast": ("早餐", "早饭", "早点", "早", "breakfast"),
    "lunch": ("午餐", "中餐", "午饭", "中饭", "中午", "午", "中", "正餐", "lunch"),
    "afternoon": ("午点", "下午点", "下午茶", "加餐", "午后点心"),
    "dinner": ("晚餐", "晚饭", "晚", "夜饭", "晚间", "dinner", "supper"),
}
"""Codes of meal periods and the words menus use for them."""
_PERIODS = {word: code for code, words in PERIOD_WORDS.items() for word in words}
_PERIOD_START = re.compile(
    "(" + "|".join(sorted((w for w in _PERIODS if len(w) > 1), key=len, reverse=True)) + ")(.+)"
)


def read_day(value: object) -> date | int | None:
    """The day a cell names: a date, a weekday as 0 (Monday) to 6, or None if it names none.

    A full date is preferred to a weekday beside it. A day and month without a year are no
    date: which year is meant cannot be known. 30 February names no day.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        if _DIGITS.fullmatch(text := str(value).removesuffix(".0")):
            return read_day(text)
        # Excel sends a date in a cell of no format as a number of days.
        return date(1899, 12, 30) + timedelta(days=int(value)) if value in _EXCEL_DAYS else None
    text = unicodedata.normalize("NFKC", str(value or "")).casefold().strip()
    if not text or len(text) > _MAX_LENGTH:
        return None
    text = arabic_days(text)
    full = _FULL_DATE.search(text) or _SHORT_YEAR.fullmatch(text) or _DIGITS.fullmatch(text)
    if full:
        try:
            year = int(full[1])
            return date(year if year > 99 else year + 2000, int(full[2]), int(full[3]))
        except ValueError:
            return None
    return read_weekday(text)


def arabic_days(text: str) -> str:
    """A date in Chinese numbers (二〇二六年十一月二十三日) in digits; all else as it is."""
    if "月" not in text:
        return text
    text = _CHINESE_YEAR.sub(lambda year: "".join(map(_digit, year[0])), text)
    return _CHINESE_NUMBER.sub(lambda number: str(_number(number[0])), text)


def _digit(sign: str) -> str:
    return str("〇一二三四五六七八九".find(sign.replace("零", "〇").replace("○", "〇")))


def _number(text: str) -> int:
    """Up to 99: 三, 十, 十一, 二十三, 廿三."""
    tens, ten, ones = text.replace("廿", "二十").rpartition("十")
    units = "〇一二三四五六七八九".find
    return (units(tens) if tens else 1) * 10 * bool(ten) + (units(ones) if ones else 0)


def read_weekday(text: str) -> int | None:
    """The weekday a text names, 0 for Monday, or None. A week's number (第1周) is none."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if found := _WEEKDAY.search(text):
        return _NUMBERS[found[1]] if found[1] in _NUMBERS else int(found[1]) - 1
    if found := _ENGLISH.search(text):
        return _ENGLISH_ORDER.index(found[1][:3])
    return None


def is_short_date(text: str) -> bool:
    """Whether a text is a day and a month and nothing else, as under a row of weekdays."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return bool(_SHORT_DATE.fullmatch(plain))


def read_period(text: str) -> str:
    """The code of a meal period by its word; '' for a word that is none."""
    plain = re.sub(r"[\s(（].*", "", unicodedata.normalize("NFKC", text).casefold().strip())
    return _PERIODS.get(plain) or _PERIODS.get("".join(text.split()).casefold(), "")


def split_period(text: str) -> tuple[str, str]:
    """A label as period and slot: ``午餐大荤`` is lunch and 大荤, ``大荤`` is '' and 大荤."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if period := read_period(plain):
        return period, ""
    if found := _PERIOD_START.fullmatch(plain.casefold()):
        return _PERIODS[found[1]], re.sub(r"^[-:：—·/(]+|[)]+$", "", found[2])
    return "", plain
