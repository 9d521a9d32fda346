"""Two people plan and edit one week at the same moment: nothing is lost, and each is told."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.menus import actions
from canteen.menus.held import Seen
from canteen.menus.models import Dish
from canteen.menus.plan_actions import take_proposal
from canteen.menus.plan_queries import Proposal
from canteen.menus.swapping import swap_places
from tests.menus.desk import planned, proposals
from tests.menus.kitchen import MONDAY, TUESDAY, dish_id, make_kitchen, put, week
from tests.people import NOW

pytestmark = pytest.mark.usefixtures("quick")


def at_once(app: Flask, *work: Callable[[], int | Refusal | None]) -> list[str]:
    """What each is told, in their order: the code of a refusal, or "done"."""
    told = [""] * len(work)
    ready = threading.Barrier(len(work))

    def do(number: int) -> None:
        with app.app_context():
            ready.wait(timeout=60)
            answer = work[number]()
            told[number] = answer.code if isinstance(answer, Refusal) else "done"
            db.session.remove()

    db.session.remove()
    people = [threading.Thread(target=do, args=(number,)) for number in range(len(work))]
    for one in people:
        one.start()
    for one in people:
        one.join()
    return told


def dinners(app: Flask, site: int) -> Proposal:
    return planned(app, site, periods=("dinner",))


def standing(site: int) -> dict[tuple[object, ...], int]:
    return {(one.day, one.period, one.slot, one.position): one.dish_id for one in week(site).dishes}


def test_of_two_offers_taken_at_once_one_stands_whole_and_the_other_is_told(app: Flask) -> None:
    site = make_kitchen()
    offers = [dinners(app, site), dinners(app, site)]
    second = offers[1]
    before = second.offer.places
    # The second has another dish somewhere: it is not the same plan twice.
    actions.place_dish(
        site_id=site, day=MONDAY, period="dinner", slot="meat", position=0,
        dish_id=before[MONDAY, "dinner", "meat", 0],
    )  # fmt: skip
    changed = dinners(app, site)

    def take(found: Proposal) -> int | Refusal:
        return take_proposal(site_id=site, proposal_id=found.id, now=NOW, by=None)

    told = at_once(app, lambda: take(second), lambda: take(changed))
    assert "done" in told
    states = dict(proposals())
    taken = [one for one in (second, changed) if states[one.id] == "taken"]
    refused = [answer for answer in told if answer != "done"]
    assert len(taken) + len(refused) == 2
    last = [one.offer.places for one in taken]
    assert standing(site) in last


def test_an_offer_taken_while_a_place_is_filled_by_hand_loses_neither(app: Flask) -> None:
    """Whoever comes second: the hand's dish stands in its place, or the offer says so."""
    site = make_kitchen()
    found = dinners(app, site)
    place = (MONDAY, "dinner", "meat", 0)
    used = set(found.offer.places.values())
    query = select(Dish.id).where(Dish.category == "main_meat", Dish.id.not_in(used))
    own = db.session.scalars(query.order_by(Dish.id)).first()
    assert own is not None

    def by_hand() -> Refusal | None:
        return actions.place_dish(
            site_id=site, day=MONDAY, period="dinner", slot="meat", position=0, dish_id=own
        )

    told = at_once(
        app,
        lambda: take_proposal(site_id=site, proposal_id=found.id, now=NOW, by=None),
        by_hand,
    )
    assert told[1] == "done"
    assert standing(site)[place] == own
    if told[0] == "done":  # the offer came first, then the hand changed one of its places
        assert len(standing(site)) == len(found.offer.places)
    else:
        assert told[0] == "proposal_place_changed"
        assert standing(site) == {place: own}


# --- One place picked by hand ----------------------------------------------------------------

PLACE = {"day": MONDAY, "period": "lunch", "slot": "meat", "position": 0}
MEAT = (MONDAY, "lunch", "meat", 0)
NEXT = (TUESDAY, "lunch", "meat", 0)


def pick(site: int, name: str, seen: str | None) -> Refusal | None:
    """A dish picked on a page that showed `seen` in the place."""
    there = Seen(dish_id(seen) if seen else None)
    return actions.place_dish(site_id=site, dish_id=dish_id(name), seen=there, **PLACE)  # type: ignore[arg-type]


def test_who_picks_second_is_told_what_stands_there_and_may_still_choose(app: Flask) -> None:
    site = make_kitchen()
    assert pick(site, "红烧肉", None) is None
    assert pick(site, "白切鸡", None) == Refusal("place_taken", {"dish": "红烧肉"})
    assert standing(site) == {MEAT: dish_id("红烧肉")}
    assert pick(site, "白切鸡", "红烧肉") is None
    assert standing(site) == {MEAT: dish_id("白切鸡")}


def test_a_pick_sent_twice_and_one_into_a_place_emptied_since_are_no_quarrel(app: Flask) -> None:
    site = make_kitchen()
    for _twice in range(2):
        assert pick(site, "红烧肉", None) is None
    actions.clear_place(site_id=site, **PLACE)  # type: ignore[arg-type]
    assert pick(site, "白切鸡", "红烧肉") is None
    assert standing(site) == {MEAT: dish_id("白切鸡")}


def test_what_somebody_else_picked_since_is_not_emptied_unseen(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "白切鸡")

    def empty(seen: str) -> Refusal | None:
        return actions.clear_place(site_id=site, seen=Seen(dish_id(seen)), **PLACE)  # type: ignore[arg-type]

    assert empty("红烧肉") == Refusal("place_taken", {"dish": "白切鸡"})
    assert standing(site) == {MEAT: dish_id("白切鸡")}
    for _twice in range(2):
        assert empty("白切鸡") is None
        assert standing(site) == {}


def test_places_that_hold_something_else_by_now_are_not_swapped(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, TUESDAY, "土豆牛肉")
    seen = (Seen(dish_id("红烧肉")), Seen(dish_id("土豆牛肉")))
    put(site, TUESDAY, "白切鸡")
    before = standing(site)
    assert swap_places(site_id=site, one=MEAT, other=NEXT, seen=seen) == Refusal("place_moved", {})
    actions.clear_place(site_id=site, **PLACE)  # type: ignore[arg-type]
    now = (seen[0], Seen(dish_id("白切鸡")))
    assert swap_places(site_id=site, one=MEAT, other=NEXT, seen=now) == Refusal("place_moved", {})
    assert standing(site) == {NEXT: before[NEXT]}
    now = (Seen(None), Seen(dish_id("白切鸡")))
    assert swap_places(site_id=site, one=MEAT, other=NEXT, seen=now) is None
    assert standing(site) == {MEAT: dish_id("白切鸡")}


def test_of_two_who_pick_for_one_empty_place_at_once_exactly_one_is_told(app: Flask) -> None:
    site = make_kitchen()
    told = at_once(app, lambda: pick(site, "红烧肉", None), lambda: pick(site, "白切鸡", None))
    assert sorted(told) == ["done", "place_taken"]
    (now,) = standing(site).values()
    assert now == dish_id(("红烧肉", "白切鸡")[told.index("done")])
