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
from canteen.claims.rules import why_not_paid
from canteen.claims.standing import wholly_at
from canteen.foundation import audit, jobs
from canteen.foundation.database import broke, db, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger import booking
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
    return int(session.scalar(query.where(ClaimPayment.claim_id == claim_id)) or 0)


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
