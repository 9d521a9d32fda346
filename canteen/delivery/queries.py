"""Reading the delivery room: drafts, rosters, rounds, volunteers, needs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from canteen.delivery import arranging, lists, register, rules
from canteen.delivery.models import (
    FreeMealProgramme,
    Roster,
    RosterStop,
    StopOutcome,
    Volunteer,
    VolunteerArea,
)
from canteen.delivery.routes.documents import RouteDocument, from_json
from canteen.delivery.routes.models import RoutePlan
from canteen.delivery.standing import standing_outcome, stands
from canteen.delivery.volunteering import queries as volunteering
from canteen.residents.models import GridNode, Resident
from canteen.staff.models import Staff


@dataclass(frozen=True)
class DraftStop:
    """A planned stop with the person and the address, for showing and for publishing."""

    entry: register.Entry
    address: str
    plan: rules.PlannedStop


@dataclass(frozen=True)
class Draft:
    """What publishing would store now. `unentitled` need a meal but never held a tag of it."""

    programme: FreeMealProgramme
    stops: Sequence[DraftStop]
    unentitled: Sequence[register.Entry]
    volunteers: dict[int, Volunteer]


@dataclass(frozen=True)
class StopState:
    """A stop of a roster and the outcome that stands, None while it is open."""

    stop: RosterStop
    outcome: StopOutcome | None

    @property
    def boxes(self) -> int:
        return self.stop.boxes


def draft(
    session: Session, *, site_id: int, day: date, period_code: str, arranged: bool = True
) -> Draft | None:
    """The plan for a day and period as it would be published now; None without a programme.

    It follows the plan of rounds that was taken for the day, or, without one and where
    `arranged` is False, the order of the grid. Nine queries, whatever the number of people.
    """
    programme = register.programme_on(session, site_id=site_id, day=day)
    if programme is None:
        return None
    entries = register.everybody(
        session,
        site_id=site_id,
        day=day,
        period_code=period_code,
        tags=programme.tags.split(";"),
    )
    concerned = [entry for entry in entries if entry.standing != register.NEVER]
    usual = volunteering.usual_carriers(session, site_id=site_id, day=day, period_code=period_code)
    planned = rules.plan_roster(
        doors=[
            rules.Door(
                resident_id=entry.resident_id,
                path=entry.path,
                sort_key=entry.sort_key,
                room=entry.room,
                entitled=entry.standing == register.ENTITLED,
                boxes=entry.boxes,
                usual=usual.get(entry.resident_id),
            )
            for entry in concerned
        ],
        carriers=carriers(session, site_id=site_id, day=day, period_code=period_code),
        service_date=day,
    )
    if arranged:
        planned = _arranged(session, planned, site_id=site_id, day=day, period_code=period_code)
    of = {entry.resident_id: entry for entry in concerned}
    places = lists.place_names(session, [entry.path for entry in concerned])
    stops = [
        DraftStop(
            entry=of[plan.resident_id],
            address=_address(places, of[plan.resident_id]),
            plan=plan,
        )
        for plan in planned
    ]
    return Draft(
        programme=programme,
        stops=stops,
        unentitled=[entry for entry in entries if entry.standing == register.NEVER],
        volunteers={one.id: one for one in lists.volunteers(session, site_id=site_id)},
    )


def carriers(
    session: Session, *, site_id: int, day: date, period_code: str
) -> Sequence[rules.Carrier]:
    """Who can carry that day and period, as the planner sees them.

    Whoever said they do not come is left out; their substitute comes, whatever their own
    weekdays, and covers the other's area besides their own. Two queries.
    """
    query = (
        select(Volunteer, GridNode.path)
        .outerjoin(VolunteerArea, VolunteerArea.volunteer_id == Volunteer.id)
        .outerjoin(GridNode, GridNode.id == VolunteerArea.grid_node_id)
        .where(Volunteer.site_id == site_id, Volunteer.active)
    )
    areas: dict[int, list[str]] = {}
    people: dict[int, Volunteer] = {}
    for volunteer, path in session.execute(query):
        people[volunteer.id] = volunteer
        areas.setdefault(volunteer.id, []).extend([path] if path else [])
    away = volunteering.substitutes_on(session, site_id=site_id, day=day, period_code=period_code)
    called = {one: absent for absent, one in away.items() if one is not None}
    for one, absent in called.items():
        areas.setdefault(one, []).extend(areas.get(absent, []))
    today = str(day.isoweekday())
    return [
        rules.Carrier(
            volunteer_id=volunteer.id,
            capacity=volunteer.box_capacity,
            areas=tuple(sorted(set(areas[volunteer.id]))),
            weekdays=_days(volunteer, today, called=volunteer.id in called, away=away),
        )
        for volunteer in people.values()
    ]


def _days(volunteer: Volunteer, today: str, *, called: bool, away: Mapping[int, int | None]) -> str:
    """The weekdays that count for one day's plan: without today for somebody who is away."""
    if volunteer.id in away:
        return volunteer.weekdays.replace(today, "")
    return volunteer.weekdays + today if called else volunteer.weekdays


