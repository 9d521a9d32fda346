"""What the manager looks through: meals that the books judge otherwise than the counter did."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, func, select
from sqlalchemy.orm import Session

from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.settlement.actions import UNDONE
from canteen.settlement.models import Meal
from canteen.settlement.offline.models import OfflineMeal
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
    """How many wait for the manager."""
    query = select(func.count()).where(
        OfflineMeal.site_id == site_id,
        OfflineMeal.reason != "",
        OfflineMeal.settled_at.is_(None),
    )
    return session.scalar(query) or 0
