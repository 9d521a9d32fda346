"""The signed-in volunteer's plain list, for phones without scripts: today, own stops."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import blueprint, own_periods, tell
from canteen.blueprints.delivery.forms import OutcomeForm
from canteen.blueprints.delivery.volunteering.duties import path_of
from canteen.delivery import actions, own
from canteen.delivery.models import Volunteer
from canteen.delivery.requests.queries import offered_to
from canteen.delivery.rounds.queries import TeamDifference, team_differences
from canteen.delivery.volunteering.agreements import (
    Agreement,
    accept_agreement,
    agreement_on,
    has_accepted,
)
from canteen.foundation.database import db
from canteen.staff.rules import Role


@blueprint.get("/round/list")
@allow(Role.VOLUNTEER)
def own_round_list() -> Any:
    """Today's stops of the signed-in volunteer; before that, the agreement."""
    volunteer = _own_volunteer()
    if volunteer is None:
        return render_template(
            "delivery/rounds/own_round_list.html", rounds=[], day=today(), link="", of_team=None
        )
    agreement = _to_accept(volunteer)
    if agreement is not None:
        return render_template(
            "delivery/rounds/agreement.html", agreement=agreement, volunteer=volunteer
        )
    rounds = own.own_rounds(db.session(), volunteer=volunteer, day=today(), now=now())
    return render_template(
        "delivery/rounds/own_round_list.html",
        rounds=rounds,
        day=today(),
        periods={one.code: one for one in own_periods()},
        link=path_of(volunteer),
        offered=len(offered_to(db.session(), volunteer=volunteer)),
        of_team=own_team_differences(),
    )


@blueprint.post("/round/agreement")
@allow(Role.VOLUNTEER)
def own_agreement() -> Any:
    """The signed-in volunteer accepts the text they have just read."""
    volunteer = _own_volunteer() or abort(404)
    refusal = accept_agreement(
        volunteer_id=volunteer.id,
        version=request.form.get("version", "")[:20],
        on_paper=False,
        today=today(),
        by=staff_id(),
        now=now(),
    )
    if refusal:
        tell(refusal)
    return redirect(url_for("delivery.own_round"))


@blueprint.post("/round/stops/<int:stop_id>/outcomes")
@allow(Role.VOLUNTEER)
def own_outcome(stop_id: int) -> Any:
    """What happened at a door of one's own round; any other door is not there."""
    volunteer = _own_volunteer() or abort(404)
    if _to_accept(volunteer) is not None:
        return redirect(url_for("delivery.own_round_list"))
    stop = own.own_stop(db.session(), volunteer=volunteer, day=today(), stop_id=stop_id, now=now())
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
        return redirect(url_for("delivery.own_round_list", _anchor=f"stop-{stop_id}"))
    flash(_("已记下：%(title)s", title=stop.diner_title), "good")
    return redirect(url_for("delivery.own_round_list"))


def accepted_volunteer() -> Volunteer | None:
    """The volunteer who is signed in, once they accepted the agreement of today."""
    volunteer = _own_volunteer()
    return volunteer if volunteer and _to_accept(volunteer) is None else None


def own_team_differences() -> list[TeamDifference] | None:
    """What waits in the team of whoever is signed in; None for who leads none."""
    leader = accepted_volunteer()
    if leader is None or not leader.leads_team:
        return None
    return team_differences(db.session(), leader=leader, today=today())


def to_accept_here() -> bool:
    """Whether the volunteer who is signed in must accept the agreement first."""
    volunteer = _own_volunteer()
    return volunteer is not None and _to_accept(volunteer) is not None


def _own_volunteer() -> Volunteer | None:
    return own.own_volunteer(db.session(), site_id=current_site().id, staff_id=staff_id())


def _to_accept(volunteer: Volunteer) -> Agreement | None:
    """The text of today, if this volunteer has not accepted it yet."""
    agreement = agreement_on(db.session(), site_id=volunteer.site_id, day=today())
    known = has_accepted(db.session(), volunteer_id=volunteer.id, version=agreement.version)
    return None if known else agreement
