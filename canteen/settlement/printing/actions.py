"""Setting printers up, and the life of a slip: asked for, taken, printed or given up."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.database import db, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.settlement.models import Meal
from canteen.settlement.printing.models import Printer, Slip, SlipKind, SlipState
from canteen.settlement.printing.rules import TOO_OLD, is_due, next_try

KEPT_FOR = timedelta(days=7)
"""Slips are errands, not records: what a meal was stays with the meal."""

LOST_AFTER = timedelta(seconds=60)
"""A slip that is "printing" for longer has lost its worker."""


def save_printer(*, device_id: int, values: Mapping[str, Any], now: datetime, by: int) -> None:
    """Set a counter's printer, or change it. What was waiting for the old one is dropped."""
    with transaction() as session:
        printer = session.get(Printer, device_id)
        if printer is None:
            printer = Printer(device_id=device_id, trouble="")
            session.add(printer)
        for name, value in values.items():
            setattr(printer, name, value)
        printer.since, printer.trouble, printer.trouble_at = now, "", None
        _drop_waiting(session, device_id)
        _record(session, device_id, "set_printer", now=now, by=by)


def remove_printer(*, device_id: int, now: datetime, by: int) -> None:
    """Print no more at a counter. Harmless twice."""
    with transaction() as session:
        _drop_waiting(session, device_id)
        session.execute(delete(Printer).where(Printer.device_id == device_id))
        _record(session, device_id, "removed_printer", now=now, by=by)


@retried
def ask_test_page(*, device_id: int, now: datetime, by: int) -> Refusal | None:
    """Print a test page; one that waits already is enough."""
    with transaction() as session:
        if session.get(Printer, device_id) is None:
            return Refusal("printer_unknown")
        waits = select(Slip.id).where(
            Slip.device_id == device_id,
            Slip.kind == SlipKind.TEST,
            Slip.state == SlipState.WAITING,
        )
        if session.scalar(waits.limit(1)) is None:
            session.add(new_slip(device_id, None, SlipKind.TEST, now=now, by=by))
    return None


@retried
def ask_reprint(*, meal_id: UUID, device_id: int, now: datetime, by: int) -> Refusal | None:
    """Print a meal's receipt once more, or of a voided meal its void slip; marked as a reprint
    if there was one before.

    Asked again while one waits, the one is enough.
    """
    with transaction() as session:
        if session.get(Printer, device_id) is None:
            return Refusal("printer_unknown")
        meal = session.get_one(Meal, meal_id)
        kind = SlipKind.VOID if meal.voided_at else SlipKind.RECEIPT
        known = session.scalars(
            select(Slip).where(Slip.meal_id == meal_id, Slip.kind == kind)
        ).all()
        waiting = [slip for slip in known if slip.state == SlipState.WAITING]
        if any(slip.device_id == device_id for slip in waiting):
            return None
        number = session.scalar(select(func.max(Slip.number)).where(Slip.meal_id == meal_id)) or 0
        copy = max((slip.copy + 1 for slip in known), default=0)
        session.add(new_slip(device_id, meal_id, kind, now=now, by=by, copy=copy, number=number))
    return None


def take_next(*, device_id: int, now: datetime) -> Slip | None:
    """A printer's oldest waiting slip, if its time has come; it is ours alone then.

    Slips print in order: one that is to be tried again later holds up those behind it.
    """
    _give_up_late(device_id, now=now)
    reading = db.session()
    query = select(Slip.id, Slip.next_try_at).where(
        Slip.device_id == device_id, Slip.state == SlipState.WAITING
    )
    head = reading.execute(query.order_by(Slip.id).limit(1)).first()
    reading.rollback()
    if head is None or not is_due(head.next_try_at, now):
        return None
    with transaction() as session:
        row = session.execute(
            update(Slip)
            .where(Slip.id == head.id, Slip.state == SlipState.WAITING)
            .values(state=SlipState.PRINTING, tries=Slip.tries + 1, next_try_at=now)
            .returning(Slip.id)
            .execution_options(synchronize_session=False)
        ).first()
    return db.session().get(Slip, head.id) if row else None


