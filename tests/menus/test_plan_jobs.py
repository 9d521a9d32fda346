"""Planning in the worker: offers, progress, stopping, and what is said when nothing fits."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from canteen.foundation import jobs
from canteen.foundation.database import db, transaction
from canteen.foundation.jobs import Job, run_waiting
from canteen.foundation.wording import Refusal
from canteen.menus import actions
from canteen.menus.models import Dish
from canteen.menus.plan_actions import ask_for_plan, save_planning_rules
from canteen.menus.plan_asked import Asked
from canteen.menus.plan_facts import Read, read_facts
from canteen.menus.plan_jobs import progress_words
from canteen.menus.planning.checking import broken_rules
from tests.menus.desk import answer_of, ask, planned, proposals
from tests.menus.kitchen import MONDAY, dish_id, make_kitchen, put
from tests.people import NOW

pytestmark = pytest.mark.usefixtures("quick")


def test_a_week_is_planned_checked_and_offered(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    found = planned(app, site)
    offer = found.offer
    assert (found.state, len(offer.places), offer.broken) == ("offered", 147, ())
    assert offer.places[MONDAY, "lunch", "meat", 0] == dish_id("红烧肉")
    assert len(offer.changes) == 146
    assert offer.measures is not None
    assert (offer.measures.certificate.days, offer.measures.certificate.dishes) == (7, 147)
    read = read_facts(db.session(), offer.asked)
    assert isinstance(read, Read)
    assert broken_rules(read.facts, offer.plan) == []


def test_only_lunch_can_be_planned(app: Flask) -> None:
    offer = planned(app, make_kitchen(), periods=("lunch",)).offer
    assert {place[1] for place in offer.places} == {"lunch"}


def test_a_new_offer_puts_the_one_before_away(app: Flask) -> None:
    site = make_kitchen()
    for _again in range(2):
        planned(app, site, periods=("dinner",))
    assert [state for _id, state in proposals()] == ["discarded", "offered"]


def test_asking_twice_is_one_job(app: Flask) -> None:
    site = make_kitchen()
    assert ask(site) == ask(site)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"weeks": 0}, "plan_weeks"),
        ({"weeks": 5}, "plan_weeks"),
        ({"seconds": 1}, "plan_seconds"),
        ({"periods": ("tea",)}, "plan_period"),
        ({"locked": (MONDAY - timedelta(days=1),)}, "plan_day_outside"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_once(
    app: Flask, asked: dict[str, object], code: str
) -> None:
    site = make_kitchen()
    question = Asked(**{"site_id": site, "monday": MONDAY, **asked})  # type: ignore[arg-type]
    refused = ask_for_plan(question, by=None, now=NOW)
    assert isinstance(refused, Refusal)
    assert refused.code == code


def test_a_published_week_is_refused_at_once_and_by_the_worker(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    job_id = ask(site)
    actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None)
    again = ask_for_plan(Asked(site_id=site, monday=MONDAY), by=None, now=NOW)
    assert isinstance(again, Refusal)
    run_waiting(app)
    _state, answer = answer_of(job_id)
    assert answer["refusal"]["code"] == again.code == "plan_week_published"
    assert proposals() == []


def test_a_library_that_is_too_small_is_explained_with_ways_out(app: Flask) -> None:
    site = make_kitchen()
    with transaction() as session:
        keep = {dish_id(name) for name in ("红烧肉", "白切鸡", "土豆牛肉")}
        session.execute(
            update(Dish)
            .where(Dish.category == "main_meat", Dish.id.not_in(keep))
            .values(active=False)
        )
    offer = planned(app, site, periods=("dinner",)).offer
    assert offer.impossible
    assert offer.conflict is not None
    assert {one.rule for one in offer.conflict.demands} >= {"repeat"}
    assert any(one.kind == "add_dishes" for one in offer.conflict.remedies)
    assert offer.nearest
    assert len(offer.places) == 35
    assert {one.rule for one in offer.broken} == {"repeat"}


def test_a_bad_library_is_refused_in_words_and_offers_nothing(app: Flask) -> None:
    site = make_kitchen()
    with transaction() as session:
        session.execute(update(Dish).values(active=False))
    offer = planned(app, site).offer
    assert offer.problems
    assert (dict(offer.places), offer.conflict) == ({}, None)


def test_a_search_that_is_stopped_before_it_began_offers_nothing(app: Flask) -> None:
    site = make_kitchen()
    job_id = ask(site)
    jobs.cancel(job_id, now=datetime.now(UTC))
    run_waiting(app)
    assert answer_of(job_id)[0] == "cancelled"
    assert proposals() == []


def test_the_worker_says_how_far_it_is_in_words(app: Flask) -> None:
    note = {"phase": "search", "used": 8, "given": 20, "found": True, "gap_permille": 18}
    with app.test_request_context():
        said = progress_words(note)
        assert said == "已有可用方案，距最优最多 1.8 %。已用 8 秒，最多 20 秒"
        assert "第一个" in progress_words({**note, "found": False})
        assert "原因" in progress_words({**note, "phase": "reasons"})


def test_the_search_runs_with_the_rules_of_the_site(app: Flask) -> None:
    site = make_kitchen()
    rules = {"bans": [{"mark": "contains:pork", "weekdays": [0]}], "closed_weekdays": [6]}
    assert save_planning_rules(site_id=site, document=rules, now=NOW, by=None) == []
    offer = planned(app, site, periods=("dinner",)).offer
    read = read_facts(db.session(), offer.asked)
    assert isinstance(read, Read)
    assert {place[0].weekday() for place in offer.places} == set(range(6))
    for place, number in offer.places.items():
        if place[0] == MONDAY:
            assert "contains:pork" not in read.facts.by_id[number].marks
    assert db.session.get(Job, 1) is not None
