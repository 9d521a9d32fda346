"""Weeks that cannot be planned, or hardly: what is wrong is said, and nothing is half done."""

import re
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from canteen.foundation.database import db, transaction
from canteen.foundation.wording import say
from canteen.menus import actions
from canteen.menus.models import Dish
from canteen.menus.plan_actions import save_planning_rules
from canteen.menus.plan_conflict_words import demand_words, way_out
from canteen.menus.plan_documents import Offer
from canteen.menus.plan_making import make_plan
from canteen.menus.plan_offering import not_to_be_offered
from canteen.menus.plan_queries import names_of
from canteen.menus.plan_words import broken_words
from canteen.sites.models import MealPeriod
from tests.menus.desk import fix, planned
from tests.menus.kitchen import MONDAY, WEDNESDAY, dish_id, make_kitchen, put, week
from tests.menus.test_plan_facts import read
from tests.people import NOW

pytestmark = pytest.mark.usefixtures("quick")


def rules(site: int, **document: Any) -> None:
    assert save_planning_rules(site_id=site, document=document, now=NOW, by=None) == []


def dinners(app: Flask, site: int) -> Offer:
    """What is offered for a week of dinners; whatever it is, its words can be said."""
    offer = planned(app, site, periods=("dinner",)).offer
    assert week(site).dishes == () or len(week(site).dishes) < 35
    return offer


def words(app: Flask, site: int, offer: Offer) -> str:
    """All that the page says about what is wrong, and the ways out."""
    with app.test_request_context():
        names = names_of(db.session(), site)
        conflict = offer.conflict
        said = [say(one) for one in offer.problems]
        parts = [f"{one.text}{one.next_step}" for one in said]
        parts += [broken_words(one, names) for one in offer.broken]
        if conflict:
            parts += [demand_words(one, names) for one in conflict.demands]
            parts += [way_out(one, names).text for one in conflict.remedies]
        return "\n".join(map(str, parts))


def test_one_dish_alone_is_too_few_and_the_kinds_are_named(app: Flask) -> None:
    site = make_kitchen()
    with transaction() as session:
        session.execute(update(Dish).where(Dish.name != "红烧肉").values(active=False))
    offer = dinners(app, site)
    assert offer.impossible
    assert re.search("只有 [01] 种可用", words(app, site, offer))


def test_where_everything_is_banned_the_ban_is_named(app: Flask) -> None:
    site = make_kitchen()
    rules(site, bans=[{"mark": "category:main_meat"}])
    offer = dinners(app, site)
    assert offer.impossible
    assert "大荤" in words(app, site, offer)


def test_a_budget_of_one_fen_is_named(app: Flask) -> None:
    site = make_kitchen()
    rules(site, budget_fen={"dinner": 1})
    offer = dinners(app, site)
    assert offer.impossible
    assert "晚餐每份不超过 0.01 元" in words(app, site, offer)


def test_one_dish_locked_on_two_days_is_named_with_both(app: Flask) -> None:
    site = make_kitchen()
    for day in (MONDAY, WEDNESDAY):
        put(site, day, "红烧肉", period="dinner")
        fix(site, (day, "dinner", "meat", 0))
    offer = dinners(app, site)
    assert offer.impossible
    assert "红烧肉" in words(app, site, offer)
    standing = {(one.day, one.name) for one in week(site).dishes}
    assert standing == {(MONDAY, "红烧肉"), (WEDNESDAY, "红烧肉")}


def test_a_dish_locked_on_a_day_it_is_banned_stays_as_the_person_said(app: Flask) -> None:
    """A lock is a person's word and stands over the season, the meal and the ban."""
    site = make_kitchen()
    rules(site, bans=[{"mark": "contains:pork", "weekdays": [0]}])
    put(site, MONDAY, "红烧肉", period="dinner")
    fix(site, (MONDAY, "dinner", "meat", 0))
    offer = dinners(app, site)
    assert (offer.impossible, offer.broken) == (False, ())
    assert offer.places[MONDAY, "dinner", "meat", 0] == dish_id("红烧肉")


def test_four_weeks_with_closed_days_leave_those_days_out(app: Flask) -> None:
    site = make_kitchen()
    closed = [MONDAY + timedelta(days=7 * n + 2) for n in range(4)]
    rules(site, closed_weekdays=[5, 6], closed_days=[day.isoformat() for day in closed])
    offer = planned(app, site, periods=("dinner",), weeks=4).offer
    days = {place[0] for place in offer.places}
    assert len(days) == 16
    assert not days & set(closed)
    assert {day.weekday() for day in days} <= {0, 1, 2, 3, 4}
    assert offer.broken == ()


def test_a_site_of_six_meals_with_slots_of_its_own_is_planned(app: Flask) -> None:
    site = make_kitchen()
    meals = ("early", "forenoon", "noon", "tea", "evening", "night")
    with transaction() as session:
        for position, code in enumerate(meals, start=1):
            session.add(
                MealPeriod(
                    site_id=site, code=code, name=f"第{position}餐", name_en=code,
                    position=position, starts=time(4 + 2 * position), ends=time(5 + 2 * position),
                )
            )  # fmt: skip
    for code in meals:
        values = {
            "period_code": code, "code": "own", "name": "自定", "name_en": "Own",
            "categories": ("vegetable", "soup"), "places": 1, "servings": 1, "position": 900,
        }  # fmt: skip
        assert actions.save_slot(site_id=site, slot_id=None, values=values) is None
    offer = planned(app, site, periods=meals).offer
    assert {place[1:3] for place in offer.places} == {(code, "own") for code in meals}
    assert len(offer.places) == 42
    assert offer.broken == ()


# --- Stopped ---------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", ["search", "reasons", "nearest"])
def test_stopped_in_any_stage_it_says_so_or_shows_what_it_knows(app: Flask, phase: str) -> None:
    """What was found out until then is kept; nothing is called sound that was not checked."""
    site = make_kitchen()
    rules(site, budget_fen={"dinner": 1})
    found = read(site, periods=("dinner",))
    reached = {"search"}
    made = make_plan(
        found.facts,
        seconds=30,
        tell=lambda now, _tidings: reached.add(now),
        stop=lambda: phase in reached,
    )
    assert made.stopped
    refusal = not_to_be_offered(made)
    if phase == "search":
        assert refusal is not None
        assert refusal.code == "plan_stopped_early"
    elif refusal is None:
        assert made.nearest or made.conflict is not None
        assert made.broken or made.outcome is None or made.outcome.plan is None
    else:
        assert refusal.code == "plan_stopped_early"
