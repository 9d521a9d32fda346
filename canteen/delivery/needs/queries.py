"""Reading applications, the line, specials, and until when a day can be changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from canteen.delivery.models import DeliveryNeed, DeliveryPause, FreeMealProgramme, NeedState
from canteen.delivery.needs import rules
from canteen.delivery.needs.models import DeliverySpecial, DeliveryTerms
from canteen.residents.models import Resident, Status
from canteen.sites.models import MealPeriod, Site


def terms_of(session: Session, *, site_id: int) -> dict[str, rules.Terms]:
    """By period: until when its deliveries can be changed and a volunteer can cancel."""
    query = (
        select(MealPeriod, DeliveryTerms)
        .outerjoin(
            DeliveryTerms,
            (DeliveryTerms.site_id == MealPeriod.site_id)
            & (DeliveryTerms.period_code == MealPeriod.code),
        )
        .where(MealPeriod.site_id == site_id)
        .order_by(MealPeriod.position, MealPeriod.id)
    )
    return {
        period.code: rules.Terms(
            change_days_before=row.change_days_before,
            change_until=row.change_until,
            cancel_days_before=row.cancel_days_before,
            cancel_until=row.cancel_until,
        )
        if row
        else rules.usual_terms(period.starts)
        for period, row in session.execute(query)
    }


def zone_of(session: Session, site_id: int) -> str:
    """The time zone of a site."""
    return session.get_one(Site, site_id).time_zone


@dataclass(frozen=True, kw_only=True)
class Application:
    """A need that somebody has to decide on, or that waits, with the person's name."""

    need: DeliveryNeed
    name: str
    birthday: date | None


def applications(
    session: Session, *, site_id: int, state: NeedState, limit: int = 200
) -> list[Application]:
    """Needs of people who live here, in one state; one query.

    The waiting stand in the order of the line, others as they were recorded.
    """
    query = (
        select(DeliveryNeed, Resident.name, Resident.birthday)
        .join(Resident, Resident.id == DeliveryNeed.resident_id)
        .where(
            DeliveryNeed.site_id == site_id,
            DeliveryNeed.state == state,
            Resident.status == Status.ACTIVE,
        )
        .order_by(DeliveryNeed.recorded_at, DeliveryNeed.id)
        .limit(limit)
    )
    found = [
        Application(need=need, name=name, birthday=birthday)
        for need, name, birthday in session.execute(query)
    ]
    if state is not NeedState.WAITING:
        return found
    places = {one.need_id: place for place, one in enumerate(rules.in_order(_line(found)))}
    return sorted(found, key=lambda one: places[one.need.id])


def line(session: Session, *, site_id: int) -> list[rules.InLine]:
    """Who waits at a site, in order."""
    waiting = applications(session, site_id=site_id, state=NeedState.WAITING, limit=5000)
    return rules.in_order(_line(waiting))


def _line(waiting: Sequence[Application]) -> list[rules.InLine]:
    return [
        rules.InLine(
            need_id=one.need.id,
            urgent=bool(one.need.urgent_reason),
            recorded_at=one.need.recorded_at,
        )
        for one in waiting
    ]


def room(session: Session, *, programme: FreeMealProgramme, day: date) -> rules.Room:
    """What a programme takes on a day and after: people and their meals of a month. One query."""
    query = (
        select(DeliveryNeed.resident_id, DeliveryNeed.weekdays)
        .join(Resident, Resident.id == DeliveryNeed.resident_id)
        .where(
            DeliveryNeed.site_id == programme.site_id,
            DeliveryNeed.state == NeedState.APPROVED,
            or_(DeliveryNeed.valid_until.is_(None), DeliveryNeed.valid_until >= day),
            Resident.status == Status.ACTIVE,
        )
    )
    rows = session.execute(query).all()
    return rules.Room(
        price_fen=programme.price_fen,
        places=programme.places,
        monthly_budget_fen=programme.monthly_budget_fen,
        taken=len({row.resident_id for row in rows}),
        monthly_meals=sum(rules.monthly_meals(row.weekdays) for row in rows),
    )


def has_place(session: Session, *, site_id: int, resident_id: int, day: date) -> bool:
    """Whether a person has an approved need now or later."""
    query = select(DeliveryNeed.id).where(
        DeliveryNeed.site_id == site_id,
        DeliveryNeed.resident_id == resident_id,
        DeliveryNeed.state == NeedState.APPROVED,
        or_(DeliveryNeed.valid_until.is_(None), DeliveryNeed.valid_until >= day),
    )
    return session.scalar(query.limit(1)) is not None


def is_paused(session: Session, *, resident_id: int, since: date, until: date) -> bool:
    """Whether a pause of somebody touches the days from `since` to `until` (both included)."""
    query = select(DeliveryPause.id).where(
        DeliveryPause.resident_id == resident_id,
        DeliveryPause.since <= until,
        DeliveryPause.until >= since,
    )
    return session.scalar(query.limit(1)) is not None


def specials_of(
    session: Session, *, site_id: int, resident_id: int, since: date
) -> Sequence[DeliverySpecial]:
    """What is different for a person from a day on."""
    query = select(DeliverySpecial).where(
        DeliverySpecial.site_id == site_id,
        DeliverySpecial.resident_id == resident_id,
        DeliverySpecial.service_date >= since,
    )
    return session.scalars(query.order_by(DeliverySpecial.service_date, DeliverySpecial.id)).all()


@dataclass(frozen=True)
class ToDo:
    """How many applications wait for a second person, and how many people wait in line."""

    proposed: int
    waiting: int


def to_do(session: Session, *, site_id: int) -> ToDo:
    """Both figures in one query."""
    query = (
        select(DeliveryNeed.state, func.count())
        .join(Resident, Resident.id == DeliveryNeed.resident_id)
        .where(
            DeliveryNeed.site_id == site_id,
            DeliveryNeed.state.in_((NeedState.PROPOSED, NeedState.WAITING)),
            Resident.status == Status.ACTIVE,
        )
        .group_by(DeliveryNeed.state)
    )
    found: dict[str, int] = dict(session.execute(query).all())
    return ToDo(found.get(NeedState.PROPOSED, 0), found.get(NeedState.WAITING, 0))


@dataclass(frozen=True)
class OpenUntil:
    """Until when a period of a day can be changed, and whether that is over."""

    period_code: str
    ends_at: datetime
    over: bool


def open_until(session: Session, *, site_id: int, day: date, now: datetime) -> list[OpenUntil]:
    """For each period of a day."""
    zone = zone_of(session, site_id)
    found = []
    for code, terms in terms_of(session, site_id=site_id).items():
        ends_at = rules.changes_end(terms, day, zone)
        found.append(OpenUntil(code, ends_at, ends_at <= now))
    return found
