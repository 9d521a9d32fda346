"""How a round and its doors stand, from what was said of them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from canteen.delivery.models import OutcomeKind
from canteen.delivery.rounds.rules import Leg
from canteen.delivery.rules import DELIVERED
from canteen.foundation.geography import Point


class DoorState(StrEnum):
    """How a door stands, the worst first."""

    SHUT = "shut"
    NOBODY_CARRIES = "red"
    LATE = "late"
    OPEN = "open"
    OTHER = "other"
    """Somebody said why there was no meal: refused, moved, in hospital."""
    DONE = "done"


class RoundState(StrEnum):
    """How a round stands, as a board lists them."""

    NOBODY_CARRIES = "red"
    ON_THE_WAY = "on_the_way"
    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Door:
    """A stop of today. `until` is the last moment for it, by the strictest of its hours."""

    stop_id: int
    position: int
    title: str
    address: str
    state: DoorState
    until: datetime
    told_at: datetime | None
    point: Point | None


@dataclass(frozen=True, kw_only=True)
class RoundLine:
    """A round: one volunteer's doors of one roster, or those without a volunteer."""

    roster_id: int
    period_code: str
    volunteer_id: int | None
    name: str
    state: RoundState
    leg: Leg
    """What the volunteer's phone said of the round as a whole."""
    doors: Sequence[Door]
    last_at: datetime | None
    """When something was last said of one of its doors."""

    def count(self, *states: DoorState) -> int:
        """How many doors stand so."""
        return sum(door.state in states for door in self.doors)

    @property
    def open(self) -> int:
        """Doors of which nobody has said anything."""
        return self.count(DoorState.OPEN, DoorState.LATE, DoorState.NOBODY_CARRIES)

    @property
    def told(self) -> int:
        """Doors of which somebody said something."""
        return len(self.doors) - self.open

    @property
    def next(self) -> Door | None:
        """The first door that is still open, in the order of the round."""
        waiting = (DoorState.OPEN, DoorState.LATE)
        return next((door for door in self.doors if door.state in waiting), None)


def door_state(*, outcome: str | None, routed: bool, until: datetime, now: datetime) -> DoorState:
    """How a door stands at `now`."""
    if outcome is None:
        if not routed:
            return DoorState.NOBODY_CARRIES
        return DoorState.LATE if now > until else DoorState.OPEN
    if outcome == OutcomeKind.NOBODY_ANSWERS:
        return DoorState.SHUT
    return DoorState.DONE if outcome in DELIVERED else DoorState.OTHER


def round_state(*, open_doors: int, told: int, routed: bool, leg: Leg) -> RoundState:
    """On the way from leaving, or from the first word at a door, until the last or being back."""
    if not routed:
        return RoundState.NOBODY_CARRIES if open_doors else RoundState.DONE
    if not open_doors or leg.ended_at is not None:
        return RoundState.DONE
    begun = told > 0 or leg.left_at is not None
    return RoundState.ON_THE_WAY if begun else RoundState.WAITING


def round_line(
    *,
    roster_id: int,
    period_code: str,
    volunteer_id: int | None,
    name: str,
    doors: Sequence[Door],
    leg: Leg,
) -> RoundLine:
    """A round from its doors, in the order in which they are walked."""
    said = [door.told_at for door in doors if door.told_at is not None]
    return RoundLine(
        roster_id=roster_id,
        period_code=period_code,
        volunteer_id=volunteer_id,
        name=name,
        state=round_state(
            open_doors=len(doors) - len(said),
            told=len(said),
            routed=volunteer_id is not None,
            leg=leg,
        ),
        leg=leg,
        doors=doors,
        last_at=max(said, default=None),
    )


def in_order(lines: Sequence[RoundLine]) -> list[RoundLine]:
    """What asks for somebody first: no volunteer, late, on the way, not begun, done."""
    states = list(RoundState)
    return sorted(
        lines,
        key=lambda one: (
            one.state != RoundState.NOBODY_CARRIES,
            not one.count(DoorState.LATE),
            states.index(one.state),
            one.roster_id,
            one.volunteer_id or 0,
        ),
    )
