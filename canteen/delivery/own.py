"""What a volunteer's phone shows: today, their own doors, and an hour after the round nothing."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery.models import Roster, RosterStop, Volunteer
from canteen.delivery.queries import StopState, stops_of
from canteen.delivery.volunteering.rules import shown_until
from canteen.sites.models import MealPeriod, Site


def own_volunteer(session: Session, *, site_id: int, staff_id: int) -> Volunteer | None:
    """The volunteer who is signed in; None for anybody else."""
    query = select(Volunteer).where(
        Volunteer.staff_id == staff_id, Volunteer.site_id == site_id, Volunteer.active
    )
    return session.scalars(query).one_or_none()


def own_stop(
    session: Session, *, volunteer: Volunteer, day: date, stop_id: int, now: datetime
) -> RosterStop | None:
    """A stop, if it is on the round this person walks today and that is still shown.

    One that was called off while they were on their way is there: what they say is kept.
    """
    query = (
        select(RosterStop, Roster.period_code)
        .join(Roster, Roster.id == RosterStop.roster_id)
        .where(
            RosterStop.id == stop_id,
            RosterStop.volunteer_id == volunteer.id,
            Roster.site_id == volunteer.site_id,
            Roster.service_date == day,
        )
    )
    found = session.execute(query).one_or_none()
    if found is None or not _is_shown(session, volunteer, day, found.period_code, now):
        return None
    stop: RosterStop = found.RosterStop
    return stop


def own_rounds(
    session: Session, *, volunteer: Volunteer, day: date, now: datetime
) -> Sequence[tuple[Roster, Sequence[StopState]]]:
    """Today's rounds of a volunteer that are still shown, by period."""
    rosters = session.scalars(
        select(Roster)
        .where(Roster.site_id == volunteer.site_id, Roster.service_date == day)
        .order_by(Roster.id)
    )
    rounds = [
        (one, stops_of(session, roster_id=one.id, volunteer_id=volunteer.id))
        for one in rosters
        if _is_shown(session, volunteer, day, one.period_code, now)
    ]
    return [(roster, stops) for roster, stops in rounds if stops]


def _is_shown(
    session: Session, volunteer: Volunteer, day: date, period_code: str, now: datetime
) -> bool:
    zone = ZoneInfo(session.get_one(Site, volunteer.site_id).time_zone)
    ends = session.scalars(
        select(MealPeriod.ends).filter_by(site_id=volunteer.site_id, code=period_code)
    ).one()
    back_by = volunteer.back_by
    return now < shown_until(
        period_ends=datetime.combine(day, ends, zone),
        back_by=datetime.combine(day, back_by, zone) if back_by else None,
    )
