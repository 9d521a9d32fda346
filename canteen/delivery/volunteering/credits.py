"""Hours and meals credited to volunteers, from the rounds they walked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Subquery, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from canteen.delivery.models import Roster, RosterStop, StopOutcome, Volunteer
from canteen.delivery.paper.models import TypedRound
from canteen.delivery.rounds.models import RoundEvent
from canteen.delivery.rules import DELIVERED
from canteen.delivery.volunteering import rules


@dataclass(frozen=True, kw_only=True)
class Credit:
    """One round of one volunteer: doors somebody reported of, boxes that arrived, minutes."""

    volunteer_id: int
    service_date: date
    period_code: str
    doors: int
    meals: int
    minutes: int
    by_themselves: bool
    """Whether they reported by phone; else the office typed it in."""


def credits_between(
    session: Session, *, site_id: int, first: date, last: date, volunteer_id: int | None = None
) -> list[Credit]:
    """Every round walked in a stretch of days, by volunteer and day; one query."""
    follower = aliased(StopOutcome)
    own = StopOutcome.recorded_by == Volunteer.staff_id
    delivered = StopOutcome.kind.in_(DELIVERED)
    # Told late because there was no network, a round still took as long as it took.
    happened_at = func.coalesce(RoundEvent.happened_at, StopOutcome.recorded_at)
    typed = _typed()
    query = (
        select(
            Volunteer.id,
            Roster.service_date,
            Roster.period_code,
            func.count(),
            func.sum(case((delivered, RosterStop.boxes), else_=0)),
            func.min(case((own, happened_at))),
            func.max(case((own, happened_at))),
            func.count(case((own, 1))),
            typed.c.left_at,
            typed.c.back_at,
            typed.c.planned,
        )
        .join(RosterStop, RosterStop.volunteer_id == Volunteer.id)
        .join(Roster, Roster.id == RosterStop.roster_id)
        .join(StopOutcome, StopOutcome.stop_id == RosterStop.id)
        .outerjoin(RoundEvent, RoundEvent.id == StopOutcome.id)
        .outerjoin(typed, (typed.c.roster_id == Roster.id) & (typed.c.volunteer_id == Volunteer.id))
        .where(
            Roster.site_id == site_id,
            Roster.service_date.between(first, last),
            ~exists().where(follower.follows_id == StopOutcome.id),
        )
        .group_by(
            *(Volunteer.id, Roster.id, Roster.service_date, Roster.period_code),
            *(typed.c.left_at, typed.c.back_at, typed.c.planned),
        )
        .order_by(Volunteer.id, Roster.service_date, Roster.period_code)
    )
    if volunteer_id is not None:
        query = query.where(Volunteer.id == volunteer_id)
    return [_credit(row) for row in session.execute(query)]


def _credit(row: Row[*tuple[Any, ...]]) -> Credit:
    who, day, period, doors, meals, first_at, last_at, own, left_at, back_at, planned = row
    walked = rules.Walked(
        doors=doors,
        first_at=first_at,
        last_at=last_at,
        own=own,
        left_at=left_at,
        back_at=back_at if left_at else None,
        planned=planned,
    )
    return Credit(
        volunteer_id=who,
        service_date=day,
        period_code=period,
        doors=doors,
        meals=int(meals),
        minutes=rules.credited_minutes(walked),
        by_themselves=first_at is not None,
    )


def _typed() -> Subquery:
    """What sheets typed in say of each round: one may have been typed in twice, in parts."""
    return (
        select(
            TypedRound.roster_id,
            TypedRound.volunteer_id,
            func.min(TypedRound.left_at).label("left_at"),
            func.max(TypedRound.back_at).label("back_at"),
            func.max(TypedRound.planned_minutes).label("planned"),
        )
        .group_by(TypedRound.roster_id, TypedRound.volunteer_id)
        .subquery()
    )


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A volunteer's month: rounds, doors, meals, minutes."""

    volunteer: Volunteer
    rounds: int
    doors: int
    meals: int
    minutes: int


def statements(session: Session, *, site_id: int, credited: Sequence[Credit]) -> list[Statement]:
    """One for each volunteer who walked a round, the most hours first; one query."""
    by_id: dict[int, list[Credit]] = {}
    for one in credited:
        by_id.setdefault(one.volunteer_id, []).append(one)
    query = select(Volunteer).where(Volunteer.site_id == site_id, Volunteer.id.in_(sorted(by_id)))
    found = [
        Statement(
            volunteer=volunteer,
            rounds=len(by_id[volunteer.id]),
            doors=sum(one.doors for one in by_id[volunteer.id]),
            meals=sum(one.meals for one in by_id[volunteer.id]),
            minutes=sum(one.minutes for one in by_id[volunteer.id]),
        )
        for volunteer in session.scalars(query)
    ]
    return sorted(found, key=lambda one: (-one.minutes, one.volunteer.id))
