"""Places of the four-level grid and doors, made inside a transaction of somebody else."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from canteen.foundation.bulk import draw_ids, insert_rows
from canteen.residents.addresses import Place, node_sort_key
from canteen.residents.chunks import in_chunks
from canteen.residents.models import GridNode, Household, Level

_NODES = cast(Table, GridNode.__table__)

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
    """The unit of each place; nodes that are missing are made, level by level."""
    above: dict[tuple[str, ...], _Node] = {(): _Node(None, "", "/")}
    for depth, level in enumerate(LEVELS, 1):
        wanted = list(dict.fromkeys(place.names[:depth] for place in places))
        known = _children(session, above, level)
        missing = [names for names in wanted if names not in known]
        made = _make_nodes(session, above, missing, level)
        above = {names: known[names] if names in known else made[names] for names in wanted}
    units = {names: node.id for names, node in above.items()}
    return {place: cast(int, units[place.names]) for place in places}


class _Node(NamedTuple):
    """What a child needs of the node above it; the first has none above."""

    id: int | None
    sort_key: str
    path: str


def _children(
    session: Session, above: Mapping[tuple[str, ...], _Node], level: str
) -> dict[tuple[str, ...], _Node]:
    """The nodes below some others, by the names that lead to them."""
    columns = _NODES.c
    query = select(columns.parent_id, columns.name, columns.id, columns.sort_key, columns.path)
    query = query.where(_NODES.c.level == level)
    by_id = {node.id: names for names, node in above.items()}
    parents = [one for one in by_id if one is not None]
    queries = [query.where(_NODES.c.parent_id.in_(some)) for some in in_chunks(parents)]
    rows = [row for one in queries or [query] for row in session.execute(one)]
    return {(*by_id[parent], name): _Node(*node) for parent, name, *node in rows if parent in by_id}


def _make_nodes(
    session: Session,
    above: Mapping[tuple[str, ...], _Node],
    missing: Sequence[tuple[str, ...]],
    level: str,
) -> dict[tuple[str, ...], _Node]:
    made: dict[tuple[str, ...], _Node] = {}
    rows = []
    for names, one in zip(missing, draw_ids(session, _NODES, len(missing)), strict=True):
        parent, name = above[names[:-1]], names[-1]
        node = _Node(one, node_sort_key(parent.sort_key, name), f"{parent.path}{one}/")
        made[names] = node
        rows.append({"parent_id": parent.id, "level": level, "name": name, **node._asdict()})
    insert_rows(session, _NODES, rows)
    return made


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
