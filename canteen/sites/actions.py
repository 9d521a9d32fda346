"""Changing sites: their settings, its periods, sets, devices and holidays."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from canteen.foundation import audit
from canteen.foundation.calendar import seed_days
from canteen.foundation.database import broke, transaction
from canteen.foundation.wording import Refusal
from canteen.sites.models import CalendarDay, DayKind, Device, MealPeriod, MealSet, Site

Row = TypeVar("Row", MealPeriod, MealSet, Device)


def change_site(*, site_id: int, values: Mapping[str, Any], now: datetime, by: int) -> None:
    """Set names, place and limits of a site."""
    with transaction() as session:
        site = session.get_one(Site, site_id)
        for name, value in values.items():
            setattr(site, name, value)
        audit.record(
            session, at=now, staff_id=by, action="changed", subject="site", subject_id=site_id
        )


def save_period(
    *, site_id: int, period_id: int | None, values: Mapping[str, Any]
) -> Refusal | None:
    """Add a meal period or change one; its code never changes, meals carry it."""
    try:
        with transaction() as session:
            if period_id is None:
                session.add(MealPeriod(site_id=site_id, **values))
                return None
            period = _own(session.get_one(MealPeriod, period_id), site_id)
            for name, value in values.items():
                if name != "code":
                    setattr(period, name, value)
            return None
    except IntegrityError as error:
        if broke(
            error, "uq_meal_periods_site_id_code", "meal_periods.site_id", "meal_periods.code"
        ):
            return Refusal("period_code_taken", {"code": values["code"]})
        raise


def save_set(*, site_id: int, set_id: int | None, values: Mapping[str, Any]) -> Refusal | None:
    """Add a set or change one; meals already sold keep the price they had."""
    try:
        with transaction() as session:
            if set_id is None:
                session.add(MealSet(site_id=site_id, **values))
                return None
            meal_set = _own(session.get_one(MealSet, set_id), site_id)
            for name, value in values.items():
                setattr(meal_set, name, value)
            return None
    except IntegrityError as error:
        columns = ("meal_sets.site_id", "meal_sets.period_code", "meal_sets.code")
        if broke(error, "uq_meal_sets_site_id_period_code_code", *columns):
            return Refusal("set_code_taken", {"code": values["code"]})
        raise


def add_device(*, site_id: int, name: str, now: datetime) -> Refusal | None:
    """Name a new counter."""
    try:
        with transaction() as session:
            session.add(Device(site_id=site_id, name=name, created_at=now))
            return None
    except IntegrityError as error:
        if broke(error, "uq_devices_site_id_name", "devices.site_id", "devices.name"):
            return Refusal("device_name_taken", {"name": name})
        raise


def retire_device(*, site_id: int, device_id: int, now: datetime) -> None:
    """Take a counter out of use; meals settled at it keep its name. Harmless twice."""
    with transaction() as session:
        device = _own(session.get_one(Device, device_id), site_id)
        device.retired_at = device.retired_at or now


def seed_calendar(year: int) -> bool:
    """Fill a year from the State Council's arrangement; days already settled stay.

    Returns False where the year is not announced yet: only weekends are known then.
    """
    known = seed_days(year)
    with transaction() as session:
        for entry in known.days:
            if entry.kind in (DayKind.HOLIDAY, DayKind.MAKEUP_WORKDAY) and not session.get(
                CalendarDay, entry.date
            ):
                session.add(CalendarDay(day=entry.date, kind=entry.kind, name=entry.name_zh))
    return known.announced


def set_day(*, day: date, kind: DayKind | None, name: str, now: datetime, by: int) -> None:
    """Say what a day is; None gives it back to its weekday."""
    with transaction() as session:
        session.execute(delete(CalendarDay).where(CalendarDay.day == day))
        if kind is not None:
            session.add(CalendarDay(day=day, kind=kind, name=name))
        audit.record(
            session,
            at=now,
            staff_id=by,
            action="set_day",
            subject="calendar",
            subject_id=day.isoformat(),
            note=kind or "",
        )


def _own(row: Row, site_id: int) -> Row:
    if row.site_id != site_id:
        raise LookupError(f"{row!r} belongs to another site")
    return row
