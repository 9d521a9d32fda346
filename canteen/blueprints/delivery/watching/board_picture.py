"""Today's rounds as a plain picture: doors where they lie, numbered, each state a shape. No tiles,
unless a server of the canteen's own choice is set; then they lie below, and may be missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import asinh, atan, ceil, degrees, floor, log2, pi, radians, sinh, tan

from canteen.blueprints.delivery.routes.picture import Scale
from canteen.delivery.watching.board import Board
from canteen.delivery.watching.rounds import Door, DoorState, RoundLine
from canteen.foundation.geography import Point

_WIDE, _HIGH = 720, 420
_ASIDE, _NARROW = 56, 22
"""Doors of two rounds in one building stand beside each other, with their numbers or without."""
_MOST_TILES = 48
_SHARPEST = 18


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Doors of one round at one place: their numbers, and the state that matters most."""

    x: int
    y: int
    round: int
    numbers: str
    state: DoorState
    at_edge: bool
    """Whether its numbers stand to the left, so that they are not cut off."""
    words: str
    """Who and where, read aloud and shown under the pointer."""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A square of a map server below the picture."""

    href: str
    x: float
    y: float
    wide: float
    high: float


@dataclass(frozen=True, kw_only=True)
class BoardPicture:
    """Lines of rounds, marks of doors, where the canteen is, and how many doors have no place."""

    wide: int
    high: int
    lines: Sequence[tuple[int, str]]
    marks: Sequence[Mark]
    start: tuple[int, int] | None
    tiles: Sequence[Tile]
    without_place: int


def board_picture(board: Board, *, tiles: str, only: int | None) -> BoardPicture | None:
    """The picture of every round, or `only` of the one with this number; None without a place.

    `tiles` is the address of a map server with ``{z}``, ``{x}`` and ``{y}``, drawing WGS-84.
    """
    shown = [
        (number, one)
        for number, one in enumerate(board.rounds, 1)
        if only is None or number == only
    ]
    points = [door.point for _n, one in shown for door in one.doors if door.point]
    if not points:
        return None
    around = [*points, board.start] if board.start else points
    scale = Scale(around)
    used: dict[tuple[int, int], int] = {}
    return BoardPicture(
        wide=_WIDE,
        high=_HIGH,
        lines=[(number, _line(one, scale, board.start)) for number, one in shown],
        marks=[
            mark
            for number, one in shown
            for mark in _marks(number, one, scale, used, bare=only is None)
        ],
        start=scale.at(board.start) if board.start else None,
        tiles=list(_tiles(around, scale, tiles)) if tiles else (),
        without_place=sum(door.point is None for _n, one in shown for door in one.doors),
    )


def _line(one: RoundLine, scale: Scale, start: Point | None) -> str:
    if one.volunteer_id is None:
        return ""
    way = [start] if start else []
    way += [door.point for door in one.doors if door.point]
    return " ".join(f"{x},{y}" for x, y in map(scale.at, way))


def _marks(
    number: int, one: RoundLine, scale: Scale, used: dict[tuple[int, int], int], *, bare: bool
) -> Iterator[Mark]:
    """`bare`: what is delivered has no numbers, where every round is on the picture."""
    at: dict[tuple[int, int], list[Door]] = {}
    for door in one.doors:
        if door.point is not None:
            at.setdefault(scale.at(door.point), []).append(door)
    worst = list(DoorState)
    for (x, y), doors in at.items():
        state = min((door.state for door in doors), key=worst.index)
        numbers = _numbers([door.position for door in doors])
        if bare and state == DoorState.DONE:
            numbers = ""
        aside = used.get((x, y), 0)
        used[x, y] = aside + (_ASIDE if numbers else _NARROW)
        yield Mark(
            x=x + aside,
            y=y,
            at_edge=x + aside > _WIDE - 90,
            round=number,
            numbers=numbers,
            state=state,
            words="；".join(f"{door.position} {door.title} {door.address}" for door in doors),
        )


def _numbers(positions: Sequence[int]) -> str:
    """``3–5, 8`` for 3, 4, 5 and 8."""
    runs: list[list[int]] = []
    for one in sorted(set(positions)):
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _tiles(points: Sequence[Point], scale: Scale, address: str) -> Iterator[Tile]:
    """The squares under the picture's points, at most `_MOST_TILES`, each between its corners."""
    west, east = min(p.lon for p in points), max(p.lon for p in points)
    south, north = min(p.lat for p in points), max(p.lat for p in points)
    span = max(east - west, north - south, 1e-4)
    zoom = min(_SHARPEST, floor(log2(360 / span)) + 2)
    left, right = floor(_column(west, zoom)), ceil(_column(east, zoom))
    top, bottom = floor(_row(north, zoom)), ceil(_row(south, zoom))
    squares = [(x, y) for y in range(top, bottom) for x in range(left, right)]
    for x, y in squares[:_MOST_TILES]:
        x1, y1 = scale.at(Point(_lat(y, zoom), _lon(x, zoom)))
        x2, y2 = scale.at(Point(_lat(y + 1, zoom), _lon(x + 1, zoom)))
        href = address.replace("{z}", str(zoom)).replace("{x}", str(x)).replace("{y}", str(y))
        yield Tile(href=href, x=x1, y=y1, wide=x2 - x1, high=y2 - y1)


def _column(lon: float, zoom: int) -> float:
    return float((lon + 180) / 360 * 2**zoom)


def _row(lat: float, zoom: int) -> float:
    return float((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**zoom)


def _lon(column: int, zoom: int) -> float:
    return float(column / 2**zoom * 360 - 180)


def _lat(row: int, zoom: int) -> float:
    return degrees(atan(sinh(pi * (1 - 2 * row / 2**zoom))))
