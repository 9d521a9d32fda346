"""Meals of counters that the system failed at: what a manager reads of them and does about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.flashes import back_to
from canteen.blueprints.settlement.telling import told_again
from canteen.blueprints.settlement.views import blueprint
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.settlement.offline import queries, unbooked
from canteen.settlement.offline.actions import ServedMeal
from canteen.settlement.offline.queries import Unbooked
from canteen.settlement.offline.sealing import opened
from canteen.staff.rules import Role


@dataclass(frozen=True)
class Readable:
    """One line of the list. `told` is what the counter said, as long as it is kept and read."""

    row: Unbooked
    told: ServedMeal | None

    @property
    def may_try(self) -> bool:
        """Whether what is kept suffices to book it from here."""
        return self.row.kept.complete and self.told is not None


def readable(rows: Sequence[Unbooked]) -> list[Readable]:
    """Lines as a manager of their canteen may read them."""
    keys = storage.keys()
    return [Readable(row, opened(row.kept.sealed, keys)) for row in rows]


@blueprint.post("/meals/<uuid:meal_id>/offline-attempts")
@allow(Role.MANAGER)
def offline_attempt(meal_id: UUID) -> Any:
    """Try once more to book one."""
    kept = queries.unbooked_meal(db.session(), meal_id=meal_id, site_id=current_site().id)
    if kept is None:
        abort(404)
    return back_to(url_for("settlement.late_meals"), told_again(kept), _("已经记上了"))


@blueprint.post("/meals/<uuid:meal_id>/offline-closing")
@allow(Role.MANAGER)
def offline_closing(meal_id: UUID) -> Any:
    """Say why one is to be booked no more."""
    site_id = current_site().id
    if queries.unbooked_meal(db.session(), meal_id=meal_id, site_id=site_id) is None:
        abort(404)
    refusal = unbooked.close_unbooked(
        meal_id=meal_id,
        site_id=site_id,
        note=request.form.get("note", ""),
        by=staff_id(),
        now=now(),
    )
    return back_to(url_for("settlement.late_meals"), refusal, _("已记下"))
