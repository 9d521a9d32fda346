"""A diner who eats in and does not come: found on reading, looked for by a person or the worker."""

from datetime import date, datetime, timedelta

from flask import Flask
from sqlalchemy import func, select, update

from canteen.delivery.every_few_minutes import look_for_the_missing
from canteen.delivery.models import OutcomeKind
from canteen.delivery.watching.actions import Ending, end_alarm, look_for, watch_diner
from canteen.delivery.watching.missing import missing_now
from canteen.delivery.watching.models import Alarm, AlarmStep
from canteen.delivery.watching.rules import EndingKind
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Resident
from tests.delivery.people import (
    make_need,
    make_pause,
    make_programme,
    make_xiaozhou,
    publish,
    say_of,
    stops,
)
from tests.delivery.watching.morning import ate
from tests.lunches import run_at_once
from tests.people import NOW, TODAY, make_chen, make_site, make_unit, make_wang, make_zhangjie

EVENING = NOW + timedelta(hours=8)
"""19:30 in Shanghai: the last meal of the day is over."""


def back(days: int) -> date:
    return TODAY - timedelta(days=days)


class Canteen:
    """王爷爷 is watched: after two days away somebody looks. Last seen four days ago; the canteen
    served on each day since but on Saturday."""

    def __init__(self, missed_days: int | None = 2) -> None:
        self.site_id = make_site()
        self.zhangjie = make_zhangjie(self.site_id)
        self.wang = make_wang(self.site_id)
        self.watch(missed_days, since=back(30))
        ate(self.site_id, self.wang, back(4))
        for days in (3, 1, 0):
            ate(self.site_id, None, back(days))

    def watch(self, missed_days: int | None, *, since: date = TODAY) -> str | None:
        refusal = watch_diner(
            site_id=self.site_id, resident_id=self.wang, missed_days=missed_days,
            neighbour=("", ""), today=since, by=self.zhangjie, now=NOW,
        )  # fmt: skip
        return refusal.code if refusal else None

    def missing(self, at: datetime = NOW, today: date = TODAY) -> list[tuple[int, int]]:
        db.session.rollback()
        found = missing_now(db.session(), site_id=self.site_id, today=today, now=at)
        return [(one.resident_id, one.days) for one in found]

    def look(self, at: datetime = NOW, by: int | None = 0) -> int | Refusal:
        return look_for(
            site_id=self.site_id,
            resident_id=self.wang,
            today=TODAY,
            by=self.zhangjie if by == 0 else by,
            now=at,
        )


def test_days_on_which_the_canteen_serves_count_once_they_are_over(app: Flask) -> None:
    canteen = Canteen()
    assert canteen.missing(NOW) == [(canteen.wang, 2)], "three days ago and yesterday"
    assert canteen.missing(EVENING) == [(canteen.wang, 3)], "and today, once dinner is over"


def test_nobody_is_watched_who_was_not_chosen(app: Flask) -> None:
    assert Canteen(missed_days=None).missing(EVENING) == []


def test_counting_begins_on_the_day_on_which_it_was_set(app: Flask) -> None:
    canteen = Canteen()
    assert canteen.watch(None) is None
    assert canteen.watch(1) is None
    assert canteen.missing(NOW) == []
    assert canteen.missing(EVENING) == [(canteen.wang, 1)]


def test_a_meal_anywhere_and_a_word_at_the_door_are_signs_of_life(app: Flask) -> None:
    canteen = Canteen()
    elsewhere = make_site("hongxin")
    ate(elsewhere, canteen.wang, back(1))
    assert canteen.missing(EVENING) == []


def test_the_paused_the_departed_and_those_in_an_institution_are_left_alone(app: Flask) -> None:
    canteen = Canteen()
    pause = make_pause(canteen.wang, back(3), back(1))
    assert pause
    assert canteen.missing(EVENING) == []
    with transaction() as session:
        session.execute(update(Resident).values(in_institution=True))
    tomorrow = TODAY + timedelta(days=1)
    ate(canteen.site_id, None, tomorrow)
    later = EVENING + timedelta(days=1)
    assert canteen.missing(later, tomorrow) == []
    with transaction() as session:
        session.execute(update(Resident).values(in_institution=False))
    assert canteen.missing(later, tomorrow) == [(canteen.wang, 2)]
    with transaction() as session:
        session.execute(update(Resident).values(status="moved", ended_on=TODAY))
    assert canteen.missing(later, tomorrow) == []


def test_somebody_looks_and_the_ladder_begins_with_the_phone(app: Flask) -> None:
    canteen = Canteen()
    alarm_id = canteen.look()
    assert isinstance(alarm_id, int)
    alarm = db.session.get_one(Alarm, alarm_id)
    assert (alarm.cause, alarm.missed_days, alarm.diner_title) == ("missed", 2, "王爷爷")
    assert alarm.address.endswith("202")
    first = select(AlarmStep.kind).where(AlarmStep.position == 1)
    assert db.session.scalar(first) == "phone"
    assert canteen.missing(EVENING) == [], "they are looked for already"
    assert canteen.look() == alarm_id, "a repeat is the same search"


def test_the_worker_and_a_person_at_once_are_one_search(app: Flask) -> None:
    canteen = Canteen()
    by = [canteen.zhangjie, None, canteen.zhangjie, None]
    answers = run_at_once(app, [lambda: canteen.look(by=by.pop())] * 4)
    assert len(set(answers)) == 1
    assert db.session.scalar(select(func.count()).select_from(Alarm)) == 1


def test_who_is_not_missing_is_not_looked_for(app: Flask) -> None:
    canteen = Canteen()
    ate(canteen.site_id, canteen.wang, back(1))
    answer = canteen.look()
    assert isinstance(answer, Refusal)
    assert answer.code == "diner_not_missing"


def test_after_an_ending_the_days_are_counted_anew(app: Flask) -> None:
    canteen = Canteen()
    alarm_id = canteen.look()
    assert isinstance(alarm_id, int)
    refusal = end_alarm(
        site_id=canteen.site_id, alarm_id=alarm_id, ending=Ending(kind=EndingKind.AWAY_SAFE),
        today=TODAY, by=canteen.zhangjie, now=NOW,
    )  # fmt: skip
    assert refusal is None
    assert canteen.missing(EVENING) == []


def test_another_canteens_diner_is_not_this_ones_to_watch(app: Flask) -> None:
    canteen = Canteen()
    canteen.site_id = make_site("hongxin")
    assert canteen.watch(3) == "watch_elsewhere"


def test_a_door_that_stays_shut_is_no_sign_one_that_opened_is(app: Flask) -> None:
    canteen = Canteen()
    make_programme(canteen.site_id)
    chen = make_chen(canteen.site_id)
    make_need(chen, canteen.site_id)
    make_xiaozhou(canteen.site_id, make_unit())
    canteen.wang = chen
    assert canteen.watch(1, since=back(3)) is None
    assert (chen, 2) in canteen.missing(NOW)
    stop = stops(publish(canteen.site_id, canteen.zhangjie))[0]
    say_of(stop.id, OutcomeKind.REFUSED, canteen.zhangjie)
    assert (chen, 2) not in canteen.missing(EVENING)


def test_the_worker_looks_for_everybody_once_and_leaves_no_name_behind(app: Flask) -> None:
    canteen = Canteen()
    assert look_for_the_missing(now=EVENING) == 1
    assert look_for_the_missing(now=EVENING) == 0
    (alarm,) = db.session.scalars(select(Alarm)).all()
    assert (alarm.resident_id, alarm.opened_by, alarm.ended_at) == (canteen.wang, None, None)
