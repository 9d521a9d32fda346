"""Settings of a canteen: its data, periods, sets, counters and holidays."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.filters import named
from canteen.blueprints.sites.forms import (
    DAY_KINDS,
    DayForm,
    DeviceForm,
    PeriodForm,
    SetForm,
    SiteForm,
)
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.settlement.printing.queries import standings
from canteen.settlement.printing.wording import TROUBLES
from canteen.sites import actions, queries
from canteen.sites.models import DayKind, Device, MealPeriod, MealSet
from canteen.staff.rules import Role
from canteen.subsidies.page_queries import asked_of_sites

blueprint = Blueprint("sites", __name__, url_prefix="/settings")


@blueprint.route("", methods=["GET", "POST"])
@allow(Role.MANAGER)
def settings() -> Any:
    """Name, place and limits."""
    form = SiteForm(obj=current_site())
    form.offer_traits(_asked_by_policies()[0])
    if form.validate_on_submit():
        values = {name: value for name, value in form.data.items() if name != "csrf_token"}
        values["traits"] = " ".join(sorted(form.traits.data or ()))
        actions.change_site(site_id=current_site().id, values=values, now=now(), by=staff_id())
        return _saved("sites.settings")
    return render_template("sites/settings.html", form=form)


@blueprint.get("/periods")
@allow(Role.MANAGER)
def periods() -> Any:
    """Meal periods and their sets."""
    site_id = current_site().id
    return render_template(
        "sites/periods.html",
        periods=queries.periods(db.session(), site_id),
        sets=queries.meal_sets(db.session(), site_id, active_only=False),
    )


@blueprint.route("/periods/new", methods=["GET", "POST"], defaults={"period_id": None})
@blueprint.route("/periods/<int:period_id>", methods=["GET", "POST"])
@allow(Role.MANAGER)
def period(period_id: int | None) -> Any:
    """Add or change a meal period."""
    form = PeriodForm(obj=_own_or_404(MealPeriod, period_id))
    if not form.validate_on_submit():
        return render_template("sites/period.html", form=form, fixed=period_id, said=None)
    values = {name: value for name, value in form.data.items() if name != "csrf_token"}
    refusal = actions.save_period(site_id=current_site().id, period_id=period_id, values=values)
    if refusal:
        return render_template("sites/period.html", form=form, fixed=period_id, said=say(refusal))
    return _saved("sites.periods")


@blueprint.route("/sets/new", methods=["GET", "POST"], defaults={"set_id": None})
@blueprint.route("/sets/<int:set_id>", methods=["GET", "POST"])
@allow(Role.MANAGER)
def meal_set(set_id: int | None) -> Any:
    """Add or change a set."""
    form = SetForm(obj=_own_or_404(MealSet, set_id))
    own_periods = queries.periods(db.session(), current_site().id)
    form.offer_classes(_asked_by_policies()[1])
    form.period_code.choices = [(period.code, named(period)) for period in own_periods]
    if not form.validate_on_submit():
        return render_template("sites/meal_set.html", form=form, said=None)
    values = {name: value for name, value in form.data.items() if name != "csrf_token"}
    refusal = actions.save_set(site_id=current_site().id, set_id=set_id, values=values)
    if refusal:
        return render_template("sites/meal_set.html", form=form, said=say(refusal))
    return _saved("sites.periods")


@blueprint.route("/devices", methods=["GET", "POST"])
@allow(Role.MANAGER)
def devices() -> Any:
    """Counters."""
    form = DeviceForm()
    said = None
    if form.validate_on_submit():
        refusal = actions.add_device(
            site_id=current_site().id, name=form.name.data or "", now=now()
        )
        if not isinstance(refusal, Refusal):
            return _saved("sites.devices")
        said = say(refusal)
    rows = queries.devices(db.session(), current_site().id)
    return render_template(
        "sites/devices.html",
        form=form,
        devices=rows,
        said=said,
        printers=standings(db.session(), site_id=current_site().id, now=now()),
        troubles=TROUBLES,
    )


@blueprint.post("/devices/<int:device_id>/retirement")
@allow(Role.MANAGER)
def retirement(device_id: int) -> Any:
    """Take a counter out of use."""
    _own_or_404(Device, device_id)
    actions.retire_device(site_id=current_site().id, device_id=device_id, now=now())
    return _saved("sites.devices")


@blueprint.route("/calendar", methods=["GET", "POST"])
@allow(Role.MANAGER)
def calendar() -> Any:
    """Holidays and make-up workdays."""
    year = request.args.get("year", default=today().year, type=int)
    year = min(max(year, 2000), 2100)
    form = DayForm()
    if form.validate_on_submit() and form.day.data is not None:
        kind = DayKind(form.kind.data) if form.kind.data else None
        actions.set_day(
            day=form.day.data, kind=kind, name=form.name.data or "", now=now(), by=staff_id()
        )
        flash(_("已保存"), "good")
        return redirect(url_for("sites.calendar", year=form.day.data.year))
    rows = queries.calendar_rows(db.session(), year)
    return render_template("sites/calendar.html", form=form, rows=rows, year=year, kinds=DAY_KINDS)


@blueprint.post("/calendar/<int:year>/seed")
@allow(Role.MANAGER)
def calendar_seed(year: int) -> Any:
    """Fill a year from what the State Council has announced."""
    if actions.seed_calendar(year):
        flash(_("已填入 %(year)s 年的节假日", year=year), "good")
    else:
        flash(_("%(year)s 年的放假安排还没有公布，暂按周六周日算", year=year), "warn")
    return redirect(url_for("sites.calendar", year=year))


def _asked_by_policies() -> tuple[set[str], set[str]]:
    """Traits of canteens and classes of dishes that this canteen's policies ask for."""
    return asked_of_sites(db.session(), current_site().id, today())


def _saved(endpoint: str) -> Any:
    flash(_("已保存"), "good")
    return redirect(url_for(endpoint))


def _own_or_404(model: Any, row_id: int | None) -> Any:
    if row_id is None:
        return None
    return db.first_or_404(db.select(model).filter_by(id=row_id, site_id=current_site().id))
