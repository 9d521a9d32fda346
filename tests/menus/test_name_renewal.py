"""After an update a kept name is what the program makes of it today, and what it is known by."""

import json

import pytest
from flask import Flask
from sqlalchemy import select, update

from canteen.foundation.database import db, transaction
from canteen.menus.library_models import DishName
from canteen.menus.models import Dish
from canteen.menus.name_renewal import renew_names
from canteen.menus.plan_models import PlanningRules
from canteen.menus.queries import dishes_by_canonical
from tests.menus.kitchen import make_kitchen
from tests.people import NOW


@pytest.fixture(autouse=True)
def kitchen(app: Flask) -> int:
    return make_kitchen()


def keep_as(name: str, canonical: str) -> None:
    """The library as an older version left it."""
    with transaction() as session:
        session.execute(update(Dish).where(Dish.name == name).values(canonical=canonical))


def kept(name: str) -> str | None:
    return db.session.scalar(select(Dish.canonical).where(Dish.name == name))


def two_names() -> tuple[str, str, str, str]:
    """Two dishes and their forms of today."""
    rows = db.session.execute(select(Dish.name, Dish.canonical).order_by(Dish.id).limit(2)).all()
    (one, form), (other, other_form) = rows
    db.session.rollback()
    return one, form, other, other_form


def test_a_dish_is_found_by_its_form_of_today_and_rules_follow(kitchen: int) -> None:
    name, form, *_ = two_names()
    keep_as(name, "旧写法")
    rule = json.dumps({"bans": [{"mark": "dish:旧写法", "days": []}], "dish_ids": [1]})
    with transaction() as session:
        session.add(PlanningRules(site_id=kitchen, document=rule, changed_at=NOW))

    assert renew_names() == 1

    assert kept(name) == form
    assert dishes_by_canonical(db.session(), (form,))[form].name == name
    document = json.loads(db.session.scalars(select(PlanningRules.document)).one())
    assert document["bans"][0]["mark"] == f"dish:{form}"
    assert document["dish_ids"] == [1]


def test_what_is_as_it_should_be_is_left_alone(kitchen: int) -> None:
    assert renew_names() == 0
    keep_as(two_names()[0], "旧写法")
    assert [renew_names(), renew_names()] == [1, 0]


def test_dishes_may_trade_forms_one_after_the_other() -> None:
    one, form, other, other_form = two_names()
    keep_as(other, "旧写法")
    keep_as(one, other_form)

    assert renew_names() == 2

    assert (kept(one), kept(other)) == (form, other_form)


def test_a_form_that_another_dish_has_stays_with_it() -> None:
    one, _form, other, other_form = two_names()
    with transaction() as session:  # two spellings that only this version knows to be one
        session.execute(update(Dish).where(Dish.name == one).values(name=f"{other}（例份）"))

    assert renew_names() == 0

    assert kept(other) == other_form
    assert len(db.session.scalars(select(Dish).where(Dish.canonical == other_form)).all()) == 1


def test_a_name_that_was_merged_away_is_known_by_its_form_of_today() -> None:
    name, *_ = two_names()
    dish = db.session.scalars(select(Dish.id).where(Dish.name == name)).one()
    db.session.rollback()
    with transaction() as session:
        session.add(DishName(canonical="旧写法", name="番茄炒鸡蛋饭", dish_id=dish))

    assert renew_names() == 1

    found = db.session.scalars(select(DishName.canonical)).one()
    assert found != "旧写法"
    assert dishes_by_canonical(db.session(), (found,))[found].id == dish
