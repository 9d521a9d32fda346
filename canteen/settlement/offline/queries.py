"""What the manager looks through: meals that the books judge otherwise than the counter did."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, exists, func, select
from sqlalchemy.orm import Session

from canteen.cards.models import Card
from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.residents.models import Resident
from canteen.settlement.actions import UNDONE
from canteen.settlement.models import Meal
from canteen.settlement.offline.models import OfflineMeal, UnbookedMeal
from canteen.sites.models import Device
from canteen.staff.models import Staff


@dataclass(frozen=True)
class LateMeal:
    """One line: the meal, how it came, where, and who looked at it."""

    meal: Meal
    told: OfflineMeal
    device_name: str | None
    settled_by: str | None


def late_meal_ids() -> CompoundSelect[Any]:
    """The ids of all meals that a counter served or undid alone, for proofs of rooms below."""
    undone = select(Meal.id).where(Meal.voided_at.is_not(None), Meal.void_reason == UNDONE)
    return select(OfflineMeal.meal_id).union_all(undone)


def late_meals(session: Session, *, site_id: int, is_open: bool, page: int) -> Page[LateMeal]:
    """Meals that were booked otherwise than shown, the newest first; open or looked at."""
    settled = OfflineMeal.settled_at.is_(None) if is_open else OfflineMeal.settled_at.is_not(None)
    query = (
        select(Meal, OfflineMeal, Device.name, Staff.name)
        .join(OfflineMeal, OfflineMeal.meal_id == Meal.id)
        .outerjoin(Device, Device.id == OfflineMeal.device_id)
        .outerjoin(Staff, Staff.id == OfflineMeal.settled_by)
        .where(OfflineMeal.site_id == site_id, OfflineMeal.reason != "", settled)
        .order_by(OfflineMeal.received_at.desc(), OfflineMeal.sequence.desc())
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    )
    return cut([LateMeal(*row) for row in session.execute(query)], page)


def open_late_meals(session: Session, site_id: int) -> int:
    """How many wait for the manager: booked otherwise than shown, and not booked at all."""
    late = select(func.count()).where(
        OfflineMeal.site_id == site_id,
        OfflineMeal.reason != "",
        OfflineMeal.settled_at.is_(None),
    )
    unbooked = select(func.count()).where(UnbookedMeal.site_id == site_id, *_is_open())
    query = select(late.scalar_subquery() + unbooked.scalar_subquery())
    return session.scalar(query) or 0


@dataclass(frozen=True)
class Unbooked:
    """One that the system failed at: what is kept of it, where, whose, and who closed it."""

    kept: UnbookedMeal
    device_name: str | None
    resident_id: int | None
    resident_name: str | None
    closed_by: str | None


def open_unbooked(session: Session, *, site_id: int) -> Page[Unbooked]:
    """Those that are not booked, in the order in which they were served; the first page."""
    query = _unbooked(site_id).where(*_is_open())
    query = query.order_by(UnbookedMeal.device_at, UnbookedMeal.sequence).limit(PAGE_SIZE + 1)
    return cut([Unbooked(*row) for row in session.execute(query)], 1)


def closed_unbooked(session: Session, *, site_id: int, page: int) -> Page[Unbooked]:
    """Those that were booked after all or closed by hand, the last first."""
    query = _unbooked(site_id).where(UnbookedMeal.closed_at.is_not(None))
    query = query.order_by(UnbookedMeal.closed_at.desc(), UnbookedMeal.meal_id)
    query = query.offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1)
    return cut([Unbooked(*row) for row in session.execute(query)], page)


def unbooked_meal(session: Session, *, meal_id: UUID, site_id: int) -> UnbookedMeal | None:
    """One of a site, open or closed."""
    query = select(UnbookedMeal).where(
        UnbookedMeal.meal_id == meal_id, UnbookedMeal.site_id == site_id
    )
    return session.scalar(query)


def _unbooked(site_id: int) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = select(
        UnbookedMeal, Device.name, Resident.id, Resident.name, Staff.name
    )
    return (
        query.outerjoin(Device, Device.id == UnbookedMeal.device_id)
        .outerjoin(Card, Card.id == UnbookedMeal.card_id)
        .outerjoin(Resident, Resident.id == Card.resident_id)
        .outerjoin(Staff, Staff.id == UnbookedMeal.closed_by)
        .where(UnbookedMeal.site_id == site_id)
    )


def _is_open() -> tuple[ColumnElement[bool], ...]:
    """Told twice at once, it may have been booked by one server while it failed at another."""
    booked = exists().where(Meal.id == UnbookedMeal.meal_id, Meal.site_id == UnbookedMeal.site_id)
    return UnbookedMeal.closed_at.is_(None), UnbookedMeal.undone | ~booked
