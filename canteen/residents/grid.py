"""Places of the four-level grid and doors, made inside a transaction of somebody else."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from canteen.residents.addresses import Place, node_sort_key
from canteen.residents.models import GridNode, Household, Level

LEVELS: tuple[Level, ...] = tuple(Level)


def level_below(level: str) -> Level | None:
    """The level of the children; None below a unit, where doors are."""
    place = LEVELS.index(Level(level)) + 1
    return LEVELS[place] if place < len(LEVELS) else None


def add_node(session: Session, parent: GridNode | None, name: str) -> GridNode:
    """A new node below `parent` (None: a community); its name is checked by the caller."""
    level = level_below(parent.level) if parent else Level.COMMUNITY
    assert level is not None, "there is nothing below a unit"
    node = GridNode(
        parent_id=parent.id if parent else None,
        level=level,
        name=name,
        path="",
        sort_key=node_sort_key(parent.sort_key if parent else "", name),
    )
    session.add(node)
    session.flush()
    node.path = f"{parent.path if parent else '/'}{node.id}/"
    return node


def rename_node(session: Session, node: GridNode, name: str) -> None:
    """Another name; everything below moves along in the order of lists."""
    old = node.sort_key
    parent_key = old[: old.rstrip("/").rfind("/") + 1]
    node.name, node.sort_key = name, node_sort_key(parent_key, name)
    session.flush()
    below = (GridNode.path > node.path) & (GridNode.path < node.path + "~")
    for child in session.scalars(select(GridNode).where(below)):
        child.sort_key = node.sort_key + child.sort_key[len(old) :]


def ensure_units(session: Session, places: Sequence[Place]) -> dict[Place, int]:
    """The unit of each place; nodes that are missing are made."""
    known: dict[tuple[str, ...], GridNode] = {}
    units: dict[Place, int] = {}
    for place in places:
        parent: GridNode | None = None
        for depth in range(1, 5):
            names = place.names[:depth]
            if names not in known:
                known[names] = _child(session, parent, names[-1])
            parent = known[names]
        assert parent is not None
        units[place] = parent.id
    return units


def _child(session: Session, parent: GridNode | None, name: str) -> GridNode:
    query = select(GridNode).where(
        GridNode.parent_id == (parent.id if parent else None), GridNode.name == name
    )
    return session.scalars(query).first() or add_node(session, parent, name)


def household_id(session: Session, *, unit_id: int | None, room: str) -> int | None:
    """The door `room` in a unit, made if nobody lived there yet; None without an address."""
    if unit_id is None:
        return None
    # Locks the unit's row on PostgreSQL: two clerks may open one door at once.
    session.execute(update(GridNode).where(GridNode.id == unit_id).values(id=unit_id))
    query = select(Household).where(Household.unit_id == unit_id, Household.room == room)
    door = session.scalars(query).first()
    if door is None:
        door = Household(unit_id=unit_id, room=room)
        session.add(door)
        session.flush()
    return door.id
