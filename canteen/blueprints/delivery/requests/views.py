"""Requests: the office asks and offers, a volunteer takes one on the phone, the asker confirms."""

from typing import Any
from uuid import UUID, uuid4

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import blueprint, tell
from canteen.blueprints.delivery.needs.person import own_person
from canteen.blueprints.delivery.requests.forms import OfferForm, RequestForm, team_choices
from canteen.blueprints.delivery.rounds.plain_list import accepted_volunteer
from canteen.blueprints.filters import is_english
from canteen.blueprints.flashes import back_to
from canteen.delivery import lists
from canteen.delivery.contact.queries import waiting
from canteen.delivery.contact.wording import WHENS
from canteen.delivery.requests import actions, kinds, queries
from canteen.delivery.requests.models import RequestState
from canteen.delivery.requests.wording import STATES
from canteen.delivery.volunteering.queries import teams
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.foundation.wording import Refusal, say
from canteen.staff.rules import Role


@blueprint.get("/requests")
@allow(Role.MANAGER, Role.COMMUNITY)
def requests() -> Any:
    """Everything asked for, newest first, and how much of it was done."""
    site_id, state = current_site().id, request.args.get("state", "")
    if state and state not in set(RequestState):
        abort(400)
    return render_template(
        "delivery/requests/requests.html",
        page=queries.page(
            db.session(), site_id=site_id, state=state, number=page_number(request.args.get("page"))
        ),
        figures=queries.figures(db.session(), site_id=site_id, now=now()),
        names=kinds.names_of(db.session(), site_id=site_id, english=is_english()),
        teams=team_choices(teams(db.session(), site_id=site_id), usual=False),
        usual_teams=team_choices(teams(db.session(), site_id=site_id), usual=True),
        waiting=waiting(db.session(), site_id=site_id, day=today()),
        whens=WHENS,
        states=STATES,
        state=state,
        now=now(),
    )


@blueprint.get("/requests/people")
@allow(Role.MANAGER, Role.COMMUNITY)
def request_search() -> Any:
    """Find somebody who asks for help."""
    text = request.args.get("q", "").strip()[:40]
    found = lists.find_people(db.session(), site_id=current_site().id, text=text)
    return render_template("delivery/requests/request_search.html", text=text, found=found)


@blueprint.route("/requests/people/<int:resident_id>", methods=["GET", "POST"])
@allow(Role.MANAGER, Role.COMMUNITY)
def new_request(resident_id: int) -> Any:
    """Write down what somebody asks for, and offer it."""
    person, site_id = own_person(resident_id), current_site().id
    form = RequestForm(data={"request_id": str(uuid4())})
    known = kinds.kinds_of(db.session(), site_id=site_id)
    form.offer_kinds(known.values(), english=is_english())
    form.offer_teams(teams(db.session(), site_id=site_id))
    said = None
    if form.validate_on_submit():
        refusal = actions.ask_for_help(
            site_id=site_id, wish=form.wish(resident_id, known), by=staff_id(), now=now()
        )
        if refusal is None:
            flash(_("已派出，等志愿者接单"), "good")
            return redirect(url_for("delivery.requests"))
        said = say(refusal)
    return render_template(
        "delivery/requests/request_new.html", form=form, person=person, said=said
    )


@blueprint.post("/requests/<uuid:request_id>/offers")
@allow(Role.MANAGER, Role.COMMUNITY)
def request_offer(request_id: UUID) -> Any:
    """Offer it anew, to a team or to everybody."""
    form = OfferForm()
    if not form.validate_on_submit():
        abort(400)
    refusal = actions.offer_anew(
        site_id=current_site().id, request_id=request_id, team_id=form.team_id.data or None,
        by=staff_id(), now=now(),
    )  # fmt: skip
    return _answer(refusal, _("已重新派出"))


@blueprint.post("/requests/<uuid:request_id>/confirmation")
@allow(Role.MANAGER, Role.COMMUNITY)
def request_confirmation(request_id: UUID) -> Any:
    """Whoever asked says whether it was done."""
    happened = request.form.get("happened") == "yes"
    refusal = actions.confirm_request(
        site_id=current_site().id, request_id=request_id, happened=happened,
        by=staff_id(), now=now(),
    )  # fmt: skip
    return _answer(refusal, _("已确认") if happened else _("没办好，已重新派出"))


@blueprint.post("/requests/<uuid:request_id>/withdrawal")
@allow(Role.MANAGER, Role.COMMUNITY)
def request_withdrawal(request_id: UUID) -> Any:
    """It is no longer wanted."""
    refusal = actions.withdraw_request(
        site_id=current_site().id, request_id=request_id, by=staff_id(), now=now()
    )
    return _answer(refusal, _("已撤回"))


@blueprint.get("/round/requests")
@allow(Role.VOLUNTEER)
def own_requests() -> Any:
    """What the signed-in volunteer holds, and what they could take: names only once taken."""
    volunteer = accepted_volunteer()
    if volunteer is None:
        return redirect(url_for("delivery.own_round"))
    return render_template(
        "delivery/requests/own_requests.html",
        held=queries.held_by(db.session(), volunteer=volunteer),
        offered=queries.offered_to(db.session(), volunteer=volunteer),
        names=kinds.names_of(db.session(), site_id=volunteer.site_id, english=is_english()),
        now=now(),
    )


@blueprint.post("/round/requests/<uuid:request_id>/<any(taking, returning, finish):what>")
@allow(Role.VOLUNTEER)
def own_request(request_id: UUID, what: str) -> Any:
    """Take it, give it back or decline it, or say that it is done."""
    volunteer = accepted_volunteer() or abort(403)
    act = {
        "taking": actions.take_request,
        "returning": actions.give_back,
        "finish": actions.finish_request,
    }[what]
    refusal = act(request_id=request_id, volunteer_id=volunteer.id, by=staff_id(), now=now())
    if refusal:
        tell(refusal)
    elif what == "taking":
        flash(_("接下了，谢谢您！"), "good")
    return redirect(url_for("delivery.own_requests"))


def _answer(refusal: Refusal | None, done: str) -> Any:
    return back_to(url_for("delivery.requests"), refusal, done)
