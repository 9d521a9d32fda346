"""Who knows a route, how long a round took, until when a phone page shows it. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

WEEKS_LOOKED_AT = 8
"""So far back a delivery counts as knowing the door."""

SHOWN_AFTER = timedelta(hours=1)
"""So long after a round its doors are still on the volunteer's phone."""

_PICK_UP_MINUTES = 20
"""Boxes counted at the canteen and the first way, before the first door is reported."""
_MINUTES_A_DOOR = 6
_LONGEST = timedelta(hours=4)
_QUARTER = 15


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who could go instead: what they know of the doors, and what they can carry."""

    volunteer_id: int
    delivered: int
    """How often they delivered at these doors in the last weeks."""
    covers: int
    """How many of the doors lie in their area."""
    room: int
    """Boxes they can still carry that day."""
    comes: bool
    """Whether the day is one of their weekdays."""


def rank(candidates: Collection[Candidate], *, boxes: int) -> list[Candidate]:
    """The best substitute first: who knows the route, then the area, then who has most room.

    Whoever cannot carry all the boxes, or does not usually come that day, stands behind
    those equal in what they know.
    """
    return sorted(
        candidates,
        key=lambda one: (
            -one.delivered,
            -one.covers,
            one.room < boxes,
            not one.comes,
            -one.room,
            one.volunteer_id,
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Walked:
    """One round of one volunteer as it was reported.

    `first_at` and `last_at` are the instants of their own first and last report, of `own` doors;
    None and 0 where the office typed it in. `left_at` and `back_at` stand on the sheet it typed,
    `planned` are the minutes a plan held the round to last; each None where nobody knows.
    """

    doors: int
    first_at: datetime | None = None
    last_at: datetime | None = None
    own: int = 0
    left_at: datetime | None = None
    back_at: datetime | None = None
    planned: int | None = None


def credited_minutes(walked: Walked) -> int:
    """How long a round counts, rounded up to quarters of an hour; 0 without a door.

    From leaving to being back, if the sheet says both. Else from the first to the last report of
    their own, and twenty minutes for the boxes and the first way. Where the office typed in
    most of it, at least as long as planned, or without a plan six minutes a door and those
    twenty. What lies more than four hours apart is no round and counts as if unknown.
    """
    if not walked.doors:
        return 0
    minutes = _span(walked.left_at, walked.back_at)
    if minutes is None:
        told = _span(walked.first_at, walked.last_at)
        minutes = None if told is None else told + _PICK_UP_MINUTES
        if minutes is None or 2 * walked.own < walked.doors:
            guess = walked.planned or _MINUTES_A_DOOR * walked.doors + _PICK_UP_MINUTES
            minutes = max(minutes or 0, guess)
    return -(-minutes // _QUARTER) * _QUARTER


def _span(first: datetime | None, last: datetime | None) -> int | None:
    """Whole minutes, rounded up; None where an end is unknown or it is too long for a round."""
    if first is None or last is None or not timedelta() <= last - first <= _LONGEST:
        return None
    return -(-int((last - first).total_seconds()) // 60)


def shown_until(
    *, period_ends: datetime, back_by: datetime | None, over_at: datetime | None = None
) -> datetime:
    """Until when a volunteer's phone shows the doors of a round.

    An hour after the period ends or they must be back, whichever is later; where the round was
    over before that (`over_at`), an hour after it was.
    """
    latest = max(period_ends, back_by or period_ends)
    return (min(latest, over_at) if over_at else latest) + SHOWN_AFTER
