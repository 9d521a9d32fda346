"""How long the stairs take. Seconds; per floor up and down with boxes at a calm pace."""

import re

STAIRS_PER_FLOOR = 18
LIFT_WAIT = 45
LIFT_PER_FLOOR = 4
_HIGHEST = 60


def floor_of(room: str) -> int:
    """The floor by the room's number: 502 is on 5, 1203 on 12, 3-2 on 3; 1 if it does not say."""
    found = re.search(r"\d+", room)
    if not found:
        return 1
    digits = found.group()
    floor = int(digits[:-2]) if len(digits) >= 3 else int(digits) if "-" in room else 1
    return floor if 1 <= floor <= _HIGHEST else 1


def climb_seconds(*, floor: int, has_lift: bool) -> int:
    """From the street door up, or down again: one way."""
    if floor <= 1:
        return 0
    by_stairs = STAIRS_PER_FLOOR * (floor - 1)
    return min(by_stairs, LIFT_WAIT + LIFT_PER_FLOOR * (floor - 1)) if has_lift else by_stairs


def between_floors(a: int, b: int, *, has_lift: bool) -> int:
    """From one door to another of the same stairway."""
    return climb_seconds(floor=abs(a - b) + 1, has_lift=has_lift)
