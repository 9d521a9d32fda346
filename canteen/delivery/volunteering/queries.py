"""Reading who usually carries, who is away, who goes instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from canteen.delivery.models import DeliveryNeed, NeedState, Roster, RosterStop, Volunteer
from canteen.delivery.needs import queries as needs
from canteen.delivery.needs.rules import cancelling_ends
from canteen.delivery.standing import wanted
from canteen.delivery.volunteering.models import UsualStop, VolunteerAbsence, VolunteerTeam
from canteen.residents.models import GridNode, Resident
from canteen.residents.models import Household as Door


def substitutes_on(
    session: Session, *, site_id: int, day: date, period_code: str
) -> dict[int, int | None]:
    """Who is away that day and period, and who goes instead (None: nobody yet)."""
    query = (
        select(VolunteerAbsence.volunteer_id, VolunteerAbsence.substitute_id)
        .join(Volunteer, Volunteer.id == VolunteerAbsence.volunteer_id)
        .where(
            Volunteer.site_id == site_id,
            VolunteerAbsence.service_date == day,
            VolunteerAbsence.period_code == period_code,
        )
    )
    return dict(session.execute(query).all())


def usual_carriers(
    session: Session, *, site_id: int, day: date, period_code: str
) -> dict[int, int]:
    """By resident: who brings their meal that day, the usual volunteer or their substitute.

    Left out where nobody does so usually, or the usual one is away and has no substitute.
    """
    away = substitutes_on(session, site_id=site_id, day=day, period_code=period_code)
    query = (
        select(UsualStop.resident_id, UsualStop.volunteer_id)
        .join(Volunteer, Volunteer.id == UsualStop.volunteer_id)
        .where(Volunteer.site_id == site_id, Volunteer.active, UsualStop.period_code == period_code)
    )
    usual: dict[int, int] = {}
    for resident_id, volunteer_id in session.execute(query):
        goes = away.get(volunteer_id, volunteer_id)
        if goes is not None:
            usual[resident_id] = goes
    return usual


def teams(session: Session, *, site_id: int) -> Sequence[VolunteerTeam]:
    """The teams of a site, those at work first."""
    query = select(VolunteerTeam).where(VolunteerTeam.site_id == site_id)
    return session.scalars(query.order_by(VolunteerTeam.active.desc(), VolunteerTeam.name)).all()


@dataclass(frozen=True)
class Absence:
    """Somebody who does not come, by name, and who goes instead."""

    row: VolunteerAbsence
    name: str
    substitute: str


def absences(session: Session, *, site_id: int, since: date) -> Sequence[Absence]:
    """Who is away from a day on, by day; one query."""
    goes = aliased(Volunteer)
    query = (
        select(VolunteerAbsence, Volunteer.name, goes.name)
        .join(Volunteer, Volunteer.id == VolunteerAbsence.volunteer_id)
        .outerjoin(goes, goes.id == VolunteerAbsence.substitute_id)
        .where(Volunteer.site_id == site_id, VolunteerAbsence.service_date >= since)
        .order_by(VolunteerAbsence.service_date, VolunteerAbsence.period_code, Volunteer.name)
    )
    return [Absence(row, name, other or "") for row, name, other in session.execute(query)]


def team_sizes(session: Session, *, site_id: int) -> dict[int, int]:
    """How many active volunteers each team has."""
    query = (
        select(Volunteer.team_id, func.count())
        .where(Volunteer.site_id == site_id, Volunteer.active, Volunteer.team_id.is_not(None))
        .group_by(Volunteer.team_id)
    )
    return {team: count for team, count in session.execute(query) if team}


@dataclass(frozen=True)
class Household:
    """Somebody whose meal is usually brought by one volunteer."""

    resident_id: int
    name: str
    period_code: str


def households_of(session: Session, *, volunteer_id: int) -> list[Household]:
    """The ongoing assignments of a volunteer, in grid order; one query."""
    query = (
        select(UsualStop.resident_id, Resident.name, UsualStop.period_code)
        .join(Resident, Resident.id == UsualStop.resident_id)
        .outerjoin(Door, Door.id == Resident.household_id)
        .outerjoin(GridNode, GridNode.id == Door.unit_id)
        .where(UsualStop.volunteer_id == volunteer_id)
        .order_by(UsualStop.period_code, GridNode.sort_key, Resident.id)
    )
    return [Household(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class Duty:
    """One day and period in which a volunteer would come; `absence` if they do not."""

    day: date
    period_code: str
    absence: VolunteerAbsence | None
    cancels_until: datetime
    boxes: int
    """Of the published round; 0 while there is none."""


def duties_of(session: Session, *, volunteer: Volunteer, today: date, days: int = 8) -> list[Duty]:
    """The coming days of a volunteer, in the periods in which meals are brought; five queries."""
    site_id, until = volunteer.site_id, today + timedelta(days=days - 1)
    zone = needs.zone_of(session, site_id)
    terms = needs.terms_of(session, site_id=site_id)
    brought = set(
        session.scalars(
            select(DeliveryNeed.period_code)
            .where(DeliveryNeed.site_id == site_id, DeliveryNeed.state == NeedState.APPROVED)
            .distinct()
        )
    )
    away = {
        (row.service_date, row.period_code): row
        for row in session.scalars(
            select(VolunteerAbsence).where(
                VolunteerAbsence.volunteer_id == volunteer.id,
                VolunteerAbsence.service_date.between(today, until),
            )
        )
    }
    carried = _boxes_of(session, volunteer.id, today, until)
    coming = [today + timedelta(days=ahead) for ahead in range(days)]
    return [
        Duty(
            day=day,
            period_code=code,
            absence=away.get((day, code)),
            cancels_until=cancelling_ends(held, day, zone),
            boxes=carried.get((day, code), 0),
        )
        for day in coming
        for code, held in terms.items()
        if code in brought
        and (
            str(day.isoweekday()) in volunteer.weekdays
            or (day, code) in away
            or (day, code) in carried
        )
    ]


def _boxes_of(
    session: Session, volunteer_id: int, first: date, last: date
) -> dict[tuple[date, str], int]:
    query = (
        select(Roster.service_date, Roster.period_code, func.sum(RosterStop.boxes))
        .join(RosterStop, RosterStop.roster_id == Roster.id)
        .where(
            RosterStop.volunteer_id == volunteer_id,
            Roster.service_date.between(first, last),
            wanted(),
        )
        .group_by(Roster.service_date, Roster.period_code)
    )
    return {(day, code): int(boxes) for day, code, boxes in session.execute(query)}
