"""Changing one dish of an offer before it is taken: the offer says anew how good it is."""

import json
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.menus import plan_queries
from canteen.menus.plan_asked import Asked, Place
from canteen.menus.plan_documents import Offer, document_of, offer_from
from canteen.menus.plan_facts import Read, let_go, read_facts
from canteen.menus.plan_larder import NOT_COOKED
from canteen.menus.plan_measures import measures_of
from canteen.menus.plan_models import MenuProposal
from canteen.menus.plan_since import changed_since
from canteen.menus.plan_words import place_words
from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.scoring import score_of


def read_offer(session: Session, offer: Offer, place: Place) -> Read | Refusal:
    """What other dishes for a place of an offer are judged by: the weeks and rules of now, the
    offer in its places, and whatever holds that one place let go.

    Codes: place_empty (nothing is offered there), those of `plan_facts.read_facts` and of
    `plan_since.changed_since`: an offer that can no longer be taken is not changed either.
    """
    if place not in offer.places:
        return Refusal("place_empty", {})
    read = read_facts(session, offer.asked)
    if isinstance(read, Refusal):
        return read
    names = plan_queries.names_of(session, offer.asked.site_id)
    if refusal := changed_since(offer, read, names):
        return refusal
    return replace(read, facts=let_go(read.facts, place), stood=offer.places)


@retried
def revise_offer(
    *, site_id: int, proposal_id: int, place: Place, dish_id: int, instead_of: int
) -> Refusal | None:
    """Offer another dish in a place. `instead_of` is the dish the person saw there: of two at
    once the second is told. The dish that is there already changes nothing.

    Codes: proposal_discarded, proposal_taken, proposal_revised, and those of `read_offer`.
    """
    with transaction() as session:
        query = select(MenuProposal).where(
            MenuProposal.id == proposal_id, MenuProposal.site_id == site_id
        )
        row = session.scalars(query.with_for_update()).one()
        if row.state != "offered":
            return Refusal(f"proposal_{row.state}", {})
        offer = offer_from(json.loads(row.document))
        there = offer.places.get(place)
        if there == dish_id:
            return None
        names = plan_queries.names_of(session, site_id)
        if there is not None and there != instead_of:
            return Refusal("proposal_revised", {"dish": names.dish(there)})
        before = read_offer(session, offer, place)
        if isinstance(before, Refusal):
            return before
        asked = _asked_with(offer, place, dish_id)
        read = read_facts(session, asked)
        assert isinstance(read, Read), "the same weeks and meals were read a moment ago"
        dish = read.facts.by_id.get(dish_id)
        if dish is None or NOT_COOKED in dish.periods:
            where = {"place": place_words(place, names), "dish": names.dish(dish_id)}
            return Refusal("proposal_dish_gone", where)
        new = _revised(replace(offer, asked=asked), read, place, dish_id)
        if refusal := changed_since(new, read, names):
            return refusal
        row.document = json.dumps(document_of(new), ensure_ascii=False, default=str)
        return None


def _asked_with(offer: Offer, place: Place, dish_id: int) -> Asked:
    """The question to which the changed offer is an answer: what stands in the place would have
    to stay unless somebody had asked for something else there."""
    elsewhere = [one for one in offer.asked.elsewhere if one != place]
    if place in offer.stood and offer.stood[place] != dish_id:
        elsewhere.append(place)
    return replace(offer.asked, elsewhere=tuple(elsewhere))


def _revised(offer: Offer, read: Read, place: Place, dish_id: int) -> Offer:
    """The offer with another dish, measured anew.

    How low the points could be at best still holds while the same was asked of the same facts;
    for anything else nobody knows it.
    """
    places: Mapping[Place, int] = {**offer.places, place: dish_id}
    unmeasured = replace(offer, places=places)
    as_it_was = score_of(read.facts, offer.plan).total == offer.points
    broken = tuple(broken_rules(read.facts, unmeasured.plan))
    return replace(
        unmeasured,
        released=read.released,
        state="feasible",
        points=score_of(read.facts, unmeasured.plan).total,
        bound=offer.bound if as_it_was and place not in offer.stood else None,
        broken=broken,
        measures=measures_of(read.facts, unmeasured.plan, broken),
        revised=offer.revised | {place},
    )
