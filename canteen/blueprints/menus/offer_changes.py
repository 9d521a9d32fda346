"""Other dishes for one place of an offer that is not taken yet."""

from datetime import date
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site
from canteen.blueprints.menus.grid import dish_or_400, place_or_404
from canteen.blueprints.menus.plan_changes import alternatives_page
from canteen.blueprints.menus.planning import proposal_or_404, proposal_page
from canteen.blueprints.menus.views import blueprint
from canteen.foundation.calendar import week_of
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.menus import plan_queries, plan_revising
from canteen.menus.held import PlaceKey
from canteen.staff.rules import Role


@blueprint.get("/menus/proposals/<int:proposal_id>/alternatives")
@allow(Role.KITCHEN, Role.MANAGER)
def offer_alternatives(proposal_id: int) -> Any:
    """Other dishes for one place of an offer, the best first, with what each would change."""
    found, place = proposal_or_404(proposal_id), _place(request.args)
    if found.state != "offered":
        return proposal_page(found, refusal=Refusal(f"proposal_{found.state}", {})), 409
    session = db.session()
    read = plan_revising.read_offer(session, found.offer, place)
    if isinstance(read, Refusal):
        return proposal_page(found, refusal=read), 409
    names = plan_queries.names_of(session, current_site().id)
    return alternatives_page(read, place, names, offered=proposal_id)


@blueprint.post("/menus/proposals/<int:proposal_id>/alternatives")
@allow(Role.KITCHEN, Role.MANAGER)
def offer_revision(proposal_id: int) -> Any:
    """Offer one of them instead; the week itself stays as it is."""
    found, place = proposal_or_404(proposal_id), _place(request.form)
    refusal = plan_revising.revise_offer(
        site_id=current_site().id, proposal_id=proposal_id, place=place,
        dish_id=dish_or_400("dish_id"), instead_of=dish_or_400("instead_of"),
    )  # fmt: skip
    if refusal:
        db.session.rollback()
        return proposal_page(proposal_or_404(proposal_id), refusal=refusal), 409
    flash(_("方案里已换好，菜单还没有变"), "good")
    day, period, slot, position = place
    anchor = f"p-{day}-{period}-{slot}-{position}"
    return redirect(url_for("menus.proposal", proposal_id=found.id, _anchor=anchor))


def _place(sent: Any) -> PlaceKey:
    try:
        monday = week_of(date.fromisoformat(sent.get("day", "")))[0]
    except ValueError:
        abort(404)
    return place_or_404(monday, sent)
