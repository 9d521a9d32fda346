"""An alarm from the shut door to its typed end, on a real database."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from canteen.delivery.models import (
    DeliveryNeed,
    DeliveryPause,
    OutcomeKind,
    RosterStop,
    StopOutcome,
)
from canteen.delivery.watching.actions import Ending, Found, end_alarm, record_step, watch_diner
from canteen.delivery.watching.ladder import Rung, save_ladder
from canteen.delivery.watching.models import AlarmStep, WatchTerms
from canteen.delivery.watching.queries import open_count
from canteen.delivery.watching.rules import EndingKind, Standing, StepKind, StepResult
from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.ledger.models import Transfer
from canteen.settlement.models import Meal
from tests.delivery.people import publish, stops
from tests.delivery.watching.morning import Morning, ate
from tests.lunches import run_at_once
from tests.people import NOW, TODAY, make_site, make_staff


def test_nobody_answers_begins_a_ladder_with_whom_the_records_name(app: Flask) -> None:
    morning = Morning()
    watch_diner(
        site_id=morning.site_id, resident_id=morning.chen, missed_days=None,
        neighbour=("对门老吴", "13800000904"), today=TODAY, by=morning.zhangjie, now=NOW,
    )  # fmt: skip
    assert morning.alarms() == []
    morning.say()
    view = morning.view()
    assert (view.alarm.diner_name, view.alarm.cause) == ("陈桂英", "door")
    assert view.alarm.opened_at == NOW
    assert [(row.step.kind, row.step.who_name, row.step.who_phone) for row in view.rows] == [
        ("second_knock", "小周", "13800000903"),
        ("phone", "陈桂英", "13800000101"),
        ("neighbour", "对门老吴", "13800000904"),
        ("leader", "刘单元长", "13800000901"),
        ("contact", "陈丽（女儿）", "13800000902"),
        ("office", "网格员", ""),
        ("emergency", "", "110 / 120"),
    ]
    assert view.rows[0].step.volunteer_id == morning.volunteer_id
    assert [row.turn.standing.value for row in view.rows] == ["due", *["waiting"] * 6]


@pytest.mark.parametrize(
    "kind", [one for one in OutcomeKind if one not in ("nobody_answers", "left_at_door")]
)
def test_any_other_word_of_a_door_begins_nothing(app: Flask, kind: OutcomeKind) -> None:
    morning = Morning()
    morning.say(kind)
    assert morning.alarms() == []


def test_the_outcome_and_its_alarm_stand_or_fall_together(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    morning = Morning()
    monkeypatch.setattr(
        "canteen.delivery.watching.opening.ladder.ladder_of", lambda *_a, **_k: [None]
    )
    with pytest.raises(AttributeError):
        morning.say()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(StopOutcome)) == 0
    assert morning.alarms() == []


def test_the_same_report_twice_is_one_alarm(app: Flask) -> None:
    morning = Morning()
    once = uuid4()
    morning.say(outcome_id=once)
    morning.say(outcome_id=once, at=NOW + timedelta(minutes=5))
    (alarm,) = morning.alarms()
    assert alarm.opened_at == NOW


def test_an_old_sheet_typed_in_days_later_counts_its_deadlines_from_now(app: Flask) -> None:
    morning = Morning()
    later = NOW + timedelta(days=3)
    morning.say(at=later, today=TODAY + timedelta(days=3))
    view = morning.view()
    assert view.alarm.service_date == TODAY
    assert view.rows[0].turn.due_at == later + timedelta(minutes=10)


def test_a_second_shut_door_joins_the_search_that_is_on(app: Flask) -> None:
    morning = Morning()
    first = morning.say()
    handed = morning.say(OutcomeKind.HANDED_OVER, follows=first)
    morning.say(follows=handed, at=NOW + timedelta(minutes=2))
    assert len(morning.alarms()) == 1
    assert morning.view().proposed is None, "what stands is that nobody answered"
    assert morning.view().doors == 2


def test_after_an_ending_a_shut_door_begins_anew(app: Flask) -> None:
    morning = Morning()
    first = morning.say()
    assert morning.ends(EndingKind.MISTAKE, note="点错了") is None
    assert morning.open() == 0
    handed = morning.say(OutcomeKind.HANDED_OVER, follows=first)
    morning.say(follows=handed)
    assert [alarm.ending for alarm in morning.alarms()] == ["mistake", ""]


def test_handed_over_at_the_second_knock_rests_the_ladder_but_does_not_close_it(
    app: Flask,
) -> None:
    morning = Morning()
    first = morning.say()
    morning.say(OutcomeKind.HANDED_OVER, follows=first, at=NOW + timedelta(minutes=4))
    view = morning.view(minutes=300)
    assert view.proposed is EndingKind.WELL_AT_HOME
    assert view.sign is not None
    assert (view.sign.kind, view.sign.by) == ("handed_over", "小周")
    assert {row.turn.standing for row in view.rows} == {Standing.RESTING}
    assert morning.open() == 1, "a person types it"


def test_a_meal_at_the_counter_since_is_a_sign_one_before_is_none(app: Flask) -> None:
    morning = Morning()
    ate(morning.site_id, morning.chen, TODAY, at=NOW - timedelta(minutes=30))
    morning.say()
    assert morning.view().proposed is None
    ate(morning.site_id, morning.chen, TODAY + timedelta(days=1), at=NOW + timedelta(days=1))
    assert morning.view().proposed is EndingKind.WELL_AT_HOME


def test_a_step_is_recorded_once_and_by_name(app: Flask) -> None:
    morning = Morning()
    morning.say()
    assert morning.did("phone") is None
    assert morning.did("phone") is None, "the same person, the same word: harmless"
    assert morning.did("phone", StepResult.FOUND) == "step_done"
    row = morning.view().rows[1]
    assert (row.step.result, row.done_by) == ("nothing", "张姐")
    assert row.step.done_at == NOW + timedelta(minutes=1)


def test_two_people_at_one_step_at_once_leave_one_record(app: Flask) -> None:
    morning = Morning()
    morning.say()
    step_id = morning.step("phone").id
    people = [morning.zhangjie, morning.xiaozhou] * 2
    record = lambda: record_step(  # noqa: E731
        site_id=morning.site_id,
        step_id=step_id,
        found=Found(result=StepResult.NOTHING, note=f"第 {len(people)} 次"),
        by=people.pop(),
        now=NOW,
    )
    answers = run_at_once(app, [record] * 4)
    kept = [one for one in answers if one is None]
    assert len(kept) == 1
    assert {one.code for one in answers if one} == {"step_done"}
    told = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "alarm_step")
    assert db.session.scalar(told) == 1


def test_two_doors_of_one_person_at_once_are_one_alarm(app: Flask) -> None:
    morning = Morning()
    tomorrow = publish(morning.site_id, morning.zhangjie, day=TODAY + timedelta(days=1))
    ids = [morning.stop_id, stops(tomorrow)[0].id]
    day = TODAY + timedelta(days=1)

    def say() -> None:
        morning_stop = ids.pop()
        from canteen.delivery.actions import Report, record_outcome

        report = Report(
            id=uuid4(), stop_id=morning_stop, kind=OutcomeKind.NOBODY_ANSWERS, follows=None
        )
        assert record_outcome(report=report, today=day, by=morning.xiaozhou, now=NOW) is None

    run_at_once(app, [say] * 2)
    assert len(morning.alarms()) == 1
    assert morning.view().doors == 2


def test_a_hospital_stay_pauses_what_is_brought_and_touches_no_money(app: Flask) -> None:
    morning = Morning()
    tomorrow = publish(morning.site_id, morning.zhangjie, day=TODAY + timedelta(days=1))
    morning.say()
    until = TODAY + timedelta(days=7)
    assert morning.ends(EndingKind.IN_HOSPITAL) == "ending_day_missing"
    assert morning.open() == 1
    assert morning.ends(EndingKind.IN_HOSPITAL, last_day=until) is None
    assert morning.ends(EndingKind.IN_HOSPITAL, last_day=until) is None, "twice is once"
    (pause,) = db.session.scalars(select(DeliveryPause)).all()
    assert (pause.reason, pause.until) == ("住院", until)
    (stop,) = stops(tomorrow)
    assert stop.called_off == "paused"
    assert db.session.scalar(select(func.count()).select_from(Transfer)) == 0
    assert db.session.scalar(select(func.count()).select_from(Meal)) == 0


@pytest.mark.parametrize("kind", [EndingKind.MOVED, EndingKind.DIED])
def test_death_and_moving_end_the_need_here_and_leave_the_register_to_its_page(
    app: Flask, kind: EndingKind
) -> None:
    morning = Morning()
    morning.say()
    assert morning.ends(kind) is None
    need = db.session.get_one(DeliveryNeed, morning.need)
    assert need.valid_until is not None
    assert need.valid_until <= TODAY


@pytest.mark.parametrize("kind", [EndingKind.WELL_AT_HOME, EndingKind.AWAY_SAFE])
def test_found_well_changes_nothing_else(app: Flask, kind: EndingKind) -> None:
    morning = Morning()
    morning.say()
    assert morning.ends(kind) is None
    assert db.session.get_one(DeliveryNeed, morning.need).valid_until is None
    assert db.session.scalars(select(DeliveryPause)).all() == []
    assert db.session.get_one(RosterStop, morning.stop_id).called_off == ""


def test_an_ending_stands_and_nobody_writes_over_it(app: Flask) -> None:
    morning = Morning()
    morning.say()
    assert morning.ends(EndingKind.WELL_AT_HOME) is None
    assert morning.ends(EndingKind.DIED, by=morning.xiaozhou) == "alarm_over"
    assert morning.did("phone") == "alarm_over"
    assert db.session.get_one(DeliveryNeed, morning.need).valid_until is None


def test_another_canteen_has_no_hand_in_it(app: Flask) -> None:
    morning = Morning()
    morning.say()
    step_id, alarm_id = morning.step("phone").id, morning.alarms()[0].id
    other = make_site("hongxin")
    stranger = make_staff("lao-li", site_id=other)
    said = record_step(
        site_id=other, step_id=step_id, found=Found(result=StepResult.FOUND), by=stranger, now=NOW
    )
    ended = end_alarm(
        site_id=other, alarm_id=alarm_id, ending=Ending(kind=EndingKind.WELL_AT_HOME),
        today=TODAY, by=stranger, now=NOW,
    )  # fmt: skip
    assert [one.code for one in (said, ended) if one] == ["alarm_gone", "alarm_gone"]
    assert open_count(db.session(), site_id=other) == 0
    assert morning.open() == 1


def test_a_site_sets_its_own_steps_and_a_search_that_is_on_keeps_its(app: Flask) -> None:
    morning = Morning()
    morning.say()
    rungs = [
        Rung(kind=StepKind.OTHER, minutes=3, who_name="门卫老赵", who_phone="13800000905"),
        Rung(kind=StepKind.EMERGENCY, minutes=20),
    ]
    terms = WatchTerms(office_name="", office_phone="", missed_days=3)

    def save(rungs: list[Rung]) -> Refusal | None:
        return save_ladder(
            site_id=morning.site_id, rungs=rungs, terms=terms, by=morning.zhangjie, now=NOW
        )

    assert save(rungs) is None
    assert len(morning.view().rows) == 7
    assert morning.ends(EndingKind.MISTAKE, note="按错了") is None
    first = morning.say(OutcomeKind.HANDED_OVER, follows=morning_latest(morning))
    morning.say(follows=first)
    assert [row.step.who_name for row in morning.view().rows] == ["门卫老赵", ""]
    refused = save([])
    assert refused is not None
    assert refused.code == "ladder_empty"
    again = save(rungs)
    assert again is None
    assert db.session.scalar(select(func.count()).select_from(AlarmStep)) == 9


def morning_latest(morning: Morning) -> object:
    db.session.rollback()
    return db.session.scalars(
        select(StopOutcome.id).where(StopOutcome.stop_id == morning.stop_id)
    ).one()
