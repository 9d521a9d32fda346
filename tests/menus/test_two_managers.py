"""Two people plan and edit one week at the same moment: nothing is lost, and each is told."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.menus import actions
from canteen.menus.models import Dish
from canteen.menus.plan_actions import take_proposal
from canteen.menus.plan_queries import Proposal
from tests.menus.desk import planned, proposals
from tests.menus.kitchen import MONDAY, make_kitchen, week
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
