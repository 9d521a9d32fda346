"""Another dish on the day: the published one is kept beside it, and the counter sells the new."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.menus import actions, queries
from canteen.menus.models import MenuEntry
from canteen.menus.pinning import pin_place
from canteen.menus.plan import StandingDish
from canteen.menus.plan_actions import save_planning_rules
from canteen.menus.plan_choices import DishChoice, choices_on_the_day
from canteen.menus.plan_models import MenuSubstitution
from canteen.menus.substituting import Swap, history, substitute_dish
from tests.lunches import run_at_once
from tests.menus.kitchen import MONDAY, TUESDAY, WEDNESDAY, dish_id, make_kitchen, put, week
from tests.people import NOW, make_site, make_zhangjie

TODAY = MONDAY


def published(**more: str) -> tuple[int, int]:
    """金牛食堂 with a published week of few dishes; its id and the entry of Monday's 红烧肉."""
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, TUESDAY, "土豆牛肉")
    put(site, MONDAY, "米饭", slot="staple")
    assert actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None) is None
    return site, entry("红烧肉")


def entry(name: str) -> int:
    """The place in which a dish was published."""
    db.session.rollback()
    found = db.session.scalar(select(MenuEntry.id).where(MenuEntry.dish_name == name))
    assert found is not None
    return found


def swap(
    site: int,
    place: int,
    name: str,
    *,
    seen: str = "红烧肉",
    reason: str = "not_delivered",
    repeat_confirmed: bool = False,
    **more: Any,
) -> Refusal | None:
    """Serve a dish instead of what was seen there."""
    wanted = Swap(
        entry_id=place, dish_id=dish_id(name), instead_of=dish_id(seen), reason=reason,
        repeat_confirmed=repeat_confirmed,
    )  # fmt: skip
    asked: dict[str, Any] = {"monday": MONDAY, "today": TODAY, "now": NOW, "by": None, **more}
    return substitute_dish(wanted, site_id=site, **asked)


def rows() -> list[tuple[int, str, str]]:
    db.session.rollback()
    query = select(MenuSubstitution).order_by(MenuSubstitution.id)
    return [(one.entry_id, one.dish_name, one.reason) for one in db.session.scalars(query)]


def monday_lunch(site: int) -> list[tuple[str, int, str]]:
    db.session.rollback()
    found = queries.todays_dishes(
        db.session(), site_id=site, service_date=MONDAY, period_code="lunch"
    )
    return [(one.name, one.price_fen, one.instead_of) for one in found]


def standing(site: int, place: int) -> StandingDish:
    return next(one for one in week(site).dishes if one.entry_id == place)


def test_the_counter_sells_what_is_really_served_at_its_price(app: Flask) -> None:
    site, place = published()
    assert swap(site, place, "白切鸡") is None
    price = queries.dish(db.session(), dish_id("白切鸡")).price_fen  # type: ignore[union-attr]
    assert monday_lunch(site)[0] == ("白切鸡", price, "红烧肉")


def test_the_week_keeps_the_published_dish_beside_the_served_one(app: Flask) -> None:
    site, place = published()
    swap(site, place, "白切鸡", reason="冰箱坏了，肉坏了")
    one = standing(site, place)
    assert one.name == "白切鸡"
    assert one.instead_of is not None
    assert (one.instead_of.name, one.instead_of.reason) == ("红烧肉", "冰箱坏了，肉坏了")
    assert [row.dish_name for row in db.session.scalars(select(MenuEntry)) if row.id == place] == [
        "红烧肉"
    ]


def test_the_last_of_several_is_served_and_all_are_kept(app: Flask) -> None:
    site, place = published()
    swap(site, place, "白切鸡")
    assert swap(site, place, "清蒸鲈鱼", seen="白切鸡", reason="sold_out") is None
    assert standing(site, place).name == "清蒸鲈鱼"
    assert [one.dish_name for one in history(db.session(), place)] == ["白切鸡", "清蒸鲈鱼"]


def test_the_planned_dish_may_come_back_at_its_published_price(app: Flask) -> None:
    site, place = published()
    before = monday_lunch(site)
    swap(site, place, "白切鸡")
    assert swap(site, place, "红烧肉", seen="白切鸡", reason="送到了") is None
    assert monday_lunch(site) == before
    assert standing(site, place).instead_of is None
    assert len(rows()) == 2


def test_the_same_post_twice_is_one_row(app: Flask) -> None:
    site, place = published()
    for _twice in range(2):
        assert swap(site, place, "白切鸡") is None
    assert len(rows()) == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": ""}, "swap_reason_missing"),
        ({"reason": " \n "}, "swap_reason_missing"),
        ({"reason": "长" * 201}, "swap_reason_long"),
        ({"today": TUESDAY}, "day_past"),
        ({"monday": MONDAY + timedelta(days=7)}, "place_unknown"),
    ],
)
def test_what_may_not_be_is_refused_and_leaves_no_row(
    app: Flask, more: dict[str, Any], code: str
) -> None:
    site, place = published()
    refused = swap(site, place, "白切鸡", **more)
    assert refused is not None
    assert refused.code == code
    assert rows() == []


