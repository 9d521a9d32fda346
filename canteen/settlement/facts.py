"""What a sale is decided by: the facts that the one read of a scan found."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from canteen.cards.standing import path_of
from canteen.foundation.database import read_json_rows
from canteen.foundation.prepared import as_date
from canteen.settlement.reading import READ
from canteen.settlement.rules import Diner, Order, PastMeal, SaleFacts
from canteen.sites.models import DayKind
from canteen.staff.queries import Standing
from canteen.subsidies.queries import newest_policies


@dataclass(frozen=True)
class Found:
    """What one read found: the facts, whether this meal id is taken already, and who asks."""

    facts: SaleFacts
    taken: bool
    asker: Standing


def meal_facts(
    connection: Connection,
    *,
    order: Order,
    service_date: date,
    now: datetime,
    asker_id: int | None = None,
) -> Found:
    """Card, person, tags, price, menu, holiday, policies and earlier meals, in one round trip.

    With `asker_id` also what stands of the person who asks.
    """
    day = service_date
    by = "card" if order.card else "resident" if order.resident_id is not None else "guest"
    number, issue = order.card or ("", 0)
    since = min(day.replace(day=1), day - timedelta(days=day.weekday()))
    row = READ[by].one(
        connection,
        {
            "meal_id": order.meal_id,
            "device_id": order.device_id,
            "clerk_id": order.clerk_id,
            "asker_id": asker_id,
            "site_id": order.site_id,
            "period_code": order.period_code,
            "set_code": order.set_code,
            "service_date": day,
            "monday": day - timedelta(days=day.weekday()),
            "since": since,
            "year_since": min(day.replace(month=1, day=1), since),
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
        site_path=path_of(row.city, row.district, row.town),
        set_name=row.set_name,
        price_fen=row.price_fen,
        item_class=row.item_class or "set",
        site_traits=frozenset(row.traits.split()),
        device_known=bool(row.device_known),
        shift_required=bool(row.shift_required),
        shift_missing=bool(row.shift_missing),
        undo_seconds=row.undo_seconds,
        menu_published=bool(row.menu_published),
        menu_required=bool(row.menu_required),
        daily_card_limit_fen=row.daily_card_limit_fen,
        diner=diner,
        policies=newest_policies(connection, read_json_rows(row.versions)) if diner else (),
    )
    return Found(facts=facts, taken=bool(row.taken), asker=(row.asker, row.asker_roles))


def _diner(row: Any, zone: ZoneInfo) -> Diner:
    return Diner(
        resident_id=row.resident_id,
        name=row.name,
        gender=row.gender,
        birthday=as_date(row.birthday),
        status=row.status,
        ended_on=as_date(row.ended_on),
        tags=frozenset(tag for (tag,) in read_json_rows(row.tags)),
        hukou_path=path_of(row.hukou_city, row.hukou_district, row.hukou_town),
        residence_path=path_of(row.home_city, row.home_district, row.home_town),
        in_institution=bool(row.in_institution),
        registered_here=bool(row.registered_here),
        grid_node_id=row.unit_id,
        balance_fen=row.balance_fen or 0,
        turn=row.turn or 0,
        card_id=row.card_id,
        card_state=row.card_state,
        passes=frozenset((policy, code) for policy, code in read_json_rows(row.passes)),
        meals=tuple(past_meal(past, zone) for past in read_json_rows(row.meals)),
    )


def past_meal(past: list[Any], zone: ZoneInfo) -> PastMeal:
    """An earlier meal from its columns: id, day, period, paid, by what, extra, when, parts."""
    meal_id, day, period, paid_fen, paid_by, extra, created_at, parts = past
    instant = datetime.fromisoformat(created_at)
    if instant.tzinfo is None:  # SQLite keeps UTC without saying so
        instant = instant.replace(tzinfo=UTC)
    return PastMeal(
        meal_id=str(meal_id),
        service_date=date.fromisoformat(day),
        period_code=period,
        paid_fen=paid_fen,
        paid_by=paid_by,
        extra=bool(extra),
        local_at=instant.astimezone(zone).isoformat(timespec="minutes")[-11:-6],
        parts=_parts(parts),
    )


@lru_cache(maxsize=1024)
def _parts(text: str) -> tuple[tuple[str, str, str, int], ...]:
    """Who paid what, from the JSON that a meal keeps: a month of lunches mostly says the same."""
    parts = json.loads(text) if text else []
    return tuple((p["policy"], p["rule"], p["funder"], p["amount_fen"]) for p in parts)
