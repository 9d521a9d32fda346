"""What a file would change: each row compared with what is known, in a few queries for all.

The same functions make the preview and, inside the transaction that imports, the plan that
is carried out; so what happens is what was shown, or nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload

from canteen.foundation import audit
from canteen.foundation.crypto import Keys
from canteen.foundation.wording import Refusal
from canteen.residents import diets, grid, grid_queries, registration
from canteen.residents.addresses import Place
from canteen.residents.chunks import in_chunks
from canteen.residents.import_tags import TagChange, first_tags, tag_changes, write_tags
from canteen.residents.imports import FileRead, RowRead, WrongRow
from canteen.residents.models import Household, Resident, SearchKey
from canteen.residents.pinyin import search_keys, sort_key
from canteen.residents.rules import Problem

T = TypeVar("T")

_FIELDS = ("name", "birthday", "gender", "phone", "hukou_city", "hukou_district", "hukou_town",
           "texture", "mobility", "contact_name", "contact_relation",
           "contact_phone")  # fmt: skip


@dataclass
class Change:
    """One row about somebody who is known: columns to set and tags to write."""

    row: RowRead
    resident: Resident
    values: dict[str, Any]
    moves: bool
    tags: list[TagChange]


@dataclass
class Plan:
    """What a file would do. Nothing is done while `wrong` holds a row."""

    new: list[RowRead] = field(default_factory=list)
    unchanged: int = 0
    changed: list[Change] = field(default_factory=list)
    wrong: list[WrongRow] = field(default_factory=list)
    new_places: list[Place] = field(default_factory=list)
    unknown_headings: Sequence[str] = ()


def plan_import(session: Session, read: FileRead, *, site_id: int, keys: Keys) -> Plan:
    """Compare a file of the canteen `site_id` with what is known.

    A row about somebody who is registered at another canteen is wrong: a file never reaches
    across, and says no more of that person than that.
    """
    plan = Plan(wrong=list(read.wrong), unknown_headings=read.unknown_headings)
    by_hash = _by_hash(session, read.rows, keys)
    by_name = _by_name(session, read.rows)
    doors = grid_queries.addresses(
        session, [one.household_id for one in (*by_hash.values(), *_flat(by_name.values()))]
    )
    taken: dict[int, int] = {}
    for row in read.rows:
        known = _known(row, by_hash, by_name, doors, keys)
        if known is None:
            plan.new.append(row)
            continue
        if (first := taken.setdefault(known.id, row.number)) != row.number:
            _refuse(plan, row, "row", Refusal("row_repeats", {"row": first}))
            continue
        if known.site_id != site_id:
            _refuse(plan, row, "row", Refusal("row_elsewhere"))
            continue
        _compare(plan, row, known, doors.get(known.household_id or 0), keys)
    plan.wrong.sort(key=lambda one: one.number)
    plan.new_places = _missing_places(session, read.rows)
    return plan


def apply_plan(
    session: Session, plan: Plan, *, site_id: int, keys: Keys, now: datetime, by: int
) -> list[int]:
    """Carry out a plan without wrong rows; the ids of the people who are new."""
    assert not plan.wrong, "a file with wrong rows is not imported"
    rows = [*plan.new, *(change.row for change in plan.changed if change.moves)]
    doors = _doors(session, rows)
    ids = _insert_people(session, plan.new, doors, site_id=site_id, keys=keys, now=now)
    for change in plan.changed:
        _change(session, change, doors, now=now, by=by)
    papers = [(one, first_tags(row.tags)) for one, row in zip(ids, plan.new, strict=True)]
    papers += [(change.resident.id, change.tags) for change in plan.changed]
    write_tags(session, papers, now=now, by=by)
    audit.record(
        session, at=now, staff_id=by, action="imported_residents",
        subject="site", subject_id=site_id,
        note=f"new {len(plan.new)}, changed {len(plan.changed)}",
    )  # fmt: skip
    return ids


# --- who is it -----------------------------------------------------------------------


def _by_hash(session: Session, rows: Sequence[RowRead], keys: Keys) -> dict[str, Resident]:
    hashes = [h for r in rows if r.person.id_number for h in keys.lookup_hashes(r.person.id_number)]
    found: dict[str, Resident] = {}
    for some in in_chunks(hashes):
        query = select(Resident).where(Resident.id_number_hash.in_(some))
        for one in session.scalars(query.options(selectinload(Resident.tags))):
            found[str(one.id_number_hash)] = one
    return found


def _by_name(session: Session, rows: Sequence[RowRead]) -> dict[Any, list[Resident]]:
    """People of the same names and birthdays; their ID number may be missing here or there."""
    wanted = sorted({(row.person.name, row.person.birthday) for row in rows})
    found: dict[Any, list[Resident]] = {}
    for some in in_chunks(wanted):
        # The names find the rows by index; the birthdays keep a city's namesakes away.
        query = select(Resident).where(
            Resident.sort_name.in_({sort_key(name) for name, _birthday in some}),
            Resident.birthday.in_({birthday for _name, birthday in some}),
        )
        for one in session.scalars(query.options(selectinload(Resident.tags))):
            if (one.name, one.birthday) in some:
                found.setdefault((one.name, one.birthday), []).append(one)
    return found


def _known(
    row: RowRead,
    by_hash: dict[str, Resident],
    by_name: dict[Any, list[Resident]],
    doors: dict[int, grid_queries.Address],
    keys: Keys,
) -> Resident | None:
    """The person a row is about: by ID number, else by name, birthday and address."""
    if row.person.id_number:
        for one in keys.lookup_hashes(row.person.id_number):
            if one in by_hash:
                return by_hash[one]
    for namesake in by_name.get((row.person.name, row.person.birthday), ()):
        if row.person.id_number and namesake.id_number_hash:
            continue  # two numbers are two people
        door = doors.get(namesake.household_id or 0)
        if (door.place, door.room) == (row.place, row.room) if door else row.place is None:
            return namesake
    return None


# --- what differs --------------------------------------------------------------------


def _compare(
    plan: Plan,
    row: RowRead,
    known: Resident,
    door: grid_queries.Address | None,
    keys: Keys,
) -> None:
    values = _new_values(row, known, keys)
    moves = row.place is not None and (
        door is None or (door.place, door.room) != (row.place, row.room)
    )
    tags = tag_changes(row.tags, known)
    if isinstance(tags, Refusal):
        _refuse(plan, row, "tags", tags)
    elif values or moves or tags:
        plan.changed.append(Change(row, known, values, moves, tags))
    else:
        plan.unchanged += 1


def _new_values(row: RowRead, known: Resident, keys: Keys) -> dict[str, Any]:
    """Columns the row sets otherwise. An empty cell leaves what is known as it is."""
    given = set(row.given) | {"name", "birthday"}
    if row.person.id_number:
        given.add("gender")
    wanted = {name: getattr(row.person, name) for name in _FIELDS if name in given}
    if "diets" in given:
        wanted["diets"] = diets.joined(row.person.diets)
    if wanted.get("gender") == "unknown":
        del wanted["gender"]
    values = {name: value for name, value in wanted.items() if getattr(known, name) != value}
    if "name" in values:
        values["sort_name"] = sort_key(row.person.name)
    if "phone" in values:
        values["phone_tail"] = row.person.phone[-4:]
    if row.person.id_number and known.id_number_hash is None:
        values |= registration.secret_columns(row.person.id_number, keys)
    return values


def _missing_places(session: Session, rows: Iterable[RowRead]) -> list[Place]:
    wanted = {row.place for row in rows if row.place}
    known: set[Place] = set()
    for community in {place.community for place in wanted}:
        known |= grid_queries.places_in(session, community)
    return sorted(wanted - known, key=lambda place: place.names)


def _refuse(plan: Plan, row: RowRead, at: str, refusal: Refusal) -> None:
    problem = Problem(at, row.person.name, refusal)
    plan.wrong.append(WrongRow(row.number, row.person.name, [problem]))


# --- doing it ------------------------------------------------------------------------


def _doors(session: Session, rows: Iterable[RowRead]) -> dict[tuple[Place, str], int]:
    wanted = sorted(
        {(row.place, row.room) for row in rows if row.place},
        key=lambda one: (*one[0].names, one[1]),
    )
    units = grid.ensure_units(session, list(dict.fromkeys(place for place, _room in wanted)))
    known: dict[tuple[int, str], int] = {}
    for some in in_chunks(sorted(set(units.values()))):
        query = select(Household).where(Household.unit_id.in_(some))
        known |= {(door.unit_id, door.room): door.id for door in session.scalars(query)}
    missing = [(units[place], room) for place, room in wanted]
    missing = [one for one in missing if one not in known]
    for some_doors in in_chunks(missing):
        made = session.scalars(
            insert(Household).returning(Household.id, sort_by_parameter_order=True),
            [{"unit_id": unit, "room": room, "door_note": ""} for unit, room in some_doors],
        )
        known |= dict(zip(some_doors, made, strict=True))
    return {(place, room): known[units[place], room] for place, room in wanted}


def _insert_people(
    session: Session,
    rows: Sequence[RowRead],
    doors: dict[tuple[Place, str], int],
    *,
    site_id: int,
    keys: Keys,
    now: datetime,
) -> list[int]:
    ids: list[int] = []
    for some in in_chunks(rows):
        values = [
            registration.columns_of(row.person, keys)
            | {
                "site_id": site_id,
                "household_id": doors[row.place, row.room] if row.place else None,
                "status": "active",
                "created_at": now,
            }
            for row in some
        ]
        made = session.scalars(
            insert(Resident).returning(Resident.id, sort_by_parameter_order=True), values
        ).all()
        ids += made
        session.execute(
            insert(SearchKey),
            [
                {"resident_id": one, "key": key}
                for one, row in zip(made, some, strict=True)
                for key in sorted(search_keys(row.person.name))
            ],
        )
    return ids


def _change(
    session: Session,
    change: Change,
    doors: dict[tuple[Place, str], int],
    *,
    now: datetime,
    by: int,
) -> None:
    values = dict(change.values)
    if change.moves and change.row.place:
        values["household_id"] = doors[change.row.place, change.row.room]
    for name, value in values.items():
        setattr(change.resident, name, value)
    if "name" in values:
        registration.rewrite_search_keys(session, change.resident.id, change.row.person.name)
    audit.record(
        session, at=now, staff_id=by, action="changed",
        subject="resident", subject_id=change.resident.id, note=" ".join(sorted(values)) or "tags",
    )  # fmt: skip


def _flat(lists: Iterable[Sequence[T]]) -> Iterator[T]:
    for one in lists:
        yield from one
