"""The grid's settings: its rows, and the kinds that may return within a week."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site
from canteen.blueprints.filters import named
from canteen.blueprints.flashes import back_to
from canteen.blueprints.menus.forms import SlotForm
from canteen.blueprints.menus.views import blueprint
from canteen.blueprints.ours import ours
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.menus import actions, queries
from canteen.menus.categories import CATEGORIES
from canteen.menus.models import MenuSlot
from canteen.sites import queries as sites
from canteen.staff.rules import Role


@blueprint.get("/menus/slots")
@allow(Role.KITCHEN, Role.MANAGER)
def slots() -> Any:
    """The rows of the grid and the kinds that may repeat."""
    session, site_id = db.session(), current_site().id
    rows = queries.slot_rows(session, site_id)
    return render_template(
        "menus/slots.html",
        slots=rows,
        periods=sites.periods(session, site_id),
        windows=queries.site_windows(session, site_id, has_slots=bool(rows)),
        kinds=CATEGORIES,
    )


@blueprint.route("/menus/slots/new", methods=["GET", "POST"], defaults={"slot_id": None})
@blueprint.route("/menus/slots/<int:slot_id>", methods=["GET", "POST"])
@allow(Role.KITCHEN, Role.MANAGER)
def slot(slot_id: int | None) -> Any:
    """Add or change a row of the grid."""
    row = None if slot_id is None else ours(MenuSlot, slot_id)
    form = SlotForm(obj=row)
    form.fill_choices(
        [(one.code, named(one)) for one in sites.periods(db.session(), current_site().id)]
    )
    if row is not None and request.method == "GET":
        form.categories.data = list(queries.words(row.categories))
    if not form.validate_on_submit():
        page = render_template("menus/slot.html", form=form, row=row, said=None)
        return (page, 422) if request.method == "POST" else page
    values = {name: value for name, value in form.data.items() if name != "csrf_token"}
    values["position"] = values["position"] or 0
    refusal = actions.save_slot(site_id=current_site().id, slot_id=slot_id, values=values)
    if refusal:
        return render_template("menus/slot.html", form=form, row=row, said=say(refusal)), 422
    return _saved(None)


@blueprint.post("/menus/slots/<int:slot_id>/removal")
@allow(Role.KITCHEN, Role.MANAGER)
def slot_removal(slot_id: int) -> Any:
    """Take a row out of the grid."""
    ours(MenuSlot, slot_id)
    return _saved(actions.remove_slot(site_id=current_site().id, slot_id=slot_id))


@blueprint.post("/menus/exemptions")
@allow(Role.KITCHEN, Role.MANAGER)
def exemptions() -> Any:
    """Say which kinds may return within a week."""
    windows = {}
    for code in CATEGORIES:
        days = request.form.get(code, "").strip()
        if days:
            if not (days.isascii() and days.isdigit()):
                return _saved(Refusal("window_unknown", {"category": code, "days": days[:20]}))
            windows[code] = int(days[:6])
    return _saved(actions.set_exemptions(site_id=current_site().id, windows=windows))


def _saved(refusal: Refusal | None) -> Any:
    return back_to(url_for("menus.slots"), refusal, _("已保存"))
