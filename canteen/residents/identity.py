"""Who a person is on paper: ID number, name, telephone, dates. Pure.

ID numbers follow GB 11643-1999: six digits of place, eight of birth, three of order (odd
for a man, even for a woman) and a check sign by ISO 7064 MOD 11-2. Names, phones and
dates are taken as people write them and given back in one form.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from canteen.foundation.calendar import age_on
from canteen.foundation.wording import Refusal

Gender = Literal["female", "male"]

OLDEST = 130
LONGEST_NAME = 40
MIDDLE_DOT = "·"

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_SIGNS = "10X98765432"
# Provinces and their like, GB/T 2260; 71 and 81-83 also stand on residence permits of
# Taiwan, Hong Kong and Macao. Foreigners' permanent residence numbers begin with 9.
_PLACES = re.compile(r"^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9\d)")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_LANDLINE = re.compile(r"^(0(?:10|2\d|[3-9]\d{2}))([2-8]\d{6,7})$")
_LOCAL = re.compile(r"^[2-8]\d{6,7}$")
_INSIDE = f"{MIDDLE_DOT} .-'’"
_DOTS = dict.fromkeys(map(ord, "•‧∙⋅・･●᛫⸱"), MIDDLE_DOT)
_HAN = "[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_DATE_FORMS = (
    re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]0{1,2}:00(?::00)?)?$"),
    re.compile(r"^(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?$"),
    re.compile(r"^(\d{4})(\d{2})(\d{2})$"),
)
_MARKS_OF_EMOJI = ("VARIATION SELECTOR", "COMBINING ENCLOSING")
_EXCEL_ZERO = date(1899, 12, 30)
_EXCEL_LAST = (date(2199, 12, 31) - _EXCEL_ZERO).days


@dataclass(frozen=True)
class IdNumber:
    """A sound ID number and what it says; `number` has 18 signs, its X a capital."""

    number: str
    birthday: date
    gender: Gender

    @property
    def last4(self) -> str:
        return self.number[-4:]

    def __repr__(self) -> str:
        return f"IdNumber(…{self.last4})"


def check_id_number(text: str, *, today: date) -> IdNumber | Refusal:
    """Read an ID number as typed, with spaces, full-width digits or a small x.

    Codes: id_missing, id_old_form (15 digits), id_length (`length`), id_signs, id_place,
    id_birthday (`birthday` as written), id_future, id_too_old, id_checksum. No refusal
    carries the number.
    """
    number = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not number:
        return Refusal("id_missing")
    if re.fullmatch(r"[0-9]{15}", number):
        return Refusal("id_old_form")
    if len(number) != 18:
        return Refusal("id_length", {"length": len(number)})
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return Refusal("id_signs")
    if not _PLACES.match(number):
        return Refusal("id_place", {"place": number[:2]})
    birthday = _make_date(number[6:10], number[10:12], number[12:14])
    if birthday is None:
        return Refusal("id_birthday", {"birthday": number[6:14]})
    if check_sign(number[:17]) != number[17]:
        return Refusal("id_checksum")
    doubt = check_birthday(birthday, today)
    if isinstance(doubt, Refusal):
        return Refusal("id_future" if doubt.code == "birthday_future" else "id_too_old")
    return IdNumber(number, birthday, "male" if int(number[16]) % 2 else "female")


def check_sign(first17: str) -> str:
    """The 18th sign of an ID number, from its first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True))
    return _CHECK_SIGNS[total % 11]


def last4(text: str) -> str:
    """The last four signs of a number, all that is ever shown of it."""
    return text[-4:]


def check_phone(text: str) -> str | Refusal:
    """A mobile number as 11 digits, a landline as ``010-65550000``, a local one as 7 or 8.

    Takes ``+86``, spaces, hyphens, brackets and full-width digits. Codes: phone_missing,
    phone_mobile_length (begins like a mobile number, wrong count of digits), phone_unknown.
    """
    plain = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text).replace("–", "-"))
    plain = re.sub(r"^(\+86|0086|86(?=1[3-9]\d{9}$))", "", plain)
    if not plain:
        return Refusal("phone_missing")
    if _MOBILE.match(plain) or _LOCAL.match(plain):
        return plain
    landline = _LANDLINE.match(plain)
    if landline:
        return f"{landline[1]}-{landline[2]}"
    if re.fullmatch(r"1[3-9]\d*", plain):
        return Refusal("phone_mobile_length", {"length": len(plain)})
    return Refusal("phone_unknown", {"value": text.strip()[:20]})


