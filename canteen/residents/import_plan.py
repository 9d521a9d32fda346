"""What a file would change: each row compared with what is known, in a few queries for all.

The same functions make the preview and, inside the transaction that imports, the plan that
is carried out; so what happens is what was shown, or nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from canteen.foundation.crypto import Keys
from canteen.foundation.wording import Refusal
from canteen.residents import diets, grid_queries, registration
from canteen.residents.addresses import Place
from canteen.residents.chunks import in_chunks
from canteen.residents.import_ready import NOTHING_READY, Ready, hashes_of
from canteen.residents.import_tags import TagChange, tag_changes
from canteen.residents.imports import FileRead, RowRead, WrongRow
from canteen.residents.models import Resident
from canteen.residents.pinyin import sort_key
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

    @property
    def proposed(self) -> int:
        """Tags that somebody else will have to approve."""
        first = sum(len(row.tags.tags) for row in self.new if row.tags)
        changes = [tag for change in self.changed for tag in change.tags]
        return first + sum(tag.kind != "end" for tag in changes)


def plan_import(
    session: Session,
    read: FileRead,
    *,
    site_id: int,
    keys: Keys,
    ready: Mapping[int, Ready] = NOTHING_READY,
) -> Plan:
    """Compare a file of the canteen `site_id` with what is known.

    `ready` is what was worked out before, by the row's number; the rest is worked out here.
    A row about somebody who is registered at another canteen is wrong: a file never reaches
    across, and says no more of that person than that.
    """
    plan = Plan(wrong=list(read.wrong), unknown_headings=read.unknown_headings)
    hashes = {
        row.number: ready[row.number].hashes if row.number in ready else hashes_of(row, keys)
        for row in read.rows
    }
    by_hash = _by_hash(session, hashes.values())
    by_name = _by_name(session, read.rows, ready)
    doors = grid_queries.addresses(
        session, [one.household_id for one in (*by_hash.values(), *_flat(by_name.values()))]
    )
    taken: dict[int, int] = {}
    for row in read.rows:
        known = _known(row, hashes[row.number], by_hash, by_name, doors)
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


# --- who is it -----------------------------------------------------------------------


def _by_hash(session: Session, hashes: Iterable[Sequence[str]]) -> dict[str, Resident]:
    found: dict[str, Resident] = {}
    for some in in_chunks(list(_flat(hashes))):
        query = select(Resident).where(Resident.id_number_hash.in_(some))
        for one in session.scalars(query.options(selectinload(Resident.tags))):
            found[str(one.id_number_hash)] = one
    return found


def _by_name(
    session: Session, rows: Sequence[RowRead], ready: Mapping[int, Ready]
) -> dict[Any, list[Resident]]:
    """People of the same names and birthdays; their ID number may be missing here or there."""
    wanted = sorted({(row.person.name, row.person.birthday) for row in rows})
    known = {row.person.name: ready[row.number] for row in rows if row.number in ready}
    found: dict[Any, list[Resident]] = {}
    for some in in_chunks(wanted):
        names = {name for name, _birthday in some}
        # The names find the rows by index; the birthdays keep a city's namesakes away.
        query = select(Resident).where(
            Resident.sort_name.in_(
                {known[name].sort_name if name in known else sort_key(name) for name in names}
            ),
            Resident.birthday.in_({birthday for _name, birthday in some}),
        )
        for one in session.scalars(query.options(selectinload(Resident.tags))):
            if (one.name, one.birthday) in some:
                found.setdefault((one.name, one.birthday), []).append(one)
    return found


def _known(
    row: RowRead,
    hashes: Sequence[str],
    by_hash: dict[str, Resident],
    by_name: dict[Any, list[Resident]],
    doors: dict[int, grid_queries.Address],
) -> Resident | None:
    """The person a row is about: by ID number, else by name, birthday and address."""
    for one in hashes:
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


def _flat(lists: Iterable[Sequence[T]]) -> Iterator[T]:
    for one in lists:
        yield from one
