"""A dish a person has locked stays; a published week is not locked any more."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from canteen.foundation.database import db
from canteen.menus import actions
from canteen.menus.models import MenuEntry
from canteen.menus.pinning import pin_day, pin_place, unpin_place
from tests.menus.kitchen import MONDAY, TUESDAY, make_kitchen, put
from tests.people import NOW, make_site

PLACE = {"day": MONDAY, "period": "lunch", "slot": "meat", "position": 0}


def pinned() -> list[str]:
    """Names of the locked dishes."""
    db.session.rollback()
    query = select(MenuEntry.dish_name).where(MenuEntry.pinned)
    return sorted(db.session.scalars(query))


def test_one_place_is_locked_and_opened_again(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, MONDAY, "白切鸡", position=1)
    for _twice in range(2):
        assert pin_place(site_id=site, **PLACE) is None
    assert pinned() == ["红烧肉"]
    for _twice in range(2):
        assert unpin_place(site_id=site, **PLACE) is None
    assert pinned() == []


def test_a_day_is_locked_whole_or_one_meal_of_it(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, MONDAY, "白切鸡", period="dinner")
    put(site, TUESDAY, "土豆牛肉")
    assert pin_day(site_id=site, day=MONDAY, periods=["dinner"]) is None
    assert pinned() == ["白切鸡"]
    assert pin_day(site_id=site, day=MONDAY) is None
    assert pinned() == ["白切鸡", "红烧肉"]
    assert pin_day(site_id=site, day=MONDAY, pinned=False) is None
    assert pinned() == []


def test_an_empty_place_or_day_cannot_be_locked(app: Flask) -> None:
    site = make_kitchen()
    for refused in (
        pin_place(site_id=site, **PLACE),
        pin_day(site_id=site, day=MONDAY),
        put(site, TUESDAY, "土豆牛肉") or pin_place(site_id=site, **PLACE),
    ):
        assert refused is not None
        assert refused.code == "place_empty"
    assert unpin_place(site_id=site, **PLACE) is None


def test_a_published_week_is_not_locked(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None)
    for refused in (
        pin_place(site_id=site, **PLACE),
        unpin_place(site_id=site, **PLACE),
        pin_day(site_id=site, day=MONDAY),
    ):
        assert refused is not None
        assert refused.code == "week_frozen"


def test_locks_stay_within_their_site_and_week(app: Flask) -> None:
    site = make_kitchen()
    other = make_site("other", name="别处食堂")
    put(site, MONDAY, "红烧肉")
    put(site, MONDAY + timedelta(days=7), "红烧肉")
    assert pin_day(site_id=other, day=MONDAY) is not None
    pin_day(site_id=site, day=MONDAY)
    assert pinned() == ["红烧肉"]