def test_a_manager_puts_a_past_day_right(app: Flask) -> None:
    site, place = published()
    manager = make_zhangjie(site)
    done = swap(site, place, "白切鸡", today=WEDNESDAY, may_correct=True, by=manager)
    assert done is None
    assert len(rows()) == 1


def test_a_coming_day_of_a_published_week_may_be_changed(app: Flask) -> None:
    site, _place = published()
    assert swap(site, entry("土豆牛肉"), "白切鸡", seen="土豆牛肉") is None


def test_a_draft_has_no_substitutions(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    refused = swap(site, entry("红烧肉"), "白切鸡")
    assert refused is not None
    assert refused.code == "week_not_published"


def test_the_place_of_another_site_is_unknown(app: Flask) -> None:
    _site, place = published()
    refused = swap(make_site("other", name="别处食堂"), place, "白切鸡")
    assert refused is not None
    assert refused.code == "place_unknown"


def test_a_dish_no_longer_cooked_is_refused(app: Flask) -> None:
    site, place = published()
    refused = substitute_dish(
        Swap(
            entry_id=place, dish_id=999_999, instead_of=dish_id("红烧肉"), reason="sold_out"
        ),
        site_id=site, monday=MONDAY, today=TODAY, now=NOW, by=None,
    )  # fmt: skip
    assert refused == Refusal("dish_gone", {})


def test_a_repeat_must_be_confirmed_and_is_marked(app: Flask) -> None:
    site, place = published()
    refused = swap(site, place, "土豆牛肉")
    assert refused == Refusal("substitution_repeats", {"dish": "土豆牛肉"})
    assert rows() == []
    assert swap(site, place, "土豆牛肉", repeat_confirmed=True) is None
    (repeat,) = week(site).repeats
    assert repeat.days == (MONDAY, TUESDAY)


def test_rice_for_a_dish_is_no_repeat(app: Flask) -> None:
    site, place = published()
    assert swap(site, place, "米饭") is None


def test_the_replaced_dish_is_free_again(app: Flask) -> None:
    site, place = published()
    swap(site, place, "白切鸡")
    assert swap(site, entry("土豆牛肉"), "红烧肉", seen="土豆牛肉") is None


def test_of_two_at_once_one_is_told_what_the_other_did(app: Flask) -> None:
    site, place = published()
    names = ("白切鸡", "清蒸鲈鱼")
    numbers = {name: dish_id(name) for name in (*names, "红烧肉")}

    def serve(name: str) -> Refusal | None:
        wanted = Swap(
            entry_id=place, dish_id=numbers[name], instead_of=numbers["红烧肉"], reason="sold_out"
        )
        return substitute_dish(wanted, site_id=site, monday=MONDAY, today=TODAY, now=NOW, by=None)

    answers = run_at_once(app, [partial(serve, name) for name in names])
    assert sorted(one.code if one else "done" for one in answers) == ["done", "served_changed"]
    assert len(rows()) == 1


def test_editing_a_published_week_stays_refused(app: Flask) -> None:
    site, place = published()
    swap(site, place, "白切鸡")
    refused = put(site, MONDAY, "清蒸鲈鱼")
    assert refused is not None
    assert refused.code == "week_frozen"


def test_a_week_copied_from_it_takes_the_planned_dish(app: Flask) -> None:
    site, place = published()
    swap(site, place, "白切鸡")
    following: date = MONDAY + timedelta(days=7)
    actions.copy_week(site_id=site, monday=following)
    assert "红烧肉" in [one.name for one in week(site, following).dishes]


# --- What to serve instead ------------------------------------------------------------------


def suggested(site: int, position: int = 0) -> list[DishChoice]:
    """For a place of Monday's meat at lunch."""
    db.session.rollback()
    place = (MONDAY, "lunch", "meat", position)
    with current_app.test_request_context():
        return choices_on_the_day(db.session(), site_id=site, place=place)


def test_the_best_dishes_are_suggested_none_of_which_repeats(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, TUESDAY, "白切鸡")
    pin_place(site_id=site, day=MONDAY, period="lunch", slot="meat", position=0)
    assert actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None) is None
    found = suggested(site)
    assert 0 < len(found) <= 6
    assert not any(one.broken for one in found)
    assert {"红烧肉", "白切鸡"}.isdisjoint(one.name for one in found)
    assert all(one.cost for one in found)
    assert any(one.nutrition for one in found)
    assert suggested(site, position=1) == []


def test_on_a_closed_day_nothing_is_suggested(app: Flask) -> None:
    site, _place = published()
    closed = {"closed_days": [MONDAY.isoformat()]}
    assert save_planning_rules(site_id=site, document=closed, now=NOW, by=None) == []
    assert suggested(site) == []
