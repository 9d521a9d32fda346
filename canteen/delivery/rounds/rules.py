"""What a phone's event may mean by now, and where a round stands. Pure.

A volunteer was at the door and said what happened: that is kept whatever is true by now. Where
the books judge otherwise a person looks at it, with the reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from canteen.delivery.rounds.models import EventKind

AHEAD = timedelta(minutes=2)
"""How far a phone's clock may be off before it is not believed."""
OLDEST = timedelta(days=31)
"""How old an event may say it is; older, and the clock is not believed."""

CALLED_OFF = "called_off"
ELSEWHERE = "stop_elsewhere"
CARD_OK, CARD_OTHER, CARD_ENDED = "card_ok", "card_other", "card_ended"
CARD_UNKNOWN, CARD_UNREAD = "card_unknown", "card_unread"
BOXES_DIFFER, BOXES_MISSING, CANNOT_FINISH = "boxes_differ", "boxes_missing", "cannot_finish"
CARD_PROBLEMS = frozenset({CARD_OTHER, CARD_ENDED, CARD_UNKNOWN, CARD_UNREAD})


def believed(*, device_at: datetime, sent_at: datetime, now: datetime) -> tuple[datetime, bool]:
    """When something happened, and whether the phone's clock is wrong.

    The phone says with each sending what its clock shows: how far that is off the server's is
    taken from the event's time too. What then lies ahead or more than a month back is now.
    """
    off = now - sent_at
    wrong = abs(off) > AHEAD
    happened = device_at + off if wrong else device_at
    if happened > now + AHEAD or happened < now - OLDEST:
        return now, True
    return min(happened, now), wrong


@dataclass(frozen=True, kw_only=True)
class Holding:
    """Who has a stop by now, as the event's volunteer sees it."""

    mine: bool
    """It is in the volunteer's hands."""
    was_mine: bool
    """It was, and is in nobody's: they could not finish, or had cancelled and went all the same."""
    called_off: bool


def may_record(holding: Holding) -> bool:
    """Whether what this volunteer says happened at the door is the stop's outcome."""
    return holding.mine or holding.was_mine


def reasons(*, holding: Holding, refused: str, proof: str) -> str:
    """Why a manager should look at an outcome: codes joined by ``;``, empty for no reason.

    `refused` is why the books did not take it, empty where they did.
    """
    found = [
        ELSEWHERE if not may_record(holding) else refused,
        CALLED_OFF if holding.called_off else "",
        proof if proof in CARD_PROBLEMS else "",
    ]
    return ";".join(code for code in found if code)


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What is known of a card that was scanned at a door."""

    resident_id: int | None
    """Whose it is; None for a card nobody made."""
    active: bool


def proof_of(*, scanned: Scanned | None, readable: bool, resident_id: int) -> str:
    """What a scanned card says of the hand-over to `resident_id`."""
    if not readable:
        return CARD_UNREAD
    if scanned is None or scanned.resident_id is None:
        return CARD_UNKNOWN
    if scanned.resident_id != resident_id:
        return CARD_OTHER
    return CARD_OK if scanned.active else CARD_ENDED


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event as it counts for where a round stands. `body` is what belongs to its kind."""

    id: UUID
    kind: EventKind
    happened_at: datetime
    body: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Leg:
    """Where the round of one volunteer stands."""

    picked_up_at: datetime | None = None
    counts: Sequence[tuple[str, int, int]] = ()
    """Boxes by kind (codes of texture and diets joined by ``;``): planned, counted."""
    count_note: str = ""
    bags_out: int = 0
    """Insulated boxes taken along."""
    left_at: datetime | None = None
    ended_at: datetime | None = None
    end: str = ""
    """``returned`` or ``cannot_finish``, empty while they are on the way."""
    end_reason: str = ""
    bags_back: int | None = None
    back_note: str = ""

    @property
    def difference(self) -> int:
        """Boxes counted less boxes planned."""
        return sum(counted - planned for _kind, planned, counted in self.counts)

    @property
    def differs(self) -> bool:
        """Whether any kind was not counted as planned."""
        return any(counted != planned for _kind, planned, counted in self.counts)


def leg_of(events: Iterable[Told]) -> Leg:
    """Where a round stands by its events, in whatever order they came.

    Of two counts the later by the phone's clock holds, of two departures the earlier; who could
    not finish and brought boxes back has ended with what happened first.
    """
    in_order = sorted(events, key=lambda one: (one.happened_at, str(one.id)))
    values: dict[str, object] = {}
    for one in in_order:
        values.update(_said(one, values))
    return Leg(**values)  # type: ignore[arg-type]


def _said(one: Told, before: dict[str, object]) -> dict[str, object]:
    body = one.body
    if one.kind is EventKind.PICKED_UP:
        return {
            "picked_up_at": one.happened_at,
            "counts": _counts(body.get("counts")),
            "count_note": body.get("note", ""),
            "bags_out": body.get("bags", 0),
        }
    if one.kind is EventKind.LEFT:
        return {} if before.get("left_at") else {"left_at": one.happened_at}
    if one.kind is EventKind.RETURNED:
        back = {"bags_back": body.get("bags", 0), "back_note": body.get("note", "")}
        ended = {"ended_at": one.happened_at, "end": "returned"}
        return back if before.get("ended_at") else back | ended
    if one.kind is EventKind.CANNOT_FINISH:
        reason = {"end": "cannot_finish", "end_reason": body.get("note", "")}
        return reason | ({} if before.get("ended_at") else {"ended_at": one.happened_at})
    return {}


def _counts(given: object) -> tuple[tuple[str, int, int], ...]:
    rows = given if isinstance(given, list) else []
    return tuple((str(kind), int(planned), int(counted)) for kind, planned, counted in rows)


def look_at(kind: EventKind, body: Mapping[str, object]) -> str:
    """Why a manager should look at what was said of boxes, or that somebody cannot finish."""
    if kind is EventKind.CANNOT_FINISH:
        return CANNOT_FINISH
    if kind is EventKind.PICKED_UP:
        counts = _counts(body.get("counts"))
        return BOXES_DIFFER if any(one != other for _kind, one, other in counts) else ""
    if kind is EventKind.RETURNED and _number(body, "bags") < _number(body, "out"):
        return BOXES_MISSING
    return ""


def _number(body: Mapping[str, object], name: str) -> int:
    found = body.get(name, 0)
    return found if isinstance(found, int) else 0


def over_at(*, outcomes: Sequence[datetime | None], ended_at: datetime | None) -> datetime | None:
    """When a round was over: with its last outcome, or when the volunteer ended it, whichever is
    later. `outcomes` are the times of the standing ones, None for an open door. None: not yet."""
    known = [one for one in outcomes if one is not None]
    if len(known) < len(outcomes):
        return None
    return max([*known, *([ended_at] if ended_at else [])], default=None)


def by_kind(kinds: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Boxes by kind, each kind once: plain ones first, then by number."""
    total: dict[str, int] = {}
    for kind, boxes in kinds:
        total[kind] = total.get(kind, 0) + boxes
    return sorted(total.items(), key=lambda one: (one[0] != "", -one[1], one[0]))
