"""Reading the grid: addresses of many doors at once, a place as typed, a node's page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from canteen.residents.addresses import Place, spellings, split_place
from canteen.residents.models import GridNode, Household, Level, Resident

UNITS_OFFERED = 300
"""So many units fit the form as a list; a larger grid is asked while typing."""
_AT_ONCE = 1000

_unit, _building, _compound, _community = (
    aliased(GridNode, name=name) for name in ("unit", "building", "compound", "community")
)


@dataclass(frozen=True)
class Address:
    """Where a door is."""

    place: Place
    room: str
    unit_id: int

    @property
    def short(self) -> str:
        """Without the community, as neighbours say it."""
        return " ".join((*self.place.names[1:], self.room))

    @property
    def whole(self) -> str:
        return f"{self.place.label} {self.room}"


def addresses(session: Session, household_ids: Iterable[int | None]) -> dict[int, Address]:
    """Addresses by household: one query for a page of a list."""
    ids = sorted({one for one in household_ids if one is not None})
    query = _places(Household.id, Household.room).join_from(
        Household, _unit, _unit.id == Household.unit_id
    )
    found: dict[int, Address] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        for row in session.execute(_with_parents(query).where(Household.id.in_(some))):
            found[row.id] = Address(_place(row), row.room, row.unit_id)
    return found


def units_named(session: Session, text: str, *, limit: int = 20) -> dict[int, Place]:
    """Units that a typed place may mean, by id: ``2-1`` finds every 2栋1单元."""
    parts = split_place(text)
    if len(parts) < 2:
        return {}
    query = _with_parents(_places().select_from(_unit))
    levels = ((_unit, Level.UNIT), (_building, Level.BUILDING), (_compound, Level.COMPOUND),
              (_community, Level.COMMUNITY))  # fmt: skip
    for part, (node, level) in zip(reversed(parts), levels, strict=False):
        query = query.where(node.name.in_(spellings(part, level)))
    query = query.where(_unit.level == Level.UNIT).order_by(_unit.sort_key).limit(limit)
    return {row.unit_id: _place(row) for row in session.execute(query)}


def unit_named(session: Session, text: str) -> dict[int, Place]:
    """The same, but only the one whose whole label was typed, if there is one."""
    found = units_named(session, text)
    exact = {one: place for one, place in found.items() if place.label == text.strip()}
    return exact or found


def all_units(session: Session) -> Sequence[Place] | None:
    """Every unit in order, or None where the grid is too large for one list."""
    query = _with_parents(_places().select_from(_unit)).where(_unit.level == Level.UNIT)
    rows = session.execute(query.order_by(_unit.sort_key).limit(UNITS_OFFERED + 1)).all()
    return None if len(rows) > UNITS_OFFERED else [_place(row) for row in rows]


def places_in(session: Session, community: str) -> set[Place]:
    """Every unit of the communities of this name."""
    query = _with_parents(_places().select_from(_unit)).where(_community.name == community)
    return {_place(row) for row in session.execute(query)}


def children(session: Session, parent: GridNode | None, *, deep: bool) -> Sequence[GridNode]:
    """The nodes below one in order; with `deep`, those below them too."""
    if parent is None:
        query = select(GridNode).where(GridNode.parent_id.is_(None))
    else:
        below = [GridNode.parent_id == parent.id]
        if deep:
            inner = select(GridNode.id).where(GridNode.parent_id == parent.id)
            below = [GridNode.parent_id.in_(inner) | (GridNode.parent_id == parent.id)]
        query = select(GridNode).where(*below)
    return session.scalars(query.order_by(GridNode.sort_key).limit(2000)).all()


def way_to(session: Session, node: GridNode) -> Sequence[GridNode]:
    """The node and all above it, the community first."""
    ids = [int(one) for one in node.path.strip("/").split("/")]
    return session.scalars(
        select(GridNode).where(GridNode.id.in_(ids)).order_by(GridNode.path)
    ).all()


def is_empty(session: Session, node: GridNode) -> bool:
    """Whether nothing and nobody stands below a node."""
    lower = select(GridNode.id).where(GridNode.parent_id == node.id).limit(1)
    doors = select(Household.id).where(Household.unit_id == node.id).limit(1)
    return session.execute(lower).first() is None and session.execute(doors).first() is None


def buildings_placed(session: Session) -> tuple[int, int]:
    """How many buildings have a point of their own, and how many there are."""
    query = select(func.count(GridNode.latitude), func.count()).where(
        GridNode.level == Level.BUILDING
    )
    placed, whole = session.execute(query).one()
    return int(placed), int(whole)


def buildings_without_point(session: Session, *, limit: int = 60) -> Sequence[tuple[int, str]]:
    """The first buildings that have none: id, and the name with its compound."""
    compound = aliased(GridNode)
    query = (
        select(GridNode.id, compound.name, GridNode.name)
        .join(compound, compound.id == GridNode.parent_id)
        .where(GridNode.level == Level.BUILDING, GridNode.latitude.is_(None))
        .order_by(GridNode.sort_key)
        .limit(limit)
    )
    return [(node_id, f"{above} {name}") for node_id, above, name in session.execute(query)]


def people_below(session: Session, node: GridNode) -> int:
    """How many live at or below a node now."""
    query = (
        select(func.count(Resident.id))
        .join(Household, Household.id == Resident.household_id)
        .join(GridNode, GridNode.id == Household.unit_id)
        .where(GridNode.path >= node.path, GridNode.path < node.path + "~")
        .where(Resident.status == "active")
    )
    return session.scalar(query) or 0


def _places(*columns: Any) -> Select[Any]:
    return select(
        *columns,
        _unit.id.label("unit_id"),
        _unit.name.label("unit"),
        _building.name.label("building"),
        _compound.name.label("compound"),
        _community.name.label("community"),
    )


def _with_parents(query: Select[Any]) -> Select[Any]:
    return (
        query.join(_building, _building.id == _unit.parent_id)
        .join(_compound, _compound.id == _building.parent_id)
        .join(_community, _community.id == _compound.parent_id)
    )


def _place(row: Row[Any]) -> Place:
    return Place(row.community, row.compound, row.building, row.unit)
