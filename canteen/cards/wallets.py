"""Cash into a wallet and out of it again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.cards.bonuses import bonus_for, policy_of, wallet_story
from canteen.cards.rules import check_refund, check_top_up
from canteen.foundation import audit
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger.booking import Movement, Occasion, book, cash, change_wallet, funder, wallet
from canteen.ledger.models import Account, Transfer, TransferKind
from canteen.ledger.shifts.finding import no_shift_for_cash
from canteen.residents.models import Resident, Status
from canteen.sites.models import Site
from canteen.subsidies.rules import Part

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
    device_id: int | None = None
    """The counter it was handed over at; None: a desk without one."""


@dataclass(frozen=True)
class CashReceipt:
    """What was booked, and what the wallet holds now. `repeat` marks a second answer."""

    amount_fen: int
    balance_fen: int
    repeat: bool = False
    bonus_fen: int = 0
    """What policies added to a top-up."""


def top_up(order: CashOrder, *, now: datetime) -> CashReceipt | Refusal:
    """Take cash and add it to a wallet, with the bonus that policies in force give.

    Raises NoResultFound for an unknown person. Codes: amount_not_positive; top_up_over_limit
    (`limit`, `balance`, `room` in yuan); top_up_bonus_over_limit (`limit`, `balance`,
    `bonus`); wallet_holder_ended; shift_needed_for_cash; request_reused.
    """
    return _once(order, TransferKind.TOP_UP, now)


def refund(order: CashOrder, *, now: datetime) -> CashReceipt | Refusal:
    """Give cash back out of a wallet, with a reason: what came as cash goes back as cash.

    A bonus never does: it is spent last and stays. Codes: amount_not_positive;
    refund_over_balance (`balance` in yuan); refund_of_bonus (`cash`, `bonus`);
    refund_reason_missing; shift_needed_for_cash; request_reused.
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
                # From here on no sale and no other cash desk changes this wallet.
                change_wallet(session, resident_id=order.resident_id, change_fen=0)
                mine = _wallet(session, order.resident_id)
                bonus = _bonus(session, order, mine) if kind is TransferKind.TOP_UP else ()
                refusal = _refusal(session, order, kind, mine, bonus)
                if refusal is not None:
                    session.rollback()
                    return refusal
                balance = _move(session, order, kind, bonus, now)
                if balance is not None:
                    return CashReceipt(order.amount_fen, balance, bonus_fen=_sum(bonus))
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
    given = select(func.coalesce(func.sum(Transfer.amount_fen), 0)).where(
        Transfer.credit_account_id == account.id,
        Transfer.kind == TransferKind.TOP_UP_BONUS,
        Transfer.created_at == first.created_at,  # booked in the same breath
    )
    bonus_fen = int(session.scalar(given) or 0)
    return CashReceipt(first.amount_fen, account.balance_fen or 0, repeat=True, bonus_fen=bonus_fen)


def _bonus(session: Session, order: CashOrder, mine: Account) -> tuple[Part, ...]:
    if order.amount_fen <= 0:
        return ()
    return bonus_for(
        session,
        resident_id=order.resident_id,
        wallet_id=mine.id,
        amount_fen=order.amount_fen,
        site_id=order.site_id,
        service_date=order.service_date,
    )


def _sum(parts: Iterable[Part]) -> int:
    return sum(part.amount_fen for part in parts)


def _refusal(
    session: Session, order: CashOrder, kind: TransferKind, mine: Account, bonus: Iterable[Part]
) -> Refusal | None:
    if no_shift_for_cash(session, site_id=order.site_id, device_id=order.device_id, by=order.by):
        return Refusal("shift_needed_for_cash")
    balance_fen = mine.balance_fen or 0
    if kind is TransferKind.REFUND:
        return check_refund(
            amount_fen=order.amount_fen,
            balance_fen=balance_fen,
            bonus_fen=wallet_story(session, mine.id).bonus_fen,
        )
    if session.get_one(Resident, order.resident_id).status != Status.ACTIVE:
        return Refusal("wallet_holder_ended")
    limit_fen = session.get_one(Site, order.site_id).balance_limit_fen
    return check_top_up(
        amount_fen=order.amount_fen,
        balance_fen=balance_fen,
        limit_fen=limit_fen,
        bonus_fen=_sum(bonus),
    )


def _move(
    session: Session,
    order: CashOrder,
    kind: TransferKind,
    bonus: Sequence[Part],
    now: datetime,
) -> int | None:
    """Book it; the balance after, or None if a sale meanwhile took what was to be paid out."""
    mine, box = wallet(order.resident_id), cash(order.site_id)
    refunding = kind is TransferKind.REFUND
    balance = change_wallet(
        session,
        resident_id=order.resident_id,
        change_fen=-order.amount_fen if refunding else order.amount_fen + _sum(bonus),
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
        till=True,
        device_id=order.device_id,
    )
    gifts = [
        Movement(
            debit=funder(part.funder),
            credit=mine,
            amount_fen=part.amount_fen,
            kind=TransferKind.TOP_UP_BONUS,
            policy=policy_of(part),
        )
        for part in bonus
    ]
    book(session, [movement, *gifts], occasion)
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


def bonus_of(session: Session, resident_id: int) -> int:
    """How much of somebody's balance is bonus and never cash, in fen."""
    return wallet_story(session, _wallet(session, resident_id).id).bonus_fen


def _wallet(session: Session, resident_id: int) -> Account:
    query = select(Account).where(Account.resident_id == resident_id)
    return session.scalars(query.execution_options(populate_existing=True)).one()
