"""One dish of an offer changed by hand before it is taken: measured anew, and never half done."""

from functools import partial
from typing import Any

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient

from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.menus import actions, plan_queries
from canteen.menus.models import Dish
from canteen.menus.plan_actions import discard_proposal, take_proposal
from canteen.menus.plan_choices import DishChoice, choices_for
from canteen.menus.plan_documents import Offer, document_of, offer_from
from canteen.menus.plan_facts import Read
from canteen.menus.plan_queries import Proposal
from canteen.menus.plan_revising import read_offer, revise_offer
from tests.lunches import run_at_once
from tests.menus.desk import fix, planned
from tests.menus.kitchen import MONDAY, TUESDAY, dish_id, make_kitchen, put, week
from tests.people import NOW, sign_in

pytestmark = pytest.mark.usefixtures("quick")

PLACE = (MONDAY, "dinner", "meat", 0)
OTHER = (TUESDAY, "dinner", "meat", 0)


def dinners(app: Flask, **asked: object) -> tuple[int, Proposal]:
    """金牛食堂 and a week of dinners on offer."""
    site = make_kitchen()
    return site, planned(app, site, periods=("dinner",), **asked)


def offer(site: int, found: Proposal) -> Offer:
    """The offer as it is now."""
    db.session.rollback()
    now = plan_queries.proposal(db.session(), site_id=site, proposal_id=found.id)
    assert now is not None
    return now.offer


def choices(site: int, found: Proposal) -> list[DishChoice]:
    """What else could stand on Monday evening."""
    read = read_offer(db.session(), offer(site, found), PLACE)
    assert isinstance(read, Read), read
    with current_app.test_request_context():
        return choices_for(read, PLACE, plan_queries.names_of(db.session(), site))


def revise(site: int, found: Proposal, dish: int, **more: Any) -> Refusal | None:
    asked = {"place": PLACE, "instead_of": found.offer.places[PLACE], **more}
    return revise_offer(site_id=site, proposal_id=found.id, dish_id=dish, **asked)


def test_other_dishes_are_ranked_with_their_effect_before_anything_is_taken(app: Flask) -> None:
    site, found = dinners(app)
    ranked = choices(site, found)
    sound = [one for one in ranked if not one.broken]
    assert len(sound) >= 3
    assert ranked[: len(sound)] == sound
    assert found.offer.places[PLACE] not in {one.dish_id for one in ranked}
    assert any("每份" in one.cost for one in ranked)
    assert any("热量" in text for one in ranked for text in one.nutrition)


def test_a_dish_that_stands_elsewhere_in_the_offer_would_repeat(app: Flask) -> None:
    site, found = dinners(app)
    twice = found.offer.places[OTHER]
    assert revise(site, found, twice) is None
    (broken,) = offer(site, found).broken
    assert (broken.rule, broken.dish_ids) == ("repeat", (twice,))


def test_the_offer_is_measured_anew_and_only_that_place_is_other(app: Flask) -> None:
    site, found = dinners(app)
    one = next(one for one in choices(site, found) if not one.broken)
    assert revise(site, found, one.dish_id) is None
    now = offer(site, found)
    assert now.places == {**found.offer.places, PLACE: one.dish_id}
    assert now.revised == {PLACE}
    assert (now.broken, now.state) == ((), "feasible")
    assert now.measures is not None
    assert now.measures.money != found.offer.measures.money  # type: ignore[union-attr]
    if found.offer.bound is not None:
        assert now.bound == found.offer.bound
        assert now.points is not None
        assert now.points >= now.bound
    assert week(site).dishes == ()


def test_what_was_changed_by_hand_is_taken_with_the_rest(app: Flask) -> None:
    site, found = dinners(app)
    one = next(one for one in choices(site, found) if not one.broken)
    revise(site, found, one.dish_id)
    assert take_proposal(site_id=site, proposal_id=found.id, now=NOW, by=None) == 35
    standing = {(d.day, d.period, d.slot, d.position): d.dish_id for d in week(site).dishes}
    assert standing[PLACE] == one.dish_id


def test_the_same_dish_again_changes_nothing(app: Flask) -> None:
    site, found = dinners(app)
    one = choices(site, found)[0]
    for _twice in range(2):
        assert revise(site, found, one.dish_id) is None
    assert offer(site, found).places[PLACE] == one.dish_id


