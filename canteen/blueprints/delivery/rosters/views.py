"""Rosters: the list, the draft, publication, the published round and its sheets."""

from itertools import groupby
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import (
    blueprint,
    chosen_day,
    chosen_period,
    given,
    own_periods,
    tell,
)
from canteen.blueprints.delivery.forms import OutcomeForm
from canteen.blueprints.delivery.rosters.forms import AssignmentForm, PublicationForm
from canteen.blueprints.ours import ours
from canteen.delivery import actions, counts, lists, queries
from canteen.delivery.models import FreeMealProgramme, Roster, RosterStop
from canteen.delivery.rounds.queries import open_differences, told_of_stop
from canteen.delivery.rounds.wording import PROOFS, REASONS
from canteen.delivery.routes.queries import plan_in_use
from canteen.delivery.standing import why_not_wanted
from canteen.foundation.database import db
from canteen.foundation.paging import cut, page_number
from canteen.foundation.wording import Refusal
from canteen.staff.rules import Role


@blueprint.get("/delivery/rosters")
@allow(Role.MANAGER, Role.COMMUNITY)
def rosters() -> Any:
    """Every round: today's first, how each stands."""
    number = page_number(request.args.get("page"))
    found = counts.latest_rosters(db.session(), site_id=current_site().id, page=number)
    page = cut(found, number, counts.ROSTERS_ON_A_PAGE)
    figures = counts.of_rosters(db.session(), [roster.id for roster in page.rows])
    periods = own_periods()
    return render_template(
        "delivery/rosters/rosters.html",
        to_look_at=open_differences(db.session(), site_id=current_site().id),
        page=page,
        figures=figures,
        periods={one.code: one for one in periods},
        day=today(),
        period=chosen_period(periods),
    )


@blueprint.get("/delivery/rosters/draft")
@allow(Role.MANAGER, Role.COMMUNITY)
def draft() -> Any:
    """What would be published now; nothing is stored."""
    periods, day = own_periods(), chosen_day()
    period = chosen_period(periods)
    wanted: dict[str, Any] = {"site_id": current_site().id, "day": day, "period_code": period.code}
    published = queries.roster_of(db.session(), **wanted)
    if published:
        return redirect(url_for("delivery.roster", roster_id=published.id))
    plan = queries.draft(db.session(), **wanted)
    rounds = by_volunteer(plan.stops, lambda stop: stop.plan.volunteer_id) if plan else {}
    return render_template(
        "delivery/rosters/draft.html",
        plan=plan,
        rounds=rounds,
        periods=periods,
        period=period,
        day=day,
        over=day < today(),
        route=plan_in_use(db.session(), **wanted),
    )


@blueprint.post("/delivery/rosters")
@allow(Role.MANAGER, Role.COMMUNITY)
def publication() -> Any:
    """Fix a round."""
    form = PublicationForm()
    if not form.validate_on_submit():
        abort(400)
    day, period = given(form.day.data), form.period.data or ""
    published = actions.publish_roster(
        site_id=current_site().id,
        day=day,
        period_code=period,
        today=today(),
        by=staff_id(),
        now=now(),
    )
    if isinstance(published, Refusal):
        tell(published)
        return redirect(url_for("delivery.draft", day=day, period=period))
    flash(_("已发布，名单和顺序不再变动"), "good")
    return redirect(url_for("delivery.roster", roster_id=published))


@blueprint.get("/delivery/rosters/<int:roster_id>")
@allow(Role.MANAGER, Role.COMMUNITY)
def roster(roster_id: int) -> Any:
    """One round: red stops first, then volunteer by volunteer, with live counts."""
    found = ours(Roster, roster_id)
    stops = queries.stops_of(db.session(), roster_id=roster_id)
    return render_template(
        "delivery/rosters/roster.html",
        roster=found,
        rounds=by_volunteer(stops, lambda state: state.stop.volunteer_id),
        called_off=queries.called_off(db.session(), roster_id=roster_id),
        figures=counts.of_rosters(db.session(), [roster_id])[roster_id],
        coverage=counts.coverage(db.session(), roster=found),
        over=found.service_date < today(),
        **names_of(found),
    )