def mask_phone(phone: str) -> str:
    """``138****5678``; of a landline only the last four digits stay."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) < 7:
        return "*" * len(digits)
    shown = digits[:3] if _MOBILE.match(digits) else ""
    return shown + "*" * (len(digits) - len(shown) - 4) + digits[-4:]


def check_name(text: str) -> str | Refusal:
    """A person's name in one form: trimmed, single spaces, the middle dot as ``·``.

    Takes 1 to 40 characters: Han of every extension, Latin with its accents, the scripts
    of China's minorities, and after the first dot, space, hyphen and apostrophe. Codes:
    name_missing, name_too_long (`length`), name_sign (`sign`, the first that may not be).
    """
    name = unicodedata.normalize("NFC", text.translate(_DOTS))
    name = "".join(_plain_form(sign) for sign in name)
    name = re.sub(r"[ \u3000\xa0\t]+", " ", name).strip()
    name = re.sub(rf"(?<={_HAN}) ?\.+ ?(?={_HAN})", MIDDLE_DOT, name)
    name = re.sub(rf" ?{MIDDLE_DOT}+ ?", MIDDLE_DOT, name)
    name = re.sub(rf"(?<={_HAN}) (?={_HAN})", "", name)
    if not name:
        return Refusal("name_missing")
    if len(name) > LONGEST_NAME:
        return Refusal("name_too_long", {"length": len(name), "limit": LONGEST_NAME})
    strange = next((sign for sign in name if not _may_stand_in_a_name(sign)), None)
    if strange is None and (name[0] in _INSIDE or unicodedata.category(name[0])[0] == "M"):
        strange = name[0]
    return name if strange is None else Refusal("name_sign", {"sign": _printable(strange)})


def parse_date(value: Any) -> date | Refusal:
    """A date as people and Excel write it.

    Takes date and datetime, ``2026-11-22``, ``2026/11/22``, ``2026.11.22``,
    ``2026年11月22日``, ``20261122`` and Excel's serial numbers as int or float (days since
    1899-12-30). Codes: date_missing, date_form (`value`), date_unreal (`value`).
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _parse_date_number(value)
    text = unicodedata.normalize("NFKC", str(value or "")).strip()
    if not text:
        return Refusal("date_missing")
    for form in _DATE_FORMS:
        found = form.match(text)
        if found:
            real = _make_date(*found.groups())
            return real or Refusal("date_unreal", {"value": text[:20]})
    return Refusal("date_form", {"value": text[:20]})


def check_birthday(birthday: date, today: date) -> date | Refusal:
    """The birthday, unless it lies ahead or more than 130 years back."""
    if birthday > today:
        return Refusal("birthday_future", {"birthday": birthday.isoformat()})
    if age_on(birthday, today) > OLDEST:
        return Refusal("birthday_too_old", {"birthday": birthday.isoformat(), "limit": OLDEST})
    return birthday


def _parse_date_number(value: float) -> date | Refusal:
    if 1 <= value <= _EXCEL_LAST:
        return _EXCEL_ZERO + timedelta(days=int(value))
    if 10_000_000 <= value <= 99_999_999:  # 20261122, which Excel took for a number
        return parse_date(str(int(value)))
    return Refusal("date_form", {"value": str(value)[:20]})


def _make_date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _plain_form(sign: str) -> str:
    """Full-width letters as plain ones, and radicals that PDFs copy in place of characters."""
    copied = "\uff01" <= sign <= "\uff5e" or "\u2e80" <= sign <= "\u2fdf"
    return unicodedata.normalize("NFKC", sign) if copied else sign


def _may_stand_in_a_name(sign: str) -> bool:
    if sign in _INSIDE or sign == "〇":
        return True
    if unicodedata.category(sign)[0] in "LM":
        return not unicodedata.name(sign, "").startswith(_MARKS_OF_EMOJI)
    # A Han sign may be newer than the Unicode tables of this Python; its planes are not.
    return "\U00020000" <= sign <= "\U0003fffd" and unicodedata.category(sign) == "Cn"


def _printable(sign: str) -> str:
    return sign if sign.isprintable() else f"U+{ord(sign):04X}"
