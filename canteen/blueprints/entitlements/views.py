"""The entitlement card (享优待): what a person gets, from whom, until when; to print."""

from typing import Any

from flask import Blueprint, abort, render_template

from canteen.blueprints.access import allow
from canteen.blueprints.context import now, own_sites
from canteen.blueprints.entitlements.printing import plain_name, side
from canteen.foundation.calendar import service_date
from canteen.foundation.database import db
from canteen.residents import queries
from canteen.residents.pinyin import title_of
from canteen.settlement.entitlements import entitlements_of
from canteen.staff.rules import Role
from canteen.subsidies.rules import age_on

blueprint = Blueprint("entitlements", __name__)


@blueprint.get("/residents/<int:resident_id>/entitlements")
@allow(Role.CLERK, Role.MANAGER, Role.COMMUNITY)
def card(resident_id: int) -> Any:
    """The card of somebody registered at one of the reader's canteens; others are 404."""
    person = queries.resident(db.session(), resident_id)
    home = {site.id: site for site in own_sites()}.get(person.site_id) if person else None
    if person is None or home is None:
        abort(404)
    day = service_date(now(), home.time_zone)
    age = age_on(person.birthday, day)
    return render_template(
        "entitlements/card.html",
        found=entitlements_of(db.session(), resident=person, day=day),
        day_of_card=day,
        age=age,
        title=side(title_of(person.name, person.gender, age)),
        side=side,
        plain_name=plain_name,
    )
