"""A volunteer's own steps: knock once more. Nobody else's, and only while the round is theirs."""

from typing import Any

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import now, staff_id, today
from canteen.blueprints.delivery.blueprint import blueprint
from canteen.blueprints.delivery.rounds.plain_list import accepted_volunteer
from canteen.blueprints.delivery.watching.forms import StepForm
from canteen.blueprints.flashes import back_to
from canteen.delivery.watching import actions, queries
from canteen.foundation.database import db
from canteen.staff.rules import Role


@blueprint.get("/round/alarms")
@allow(Role.VOLUNTEER)
def own_alarms() -> Any:
    """The doors of one's own round at which nobody answered."""
    volunteer = accepted_volunteer()
    if volunteer is None:
        return redirect(url_for("delivery.own_round"))
    steps = queries.own_steps(db.session(), volunteer=volunteer, day=today(), now=now())
    return render_template("delivery/watching/own_alarms.html", steps=steps)


@blueprint.post("/round/alarms/<int:step_id>/record")
@allow(Role.VOLUNTEER)
def own_step_record(step_id: int) -> Any:
    """What was found at the second knock; any other step is not there."""
    volunteer = accepted_volunteer()
    if volunteer is None:
        return redirect(url_for("delivery.own_round"))
    steps = queries.own_steps(db.session(), volunteer=volunteer, day=today(), now=now())
    if step_id not in {row.step.id for row, _stop in steps}:
        abort(404)
    form = StepForm()
    if not form.validate_on_submit():
        abort(400)
    refusal = actions.record_step(
        site_id=volunteer.site_id, step_id=step_id, found=form.found(), by=staff_id(), now=now()
    )
    return back_to(url_for("delivery.own_alarms"), refusal, _("已记下，食堂那边已经看到"))


def own_alarm_count() -> int:
    """How many steps wait for the volunteer who is signed in, for a link on their round."""
    volunteer = accepted_volunteer()
    if volunteer is None:
        return 0
    steps = queries.own_steps(db.session(), volunteer=volunteer, day=today(), now=now())
    return sum(row.step.done_at is None for row, _stop in steps)


@blueprint.context_processor
def _count() -> dict[str, Any]:
    return {"own_alarm_count": own_alarm_count}