def test_a_dish_that_was_to_stay_gives_way_and_may_come_back(app: Flask) -> None:
    """It stands in the draft and is locked: the person's word now counts more."""
    site = make_kitchen()
    put(site, MONDAY, "红烧肉", period="dinner")
    fix(site, PLACE)
    found = planned(app, site, periods=("dinner",))
    one = next(one for one in choices(site, found) if not one.broken)
    assert revise(site, found, one.dish_id) is None
    changed = offer(site, found)
    assert (changed.broken, changed.released, changed.bound) == ((), {PLACE}, None)
    assert revise(site, found, dish_id("红烧肉"), instead_of=one.dish_id) is None
    assert (offer(site, found).broken, offer(site, found).asked.elsewhere) == ((), ())
    assert revise(site, found, one.dish_id) is None
    assert take_proposal(site_id=site, proposal_id=found.id, now=NOW, by=None) == 35
    (there,) = [d for d in week(site).dishes if (d.day, d.slot, d.position) == (MONDAY, "meat", 0)]
    assert (there.dish_id, there.pinned) == (one.dish_id, False)


def refused(site: int, found: Proposal, dish: int, **more: Any) -> str:
    """The code of a refusal that left the offer as it was."""
    before = offer(site, found)
    answer = revise(site, found, dish, **more)
    assert isinstance(answer, Refusal), answer
    assert offer(site, found) == before
    return answer.code


def test_an_offer_that_no_longer_fits_is_not_changed(app: Flask) -> None:
    site, found = dinners(app)
    first, second = (one.dish_id for one in choices(site, found)[:2])
    assert refused(site, found, first, place=(MONDAY, "dinner", "meat", 9)) == "place_empty"
    with transaction() as session:
        session.get_one(Dish, first).active = False
    assert refused(site, found, first) == "proposal_dish_gone"
    put(site, TUESDAY, "米饭", period="dinner", slot="meat")
    assert refused(site, found, second) == "proposal_place_changed"
    actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None)
    assert refused(site, found, second) == "plan_week_published"
    discard_proposal(site_id=site, proposal_id=found.id, now=NOW, by=None)
    assert refused(site, found, second) == "proposal_discarded"


def test_of_two_at_once_the_second_is_told_what_the_first_did(app: Flask) -> None:
    site, found = dinners(app)
    wanted = [one.dish_id for one in choices(site, found)[:2]]
    db.session.remove()
    answers = run_at_once(app, [partial(revise, site, found, dish) for dish in wanted])
    assert sorted(one.code if one else "done" for one in answers) == ["done", "proposal_revised"]
    assert offer(site, found).places[PLACE] in wanted


# --- Its pages ------------------------------------------------------------------------------


def where(**more: str) -> dict[str, str]:
    return {"day": "2026-11-23", "period": "dinner", "slot": "meat", "position": "0", **more}


def test_a_place_of_an_offer_leads_to_what_else_could_stand_there(
    app: Flask, client: FlaskClient
) -> None:
    site, found = dinners(app)
    sign_in(client, "wangshifu")
    address = f"/menus/proposals/{found.id}/alternatives"
    assert address in client.get(f"/menus/proposals/{found.id}").text
    page = client.get(address, query_string=where()).text
    assert "只改方案里的这一格" in page
    one = choices(site, found)[0]
    sent = where(dish_id=str(one.dish_id), instead_of=str(found.offer.places[PLACE]))
    answer = client.post(address, data=sent)
    back = f"/menus/proposals/{found.id}#p-2026-11-23-dinner-meat-0"
    assert answer.headers["Location"] == back
    page = client.get(back).text
    assert "方案里已换好，菜单还没有变" in page
    assert "手工换过 1 格" in page
    assert one.name in page


def test_a_place_that_is_none_and_an_offer_that_is_over_are_said(
    app: Flask, client: FlaskClient
) -> None:
    site, found = dinners(app)
    sign_in(client, "wangshifu")
    address = f"/menus/proposals/{found.id}/alternatives"
    for wrong in ({"day": "soon"}, {"position": "x"}):
        assert client.get(address, query_string=where(**wrong)).status_code == 404
    assert client.get(address, query_string=where(slot="none")).status_code == 409
    assert client.post(address, data=where(dish_id="x", instead_of="1")).status_code == 400
    assert client.get("/menus/proposals/99/alternatives", query_string=where()).status_code == 404
    take_proposal(site_id=site, proposal_id=found.id, now=NOW, by=None)
    sent = where(dish_id="1", instead_of="2")
    for answer in (client.get(address, query_string=where()), client.post(address, data=sent)):
        assert answer.status_code == 409
        assert "这份方案已经采用了" in answer.text
    assert address not in client.get(f"/menus/proposals/{found.id}").text


def test_an_offer_of_an_older_version_is_read(app: Flask) -> None:
    _site, found = dinners(app)
    stored = document_of(found.offer)
    del stored["revised"]
    assert offer_from(stored) == found.offer
