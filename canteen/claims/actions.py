"""Closing a claim and receiving the money for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, func, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.claims.models import Claim, ClaimPayment, ClaimSite, ClaimState
from canteen.claims.preview import why_not
from canteen.claims.rules import why_not_paid, why_not_taken_back
from canteen.claims.standing import payment_stands, wholly_at
from canteen.foundation import audit, jobs
from canteen.foundation.database import broke, db, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger import booking, reversing
from canteen.ledger.booking import Movement, Occasion
from canteen.ledger.models import Transfer, TransferKind

CLOSE_CLAIM = "close_claim"
"""The kind of job that closes a claim."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """Which claim is to be closed. `reason` is needed when lines have problems."""

    funder_code: str
    first_day: date
    last_day: date
    site_ids: tuple[int, ...]
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Payment:
    """Money that came for a claim. `request_id` was made with the form."""

    claim_id: int
    amount_fen: int
    received_on: date
    request_id: UUID
    note: str = ""


def ask_to_close(
    order: Order, *, site_id: int, today: date, by: int, now: datetime
) -> int | Refusal:
    """Begin the job that closes a claim; the id of the job, to show at ``jobs.job``.

    Refused at once: claim_not_whole, claim_not_over (`last_day`), funder_unknown (`code`),
    claim_without_site, claim_exists (`number`). What takes longer to know is refused by the
    job itself: claim_empty, claim_has_problems (`count`), claim_being_closed.
    `site_id` is where it is asked.
    """
    refusal = why_not(
        db.session(),
        funder_code=order.funder_code,
        first_day=order.first_day,
        last_day=order.last_day,
        site_ids=order.site_ids,
        today=today,
    )
    if refusal:
        return refusal
    arguments = {
        "funder_code": order.funder_code,
        "first_day": order.first_day.isoformat(),
        "last_day": order.last_day.isoformat(),
        "site_ids": sorted(set(order.site_ids)),
        "reason": order.reason.strip()[:200],
        "by": by,
    }
    return jobs.start(CLOSE_CLAIM, arguments=arguments, site_id=site_id, by=by, now=now)


@retried
def receive_payment(
    payment: Payment, *, site_ids: Sequence[int], today: date, by: int, now: datetime
) -> Refusal | None:
    """Book money that came for a closed claim; the same request twice is one.

    Codes: amount_not_positive, claim_unknown, claim_not_closed, received_in_future,
    payment_too_much (`outstanding`, in yuan), request_reused.
    """
    try:
        with transaction() as session:
            claim = session.scalars(
                select(Claim)
                .where(Claim.id == payment.claim_id, wholly_at(site_ids))
                .with_for_update()  # of two payments at once one sees the other
            ).one_or_none()
            if claim is None:
                return Refusal("claim_unknown")
            refusal, booked = _earlier(session, payment)
            if refusal or booked:
                return refusal
            refusal = why_not_paid(
                amount_fen=payment.amount_fen,
                received_on=payment.received_on,
                today=today,
                closed=claim.state == ClaimState.CLOSED,
                outstanding_fen=claim.total_fen - _paid(session, claim.id),
            )
            if refusal is None:
                _book(session, claim, payment, by=by, now=now)
            return refusal
    except IntegrityError as error:
        if broke(error, "uq_transfers_request_id", "transfers.request_id"):
            return None  # the same form, sent twice at once: the other one is booked
        raise


@retried
def take_back_payment(
    *, claim_id: int, payment_id: int, reason: str, site_ids: Sequence[int], by: int, now: datetime
) -> Refusal | None:
    """Take back a payment that was entered by mistake: its transfer is reversed, both stay.

    What came before is open again. Harmless twice. Codes: payment_unknown,
    payment_reason_missing, payment_reason_too_long (`length`, `most`).
    """
    if refusal := why_not_taken_back(reason):
        return refusal
    with transaction() as session:
        found = session.execute(
            select(ClaimPayment.transfer_id, Claim.number)
            .join(Claim, Claim.id == ClaimPayment.claim_id)
            .where(ClaimPayment.id == payment_id, Claim.id == claim_id, wholly_at(site_ids))
            .with_for_update(of=Claim)  # a payment at the same time sees what is open now
        ).one_or_none()
        if found is None:
            return Refusal("payment_unknown")
        transfer_id, number = found
        note = reason.strip()
        if reversing.reverse_transfer(session, transfer_id=transfer_id, now=now, by=by, note=note):
            audit.record(
                session, at=now, staff_id=by, action="took_back_payment", subject="claim",
                subject_id=number[:40], note=note,
            )  # fmt: skip
        return None


def _earlier(session: Session, payment: Payment) -> tuple[Refusal | None, bool]:
    """What became of this request before: nothing, the same payment, or something else."""
    transfer = session.scalars(
        select(Transfer).where(Transfer.request_id == payment.request_id)
    ).one_or_none()
    if transfer is None:
        return None, False
    same = session.scalar(
        select(
            exists(
                select(literal(1)).where(
                    ClaimPayment.transfer_id == transfer.id,
                    ClaimPayment.claim_id == payment.claim_id,
                    ClaimPayment.amount_fen == payment.amount_fen,
                )
            )
        )
    )
    return (None if same else Refusal("request_reused")), True


def _paid(session: Session, claim_id: int) -> int:
    query = select(func.coalesce(func.sum(ClaimPayment.amount_fen), 0))
    standing = query.where(ClaimPayment.claim_id == claim_id, payment_stands())
    return int(session.scalar(standing) or 0)


def _book(session: Session, claim: Claim, payment: Payment, *, by: int, now: datetime) -> None:
    site_id = session.scalars(
        select(func.min(ClaimSite.site_id)).where(ClaimSite.claim_id == claim.id)
    ).one()
    assert site_id is not None
    note = payment.note.strip()[:200]
    movement = Movement(
        debit=booking.bank(site_id),
        credit=booking.funder(claim.funder_code),
        amount_fen=payment.amount_fen,
        kind=TransferKind.CLAIM_PAYMENT,
        note=note,
    )
    occasion = Occasion(
        site_id=site_id,
        service_date=payment.received_on,
        now=now,
        by=by,
        request_id=payment.request_id,
    )
    booking.book(session, [movement], occasion)
    transfer_id = session.scalars(
        select(Transfer.id).where(Transfer.request_id == payment.request_id)
    ).one()
    session.add(
        ClaimPayment(
            claim_id=claim.id,
            transfer_id=transfer_id,
            amount_fen=payment.amount_fen,
            received_on=payment.received_on,
            note=note,
            created_by=by,
            created_at=now,
        )
    )
    audit.record(
        session, at=now, staff_id=by, action="received_payment", subject="claim",
        subject_id=claim.number[:40], note=note,
    )  # fmt: skip
