"""The boxes of one round for the kitchen, and a label for each of them."""

from typing import Any

from flask import render_template

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now
from canteen.blueprints.delivery.blueprint import (
    blueprint,
    chosen_day,
    chosen_period,
    own_periods,
)
from canteen.delivery.needs import queries
from canteen.delivery.portions import labels as labels_of
from canteen.delivery.portions import portions_of
from canteen.foundation.database import db
from canteen.staff.rules import Role


@blueprint.get("/delivery/portions")
@allow(Role.MANAGER, Role.COMMUNITY, Role.KITCHEN)
def portions() -> Any:
    """How many boxes with which food, as it stands now."""
    return render_template("delivery/portions.html", **_round())


@blueprint.get("/delivery/labels")
@allow(Role.MANAGER, Role.COMMUNITY, Role.KITCHEN)
def labels() -> Any:
    """One label for each box, to print."""
    found = _round()
    boxes = labels_of(found["portions"]) if found["portions"] else []
    return render_template("delivery/labels.html", labels=boxes, **found)


def _round() -> dict[str, Any]:
    periods, day = own_periods(), chosen_day()
    period = chosen_period(periods)
    site_id = current_site().id
    until = queries.open_until(db.session(), site_id=site_id, day=day, now=now())
    return {
        "portions": portions_of(db.session(), site_id=site_id, day=day, period_code=period.code),
        "until": next(one for one in until if one.period_code == period.code),
        "periods": periods,
        "period": period,
        "day": day,
    }
