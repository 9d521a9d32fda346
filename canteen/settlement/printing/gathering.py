"""Finding what should be on paper: meals and voids of counters with a printer, without a slip."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation.calendar import service_date
from canteen.foundation.database import broke, db, transaction
from canteen.settlement.models import Channel, Meal
from canteen.settlement.offline.models import OfflineMeal
from canteen.settlement.offline.rules import CLOCK_WRONG
from canteen.settlement.printing.actions import new_slip
from canteen.settlement.printing.models import Printer, Slip, SlipKind, Tickets
from canteen.settlement.printing.rules import TOO_OLD
from canteen.sites.models import Device, Site


def gather(*, now: datetime) -> int:
    """Write slips for meals and voids that have none yet; how many were written.

    Reads only, on most calls. Two workers at once find the same meals, and the constraint on
    slips lets one of them write.
    """
    reading = db.session()
    wanted = [
        found
        for printer, site_id, zone in _printers(reading)
        for found in _wanted(reading, printer, site_id, zone, now)
    ]
    reading.rollback()
    if not wanted:
        return 0
    wanted.sort(key=lambda found: (found.at, found.device_id))
    try:
        with transaction() as session:
            numbers: dict[UUID, int] = {}
            for found in wanted:
                if found.meal_id not in numbers:
                    numbers[found.meal_id] = _number(session, found.meal_id)
                session.add(
                    new_slip(
                        found.device_id, found.meal_id, found.kind, now=now, by=None,
                        number=numbers[found.meal_id],
                    )
                )  # fmt: skip
                session.flush()
    except IntegrityError as error:
        columns = ("slips.meal_id", "slips.device_id", "slips.kind", "slips.copy")
        if not broke(error, "uq_slips_meal_id_device_id_kind_copy", *columns):
            raise
        return 0
    return len(wanted)


@dataclass(frozen=True)
class _Wanted:
    """A slip that should be: `at` is when the reason for it arose."""

    device_id: int
    meal_id: UUID
    kind: SlipKind
    at: datetime


def _printers(session: Session) -> list[tuple[Printer, int, str]]:
    query = (
        select(Printer, Device.site_id, Site.time_zone)
        .join(Device, Device.id == Printer.device_id)
        .join(Site, Site.id == Device.site_id)
        .where(Device.retired_at.is_(None))
    )
    return [(printer, site_id, zone) for printer, site_id, zone in session.execute(query)]


def _wanted(
    session: Session, printer: Printer, site_id: int, zone: str, now: datetime
) -> list[_Wanted]:
    """What a printer should print of the last minutes and has no slip of."""
    since = now - TOO_OLD
    if printer.since <= now:  # else the clock was set back since it was set up
        since = max(printer.since, since)
    here = and_(
        Meal.site_id == site_id,
        Meal.service_date.in_({service_date(since, zone), service_date(now, zone)}),
    )
    own = Meal.device_id == printer.device_id
    takeaway = Meal.channel == Channel.TAKEAWAY
    found: list[_Wanted] = []
    if printer.receipts:
        found += _without(session, printer, SlipKind.RECEIPT, here, own, since, Meal.created_at)
        found += _without(session, printer, SlipKind.VOID, here, own, since, Meal.voided_at)
    if printer.tickets != Tickets.NONE:
        whose = and_(takeaway, own) if printer.tickets == Tickets.OWN else takeaway
        found += _without(session, printer, SlipKind.TICKET, here, whose, since, Meal.created_at)
        told = and_(whose, _has(printer.device_id, SlipKind.TICKET))
        found += _without(session, printer, SlipKind.CANCEL, here, told, since, Meal.voided_at)
    return found


def _without(
    session: Session, printer: Printer, kind: SlipKind, here: Any, whose: Any, since: Any, at: Any
) -> list[_Wanted]:
    query = (
        select(Meal.id, at)
        .where(here, whose, at >= since, ~_has(printer.device_id, kind))
        .where(~_is_late(kind, since))
        .order_by(at)
        .limit(200)
    )
    if kind is SlipKind.TICKET:
        query = query.where(Meal.voided_at.is_(None))
    return [
        _Wanted(printer.device_id, meal_id, kind, when) for meal_id, when in session.execute(query)
    ]


def _has(device_id: int, kind: SlipKind) -> Any:
    return exists(
        select(Slip.id).where(
            Slip.meal_id == Meal.id, Slip.device_id == device_id, Slip.kind == kind
        )
    )


def _is_late(kind: SlipKind, since: datetime) -> Any:
    """Told after a time without network. The food was handed out long ago, or the device has no
    clock to tell when; or it was taken back before it was told. The diner is gone."""
    why = OfflineMeal.received_at == Meal.voided_at
    if kind in (SlipKind.RECEIPT, SlipKind.TICKET):
        why = or_(why, OfflineMeal.device_at < since, OfflineMeal.reason == CLOCK_WRONG)
    return exists(select(OfflineMeal.meal_id).where(OfflineMeal.meal_id == Meal.id, why))


def _number(session: Session, meal_id: UUID) -> int:
    """The number a meal has, or the next one of its period at the site."""
    known = session.scalar(select(func.max(Slip.number)).where(Slip.meal_id == meal_id))
    if known:
        return known
    meal = session.get_one(Meal, meal_id)
    last = session.scalar(
        select(func.max(Slip.number))
        .join(Meal, Meal.id == Slip.meal_id)
        .where(
            Meal.site_id == meal.site_id,
            Meal.service_date == meal.service_date,
            Meal.period_code == meal.period_code,
        )
    )
    return (last or 0) + 1
