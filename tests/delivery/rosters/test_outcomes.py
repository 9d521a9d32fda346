"""What people say of a door, and the money that follows."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from canteen.delivery import counts, queries
from canteen.delivery.actions import Report, record_outcome
from canteen.delivery.models import OutcomeKind, Roster, StopOutcome
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger.models import Transfer
from canteen.residents.models import Resident, ResidentTag
from canteen.settlement.models import Channel, Meal
from tests.delivery.people import (
    make_need,
    make_programme,
    make_xiaozhou,
    publish,
    say_of,
    stops,
)
from tests.lunches import run_at_once
from tests.people import NOW, TODAY, make_chen, make_site, make_unit, make_zhangjie


class Day:
    """A published lunch with one stop: 陈奶奶."""

    def __init__(self, **chen: object) -> None:
        self.site_id = make_site()
        self.zhangjie = make_zhangjie(self.site_id)
        make_programme(self.site_id)
        self.chen = make_chen(self.site_id, **chen)
        make_need(self.chen, self.site_id)
        make_xiaozhou(self.site_id, make_unit())
        self.roster_id = publish(self.site_id, self.zhangjie)
        self.stop_id = stops(self.roster_id)[0].id

    def try_to_say(
        self, kind: OutcomeKind, *, follows: UUID | None = None, today: date = TODAY
    ) -> str | None:
        """The code of the refusal, None when it was recorded."""
        report = Report(id=uuid4(), stop_id=self.stop_id, kind=kind, follows=follows)
        refusal = record_outcome(report=report, today=today, by=self.zhangjie, now=NOW)
        return refusal.code if refusal else None

    def latest(self) -> StopOutcome:
        db.session.rollback()
        found = queries.latest_outcome(db.session(), stop_id=self.stop_id)
        assert found is not None
        return found


def standing_meals() -> list[Meal]:
    db.session.rollback()
    return list(db.session.scalars(select(Meal).where(Meal.voided_at.is_(None))))


def booked_fen() -> int:
    """What the funder owes after all: free meals less reversals."""
    db.session.rollback()
    rows = db.session.execute(select(Transfer.kind, Transfer.amount_fen))
    return sum(amount if kind == "meal_free" else -amount for kind, amount in rows)


def test_a_meal_handed_over_is_paid_by_the_funder(app: Flask) -> None:
    day = Day()
    outcome_id = say_of(day.stop_id, OutcomeKind.HANDED_OVER, day.zhangjie)
    (meal,) = standing_meals()
    assert meal.id == outcome_id == day.latest().meal_id
    assert (meal.price_fen, meal.subsidy_fen, meal.paid_fen) == (1300, 1300, 0)
    assert (meal.channel, meal.resident_id) == (Channel.DELIVERY, day.chen)
    assert booked_fen() == 1300


@pytest.mark.parametrize(
    "kind",
    [
        OutcomeKind.NOBODY_ANSWERS,
        OutcomeKind.REFUSED,
        OutcomeKind.MOVED,
        OutcomeKind.IN_HOSPITAL,
    ],
)
def test_a_meal_not_delivered_costs_nobody_anything(app: Flask, kind: OutcomeKind) -> None:
    day = Day()
    say_of(day.stop_id, kind, day.zhangjie)
    assert standing_meals() == []
    assert booked_fen() == 0


def test_nothing_is_left_at_a_door_without_recorded_permission(app: Flask) -> None:
    assert Day().try_to_say(OutcomeKind.LEFT_AT_DOOR) == "no_permission_to_leave"
    assert standing_meals() == []


def test_with_permission_a_meal_left_at_the_door_is_settled(app: Flask) -> None:
    day = Day(may_leave_at_door=True)
    assert day.try_to_say(OutcomeKind.LEFT_AT_DOOR) is None
    assert booked_fen() == 1300


def test_no_outcome_is_recorded_before_the_day(app: Flask) -> None:
    day = Day()
    yesterday = TODAY - timedelta(days=1)
    assert day.try_to_say(OutcomeKind.HANDED_OVER, today=yesterday) == "round_not_begun"


def test_corrected_away_the_meal_is_voided_and_corrected_back_booked_anew(app: Flask) -> None:
    day = Day()
    first = say_of(day.stop_id, OutcomeKind.HANDED_OVER, day.zhangjie)
    second = say_of(day.stop_id, OutcomeKind.NOBODY_ANSWERS, day.zhangjie, follows=first)
    assert standing_meals() == []
    assert booked_fen() == 0
    third = say_of(day.stop_id, OutcomeKind.HANDED_OVER, day.zhangjie, follows=second)
    assert [meal.id for meal in standing_meals()] == [third]
    assert booked_fen() == 1300
    chain = [one.kind for one, _who in queries.history(db.session(), stop_id=day.stop_id)]
    assert chain == ["handed_over", "nobody_answers", "handed_over"]


def test_between_two_ways_of_delivering_the_meal_stays(app: Flask) -> None:
    day = Day(may_leave_at_door=True)
    first = say_of(day.stop_id, OutcomeKind.HANDED_OVER, day.zhangjie)
    say_of(day.stop_id, OutcomeKind.LEFT_AT_DOOR, day.zhangjie, follows=first)
    assert [meal.id for meal in standing_meals()] == [first]
    assert day.latest().meal_id == first


def test_the_same_report_twice_is_one(app: Flask) -> None:
    day = Day()
    report = Report(id=uuid4(), stop_id=day.stop_id, kind=OutcomeKind.HANDED_OVER, follows=None)
    for _twice in range(2):
        assert record_outcome(report=report, today=TODAY, by=day.zhangjie, now=NOW) is None
    assert db.session.scalar(select(func.count(StopOutcome.id))) == 1
    assert booked_fen() == 1300


def test_one_id_does_not_say_two_things(app: Flask) -> None:
    day = Day()
    outcome_id = say_of(day.stop_id, OutcomeKind.HANDED_OVER, day.zhangjie)
    other = Report(id=outcome_id, stop_id=day.stop_id, kind=OutcomeKind.REFUSED, follows=None)
    refusal = record_outcome(report=other, today=TODAY, by=day.zhangjie, now=NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "outcome_id_used"
    assert day.latest().kind == "handed_over"


def test_whoever_looks_at_an_old_state_is_told_and_changes_nothing(app: Flask) -> None:
    day = Day()
    say_of(day.stop_id, OutcomeKind.HANDED_OVER, day.zhangjie)
    assert day.try_to_say(OutcomeKind.REFUSED) == "outcome_changed_meanwhile"
    assert day.try_to_say(OutcomeKind.REFUSED, follows=uuid4()) == "outcome_changed_meanwhile"
    assert day.latest().kind == "handed_over"


def test_of_two_first_outcomes_at_once_one_wins(app: Flask) -> None:
    day = Day()
    answers = run_at_once(app, [lambda: day.try_to_say(OutcomeKind.HANDED_OVER)] * 6)
    assert sorted(answers, key=str) == [None, *["outcome_changed_meanwhile"] * 5]
    assert len(standing_meals()) == 1
    assert booked_fen() == 1300


def test_of_two_corrections_at_once_one_wins(app: Flask) -> None:
    day = Day()
    first = say_of(day.stop_id, OutcomeKind.HANDED_OVER, day.zhangjie)
    answers = run_at_once(
        app, [lambda: day.try_to_say(OutcomeKind.NOBODY_ANSWERS, follows=first)] * 6
    )
    assert sorted(answers, key=str) == [None, *["outcome_changed_meanwhile"] * 5]
    assert booked_fen() == 0


def test_the_same_report_twice_at_once_is_one(app: Flask) -> None:
    day = Day()
    report = Report(id=uuid4(), stop_id=day.stop_id, kind=OutcomeKind.HANDED_OVER, follows=None)
    say = lambda: record_outcome(  # noqa: E731
        report=report, today=TODAY, by=day.zhangjie, now=NOW
    )
    answers = run_at_once(app, [say] * 6)
    assert answers == [None] * 6
    assert booked_fen() == 1300


def test_somebody_who_already_ate_gets_the_outcome_but_no_second_meal(app: Flask) -> None:
    day = Day()
    with transaction() as session:
        session.add(
            Meal(
                id=uuid4(), site_id=day.site_id, service_date=TODAY, period_code="lunch",
                channel="dine_in", resident_id=day.chen, set_name="标准餐", price_fen=1300,
                paid_fen=1300, paid_by="cash", created_at=NOW,
            )
        )  # fmt: skip
    assert day.try_to_say(OutcomeKind.HANDED_OVER) is None
    assert (day.latest().meal_id, day.latest().meal_problem) == (None, "already_eaten")
    assert booked_fen() == 0
    figures = counts.of_rosters(db.session(), [day.roster_id])[day.roster_id]
    assert (figures.delivered, figures.unsettled) == (1, 1)


def test_no_funder_pays_for_a_tag_that_did_not_hold_that_day(app: Flask) -> None:
    day = Day()
    with transaction() as session:
        for tag in session.scalars(select(ResidentTag).filter_by(resident_id=day.chen)):
            tag.valid_until = TODAY - timedelta(days=1)
    assert day.try_to_say(OutcomeKind.HANDED_OVER) is None
    assert day.latest().meal_problem == "not_entitled"
    assert booked_fen() == 0
    with transaction() as session:
        for tag in session.scalars(select(ResidentTag).filter_by(resident_id=day.chen)):
            tag.valid_until = None
    follows = day.latest().id
    assert day.try_to_say(OutcomeKind.HANDED_OVER, follows=follows) is None
    assert booked_fen() == 1300


def test_no_money_for_the_dead(app: Flask) -> None:
    day = Day()
    with transaction() as session:
        person = session.get_one(Resident, day.chen)
        person.status, person.ended_on = "deceased", TODAY
    assert day.try_to_say(OutcomeKind.HANDED_OVER) is None
    assert (day.latest().meal_problem, booked_fen()) == ("not_entitled", 0)


def test_nothing_is_marked_by_itself(app: Flask) -> None:
    day = Day()
    figures = counts.of_rosters(db.session(), [day.roster_id])[day.roster_id]
    assert (figures.planned, figures.open, figures.delivered) == (1, 1, 0)
    assert db.session.scalar(select(func.count(StopOutcome.id))) == 0


def test_coverage_counts_the_register_and_who_of_it_ate(app: Flask) -> None:
    day = Day()
    roster = db.session.get_one(Roster, day.roster_id)
    assert counts.coverage(db.session(), roster=roster) == (0, 1)
    say_of(day.stop_id, OutcomeKind.HANDED_OVER, day.zhangjie)
    roster = db.session.get_one(Roster, day.roster_id)
    assert counts.coverage(db.session(), roster=roster) == (1, 1)
