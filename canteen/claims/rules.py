"""What may be claimed when, what it is called, and what a preview and a receivable say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from canteen.foundation.calendar import month_bounds
from canteen.foundation.money import yuan
from canteen.foundation.wording import Refusal

MOST_REASON = 200
"""Characters of a reason why a payment is taken back: what a transfer keeps as its note."""

Cause = Literal["over_cap", "ended", "no_birthday", "age", "tag"]
"""Why a line should be looked at: beyond a cap or quota; eaten on or after the day its diner
died or moved; no birthday on record; another age than the rule asks; a tag that does not
hold."""


@dataclass(frozen=True)
class Span:
    """A month or a quarter; both days count. `name` is ``2026-06`` or ``2026-Q2``."""

    first_day: date
    last_day: date

    @property
    def name(self) -> str:
        """How its claims are called."""
        first = self.first_day
        if month_bounds(first)[1] == self.last_day:
            return f"{first.year}-{first.month:02d}"
        return f"{first.year}-Q{(first.month + 2) // 3}"


@dataclass(frozen=True)
class Total:
    """A count of lines and their sum in fen. `name` is (Chinese, English)."""

    key: str
    name: tuple[str, str]
    lines: int
    total_fen: int


@dataclass(frozen=True)
class Totals:
    """A claim, closed or to be, added up in every way its cover and pages show.

    `carried` are lines of days before the period (late entries), `corrections` those that
    take back a line of an earlier claim (of whatever day); the two do not overlap. All sums
    are included in `total_fen`.
    """

    lines: int
    total_fen: int
    by_rule: Sequence[Total]
    """`key` is ``policy/rule`` as in the lines."""
    by_site: Sequence[Total]
    """`key` is the site's id."""
    by_kind: Sequence[Total]
    """`key` is the kind of entry: ``meal_subsidy``, ``meal_free``, ``operator_grant``, …"""
    carried: Total
    corrections: Total


@dataclass(frozen=True)
class Problem:
    """A line somebody should look at before closing. It warns; it does not forbid.

    `amount_fen` is the line's amount, `over_fen` what of it should not be claimed (all of it
    for an ineligible meal, the excess for a cap in money). `why_zh` and `why_en` are whole
    sentences. `meal_id` is None for a top-up bonus.
    """

    cause: Cause
    transfer_id: int
    meal_id: UUID | None
    resident_id: int | None
    diner_name: str
    site_id: int
    service_date: date
    period_code: str
    policy: str
    rule_name: tuple[str, str]
    amount_fen: int
    over_fen: int
    why_zh: str
    why_en: str


@dataclass(frozen=True)
class Preview:
    """What a claim would hold if it were closed now.

    `problems` holds the first of them, `problem_count` counts all. `refusal` says why it
    cannot be closed, if so; problems alone are no refusal here.
    """

    funder_code: str
    span: Span
    site_ids: tuple[int, ...]
    totals: Totals
    problems: Sequence[Problem]
    problem_count: int
    over_fen: int
    """What all problems together should not claim."""
    refusal: Refusal | None
    checked: bool = True
    """False where the lines were only added up, not looked at one by one."""


@dataclass(frozen=True)
class Receivable:
    """What one funder owes and has paid, at some sites, in fen."""

    funder_code: str
    funder_name: tuple[str, str]
    own_money: bool
    """The canteen's own share (a funder of level ``operator``): nobody owes it."""
    claimed_fen: int
    paid_fen: int
    covered_fen: int
    """What the funder paid in advance covers of its claims, the oldest first."""
    outstanding_fen: int
    """Claimed less paid and less covered; negative when a correction came after everything was
    paid."""
    days: int | None
    """Age of the oldest closed claim with something open, in days; None when nothing is."""
    unclaimed_fen: int
    """Booked, in no closed claim yet."""
    unclaimed_entries: int
    advance_fen: int
    """What the funder granted in advance, in all."""


