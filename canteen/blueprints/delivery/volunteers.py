"""Volunteers: who they are, when they come, which parts of the grid they look after."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.delivery.blueprint import blueprint
from canteen.blueprints.delivery.forms import AreaForm, VolunteerForm
from canteen.blueprints.row_ids import row_id
from canteen.delivery import lists, registration
from canteen.delivery.models import Volunteer
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.residents.models import GridNode
from canteen.staff.rules import Role


@blueprint.get("/delivery/volunteers")
@allow(Role.MANAGER, Role.COMMUNITY)
def volunteers() -> Any:
    """Everybody who carries meals."""
    site_id = current_site().id
    return render_template(
        "delivery/volunteers.html",
        volunteers=lists.volunteers(db.session(), site_id=site_id, active_only=False),
        areas=lists.areas_of(db.session(), site_id=site_id),
    )


@blueprint.route(
    "/delivery/volunteers/new", methods=["GET", "POST"], defaults={"volunteer_id": None}
)
@blueprint.route("/delivery/volunteers/<int:volunteer_id>", methods=["GET", "POST"])
@allow(Role.MANAGER, Role.COMMUNITY)
def volunteer(volunteer_id: int | None) -> Any:
    """Add or change a volunteer."""
    found = _own(volunteer_id) if volunteer_id else None
    form = _form(found)
    if not form.validate_on_submit():
        return _page(found, form, None)
    saved = registration.save_volunteer(
        site_id=current_site().id,
        volunteer_id=volunteer_id,
        values=_values(form),
        by=staff_id(),
        now=now(),
    )
    if isinstance(saved, Refusal):
        return _page(found, form, saved)
    flash(_("已保存"), "good")
    if found:
        return redirect(url_for("delivery.volunteers"))
    return redirect(url_for("delivery.volunteer", volunteer_id=saved, _anchor="areas"))


@blueprint.post("/delivery/volunteers/<int:volunteer_id>/areas")
@allow(Role.MANAGER, Role.COMMUNITY)
def areas(volunteer_id: int) -> Any:
    """Give a volunteer a part of the grid."""
    found, form = _own(volunteer_id), AreaForm()
    if not form.validate_on_submit() or db.session.get(GridNode, form.grid_node_id.data) is None:
        abort(400)
    registration.add_area(volunteer_id=found.id, grid_node_id=form.grid_node_id.data or 0)
    return _back(volunteer_id)


@blueprint.post("/delivery/volunteers/<int:volunteer_id>/areas/<int:grid_node_id>/removal")
@allow(Role.MANAGER, Role.COMMUNITY)
def area_removal(volunteer_id: int, grid_node_id: int) -> Any:
    """Take a part of the grid from a volunteer."""
    registration.remove_area(volunteer_id=_own(volunteer_id).id, grid_node_id=grid_node_id)
    return _back(volunteer_id)


def _page(found: Volunteer | None, form: VolunteerForm, refusal: Refusal | None) -> Any:
    said = say(refusal) if refusal else None
    if found is None:
        return render_template("delivery/volunteer.html", volunteer=None, form=form, said=said)
    under = db.session.get(GridNode, request.args.get("under", type=row_id) or 0)
    return render_template(
        "delivery/volunteer.html",
        volunteer=found,
        form=form,
        said=said,
        areas=lists.areas_of(db.session(), site_id=current_site().id).get(found.id, []),
        under=under,
        nodes=lists.nodes_under(db.session(), under.id if under else None),
    )


def _form(found: Volunteer | None) -> VolunteerForm:
    names = ("name", "phone", "box_capacity", "active")
    data: dict[str, Any] = {name: getattr(found, name) for name in names} if found else {}
    if found:
        data |= {"weekdays": list(found.weekdays), "staff_id": found.staff_id or 0}
    form = VolunteerForm(data=data)
    people = lists.free_sign_ins(
        db.session(), site_id=current_site().id, volunteer_id=found.id if found else None
    )
    form.staff_id.choices = [
        (0, _("不连账号，用纸质单")),
        *((one.id, f"{one.name}（{one.username}）") for one in people),
    ]
    return form


def _values(form: VolunteerForm) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "phone": form.phone.data or "",
        "box_capacity": form.box_capacity.data,
        "weekdays": form.weekdays.digits,
        "staff_id": form.staff_id.data or None,
        "active": form.active.data,
    }


def _back(volunteer_id: int) -> Any:
    under = request.form.get("under", type=row_id)
    return redirect(
        url_for("delivery.volunteer", volunteer_id=volunteer_id, under=under, _anchor="areas")
    )


def _own(volunteer_id: int) -> Volunteer:
    found = db.session.get(Volunteer, volunteer_id)
    if found is None or found.site_id != current_site().id:
        abort(404)
    return found
