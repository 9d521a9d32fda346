"""Finding people and showing one. Nothing here changes anything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session, joinedload, selectinload

from canteen.foundation.audit import AuditEntry
from canteen.foundation.crypto import Keys
from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.residents.models import GridNode, Household, Resident, ResidentTag, SearchKey, TagState
from canteen.residents.pinyin import query_key, sort_key
from canteen.residents.rules import Person, Query
from canteen.staff.models import Staff

MOST_KEYS = 3000
"""A common beginning matches a fifth of a city; so many keys are looked at, then typing
one letter more is quicker than reading."""
_LAST = "\U0010ffff"
NOTHING = Query("nothing", "")
"""No search: the whole list."""


@dataclass(frozen=True)
class Seen:
    """Somebody looked at a whole ID number: who, when, why."""

    entry: AuditEntry
    name: str


def people(
    session: Session,
    *,
    site_id: int | None,
    query: Query,
    status: str | None,
    card_holder: int | None,
    keys: Keys,
    node_path: str | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Resident]:
    """A page of people in the order of their names' letters.

    `site_id` None looks at every site; `status` None takes the dead and the moved too;
    `card_holder` answers a search by card, which another room keeps.
    """
    wanted = select(Resident)
    if status is not None:
        wanted = wanted.where(Resident.status == status)
    wanted = _matching(wanted, query, card_holder, keys, site_id)
    if node_path is not None:
        wanted = wanted.where(Resident.household_id.in_(_doors_below(node_path)))
    if query.kind == "nothing" and site_id is not None:
        wanted = wanted.where(Resident.site_id == site_id)
    wanted = (
        wanted.order_by(Resident.sort_name, Resident.id).limit(size + 1).offset(size * (number - 1))
    )
    return cut(session.scalars(wanted).all(), number, size)


def _matching(
    wanted: Select[Resident],
    query: Query,
    card_holder: int | None,
    keys: Keys,
    site_id: int | None,
) -> Select[Resident]:
    if query.kind == "nothing":
        return wanted
    if query.kind in ("card_number", "card_token"):
        return wanted.where(Resident.id == card_holder if card_holder else false())
    if query.kind == "id":
        return wanted.where(Resident.id_number_hash.in_(keys.lookup_hashes(query.value)))
    # `+ 0` keeps both databases from walking a whole site instead of the few that match.
    here = [Resident.site_id + 0 == site_id] if site_id is not None else []
    if query.kind in ("phone_tail", "phone"):
        wanted = wanted.where(Resident.phone_tail == query.value[-4:], *here)
        if query.kind == "phone":
            wanted = wanted.where(Resident.phone.in_(_phone_forms(query.value)))
        return wanted
    begin = query_key(query.value)
    if not begin:
        return wanted.where(false())
    found = (
        select(SearchKey.resident_id)
        .join(Resident, Resident.id == SearchKey.resident_id)
        .where(SearchKey.key >= begin, SearchKey.key < begin + _LAST, *here)
        .order_by(SearchKey.key, SearchKey.resident_id)
        .limit(MOST_KEYS)
        .subquery()
    )
    return wanted.where(Resident.id.in_(select(found.c.resident_id)))


def _phone_forms(digits: str) -> tuple[str, ...]:
    """A landline is stored with its hyphen, wherever the area code ends."""
    return digits, f"{digits[:3]}-{digits[3:]}", f"{digits[:4]}-{digits[4:]}"


def _doors_below(path: str) -> Select[int]:
    inside = (GridNode.path >= path) & (GridNode.path < path + "~")
    return select(Household.id).join(GridNode, GridNode.id == Household.unit_id).where(inside)


def resident(session: Session, resident_id: int) -> Resident | None:
    """One person with tags and door, or None."""
    return session.get(
        Resident,
        resident_id,
        options=(selectinload(Resident.tags), joinedload(Resident.household)),
    )


def household_members(session: Session, person: Resident) -> Sequence[Resident]:
    """Others behind the same door."""
    if person.household_id is None:
        return ()
    others = select(Resident).where(
        Resident.household_id == person.household_id, Resident.id != person.id
    )
    return session.scalars(others.order_by(Resident.sort_name).limit(30)).all()


def tags_of(session: Session, ids: Iterable[int], today: date) -> dict[int, list[str]]:
    """The approved tags that hold today, by person."""
    query = (
        select(ResidentTag.resident_id, ResidentTag.tag)
        .where(ResidentTag.resident_id.in_(list(ids)), ResidentTag.valid_from <= today)
        .where(ResidentTag.state == TagState.APPROVED)
        .where(ResidentTag.valid_until.is_(None) | (ResidentTag.valid_until >= today))
        .order_by(ResidentTag.id)
    )
    found: dict[int, list[str]] = {}
    for resident_id, tag in session.execute(query):
        held = found.setdefault(resident_id, [])
        if tag not in held:
            held.append(tag)
    return found


def disclosures(session: Session, resident_id: int) -> Sequence[Seen]:
    """The last looks at a person's whole ID number."""
    query = (
        select(AuditEntry, Staff.name)
        .outerjoin(Staff, Staff.id == AuditEntry.staff_id)
        .where(
            AuditEntry.subject == "resident",
            AuditEntry.subject_id == str(resident_id),
            AuditEntry.action == "saw_id_number",
        )
        .order_by(AuditEntry.id.desc())
        .limit(20)
    )
    return [Seen(entry, name or "—") for entry, name in session.execute(query)]


def by_request(session: Session, request_id: str | None) -> Resident | None:
    """The person a form has registered already."""
    if not request_id:
        return None
    return session.scalars(select(Resident).where(Resident.request_id == request_id)).first()


def by_id_number(session: Session, id_number: str | None, keys: Keys) -> Resident | None:
    """The person with this ID number, found by its keyed hash of any version."""
    if not id_number:
        return None
    hashes = keys.lookup_hashes(id_number)
    return session.scalars(select(Resident).where(Resident.id_number_hash.in_(hashes))).first()


def namesake(session: Session, person: Person, *, first_at: int) -> Resident | None:
    """Somebody of the same name and birthday, of the canteen `first_at` if there is one."""
    query = select(Resident).where(
        Resident.sort_name == sort_key(person.name),
        Resident.name == person.name,
        Resident.birthday == person.birthday,
    )
    query = query.order_by((Resident.site_id == first_at).desc(), Resident.id)
    return session.scalars(query.limit(1)).first()
