"""Reading meals for the office: the day's list, one meal, how many so far."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.ledger.models import Account, Transfer, TransferKind
from canteen.residents.models import Resident
from canteen.settlement.models import Meal
from canteen.sites.models import Device
from canteen.staff.models import Staff
from canteen.subsidies.models import ResidentPass


@dataclass(frozen=True)
class MealRow:
    """A line of the list of meals."""

    meal: Meal
    diner_name: str | None
    device_name: str | None
    clerk_name: str | None
    voided_by: str | None
    override_by: str | None


def meals_of_day(
    session: Session, *, site_id: int, service_date: date, period_code: str | None, page: int
) -> Page[MealRow]:
    """The meals of a day at a site, newest first."""
    query = (
        _rows()
        .where(Meal.site_id == site_id, Meal.service_date == service_date)
        .order_by(Meal.created_at.desc(), Meal.id)
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    )
    if period_code:
        query = query.where(Meal.period_code == period_code)
    return cut([MealRow(*row) for row in session.execute(query)], page)


def one_meal(session: Session, *, meal_id: UUID) -> MealRow | None:
    """One meal of any site, or None."""
    row = session.execute(_rows().where(Meal.id == meal_id)).first()
    return MealRow(*row) if row else None


@dataclass(frozen=True)
class Beside:
    """What a funder owes the canteen beside a meal's price; `standing` until given back."""

    funder: str
    policy: str
    amount_fen: int
    standing: bool


def grants_of(session: Session, meal_id: UUID) -> Sequence[Beside]:
    """What the canteen earned with a meal, in the order it was booked."""
    reversal = aliased(Transfer)
    query = (
        select(Account.code, Transfer.policy, Transfer.amount_fen, reversal.id.is_(None))
        .join(Account, Account.id == Transfer.debit_account_id)
        .outerjoin(reversal, reversal.reverses_id == Transfer.id)
        .where(Transfer.meal_id == meal_id, Transfer.kind == TransferKind.OPERATOR_GRANT)
        .order_by(Transfer.id)
    )
    return [
        Beside(code.partition(":")[2], policy, fen, bool(standing))
        for code, policy, fen, standing in session.execute(query)
    ]


def _rows() -> Any:
    undoer, manager = aliased(Staff), aliased(Staff)
    return (
        select(Meal, Resident.name, Device.name, Staff.name, undoer.name, manager.name)
        .outerjoin(Resident, Resident.id == Meal.resident_id)
        .outerjoin(Device, Device.id == Meal.device_id)
        .outerjoin(Staff, Staff.id == Meal.created_by)
        .outerjoin(undoer, undoer.id == Meal.voided_by)
        .outerjoin(manager, manager.id == Meal.override_by)
    )


def served_count(session: Session, *, site_id: int, service_date: date, period_code: str) -> int:
    """How many meals of a period stand so far: what the counter shows when it opens."""
    query = select(func.count()).where(
        Meal.site_id == site_id,
        Meal.service_date == service_date,
        Meal.period_code == period_code,
        Meal.voided_at.is_(None),
    )
    return session.scalar(query) or 0


def first_served(session: Session, site_ids: Collection[int], day: date) -> date | None:
    """The first day from `day` on with a meal that stands at one of the sites."""
    query = (
        select(Meal.service_date)
        .where(Meal.site_id.in_(site_ids), Meal.service_date >= day, Meal.voided_at.is_(None))
        .order_by(Meal.service_date)
        .limit(1)
    )
    return session.scalars(query).one_or_none() if site_ids else None


def has_used_pass(session: Session, held: ResidentPass) -> bool:
    """Whether a standing meal was paid in part under the pass's policy since it was sold."""
    query = select(Meal.id).where(
        Meal.resident_id == held.resident_id,
        Meal.service_date >= held.valid_from,
        Meal.created_at >= held.sold_at,
        Meal.voided_at.is_(None),
        Meal.parts.contains(f'"policy": "{held.policy_code}"', autoescape=True),
    )
    return session.scalar(query.limit(1)) is not None
