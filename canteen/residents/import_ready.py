"""What a row of a register stores, worked out before the transaction that stores it.

Encrypting, hashing and spelling names in letters take most of the time of a large import, and
need no database: done beforehand, they keep nobody waiting for SQLite's one writer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from canteen.foundation.crypto import Keys
from canteen.residents.imports import RowRead
from canteen.residents.pinyin import search_keys
from canteen.residents.registration import columns_of

Say = Callable[[int, int], None]
"""Called between rows with how many are done, of how many; what it raises ends the work."""


@dataclass(frozen=True, kw_only=True)
class Ready:
    """One row ready to be stored as somebody new."""

    columns: Mapping[str, Any] = field(repr=False)
    search_keys: Sequence[str] = field(repr=False)
    hashes: tuple[str, ...] = field(repr=False)
    """Of the ID number, under every key that still reads; empty without a number."""

    @property
    def sort_name(self) -> str:
        """Where the name stands in a list."""
        return str(self.columns["sort_name"])


NOTHING_READY: Mapping[int, Ready] = {}


def make_ready(rows: Sequence[RowRead], keys: Keys, *, say: Say) -> dict[int, Ready]:
    """Every row ready, by its number in the file."""
    ready = {}
    for done, row in enumerate(rows):
        say(done, len(rows))
        ready[row.number] = ready_of(row, keys)
    return ready


def ready_of(row: RowRead, keys: Keys) -> Ready:
    """One row ready."""
    return Ready(
        columns=columns_of(row.person, keys),
        search_keys=sorted(search_keys(row.person.name)),
        hashes=hashes_of(row, keys),
    )


def hashes_of(row: RowRead, keys: Keys) -> tuple[str, ...]:
    """By which hashes the person of a row may be stored; none without an ID number."""
    number = row.person.id_number
    return keys.lookup_hashes(number) if number else ()
