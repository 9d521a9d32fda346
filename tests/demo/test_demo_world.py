"""The demo is a month of a real canteen: its books close, its menus hold, nothing is invented."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from canteen import create_app
from canteen.cards.tokens import CardClaim, read_token
from canteen.claims import queries as claims
from canteen.claims.waiting import late_lines, unclaimed_spans
from canteen.delivery import own
from canteen.delivery import queries as delivery
from canteen.delivery.models import DeliveryNeed, RosterStop, StopOutcome, Volunteer
from canteen.delivery.standing import standing_outcome
from canteen.delivery.volunteering.models import VolunteerAbsence
from canteen.delivery.watching.models import Alarm, WatchedDiner
from canteen.demo import ground
from canteen.demo.build import build
from canteen.demo.size import FULL, SMALL
from canteen.demo.trial import card_to_try
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.ledger.models import Transfer
from canteen.ledger.verify import balances, verify
from canteen.menus import queries as menus
from canteen.menus.models import MenuWeek
from canteen.residents.identity import check_id_number
from canteen.residents.models import GridNode, Household, Resident, ResidentTag, TagState
from canteen.residents.tags import HARDSHIP
from canteen.settlement.models import Meal
from canteen.settlement.verify import verify_meals
from canteen.sites.models import Site
from canteen.staff.models import Staff
from canteen.statistics.models import MealChange, MealCount
from canteen.statistics.rules import Dimension
from tests.conftest import FAST, Browser
from tests.databases import Databases
from tests.people import NOW, TODAY


@pytest.fixture(scope="module")
def demo(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A small demo made on Monday at 11:30, in the middle of lunch. Tests only look at it."""
    folder = tmp_path_factory.mktemp("demo")
    url = databases.fresh(folder)
    app = _build(url, folder)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


def _build(url: str, folder: Path) -> Flask:
    app = create_app(DATA=folder, SQLALCHEMY_DATABASE_URI=url, **FAST)
    with app.app_context(), app.test_request_context():
        build(now=NOW, keys=storage.keys(), tell=lambda what, done: None, size=SMALL)
        db.session.remove()
    return app


def _site_id() -> int:
    return db.session.scalars(select(Site.id)).one()


def test_the_demo_people_see_has_the_numbers_it_promises() -> None:
    assert sum(compound.buildings for compound in FULL.compounds) == 15
    assert (FULL.households, FULL.people, FULL.hardship, FULL.days) == (630, 1876, 136, 62)


def test_every_door_is_lived_behind_and_everybody_is_there(demo: Flask) -> None:
    session = db.session
    lived = session.scalar(select(func.count(Resident.household_id.distinct())))
    assert session.scalar(select(func.count(Household.id))) == SMALL.households == lived
    assert session.scalar(select(func.count(Resident.id))) == SMALL.people
    leaders = session.scalars(select(GridNode.leader_name)).all()
    assert len(leaders) == 1 + 2 + 3 + 3
    assert all(leaders)


def test_as_many_households_are_in_hardship_today_as_promised_each_with_its_paper(
    demo: Flask,
) -> None:
    held = db.session.execute(
        select(Resident.household_id, ResidentTag.evidence, ResidentTag.valid_until)
        .join(Resident, Resident.id == ResidentTag.resident_id)
        .where(ResidentTag.tag.in_(HARDSHIP), ResidentTag.valid_from <= TODAY)
        .where(ResidentTag.state == TagState.APPROVED)
    ).all()
    valid = [row for row in held if row.valid_until is None or row.valid_until >= TODAY]
    soon = [row for row in valid if row.valid_until and row.valid_until <= TODAY + _MONTH]
    assert len({row.household_id for row in valid}) == SMALL.hardship
    assert len(held) - len(valid) == SMALL.lapsed
    assert soon
    assert all(row.evidence for row in held)


def test_the_demo_has_papers_that_wait_for_a_second_person(demo: Flask) -> None:
    states = db.session.execute(
        select(ResidentTag.state, ResidentTag.recorded_by, ResidentTag.decided_by)
    ).all()
    approved = [row for row in states if row.state == TagState.APPROVED]
    waiting = [row for row in states if row.state == TagState.PROPOSED]
    assert len(waiting) >= 3
    assert all(row.decided_by is None for row in waiting)
    assert all(row.decided_by and row.decided_by != row.recorded_by for row in approved)


_MONTH = timedelta(days=30)


