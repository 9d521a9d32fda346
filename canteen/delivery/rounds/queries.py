"""Where rounds stand, what a manager should look at, what was told of one door."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from canteen.delivery.lists import place_names
from canteen.delivery.models import Roster, RosterStop, Volunteer
from canteen.delivery.rounds.models import EventKind, OfferState, RoundEvent, RoundPhoto, StopOffer
from canteen.delivery.rounds.rules import Leg, Told, leg_of
from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.residents.models import GridNode
from canteen.staff.models import Staff

_TEAM_SEES = timedelta(days=6)
_OF_A_LEG = (
    EventKind.PICKED_UP,
    EventKind.LEFT,
    EventKind.RETURNED,
    EventKind.CANNOT_FINISH,
)


def round_states(
    session: Session, *, roster_ids: Collection[int], volunteer_id: int | None = None
) -> dict[tuple[int, int], Leg]:
    """Where each round stands, by (roster, volunteer): picked up, left, ended, boxes out and back.

    Who has told nothing is not in it. One query.
    """
    query = select(RoundEvent).where(
        RoundEvent.roster_id.in_(sorted(roster_ids)), RoundEvent.kind.in_(_OF_A_LEG)
    )
    if volunteer_id is not None:
        query = query.where(RoundEvent.volunteer_id == volunteer_id)
    told: dict[tuple[int, int], list[Told]] = {}
    for one in session.scalars(query):
        told.setdefault((one.roster_id, one.volunteer_id), []).append(_told(one))
    return {key: leg_of(events) for key, events in told.items()}


def _told(event: RoundEvent) -> Told:
    return Told(
        id=event.id,
        kind=EventKind(event.kind),
        happened_at=event.happened_at,
        body=json.loads(event.body or "{}"),
    )


@dataclass(frozen=True, kw_only=True)
class ToldOfStop:
    """One thing a phone told of a door."""

    event: RoundEvent
    who: str
    photo: bool
    """Whether there is a photo that can still be looked at."""

    @property
    def said(self) -> dict[str, object]:
        """What belongs to the kind: the outcome and its note."""
        found: dict[str, object] = json.loads(self.event.body or "{}")
        return found


def told_of_stop(session: Session, *, stop_id: int) -> list[ToldOfStop]:
    """Everything phones told of one door, in the order in which it happened; one query."""
    query = (
        _told_rows()
        .where(RoundEvent.stop_id == stop_id)
        .order_by(RoundEvent.happened_at, RoundEvent.id)
    )
    return [_line(row) for row in session.execute(query)]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Something a phone told that the books judge otherwise, or that somebody should look at."""

    told: ToldOfStop
    stop: RosterStop | None
    roster: Roster
    settled_by: str


def differences(session: Session, *, site_id: int, is_open: bool, page: int) -> Page[Difference]:
    """What a manager should look at, the newest first; open or looked at."""
    settled = RoundEvent.settled_at.is_(None) if is_open else RoundEvent.settled_at.is_not(None)
    query = (
        _told_rows()
        .add_columns(RosterStop, Roster, Staff.name)
        .join(Roster, Roster.id == RoundEvent.roster_id)
        .outerjoin(RosterStop, RosterStop.id == RoundEvent.stop_id)
        .outerjoin(Staff, Staff.id == RoundEvent.settled_by)
        .where(RoundEvent.site_id == site_id, RoundEvent.reason != "", settled)
        .order_by(RoundEvent.received_at.desc(), RoundEvent.id)
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    )
    return cut(
        [
            Difference(told=_line(row), stop=row[3], roster=row[4], settled_by=row[5] or "")
            for row in session.execute(query)
        ],
        page,
    )


@dataclass(frozen=True, kw_only=True)
class TeamDifference:
    """One of them as a team's leader sees it: whose round, and of a door no more than today's
    building. Leading a team opens nobody's door."""

    event: RoundEvent
    who: str
    service_date: date
    building: str


