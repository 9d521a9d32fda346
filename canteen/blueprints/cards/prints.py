"""Printed cards: one of bank-card size, or ten on a sheet of A4."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.row_ids import row_id
from canteen.cards import actions, queries
from canteen.cards.qr import qr_svg
from canteen.cards.rules import MOST_AT_ONCE
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.staff.rules import Role

blueprint = Blueprint("card_prints", __name__)

SHEET_OF = 10
"""Two columns of five cards of 85.6 x 54 mm fill a sheet of A4."""


@blueprint.get("/cards/<int:card_id>/print")
@allow(Role.CLERK, Role.MANAGER, Role.COMMUNITY)
def single(card_id: int) -> Any:
    """One card on paper of its own size; 404 for one that no longer works."""
    found = queries.to_print(db.session(), card_ids=[card_id], key=storage.keys().card[0])
    if not found:
        abort(404)
    return render_template("cards/single.html", card=found[0], qr_svg=qr_svg)


@blueprint.get("/cards/sheet")
@allow(Role.CLERK, Role.MANAGER, Role.COMMUNITY)
def sheet() -> Any:
    """Chosen cards, or the unprinted ones of this site or a building, ten to a sheet."""
    chosen = request.args.getlist("card", type=row_id)[:MOST_AT_ONCE]
    building = request.args.get("building", type=row_id)
    session, key = db.session(), storage.keys().card[0]
    if chosen:
        cards = queries.to_print(session, card_ids=chosen, key=key)
    else:
        site_id = current_site().id
        cards = queries.unprinted(session, site_id=site_id, building_id=building, key=key)
    sheets = [cards[start : start + SHEET_OF] for start in range(0, len(cards), SHEET_OF)]
    return render_template(
        "cards/sheet.html",
        sheets=sheets,
        count=len(cards),
        qr_svg=qr_svg,
        building=building,
        buildings=queries.buildings(session, site_id=current_site().id),
    )


@blueprint.post("/cards/prints")
@allow(Role.CLERK, Role.MANAGER, Role.COMMUNITY)
def prints() -> Any:
    """Note that the cards of a page have come out of the printer."""
    card_ids = request.form.getlist("card", type=row_id)
    marked = actions.mark_printed(card_ids=card_ids, now=now(), by=staff_id())
    if marked:
        flash(_("已记下 %(count)s 张卡打印好了", count=marked), "good")
    else:
        flash(_("这些卡先前已记下打印好了"), "warn")
    return redirect(url_for("cards.cards"))
