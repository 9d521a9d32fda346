"""Who a person is, read from what was typed; what each role may see. Pure."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar

from canteen.foundation.calendar import age_on
from canteen.foundation.wording import Refusal
from canteen.residents import diets, vocabulary
from canteen.residents.identity import (
    check_birthday,
    check_id_number,
    check_name,
    check_phone,
    parse_date,
)
from canteen.staff.rules import Role

T = TypeVar("T")

LIMITS = {
    "hukou_city": 40,
    "hukou_district": 40,
    "hukou_town": 40,
    "diet_note": 200,
    "contact_relation": 20,
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field: its name, what was typed (never an ID number), why."""

    field: str
    value: str
    refusal: Refusal


@dataclass(frozen=True)
class Person:
    """Everything about a person that is typed, checked and in one form.

    `id_number` None leaves a stored one as it is. `gender` is female, male or unknown.
    """

    name: str
    id_number: str | None
    birthday: date
    gender: str
    phone: str = ""
    hukou_city: str = ""
    hukou_district: str = ""
    hukou_town: str = ""
    in_institution: bool = False
    mobility: str = "walks"
    texture: str = "normal"
    diets: tuple[str, ...] = ()
    diet_note: str = ""
    may_leave_at_door: bool = False
    contact_name: str = ""
    contact_relation: str = ""
    contact_phone: str = ""


class Reader:
    """Takes fields one by one and gathers what is wrong with them."""

    def __init__(self, typed: Mapping[str, Any]) -> None:
        self.typed = typed
        self.problems: list[Problem] = []

    def text(self, field: str) -> str:
        return str(self.typed.get(field) or "").strip()

    def refuse(self, field: str, refusal: Refusal) -> None:
        shown = self.text(field)
        if field == "id_number" and shown:
            shown = f"…{shown[-4:]}"
        self.problems.append(Problem(field, shown[:40], refusal))

    def take(self, field: str, found: T | Refusal) -> T | None:
        if isinstance(found, Refusal):
            self.refuse(field, found)
            return None
        return found

    def optional(self, field: str, check: Callable[[str], str | Refusal]) -> str:
        return (self.take(field, check(self.text(field))) or "") if self.text(field) else ""

    def note(self, field: str) -> str:
        return self.take(field, plain_text(self.text(field), LIMITS[field])) or ""

    def choice(self, field: str, words: Mapping[str, tuple[str, ...]], default: str) -> str:
        if not self.text(field):
            return default
        code = vocabulary.code_of(self.text(field), words)
        known = "、".join(names[0] for names in words.values())
        facts = {"value": self.text(field)[:20], "known": known}
        return self.take(field, code or Refusal("choice_unknown", facts)) or default


def read_person(typed: Mapping[str, Any], *, today: date) -> Person | list[Problem]:
    """A person from typed fields, or every problem with them.

    `typed` maps field names of `Person` to text (diets: codes or words, a sequence or one
    text). An ID number gives birthday and gender, and must not contradict what was typed.
    """
    reader = Reader(typed)
    name = reader.take("name", check_name(reader.text("name")))
    number, birthday, gender = _identity(reader, today)
    person_diets = _diets(reader)
    values: dict[str, Any] = {
        field: reader.note(field)
        for field in ("hukou_city", "hukou_district", "hukou_town", "diet_note", "contact_relation")
    }
    values |= {
        "phone": reader.optional("phone", check_phone),
        "contact_name": reader.optional("contact_name", check_name),
        "contact_phone": reader.optional("contact_phone", check_phone),
        "mobility": reader.choice("mobility", vocabulary.MOBILITIES, "walks"),
        "texture": reader.choice("texture", vocabulary.TEXTURES, "normal"),
        "in_institution": bool(typed.get("in_institution")),
        "may_leave_at_door": bool(typed.get("may_leave_at_door")),
    }
    if reader.problems or name is None or birthday is None:
        return reader.problems
    return Person(
        name=name, id_number=number, birthday=birthday, gender=gender, diets=person_diets, **values
    )


