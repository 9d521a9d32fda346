"""Whose turn it is, what is late, and that nothing but a typed ending ends anything."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.delivery.watching import rules
from canteen.delivery.watching.rules import EndingKind, Standing, Step, StepKind, StepResult

BEGAN = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
LADDER = (
    (StepKind.SECOND_KNOCK, 10),
    (StepKind.PHONE, 5),
    (StepKind.NEIGHBOUR, 10),
    (StepKind.EMERGENCY, 10),
)


def after(minutes: float) -> datetime:
    return BEGAN + timedelta(minutes=minutes)


def ladder(*done: tuple[int, float, StepResult]) -> list[Step]:
    """The steps, some of them done: number from 0, minutes after the beginning, what was found."""
    at = {number: (minutes, result) for number, minutes, result in done}
    return [
        Step(
            kind=kind,
            minutes=minutes,
            result=at[number][1] if number in at else "",
            done_at=after(at[number][0]) if number in at else None,
        )
        for number, (kind, minutes) in enumerate(LADDER)
    ]


def stand(steps: list[Step], minutes: float, *, at_rest: bool = False) -> list[str]:
    turns = rules.standings(steps, opened_at=BEGAN, now=after(minutes), at_rest=at_rest)
    return [turn.standing.value for turn in turns]


def due(steps: list[Step]) -> list[float]:
    turns = rules.standings(steps, opened_at=BEGAN, now=BEGAN)
    return [(turn.due_at - BEGAN).total_seconds() / 60 for turn in turns]


def test_the_first_step_is_due_at_once_and_the_others_wait() -> None:
    assert stand(ladder(), 0) == ["due", "waiting", "waiting", "waiting"]
    assert due(ladder()) == [10, 15, 25, 35]


def test_a_step_that_nobody_does_is_late_and_the_next_one_is_due_too() -> None:
    assert stand(ladder(), 10) == ["late", "due", "waiting", "waiting"]
    assert stand(ladder(), 15) == ["late", "late", "due", "waiting"]
    assert stand(ladder(), 9_999) == ["late"] * 4


def test_a_step_done_early_brings_the_next_one_forward() -> None:
    steps = ladder((0, 2, StepResult.NOTHING))
    assert stand(steps, 2) == ["done", "due", "waiting", "waiting"]
    assert due(steps) == [10, 7, 17, 27]


def test_a_step_done_late_does_not_put_the_next_one_off() -> None:
    assert due(ladder((0, 14, StepResult.NOTHING))) == due(ladder())


def test_trouble_makes_110_and_120_due_at_once() -> None:
    steps = ladder((0, 3, StepResult.TROUBLE))
    assert stand(steps, 3) == ["done", "due", "waiting", "due"]
    assert due(steps)[-1] == 13


def test_at_rest_nothing_is_due_and_what_was_done_stays_done() -> None:
    steps = ladder((0, 3, StepResult.FOUND))
    assert stand(steps, 60, at_rest=True) == ["done", "resting", "resting", "resting"]


@pytest.mark.parametrize(
    ("results", "doors", "ending"),
    [
        ((), (), None),
        (("nothing", "nothing"), (), None),
        (("found",), (), EndingKind.WELL_AT_HOME),
        ((), ("handed_over",), EndingKind.WELL_AT_HOME),
        ((), ("refused",), EndingKind.WELL_AT_HOME),
        ((), ("ate",), EndingKind.WELL_AT_HOME),
        ((), ("in_hospital",), EndingKind.IN_HOSPITAL),
        ((), ("moved",), EndingKind.MOVED),
        ((), ("left_at_door",), None),
        ((), ("nobody_answers",), None),
        (("found", "trouble"), ("handed_over",), None),
    ],
)
def test_what_people_said_since_proposes_an_ending(
    results: tuple[str, ...], doors: tuple[str, ...], ending: EndingKind | None
) -> None:
    assert rules.proposed_ending(results=results, doors=doors) is ending


TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("kind", "note", "last_day", "code"),
    [
        (EndingKind.WELL_AT_HOME, "", None, None),
        (EndingKind.AWAY_SAFE, "", None, None),
        (EndingKind.AWAY_SAFE, "", TODAY - timedelta(days=1), "ending_day_over"),
        (EndingKind.IN_HOSPITAL, "", None, "ending_day_missing"),
        (EndingKind.TAKEN_TO_HOSPITAL, "", TODAY, None),
        (EndingKind.DIED, "", None, None),
        (EndingKind.MISTAKE, " ", None, "ending_note_missing"),
        (EndingKind.OTHER, "在派出所", None, None),
    ],
)
def test_an_ending_says_what_it_needs(
    kind: EndingKind, note: str, last_day: date | None, code: str | None
) -> None:
    refusal = rules.check_ending(kind=kind, note=note, last_day=last_day, today=TODAY)
    assert (refusal.code if refusal else None) == code


def test_a_ladder_has_steps_not_too_many_each_of_a_minute_to_a_day() -> None:
    def code(*minutes: int) -> str | None:
        steps = [Step(kind=StepKind.PHONE, minutes=one) for one in minutes]
        refusal = rules.check_ladder(steps)
        return refusal.code if refusal else None

    assert code() == "ladder_empty"
    assert code(*[5] * 13) == "ladder_long"
    assert code(5, 0) == "ladder_minutes"
    assert code(1441) == "ladder_minutes"
    assert code(1, 1440) is None


WEEK = [date(2026, 11, 16) + timedelta(days=n) for n in range(7)]


def missed(**values: object) -> int:
    facts: dict[str, object] = {"served": WEEK, "seen": (), "paused": (), "until": WEEK[-1]}
    return rules.missed_in_a_row(**(facts | values))  # type: ignore[arg-type]


def test_only_days_of_service_since_the_person_was_seen_count() -> None:
    assert missed(seen=(WEEK[1], None, WEEK[3])) == 3
    assert missed(seen=(WEEK[3],), served=[WEEK[4], WEEK[6]]) == 2
    assert missed(seen=(WEEK[6],)) == 0
    assert missed(seen=(WEEK[3],), until=WEEK[5]) == 2


def test_days_on_a_pause_do_not_count() -> None:
    assert missed(seen=(WEEK[1],), paused=((WEEK[3], WEEK[5]),)) == 2


def test_the_nearest_leader_with_a_phone_is_asked() -> None:
    assert rules.nearest([("单元长", ""), ("楼长", "138"), ("网格长", "139")]) == ("楼长", "138")
    assert rules.nearest([("", ""), ("楼长", "")]) == ("楼长", "")
    assert rules.nearest([]) == ("", "")


results = st.sampled_from(list(StepResult))
histories = st.lists(
    st.tuples(st.integers(0, len(LADDER) - 1), st.integers(0, 90), results),
    unique_by=lambda one: one[0],
    max_size=len(LADDER),
)


@settings(max_examples=60, deadline=None)
@given(history=histories, minutes=st.integers(0, 200))
def test_whatever_people_did_every_other_step_is_due_in_the_end_and_none_closes_by_itself(
    history: list[tuple[int, int, StepResult]], minutes: int
) -> None:
    known = [one for one in history if one[1] <= minutes]
    steps = ladder(*known)
    turns = rules.standings(steps, opened_at=BEGAN, now=after(minutes))
    for step, turn in zip(steps, turns, strict=True):
        assert (turn.standing == Standing.DONE) == (step.done_at is not None)
        assert turn.standing != Standing.RESTING
        assert BEGAN <= turn.since < turn.due_at
    latest = sum(minutes for _kind, minutes in LADDER)
    assert all(turn.due_at <= after(latest) for turn in turns), "nobody can put a step off"
    end = rules.standings(steps, opened_at=BEGAN, now=after(latest))
    assert {turn.standing for turn in end} <= {Standing.DONE, Standing.LATE}


@settings(max_examples=60, deadline=None)
@given(history=histories, first=st.integers(0, 100), later=st.integers(0, 100))
def test_time_alone_only_makes_things_more_urgent(
    history: list[tuple[int, int, StepResult]], first: int, later: int
) -> None:
    order = ["waiting", "due", "late", "done"]
    steps = ladder(*[one for one in history if one[1] <= first])
    before, then = stand(steps, first), stand(steps, first + later)
    assert all(order.index(a) <= order.index(b) for a, b in zip(before, then, strict=True))
