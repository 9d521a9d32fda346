"""What the rounds of a leader's own team told that somebody must look at. Read only."""

from typing import Any

from flask import abort, render_template

from canteen.blueprints.access import allow
from canteen.blueprints.delivery.blueprint import blueprint
from canteen.blueprints.delivery.rounds.plain_list import accepted_volunteer, own_team_differences
from canteen.delivery.rounds.wording import REASONS
from canteen.delivery.volunteering.models import VolunteerTeam
from canteen.foundation.database import db
from canteen.staff.rules import Role


@blueprint.get("/round/team")
@allow(Role.VOLUNTEER)
def own_team() -> Any:
    """Of the last week; for who leads no team it is not there."""
    leader = accepted_volunteer()
    if leader is None or not leader.leads_team or leader.team_id is None:
        abort(404)
    return render_template(
        "delivery/rounds/own_team.html",
        team=db.session.get_one(VolunteerTeam, leader.team_id),
        rows=own_team_differences(),
        reasons=REASONS,
    )
