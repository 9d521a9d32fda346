"""Taking an offer into the weeks: all of it or nothing, and never over somebody's work."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal, say
from canteen.menus import actions
from canteen.menus.models import Dish, MenuEntry, MenuSlot
from canteen.menus.plan_actions import (
    discard_proposal,
    save_planning_rules,
    take_proposal,
)
from canteen.menus.plan_asked import Asked
from canteen.menus.plan_queries import Proposal
from tests.menus.desk import fix, planned, proposals
from tests.menus.kitchen import MONDAY, TUESDAY, dish_id, make_kitchen, put, week
from tests.people import NOW, make_site, make_zhangjie

pytestmark = pytest.mark.usefixtures("quick")


PLACE = (MONDAY, "dinner", "meat", 0)


def dinners(app: Flask, site: int, **asked: object) -> Proposal:
    """A week of dinners, offered."""
    return planned(app, site, periods=("dinner",), **asked)


def take(site: int, found: Proposal, by: int | None = None) -> int | Refusal:
    return take_proposal(site_id=site, proposal_id=found.id, now=NOW, by=by)


def refused(app: Flask, site: int, found: Proposal) -> str:
    """The code of a refusal; nothing was written and it can be said."""
    before = entries()
    answer = take(site, found)
    assert isinstance(answer, Refusal), answer
    assert entries() == before
    with app.test_request_context():
        assert say(answer).text
    return answer.code


def entries() -> list[tuple[object, ...]]:
    db.session.rollback()
    query = select(
        MenuEntry.service_date, MenuEntry.period_code, MenuEntry.slot_code, MenuEntry.position,
        MenuEntry.dish_id,
    )  # fmt: skip
    return sorted(tuple(row) for row in db.session.execute(query))


def other_than(found: Proposal, category: str = "main_meat") -> Dish:
    """A dish that is not in the offer."""
    query = select(Dish).where(
        Dish.category == category, Dish.id.not_in(set(found.offer.places.values())), Dish.active
    )
    return db.session.scalars(query.order_by(Dish.id)).first()  # type: ignore[return-value]


def test_an_offer_fills_the_draft_once_and_is_on_record(app: Flask) -> None:
    site = make_kitchen()
    manager = make_zhangjie(site)
    found = dinners(app, site)
    assert take(site, found, manager) == 35
    assert take(site, found, manager) == 0
    standing = {(d.day, d.period, d.slot, d.position): d.dish_id for d in week(site).dishes}
    assert standing == dict(found.offer.places)
    assert week(site).repeats == ()
    assert proposals() == [(found.id, "taken")]
    (note,) = db.session.scalars(select(AuditEntry.note).where(AuditEntry.action == "took_plan"))
    assert note.endswith("35 places")


def test_other_meals_and_dishes_beyond_the_grid_stay(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, MONDAY, "土豆牛肉", period="dinner", slot="meat", position=5)
    take(site, dinners(app, site))
    names = {(one.period, one.position): one.name for one in week(site).dishes}
    assert names["lunch", 0] == "红烧肉"
    assert names["dinner", 5] == "土豆牛肉"


def test_an_offer_for_two_weeks_fills_both(app: Flask) -> None:
    site = make_kitchen()
    assert take(site, dinners(app, site, weeks=2)) == 70
    assert len(week(site, MONDAY + timedelta(days=7)).dishes) == 35


def test_a_place_somebody_filled_meanwhile_is_named(app: Flask) -> None:
    site = make_kitchen()
    found = dinners(app, site)
    actions.place_dish(
        site_id=site, day=MONDAY, period="dinner", slot="meat", position=0,
        dish_id=other_than(found).id,
    )  # fmt: skip
    assert refused(app, site, found) == "proposal_place_changed"


def test_a_place_filled_with_just_what_is_offered_does_not_matter(app: Flask) -> None:
    site = make_kitchen()
    found = dinners(app, site)
    actions.place_dish(
        site_id=site, day=MONDAY, period="dinner", slot="meat", position=0,
        dish_id=found.offer.places[PLACE],
    )  # fmt: skip
    assert take(site, found) == 34


def test_a_pin_set_meanwhile_is_respected(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉", period="dinner")
    with transaction() as session:  # so that no plan puts it there by itself
        session.get_one(Dish, dish_id("红烧肉")).periods = "lunch"
    found = dinners(app, site, keep=False)
    fix(site, PLACE)
    assert refused(app, site, found) == "proposal_pinned"


def test_a_dish_given_up_meanwhile_is_named(app: Flask) -> None:
    site = make_kitchen()
    found = dinners(app, site)
    with transaction() as session:
        session.get_one(Dish, found.offer.places[PLACE]).active = False
    assert refused(app, site, found) == "proposal_dish_gone"


def test_a_grid_changed_meanwhile_is_refused(app: Flask) -> None:
    site = make_kitchen()
    found = dinners(app, site)
    with transaction() as session:
        row = session.scalars(select(MenuSlot).where(MenuSlot.period_code == "dinner")).first()
        assert row is not None
        row.places += 1
    assert refused(app, site, found) == "proposal_grid_changed"


def test_a_repeat_put_into_another_meal_meanwhile_is_named(app: Flask) -> None:
    site = make_kitchen()
    found = dinners(app, site)
    actions.place_dish(
        site_id=site, day=TUESDAY, period="lunch", slot="meat", position=0,
        dish_id=found.offer.places[PLACE],
    )  # fmt: skip
    assert refused(app, site, found) == "proposal_breaks"


def test_a_rule_made_stricter_meanwhile_is_named(app: Flask) -> None:
    site = make_kitchen()
    found = dinners(app, site)
    rules = {"budget_fen": {"dinner": 1}}
    assert save_planning_rules(site_id=site, document=rules, now=NOW, by=None) == []
    assert refused(app, site, found) == "proposal_breaks"


def test_a_week_published_meanwhile_is_not_touched(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    found = dinners(app, site)
    actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None)
    assert refused(app, site, found) == "plan_week_published"


def test_an_offer_put_away_is_not_taken_and_one_taken_not_put_away(app: Flask) -> None:
    site = make_kitchen()
    found = dinners(app, site)
    away = {"site_id": site, "proposal_id": found.id, "now": NOW, "by": None}
    for _twice in range(2):
        assert discard_proposal(**away) is None  # type: ignore[arg-type]
    assert refused(app, site, found) == "proposal_discarded"
    second = dinners(app, site)
    take(site, second)
    refusal = discard_proposal(site_id=site, proposal_id=second.id, now=NOW, by=None)
    assert refusal == Refusal("proposal_taken", {})


def test_an_offer_of_another_site_is_not_there(app: Flask) -> None:
    site = make_kitchen()
    found = dinners(app, site)
    with pytest.raises(Exception, match="No row"):
        take_proposal(site_id=make_site("other"), proposal_id=found.id, now=NOW, by=None)


def test_something_else_here_changes_that_place_and_keeps_the_rest(app: Flask) -> None:
    site = make_kitchen()
    take(site, dinners(app, site))
    before = {(d.day, d.period, d.slot, d.position): d.dish_id for d in week(site).dishes}
    found = planned(app, site, kind="change", elsewhere=(PLACE,))
    assert PLACE in found.offer.changes
    assert found.offer.changes[PLACE][0] == before[PLACE]
    assert len(found.offer.changes) == 1
    assert take(site, found) == 1
    after = {(d.day, d.period, d.slot, d.position): d.dish_id for d in week(site).dishes}
    assert {place for place in before if before[place] != after[place]} == {PLACE}


def test_rules_are_saved_once_and_on_record(app: Flask) -> None:
    site = make_kitchen()
    for _twice in range(2):
        rules = {"return_days": {"main_meat": 10}}
        assert save_planning_rules(site_id=site, document=rules, now=NOW, by=None) == []
    count = select(func.count()).where(AuditEntry.subject == "planning_rules")
    assert db.session.scalar(count) == 1
    assert Asked(site_id=site, monday=MONDAY).mondays == (MONDAY,)


def test_the_nearest_plan_may_be_taken_and_mended_by_hand(app: Flask) -> None:
    site = make_kitchen()
    rules = {"budget_fen": {"dinner": 50}}
    assert save_planning_rules(site_id=site, document=rules, now=NOW, by=None) == []
    found = dinners(app, site)
    assert found.offer.nearest
    assert found.offer.broken
    assert take(site, found) == len(found.offer.places)