def _identity(reader: Reader, today: date) -> tuple[str | None, date | None, str]:
    gender = reader.choice("gender", vocabulary.GENDERS, "unknown")
    birthday = _birthday(reader, today) if reader.typed.get("birthday") else None
    if not reader.text("id_number"):
        if birthday is None and not reader.typed.get("birthday"):
            reader.refuse("birthday", Refusal("birthday_missing"))
        return None, birthday, gender
    number = reader.take("id_number", check_id_number(reader.text("id_number"), today=today))
    if number is None:
        return None, birthday, gender
    if birthday not in (None, number.birthday):
        facts = {"birthday": str(birthday), "expected": number.birthday.isoformat()}
        reader.refuse("birthday", Refusal("birthday_not_id", facts))
    if gender not in ("unknown", number.gender):
        reader.refuse("gender", Refusal("gender_not_id"))
    return number.number, number.birthday, number.gender


def _birthday(reader: Reader, today: date) -> date | None:
    found = parse_date(reader.typed.get("birthday"))
    if isinstance(found, date):
        return reader.take("birthday", check_birthday(found, today))
    return reader.take("birthday", found)


def _diets(reader: Reader) -> tuple[str, ...]:
    typed = reader.typed.get("diets") or ()
    codes: list[str] = []
    for word in split_words(typed) if isinstance(typed, str) else typed:
        code = diets.code_of(word)
        if code is None:
            reader.refuse("diets", Refusal("diet_unknown", {"value": word[:20]}))
        else:
            codes.append(code)
    return tuple(sorted(set(codes)))


def split_words(text: str) -> list[str]:
    """Words parted by any of ``、,，;；/`` or line breaks."""
    return [word.strip() for word in re.split(r"[、,，;；/\n]+", text) if word.strip()]


def plain_text(text: str, limit: int) -> str | Refusal:
    """Free text without control characters, at most `limit` characters.

    Code: text_too_long (`length`, `limit`).
    """
    kept = "".join(
        sign if unicodedata.category(sign) not in ("Cc", "Cs") else " "
        for sign in unicodedata.normalize("NFC", text)
    )
    plain = re.sub(r" {2,}", " ", kept).strip()
    if len(plain) > limit:
        return Refusal("text_too_long", {"length": len(plain), "limit": limit})
    return plain


def plain_reason(text: str, *, missing: str) -> str | Refusal:
    """Why somebody did something, as it is kept: 2 to 200 letters.

    Codes: `missing`, text_too_long (`length`, `limit`).
    """
    plain = plain_text(text, 200)
    if isinstance(plain, str) and len(plain) < 2:
        return Refusal(missing)
    return plain


# --- finding -----------------------------------------------------------------------

QueryKind = Literal["nothing", "phone_tail", "phone", "card_number", "card_token", "id", "name"]


@dataclass(frozen=True)
class Query:
    """What somebody looks for: 4 digits a phone's tail, 8 a card, 22 a scan, 18 an ID."""

    kind: QueryKind
    value: str


def read_query(text: str) -> Query:
    """Tell by its form what was typed or scanned into the search box."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = re.sub(r"[\s\-]", "", plain)
    for kind, form in _FORMS:
        if re.fullmatch(form, digits):
            return Query(kind, digits.upper())
    return Query("name", plain[:80]) if plain else Query("nothing", "")


_FORMS: tuple[tuple[QueryKind, str], ...] = (
    ("card_token", r"[0-9]{22}"),
    ("id", r"[0-9]{17}[0-9Xx]"),
    ("card_number", r"[0-9]{8}"),
    ("phone_tail", r"[0-9]{4}"),
    ("phone", r"0?[0-9]{7,12}"),
)


# --- what each role sees -------------------------------------------------------------


@dataclass(frozen=True)
class Sight:
    """Which fields a person at work may see, after what their work needs.

    The counter needs a name, an age, a door to tell two people apart, and what somebody
    may not eat. Papers, numbers and relatives are the office's affair.
    """

    id_last4: bool
    whole_phone: bool
    contact: bool
    birthday: bool
    tags: bool
    disclosures: bool


def sight_of(roles: Collection[Role]) -> Sight:
    """What somebody with these roles sees of a resident."""
    office = bool({Role.MANAGER, Role.COMMUNITY, Role.ADMINISTRATOR} & set(roles))
    chief = bool({Role.MANAGER, Role.ADMINISTRATOR} & set(roles))
    return Sight(
        id_last4=office,
        whole_phone=office,
        contact=office,
        birthday=office,
        tags=office,
        disclosures=chief,
    )


def age_of(birthday: date | None, today: date) -> int | None:
    """Full years, or None where the birthday is unknown."""
    return age_on(birthday, today) if birthday else None
