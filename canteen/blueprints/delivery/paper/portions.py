"""The boxes of one round for the kitchen, and a label for each of them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.delivery.blueprint import (
    blueprint,
    chosen_day,
    chosen_period,
    own_periods,
    tell,
)
from canteen.delivery.needs import queries
from canteen.delivery.paper import labels as paper
from canteen.delivery.paper.rules import by_diet, digest, reprint
from canteen.delivery.portions import portions_of
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.staff.rules import Role


@blueprint.get("/delivery/portions")
@allow(Role.MANAGER, Role.COMMUNITY, Role.KITCHEN)
def portions() -> Any:
    """How many boxes with which food, as it stands now."""
    return render_template("delivery/paper/portions.html", **_round())


@blueprint.get("/delivery/labels")
@allow(Role.MANAGER, Role.COMMUNITY, Role.KITCHEN)
def labels() -> Any:
    """One label for each box, to print; after a change only what is new, and what to tear up."""
    found = _round()
    day, period = found["day"], found["period"]
    faces = paper.faces_of(found["portions"]) if found["portions"] else []
    held = paper.printed(db.session(), site_id=current_site().id, day=day, period_code=period.code)
    change = reprint(wanted=faces, printed=held)
    everything = not held or request.args.get("all") == "1"
    return render_template(
        "delivery/paper/labels.html",
        faces=faces,
        shown=faces if everything else change.fresh,
        everything=everything,
        printed=len(held),
        change=change,
        by_diet=by_diet(faces),
        seen=digest(faces),
        **found,
    )


@blueprint.post("/delivery/labels/prints")
@allow(Role.MANAGER, Role.COMMUNITY, Role.KITCHEN)
def label_prints() -> Any:
    """The labels came out of the printer."""
    day, period = chosen_day(), chosen_period(own_periods())
    fresh = paper.mark_printed(
        site_id=current_site().id,
        day=day,
        period_code=period.code,
        seen=request.form.get("seen", ""),
        by=staff_id(),
        now=now(),
    )
    if isinstance(fresh, Refusal):
        tell(fresh)
    else:
        flash(_("记下了。以后有变动，只补打变了的"), "good")
    return redirect(url_for("delivery.labels", day=day.isoformat(), period=period.code))


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
