"""The planning desk: asking the computer for weeks, looking at what it offers, taking it."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.menus import plan_pages
from canteen.blueprints.menus.plan_grids import grid_of
from canteen.blueprints.menus.views import blueprint, monday_or_404
from canteen.foundation.calendar import week_name
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.menus import plan_actions, plan_queries, queries
from canteen.menus.plan_asked import MOST_WEEKS, Asked
from canteen.menus.plan_conflict_words import demand_words, way_out
from canteen.menus.plan_facts import settings_of
from canteen.menus.plan_queries import Proposal
from canteen.menus.plan_words import broken_words
from canteen.sites import queries as sites
from canteen.staff.rules import Role


@blueprint.app_context_processor
def open_plan() -> dict[str, Any]:
    """What the week's page asks about plans."""
    return {"open_plan": _open_plan}


@blueprint.get("/menus/<week>/plans")
@allow(Role.KITCHEN, Role.MANAGER)
def plans(week: str) -> Any:
    """Which weeks and meals to plan, and what stays."""
    return _plans_page(week)


@blueprint.post("/menus/<week>/plans")
@allow(Role.KITCHEN, Role.MANAGER)
def plan_request(week: str) -> Any:
    """Have a plan made; leads to its progress at once."""
    monday = monday_or_404(week)
    asked = Asked(
        site_id=current_site().id,
        monday=monday,
        weeks=_number("weeks", 1),
        periods=tuple(dict.fromkeys(one[:20] for one in request.form.getlist("periods"))),
        keep=request.form.get("keep") != "anew",
        seconds=_number("seconds", 20),
    )
    job_id = plan_actions.ask_for_plan(asked, by=staff_id(), now=now())
    if isinstance(job_id, Refusal):
        return _plans_page(week, asked=asked, refusal=job_id), 422
    return redirect(url_for("jobs.job", job_id=job_id))


@blueprint.get("/menus/proposals/<int:proposal_id>")
@allow(Role.KITCHEN, Role.MANAGER)
def proposal(proposal_id: int) -> Any:
    """What is offered: the grid, the certificate, the meters; or why there is nothing."""
    return proposal_page(proposal_or_404(proposal_id))


@blueprint.post("/menus/proposals/<int:proposal_id>/adoption")
@allow(Role.KITCHEN, Role.MANAGER)
def adoption(proposal_id: int) -> Any:
    """Take a proposal into its draft weeks."""
    found = proposal_or_404(proposal_id)
    done = plan_actions.take_proposal(
        site_id=current_site().id, proposal_id=proposal_id, now=now(), by=staff_id()
    )
    if isinstance(done, Refusal):
        return proposal_page(found, refusal=done), 409
    flash(_("已采用，%(count)s 格有变化", count=done), "good")
    return redirect(url_for("menus.week", week=week_name(found.offer.asked.monday)))


@blueprint.post("/menus/proposals/<int:proposal_id>/discarding")
@allow(Role.KITCHEN, Role.MANAGER)
def discarding(proposal_id: int) -> Any:
    """Put a proposal away."""
    found = proposal_or_404(proposal_id)
    refusal = plan_actions.discard_proposal(
        site_id=current_site().id, proposal_id=proposal_id, now=now(), by=staff_id()
    )
    if refusal:
        return proposal_page(found, refusal=refusal), 409
    flash(_("方案已放下，菜单没有变"), "good")
    return redirect(url_for("menus.week", week=week_name(found.offer.asked.monday)))


def _open_plan(week: str) -> int | None:
    """The offer that waits for this week, for the week's own page."""
    return plan_queries.open_proposal(
        db.session(), site_id=current_site().id, monday=monday_or_404(week)
    )


def _plans_page(week: str, *, asked: Asked | None = None, refusal: Refusal | None = None) -> str:
    monday = monday_or_404(week)
    session, site_id = db.session(), current_site().id
    mondays = [monday + timedelta(days=7 * number) for number in range(MOST_WEEKS)]
    asked = asked or Asked(
        site_id=site_id, monday=monday, seconds=settings_of(session, site_id).seconds
    )
    slots = {slot.period for slot in queries.slots_of(session, site_id)}
    return render_template(
        "menus/plans.html",
        week=week_name(monday),
        monday=monday,
        asked=asked,
        weeks=plan_queries.week_states(session, site_id=site_id, mondays=mondays),
        periods=[one for one in sites.periods(session, site_id) if one.code in slots],
        offered=_open_plan(week),
        past=monday + timedelta(days=6) < today(),
        said=say(refusal) if refusal else None,
    )


def proposal_page(found: Proposal, *, refusal: Refusal | None = None) -> str:
    """An offer with its certificate, its meters and its grid; above it what was refused."""
    session, site_id, offer = db.session(), current_site().id, found.offer
    names = plan_queries.names_of(session, site_id)
    return render_template(
        "menus/plan.html",
        found=found,
        offer=offer,
        week=week_name(offer.asked.monday),
        said=say(refusal) if refusal else None,
        problems=[say(one) for one in offer.problems],
        broken=[broken_words(one, names) for one in offer.broken],
        demands=[demand_words(o, names) for o in offer.conflict.demands] if offer.conflict else [],
        ways=[way_out(one, names) for one in offer.conflict.remedies] if offer.conflict else [],
        certificate=plan_pages.certificate(offer),
        meters=plan_pages.meters(offer, names),
        day_rows=plan_pages.day_rows(offer),
        changes=plan_pages.changes(offer, names),
        counts=plan_pages.counts(offer),
        weeks=grid_of(
            days=offer.asked.days,
            slots=queries.slots_of(session, site_id),
            names=names,
            places=offer.grid,
            dish_at=offer.places,
            before=offer.stood,
            broken=offer.broken,
        ),
    )


def proposal_or_404(proposal_id: int) -> Proposal:
    """An offer made here."""
    found = plan_queries.proposal(db.session(), site_id=current_site().id, proposal_id=proposal_id)
    if found is None:
        abort(404)
    return found


def _number(name: str, default: int) -> int:
    """A number of the form; what is none is 0, and refused by name."""
    text = request.form.get(name, str(default)).strip()
    return int(text[:6]) if text.isascii() and text.isdigit() else 0
