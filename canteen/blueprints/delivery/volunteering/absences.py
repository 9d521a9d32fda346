"""Days off, and who goes instead."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import blueprint, day_of, own_periods, tell
from canteen.blueprints.delivery.volunteering.forms import (
    DutyForm,
    SubstituteForm,
)
from canteen.blueprints.flashes import back_to
from canteen.blueprints.ours import ours
from canteen.delivery.models import Volunteer
from canteen.delivery.volunteering import absences as actions
from canteen.delivery.volunteering import queries
from canteen.delivery.volunteering.substitutes import substitutes_for
from canteen.foundation.database import db
from canteen.staff.rules import Role


@blueprint.get("/delivery/absences")
@allow(Role.MANAGER, Role.COMMUNITY)
def absences() -> Any:
    """Who does not come, and who goes instead."""
    return render_template(
        "delivery/volunteering/absences.html",
        absences=queries.absences(db.session(), site_id=current_site().id, since=today()),
        periods={one.code: one for one in own_periods()},
    )


@blueprint.post("/delivery/volunteers/<int:volunteer_id>/absences")
@allow(Role.MANAGER, Role.COMMUNITY)
def absence(volunteer_id: int) -> Any:
    """A volunteer told the office that they do not come."""
    found, form = ours(Volunteer, volunteer_id), DutyForm()
    if not form.validate_on_submit() or form.day.data is None:
        abort(400)
    period = _known(form.period.data)
    refusal = actions.report_absence(
        volunteer_id=found.id, day=form.day.data, period_code=period,
        reason=form.reason.data or "", by_link=False, today=today(), by=staff_id(), now=now(),
    )  # fmt: skip
    if refusal:
        tell(refusal)
        return redirect(url_for("delivery.volunteer", volunteer_id=volunteer_id))
    return redirect(
        url_for("delivery.substitutes", volunteer_id=found.id, day=form.day.data, period=period)
    )


@blueprint.post("/delivery/volunteers/<int:volunteer_id>/absences/removal")
@allow(Role.MANAGER, Role.COMMUNITY)
def absence_removal(volunteer_id: int) -> Any:
    """They come after all."""
    found, form = ours(Volunteer, volunteer_id), DutyForm()
    if not form.validate_on_submit() or form.day.data is None:
        abort(400)
    refusal = actions.take_absence_back(
        volunteer_id=found.id, day=form.day.data, period_code=_known(form.period.data),
        by_link=False, today=today(), by=staff_id(), now=now(),
    )  # fmt: skip
    return back_to(url_for("delivery.absences"), refusal, _("已保存"))


@blueprint.get("/delivery/volunteers/<int:volunteer_id>/substitutes")
@allow(Role.MANAGER, Role.COMMUNITY)
def substitutes(volunteer_id: int) -> Any:
    """Who could go instead on a day: who knows the route comes first."""
    found = ours(Volunteer, volunteer_id)
    day, period = day_of(request.args.get("day", "")), _known(request.args.get("period"))
    held = queries.absences(db.session(), site_id=found.site_id, since=day)
    wanted = (found.id, day, period)
    return render_template(
        "delivery/volunteering/substitutes.html",
        volunteer=found,
        absence=next(
            (
                one
                for one in held
                if (one.row.volunteer_id, one.row.service_date, one.row.period_code) == wanted
            ),
            None,
        ),
        found=substitutes_for(db.session(), volunteer=found, day=day, period_code=period),
        day=day,
        period=next(one for one in own_periods() if one.code == period),
    )


@blueprint.post("/delivery/volunteers/<int:volunteer_id>/substitutes/<day>/<period>")
@allow(Role.MANAGER, Role.COMMUNITY)
def substitute(volunteer_id: int, day: str, period: str) -> Any:
    """Let somebody go instead."""
    found, form, on = ours(Volunteer, volunteer_id), SubstituteForm(), day_of(day)
    if not form.validate_on_submit():
        abort(400)
    refusal = actions.name_substitute(
        site_id=current_site().id, volunteer_id=found.id, day=on, period_code=_known(period),
        substitute_id=form.substitute_id.data or 0, by=staff_id(), now=now(),
    )  # fmt: skip
    return back_to(url_for("delivery.absences"), refusal, _("已安排替补，没送的都转给他了"))


def _known(code: str | None) -> str:
    return next((one.code for one in own_periods() if one.code == code), None) or abort(400)