def team_differences(session: Session, *, leader: Volunteer, today: date) -> list[TeamDifference]:
    """What rounds of the leader's own team told in the last week and nobody has settled, the
    newest first; nothing for who leads none. Two queries."""
    if not leader.leads_team or leader.team_id is None:
        return []
    query = (
        select(RoundEvent, Volunteer.name, Roster.service_date, GridNode.path)
        .join(Volunteer, Volunteer.id == RoundEvent.volunteer_id)
        .join(Roster, Roster.id == RoundEvent.roster_id)
        .outerjoin(RosterStop, RosterStop.id == RoundEvent.stop_id)
        .outerjoin(GridNode, GridNode.id == RosterStop.grid_node_id)
        .where(
            Volunteer.team_id == leader.team_id,
            RoundEvent.site_id == leader.site_id,
            RoundEvent.reason != "",
            RoundEvent.settled_at.is_(None),
            Roster.service_date.between(today - _TEAM_SEES, today),
        )
        .order_by(RoundEvent.received_at.desc(), RoundEvent.id)
        .limit(PAGE_SIZE)
    )
    rows = session.execute(query).all()
    buildings = {
        path: _to_building(path) for _event, _who, day, path in rows if path and day == today
    }
    names = place_names(session, list(buildings.values()))
    return [
        TeamDifference(
            event=event,
            who=who,
            service_date=day,
            building=names.get(buildings.get(path, ""), "") if day == today else "",
        )
        for event, who, day, path in rows
    ]


def _to_building(path: str) -> str:
    """/community/compound/building/ of a unit's path."""
    return "/".join(path.split("/")[:4]) + "/"


def open_differences(session: Session, *, site_id: int) -> int:
    """How many wait for a manager."""
    query = select(func.count()).where(
        RoundEvent.site_id == site_id, RoundEvent.reason != "", RoundEvent.settled_at.is_(None)
    )
    return session.scalar(query) or 0


def _told_rows() -> Select[RoundEvent, str, RoundPhoto | None]:
    return (
        select(RoundEvent, Volunteer.name, RoundPhoto)
        .join(Volunteer, Volunteer.id == RoundEvent.volunteer_id)
        .outerjoin(RoundPhoto, RoundPhoto.event_id == RoundEvent.id)
    )


def _line(row: Row[*tuple[object, ...]]) -> ToldOfStop:
    photo = row[2]
    there = isinstance(photo, RoundPhoto) and photo.deleted_at is None
    assert isinstance(row[0], RoundEvent)
    return ToldOfStop(event=row[0], who=str(row[1]), photo=there)


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A stop that a colleague would hand over: no name and no door before it is taken."""

    id: UUID
    roster_id: int
    grid_node_id: int | None
    boxes: int
    who: str


def offered_to(
    session: Session, *, volunteer: Volunteer, roster_ids: Sequence[int]
) -> list[Offered]:
    """Open offers of these rounds that this volunteer may take; one query."""
    query = (
        select(
            StopOffer.id,
            RosterStop.roster_id,
            RosterStop.grid_node_id,
            RosterStop.boxes,
            Volunteer.name,
        )
        .join(RosterStop, RosterStop.id == StopOffer.stop_id)
        .join(Volunteer, Volunteer.id == StopOffer.from_id)
        .where(
            RosterStop.roster_id.in_(roster_ids),
            StopOffer.state == OfferState.OPEN,
            StopOffer.from_id != volunteer.id,
            (StopOffer.to_id == volunteer.id) | StopOffer.to_id.is_(None),
        )
        .order_by(StopOffer.offered_at)
    )
    return [
        Offered(id=row[0], roster_id=row[1], grid_node_id=row[2], boxes=row[3], who=row[4])
        for row in session.execute(query)
    ]


def open_offers(session: Session, *, volunteer_id: int) -> dict[int, StopOffer]:
    """What a volunteer offers now, by stop."""
    query = select(StopOffer).where(
        StopOffer.from_id == volunteer_id, StopOffer.state == OfferState.OPEN
    )
    return {one.stop_id: one for one in session.scalars(query)}
