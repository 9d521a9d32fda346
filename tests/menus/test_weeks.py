"""A week: filled by picking, repeats marked, published once and then fixed."""

import threading
from datetime import timedelta

from flask import Flask
from sqlalchemy import event, func, select

from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.menus import actions, queries
from canteen.menus.models import Dish, MenuEntry
from tests.menus.kitchen import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    dish_id,
    fill,
    make_kitchen,
    put,
    week,
)
from tests.people import NOW, make_site, make_zhangjie


def entries() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(MenuEntry)) or 0


def test_a_picked_dish_stands_in_its_place_with_its_price(app: Flask) -> None:
    site = make_kitchen()
    assert put(site, MONDAY, "红烧肉") is None
    (dish,) = week(site).dishes
    assert (dish.name, dish.day, dish.price_fen) == ("红烧肉", MONDAY, 800)


def test_the_same_pick_twice_is_one_dish(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, MONDAY, "红烧肉")
    assert entries() == 1


def test_the_last_of_two_picks_has_the_place(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, MONDAY, "土豆牛肉")
    assert [one.name for one in week(site).dishes] == ["土豆牛肉"]


def test_cooks_at_once_keep_their_places_and_share_none(app: Flask) -> None:
    site = make_kitchen()
    number = dish_id("红烧肉")

    def pick(position: int) -> None:
        with app.app_context():
            actions.place_dish(
                site_id=site, day=MONDAY, period="lunch", slot="meat",
                position=position, dish_id=number,
            )  # fmt: skip
            db.session.remove()

    cooks = [threading.Thread(target=pick, args=(place,)) for place in (0, 1, 2, 0, 1, 2)]
    for cook in cooks:
        cook.start()
    for cook in cooks:
        cook.join()
    assert sorted(one.position for one in week(site).dishes) == [0, 1, 2]


def test_a_repeat_is_marked_on_both_its_places(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "番茄炒蛋", slot="half_meat")
    put(site, WEDNESDAY, "番茄炒蛋", slot="half_meat", period="dinner")
    plan = week(site)
    places = [
        place
        for meal in plan.periods
        for row in meal.slots
        for cells in row.days
        for place in cells
        if place.dish
    ]
    assert [place.repeats[0].day for place in places] == [WEDNESDAY, MONDAY]


def test_rice_may_stand_every_day_until_the_site_says_otherwise(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "米饭", slot="staple")
    put(site, TUESDAY, "米饭", slot="staple")
    assert week(site).repeats == ()
    assert actions.set_exemptions(site_id=site, windows={"staple": 2}) is None
    assert len(week(site).repeats) == 1
    assert actions.set_exemptions(site_id=site, windows={}) is None
    assert len(week(site).repeats) == 1


def test_a_window_reaches_back_into_the_week_before(app: Flask) -> None:
    site = make_kitchen()
    actions.set_exemptions(site_id=site, windows={"staple": 3})
    put(site, MONDAY - timedelta(days=1), "米饭", slot="staple")
    put(site, TUESDAY, "米饭", slot="staple")
    assert len(week(site).repeats) == 1


def test_two_dishes_much_alike_are_only_a_warning(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "葱油蚕豆", slot="vegetable")
    put(site, TUESDAY, "蚕豆炒雪菜", slot="vegetable")
    plan = week(site)
    assert (len(plan.repeats), len(plan.alike)) == (0, 1)
    assert actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None) is None


def test_each_day_shows_its_balance(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    balance = week(site).balance
    assert balance[0] is not None
    assert (balance[0].meat, balance[0].vegetable) == (1, 0)
    assert balance[1] is None


def test_a_week_with_a_repeat_is_not_published(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, TUESDAY, "红烧肉")
    refused = actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None)
    assert refused == Refusal("week_repeats", {"count": 1, "dishes": "红烧肉"})
    assert not week(site).published


def test_an_empty_week_is_not_published(app: Flask) -> None:
    site = make_kitchen()
    refused = actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None)
    assert refused is not None
    assert refused.code == "week_empty"


def test_a_published_week_is_frozen_whatever_is_tried(app: Flask) -> None:
    site = make_kitchen()
    manager = make_zhangjie(site)
    put(site, MONDAY, "红烧肉")
    for _twice in range(2):
        done = actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=manager)
        assert done is None
    place = {"site_id": site, "day": MONDAY, "period": "lunch", "slot": "meat", "position": 0}
    tried = (
        put(site, MONDAY, "土豆牛肉"),
        actions.clear_place(**place),
        actions.clear_day(site_id=site, day=MONDAY),
    )
    assert [one.code for one in tried if one] == ["week_frozen"] * 3
    assert [one.name for one in week(site).dishes] == ["红烧肉"]


def test_a_published_dish_keeps_the_name_and_price_it_had(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None)
    dish = queries.dish(db.session(), dish_id("红烧肉"))
    assert dish is not None
    with transaction() as session:
        session.get_one(Dish, dish.id).price_fen = 999
    today = queries.todays_dishes(
        db.session(), site_id=site, service_date=MONDAY, period_code="lunch"
    )
    assert [(one.name, one.price_fen, one.slot_name) for one in today] == [("红烧肉", 800, "大荤")]


def test_a_draft_does_not_reach_the_counter(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    day = {"service_date": MONDAY, "period_code": "lunch"}
    assert queries.todays_dishes(db.session(), site_id=site, **day) == []


def test_copying_fills_only_empty_places_and_twice_is_harmless(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY - timedelta(days=7), "红烧肉")
    put(site, TUESDAY - timedelta(days=7), "白切鸡")
    put(site, MONDAY, "土豆牛肉")
    assert actions.copy_week(site_id=site, monday=MONDAY) == 1
    assert actions.copy_week(site_id=site, monday=MONDAY) == 0
    assert [one.name for one in week(site).dishes] == ["土豆牛肉", "白切鸡"]


def test_clearing_a_day_leaves_the_others(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, TUESDAY, "白切鸡")
    assert actions.clear_day(site_id=site, day=MONDAY) is None
    assert [one.name for one in week(site).dishes] == ["白切鸡"]


def test_a_place_the_grid_does_not_have_is_refused(app: Flask) -> None:
    site = make_kitchen()
    for wrong in ({"slot": "nosuch"}, {"period": "tea"}, {"position": 12}, {"position": -1}):
        refused = put(site, MONDAY, "红烧肉", **wrong)  # type: ignore[arg-type]
        assert refused is not None
        assert refused.code == "place_unknown", wrong


def test_one_site_does_not_see_the_weeks_of_another(app: Flask) -> None:
    site = make_kitchen()
    other = make_site("other", name="别处食堂")
    put(site, MONDAY, "红烧肉")
    assert week(other).dishes == ()


def test_default_rows_are_made_once(app: Flask) -> None:
    site = make_kitchen()
    assert actions.make_default_slots(site_id=site) == 0
    assert len(week(site).periods) == 3


def test_a_row_that_holds_dishes_stays(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    row = next(
        one
        for one in queries.slot_rows(db.session(), site)
        if (one.period_code, one.code) == ("lunch", "meat")
    )
    refused = actions.remove_slot(site_id=site, slot_id=row.id)
    assert refused == Refusal("slot_in_use", {"name": "大荤"})


def test_a_full_week_is_read_in_a_handful_of_queries(app: Flask) -> None:
    site = make_kitchen()
    fill(site)
    assert len(week(site).dishes) == week(site).places == 147
    asked: list[str] = []
    event.listen(
        db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]) if "SELECT" in a[2] else 0
    )
    week(site)
    assert len(asked) <= 9
