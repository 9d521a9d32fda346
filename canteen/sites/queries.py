"""Reading sites: periods, sets, devices, the calendar."""

from collections.abc import Sequence
from datetime import date, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.sites.models import CalendarDay, DayKind, Device, MealPeriod, MealSet, Site

_OFF = {DayKind.WEEKEND, DayKind.HOLIDAY}


def by_code(session: Session, code: str) -> Site | None:
    """A site by its code, or None."""
    return session.scalars(select(Site).where(Site.code == code)).one_or_none()


def periods(session: Session, site_id: int) -> Sequence[MealPeriod]:
    """The meals of the day at a site, in the order of the day."""
    query = select(MealPeriod).where(MealPeriod.site_id == site_id)
    return session.scalars(query.order_by(MealPeriod.position, MealPeriod.id)).all()


def meal_sets(session: Session, site_id: int, *, active_only: bool = True) -> Sequence[MealSet]:
    """The sets of a site by period and position; the first of a period is its default."""
    query = select(MealSet).where(MealSet.site_id == site_id)
    if active_only:
        query = query.where(MealSet.active)
    return session.scalars(query.order_by(MealSet.period_code, MealSet.position, MealSet.id)).all()


def english_set_names(session: Session) -> dict[str, str]:
    """English names of sets by their Chinese one: a meal keeps the name it was sold under."""
    query = select(MealSet.name, MealSet.name_en).where(MealSet.name_en != "")
    return {row.name: row.name_en for row in session.execute(query)}


def devices(session: Session, site_id: int) -> Sequence[Device]:
    """The counters in use at a site."""
    query = select(Device).where(Device.site_id == site_id, Device.retired_at.is_(None))
    return session.scalars(query.order_by(Device.id)).all()


def site_of_device(session: Session, device_id: int) -> int | None:
    """The site that a counter belongs to, in use or retired; None for no counter."""
    return session.scalar(select(Device.site_id).where(Device.id == device_id))


def calendar_rows(session: Session, year: int) -> Sequence[CalendarDay]:
    """The days of a year that an administrator has settled."""
    query = select(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    return session.scalars(query.order_by(CalendarDay.day)).all()


def day_kind(session: Session, day: date) -> DayKind:
    """What a day is: its row if there is one, else by the weekday."""
    row = session.get(CalendarDay, day)
    if row is not None:
        return DayKind(row.kind)
    return DayKind.WEEKEND if day.isoweekday() > 5 else DayKind.WORKDAY


def is_workday(kind: DayKind) -> bool:
    """Whether offices work on such a day; a make-up Saturday is one."""
    return kind not in _OFF


def period_at(periods_of_day: Sequence[MealPeriod], local: time) -> MealPeriod | None:
    """The period being served at a local time, else the next one, else the day's last.

    A tray that comes ten minutes before opening belongs to the meal about to be served.
    """
    if not periods_of_day:
        return None
    in_order = sorted(periods_of_day, key=lambda period: period.starts)
    return next((period for period in in_order if local <= period.ends), in_order[-1])
