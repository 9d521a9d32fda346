"""What residents ask for through the code on their card, and what the office makes of it.

The page behind the code is public: it names the canteen and nobody else. What is asked there
waits until a person has called back.
"""

from typing import Any
from uuid import UUID, uuid4

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow, public
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.delivery.blueprint import blueprint
from canteen.blueprints.delivery.requests.forms import USUAL_TEAM, CardWishForm, TakeUpForm
from canteen.blueprints.delivery.signing import paper_keys
from canteen.blueprints.filters import is_english
from canteen.blueprints.flashes import back_to
from canteen.blueprints.signin import limiter
from canteen.delivery.contact import actions
from canteen.delivery.contact.links import CardLink, read_link
from canteen.delivery.contact.models import CardWish
from canteen.delivery.contact.queries import card_is_good
from canteen.delivery.requests.kinds import kind_of, kinds_of
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.sites.models import Site
from canteen.staff.rules import Role


@blueprint.get("/help/<code>")
@public
def card_page(code: str) -> Any:
    """Ask for help by the code of a card."""
    link, canteen = _opened(code)
    return _page(code, link, canteen, _form(link))


@blueprint.post("/help/<code>/wishes")
@public
@limiter.limit("10/minute;40/hour")
def card_wish(code: str) -> Any:
    """Leave a wish; a person calls back."""
    link, canteen = _opened(code)
    form = _form(link)
    if not form.validate_on_submit():
        return _page(code, link, canteen, form), 422
    refusal = actions.ask_by_card(link=link, asked=form.asked, now=now())
    if refusal is not None:
        return _page(code, link, canteen, form, refusal), 409
    return redirect(url_for("delivery.card_thanks", code=code))


@blueprint.get("/help/<code>/thanks")
@public
def card_thanks(code: str) -> Any:
    """It has arrived."""
    _link, canteen = _opened(code)
    return render_template("delivery/contact/card_thanks.html", canteen=canteen, code=code)


@blueprint.post("/requests/cards/<uuid:wish_id>/request")
@allow(Role.MANAGER, Role.COMMUNITY)
def wish_taken_up(wish_id: UUID) -> Any:
    """Somebody called back: it becomes a request."""
    form, site_id = TakeUpForm(), current_site().id
    if not form.validate_on_submit():
        abort(400)
    team_id = form.team_id.data
    if team_id == USUAL_TEAM:
        team_id = _usual_team(site_id, wish_id)
    refusal = actions.take_up_wish(
        site_id=site_id,
        wish_id=wish_id,
        resident_id=form.resident_id.data or 0,
        details=(form.details.data or "").strip(),
        team_id=team_id or None,
        by=staff_id(),
        now=now(),
    )
    return _answer(refusal, _("已派出，等志愿者接单"))


@blueprint.post("/requests/cards/<uuid:wish_id>/removal")
@allow(Role.MANAGER, Role.COMMUNITY)
def wish_put_away(wish_id: UUID) -> Any:
    """Nobody wants it, or nobody did."""
    refusal = actions.put_wish_away(
        site_id=current_site().id, wish_id=wish_id, by=staff_id(), now=now()
    )
    return _answer(refusal, _("已放一边，没有派出"))


def _usual_team(site_id: int, wish_id: UUID) -> int | None:
    wish = db.session.get(CardWish, wish_id)
    kind = kind_of(db.session(), site_id=site_id, code=wish.kind) if wish else None
    return kind.team_id if kind else None


def _opened(code: str) -> tuple[CardLink, Site]:
    """Which card it is, and of which canteen; 404 for one that is forged or made anew since."""
    link = read_link(code, secrets=paper_keys()) or abort(404)
    canteen = db.session.get(Site, link.site_id) or abort(404)
    if not card_is_good(db.session(), link):
        abort(404)
    return link, canteen


def _form(link: CardLink) -> CardWishForm:
    form = CardWishForm(data={"wish_id": str(uuid4())})
    known = kinds_of(db.session(), site_id=link.site_id)
    form.kind.choices = [(one.code, one.said(english=is_english())) for one in known.values()]
    return form


def _page(
    code: str, link: CardLink, canteen: Site, form: CardWishForm, refusal: Refusal | None = None
) -> str:
    said = say(refusal) if refusal else None
    return render_template(
        "delivery/contact/card_page.html", code=code, canteen=canteen, form=form, said=said
    )


def _answer(refusal: Refusal | None, done: str) -> Any:
    return back_to(url_for("delivery.requests"), refusal, done)
