"""Reading the delivery room: drafts, rosters, rounds, volunteers, needs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from canteen.delivery import register, rules
from canteen.delivery.models import (
    DeliveryNeed,
    DeliveryPause,
    FreeMealProgramme,
    Roster,
    RosterStop,
    StopOutcome,
    Volunteer,
    VolunteerArea,
)
from canteen.residents.models import GridNode, Resident, SearchKey
from canteen.residents.pinyin import query_key
from canteen.staff.models import Staff, StaffRole
from canteen.staff.rules import Role
from canteen.subsidies.models import Funder

_CHUNK = 500  # ids in one IN list


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


def draft(session: Session, *, site_id: int, day: date, period_code: str) -> Draft | None:
    """The plan for a day and period as it would be published now; None without a programme.

    Five queries, whatever the number of people.
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
    planned = rules.plan_roster(
        doors=[
            rules.Door(
                resident_id=entry.resident_id,
                path=entry.path,
                sort_key=entry.sort_key,
                room=entry.room,
                entitled=entry.standing == register.ENTITLED,
            )
            for entry in concerned
        ],
        carriers=carriers(session, site_id=site_id),
        service_date=day,
    )
    of = {entry.resident_id: entry for entry in concerned}
    places = place_names(session, [entry.path for entry in concerned])
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
        volunteers={one.id: one for one in volunteers(session, site_id=site_id)},
    )


def carriers(session: Session, *, site_id: int) -> Sequence[rules.Carrier]:
    """The active volunteers of a site as the planner sees them."""
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
    return [
        rules.Carrier(
            volunteer_id=volunteer.id,
            capacity=volunteer.box_capacity,
            areas=tuple(sorted(areas[volunteer.id])),
            weekdays=volunteer.weekdays,
        )
        for volunteer in people.values()
    ]


def place_names(session: Session, paths: Collection[str]) -> dict[str, str]:
    """``金牛小区 2栋 1单元`` for each path of a unit; the community is left out."""
    ids = sorted({int(one) for path in paths for one in path.split("/") if one})
    names: dict[int, str] = {}
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        query = select(GridNode.id, GridNode.name).where(GridNode.id.in_(part))
        names.update((node_id, name) for node_id, name in session.execute(query))
    return {
        path: " ".join(names.get(int(one), "") for one in path.split("/")[2:] if one)
        for path in set(paths)
    }


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
    """The stops of a roster (of one volunteer) in the order of the rounds, one query."""
    follower = aliased(StopOutcome)
    standing = ~exists().where(follower.follows_id == StopOutcome.id)
    query = (
        select(RosterStop, StopOutcome)
        .outerjoin(StopOutcome, (StopOutcome.stop_id == RosterStop.id) & standing)
        .where(RosterStop.roster_id == roster_id)
        .order_by(RosterStop.volunteer_id, RosterStop.position, RosterStop.id)
    )
    if volunteer_id is not None:
        query = query.where(RosterStop.volunteer_id == volunteer_id)
    return [StopState(stop, outcome) for stop, outcome in session.execute(query)]


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


def own_stop(
    session: Session, *, site_id: int, staff_id: int, day: date, stop_id: int
) -> RosterStop | None:
    """A stop, if it is on the round this person walks today; nobody else's, no other day's."""
    query = (
        select(RosterStop)
        .join(Roster, Roster.id == RosterStop.roster_id)
        .join(Volunteer, Volunteer.id == RosterStop.volunteer_id)
        .where(
            RosterStop.id == stop_id,
            Roster.site_id == site_id,
            Roster.service_date == day,
            Volunteer.staff_id == staff_id,
            Volunteer.active,
        )
    )
    return session.scalars(query).one_or_none()


def own_rounds(
    session: Session, *, site_id: int, staff_id: int, day: date
) -> Sequence[tuple[Roster, Sequence[StopState]]]:
    """Today's rounds of the volunteer who is signed in, by period; empty for anybody else."""
    volunteer = session.scalars(
        select(Volunteer).where(
            Volunteer.staff_id == staff_id, Volunteer.site_id == site_id, Volunteer.active
        )
    ).one_or_none()
    if volunteer is None:
        return []
    rosters = session.scalars(
        select(Roster)
        .where(Roster.site_id == site_id, Roster.service_date == day)
        .order_by(Roster.id)
    )
    rounds = [
        (one, stops_of(session, roster_id=one.id, volunteer_id=volunteer.id)) for one in rosters
    ]
    return [(roster, stops) for roster, stops in rounds if stops]


