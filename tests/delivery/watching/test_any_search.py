"""Whatever people say, in any order: a search begins with a shut door and ends with a person."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from canteen.delivery.models import OutcomeKind
from canteen.delivery.watching.models import Alarm
from canteen.delivery.watching.rules import EndingKind, StepResult
from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db
from canteen.ledger.models import Transfer
from canteen.settlement.models import Meal
from tests.delivery.watching.morning import Morning
from tests.people import TODAY

_DOOR = (OutcomeKind.NOBODY_ANSWERS, OutcomeKind.HANDED_OVER, OutcomeKind.REFUSED)
_STEPS = ("second_knock", "phone", "neighbour", "emergency")
_UNTIL = TODAY + timedelta(days=3)

moves = st.lists(
    st.one_of(
        st.tuples(st.just("door"), st.sampled_from(_DOOR)),
        st.tuples(st.just("step"), st.sampled_from(_STEPS), st.sampled_from(list(StepResult))),
        st.tuples(st.just("end"), st.sampled_from(list(EndingKind)), st.booleans()),
        st.tuples(st.just("time"), st.integers(0, 600)),
    ),
    min_size=1,
    max_size=7,
)


class Model:
    """What must be so: whether she is looked for, and how many searches there were and ended."""

    def __init__(self) -> None:
        self.morning = Morning()
        self.last: UUID | None = None
        self.looked_for = False
        self.begun = self.ended = 0

    def do(self, move: tuple[Any, ...]) -> None:
        kind, *facts = move
        if kind == "door":
            self.last = self.morning.say(facts[0], follows=self.last)
            if facts[0] is OutcomeKind.NOBODY_ANSWERS and not self.looked_for:
                self.looked_for = True
                self.begun += 1
        elif kind == "step" and self.begun:
            code = self.morning.did(*facts)
            assert self.looked_for or code in ("alarm_over", None)
        elif kind == "end" and self.begun:
            ending, with_note = facts
            note = "说清楚了" if with_note else ""
            code = self.morning.ends(ending, last_day=_UNTIL, note=note)
            if code is None and self.looked_for:
                self.looked_for = False
                self.ended += 1
        elif kind == "time" and self.begun:
            self.morning.view(minutes=facts[0])  # however long one only looks

    def holds(self) -> None:
        db.session.rollback()
        alarms = db.session.scalars(select(Alarm)).all()
        assert len(alarms) == self.begun
        assert self.morning.open(minutes=10_000) == int(self.looked_for)
        closed = [one for one in alarms if one.ended_at is not None]
        assert len(closed) == self.ended
        assert all(one.ending and one.ended_by for one in closed)
        typed = select(func.count()).where(AuditEntry.action == "alarm_ended")
        assert db.session.scalar(typed.select_from(AuditEntry)) == self.ended


def test_a_search_closes_by_a_typed_ending_and_by_nothing_else(app: Flask) -> None:
    model = Model()

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(history=moves)
    def any_history(history: list[tuple[Any, ...]]) -> None:
        for move in history:
            before = _money()
            model.do(move)
            model.holds()
            assert move[0] == "door" or _money() == before, "an alarm moves no money"

    any_history()
    assert model.begun > 1
    assert model.ended > 0


def _money() -> tuple[int, int]:
    db.session.rollback()
    meals = select(func.count()).select_from(Meal).where(Meal.voided_at.is_(None))
    transfers = select(func.count()).select_from(Transfer)
    return db.session.scalar(meals) or 0, db.session.scalar(transfers) or 0
