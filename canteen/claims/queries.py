"""Reading claims: the list, one claim with its lines, totals and payments, what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from canteen.claims.rules import Preview, Receivable, Totals
from canteen.foundation.paging import Page

LinesOf = Literal["all", "period", "carried", "corrections"]


@dataclass(frozen=True)
class ClaimRow:
    """A claim in a list or at the head of its page. Money in fen."""

    id: int
    number: str
    funder_code: str
    funder_name: tuple[str, str]
    """(Chinese, English)."""
    first_day: date
    last_day: date
    closed: bool
    """False while its lines are still being gathered."""
    lines: int
    total_fen: int
    paid_fen: int
    outstanding_fen: int
    begun_at: datetime
    closed_at: datetime | None
    closed_by_name: str
    problem_count: int
    close_reason: str
    """Why it was closed although lines had problems; empty if none had."""
    site_ids: tuple[int, ...]
    site_names: tuple[tuple[str, str], ...]
    """(Chinese, English) of each site, by id."""


@dataclass(frozen=True)
class LineRow:
    """One line as its page shows it; `amount_fen` is negative when taken back."""

    id: int
    service_date: date
    period_code: str
    kind: str
    site_id: int
    site_name: tuple[str, str]
    meal_id: UUID | None
    resident_id: int | None
    diner_name: str
    policy: str
    rule_name: tuple[str, str]
    amount_fen: int
    carried: bool
    """Of a day before the claim's period, and no correction."""
    corrects_number: str | None
    """The number of the claim whose line it takes back."""
    note: str


@dataclass(frozen=True)
class PaymentRow:
    """Money that came for a claim."""

    id: int
    amount_fen: int
    received_on: date
    note: str
    created_by_name: str
    created_at: datetime


def claims(
    session: Session, *, site_ids: Sequence[int], page: int, funder_code: str = ""
) -> Page[ClaimRow]:
    """Claims that lie wholly at these sites, newest period first; `funder_code` narrows."""
    raise NotImplementedError


def one_claim(session: Session, *, claim_id: int, site_ids: Sequence[int]) -> ClaimRow | None:
    """A claim that lies wholly at these sites, or None."""
    raise NotImplementedError


def claim_totals(session: Session, *, claim_id: int) -> Totals:
    """A closed claim added up from its lines."""
    raise NotImplementedError


def claim_lines(
    session: Session, *, claim_id: int, page: int, only: LinesOf = "all"
) -> Page[LineRow]:
    """A page of lines: by day, then in the order they were claimed."""
    raise NotImplementedError


def claim_payments(session: Session, *, claim_id: int) -> Sequence[PaymentRow]:
    """What came for a claim, oldest first."""
    raise NotImplementedError


def preview(
    session: Session,
    *,
    funder_code: str,
    first_day: date,
    last_day: date,
    site_ids: Sequence[int],
    today: date,
    problems_shown: int = 200,
) -> Preview:
    """What a claim would hold now, and what should be looked at before it is closed.

    Changes nothing. Any days are previewed; what is not a whole month or quarter, or not
    over yet, stands in `refusal`. Streams: memory does not grow with the lines.
    """
    raise NotImplementedError


def receivables(session: Session, *, site_ids: Sequence[int], today: date) -> Sequence[Receivable]:
    """Every funder with anything booked, claimed or paid at these sites, by code.

    Claims that reach beyond these sites do not count.
    """
    raise NotImplementedError


def open_claims(
    session: Session, *, site_ids: Sequence[int], funder_code: str = ""
) -> Sequence[ClaimRow]:
    """Closed claims with something outstanding, oldest first."""
    raise NotImplementedError
