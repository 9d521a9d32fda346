"""What the claims pages show beside their rows: sums over funders, how long a claim waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from canteen.claims.queries import ClaimRow
from canteen.claims.rules import Receivable
from canteen.foundation.calendar import service_date


@dataclass(frozen=True)
class Sums:
    """All funders together, in fen; the canteen's own share is nobody's debt."""

    outstanding_fen: int
    claimed_fen: int
    paid_fen: int
    covered_fen: int
    unclaimed_fen: int
    unclaimed_entries: int
    days: int | None
    """Age of the oldest claim that waits."""


def sums(rows: Sequence[Receivable]) -> Sums:
    """The figures at the head of the receivables page."""
    owed = [row for row in rows if not row.own_money]
    return Sums(
        outstanding_fen=sum(row.outstanding_fen for row in owed),
        claimed_fen=sum(row.claimed_fen for row in owed),
        paid_fen=sum(row.paid_fen for row in owed),
        covered_fen=sum(row.covered_fen for row in owed),
        unclaimed_fen=sum(row.unclaimed_fen for row in owed),
        unclaimed_entries=sum(row.unclaimed_entries for row in owed),
        days=max((row.days for row in owed if row.days is not None), default=None),
    )


def standing(claim: ClaimRow) -> str:
    """Where a claim stands: ``gathering``, ``open``, ``part``, ``paid``, ``covered`` (by an
    advance) or ``credit``."""
    if not claim.closed:
        return "gathering"
    if claim.outstanding_fen < 0:
        return "credit"
    if claim.outstanding_fen == 0:
        return "covered" if claim.covered_fen else "paid"
    return "part" if claim.paid_fen or claim.covered_fen else "open"


def closed_on(claim: ClaimRow, time_zone: str) -> date | None:
    """The day a claim was closed on, at the site."""
    return service_date(claim.closed_at, time_zone) if claim.closed_at else None


def days_waiting(claim: ClaimRow, *, today: date, time_zone: str) -> int | None:
    """Days since a claim was closed while something is still open; else None."""
    closed = closed_on(claim, time_zone)
    return (today - closed).days if closed and claim.outstanding_fen > 0 else None