@blueprint.get("/delivery/rosters/<int:roster_id>/counts")
@allow(Role.MANAGER, Role.COMMUNITY)
def roster_counts(roster_id: int) -> Any:
    """The figures alone, for the page that keeps them fresh."""
    found = ours(Roster, roster_id)
    return render_template(
        "delivery/rosters/_counts.html",
        figures=counts.of_rosters(db.session(), [roster_id])[roster_id],
        coverage=counts.coverage(db.session(), roster=found),
        over=found.service_date < today(),
    )


@blueprint.get("/delivery/stops/<int:stop_id>")
@allow(Role.MANAGER, Role.COMMUNITY)
def stop(stop_id: int) -> Any:
    """One stop: everything said of it, and who carries it."""
    found = _own_stop(stop_id)
    roster = db.session.get_one(Roster, found.roster_id)
    return render_template(
        "delivery/rosters/stop.html",
        roster=roster,
        stop=found,
        outcome=queries.latest_outcome(db.session(), stop_id=stop_id),
        not_wanted=why_not_wanted(db.session(), found),
        history=queries.history(db.session(), stop_id=stop_id),
        told=told_of_stop(db.session(), stop_id=stop_id),
        proofs=PROOFS,
        told_reasons=REASONS,
        **names_of(roster),
    )


@blueprint.post("/delivery/stops/<int:stop_id>/assignment")
@allow(Role.MANAGER, Role.COMMUNITY)
def assignment(stop_id: int) -> Any:
    """Hand a stop to a volunteer."""
    found = _own_stop(stop_id)
    form = AssignmentForm()
    if not form.validate_on_submit():
        abort(400)
    refusal = actions.reassign_stop(
        site_id=current_site().id,
        stop_id=found.id,
        volunteer_id=form.volunteer_id.data or 0,
        by=staff_id(),
        now=now(),
    )
    if refusal:
        tell(refusal)
        return redirect(url_for("delivery.stop", stop_id=stop_id))
    flash(_("已改派"), "good")
    return redirect(url_for("delivery.roster", roster_id=found.roster_id))


@blueprint.post("/delivery/stops/<int:stop_id>/outcomes")
@allow(Role.MANAGER, Role.COMMUNITY)
def outcome_from_paper(stop_id: int) -> Any:
    """What happened at a door, typed in by the office."""
    found = _own_stop(stop_id)
    form = OutcomeForm()
    if not form.validate_on_submit():
        abort(400)
    refusal = actions.record_outcome(
        report=form.report(found.id), today=today(), by=staff_id(), now=now()
    )
    if refusal:
        tell(refusal)
        return redirect(url_for("delivery.stop", stop_id=stop_id))
    flash(_("已记下：%(title)s", title=found.diner_title), "good")
    if found.volunteer_id is None or request.form.get("back") == "stop":
        return redirect(url_for("delivery.stop", stop_id=stop_id))
    return redirect(
        url_for(
            "delivery.round_on_paper",
            roster_id=found.roster_id,
            volunteer_id=found.volunteer_id,
            _anchor=f"stop-{stop_id}",
        )
    )


def names_of(roster: Roster) -> dict[str, Any]:
    """What pages of one roster say besides its stops: programme, period, volunteers."""
    everybody = lists.volunteers(db.session(), site_id=roster.site_id, active_only=False)
    return {
        "programme": db.session.get_one(FreeMealProgramme, roster.programme_id),
        "period": next(one for one in own_periods() if one.code == roster.period_code),
        "volunteers": {one.id: one for one in everybody},
    }


def by_volunteer(stops: Any, key: Any) -> dict[int | None, list[Any]]:
    """Stops by volunteer, the red ones (None) first."""
    in_order = sorted(stops, key=lambda one: (key(one) is not None, key(one) or 0))
    return {volunteer_id: list(group) for volunteer_id, group in groupby(in_order, key=key)}


def _own_stop(stop_id: int) -> RosterStop:
    found = queries.stop_at_site(db.session(), site_id=current_site().id, stop_id=stop_id)
    return found or abort(404)
