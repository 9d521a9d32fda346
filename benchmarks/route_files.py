"""Classic instances from files: CVRP in TSPLIB's form (.vrp), VRPTW in that or Solomon's (.txt).

Distances are rounded as the instance's own best-known values are: CVRP to whole units, VRPTW to
a tenth, cut off (the DIMACS convention), counted in tenths.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyvrp
from pyvrp import Client, Depot, Location, ProblemData, VehicleType


@dataclass(frozen=True)
class Instance:
    """A problem and, where a ``.sol`` stands beside it, the best-known cost."""

    name: str
    data: ProblemData
    best_known: int | None


def read_instance(path: Path) -> Instance:
    """Read one file; SystemExit with what is wrong if it cannot be read."""
    if not path.exists():
        raise SystemExit(f"{path}: no such file")
    try:
        if path.suffix == ".txt":
            data, tenths = _solomon(path), True
        else:
            tenths = "TIME_WINDOW_SECTION" in path.read_text(encoding="utf-8")
            data = pyvrp.read(path, round_func="dimacs" if tenths else "round")
    except (ValueError, KeyError, IndexError) as error:
        raise SystemExit(f"{path}: not a CVRP (.vrp) or Solomon (.txt) file: {error}") from error
    return Instance(path.stem, data, _best_known(path.with_suffix(".sol"), tenths=tenths))


def _best_known(path: Path, *, tenths: bool) -> int | None:
    if not path.exists():
        return None
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _space, value = line.strip().partition(" ")
        if word.lower() == "cost":
            return round(float(value) * (10 if tenths else 1))
    return None


def _solomon(path: Path) -> ProblemData:
    """NUMBER and CAPACITY of the vehicles, then a row per customer, the depot first."""
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    numbers = [[float(one) for one in row] for row in rows if row and _numeric(row)]
    fleet = next(row for row in numbers if len(row) == 2)
    places = [row for row in numbers if len(row) == 7]
    if not places:
        raise ValueError("no customers")
    where = np.array([row[1:3] for row in places])
    apart = np.sqrt(((where[:, None] - where[None, :]) ** 2).sum(axis=2))
    matrix = (10 * apart).astype(np.int64)
    depot = places[0]
    return ProblemData(
        locations=[Location(row[1], row[2]) for row in places],
        clients=[
            Client(
                number,
                delivery=[int(row[3])],
                tw_early=int(10 * row[4]),
                tw_late=int(10 * row[5]),
                service_duration=int(10 * row[6]),
            )
            for number, row in enumerate(places[1:], 1)
        ],
        depots=[Depot(0)],
        vehicle_types=[VehicleType(int(fleet[0]), [int(fleet[1])], tw_late=int(10 * depot[5]))],
        distance_matrices=[matrix],
        duration_matrices=[matrix],
    )


def _numeric(row: list[str]) -> bool:
    return all(one.replace(".", "", 1).isdigit() for one in row)