def test_people_were_looked_for_and_each_ending_was_written_by_somebody(demo: Flask) -> None:
    alarms = db.session.scalars(select(Alarm)).all()
    shut = (
        select(func.count(RosterStop.resident_id.distinct()))
        .join(Resident, Resident.id == RosterStop.resident_id)
        .join(StopOutcome, (StopOutcome.stop_id == RosterStop.id) & standing_outcome())
        .where(StopOutcome.kind == "nobody_answers", Resident.status == "active")
    )
    assert len(alarms) == min(db.session.scalar(shut) or 0, 40)
    assert sum(one.ended_at is None for one in alarms) == min(len(alarms), 2)
    assert all(one.ended_by for one in alarms if one.ended_at)
    assert all(one.opened_at <= NOW for one in alarms)
    assert db.session.scalar(select(func.count(WatchedDiner.resident_id)))


def test_the_books_close(demo: Flask) -> None:
    assert list(verify(db.session())) == []
    assert list(verify_meals(db.session())) == []


def test_the_charity_gave_its_grant_and_paid_for_the_meals_that_arrived(demo: Flask) -> None:
    free = db.session.scalar(
        select(func.sum(Meal.subsidy_fen)).where(
            Meal.channel == "delivery", Meal.voided_at.is_(None)
        )
    )
    assert free
    assert balances(db.session())["funder:charity"] == 200_000_00 - free


def test_nothing_has_happened_that_is_still_to_come(demo: Flask) -> None:
    for column in (Meal.created_at, Transfer.created_at):
        latest = db.session.scalar(select(func.max(column)))
        assert latest is not None
        assert latest <= NOW
    periods = set(db.session.scalars(select(Meal.period_code).where(Meal.service_date == TODAY)))
    assert periods == {"breakfast", "lunch"}, "dinner has not begun"


def test_there_are_meals_on_every_day_up_to_today(demo: Flask) -> None:
    days = set(db.session.scalars(select(Meal.service_date)))
    assert days == {TODAY - timedelta(days=back) for back in range(SMALL.days)}


def test_prices_come_from_the_policy(demo: Flask) -> None:
    """Nanchang: 2 yuan off from 70, 4 yuan off from 80 or in hardship, never at breakfast."""
    meals = db.session.scalars(
        select(Meal).where(Meal.resident_id.is_not(None), Meal.channel != "delivery")
    ).all()
    assert meals
    for meal in meals:
        assert meal.age is not None
        poor = {"dibao", "tekun"} & set(meal.tags.split(";")) and meal.age >= 60
        off = 400 if poor or meal.age >= 80 else 200 if meal.age >= 70 else 0
        if meal.period_code == "breakfast" or meal.extra:
            off = 0
        assert meal.subsidy_fen == off, meal.reason_zh


def test_menus_are_published_to_this_week_balanced_and_without_a_repeat(demo: Flask) -> None:
    weeks = db.session.execute(
        select(MenuWeek.monday, MenuWeek.state).order_by(MenuWeek.monday)
    ).all()
    assert weeks[-1] == (TODAY + timedelta(days=7), "draft")
    assert {state for _monday, state in weeks[:-1]} == {"published"}
    for monday, _state in weeks:
        plan = menus.week_plan(db.session(), site_id=_site_id(), monday=monday)
        assert not plan.repeats
        assert len(plan.dishes) == plan.places
        assert all(day and day.meat_and_vegetables and day.coarse_and_fine for day in plan.balance)


def test_todays_round_is_under_way(demo: Flask) -> None:
    roster = delivery.roster_of(db.session(), site_id=_site_id(), day=TODAY, period_code="lunch")
    assert roster is not None
    stops = delivery.stops_of(db.session(), roster_id=roster.id)
    done = [state for state in stops if state.outcome]
    assert 0 < len(done) < len(stops)
    assert [state for state in stops if state.stop.problem == "tag_expired"]


def test_the_volunteer_who_signs_in_has_stops_today(demo: Flask) -> None:
    zhou = db.session.scalars(select(Staff.id).where(Staff.username == "xiaozhou")).one()
    volunteer = own.own_volunteer(db.session(), site_id=_site_id(), staff_id=zhou)
    assert volunteer is not None
    rounds = own.own_rounds(db.session(), volunteer=volunteer, day=TODAY, now=NOW)
    assert "陈奶奶" in {state.stop.diner_title for _roster, stops in rounds for state in stops}


