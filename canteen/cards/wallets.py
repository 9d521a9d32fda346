"""Cash into a wallet and out of it again."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.cards.rules import check_refund, check_top_up
from canteen.foundation import audit
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger.booking import Movement, Occasion, book, cash, change_wallet, wallet
from canteen.ledger.models import Account, Transfer, TransferKind
from canteen.residents.models import Resident, Status
from canteen.sites.models import Site

TRIES = 5


@dataclass(frozen=True, kw_only=True)
class CashOrder:
    """Cash handed over a counter. `request_id` was made with the form: sent twice, it is one."""

    resident_id: int
    amount_fen: int
    request_id: UUID
    site_id: int
    service_date: date
    by: int
    reason: str = ""


@dataclass(frozen=True)
class CashReceipt:
    """What was booked, and what the wallet holds now. `repeat` marks a second answer."""

    amount_fen: int
    balance_fen: int
    repeat: bool = False


def top_up(order: CashOrder, *, now: datetime) -> CashReceipt | Refusal:
    """Take cash and add it to a wallet. Raises NoResultFound for an unknown person.

    Codes: amount_not_positive; top_up_over_limit (`limit`, `balance`, `room` in yuan);
    wallet_holder_ended; request_reused.
    """
    return _once(order, TransferKind.TOP_UP, now)


def refund(order: CashOrder, *, now: datetime) -> CashReceipt | Refusal:
    """Give cash back out of a wallet, with a reason: what came as cash goes back as cash.

    Codes: amount_not_positive; refund_over_balance (`balance` in yuan); refund_reason_missing;
    request_reused.
    """
    if not order.reason.strip():
        return Refusal("refund_reason_missing")
    return _once(order, TransferKind.REFUND, now)


@retried
def _once(order: CashOrder, kind: TransferKind, now: datetime) -> CashReceipt | Refusal:
    for _attempt in range(TRIES):
        try:
            with transaction() as session:
                earlier = _earlier(session, order, kind)
                if earlier is not None:
                    return earlier
                refusal = _refusal(session, order, kind)
                if refusal is not None:
                    return refusal
                balance = _move(session, order, kind, now)
                if balance is not None:
                    return CashReceipt(order.amount_fen, balance)
                session.rollback()  # somebody else changed the wallet: decide anew
        except IntegrityError as error:
            if not broke(error, "uq_transfers_request_id", "transfers.request_id"):
                raise
    return Refusal("wallet_busy")


def _earlier(
    session: Session, order: CashOrder, kind: TransferKind
) -> CashReceipt | Refusal | None:
    """The answer to the same request sent before, if it was."""
    first = session.scalars(
        select(Transfer).where(Transfer.request_id == order.request_id)
    ).one_or_none()
    if first is None:
        return None
    account = _wallet(session, order.resident_id)
    same = (
        first.kind == kind
        and first.amount_fen == order.amount_fen
        and account.id in (first.debit_account_id, first.credit_account_id)
    )
    if not same:
        return Refusal("request_reused")
    return CashReceipt(first.amount_fen, account.balance_fen or 0, repeat=True)


def _refusal(session: Session, order: CashOrder, kind: TransferKind) -> Refusal | None:
    balance_fen = _wallet(session, order.resident_id).balance_fen or 0
    if kind is TransferKind.REFUND:
        return check_refund(amount_fen=order.amount_fen, balance_fen=balance_fen)
    if session.get_one(Resident, order.resident_id).status != Status.ACTIVE:
        return Refusal("wallet_holder_ended")
    limit_fen = session.get_one(Site, order.site_id).balance_limit_fen
    return check_top_up(amount_fen=order.amount_fen, balance_fen=balance_fen, limit_fen=limit_fen)


def _move(session: Session, order: CashOrder, kind: TransferKind, now: datetime) -> int | None:
    """Book it; the balance after, or None if a sale meanwhile took what was to be paid out."""
    mine, box = wallet(order.resident_id), cash(order.site_id)
    refunding = kind is TransferKind.REFUND
    balance = change_wallet(
        session,
        resident_id=order.resident_id,
        change_fen=-order.amount_fen if refunding else order.amount_fen,
        at_most_fen=None if refunding else session.get_one(Site, order.site_id).balance_limit_fen,
    )
    if balance is None:
        return None
    movement = Movement(
        debit=mine if refunding else box,
        credit=box if refunding else mine,
        amount_fen=order.amount_fen,
        kind=kind,
        note=order.reason.strip()[:200],
    )
    occasion = Occasion(
        site_id=order.site_id,
        service_date=order.service_date,
        now=now,
        by=order.by,
        request_id=order.request_id,
    )
    book(session, [movement], occasion)
    if refunding:
        audit.record(
            session,
            at=now,
            staff_id=order.by,
            action="refunded_wallet",
            subject="resident",
            subject_id=order.resident_id,
            note=order.reason,
        )
    return balance


def _wallet(session: Session, resident_id: int) -> Account:
    return session.scalars(select(Account).where(Account.resident_id == resident_id)).one()
