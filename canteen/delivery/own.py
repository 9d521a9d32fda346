"""What a volunteer's phone shows: today, their own doors, and an hour after the round nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery.models import Roster, RosterStop, Volunteer
from canteen.delivery.queries import StopState, stops_of
from canteen.delivery.rounds.queries import round_states
from canteen.delivery.rounds.rules import Leg, over_at
from canteen.delivery.volunteering.rules import shown_until
from canteen.sites.models import MealPeriod, Site


@dataclass(frozen=True, kw_only=True)
class ShownRound:
    """A round of today with its doors. `until`: then nothing of it is shown any more."""

    roster: Roster
    stops: Sequence[StopState]
    leg: Leg
    until: datetime


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
        select(RosterStop, Roster)
        .join(Roster, Roster.id == RosterStop.roster_id)
        .where(
            RosterStop.id == stop_id,
            RosterStop.volunteer_id == volunteer.id,
            Roster.site_id == volunteer.site_id,
            Roster.service_date == day,
        )
    )
    found = session.execute(query).one_or_none()
    if found is None or now >= _shown(session, volunteer, found.Roster).until:
        return None
    stop: RosterStop = found.RosterStop
    return stop


def shown_rounds(
    session: Session, *, volunteer: Volunteer, day: date, now: datetime
) -> Sequence[ShownRound]:
    """Today's rounds of a volunteer that are still shown, by period; also where all their doors
    went to somebody else, because a colleague may hand them one."""
    rosters = session.scalars(
        select(Roster)
        .where(Roster.site_id == volunteer.site_id, Roster.service_date == day)
        .order_by(Roster.id)
    )
    found = [_shown(session, volunteer, one) for one in rosters]
    return [one for one in found if now < one.until]


def own_rounds(
    session: Session, *, volunteer: Volunteer, day: date, now: datetime
) -> Sequence[tuple[Roster, Sequence[StopState]]]:
    """Today's rounds of a volunteer that are still shown and have doors, by period."""
    shown = shown_rounds(session, volunteer=volunteer, day=day, now=now)
    return [(one.roster, one.stops) for one in shown if one.stops]


def _shown(session: Session, volunteer: Volunteer, roster: Roster) -> ShownRound:
    zone = ZoneInfo(session.get_one(Site, volunteer.site_id).time_zone)
    ends = session.scalars(
        select(MealPeriod.ends).filter_by(site_id=volunteer.site_id, code=roster.period_code)
    ).one()
    stops = stops_of(session, roster_id=roster.id, volunteer_id=volunteer.id)
    states = round_states(session, roster_ids=[roster.id], volunteer_id=volunteer.id)
    leg = states.get((roster.id, volunteer.id), Leg())
    told = [one.outcome.recorded_at if one.outcome else None for one in stops]
    back_by, day = volunteer.back_by, roster.service_date
    until = shown_until(
        period_ends=datetime.combine(day, ends, zone),
        back_by=datetime.combine(day, back_by, zone) if back_by else None,
        over_at=over_at(outcomes=told, ended_at=leg.ended_at),
    )
    return ShownRound(roster=roster, stops=stops, leg=leg, until=until)
