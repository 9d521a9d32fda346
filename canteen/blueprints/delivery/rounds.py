"""The phone page of the volunteer who is signed in: today, own stops, nothing else."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import blueprint, own_periods, tell
from canteen.blueprints.delivery.forms import OutcomeForm
from canteen.delivery import actions, queries
from canteen.foundation.database import db
from canteen.staff.rules import Role


@blueprint.get("/round")
@allow(Role.VOLUNTEER)
def own_round() -> Any:
    """Today's stops of the signed-in volunteer."""
    rounds = queries.own_rounds(
        db.session(), site_id=current_site().id, staff_id=staff_id(), day=today()
    )
    periods = {one.code: one for one in own_periods()}
    return render_template("delivery/own_round.html", rounds=rounds, day=today(), periods=periods)


@blueprint.post("/round/stops/<int:stop_id>/outcomes")
@allow(Role.VOLUNTEER)
def own_outcome(stop_id: int) -> Any:
    """What happened at a door of one's own round; any other door is not there."""
    stop = queries.own_stop(
        db.session(),
        site_id=current_site().id,
        staff_id=staff_id(),
        day=today(),
        stop_id=stop_id,
    )
    form = OutcomeForm()
    if stop is None:
        abort(404)
    if not form.validate_on_submit():
        abort(400)
    refusal = actions.record_outcome(
        report=form.report(stop.id), today=today(), by=staff_id(), now=now()
    )
    if refusal:
        tell(refusal)
        return redirect(url_for("delivery.own_round", _anchor=f"stop-{stop_id}"))
    flash(_("已记下：%(title)s", title=stop.diner_title), "good")
    return redirect(url_for("delivery.own_round"))
