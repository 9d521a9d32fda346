"""Asks an OSRM server, if one is configured, how far it is along streets.

Only the address in ``CANTEEN_ROUTE_SERVER`` is ever asked; with ``{profile}`` in it, foot, bike
and car each at their own. It is asked in blocks, because servers limit the size of a table. If
it does not answer in time, or nonsense, the answer is None: the crow's way times a detour then.
"""

import json
import logging
from collections.abc import Callable, Sequence
from time import monotonic
from urllib.error import URLError
from urllib.request import urlopen

from canteen.delivery.routing.distances import Measured
from canteen.foundation.geography import Point

_log = logging.getLogger(__name__)
BLOCK = 40
"""Sources, and targets, of one request: 80 coordinates, under OSRM's usual limit of 100."""
_SECONDS_EACH = 5.0
_MOST_BYTES = 4_000_000
_FARTHEST = 10_000_000

Ask = Callable[[str], bytes]


def measured(
    address: str,
    points: Sequence[Point],
    transport: str,
    *,
    seconds: float = 15.0,
    ask: Ask | None = None,
) -> Measured | None:
    """The table of all points, or None if the server did not give a whole one in `seconds`."""
    base = address.replace("{profile}", transport).rstrip("/")
    ends = monotonic() + seconds
    size = len(points)
    metres = [[0] * size for _row in range(size)]
    times = [[0] * size for _row in range(size)]
    try:
        for rows in _blocks(size):
            for columns in _blocks(size):
                if monotonic() > ends:
                    raise TimeoutError("the whole table took too long")
                found = _block(base, points, rows, columns, transport, ask or _fetch)
                for row, distances, durations in zip(rows, *found, strict=True):
                    metres[row][columns.start : columns.stop] = distances
                    times[row][columns.start : columns.stop] = durations
    except (URLError, OSError, ValueError, KeyError, TypeError) as error:
        _log.warning("route server: %s", type(error).__name__)
        return None
    return Measured(metres=metres, seconds=times)


def _block(
    base: str, points: Sequence[Point], rows: range, columns: range, transport: str, ask: Ask
) -> tuple[list[list[int]], list[list[int]]]:
    asked = [*(points[n] for n in rows), *(points[n] for n in columns)]
    places = ";".join(f"{point.lon:.6f},{point.lat:.6f}" for point in asked)
    sources = ";".join(str(n) for n in range(len(rows)))
    targets = ";".join(str(n) for n in range(len(rows), len(asked)))
    answer = json.loads(
        ask(
            f"{base}/table/v1/{transport}/{places}"
            f"?sources={sources}&destinations={targets}&annotations=duration,distance"
        )
    )
    if answer["code"] != "Ok":
        raise ValueError("not Ok")
    tables = [_whole(answer[name], rows, columns) for name in ("distances", "durations")]
    return tables[0], tables[1]


def _whole(table: object, rows: range, columns: range) -> list[list[int]]:
    assert isinstance(table, list)
    numbers = [[_number(one) for one in row] for row in table]
    if len(numbers) != len(rows) or any(len(row) != len(columns) for row in numbers):
        raise ValueError("not the table that was asked for")
    return numbers


def _number(value: object) -> int:
    """A way that does not exist comes as null: as good as nowhere to the planner."""
    if value is None:
        return _FARTHEST
    if not isinstance(value, int | float) or not 0 <= value < _FARTHEST:
        raise ValueError("not a distance")
    return round(value)


def _blocks(size: int) -> list[range]:
    return [range(start, min(start + BLOCK, size)) for start in range(0, size, BLOCK)]


def _fetch(url: str) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise ValueError("not a web address")
    with urlopen(url, timeout=_SECONDS_EACH) as answer:
        body: bytes = answer.read(_MOST_BYTES)
    return body
