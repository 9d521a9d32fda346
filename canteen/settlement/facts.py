"""The one read of a scan: everything a sale is decided by, in a single statement."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Connection,
    Date,
    Integer,
    Uuid,
    and_,
    bindparam,
    exists,
    literal,
    null,
    or_,
    select,
    true,
)

from canteen.cards.models import Card
from canteen.foundation.database import json_rows, read_json_rows
from canteen.foundation.prepared import Prepared, as_date
from canteen.ledger.models import Account
from canteen.menus.models import MenuEntry, MenuWeek
from canteen.residents.models import Household, Resident, ResidentTag
from canteen.settlement.models import Meal
from canteen.settlement.rules import Diner, Order, PastMeal, SaleFacts
from canteen.sites.models import CalendarDay, DayKind, Device, MealSet, Site
from canteen.subsidies.queries import newest_policies, versions_in_force


@dataclass(frozen=True)
class Found:
    """What one read found: the facts, and whether this meal id is taken already."""

    facts: SaleFacts
    taken: bool


def meal_facts(connection: Connection, *, order: Order, service_date: date, now: datetime) -> Found:
    """Card, person, tags, price, menu, holiday, policies and earlier meals, in one round trip."""
    day = service_date
    by = "card" if order.card else "resident" if order.resident_id is not None else "guest"
    number, issue = order.card or ("", 0)
    row = _READ[by].one(
        connection,
        {
            "meal_id": order.meal_id,
            "device_id": order.device_id,
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
    )
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
        device_known=bool(row.device_known),
        undo_seconds=row.undo_seconds,
        menu_published=bool(row.menu_published),
        menu_required=bool(row.menu_required),
        daily_card_limit_fen=row.daily_card_limit_fen,
        diner=diner,
        policies=newest_policies(connection, read_json_rows(row.versions)) if diner else (),
    )
    return Found(facts=facts, taken=bool(row.taken))


_TAGS: Any = ResidentTag.__table__
_PEOPLE: Any = Resident.__table__
_SETS: Any = MealSet.__table__
_MEALS: Any = Meal.__table__
_WEEKS: Any = MenuWeek.__table__
_ENTRIES: Any = MenuEntry.__table__
_SITES: Any = Site.__table__
_DAYS: Any = CalendarDay.__table__
_DOORS: Any = Household.__table__
_WALLETS: Any = Account.__table__
_CARDS: Any = Card.__table__
_DEVICES: Any = Device.__table__


def _statement(dialect: str, by: str) -> Any:
    """The read, built once, in tables: one row whatever is or is not there."""
    day, site_id = bindparam("service_date", type_=Date()), bindparam("site_id", type_=Integer())
    home = _SITES.alias()
    tags = (
        select(json_rows(dialect, _TAGS.c.tag))
        .where(
            _TAGS.c.resident_id == _PEOPLE.c.id,
            _TAGS.c.valid_from <= day,
            or_(_TAGS.c.valid_until.is_(None), _TAGS.c.valid_until >= day),
        )
        .correlate(_PEOPLE)
        .scalar_subquery()
    )
    meals = (
        select(
            json_rows(
                dialect,
                _MEALS.c.id,
                _MEALS.c.service_date,
                _MEALS.c.period_code,
                _MEALS.c.paid_fen,
                _MEALS.c.paid_by,
                _MEALS.c.extra,
                _MEALS.c.created_at,
                _MEALS.c.parts,
            )
        )
        .where(
            _MEALS.c.resident_id == _PEOPLE.c.id,
            _MEALS.c.service_date >= bindparam("since", type_=Date()),
            _MEALS.c.voided_at.is_(None),
        )
        .correlate(_PEOPLE)
        .scalar_subquery()
    )
    menu_published = exists(
        select(literal(1))
        .select_from(_WEEKS)
        .join(_ENTRIES, _ENTRIES.c.week_id == _WEEKS.c.id)
        .where(
            _WEEKS.c.site_id == site_id,
            _WEEKS.c.monday == bindparam("monday", type_=Date()),
            _WEEKS.c.state == "published",
            _ENTRIES.c.service_date == day,
            _ENTRIES.c.period_code == bindparam("period_code"),
        )
    )
    query = (
        select(
            _SITES.c.time_zone,
            _SITES.c.city,
            _SITES.c.district,
            _SITES.c.town,
            _SITES.c.menu_required,
            _SITES.c.undo_seconds,
            _SITES.c.daily_card_limit_fen,
            _SETS.c.name.label("set_name"),
            _SETS.c.price_fen,
            select(_DAYS.c.kind).where(_DAYS.c.day == day).scalar_subquery()
            .label("day_kind"),
            menu_published.label("menu_published"),
            exists(
                select(literal(1)).where(_MEALS.c.id == bindparam("meal_id", type_=Uuid()))
            ).label("taken"),
            exists(
                select(literal(1)).where(
                    _DEVICES.c.id == bindparam("device_id", type_=Integer()),
                    _DEVICES.c.site_id == site_id,
                    _DEVICES.c.retired_at.is_(None),
                )
            ).label("device_known"),
            versions_in_force(dialect).label("versions"),
            _PEOPLE.c.id.label("resident_id"),
            _PEOPLE.c.name,
            _PEOPLE.c.gender,
            _PEOPLE.c.birthday,
            _PEOPLE.c.status,
            _PEOPLE.c.ended_on,
            _PEOPLE.c.hukou_city,
            _PEOPLE.c.hukou_district,
            _PEOPLE.c.hukou_town,
            _PEOPLE.c.in_institution,
            (_PEOPLE.c.site_id == _SITES.c.id).label("registered_here"),
            home.c.city.label("home_city"),
            home.c.district.label("home_district"),
            home.c.town.label("home_town"),
            _DOORS.c.unit_id,
            _WALLETS.c.balance_fen,
            _WALLETS.c.turn,
            (_CARDS.c.id if by == "card" else null()).label("card_id"),
            (_CARDS.c.state if by == "card" else null()).label("card_state"),
            tags.label("tags"),
            meals.label("meals"),
        )
        .select_from(_SITES)
        .outerjoin(
            _SETS,
            and_(
                _SETS.c.site_id == _SITES.c.id,
                _SETS.c.period_code == bindparam("period_code"),
                _SETS.c.code == bindparam("set_code"),
                _SETS.c.active,
            ),
        )
    )  # fmt: skip
    if by == "card":
        query = query.outerjoin(
            _CARDS,
            and_(
                _CARDS.c.number == bindparam("number"),
                _CARDS.c.issue == bindparam("issue", type_=Integer()),
            ),
        ).outerjoin(_PEOPLE, _PEOPLE.c.id == _CARDS.c.resident_id)
    elif by == "resident":
        query = query.outerjoin(_PEOPLE, _PEOPLE.c.id == bindparam("resident_id", type_=Integer()))
    else:
        query = query.outerjoin(_PEOPLE, ~true())
    return (
        query.outerjoin(home, home.c.id == _PEOPLE.c.site_id)
        .outerjoin(_DOORS, _DOORS.c.id == _PEOPLE.c.household_id)
        .outerjoin(_WALLETS, _WALLETS.c.resident_id == _PEOPLE.c.id)
        .where(_SITES.c.id == site_id)
    )


_READ = {
    by: Prepared(lambda dialect, by=by: _statement(dialect, by))  # type: ignore[misc]
    for by in ("card", "resident", "guest")
}
"""The read by card, by a person found by name, and for a guest."""


def _diner(row: Any, zone: ZoneInfo) -> Diner:
    return Diner(
        resident_id=row.resident_id,
        name=row.name,
        gender=row.gender,
        birthday=as_date(row.birthday),
        status=row.status,
        ended_on=as_date(row.ended_on),
        tags=frozenset(tag for (tag,) in read_json_rows(row.tags)),
        hukou_path=_path(row.hukou_city, row.hukou_district, row.hukou_town),
        residence_path=_path(row.home_city, row.home_district, row.home_town),
        in_institution=bool(row.in_institution),
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
