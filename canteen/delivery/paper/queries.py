"""Reading the rounds that were typed in, and until when a sheet's code opens its round."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery.models import Roster, Volunteer
from canteen.delivery.paper.models import TypedRound
from canteen.delivery.volunteering.rules import shown_until
from canteen.sites.models import MealPeriod, Site


def typed_last(session: Session, *, roster_id: int, volunteer_id: int) -> TypedRound | None:
    """The last time this sheet was typed in."""
    query = select(TypedRound).filter_by(roster_id=roster_id, volunteer_id=volunteer_id)
    return session.scalars(query.order_by(TypedRound.typed_at.desc()).limit(1)).one_or_none()


def ends_of(session: Session, *, roster: Roster, volunteer: Volunteer) -> datetime:
    """The moment from which a volunteer's phone no longer shows a round."""
    zone = ZoneInfo(session.get_one(Site, roster.site_id).time_zone)
    query = select(MealPeriod.ends).filter_by(site_id=roster.site_id, code=roster.period_code)
    ends, back_by = session.scalars(query).one(), volunteer.back_by
    day = roster.service_date
    return shown_until(
        period_ends=datetime.combine(day, ends, zone),
        back_by=datetime.combine(day, back_by, zone) if back_by else None,
    )
