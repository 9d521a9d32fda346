"""The long work of this room: closing a claim and making its files, shown with progress."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from canteen.claims.actions import CLOSE_CLAIM, Order
from canteen.claims.closing import close_claim
from canteen.claims.files import make_files
from canteen.foundation.calendar import service_date
from canteen.foundation.database import db
from canteen.foundation.jobs import JobCancelled, Progress, job
from canteen.foundation.wording import Refusal
from canteen.sites.models import Site


@job(CLOSE_CLAIM, title=_l("申报关账"))
def close(
    progress: Progress,
    *,
    funder_code: str,
    first_day: str,
    last_day: str,
    site_ids: Sequence[int],
    reason: str,
    by: int,
) -> dict[str, Any] | Refusal:
    """Close a claim and make its files; leads to ``claims.claim``.

    Half of the steps are the lines, looked at and written, half are rows of the files. Once
    it is closed nothing undoes it: stopped after that, its files are made when asked for.
    """
    order = Order(
        funder_code=funder_code,
        first_day=date.fromisoformat(first_day),
        last_day=date.fromisoformat(last_day),
        site_ids=tuple(site_ids),
        reason=reason,
    )
    closed = close_claim(
        order,
        today=_today(progress, order),
        by=by,
        now=progress.now,
        say=lambda done, total: progress.say(done, 2 * total),
    )
    if isinstance(closed, Refusal):
        return closed
    steps = 2 * closed.lines
    with suppress(JobCancelled):
        make_files(closed.claim_id, say=lambda done: progress.say(steps + done, 2 * steps))
    return {"endpoint": "claims.claim", "values": {"claim_id": closed.claim_id}}


def _today(progress: Progress, order: Order) -> date:
    """The day it is at the site where it is earliest."""
    zones = select(Site.time_zone).where(Site.id.in_(order.site_ids)).distinct()
    days = [service_date(progress.now, zone) for zone in db.session().scalars(zones)]
    return min(days, default=progress.now.date())
