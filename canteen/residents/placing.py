"""Remembering where places of the grid, and the canteen, are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.geography import Point, System
from canteen.foundation.wording import Refusal
from canteen.residents.addresses import spellings, split_place
from canteen.residents.coordinates import check_near, read_point
from canteen.residents.models import GridNode, Level
from canteen.sites.models import Site

MOST_LINES = 2000
CANTEEN = ("食堂", "canteen")
_LEVELS = (Level.COMPOUND, Level.BUILDING, Level.UNIT)


@dataclass(frozen=True)
class WrongLine:
    """A pasted line that cannot be taken, and why."""

    number: int
    text: str
    refusal: Refusal


@retried
def place_node(
    *, node_id: int, text: str, system: System, now: datetime, by: int
) -> Refusal | None:
    """Set where a place is; an empty text forgets it. Codes: those of `coordinates`."""
    with transaction() as session:
        node = session.get_one(GridNode, node_id, with_for_update=True)
        if not text.strip():
            node.latitude = node.longitude = None
        else:
            point = read_point(text, system)
            if isinstance(point, Refusal):
                return point
            if refusal := _misfit(session, node, point):
                return refusal
            node.latitude, node.longitude = point.lat, point.lon
        _note(session, "placed_grid_node", "grid_node", node_id, now, by)
        return None


@retried
def place_many(
    *, site_id: int, text: str, system: System, now: datetime, by: int
) -> int | list[WrongLine]:
    """Lines such as ``金牛小区 2栋, 30.66, 104.06``; ``食堂`` names the canteen itself.

    All or nothing: how many were set, or every line that is wrong. Codes: those of
    `coordinates`, place_not_in_grid, place_not_clear, too_many_lines, nothing_pasted.
    """
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        return [WrongLine(1, "", Refusal("nothing_pasted"))]
    if len(lines) > MOST_LINES:
        return [WrongLine(MOST_LINES + 1, "", Refusal("too_many_lines", {"limit": MOST_LINES}))]
    with transaction() as session:
        wrong: list[WrongLine] = []
        set_now: list[tuple[Site | GridNode, Point]] = []
        for number, line in lines:
            found = _line(session, site_id, line, system)
            if isinstance(found, Refusal):
                wrong.append(WrongLine(number, line[:60], found))
            else:
                set_now.append(found)
        session.flush()
        wrong += _misfits(session, lines, set_now) if not wrong else []
        if wrong:
            session.rollback()
            return wrong
        _note(session, "placed_grid_nodes", "site", site_id, now, by)
        return len(set_now)


def _line(
    session: Session, site_id: int, line: str, system: System
) -> tuple[Site | GridNode, Point] | Refusal:
    name, numbers = _cut(line)
    point = read_point(numbers, system)
    if isinstance(point, Refusal):
        return point
    node: Site | GridNode | Refusal
    node = session.get_one(Site, site_id) if name in CANTEEN else _named(session, name)
    if isinstance(node, Refusal):
        return node
    node.latitude, node.longitude = point.lat, point.lon
    return node, point


def _cut(line: str) -> tuple[str, str]:
    """Name and numbers: the last two pieces between commas, tabs or spaces are the numbers."""
    pieces = line.replace("，", ",").replace("\t", ",").split(",")
    pieces = [piece.strip() for piece in pieces if piece.strip()]
    if len(pieces) < 3:
        pieces = line.rsplit(None, 2)
    return " ".join(pieces[:-2]), ",".join(pieces[-2:])


def _named(session: Session, name: str) -> GridNode | Refusal:
    """The compound, building or unit of this name; its parents may be left out if it is clear."""
    parts = split_place(name) or [name]
    candidates: list[GridNode] = []
    for level in _LEVELS:
        query = select(GridNode).where(
            GridNode.level == level,
            GridNode.name.in_({*spellings(parts[-1], level), parts[-1]}),
        )
        candidates += [one for one in session.scalars(query) if _under(one, parts[:-1])]
    if not candidates:
        return Refusal("place_not_in_grid", {"value": name[:40]})
    if len(candidates) > 1:
        return Refusal("place_not_clear", {"value": name[:40], "count": len(candidates)})
    return candidates[0]


def _under(node: GridNode, parents: Sequence[str]) -> bool:
    above = node.parent
    for part in reversed(parents):
        if above is None or above.name not in {*spellings(part, Level(above.level)), part}:
            return False
        above = above.parent
    return True


def _misfits(
    session: Session,
    lines: Sequence[tuple[int, str]],
    placed: Sequence[tuple[Site | GridNode, Point]],
) -> list[WrongLine]:
    wrong = []
    for (number, line), (node, point) in zip(lines, placed, strict=True):
        refusal = _misfit(session, node, point)
        if refusal:
            wrong.append(WrongLine(number, line[:60], refusal))
    return wrong


def _misfit(session: Session, node: Site | GridNode, point: Point) -> Refusal | None:
    known = _known(session)
    if isinstance(node, Site):
        return check_near(point, known=[one for _id, _path, one in known], siblings=[])
    compound = "/".join(node.path.split("/")[:3]) + "/"
    others = [(path, one) for node_id, path, one in known if node_id != node.id]
    return check_near(
        point,
        known=[one for _path, one in others],
        siblings=[one for path, one in others if path.startswith(compound)],
    )


def _known(session: Session) -> list[tuple[int, str, Point]]:
    query = select(GridNode.id, GridNode.path, GridNode.latitude, GridNode.longitude).where(
        GridNode.latitude.is_not(None)
    )
    return [
        (node_id, path, Point(latitude, longitude))
        for node_id, path, latitude, longitude in session.execute(query)
        if latitude is not None and longitude is not None
    ]


def _note(
    session: Session, action: str, subject: str, subject_id: int, now: datetime, by: int
) -> None:
    audit.record(
        session, at=now, staff_id=by, action=action, subject=subject, subject_id=subject_id
    )
