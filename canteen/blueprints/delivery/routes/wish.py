"""What a person's door asks of rounds, on a page of its own."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.delivery.blueprint import blueprint
from canteen.blueprints.delivery.routes.forms import RouteWishForm
from canteen.blueprints.ours import ours
from canteen.delivery import lists
from canteen.delivery.routes.wishes import save_wish, wish_of
from canteen.foundation.database import db
from canteen.foundation.wording import say
from canteen.residents.models import Resident
from canteen.staff.rules import Role


@blueprint.route("/delivery/people/<int:resident_id>/route-wish", methods=["GET", "POST"])
@allow(Role.MANAGER, Role.COMMUNITY)
def route_wish(resident_id: int) -> Any:
    """From and until when a meal may come, how hot, and who is to bring it."""
    found = ours(Resident, resident_id)
    form, said = _form(resident_id), None
    if form.validate_on_submit():
        refusal = save_wish(
            site_id=current_site().id,
            resident_id=resident_id,
            earliest=form.earliest.data,
            latest=form.latest.data,
            hot_minutes=form.hot_minutes.data,
            volunteer_id=form.volunteer_id.data or None,
            by=staff_id(),
            now=now(),
        )
        if refusal is None:
            flash(_("已保存"), "good")
            return redirect(url_for("delivery.person", resident_id=resident_id))
        said, found = say(refusal), db.session.get_one(Resident, resident_id)
    return render_template("delivery/routes/route_wish.html", person=found, form=form, said=said)


def _form(resident_id: int) -> RouteWishForm:
    wish = wish_of(db.session(), resident_id=resident_id)
    data: dict[str, Any] = (
        {
            "earliest": wish.earliest,
            "latest": wish.latest,
            "hot_minutes": wish.hot_minutes,
            "volunteer_id": wish.volunteer_id or 0,
        }
        if wish
        else {}
    )
    form = RouteWishForm(data=data)
    everybody = lists.volunteers(db.session(), site_id=current_site().id)
    form.volunteer_id.choices = [
        (0, _("谁都可以")),
        *((one.id, one.name) for one in everybody),
    ]
    return form
