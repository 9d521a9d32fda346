"""Whose turn it is, what is late, and how an alarm may end. Pure: the clock is handed in.

Nothing here ends an alarm: `standings` only says how its steps stand at a moment.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from canteen.foundation.wording import Refusal

MOST_STEPS = 12
MOST_MINUTES = 24 * 60


class Cause(StrEnum):
    """Why somebody is looked for."""

    DOOR = "door"
    MISSED = "missed"


class StepKind(StrEnum):
    """Who is asked, or goes."""

    SECOND_KNOCK = "second_knock"
    PHONE = "phone"
    NEIGHBOUR = "neighbour"
    LEADER = "leader"
    """Of the unit, else the building, else the compound: the nearest one on record."""
    CONTACT = "contact"
    OFFICE = "office"
    EMERGENCY = "emergency"
    OTHER = "other"


class StepResult(StrEnum):
    """What was found at a step."""

    FOUND = "found"
    NOTHING = "nothing"
    TROUBLE = "trouble"
    """Somebody needs help now: 110 and 120 are due at once."""


class EndingKind(StrEnum):
    """How it ended, as a person typed it."""

    WELL_AT_HOME = "well_at_home"
    AWAY_SAFE = "away_safe"
    IN_HOSPITAL = "in_hospital"
    TAKEN_TO_HOSPITAL = "taken_to_hospital"
    MOVED = "moved"
    DIED = "died"
    MISTAKE = "mistake"
    OTHER = "other"


MAY_PAUSE = frozenset({EndingKind.AWAY_SAFE, EndingKind.IN_HOSPITAL, EndingKind.TAKEN_TO_HOSPITAL})
"""With a last day, nothing is brought until then. Without one, deliveries go on."""
NEEDS_LAST_DAY = frozenset({EndingKind.IN_HOSPITAL, EndingKind.TAKEN_TO_HOSPITAL})
ENDS_NEEDS = frozenset({EndingKind.MOVED, EndingKind.DIED})
"""Nothing more is brought. The register of residents, and money, are changed on their own page."""


class Standing(StrEnum):
    """How a step stands."""

    DONE = "done"
    WAITING = "waiting"
    DUE = "due"
    LATE = "late"
    RESTING = "resting"
    """Not done, and nobody need: the person was seen, or the alarm has ended."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is known of a step; `result` is empty until somebody did it."""

    kind: str
    minutes: int
    result: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """From when it is a step's turn, until when it is to be done, and how it stands."""

    since: datetime
    due_at: datetime
    standing: Standing


def standings(
    steps: Sequence[Step], *, opened_at: datetime, now: datetime, at_rest: bool = False
) -> tuple[Turn, ...]:
    """How the steps of an alarm stand at `now`, in their order.

    The first one's turn begins with the alarm; the next one's as soon as the one before is
    done, and at its deadline in any case: a step that nobody does holds up none. Trouble makes
    110 and 120 due at once. `at_rest`: it has ended, or the person was seen since.
    """
    trouble = min(
        (one.done_at for one in steps if one.result == StepResult.TROUBLE and one.done_at),
        default=None,
    )
    turns = []
    since = opened_at
    for step in steps:
        if trouble is not None and step.kind == StepKind.EMERGENCY:
            since = min(since, trouble)
        due_at = since + timedelta(minutes=step.minutes)
        turns.append(
            Turn(since=since, due_at=due_at, standing=_standing(step, since, due_at, now, at_rest))
        )
        since = min(due_at, max(step.done_at, opened_at)) if step.done_at else due_at
    return tuple(turns)


def _standing(
    step: Step, since: datetime, due_at: datetime, now: datetime, at_rest: bool
) -> Standing:
    if step.done_at is not None:
        return Standing.DONE
    if at_rest:
        return Standing.RESTING
    if now >= due_at:
        return Standing.LATE
    return Standing.DUE if now >= since else Standing.WAITING


SEEN = {
    "ate": EndingKind.WELL_AT_HOME,
    "handed_over": EndingKind.WELL_AT_HOME,
    "refused": EndingKind.WELL_AT_HOME,
    "moved": EndingKind.MOVED,
    "in_hospital": EndingKind.IN_HOSPITAL,
}
"""What a meal at the counter, or a later word of a door, proposes. Left at the door, nobody was
seen."""


def proposed_ending(*, results: Collection[str], doors: Collection[str]) -> EndingKind | None:
    """The ending that what people said since suggests; a person types it, or another.

    `doors` are the outcomes that stand now at the doors of the alarm. Trouble proposes nothing.
    """
    if StepResult.TROUBLE in results:
        return None
    for kind in doors:
        if kind in SEEN:
            return SEEN[kind]
    return EndingKind.WELL_AT_HOME if StepResult.FOUND in results else None


def check_record(*, ended: bool, done: bool) -> Refusal | None:
    """Whether somebody may say what they did at a step. Codes: alarm_over, step_done."""
    if ended:
        return Refusal("alarm_over")
    return Refusal("step_done") if done else None


def check_ending(
    *, kind: EndingKind, note: str, last_day: date | None, today: date
) -> Refusal | None:
    """Whether an alarm may end so. Codes: ending_note_missing, ending_day_missing,
    ending_day_over (`day`)."""
    if kind in (EndingKind.OTHER, EndingKind.MISTAKE) and len(note.strip()) < 2:
        return Refusal("ending_note_missing")
    if kind in NEEDS_LAST_DAY and last_day is None:
        return Refusal("ending_day_missing")
    if kind in MAY_PAUSE and last_day is not None and last_day < today:
        return Refusal("ending_day_over", {"day": last_day.isoformat()})
    return None


def check_ladder(steps: Sequence[Step]) -> Refusal | None:
    """Whether a site may work by this ladder. Codes: ladder_empty, ladder_long (`most`),
    ladder_minutes (`place`, `most`)."""
    if not steps:
        return Refusal("ladder_empty")
    if len(steps) > MOST_STEPS:
        return Refusal("ladder_long", {"most": MOST_STEPS})
    for place, step in enumerate(steps, 1):
        if not 1 <= step.minutes <= MOST_MINUTES:
            return Refusal("ladder_minutes", {"place": place, "most": MOST_MINUTES})
    return None


def missed_in_a_row(
    *,
    served: Collection[date],
    seen: Sequence[date | None],
    paused: Sequence[tuple[date, date]],
    until: date,
) -> int:
    """On how many days of service somebody stayed away since they were last seen.

    `seen` are days after which nothing counts before: the last meal, the day on which the watch
    was set, the last alarm's end. Days on a pause do not count. `until` is the last day that is
    over, included.
    """
    last = max((one for one in seen if one), default=None)
    return sum(
        1
        for day in served
        if (last is None or day > last)
        and day <= until
        and not any(since <= day <= end for since, end in paused)
    )


def nearest(leaders: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Name and phone of the nearest place that has them; `leaders` from the unit upward."""
    with_phone = [one for one in leaders if one[1]]
    named = [one for one in leaders if one[0]]
    return (with_phone or named or [("", "")])[0]
