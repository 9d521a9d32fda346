"""What phones told of rounds that somebody should look at: the manager's list."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.delivery.blueprint import blueprint
from canteen.blueprints.flashes import back_to
from canteen.delivery.rounds import queries
from canteen.delivery.rounds.actions import settle_event
from canteen.delivery.rounds.wording import REASONS
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.staff.rules import Role


@blueprint.get("/delivery/round-differences")
@allow(Role.MANAGER, Role.COMMUNITY)
def round_differences() -> Any:
    """What the books judge otherwise, counts that do not add up, rounds that were not finished."""
    is_open = request.args.get("show") != "settled"
    page = queries.differences(
        db.session(),
        site_id=current_site().id,
        is_open=is_open,
        page=page_number(request.args.get("page")),
    )
    return render_template(
        "delivery/rounds/round_differences.html", page=page, is_open=is_open, reasons=REASONS
    )


@blueprint.post("/delivery/round-differences/<uuid:event_id>/settlement")
@allow(Role.MANAGER, Role.COMMUNITY)
def round_settlement(event_id: UUID) -> Any:
    """Note what was done about one of them."""
    refusal = settle_event(
        event_id=event_id,
        site_id=current_site().id,
        note=request.form.get("note", ""),
        by=staff_id(),
        now=now(),
    )
    return back_to(url_for("delivery.round_differences"), refusal, _("已记下"))