def _arranged(
    session: Session,
    planned: tuple[rules.PlannedStop, ...],
    *,
    site_id: int,
    day: date,
    period_code: str,
) -> tuple[rules.PlannedStop, ...]:
    taken = taken_route(session, site_id=site_id, day=day, period_code=period_code)
    if taken is None:
        return planned
    weekday = str(day.isoweekday())
    here = {
        one.volunteer_id
        for one in carriers(session, site_id=site_id, day=day, period_code=period_code)
        if weekday in one.weekdays
    }
    return arranging.arranged(planned, orders=taken.orders, left_out=set(taken.unserved), here=here)


def taken_route(
    session: Session, *, site_id: int, day: date, period_code: str
) -> RouteDocument | None:
    """The plan of rounds that the draft of a day follows, if a person took one."""
    query = select(RoutePlan.document).where(
        RoutePlan.site_id == site_id,
        RoutePlan.service_date == day,
        RoutePlan.period_code == period_code,
        RoutePlan.state == "taken",
    )
    text = session.scalars(query).one_or_none()
    return from_json(json.loads(text)) if text else None


def _address(places: dict[str, str], entry: register.Entry) -> str:
    return f"{places.get(entry.path, '')} {entry.room}".strip() if entry.path else ""


def roster_of(session: Session, *, site_id: int, day: date, period_code: str) -> Roster | None:
    """The published roster of a day and period, if there is one."""
    query = select(Roster).where(
        Roster.site_id == site_id, Roster.service_date == day, Roster.period_code == period_code
    )
    return session.scalars(query).one_or_none()


def stops_of(
    session: Session, *, roster_id: int, volunteer_id: int | None = None
) -> Sequence[StopState]:
    """The stops of a roster (of one volunteer) that stand, in the order of the rounds.

    One query. What was called off is in `called_off`.
    """
    query = _states(roster_id).where(stands())
    if volunteer_id is not None:
        query = query.where(RosterStop.volunteer_id == volunteer_id)
    return [StopState(stop, outcome) for stop, outcome in session.execute(query)]


def called_off(session: Session, *, roster_id: int) -> Sequence[tuple[RosterStop, str]]:
    """The stops at which nothing is to be brought after all, each with its reason (a code)."""
    found = [one for one, _none in session.execute(_states(roster_id).where(~stands()))]
    gone = select(Resident.id, Resident.status).where(
        Resident.id.in_([one.resident_id for one in found if not one.called_off])
    )
    statuses = {row.id: row.status for row in session.execute(gone)}
    return [(one, one.called_off or statuses[one.resident_id]) for one in found]


def _states(roster_id: int) -> Select[RosterStop, StopOutcome]:
    return (
        select(RosterStop, StopOutcome)
        .join(Roster, Roster.id == RosterStop.roster_id)
        .outerjoin(StopOutcome, (StopOutcome.stop_id == RosterStop.id) & standing_outcome())
        .where(RosterStop.roster_id == roster_id)
        .order_by(RosterStop.volunteer_id, RosterStop.position, RosterStop.id)
    )


def history(session: Session, *, stop_id: int) -> Sequence[tuple[StopOutcome, str]]:
    """Every outcome of a stop, first to last, with the name of who recorded it."""
    query = (
        select(StopOutcome, Staff.name)
        .outerjoin(Staff, Staff.id == StopOutcome.recorded_by)
        .where(StopOutcome.stop_id == stop_id)
    )
    rows = {outcome.follows_id: (outcome, name or "") for outcome, name in session.execute(query)}
    chain = []
    link = None
    while link in rows:
        chain.append(rows[link])
        link = rows[link][0].id
    return chain


def latest_outcome(session: Session, *, stop_id: int) -> StopOutcome | None:
    """The outcome that stands: the one nothing follows."""
    follower = aliased(StopOutcome)
    query = select(StopOutcome).where(
        StopOutcome.stop_id == stop_id, ~exists().where(follower.follows_id == StopOutcome.id)
    )
    return session.scalars(query).one_or_none()


def stop_at_site(session: Session, *, site_id: int, stop_id: int) -> RosterStop | None:
    """A stop, if it belongs to a roster of this site."""
    query = select(RosterStop).join(Roster, Roster.id == RosterStop.roster_id)
    return session.scalars(
        query.where(RosterStop.id == stop_id, Roster.site_id == site_id)
    ).one_or_none()
