"""Changing money that is no single person's: grants of funders."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger.booking import Movement, Occasion, bank, book, funder
from canteen.ledger.models import Account, Transfer, TransferKind
from canteen.ledger.witness import witness


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a funder pays in advance. `request_id` was made with the form."""

    funder_code: str
    amount_fen: int
    request_id: UUID
    site_id: int
    received_on: date
    note: str = ""


@retried
def receive_grant(grant: Grant, *, now: datetime, by: int) -> Refusal | None:
    """Book a funder's payment to the site's bank account; the same request twice is one.

    Codes: amount_not_positive, funder_unknown (`code`), request_reused.
    """
    if grant.amount_fen <= 0:
        return Refusal("amount_not_positive")
    try:
        with transaction() as session:
            refusal, booked = _earlier(session, grant)
            if refusal or booked:
                return refusal
            _book(session, grant, now, by)
            return None
    except IntegrityError as error:
        if broke(error, "uq_transfers_request_id", "transfers.request_id"):
            return None  # the same form, sent twice at once: the other one is booked
        raise


def _earlier(session: Session, grant: Grant) -> tuple[Refusal | None, bool]:
    account = session.scalars(
        select(Account).where(Account.code == funder(grant.funder_code))
    ).one_or_none()
    if account is None:
        return Refusal("funder_unknown", {"code": grant.funder_code}), False
    first = session.scalars(
        select(Transfer).where(Transfer.request_id == grant.request_id)
    ).one_or_none()
    if first is None:
        return None, False
    same = (first.credit_account_id, first.amount_fen) == (account.id, grant.amount_fen)
    return (None, True) if same else (Refusal("request_reused"), True)


def _book(session: Session, grant: Grant, now: datetime, by: int) -> None:
    movement = Movement(
        debit=bank(grant.site_id),
        credit=funder(grant.funder_code),
        amount_fen=grant.amount_fen,
        kind=TransferKind.GRANT,
        note=grant.note.strip()[:200],
    )
    occasion = Occasion(
        site_id=grant.site_id,
        service_date=grant.received_on,
        now=now,
        by=by,
        request_id=grant.request_id,
    )
    book(session, [movement], occasion)
    witness(
        session,
        funder_code=grant.funder_code,
        amount_fen=grant.amount_fen,
        note=grant.note,
        at=now,
        by=by,
    )
