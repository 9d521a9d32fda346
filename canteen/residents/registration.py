"""Adding and changing one person inside a transaction that somebody else opened.

Whoever registers people also opens their wallets, which this room does not know; so the
transaction belongs to the caller.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.crypto import Keys
from canteen.foundation.wording import Refusal
from canteen.residents import diets, grid, queries
from canteen.residents.identity import check_id_number
from canteen.residents.models import Resident, SearchKey
from canteen.residents.pinyin import search_keys, sort_key
from canteen.residents.rules import Person


@dataclass(frozen=True)
class Registration:
    """One registration as a form sends it.

    `request_id` is made with the form; `confirmed` is what `doubt_of` said of the person
    whom the clerk has confirmed to be somebody else than the one found.
    """

    person: Person
    site_id: int
    unit_id: int | None
    room: str
    request_id: str | None = None
    confirmed: str = ""
    open_sites: Collection[int] = ()
    """Other canteens whose people the clerk may open; of all others nothing is told."""


def add_resident(
    session: Session, asked: Registration, *, keys: Keys, now: datetime, by: int | None
) -> Resident | Refusal:
    """Add a person.

    Codes: resident_registered and resident_looks_known (`resident_id`); for somebody of a
    canteen that is closed to the clerk the same with ``_elsewhere``, and not who it is.
    """
    person = asked.person
    if known := queries.by_id_number(session, person.id_number, keys):
        return already_there("resident_registered", known, asked)
    if asked.confirmed != doubt_of(person) and (
        alike := queries.namesake(session, person, first_at=asked.site_id)
    ):
        return already_there("resident_looks_known", alike, asked)
    resident = Resident(
        site_id=asked.site_id,
        request_id=asked.request_id,
        created_at=now,
        household_id=grid.household_id(session, unit_id=asked.unit_id, room=asked.room),
        **columns_of(person, keys),
    )
    session.add(resident)
    session.flush()
    write_search_keys(session, resident.id, person.name)
    audit.record(
        session, at=now, staff_id=by, action="registered",
        subject="resident", subject_id=resident.id,
    )  # fmt: skip
    return resident


def already_there(code: str, known: Resident, asked: Registration) -> Refusal:
    """The refusal for a double, saying no more than the clerk may know."""
    if known.site_id in (asked.site_id, *asked.open_sites):
        return Refusal(code, {"resident_id": known.id})
    return Refusal(f"{code}_elsewhere")


def change_resident(
    session: Session,
    resident: Resident,
    person: Person,
    *,
    household_id: int | None,
    keys: Keys,
    now: datetime,
    by: int | None,
) -> tuple[str, ...] | Refusal:
    """Bring a person to what was typed; the names of the columns that changed.

    Codes: resident_registered (the number is another's), birthday_not_id, gender_not_id
    (what was typed is not what the stored number says).
    """
    known = queries.by_id_number(session, person.id_number, keys)
    if known and known.id != resident.id:
        if known.site_id != resident.site_id:
            return Refusal("resident_registered_elsewhere")
        return Refusal("resident_registered", {"resident_id": known.id})
    if refusal := _contradiction(resident, person, keys, now.date()):
        return refusal
    values = columns_of(person, keys) | {"household_id": household_id}
    if known or person.id_number is None:  # the same number in a new envelope is no change
        for column in ("id_number_encrypted", "id_number_hash", "id_number_last4"):
            values.pop(column, None)
    changed = tuple(name for name, value in values.items() if getattr(resident, name) != value)
    for name in changed:
        setattr(resident, name, values[name])
    if "name" in changed:
        rewrite_search_keys(session, resident.id, person.name)
    if changed:
        audit.record(
            session, at=now, staff_id=by, action="changed",
            subject="resident", subject_id=resident.id, note=" ".join(changed),
        )  # fmt: skip
    return changed


def doubt_of(person: Person) -> str:
    """What a clerk confirms when a person looks like one already known."""
    return f"{person.name} {person.birthday.isoformat()}"


def columns_of(person: Person, keys: Keys) -> dict[str, Any]:
    """A person as columns of `Resident`; the ID number only encrypted and hashed."""
    values: dict[str, Any] = {
        field.name: getattr(person, field.name)
        for field in fields(Person)
        if field.name not in ("id_number", "diets")
    }
    values["diets"] = diets.joined(person.diets)
    values["sort_name"] = sort_key(person.name)
    values["phone_tail"] = person.phone[-4:]
    return values | secret_columns(person.id_number, keys)


def secret_columns(id_number: str | None, keys: Keys) -> dict[str, Any]:
    """How an ID number is stored: a token only the keys open, a hash, four signs."""
    return {
        "id_number_encrypted": keys.encrypt(id_number) if id_number else None,
        "id_number_hash": keys.lookup_hash(id_number) if id_number else None,
        "id_number_last4": id_number[-4:] if id_number else "",
    }


def write_search_keys(session: Session, resident_id: int, name: str) -> None:
    """Everything a clerk may type to find this name."""
    rows = [{"resident_id": resident_id, "key": key} for key in sorted(search_keys(name))]
    if rows:
        session.execute(insert(SearchKey), rows)


def rewrite_search_keys(session: Session, resident_id: int, name: str) -> None:
    """The keys of a name that has changed."""
    session.execute(delete(SearchKey).where(SearchKey.resident_id == resident_id))
    write_search_keys(session, resident_id, name)


def _contradiction(resident: Resident, person: Person, keys: Keys, today: date) -> Refusal | None:
    """Birthday and gender stand on the ID card; a typed one may not stray from a stored card."""
    if resident.id_number_encrypted is None or person.id_number is not None:
        return None
    number = check_id_number(keys.decrypt(resident.id_number_encrypted), today=today)
    if isinstance(number, Refusal):
        return None
    if person.birthday != number.birthday:
        facts = {"birthday": str(person.birthday), "expected": number.birthday.isoformat()}
        return Refusal("birthday_not_id", facts)
    return Refusal("gender_not_id") if person.gender != number.gender else None