def test_people_wait_in_line_some_are_to_be_approved_and_volunteers_are_in_teams(
    demo: Flask,
) -> None:
    states = Counter(db.session.scalars(select(DeliveryNeed.state)))
    assert states["proposed"] == 3
    assert states["waiting"] == 3
    two = select(DeliveryNeed).where(DeliveryNeed.decided_by == DeliveryNeed.recorded_by)
    assert db.session.scalars(two).all() == []
    people = db.session.scalars(select(Volunteer)).all()
    assert len(people) == SMALL.volunteers
    assert len({one.team_id for one in people}) >= 3
    assert all(one.team_id for one in people)
    assert any(one.kind == "merchant" for one in people)
    substituted = select(VolunteerAbsence).where(VolunteerAbsence.substitute_id.is_not(None))
    assert db.session.scalars(substituted).all()
    assert FULL.volunteers == 206


def test_id_numbers_are_sound_encrypted_and_of_no_real_place(demo: Flask) -> None:
    people = db.session.scalars(select(Resident)).all()
    for person in people:
        assert person.id_number_encrypted is not None
        number = check_id_number(storage.keys().decrypt(person.id_number_encrypted), today=TODAY)
        assert (number.birthday, number.gender) == (person.birthday, person.gender)  # type: ignore[union-attr]
        assert number.number.startswith("3699")  # type: ignore[union-attr]
    assert len({person.id_number_hash for person in people}) == len(people)


def test_the_counts_are_folded_and_equal_the_meals(demo: Flask) -> None:
    assert db.session.scalar(select(func.count(MealChange.id))) == 0
    counted = db.session.scalar(
        select(func.sum(MealCount.meals)).where(MealCount.dimension == Dimension.TOTAL)
    )
    standing = select(func.count(Meal.id)).where(Meal.voided_at.is_(None))
    assert counted == db.session.scalar(standing)


def test_everybody_of_the_crew_can_sign_in(demo: Flask) -> None:
    demo.test_client_class = Browser
    for username, _name, _role in ground.PEOPLE:
        form = {"username": username, "password": ground.PASSWORD}
        assert demo.test_client().post("/sign-in", data=form).status_code == 302


def test_the_printed_card_is_good_and_has_not_eaten_today(demo: Flask) -> None:
    trial = card_to_try(now=NOW)
    assert trial is not None
    assert trial.title == "李奶奶"
    assert isinstance(read_token(trial.token, storage.keys().card), CardClaim)
    assert trial.expected_zh.startswith("午餐 13 元，补贴 4 元，实付 9 元")


def test_made_twice_it_is_the_same(demo: Flask, databases: Databases, tmp_path: Path) -> None:
    first = _story()
    url = databases.fresh(tmp_path)
    with _build(url, tmp_path).app_context():
        assert _story() == first
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


def _story() -> list[tuple[object, ...]]:
    query = (
        select(Resident.name, Meal.id, Meal.created_at, Meal.paid_fen, Meal.balance_after_fen)
        .outerjoin(Resident, Resident.id == Meal.resident_id)
        .order_by(Meal.id)
    )
    return [tuple(row) for row in db.session.execute(query)]


def test_months_that_are_over_are_claimed_partly_paid_and_one_meal_is_put_right(
    databases: Databases, tmp_path: Path
) -> None:
    """A small demo with enough days to reach into October and September."""
    url = databases.fresh(tmp_path)
    app = create_app(DATA=tmp_path, SQLALCHEMY_DATABASE_URI=url, **FAST)
    with app.app_context(), app.test_request_context():
        size = replace(SMALL, days=FULL.days)
        build(now=NOW, keys=storage.keys(), tell=lambda what, done: None, size=size)
        session = db.session()
        sites = [_site_id()]
        rows = claims.claims(session, site_ids=sites, page=1).rows
        district = {row.first_day: row for row in rows if row.funder_code == "district"}
        september, october = date(2026, 9, 1), date(2026, 10, 1)
        assert set(district) == {september, october}
        assert district[september].outstanding_fen == 0
        assert 0 < district[october].paid_fen < district[october].total_fen
        charity = [row for row in rows if row.funder_code == "charity"]
        assert all(row.covered_fen == row.total_fen > 0 for row in charity)
        assert not unclaimed_spans(session, site_ids=sites, today=TODAY)
        late = late_lines(
            session, funder_code="district", first_day=date(2026, 11, 1), only="corrections",
            last_day=date(2026, 11, 30), site_ids=sites, page=1,
        )  # fmt: skip
        assert [line.corrects_number for line in late.rows] == ["district-2026-10"]
        assert list(verify(session)) == []
        assert list(verify_meals(session)) == []
        assert session.scalar(select(func.count(MealChange.id))) == 0
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)