def printed(slip: Slip, *, now: datetime) -> None:
    """It is on paper; it is never printed again by itself."""
    _settle(slip, trouble="", now=now, state=SlipState.PRINTED, ended_at=now, problem="")


def not_sent(slip: Slip, *, trouble: str, now: datetime) -> None:
    """Nothing reached the printer: again later, or given up when it is too late for that."""
    again = next_try(tries=slip.tries, asked_at=slip.asked_at, now=now)
    values: dict[str, Any] = (
        {"state": SlipState.GIVEN_UP, "ended_at": now}
        if again is None
        else {"state": SlipState.WAITING, "next_try_at": again}
    )
    _settle(slip, trouble=trouble, now=now, problem=trouble, **values)


def broke_off(slip: Slip, *, now: datetime) -> None:
    """Something reached the printer, perhaps all. Never tried again: a person looks."""
    values = {"state": SlipState.UNSURE, "ended_at": now, "problem": "broke_off"}
    _settle(slip, trouble="broke_off", now=now, **values)


def tidy(*, now: datetime) -> None:
    """Slips whose worker died in the middle are for a person to look at; old ones go."""
    long_ago = or_(Slip.next_try_at < now - LOST_AFTER, Slip.next_try_at > now + LOST_AFTER)
    lost = and_(Slip.state == SlipState.PRINTING, long_ago)  # or the clock was set back since
    old = and_(Slip.ended_at.is_not(None), Slip.ended_at < now - KEPT_FOR)
    reading = db.session()
    found = reading.scalar(select(Slip.id).where(or_(lost, old)).limit(1))
    reading.rollback()
    if found is None:
        return
    with transaction() as session:
        session.execute(
            update(Slip)
            .where(lost)
            .values(state=SlipState.UNSURE, problem="broke_off", ended_at=now)
            .execution_options(synchronize_session=False)
        )
        session.execute(delete(Slip).where(old))


def new_slip(
    device_id: int,
    meal_id: UUID | None,
    kind: SlipKind,
    *,
    now: datetime,
    by: int | None,
    copy: int = 0,
    number: int = 0,
) -> Slip:
    return Slip(
        device_id=device_id,
        meal_id=meal_id,
        kind=kind,
        copy=copy,
        number=number,
        asked_by=by,
        asked_at=now,
        next_try_at=now,
    )


@retried
def _settle(slip: Slip, *, trouble: str, now: datetime, **values: Any) -> None:
    """Write how a try ended, and how the printer does."""
    word = {"trouble": trouble, "trouble_at": now} if trouble else {"printed_at": now}
    with transaction() as session:
        session.execute(
            update(Slip)
            .where(Slip.id == slip.id, Slip.state == SlipState.PRINTING)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(Printer)
            .where(Printer.device_id == slip.device_id)
            .values(**{"trouble": "", **word})
            .execution_options(synchronize_session=False)
        )


@retried
def _give_up_late(device_id: int, *, now: datetime) -> None:
    late = and_(
        Slip.device_id == device_id,
        Slip.state == SlipState.WAITING,
        Slip.asked_at < now - TOO_OLD,
    )
    reading = db.session()
    found = reading.scalar(select(Slip.id).where(late).limit(1))
    reading.rollback()
    if found is None:  # most times: do not queue to write
        return
    with transaction() as session:
        session.execute(
            update(Slip)
            .where(late)
            .values(state=SlipState.GIVEN_UP, problem="late", ended_at=now)
            .execution_options(synchronize_session=False)
        )


def _drop_waiting(session: Session, device_id: int) -> None:
    session.execute(
        delete(Slip)
        .where(Slip.device_id == device_id, Slip.state == SlipState.WAITING)
        .execution_options(synchronize_session=False)
    )


def _record(session: Session, device_id: int, action: str, *, now: datetime, by: int) -> None:
    audit.record(
        session, at=now, staff_id=by, action=action, subject="device", subject_id=device_id
    )
