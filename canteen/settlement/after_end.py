"""Subsidies of people who had died or moved away by then: to be looked at and withdrawn.

A sale after the day is refused; these are the meals from before anybody said so.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.residents.models import Resident, Status
from canteen.settlement.actions import OPERATOR
from canteen.settlement.models import Meal
from canteen.sites.models import Site
from canteen.subsidies.models import Funder

_AT_ONCE = 200
"""People asked for in one statement, each with a day of their own."""


@dataclass(frozen=True)
class LateMeal:
    """One subsidised meal on or after a person's last day. `parts` is fen by funder code."""

    meal_id: UUID
    resident_id: int
    name: str
    status: str
    ended_on: date | None
    service_date: date
    period_code: str
    site_id: int
    site_name: str
    site_name_en: str
    subsidy_fen: int
    parts: Mapping[str, int]
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class LateSum:
    """How many such meals, what they cost, and whom."""

    meals: int = 0
    people: int = 0
    subsidy_fen: int = 0
    by_funder: Mapping[str, int] = field(default_factory=dict)


def late_meals(session: Session, *, since: Mapping[int, date]) -> Sequence[LateMeal]:
    """Meals of some people on or after a day of each: what an ending would leave behind.

    Standing, subsidised, not withdrawn; in the order of people and days.
    """
    found: list[LateMeal] = []
    ids = sorted(since)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        after = or_(
            *(and_(Meal.resident_id == one, Meal.service_date >= since[one]) for one in some)
        )
        query = _meals().where(after, *_open())
        found += [_late(row) for row in session.execute(query.order_by(*_ORDER))]
    return found


def late_meals_page(session: Session, *, site_ids: Collection[int], number: int) -> Page[LateMeal]:
    """A page of everything that waits to be withdrawn, of people registered at some sites."""
    query = _meals().where(*_of_sites(site_ids), *_open()).order_by(*_ORDER)
    query = query.limit(PAGE_SIZE + 1).offset(PAGE_SIZE * (number - 1))
    return cut([_late(row) for row in session.execute(query)], number)


def late_meals_of(session: Session, *, resident_id: int) -> Sequence[LateMeal]:
    """Those of one person who is gone, the withdrawn ones too; at most a hundred."""
    query = _meals().where(
        Meal.resident_id == resident_id,
        Resident.status != Status.ACTIVE,
        Meal.service_date >= Resident.ended_on,
        Meal.voided_at.is_(None),
        *_from_others(),
    )
    return [_late(row) for row in session.execute(query.order_by(*_ORDER).limit(100))]


def late_meals_with(
    session: Session, *, meal_ids: Collection[UUID], site_ids: Collection[int]
) -> Sequence[LateMeal]:
    """Those of some meals that are such meals, withdrawn or not, of people of some sites."""
    wanted = list(meal_ids)[:500]
    query = _meals().where(Meal.id.in_(wanted), *_of_sites(site_ids), *_from_others())
    return [_late(row) for row in session.execute(query.order_by(*_ORDER))]


def late_total(session: Session, *, site_ids: Collection[int]) -> LateSum:
    """How many meals wait to be withdrawn at some sites, of how many people, and their sum."""
    query = (
        select(
            func.count(),
            func.count(Meal.resident_id.distinct()),
            func.coalesce(func.sum(Meal.subsidy_fen), 0),
        )
        .select_from(Meal)
        .join(Resident, Resident.id == Meal.resident_id)
        .where(*_of_sites(site_ids), *_open())
    )
    meals, people, fen = session.execute(query).one()
    return LateSum(meals=meals, people=people, subsidy_fen=int(fen))


def sum_of(meals: Sequence[LateMeal]) -> LateSum:
    """The sum of some meals, funder by funder."""
    by_funder: Counter[str] = Counter()
    for one in meals:
        by_funder.update(one.parts)
    return LateSum(
        meals=len(meals),
        people=len({one.resident_id for one in meals}),
        subsidy_fen=sum(one.subsidy_fen for one in meals),
        by_funder=dict(sorted(by_funder.items())),
    )


def funder_names(session: Session) -> dict[str, str]:
    """Every funder's name by code."""
    return {row.code: row.name for row in session.execute(select(Funder.code, Funder.name))}


_ORDER = (Resident.sort_name, Resident.id, Meal.service_date, Meal.created_at)


def _meals() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Meal.id, Resident.id, Resident.name, Resident.status, Resident.ended_on,
            Meal.service_date, Meal.period_code, Meal.site_id, Site.name, Site.name_en,
            Meal.subsidy_fen, Meal.parts, Meal.withdrawn_at,
        )
        .join(Resident, Resident.id == Meal.resident_id)
        .join(Site, Site.id == Meal.site_id)
    )  # fmt: skip


def _open() -> tuple[ColumnElement[bool], ...]:
    return Meal.voided_at.is_(None), Meal.withdrawn_at.is_(None), *_from_others()


def _from_others() -> tuple[ColumnElement[bool], ...]:
    """Somebody else than the canteen pays a part: only that can be withdrawn.

    The split is JSON text; the signs that naming the canteen takes are counted in it.
    """
    named, own = '"funder": "', f'"funder": "{OPERATOR}"'
    signs = func.length(Meal.parts)
    payers = (signs - func.length(func.replace(Meal.parts, named, ""))) / len(named)
    canteen = (signs - func.length(func.replace(Meal.parts, own, ""))) / len(own)
    return Meal.subsidy_fen > 0, payers > canteen


def _of_sites(site_ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return (
        Resident.site_id.in_(site_ids),
        Resident.status.in_((Status.DECEASED, Status.MOVED)),
        Meal.service_date >= Resident.ended_on,
    )


def _late(row: Any) -> LateMeal:
    parts: Counter[str] = Counter()
    for part in json.loads(row[11]) if row[11] else ():
        parts[part["funder"]] += part["amount_fen"]
    values: dict[str, Any] = dict(zip(_FIELDS, row[:11], strict=True))
    return LateMeal(**values, parts=dict(parts), withdrawn_at=row[12])


_FIELDS = ("meal_id", "resident_id", "name", "status", "ended_on", "service_date", "period_code",
           "site_id", "site_name", "site_name_en", "subsidy_fen")  # fmt: skip
