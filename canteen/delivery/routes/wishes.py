"""Remembering what a person's door asks of rounds: hours, a hot meal, and who is to come."""

from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery.models import Volunteer
from canteen.delivery.routes.models import RouteWish
from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Resident


def wish_of(session: Session, *, resident_id: int) -> RouteWish | None:
    """What a door asks for, if it asks for anything."""
    query = select(RouteWish).where(RouteWish.resident_id == resident_id)
    return session.scalars(query).one_or_none()


@retried
def save_wish(
    *,
    site_id: int,
    resident_id: int,
    earliest: time | None,
    latest: time | None,
    volunteer_id: int | None,
    hot_minutes: int | None = None,
    by: int,
    now: datetime,
) -> Refusal | None:
    """Remember the hours and the volunteer of a door; nothing at all forgets them.

    `hot_minutes` after cooking the meal is handed over at the latest, 10 to 300.

    Codes: wish_window, volunteer_elsewhere.
    """
    if earliest and latest and latest <= earliest:
        return Refusal("wish_window")
    with transaction() as session:
        session.get_one(Resident, resident_id, with_for_update=True)  # two at once: one after other
        if volunteer_id is not None:
            volunteer = session.get(Volunteer, volunteer_id)
            if volunteer is None or volunteer.site_id != site_id or not volunteer.active:
                return Refusal("volunteer_elsewhere")
        row = wish_of(session, resident_id=resident_id)
        if not any((earliest, latest, volunteer_id, hot_minutes)):
            if row is not None:
                session.delete(row)
        else:
            if row is None:
                row = RouteWish(resident_id=resident_id)
                session.add(row)
            row.earliest, row.latest, row.volunteer_id = earliest, latest, volunteer_id
            row.hot_minutes = hot_minutes
            row.changed_at, row.changed_by = now, by
        audit.record(
            session,
            at=now,
            staff_id=by,
            action="saved",
            subject="route_wish",
            subject_id=resident_id,
        )
        return None
