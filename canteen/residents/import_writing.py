"""Carrying out the plan of a register: in few statements, inside a transaction of the caller's."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.bulk import draw_ids, insert_rows
from canteen.foundation.crypto import Keys
from canteen.residents import grid, registration
from canteen.residents.addresses import Place
from canteen.residents.chunks import in_chunks
from canteen.residents.import_plan import Change, Plan
from canteen.residents.import_ready import NOTHING_READY, Ready, ready_of
from canteen.residents.import_tags import first_tags, write_tags
from canteen.residents.imports import RowRead
from canteen.residents.models import Household, Resident, SearchKey

# Plain tables: while others wait to write, thousands of mapped objects take too long.
_DOORS = cast(Table, Household.__table__)
_RESIDENTS = cast(Table, Resident.__table__)
_SEARCH_KEYS = cast(Table, SearchKey.__table__)


def apply_plan(
    session: Session,
    plan: Plan,
    *,
    site_id: int,
    keys: Keys,
    now: datetime,
    by: int,
    ready: Mapping[int, Ready] = NOTHING_READY,
) -> list[int]:
    """Carry out a plan without wrong rows; the ids of the people who are new."""
    assert not plan.wrong, "a file with wrong rows is not imported"
    rows = [*plan.new, *(change.row for change in plan.changed if change.moves)]
    doors = _doors(session, rows)
    new = [(row, ready.get(row.number) or ready_of(row, keys)) for row in plan.new]
    ids = _insert_people(session, new, doors, site_id=site_id, now=now)
    _change_people(session, plan.changed, doors, now=now, by=by)
    papers = [(one, first_tags(row.tags)) for one, row in zip(ids, plan.new, strict=True)]
    papers += [(change.resident.id, change.tags) for change in plan.changed]
    write_tags(session, papers, now=now, by=by)
    audit.record(
        session, at=now, staff_id=by, action="imported_residents",
        subject="site", subject_id=site_id,
        note=f"new {len(plan.new)}, changed {len(plan.changed)}",
    )  # fmt: skip
    return ids


def _doors(session: Session, rows: Iterable[RowRead]) -> dict[tuple[Place, str], int]:
    wanted = sorted(
        {(row.place, row.room) for row in rows if row.place},
        key=lambda one: (*one[0].names, one[1]),
    )
    units = grid.ensure_units(session, list(dict.fromkeys(place for place, _room in wanted)))
    known: dict[tuple[int, str], int] = {}
    for some in in_chunks(sorted(set(units.values()))):
        query = select(_DOORS.c.unit_id, _DOORS.c.room, _DOORS.c.id)
        found = session.execute(query.where(_DOORS.c.unit_id.in_(some)))
        known |= {(unit, room): one for unit, room, one in found}
    missing = [(units[place], room) for place, room in wanted]
    missing = [one for one in missing if one not in known]
    made = dict(zip(missing, draw_ids(session, _DOORS, len(missing)), strict=True))
    insert_rows(
        session,
        _DOORS,
        [{"id": one, "unit_id": unit, "room": room} for (unit, room), one in made.items()],
    )
    known |= made
    return {(place, room): known[units[place], room] for place, room in wanted}


def _insert_people(
    session: Session,
    rows: Sequence[tuple[RowRead, Ready]],
    doors: dict[tuple[Place, str], int],
    *,
    site_id: int,
    now: datetime,
) -> list[int]:
    ids = draw_ids(session, _RESIDENTS, len(rows))
    people = [
        {
            **ready.columns,
            "id": one,
            "site_id": site_id,
            "household_id": doors[row.place, row.room] if row.place else None,
            "created_at": now,
        }
        for one, (row, ready) in zip(ids, rows, strict=True)
    ]
    insert_rows(session, _RESIDENTS, people)
    keys_of = zip(ids, (ready.search_keys for _row, ready in rows), strict=True)
    found_by = [{"resident_id": one, "key": key} for one, keys in keys_of for key in keys]
    insert_rows(session, _SEARCH_KEYS, found_by)
    return ids


def _change_people(
    session: Session,
    changes: Sequence[Change],
    doors: dict[tuple[Place, str], int],
    *,
    now: datetime,
    by: int,
) -> None:
    """One statement for all whose same columns change."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    notes: dict[int, str] = {}
    for change in changes:
        values = dict(change.values)
        if change.moves and change.row.place:
            values["household_id"] = doors[change.row.place, change.row.room]
        if "name" in values:
            registration.rewrite_search_keys(session, change.resident.id, change.row.person.name)
        columns = tuple(sorted(values))
        notes[change.resident.id] = " ".join(columns) or "tags"
        if values:
            alike.setdefault(columns, []).append({"person": change.resident.id, **values})
    for columns, rows in alike.items():
        query = update(_RESIDENTS).where(_RESIDENTS.c.id == bindparam("person"))
        session.execute(query.values({name: bindparam(name) for name in columns}), rows)
    audit.record_each(session, notes, at=now, staff_id=by, action="changed", subject="resident")
