"""Contact cards: for whom, printed how, and the lines a site writes on them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import blueprint
from canteen.blueprints.delivery.requests.forms import ContactLinesForm
from canteen.blueprints.delivery.signing import paper_keys, printed_address
from canteen.blueprints.row_ids import row_id
from canteen.delivery import lists
from canteen.delivery.contact import actions, queries
from canteen.delivery.contact.links import CardLink, make_link
from canteen.delivery.contact.wording import LEADERS
from canteen.foundation.codes import address_svg
from canteen.foundation.database import db
from canteen.staff.rules import Role

_SHEET_OF = {"small": 10, "large": 4}
"""Cards on a sheet of A4: of bank-card size, or of A6 in large print."""


@blueprint.get("/delivery/contact-cards")
@allow(Role.MANAGER, Role.COMMUNITY)
def contact_cards() -> Any:
    """Whose cards there are, and which were printed."""
    choice, site_id = _choice(), current_site().id
    found, count = queries.cards(db.session(), site_id=site_id, choice=choice, day=today())
    return render_template(
        "delivery/contact/contact_cards.html",
        cards=found,
        count=count,
        choice=choice,
        asked=_asked(choice),
        buildings=queries.buildings(db.session(), site_id=site_id),
        volunteers=lists.volunteers(db.session(), site_id=site_id),
        homeless=queries.without_door(db.session(), site_id=site_id, day=today()),
    )


@blueprint.get("/delivery/contact-cards/<any(small, large):size>")
@allow(Role.MANAGER, Role.COMMUNITY)
def contact_card_sheet(size: str) -> Any:
    """The cards of a choice on A4: ten of bank-card size, or four of A6."""
    choice, site_id = _choice(), current_site().id
    found, count = queries.cards(db.session(), site_id=site_id, choice=choice, day=today())
    each = _SHEET_OF[size]
    return render_template(
        "delivery/contact/contact_card_sheet.html",
        size=size,
        sheets=[found[start : start + each] for start in range(0, len(found), each)],
        count=len(found),
        left=count - len(found),
        asked=_asked(choice),
        lines=queries.lines_of(db.session(), site_id=site_id),
        leader_names=LEADERS,
        code_of=_code,
    )


@blueprint.post("/delivery/contact-cards/prints")
@allow(Role.MANAGER, Role.COMMUNITY)
def contact_card_prints() -> Any:
    """They came out of the printer."""
    count = actions.mark_cards_printed(
        site_id=current_site().id,
        household_ids=request.form.getlist("household", type=row_id)[: queries.MOST_AT_ONCE],
        by=staff_id(),
        now=now(),
    )
    flash(_("已记下 %(count)s 张联络卡打印好了", count=count), "good")
    return redirect(url_for("delivery.contact_cards"))


@blueprint.post("/delivery/contact-cards/<int:household_id>/renewal")
@allow(Role.MANAGER, Role.COMMUNITY)
def contact_card_renewal(household_id: int) -> Any:
    """A card was lost: the next one has another code."""
    if actions.renew_card(
        site_id=current_site().id, household_id=household_id, by=staff_id(), now=now()
    ):
        number = queries.number_of(household_id)
        flash(_("%(number)s 号的旧码作废了，请重打一张", number=number), "good")
    return redirect(url_for("delivery.contact_cards"))


@blueprint.route("/delivery/contact-cards/lines", methods=["GET", "POST"])
@allow(Role.MANAGER)
def contact_lines() -> Any:
    """What the site writes on every card."""
    site_id = current_site().id
    form = ContactLinesForm(obj=queries.lines_of(db.session(), site_id=site_id))
    if form.validate_on_submit():
        values = {name: (form[name].data or "").strip() for name in _LINES}
        actions.save_lines(site_id=site_id, values=values, by=staff_id(), now=now())
        flash(_("已保存，以后打的卡照这样印"), "good")
        return redirect(url_for("delivery.contact_cards"))
    return render_template("delivery/contact/contact_lines.html", form=form)


_LINES = ("office_name", "office_name_en", "office_phone", "help_with", "help_with_en")


def _choice() -> queries.Choice:
    return queries.Choice(
        everybody=request.args.get("who") == "all",
        building_id=request.args.get("building", type=row_id),
        volunteer_id=request.args.get("volunteer", type=row_id),
        unprinted=request.args.get("unprinted") == "1",
    )


def _asked(choice: queries.Choice) -> dict[str, Any]:
    """A choice as the address of another page says it."""
    return {
        "who": "all" if choice.everybody else None,
        "building": choice.building_id,
        "volunteer": choice.volunteer_id,
        "unprinted": 1 if choice.unprinted else None,
    }


def _code(link: CardLink) -> Markup:
    code = make_link(link, secrets=paper_keys())
    return address_svg(
        printed_address(url_for("delivery.card_page", code=code)), label=_("扫码点单")
    )
