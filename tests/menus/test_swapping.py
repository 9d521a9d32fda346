"""Two places change what they hold, in a draft, and the last change is taken back."""

import threading
from datetime import date, timedelta

from flask import Flask

from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.menus import actions
from canteen.menus.pinning import pin_place
from canteen.menus.swapping import PlaceChange, restore_places, swap_places
from tests.menus.kitchen import MONDAY, TUESDAY, dish_id, make_kitchen, put, week
from tests.people import NOW

MON = (MONDAY, "lunch", "meat", 0)
TUE = (TUESDAY, "lunch", "meat", 0)


def standing(site: int) -> dict[tuple[date, str, str, int], tuple[str, int, bool]]:
    """Name, price and lock by place."""
    return {
        (one.day, one.period, one.slot, one.position): (one.name, one.price_fen, one.pinned)  # type: ignore[misc]
        for one in week(site).dishes
    }


def code(refused: Refusal | None) -> str:
    assert refused is not None
    return refused.code


def test_two_dishes_exchange_their_places(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, TUESDAY, "土豆牛肉")
    before = standing(site)
    assert swap_places(site_id=site, one=MON, other=TUE) is None
    assert standing(site) == {MON: before[TUE], TUE: before[MON]}
    assert swap_places(site_id=site, one=MON, other=TUE) is None
    assert standing(site) == before


def test_a_dish_moves_into_an_empty_place(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    for one, other in ((MON, TUE), (MON, TUE)):  # the second time it moves back
        assert swap_places(site_id=site, one=one, other=other) is None
    assert list(standing(site)) == [MON]
    assert swap_places(site_id=site, one=MON, other=TUE) is None
    assert list(standing(site)) == [TUE]


def test_a_dish_put_on_its_own_place_stays(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    assert swap_places(site_id=site, one=MON, other=MON) is None
    assert list(standing(site)) == [MON]


def test_a_locked_dish_moves_only_when_asked_and_stays_locked(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, TUESDAY, "土豆牛肉")
    pin_place(site_id=site, day=MONDAY, period="lunch", slot="meat", position=0)
    refused = swap_places(site_id=site, one=TUE, other=MON)
    assert refused == Refusal("place_pinned", {"dish": "红烧肉"})
    assert standing(site)[MON][0] == "红烧肉"
    assert swap_places(site_id=site, one=TUE, other=MON, pinned_too=True) is None
    assert (standing(site)[TUE][0], standing(site)[TUE][2]) == ("红烧肉", True)
    assert standing(site)[MON][2] is False


def test_what_cannot_be_swapped_is_refused_and_nothing_moves(app: Flask) -> None:
    site = make_kitchen()
    assert code(swap_places(site_id=site, one=MON, other=TUE)) == "place_empty_swap"
    put(site, MONDAY, "红烧肉")
    wrong = [
        (MONDAY, "lunch", "nosuch", 0),
        (MONDAY, "tea", "meat", 0),
        (MONDAY, "lunch", "meat", 12),
        (MONDAY, "lunch", "meat", -1),
        (MONDAY + timedelta(days=7), "lunch", "meat", 0),
    ]
    for place in wrong:
        assert code(swap_places(site_id=site, one=MON, other=place)) == "place_unknown", place
    actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None)
    assert code(swap_places(site_id=site, one=MON, other=TUE)) == "week_frozen"
    assert list(standing(site)) == [MON]


def test_two_people_swapping_at_once_lose_no_dish(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, TUESDAY, "土豆牛肉")
    put(site, TUESDAY + timedelta(days=1), "白切鸡")
    places = [MON, TUE, (TUESDAY + timedelta(days=1), "lunch", "meat", 0)]

    def turn(number: int) -> None:
        with app.app_context():
            for _again in range(3):
                one, other = places[number % 3], places[(number + 1) % 3]
                assert swap_places(site_id=site, one=one, other=other) is None
            db.session.remove()

    cooks = [threading.Thread(target=turn, args=(number,)) for number in range(3)]
    for cook in cooks:
        cook.start()
    for cook in cooks:
        cook.join()
    assert sorted(one[0] for one in standing(site).values()) == ["土豆牛肉", "白切鸡", "红烧肉"]


def test_a_change_is_taken_back_once(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    pin_place(site_id=site, day=MONDAY, period="lunch", slot="meat", position=0)
    before = standing(site)
    swap_places(site_id=site, one=MON, other=TUE, pinned_too=True)
    change = [
        PlaceChange(place=MON, before=dish_id("红烧肉"), after=None, pinned=True),
        PlaceChange(place=TUE, before=None, after=dish_id("红烧肉")),
    ]
    for _twice in range(2):
        assert restore_places(site_id=site, monday=MONDAY, changes=change) is None
        assert standing(site) == before


def test_a_change_is_not_taken_back_over_somebody_elses(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, MONDAY, "白切鸡")
    put(site, MONDAY, "土豆牛肉")
    change = [PlaceChange(place=MON, before=dish_id("红烧肉"), after=dish_id("白切鸡"))]
    refused = restore_places(site_id=site, monday=MONDAY, changes=change)
    assert code(refused) == "place_changed"
    assert standing(site)[MON][0] == "土豆牛肉"


def test_nothing_is_taken_back_once_published(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None)
    change = [PlaceChange(place=MON, before=None, after=dish_id("红烧肉"))]
    assert code(restore_places(site_id=site, monday=MONDAY, changes=change)) == "week_frozen"


def test_a_lock_is_taken_back_too(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    pin_place(site_id=site, day=MONDAY, period="lunch", slot="meat", position=0)
    number = dish_id("红烧肉")
    change = [PlaceChange(place=MON, before=number, after=number, pinned=False)]
    assert restore_places(site_id=site, monday=MONDAY, changes=change) is None
    assert standing(site)[MON][2] is False
