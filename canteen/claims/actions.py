"""Closing a claim and receiving the money for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from canteen.foundation.wording import Refusal


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
    raise NotImplementedError


def receive_payment(
    payment: Payment, *, site_ids: Sequence[int], today: date, by: int, now: datetime
) -> Refusal | None:
    """Book money that came for a closed claim; the same request twice is one.

    Codes: amount_not_positive, claim_unknown, claim_not_closed, received_in_future,
    payment_too_much (`outstanding`, in yuan), request_reused.
    """
    raise NotImplementedError
