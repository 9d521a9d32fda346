"""The first page after signing in, and choosing the site to work at."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, session, url_for
from flask import request as http
from flask_login import current_user

from canteen.blueprints.access import public, signed_in
from canteen.blueprints.context import current_site, own_sites, roles_here
from canteen.blueprints.context import today as site_day
from canteen.foundation.database import db
from canteen.sites import queries as sites
from canteen.staff.rules import Role
from canteen.statistics import queries as statistics
from canteen.statistics.today import errands
from canteen.statistics.wording import CHANNELS

blueprint = Blueprint("home", __name__)

_OFFICE = {Role.MANAGER, Role.ADMINISTRATOR}
"""Who sees the day's takings on the first page."""


@blueprint.get("/")
@public
def today() -> Any:
    """Today at a glance for staff; the way in for everybody else."""
    if not current_user.is_authenticated:
        return redirect(url_for("staff.sign_in"))
    if not own_sites():
        return render_template("home/no_site.html")
    reading, site_id, day = db.session(), current_site().id, site_day()
    return render_template(
        "home/today.html",
        day=day,
        periods=sites.periods(reading, site_id),
        summary=statistics.day_summary(reading, site_id=site_id, service_date=day),
        errands=errands(reading, site_id=site_id, service_date=day),
        channels=CHANNELS,
        office=bool(roles_here() & (_OFFICE | {Role.KITCHEN, Role.CLERK})),
        money=bool(roles_here() & _OFFICE),
    )


@blueprint.route("/site-choice", methods=["GET", "POST"])
@signed_in
def site_choice() -> Any:
    """Work at another site for the rest of this session."""
    if http.method == "GET":
        return render_template("home/site_choice.html")
    chosen = http.form.get("site_id", type=int)
    if chosen not in {site.id for site in own_sites()}:
        abort(400)
    session["site_id"] = chosen
    return redirect(url_for("home.today"))
