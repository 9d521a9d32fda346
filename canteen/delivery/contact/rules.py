"""Whose team stands on a household's card, and which leaders. Pure: facts in, decisions out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_WAITING = 3
"""So many wishes of one card wait for a person at most: more is a child at play, or spam."""


@dataclass(frozen=True, kw_only=True)
class Leader:
    """Who answers for a place of the grid; `level` is the place's."""

    level: str
    name: str
    phone: str


def looks_after(*, path: str, usual: int | None, areas: Mapping[int, Sequence[str]]) -> int | None:
    """The volunteer of a door: the usual one, else whose area is the smallest around it.

    `areas` are grid paths by volunteer. Of two equal ones the one with the lower number, so
    that the same card is printed twice.
    """
    if usual is not None:
        return usual
    fits = [
        (-max(len(area) for area in around), volunteer_id)
        for volunteer_id, held in areas.items()
        if (around := [area for area in held if path.startswith(area)])
    ]
    return min(fits)[1] if fits else None


def leaders_of(around: Sequence[Leader], *, most: int = 2) -> tuple[Leader, ...]:
    """The nearest leaders with a telephone; `around` is from the door outwards."""
    return tuple(one for one in around if one.phone)[:most]
