"""Rounds planned by the computer: asked for, looked at beside the present order, changed, taken."""

from collections.abc import Callable
from datetime import time
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import (
    blueprint,
    chosen_day,
    given,
    own_periods,
    tell,
)
from canteen.blueprints.delivery.routes.forms import RouteMoveForm, RoutesForm
from canteen.blueprints.delivery.routes.page import cost_words, page_of
from canteen.blueprints.filters import named
from canteen.delivery.routes import actions, queries
from canteen.delivery.routes.documents import Asked
from canteen.delivery.routes.facts import seconds_of
from canteen.delivery.routes.models import RoutePlan
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.sites.models import MealPeriod
from canteen.staff.rules import Role

HOT_MINUTES = 75


@blueprint.get("/delivery/route-plans/new")
@allow(Role.MANAGER, Role.COMMUNITY)
def routes_new() -> Any:
    """What to ask before planning: the hours of the day."""
    return render_template("delivery/routes/routes_new.html", form=_form(), said=None)


@blueprint.post("/delivery/route-plans")
@allow(Role.MANAGER, Role.COMMUNITY)
def route_request() -> Any:
    """Have rounds planned; leads to its progress at once."""
    form = _form()
    if not form.validate_on_submit():
        return render_template("delivery/routes/routes_new.html", form=form, said=None), 400
    asked = Asked(
        site_id=current_site().id,
        day=given(form.day.data),
        period_code=_period(form.period.data or "").code,
        leaves_from=seconds_of(given(form.leaves_from.data)),
        back_by=seconds_of(given(form.back_by.data)),
        cooked_at=seconds_of(given(form.cooked_at.data)),
        hot_minutes=given(form.hot_minutes.data),
        fresh=form.fresh.data,
    )
    job_id = actions.ask_for_routes(db.session(), asked, today=today(), by=staff_id(), now=now())
    if isinstance(job_id, Refusal):
        page = render_template("delivery/routes/routes_new.html", form=form, said=say(job_id))
        return page, 409
    return redirect(url_for("jobs.job", job_id=job_id))


@blueprint.get("/delivery/route-plans/<int:plan_id>")
@allow(Role.MANAGER, Role.COMMUNITY)
def route_plan(plan_id: int) -> Any:
    """A plan beside the order there is: who goes where, when, and what it costs."""
    found = _own_plan(plan_id)
    shown = queries.shown_plan(db.session(), found)
    period = _period(found.period_code)
    if isinstance(shown, Refusal):
        tell(shown)
        return redirect(url_for("delivery.draft", day=found.service_date, period=found.period_code))
    return render_template(
        "delivery/routes/route_plan.html", plan=found, page=page_of(shown), period=period
    )


@blueprint.post("/delivery/route-plans/<int:plan_id>/adoption")
@allow(Role.MANAGER, Role.COMMUNITY)
def route_adoption(plan_id: int) -> Any:
    """Let the draft follow a plan."""
    return _decided(plan_id, actions.take_plan, _("已采用，草稿按这份路线排"))


@blueprint.post("/delivery/route-plans/<int:plan_id>/discarding")
@allow(Role.MANAGER, Role.COMMUNITY)
def route_discarding(plan_id: int) -> Any:
    """Put a plan away; the draft is in grid order again."""
    return _decided(plan_id, actions.discard_plan, _("路线已放下，草稿用默认顺序"))


@blueprint.post("/delivery/route-plans/<int:plan_id>/moves")
@allow(Role.MANAGER, Role.COMMUNITY)
def route_move(plan_id: int) -> Any:
    """Put a door to another place or volunteer; says what it costs."""
    _own_plan(plan_id)
    form = RouteMoveForm()
    if not form.validate_on_submit():
        abort(400)
    cost = actions.move_stop(
        site_id=current_site().id,
        plan_id=plan_id,
        resident_id=form.resident_id.data or 0,
        volunteer_id=form.volunteer_id.data or None,
        position=form.position.data or 0,
        by=staff_id(),
        now=now(),
    )
    if isinstance(cost, Refusal):
        return _back(plan_id, cost)
    flash(cost_words(cost), "warn" if cost.broken else "good")
    return redirect(
        url_for("delivery.route_plan", plan_id=plan_id, _anchor=f"s{form.resident_id.data}")
    )


def _form() -> RoutesForm:
    """Hours as the period suggests: cooked when it begins, out ten minutes later."""
    period = _period(request.values.get("period", ""))
    opens = _minutes(period.starts)
    form = RoutesForm(
        data={
            "day": chosen_day(),
            "period": period.code,
            "cooked_at": _clock(opens),
            "leaves_from": _clock(opens + 10),
            "back_by": _clock(opens + 130),
            "hot_minutes": HOT_MINUTES,
        }
    )
    form.period.choices = [(one.code, named(one)) for one in own_periods()]
    return form


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _clock(minutes: int) -> time:
    whole = min(minutes, 24 * 60 - 1)
    return time(whole // 60, whole % 60)


def _period(code: str) -> MealPeriod:
    periods = own_periods()
    if not code:
        return periods[0]
    return next((one for one in periods if one.code == code), None) or abort(404)


def _own_plan(plan_id: int) -> RoutePlan:
    found = queries.plan_at_site(db.session(), site_id=current_site().id, plan_id=plan_id)
    return found or abort(404)


def _decided(plan_id: int, decide: Callable[..., Refusal | None], done: str) -> Any:
    """Take a plan or put it away, and show the draft as it is then."""
    found = _own_plan(plan_id)
    day, period = found.service_date, found.period_code
    refusal = decide(site_id=current_site().id, plan_id=plan_id, by=staff_id(), now=now())
    if refusal:
        return _back(plan_id, refusal)
    flash(done, "good")
    return redirect(url_for("delivery.draft", day=day, period=period))


def _back(plan_id: int, refusal: Refusal) -> Any:
    tell(refusal)
    return redirect(url_for("delivery.route_plan", plan_id=plan_id))
