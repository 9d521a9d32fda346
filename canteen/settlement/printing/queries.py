"""Reading printers and slips: what is set, what waits, what went wrong, what a slip says."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from canteen.menus.queries import todays_dishes
from canteen.residents import diets
from canteen.residents.models import Resident
from canteen.settlement.models import Meal
from canteen.settlement.printing.models import Printer, Slip, SlipKind, SlipState, Tickets
from canteen.settlement.printing.papers import Facts, HeldLine
from canteen.settlement.tray_queries import lines_of
from canteen.settlement.trays import A_LA_CARTE
from canteen.sites.models import Device, MealPeriod, Site
from canteen.staff.models import Staff
from canteen.subsidies.queries import funder_names

UNATTENDED_AFTER = timedelta(seconds=30)
"""A worker looks for slips every second or so."""

_RECENT = timedelta(hours=12)


@dataclass(frozen=True)
class Standing:
    """A printer and how it does: `trouble` is a code of ``wording.TROUBLES``, "" for none."""

    printer: Printer
    counter: str
    """The name of the window it belongs to."""
    waiting: int
    trouble: str


def printer_of(session: Session, device_id: int) -> Printer | None:
    """A counter's printer, or None."""
    return session.get(Printer, device_id)


def standings(session: Session, *, site_id: int, now: datetime) -> dict[int, Standing]:
    """The printers of a site's counters by the counter's id."""
    waits = (Slip.device_id == Printer.device_id) & (
        Slip.state.in_((SlipState.WAITING, SlipState.PRINTING))
    )
    query = (
        select(Printer, Device.name, func.count(Slip.id), func.min(Slip.asked_at))
        .join(Device, Device.id == Printer.device_id)
        .outerjoin(Slip, waits)
        .where(Device.site_id == site_id, Device.retired_at.is_(None))
        .group_by(Printer.device_id, Device.name)
    )
    found = {}
    for printer, counter, waiting, oldest in session.execute(query):
        trouble = printer.trouble
        if not trouble and waiting and now - oldest > UNATTENDED_AFTER:
            trouble = "unattended"
        found[printer.device_id] = Standing(printer, counter, waiting, trouble)
    return found


def has_printers(session: Session, site_id: int) -> bool:
    """Whether any counter of a site has a printer."""
    query = select(Printer.device_id).join(Device, Device.id == Printer.device_id)
    return session.scalar(query.where(Device.site_id == site_id).limit(1)) is not None


def has_tickets(session: Session, site_id: int) -> bool:
    """Whether the kitchen of a site learns of takeaway meals from paper."""
    query = select(Printer.device_id).join(Device, Device.id == Printer.device_id)
    query = query.where(Device.site_id == site_id, Printer.tickets != Tickets.NONE)
    return session.scalar(query.limit(1)) is not None


@dataclass(frozen=True)
class FailedSlip:
    """A slip that a person should know of."""

    slip: Slip
    meal: Meal | None


def failed_slips(session: Session, *, device_id: int, now: datetime) -> Sequence[FailedSlip]:
    """What was given up, or is perhaps not on paper, in the last hours; newest first."""
    query = (
        select(Slip, Meal)
        .outerjoin(Meal, Meal.id == Slip.meal_id)
        .where(
            Slip.device_id == device_id,
            Slip.state.in_((SlipState.UNSURE, SlipState.GIVEN_UP)),
            Slip.ended_at >= now - _RECENT,
        )
        .order_by(Slip.id.desc())
        .limit(20)
    )
    return [FailedSlip(*row) for row in session.execute(query)]


def slips_of(session: Session, meal_id: UUID) -> Sequence[Slip]:
    """What was printed of a meal, in the order it was asked for."""
    return session.scalars(select(Slip).where(Slip.meal_id == meal_id).order_by(Slip.id)).all()


def number_of(session: Session, meal_id: UUID) -> int:
    """A meal's number in its period; 0 where nothing was printed of it."""
    return session.scalar(select(func.max(Slip.number)).where(Slip.meal_id == meal_id)) or 0


def facts_of(
    session: Session,
    *,
    meal_id: UUID,
    kind: SlipKind,
    copy: int = 0,
    number: int = 0,
    english: bool = False,
) -> Facts:
    """What a slip of a meal says. `english` chooses names; words come from the locale."""
    clerk, voider, manager = aliased(Staff), aliased(Staff), aliased(Staff)
    meal, site, device, served, voided, allowed, period, period_en = session.execute(
        select(
            Meal, Site, Device.name, clerk.name, voider.name, manager.name, MealPeriod.name,
            MealPeriod.name_en,
        )
        .join(Site, Site.id == Meal.site_id)
        .outerjoin(Device, Device.id == Meal.device_id)
        .outerjoin(clerk, clerk.id == Meal.created_by)
        .outerjoin(voider, voider.id == Meal.voided_by)
        .outerjoin(manager, manager.id == Meal.override_by)
        .outerjoin(
            MealPeriod,
            (MealPeriod.site_id == Meal.site_id) & (MealPeriod.code == Meal.period_code),
        )
        .where(Meal.id == meal_id)
    ).one()  # fmt: skip
    lines = [
        HeldLine(
            name=(line.name_en if english else "") or line.name,
            quantity=line.quantity,
            fen=line.quantity * line.unit_price_fen,
        )
        for line in lines_of(session, meal_id)
    ]
    ticket = kind is SlipKind.TICKET
    return Facts(
        site=(site.name_en if english else "") or site.name,
        phone=site.phone,
        time_zone=site.time_zone,
        device=device or "",
        meal=meal,
        period=(period_en if english else "") or period or "",
        number=number or number_of(session, meal_id),
        copy=copy,
        parts=_parts(session, meal, english),
        clerk=served or "",
        voided_by=voided or "",
        override_by=allowed or "",
        lines=lines,
        dishes=_dishes(session, meal, english) if ticket and meal.set_code != A_LA_CARTE else (),
        diets=_diets(session, meal, english) if ticket else (),
    )


def test_facts(session: Session, *, device_id: int, now: datetime) -> Facts:
    """What a test page says."""
    device = session.get_one(Device, device_id)
    site = session.get_one(Site, device.site_id)
    return Facts(site=site.name, time_zone=site.time_zone, device=device.name, now=now)


def _parts(session: Session, meal: Meal, english: bool) -> list[tuple[str, int]]:
    parts = json.loads(meal.parts or "[]")
    names = funder_names(session, {part["funder"] for part in parts})
    return [
        (names.get(part["funder"], (part["funder"],) * 2)[english], part["amount_fen"])
        for part in parts
        if part["amount_fen"]
    ]


def _dishes(session: Session, meal: Meal, english: bool) -> list[str]:
    return [
        (dish.name_en if english else "") or dish.name
        for dish in todays_dishes(
            session,
            site_id=meal.site_id,
            service_date=meal.service_date,
            period_code=meal.period_code,
        )
    ]


def _diets(session: Session, meal: Meal, english: bool) -> list[str]:
    if meal.resident_id is None:
        return []
    held = session.scalar(select(Resident.diets).where(Resident.id == meal.resident_id))
    return [diets.name_of(code)[english] for code in diets.split(held or "")]
