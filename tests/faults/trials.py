"""How often a fault is tried, what came of it, and the table at the end of the run."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

ROUNDS = max(1, int(os.environ.get("CANTEEN_FAULT_TRIALS") or 1))
"""``CANTEEN_FAULT_TRIALS=20``: every fault twenty times as often as in the ordinary suite."""
PROPERTY = "canteen_fault"


@dataclass(kw_only=True)
class Tally:
    """What was counted over the trials of one fault on one database."""

    fault: str
    database: str
    trials: int = 0
    acknowledged: int = 0
    """Meals that a clerk was told are done: by the server, or durably by the device."""
    lost: int = 0
    twice: int = 0
    wrong_purses: int = 0
    """People who paid another sum than they were told."""

    def is_clean(self) -> bool:
        """Nothing lost, nothing twice, nobody charged otherwise than told."""
        return not (self.lost or self.twice or self.wrong_purses)


def as_property(tally: Tally) -> tuple[str, str]:
    """A tally as a test's report carries it from a process of xdist to the one that prints."""
    return PROPERTY, json.dumps(asdict(tally))


def table(properties: Iterable[tuple[str, Any]]) -> list[str]:
    """One line for each fault and database, and one with the names; [] where none was tried."""
    sums: dict[tuple[str, str], Tally] = {}
    for name, value in properties:
        if name == PROPERTY:
            one = Tally(**json.loads(value))
            held = sums.setdefault((one.fault, one.database), Tally(**_names(one)))
            for field in fields(Tally)[2:]:
                setattr(held, field.name, getattr(held, field.name) + getattr(one, field.name))
    if not sums:
        return []
    heads = ("fault", "database", "trials", "acknowledged", "lost", "twice", "charged wrong")
    rows = [heads, *(tuple(map(str, asdict(one).values())) for _key, one in sorted(sums.items()))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    return [
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _names(one: Tally) -> dict[str, str]:
    return {"fault": one.fault, "database": one.database}