def span_of(first_day: date, last_day: date) -> Span | None:
    """The month or quarter with these ends, or None if it is neither."""
    span = Span(first_day, last_day)
    whole = first_day == month_bounds(first_day)[0] and last_day in (
        month_bounds(first_day)[1],
        quarter_of(first_day).last_day,
    )
    is_quarter = (first_day.month - 1) % 3 == 0
    if whole and (is_quarter or last_day == month_bounds(first_day)[1]):
        return span
    return None


def month_of(day: date) -> Span:
    """The month that holds `day`."""
    return Span(*month_bounds(day))


def quarter_of(day: date) -> Span:
    """The quarter that holds `day`."""
    first_month = day.month - (day.month - 1) % 3
    first = day.replace(month=first_month, day=1)
    return Span(first, month_bounds(first.replace(month=first_month + 2))[1])


def spans_before(today: date, *, count: int = 12) -> list[Span]:
    """The last months and quarters that are over, newest first: what a form offers."""
    months, day = [], today.replace(day=1)
    for _ in range(count):
        first, last = month_bounds(date.fromordinal(day.toordinal() - 1))
        months.append(Span(first, last))
        day = first
    quarters = {quarter_of(month.first_day) for month in months}
    over = [*months, *(quarter for quarter in quarters if quarter.last_day < today)]
    return sorted(over, key=lambda span: (span.last_day, span.first_day), reverse=True)


def why_not_closed(
    *,
    funder_code: str,
    funder_known: bool,
    first_day: date,
    last_day: date,
    site_ids: Sequence[int],
    today: date,
    overlapping: str | None,
) -> Refusal | None:
    """Why a claim may not be closed, before its lines are known.

    `overlapping` is the number of a closed claim of the funder for some of these days at one
    of these sites.
    """
    if not funder_known:
        return Refusal("funder_unknown", {"code": funder_code[:40]})
    if not site_ids:
        return Refusal("claim_without_site")
    if span_of(first_day, last_day) is None:
        return Refusal("claim_not_whole")
    if last_day >= today:
        return Refusal("claim_not_over", {"last_day": last_day.isoformat()})
    if overlapping is not None:
        return Refusal("claim_exists", {"number": overlapping})
    return None


def covered_by(advance_fen: int, open_fen: Sequence[int]) -> list[int]:
    """What an advance covers of each claim, given what is open of each, the oldest first.

    What is to be given back for some claims (negative) lessens what the others need: no more
    is covered than is owed in all.
    """
    left = min(advance_fen, max(0, sum(open_fen)))
    covered = []
    for fen in open_fen:
        part = min(left, max(0, fen))
        covered.append(part)
        left -= part
    return covered


def why_not_paid(
    *, amount_fen: int, received_on: date, today: date, closed: bool, outstanding_fen: int
) -> Refusal | None:
    """Why a payment for a claim may not be booked."""
    if amount_fen <= 0:
        return Refusal("amount_not_positive")
    if not closed:
        return Refusal("claim_not_closed")
    if received_on > today:
        return Refusal("received_in_future")
    if amount_fen > outstanding_fen:
        return Refusal("payment_too_much", {"outstanding": yuan(max(0, outstanding_fen))})
    return None


def why_not_taken_back(reason: str) -> Refusal | None:
    """Why a payment may not be taken back for this reason: it has to say something."""
    plain = reason.strip()
    if len(plain) < 2:
        return Refusal("payment_reason_missing")
    if len(plain) > MOST_REASON:
        return Refusal("payment_reason_too_long", {"length": len(plain), "most": MOST_REASON})
    return None


def number_of(funder_code: str, span: Span, taken: Collection[str]) -> str:
    """``city-2026-06``; for other sites' claim of the same period ``city-2026-06-2``."""
    base = f"{funder_code}-{span.name}"
    number, count = base, 1
    while number in taken:
        count += 1
        number = f"{base}-{count}"
    return number
