"""The row of a week, held so that publishing, planning and changing by hand take turns."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.calendar import week_name
from canteen.foundation.wording import Refusal
from canteen.menus.models import MenuWeek

PlaceKey = tuple[date, str, str, int]
"""Day, period, slot and position: what names a place of a site's weeks."""


def held_week(session: Session, site_id: int, monday: date) -> MenuWeek | None:
    """The week until the transaction ends; None before its first dish."""
    query = select(MenuWeek).where(MenuWeek.site_id == site_id, MenuWeek.monday == monday)
    return session.scalars(query.with_for_update()).one_or_none()


def held_draft(session: Session, site_id: int, monday: date) -> MenuWeek | Refusal | None:
    """`held_week`, refused with week_frozen once it is published."""
    week = held_week(session, site_id, monday)
    if week is not None and week.state == "published":
        return Refusal("week_frozen", {"week": week_name(monday)})
    return week