def volunteers(session: Session, *, site_id: int, active_only: bool = True) -> Sequence[Volunteer]:
    """Who carries meals at a site."""
    query = select(Volunteer).where(Volunteer.site_id == site_id)
    if active_only:
        query = query.where(Volunteer.active)
    return session.scalars(query.order_by(Volunteer.active.desc(), Volunteer.id)).all()


def areas_of(session: Session, *, site_id: int) -> dict[int, list[tuple[int, str]]]:
    """The areas of each volunteer of a site: grid node id and its full name. Two queries."""
    query = (
        select(VolunteerArea.volunteer_id, GridNode)
        .join(GridNode, GridNode.id == VolunteerArea.grid_node_id)
        .join(Volunteer, Volunteer.id == VolunteerArea.volunteer_id)
        .where(Volunteer.site_id == site_id)
        .order_by(GridNode.sort_key)
    )
    rows = [(volunteer_id, node) for volunteer_id, node in session.execute(query)]
    places = place_names(session, [node.path for _id, node in rows])
    areas: dict[int, list[tuple[int, str]]] = {}
    for volunteer_id, node in rows:
        areas.setdefault(volunteer_id, []).append((node.id, places[node.path] or node.name))
    return areas


def nodes_under(session: Session, parent_id: int | None) -> Sequence[GridNode]:
    """The places one step down from a place of the grid; the communities for None."""
    below = GridNode.parent_id.is_(None) if parent_id is None else GridNode.parent_id == parent_id
    return session.scalars(select(GridNode).where(below).order_by(GridNode.sort_key)).all()


def free_sign_ins(session: Session, *, site_id: int, volunteer_id: int | None) -> Sequence[Staff]:
    """Staff with the role volunteer at a site who are no other volunteer's sign-in."""
    taken = exists().where(
        Volunteer.staff_id == Staff.id, Volunteer.id != (volunteer_id if volunteer_id else 0)
    )
    holds = exists().where(
        StaffRole.staff_id == Staff.id,
        StaffRole.site_id == site_id,
        StaffRole.role == Role.VOLUNTEER,
    )
    query = select(Staff).where(holds, ~taken, Staff.active).order_by(Staff.name)
    return session.scalars(query).unique().all()


def programmes(session: Session, *, site_id: int) -> Sequence[FreeMealProgramme]:
    """Every programme of a site, newest first."""
    query = select(FreeMealProgramme).where(FreeMealProgramme.site_id == site_id)
    return session.scalars(
        query.order_by(FreeMealProgramme.valid_from.desc(), FreeMealProgramme.id.desc())
    ).all()


def needs_of(session: Session, *, site_id: int, resident_id: int) -> Sequence[DeliveryNeed]:
    """A person's delivery needs at a site, newest first."""
    query = select(DeliveryNeed).where(
        DeliveryNeed.resident_id == resident_id, DeliveryNeed.site_id == site_id
    )
    return session.scalars(
        query.order_by(DeliveryNeed.valid_from.desc(), DeliveryNeed.id.desc())
    ).all()


def pauses_of(session: Session, *, resident_id: int) -> Sequence[DeliveryPause]:
    """A person's pauses, newest first."""
    query = select(DeliveryPause).where(DeliveryPause.resident_id == resident_id)
    return session.scalars(
        query.order_by(DeliveryPause.since.desc(), DeliveryPause.id.desc())
    ).all()


def find_people(
    session: Session, *, site_id: int, text: str, limit: int = 20
) -> Sequence[Resident]:
    """Residents of a site whose name, pinyin or initials begin with what was typed."""
    key = query_key(text)
    if not key:
        return []
    query = (
        select(Resident)
        .where(
            Resident.site_id == site_id,
            exists().where(
                SearchKey.resident_id == Resident.id,
                SearchKey.key >= key,
                SearchKey.key < key + "\U0010ffff",
            ),
        )
        .order_by(Resident.sort_name, Resident.id)
        .limit(limit)
    )
    return session.scalars(query).all()


def funders(session: Session) -> Sequence[Funder]:
    """Everybody who can pay for free meals."""
    return session.scalars(select(Funder).order_by(Funder.id)).all()
