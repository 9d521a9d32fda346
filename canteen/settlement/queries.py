"""Reading for the counter: one statement finds everything a sale is decided by."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, exists, func, literal, null, or_, select, true
from sqlalchemy.orm import Session, aliased

from canteen.cards.models import Card
from canteen.foundation.database import json_rows, read_json_rows
from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.ledger.models import Account
from canteen.menus.models import MenuEntry, MenuWeek
from canteen.residents.models import Household, Resident, ResidentTag
from canteen.settlement.models import Meal
from canteen.settlement.rules import Diner, Order, PastMeal, SaleFacts
from canteen.sites.models import CalendarDay, DayKind, Device, MealSet, Site
from canteen.staff.models import Staff
from canteen.subsidies.queries import newest_policies, versions_in_force


@dataclass(frozen=True)
class Found:
    """What one read found: the facts, and whether this meal id is taken already."""

    facts: SaleFacts
    taken: bool


def meal_facts(session: Session, *, order: Order, service_date: date, now: datetime) -> Found:
    """Card, person, tags, price, menu, holiday, policies and earlier meals, in one round trip."""
    day = service_date
    dialect = session.get_bind().dialect.name
    by = "card" if order.card else "resident" if order.resident_id is not None else "guest"
    number, issue = order.card or ("", 0)
    row = session.execute(
        _statement(dialect, by),
        {
            "meal_id": order.meal_id,
            "site_id": order.site_id,
            "period_code": order.period_code,
            "set_code": order.set_code,
            "service_date": day,
            "monday": day - timedelta(days=day.weekday()),
            "since": min(day.replace(day=1), day - timedelta(days=day.weekday())),
            "number": number,
            "issue": issue,
            "resident_id": order.resident_id,
        },
    ).one()
    zone = ZoneInfo(row.time_zone)
    diner = _diner(row, zone) if row.resident_id is not None else None
    kind = row.day_kind or (DayKind.WEEKEND if day.isoweekday() > 5 else DayKind.WORKDAY)
    facts = SaleFacts(
        service_date=day,
        local_time=now.astimezone(zone).time(),
        is_workday=kind in (DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY),
        is_public_holiday=kind == DayKind.HOLIDAY,
        site_path=_path(row.city, row.district, row.town),
        set_name=row.set_name,
        price_fen=row.price_fen,
        menu_published=bool(row.menu_published),
        menu_required=bool(row.menu_required),
        daily_card_limit_fen=row.daily_card_limit_fen,
        diner=diner,
        policies=newest_policies(session, read_json_rows(row.versions)) if diner else (),
    )
    return Found(facts=facts, taken=bool(row.taken))


@lru_cache(maxsize=8)
def _statement(dialect: str, by: str) -> Any:
    """The read, built once: one row whatever is or is not there."""
    day, site_id = bindparam("service_date"), bindparam("site_id")
    home = aliased(Site)
    tags = (
        select(json_rows(dialect, ResidentTag.tag))
        .where(
            ResidentTag.resident_id == Resident.id,
            ResidentTag.valid_from <= day,
            or_(ResidentTag.valid_until.is_(None), ResidentTag.valid_until >= day),
        )
        .correlate(Resident)
        .scalar_subquery()
    )
    meals = (
        select(
            json_rows(
                dialect,
                Meal.id,
                Meal.service_date,
                Meal.period_code,
                Meal.paid_fen,
                Meal.paid_by,
                Meal.extra,
                Meal.created_at,
                Meal.parts,
            )
        )
        .where(
            Meal.resident_id == Resident.id,
            Meal.service_date >= bindparam("since"),
            Meal.voided_at.is_(None),
        )
        .correlate(Resident)
        .scalar_subquery()
    )
    menu_published = exists(
        select(literal(1))
        .select_from(MenuWeek)
        .join(MenuEntry, MenuEntry.week_id == MenuWeek.id)
        .where(
            MenuWeek.site_id == site_id,
            MenuWeek.monday == bindparam("monday"),
            MenuWeek.state == "published",
            MenuEntry.service_date == day,
            MenuEntry.period_code == bindparam("period_code"),
        )
    )
    query = (
        select(
            Site.time_zone,
            Site.city,
            Site.district,
            Site.town,
            Site.menu_required,
            Site.daily_card_limit_fen,
            MealSet.name.label("set_name"),
            MealSet.price_fen,
            select(CalendarDay.kind).where(CalendarDay.day == day).scalar_subquery()
            .label("day_kind"),
            menu_published.label("menu_published"),
            exists(select(literal(1)).where(Meal.id == bindparam("meal_id"))).label("taken"),
            versions_in_force(dialect).label("versions"),
            Resident.id.label("resident_id"),
            Resident.name,
            Resident.gender,
            Resident.birthday,
            Resident.status,
            Resident.ended_on,
            Resident.hukou_city,
            Resident.hukou_district,
            Resident.hukou_town,
            Resident.in_institution,
            (Resident.site_id == Site.id).label("registered_here"),
            home.city.label("home_city"),
            home.district.label("home_district"),
            home.town.label("home_town"),
            Household.unit_id,
            Account.balance_fen,
            Account.turn,
            (Card.id if by == "card" else null()).label("card_id"),
            (Card.state if by == "card" else null()).label("card_state"),
            tags.label("tags"),
            meals.label("meals"),
        )
        .select_from(Site)
        .outerjoin(
            MealSet,
            and_(
                MealSet.site_id == Site.id,
                MealSet.period_code == bindparam("period_code"),
                MealSet.code == bindparam("set_code"),
                MealSet.active,
            ),
        )
    )  # fmt: skip
    if by == "card":
        query = query.outerjoin(
            Card, and_(Card.number == bindparam("number"), Card.issue == bindparam("issue"))
        ).outerjoin(Resident, Resident.id == Card.resident_id)
    elif by == "resident":
        query = query.outerjoin(Resident, Resident.id == bindparam("resident_id"))
    else:
        query = query.outerjoin(Resident, ~true())
    return (
        query.outerjoin(home, home.id == Resident.site_id)
        .outerjoin(Household, Household.id == Resident.household_id)
        .outerjoin(Account, Account.resident_id == Resident.id)
        .where(Site.id == site_id)
    )


@dataclass(frozen=True)
class MealRow:
    """A line of the list of meals."""

    meal: Meal
    diner_name: str | None
    device_name: str | None
    clerk_name: str | None


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


def one_meal(session: Session, *, site_id: int, meal_id: UUID) -> MealRow | None:
    """One meal of a site, or None."""
    row = session.execute(_rows().where(Meal.id == meal_id, Meal.site_id == site_id)).first()
    return MealRow(*row) if row else None


def _rows() -> Any:
    return (
        select(Meal, Resident.name, Device.name, Staff.name)
        .outerjoin(Resident, Resident.id == Meal.resident_id)
        .outerjoin(Device, Device.id == Meal.device_id)
        .outerjoin(Staff, Staff.id == Meal.created_by)
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


def frozen_tags(text: str) -> Sequence[str]:
    """The tags a meal was settled with."""
    return [tag for tag in text.split(";") if tag]


def _diner(row: Any, zone: ZoneInfo) -> Diner:
    return Diner(
        resident_id=row.resident_id,
        name=row.name,
        gender=row.gender,
        birthday=row.birthday,
        status=row.status,
        ended_on=row.ended_on,
        tags=frozenset(tag for (tag,) in read_json_rows(row.tags)),
        hukou_path=_path(row.hukou_city, row.hukou_district, row.hukou_town),
        residence_path=_path(row.home_city, row.home_district, row.home_town),
        in_institution=row.in_institution,
        registered_here=bool(row.registered_here),
        grid_node_id=row.unit_id,
        balance_fen=row.balance_fen or 0,
        turn=row.turn or 0,
        card_id=row.card_id,
        card_state=row.card_state,
        meals=tuple(_past_meal(past, zone) for past in read_json_rows(row.meals)),
    )


def _past_meal(past: list[Any], zone: ZoneInfo) -> PastMeal:
    meal_id, day, period, paid_fen, paid_by, extra, created_at, parts = past
    instant = datetime.fromisoformat(created_at)
    if instant.tzinfo is None:  # SQLite keeps UTC without saying so
        instant = instant.replace(tzinfo=ZoneInfo("UTC"))
    return PastMeal(
        meal_id=str(meal_id),
        service_date=date.fromisoformat(day),
        period_code=period,
        paid_fen=paid_fen,
        paid_by=paid_by,
        extra=bool(extra),
        local_at=instant.astimezone(zone).strftime("%H:%M"),
        parts=tuple((p["policy"], p["rule"], p["funder"], p["amount_fen"]) for p in _parts(parts)),
    )


def _parts(text: str) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = json.loads(text) if text else []
    return parts


def _path(*names: str) -> tuple[str, ...]:
    """City, district, town, as far as they are known from the top."""
    known = []
    for name in names:
        if not name:
            break
        known.append(name)
    return tuple(known)
