"""Taking back what was booked, inside the caller's transaction: whole meals, parts, one transfer.

Nothing is edited: a reversal names the transfer it takes back, which can be taken back once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, func, insert, literal, select
from sqlalchemy.orm import Session, aliased

from canteen.ledger.booking import (
    FUNDED,
    NOTE_LENGTH,
    POLICY_LENGTH,
    WITHDRAWN,
    Movement,
    Occasion,
    book,
    cash,
    change_wallet,
    funder,
    revenue,
)
from canteen.ledger.models import Account, Transfer, TransferKind
from canteen.ledger.shifts.finding import (
    no_shift_for_cash,
    open_shift,
    shared_after,
    still_open,
)


def reverse_meal(
    session: Session,
    *,
    meal_id: UUID,
    now: datetime,
    by: int | None,
    note: str,
    till: bool = True,
    as_then: bool = False,
) -> int:
    """Give back everything a meal moved; what the wallet got back, in fen.

    Harmless twice: a transfer can be reversed once, and a reversal never is. `till`: cash goes
    back over a counter, and belongs to the shift there. `as_then`: it went back at once, and is
    told only now.
    """
    back_fen = 0
    for row in _standing(session, Transfer.meal_id == meal_id):
        _give_back(session, row, now=now, by=by, note=note, till=till, as_then=as_then)
        if row.resident_id is not None:
            change_wallet(session, resident_id=row.resident_id, change_fen=row.amount_fen)
            back_fen += row.amount_fen
    return back_fen


def no_shift_to_give_back(session: Session, *, by: int, site_id: int, **of: Any) -> bool:
    """Whether cash of some transfers would be given back outside any shift, where a site's cash
    passes in an open one only. `of`: columns of a transfer and their values.
    """
    box = select(Account.id).where(Account.code == cash(site_id)).scalar_subquery()
    conditions = [getattr(Transfer, name) == value for name, value in of.items()]
    back = _standing(session, Transfer.debit_account_id == box, *conditions)
    return any(
        no_shift_for_cash(session, site_id=row.site_id, device_id=None, by=by, back_to=row.shift_id)
        for row in back
    )


def carry_instead(
    session: Session, *, meal_id: UUID, carrier: str, now: datetime, by: int | None, note: str
) -> None:
    """Give funders back what they paid of a meal, and let the funder `carrier` pay it.

    The meal is still paid whole: each part of its price is booked again, its policy marked
    `WITHDRAWN`. What the canteen earned beside the price is given back and nobody's. The
    carrier's own parts stay. The caller holds the meal: nobody else reverses it meanwhile.
    """
    own = funder(carrier)
    for row in _standing(session, Transfer.meal_id == meal_id, Transfer.kind.in_(FUNDED)):
        if row.code == own:
            continue
        _give_back(session, row, now=now, by=by, note=note)
        if row.kind == TransferKind.OPERATOR_GRANT:
            continue
        movement = Movement(
            debit=own,
            credit=revenue(row.site_id),
            amount_fen=row.amount_fen,
            kind=TransferKind(row.kind),
            policy=f"{WITHDRAWN}{row.policy}"[:POLICY_LENGTH],
            note=note[:NOTE_LENGTH],
        )
        occasion = Occasion(
            site_id=row.site_id, service_date=row.service_date, now=now, by=by, meal_id=meal_id
        )
        book(session, [movement], occasion)


def reverse_transfer(
    session: Session,
    *,
    transfer_id: int,
    now: datetime,
    by: int | None,
    note: str,
    till: bool = False,
) -> bool:
    """Take one transfer back that touches no wallet; False when it was taken back before.

    `till`: cash goes back over a counter, and belongs to the shift there.
    """
    for row in _standing(session, Transfer.id == transfer_id):
        _give_back(session, row, now=now, by=by, note=note, till=till)
        return True
    return False


def _standing(session: Session, *conditions: Any) -> Sequence[Any]:
    """Transfers that are no reversals and have none, with the account they debit, by id."""
    reversal = aliased(Transfer)
    query = (
        select(
            Transfer.id,
            Transfer.debit_account_id,
            Transfer.credit_account_id,
            Transfer.amount_fen,
            Transfer.kind,
            Transfer.site_id,
            Transfer.service_date,
            Transfer.meal_id,
            Transfer.policy,
            Transfer.shift_id,
            Account.code,
            Account.resident_id,
        )
        .join(Account, Account.id == Transfer.debit_account_id)
        .outerjoin(reversal, reversal.reverses_id == Transfer.id)
        .where(Transfer.kind != TransferKind.REVERSAL, reversal.id.is_(None), *conditions)
        .order_by(Transfer.id)
    )
    return session.execute(query).all()


def _give_back(
    session: Session,
    row: Any,
    *,
    now: datetime,
    by: int | None,
    note: str,
    till: bool = False,
    as_then: bool = False,
) -> None:
    """A reversal in the shift of what it takes back; where that is closed, in the one of `by`,
    or in the shared one that is open at the same counter. `as_then`: in its own, closed or not."""
    first = literal(row.shift_id, Integer())
    mine = open_shift(literal(row.site_id), literal(None, Integer()), literal(by, Integer()))
    found = (still_open(first), mine, shared_after(first))
    shift = func.coalesce(*(each.scalar_subquery() for each in found)) if till else None
    session.execute(
        insert(Transfer).values(
            debit_account_id=row.credit_account_id,
            credit_account_id=row.debit_account_id,
            amount_fen=row.amount_fen,
            kind=TransferKind.REVERSAL,
            site_id=row.site_id,
            service_date=row.service_date,
            meal_id=row.meal_id,
            policy=row.policy,
            reverses_id=row.id,
            note=note[:NOTE_LENGTH],
            created_by=by,
            created_at=now,
            shift_id=row.shift_id if as_then else shift,
        )
    )
