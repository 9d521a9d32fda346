"""The first page after signing in, and choosing the site to work at."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, session, url_for
from flask import request as http
from flask_login import current_user

from canteen.blueprints.access import public, signed_in
from canteen.blueprints.context import current_site, own_sites
from canteen.blueprints.context import today as site_day
from canteen.foundation.database import db
from canteen.sites import queries as sites

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@public
def today() -> Any:
    """Today at a glance for staff; the way in for everybody else."""
    if not current_user.is_authenticated:
        return redirect(url_for("staff.sign_in"))
    if not own_sites():
        return render_template("home/no_site.html")
    site = current_site()
    return render_template(
        "home/today.html",
        day=site_day(),
        periods=sites.periods(db.session(), site.id),
        summary=None,
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
