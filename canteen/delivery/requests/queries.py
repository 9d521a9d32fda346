"""Reading requests: for the office, for one volunteer's phone, and in figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session

from canteen.delivery import lists
from canteen.delivery.models import Volunteer
from canteen.delivery.requests.models import HelpRequest, RequestDecline, RequestState
from canteen.delivery.volunteering.models import VolunteerTeam
from canteen.foundation.calendar import age_on
from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.residents.models import GridNode, Household, Resident, Status
from canteen.residents.pinyin import title_of


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A request with what may be said of it. `place` is the compound; the door is `address`."""

    request: HelpRequest
    name: str
    title: str
    phone: str
    place: str
    address: str
    volunteer: str
    team: str
    declined: int

    def late(self, now: datetime) -> bool:
        """Whether nobody took it in time."""
        return self.request.state == RequestState.OPEN and self.request.answer_by <= now


def page(session: Session, *, site_id: int, state: str, number: int) -> Page[Shown]:
    """One page of a site's requests, in one state or all, the newest first; two queries."""
    query = _shown().where(HelpRequest.site_id == site_id)
    if state:
        query = query.where(HelpRequest.state == state)
    query = query.order_by(HelpRequest.created_at.desc(), HelpRequest.id)
    rows = session.execute(query.limit(PAGE_SIZE + 1).offset((number - 1) * PAGE_SIZE)).all()
    return cut(_read(session, rows), number)


def offered_to(session: Session, *, volunteer: Volunteer) -> list[Shown]:
    """What a volunteer could take: open, for everybody or their team, not declined by them, and
    of somebody who is still here."""
    declined = exists().where(
        RequestDecline.request_id == HelpRequest.id,
        RequestDecline.volunteer_id == volunteer.id,
    )
    query = _shown().where(
        HelpRequest.site_id == volunteer.site_id,
        HelpRequest.state == RequestState.OPEN,
        Resident.status == Status.ACTIVE,
        or_(HelpRequest.team_id.is_(None), HelpRequest.team_id == volunteer.team_id),
        ~declined,
    )
    return _read(session, session.execute(query.order_by(HelpRequest.answer_by).limit(50)).all())


def held_by(session: Session, *, volunteer: Volunteer) -> list[Shown]:
    """What a volunteer holds and has not done yet; nobody is sent to who died or moved since."""
    query = _shown().where(
        HelpRequest.volunteer_id == volunteer.id,
        HelpRequest.state == RequestState.HELD,
        Resident.status == Status.ACTIVE,
    )
    return _read(session, session.execute(query.order_by(HelpRequest.accepted_at)).all())


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Of the requests of some weeks: asked, taken, done, confirmed. Withdrawn ones are out."""

    asked: int = 0
    taken: int = 0
    done: int = 0
    confirmed: int = 0
    late: int = 0


def figures(session: Session, *, site_id: int, now: datetime, days: int = 90) -> Figures:
    """The figures of the last `days` days; one query."""

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    state = HelpRequest.state
    query = select(
        func.count(),
        count(HelpRequest.volunteer_id.is_not(None)),
        count(state.in_((RequestState.DONE, RequestState.CONFIRMED))),
        count(state == RequestState.CONFIRMED),
        count((state == RequestState.OPEN) & (HelpRequest.answer_by <= now)),
    ).where(
        HelpRequest.site_id == site_id,
        state != RequestState.WITHDRAWN,
        HelpRequest.created_at >= now - timedelta(days=days),
    )
    asked, taken, done, confirmed, late = map(int, session.execute(query).one())
    return Figures(asked=asked, taken=taken, done=done, confirmed=confirmed, late=late)


def _shown() -> Select[*tuple[Any, ...]]:
    declined = (
        select(func.count()).where(RequestDecline.request_id == HelpRequest.id).scalar_subquery()
    )
    return (
        select(
            HelpRequest, Resident, Household.room, GridNode.path, Volunteer.name,
            VolunteerTeam.name, declined,
        )
        .join(Resident, Resident.id == HelpRequest.resident_id)
        .outerjoin(Household, Household.id == Resident.household_id)
        .outerjoin(GridNode, GridNode.id == Household.unit_id)
        .outerjoin(Volunteer, Volunteer.id == HelpRequest.volunteer_id)
        .outerjoin(VolunteerTeam, VolunteerTeam.id == HelpRequest.team_id)
    )  # fmt: skip


def _read(session: Session, rows: Sequence[Any]) -> list[Shown]:
    places = lists.place_names(session, [row[3] for row in rows if row[3]])
    return [_one(row, places) for row in rows]


def _one(row: Any, places: dict[str, str]) -> Shown:
    request, person, room, path, volunteer, team, declined = row
    where = places.get(path or "", "")
    day = request.created_at.date()
    age = age_on(person.birthday, day) if person.birthday else None
    return Shown(
        request=request,
        name=person.name,
        title=title_of(person.name, person.gender, age)[0],
        phone=person.phone,
        place=where.split(" ")[0],
        address=f"{where} {room or ''}".strip(),
        volunteer=volunteer or "",
        team=team or "",
        declined=declined,
    )
