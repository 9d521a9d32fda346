"""Long lists in pieces."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

CHUNK = 400
"""SQLite takes some thousand parameters in one statement."""


def in_chunks(things: Sequence[T]) -> Iterator[Sequence[T]]:
    """A long list in pieces that one statement takes."""
    for start in range(0, len(things), CHUNK):
        yield things[start : start + CHUNK]
