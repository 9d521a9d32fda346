"""Teams: their names, their leaders, how many carry in each."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.delivery.blueprint import blueprint
from canteen.blueprints.delivery.volunteering.forms import (
    TeamForm,
)
from canteen.blueprints.ours import ours
from canteen.delivery.volunteering import queries
from canteen.delivery.volunteering.models import VolunteerTeam
from canteen.delivery.volunteering.teams import save_team
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.staff.rules import Role


@blueprint.get("/delivery/teams")
@allow(Role.MANAGER, Role.COMMUNITY)
def teams() -> Any:
    """Every team and how many carry in it."""
    site_id = current_site().id
    return render_template(
        "delivery/volunteering/teams.html",
        teams=queries.teams(db.session(), site_id=site_id),
        sizes=queries.team_sizes(db.session(), site_id=site_id),
    )


@blueprint.route("/delivery/teams/new", methods=["GET", "POST"], defaults={"team_id": None})
@blueprint.route("/delivery/teams/<int:team_id>", methods=["GET", "POST"])
@allow(Role.MANAGER, Role.COMMUNITY)
def team(team_id: int | None) -> Any:
    """Add or change a team."""
    found = ours(VolunteerTeam, team_id) if team_id else None
    form, said = TeamForm(obj=found), None
    if form.validate_on_submit():
        values = {name: value for name, value in form.data.items() if name != "csrf_token"}
        saved = save_team(
            site_id=current_site().id, team_id=team_id, values=values, by=staff_id(), now=now()
        )
        if not isinstance(saved, Refusal):
            flash(_("已保存"), "good")
            return redirect(url_for("delivery.teams"))
        said = say(saved)
    return render_template("delivery/volunteering/team.html", form=form, team=found, said=said)
