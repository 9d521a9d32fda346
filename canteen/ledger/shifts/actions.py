"""Opening a shift, moving cash between its drawer and the bank, closing it. Each once."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.money import yuan
from canteen.foundation.wording import Refusal
from canteen.ledger.booking import NOTE_LENGTH, Movement, Occasion, bank, book, cash, difference
from canteen.ledger.models import Transfer, TransferKind
from canteen.ledger.shifts.models import Shift
from canteen.ledger.shifts.queries import drawer_fen, last_booking_at, shifts_open_at
from canteen.ledger.shifts.rules import Count, check_closing
from canteen.sites.models import Device, Site


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Somebody starts at a counter. `request_id` was made with the form: sent twice, it is one."""

    site_id: int
    device_id: int
    by: int
    count: Count
    request_id: UUID


class Way(StrEnum):
    """Which way cash goes: fetched into the drawer, or brought to the bank."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, kw_only=True)
class CashMove:
    """Cash between a drawer and the bank, and why. `request_id` was made with the form."""

    shift_id: int
    way: Way
    amount_fen: int
    reason: str
    request_id: UUID
    service_date: date
    by: int


@dataclass(frozen=True, kw_only=True)
class Closing:
    """A counted drawer, and why it is off if it is."""

    shift_id: int
    count: Count
    reason: str
    service_date: date
    by: int


@dataclass(frozen=True)
class Closed:
    """A shift as it was closed. `repeat` marks a close that came after the first."""

    shift_id: int
    difference_fen: int
    repeat: bool = False


@retried
def open_shift(opening: Opening, *, now: datetime) -> int | Refusal:
    """Open a shift; its id. The same form again, or a second opening of one's own: the first.

    Whether it is shared is the site's setting. Codes: device_unknown; shift_open_here (`device`):
    somebody else's shift is open where one is shared, or a shared one where each has their own.
    """
    try:
        with transaction() as session:
            return _open(session, opening, now)
    except IntegrityError as error:
        if not _opened_twice(error):
            raise
    with transaction() as session:  # pressed twice, or two at one counter in the same moment
        return _open(session, opening, now)


@retried
def move_cash(move: CashMove, *, now: datetime) -> Refusal | None:
    """Book cash that was fetched or brought to the bank; the same form twice is one.

    Codes: amount_not_positive, cash_reason_missing, shift_closed, cash_over_drawer (`drawer` in
    yuan), request_reused.
    """
    if move.amount_fen <= 0:
        return Refusal("amount_not_positive")
    if not move.reason.strip():
        return Refusal("cash_reason_missing")
    try:
        with transaction() as session:
            return _move(session, move, now)
    except IntegrityError as error:
        if broke(error, "uq_transfers_request_id", "transfers.request_id"):
            return None  # the same form, sent twice at once: the other one is booked
        raise


@retried
def close_shift(closing: Closing, *, now: datetime) -> Closed | Refusal:
    """Close a shift and book what the drawer is off by. The second close hears of the first.

    Sales that began before are counted; later ones are not in the shift. Codes: shift_short,
    shift_over (`expected`, `counted`, `off`): the drawer is off and no reason was given.
    """
    with transaction() as session:
        shift = _held(session, closing.shift_id)
        if shift.closed_at is not None:
            return Closed(shift.id, shift.difference_fen or 0, repeat=True)
        expected_fen = drawer_fen(session, shift)
        refusal = check_closing(
            expected_fen=expected_fen, counted_fen=closing.count.total_fen, reason=closing.reason
        )
        if refusal:
            return refusal
        off_fen = closing.count.total_fen - expected_fen
        if off_fen:
            _book_difference(session, shift, off_fen, closing, now)
        # A sale that this close waited for may have looked at the clock later, and the clock may
        # have been set back since the shift began.
        shift.closed_at = max(now, shift.opened_at, last_booking_at(session, shift) or now)
        shift.closed_by = closing.by
        shift.expected_fen, shift.counted_fen = expected_fen, closing.count.total_fen
        shift.counted_pieces = closing.count.text
        shift.difference_reason = closing.reason.strip()[:200] if off_fen else ""
        audit.record(
            session, at=now, staff_id=closing.by, action="closed", subject="shift",
            subject_id=shift.id, note=f"{yuan(off_fen)} {shift.difference_reason}".strip(),
        )  # fmt: skip
        return Closed(shift.id, off_fen)


def _open(session: Session, opening: Opening, now: datetime) -> int | Refusal:
    device = session.get(Device, opening.device_id)
    if device is None or device.site_id != opening.site_id or device.retired_at is not None:
        return Refusal("device_unknown")
    same = select(Shift).where(Shift.request_id == opening.request_id)
    first = session.scalars(same).one_or_none()
    if first is not None:
        return first.id
    shared = session.get_one(Site, opening.site_id).shared_shifts
    for other in shifts_open_at(session, device_id=device.id):
        if other.opened_by == opening.by or (other.shared and shared):
            return other.id
        if other.shared or shared:
            return Refusal("shift_open_here", {"device": device.name})
    shift = Shift(
        site_id=opening.site_id,
        device_id=device.id,
        opened_by=opening.by,
        opened_at=now,
        shared=shared,
        float_fen=opening.count.total_fen,
        float_pieces=opening.count.text,
        request_id=opening.request_id,
    )
    session.add(shift)
    session.flush()
    return shift.id


def _move(session: Session, move: CashMove, now: datetime) -> Refusal | None:
    shift = _held(session, move.shift_id)
    goes_in = move.way is Way.IN
    kind = TransferKind.CASH_IN if goes_in else TransferKind.CASH_OUT
    first = session.scalars(
        select(Transfer).where(Transfer.request_id == move.request_id)
    ).one_or_none()
    if first is not None:
        same = (first.shift_id, first.kind, first.amount_fen) == (shift.id, kind, move.amount_fen)
        return None if same else Refusal("request_reused")
    if shift.closed_at is not None:
        return Refusal("shift_closed")
    held_fen = drawer_fen(session, shift)
    if not goes_in and move.amount_fen > held_fen:
        return Refusal("cash_over_drawer", {"drawer": yuan(max(0, held_fen))})
    box, account = cash(shift.site_id), bank(shift.site_id)
    movement = Movement(
        debit=box if goes_in else account,
        credit=account if goes_in else box,
        amount_fen=move.amount_fen,
        kind=kind,
        note=move.reason.strip()[:NOTE_LENGTH],
    )
    occasion = Occasion(
        site_id=shift.site_id,
        service_date=move.service_date,
        now=now,
        by=move.by,
        request_id=move.request_id,
        shift_id=shift.id,
    )
    book(session, [movement], occasion)
    return None


def _book_difference(
    session: Session, shift: Shift, off_fen: int, closing: Closing, now: datetime
) -> None:
    box, off = cash(shift.site_id), difference(shift.site_id)
    movement = Movement(
        debit=box if off_fen > 0 else off,
        credit=off if off_fen > 0 else box,
        amount_fen=abs(off_fen),
        kind=TransferKind.DIFFERENCE,
        note=closing.reason.strip()[:NOTE_LENGTH],
    )
    occasion = Occasion(
        site_id=shift.site_id,
        service_date=closing.service_date,
        now=now,
        by=closing.by,
        shift_id=shift.id,
    )
    book(session, [movement], occasion)


def _held(session: Session, shift_id: int) -> Shift:
    """A shift that nobody else closes, and no sale enters, until the transaction ends."""
    query = select(Shift).where(Shift.id == shift_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _opened_twice(error: IntegrityError) -> bool:
    return (
        broke(error, "uq_shifts_one_open_each", "shifts.device_id", "shifts.opened_by")
        or broke(error, "uq_shifts_one_shared", "shifts.device_id")
        or broke(error, "uq_shifts_request_id", "shifts.request_id")
    )
