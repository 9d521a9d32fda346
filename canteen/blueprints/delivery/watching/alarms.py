"""One alarm: its steps, what was found, how it ended. And how people look for a diner."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import blueprint, tell
from canteen.blueprints.delivery.watching.forms import EndingForm, StepForm
from canteen.blueprints.flashes import back_to
from canteen.delivery.watching import actions, queries
from canteen.delivery.watching.missing import missing_now
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.foundation.wording import Refusal, say
from canteen.staff.rules import Role


@blueprint.get("/delivery/alarms")
@allow(Role.MANAGER, Role.COMMUNITY)
def alarms() -> Any:
    """Who was looked for, and how it ended."""
    number = page_number(request.args.get("page"))
    return render_template(
        "delivery/watching/alarms.html",
        page=queries.past_alarms(db.session(), site_id=current_site().id, page=number),
        open_count=queries.open_count(db.session(), site_id=current_site().id),
    )


@blueprint.get("/delivery/alarms/<int:alarm_id>")
@allow(Role.MANAGER, Role.COMMUNITY)
def alarm(alarm_id: int) -> Any:
    """One alarm: whom to ask next, and what was found so far."""
    return _page(alarm_id)


@blueprint.post("/delivery/alarms/<int:alarm_id>/steps/<int:step_id>/record")
@allow(Role.MANAGER, Role.COMMUNITY)
def step_record(alarm_id: int, step_id: int) -> Any:
    """What somebody did at a step."""
    form = StepForm()
    if not form.validate_on_submit():
        return _page(alarm_id, step_id=step_id, step_form=form), 400
    refusal = actions.record_step(
        site_id=current_site().id, step_id=step_id, found=form.found(), by=staff_id(), now=now()
    )
    return back_to(
        url_for("delivery.alarm", alarm_id=alarm_id, _anchor="steps"), refusal, _("已记下")
    )


@blueprint.post("/delivery/alarms/<int:alarm_id>/ending")
@allow(Role.MANAGER, Role.COMMUNITY)
def alarm_ending(alarm_id: int) -> Any:
    """How it ended: the one way in which an alarm closes."""
    form = EndingForm()
    if not form.validate_on_submit():
        return _page(alarm_id, ending_form=form), 400
    refusal = actions.end_alarm(
        site_id=current_site().id,
        alarm_id=alarm_id,
        ending=form.ending(),
        today=today(),
        by=staff_id(),
        now=now(),
    )
    if refusal:
        return _page(alarm_id, ending_form=form, refusal=refusal), 409
    flash(_("已写下结果，告警结束"), "good")
    return redirect(url_for("delivery.alarm", alarm_id=alarm_id))


@blueprint.get("/delivery/missing/<int:resident_id>")
@allow(Role.MANAGER, Role.COMMUNITY)
def missing(resident_id: int) -> Any:
    """Somebody who stays away: begin to look for them, or see who does already."""
    found = missing_now(
        db.session(),
        site_id=current_site().id,
        today=today(),
        now=now(),
        resident_id=resident_id,
    )
    if not found:
        abort(404)
    return render_template("delivery/watching/missing.html", one=found[0])


@blueprint.post("/delivery/missing/<int:resident_id>/alarm")
@allow(Role.MANAGER, Role.COMMUNITY)
def look(resident_id: int) -> Any:
    """Begin the ladder for somebody who stays away."""
    begun = actions.look_for(
        site_id=current_site().id,
        resident_id=resident_id,
        today=today(),
        by=staff_id(),
        now=now(),
    )
    if isinstance(begun, Refusal):
        tell(begun)
        return redirect(url_for("delivery.board"))
    return redirect(url_for("delivery.alarm", alarm_id=begun))


def _page(
    alarm_id: int,
    *,
    step_id: int | None = None,
    step_form: StepForm | None = None,
    ending_form: EndingForm | None = None,
    refusal: Refusal | None = None,
) -> Any:
    view = queries.one_alarm(db.session(), site_id=current_site().id, alarm_id=alarm_id, now=now())
    if view is None:
        abort(404)
    return render_template(
        "delivery/watching/alarm.html",
        view=view,
        ending_form=ending_form or EndingForm.fresh(today(), view.proposed),
        step_form=step_form,
        tried=step_id,
        said=say(refusal) if refusal else None,
    )
