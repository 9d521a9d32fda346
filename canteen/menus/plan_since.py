"""What has changed since a plan was made, as far as it matters to taking it. Pure."""

from flask_babel.speaklater import LazyString

from canteen.foundation.wording import Refusal
from canteen.menus.plan_asked import Place
from canteen.menus.plan_documents import Offer
from canteen.menus.plan_facts import Read
from canteen.menus.plan_larder import NOT_COOKED
from canteen.menus.plan_words import Names, broken_words, place_words
from canteen.menus.planning.checking import broken_rules


def changed_since(offer: Offer, read: Read, names: Names) -> Refusal | None:
    """Why an offer does not fit the weeks as they are now, or None.

    Codes: proposal_grid_changed, proposal_place_changed (somebody has put another dish there),
    proposal_pinned, proposal_dish_gone, proposal_breaks (a rule
    that it kept when it was made; said when it is read).
    What changed into just what is offered does not matter.
    """
    grid = {(*cell.key, n) for cell in read.facts.cells for n in range(cell.places)}
    if grid != offer.grid:
        return Refusal("proposal_grid_changed", {})
    for place, offered in offer.places.items():
        if refusal := _place_changed(place, offered, offer, read, names):
            return refusal
    known = set(offer.broken)
    for one in broken_rules(read.facts, offer.plan):
        if one not in known:
            return Refusal("proposal_breaks", {"what": LazyString(broken_words, one, names)})
    return None


def _place_changed(
    place: Place, offered: int, offer: Offer, read: Read, names: Names
) -> Refusal | None:
    now = read.stood.get(place)
    if now == offered:
        return None
    where = {"place": place_words(place, names)}
    if place in read.pinned and place not in offer.released:
        return Refusal("proposal_pinned", {**where, "dish": names.dish(now)})
    if now != offer.stood.get(place):
        return Refusal("proposal_place_changed", {**where, "dish": names.dish(now)})
    dish = read.facts.by_id.get(offered)
    if dish is None or NOT_COOKED in dish.periods:
        return Refusal("proposal_dish_gone", {**where, "dish": names.dish(offered)})
    return None
