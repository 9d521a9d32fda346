"""Which entries of a funder's account are still to be claimed, as SQL for both databases.

An entry counts while no claim holds it and nothing has taken it back. What takes back an
entry of an earlier claim counts against it. How far back to look is bounded by the claims
that came before (`reaches`), so that the work grows with the claim and not with its history.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, cast, exists, func, literal, null, select
from sqlalchemy.orm import Session, aliased

from canteen.claims.models import Claim, ClaimLine, ClaimSite, ClaimState
from canteen.ledger import booking
from canteen.ledger.models import Account, Transfer, TransferKind

CLAIMED_KINDS = (
    TransferKind.MEAL_SUBSIDY,
    TransferKind.MEAL_FREE,
    TransferKind.OPERATOR_GRANT,
    TransferKind.TOP_UP_BONUS,
)
"""What a funder is asked to pay; grants and payments are what it paid."""

UNSEEN_IDS = 10_000
UNSEEN_TIME = timedelta(days=1)
"""A transfer may appear later than one with a higher number: PostgreSQL numbers rows before
they are committed. What is younger than both of these when a claim is closed is read again."""


@dataclass(frozen=True)
class Reach:
    """Sites with one past: every day after `after_day` is to be read whole, and of the days
    before it whatever was booked after transfer `after_id`."""

    site_ids: tuple[int, ...]
    after_day: date | None
    after_id: int = 0


def account_of(session: Session, funder_code: str) -> int | None:
    """The id of a funder's account."""
    code = booking.funder(funder_code)
    return session.scalar(select(Account.id).where(Account.code == code))


def reaches(
    session: Session, *, funder_code: str, site_ids: Sequence[int], before: date
) -> list[Reach]:
    """How far back each site must be read for a claim that begins on `before`."""
    query = (
        select(ClaimSite.site_id, Claim.last_day, Claim.booked_to_id, Claim.begun_at)
        .join(Claim, Claim.id == ClaimSite.claim_id)
        .where(
            Claim.funder_code == funder_code,
            Claim.state == ClaimState.CLOSED,
            Claim.last_day < before,
            ClaimSite.site_id.in_(site_ids),
        )
        .order_by(Claim.last_day, Claim.id)
    )
    newest = {row.site_id: row for row in session.execute(query)}
    alike: dict[tuple[date | None, int], list[int]] = defaultdict(list)
    for site_id in sorted(set(site_ids)):
        past = newest.get(site_id)
        seen = _surely_seen(session, past.booked_to_id, past.begun_at) if past else 0
        alike[past.last_day if past else None, seen].append(site_id)
    return [Reach(tuple(sites), day, seen) for (day, seen), sites in alike.items()]


def _surely_seen(session: Session, booked_to_id: int, begun_at: datetime) -> int:
    """The transfer up to which a claim has certainly seen all there was."""
    old = session.scalar(
        select(Transfer.id)
        .where(Transfer.id <= booked_to_id, Transfer.created_at < begun_at - UNSEEN_TIME)
        .order_by(Transfer.id.desc())
        .limit(1)
    )
    return min(old or 0, max(0, booked_to_id - UNSEEN_IDS))


def days_to_read(session: Session, reach: Reach, last_day: date) -> Sequence[date]:
    """The days with any entries that are to be read whole."""
    query = (
        select(Transfer.service_date)
        .where(Transfer.site_id.in_(reach.site_ids), *_days(reach, last_day))
        .distinct()
        .order_by(Transfer.service_date)
    )
    return session.scalars(query).all()


def given(account_id: int, *conditions: Any, closed_only: bool = False) -> Select[*tuple[Any, ...]]:
    """Entries to be claimed: (transfer_id, corrects_id, kind, site_id, service_date, meal_id,
    payee_id, policy, amount_fen, note). The payee is an account: a wallet if it is a bonus.

    `closed_only`: what a claim holds that is still being gathered is to be claimed yet.
    """
    back = aliased(Transfer)
    return select(
        Transfer.id.label("transfer_id"),
        cast(null(), BigInteger).label("corrects_id"),
        Transfer.kind.label("kind"),
        Transfer.site_id.label("site_id"),
        Transfer.service_date.label("service_date"),
        Transfer.meal_id.label("meal_id"),
        Transfer.credit_account_id.label("payee_id"),
        Transfer.policy.label("policy"),
        Transfer.amount_fen.label("amount_fen"),
        Transfer.note.label("note"),
    ).where(
        Transfer.debit_account_id == account_id,
        Transfer.kind.in_(CLAIMED_KINDS),
        ~exists(select(literal(1)).where(back.reverses_id == Transfer.id)),
        ~_held(Transfer.id, closed_only),
        *conditions,
    )


def taken_back(
    account_id: int, *conditions: Any, closed_only: bool = False
) -> Select[*tuple[Any, ...]]:
    """What takes back lines of closed claims, with the columns of `given`; sums negative."""
    line, claim = aliased(ClaimLine), aliased(Claim)
    return (
        select(
            Transfer.id.label("transfer_id"),
            line.id.label("corrects_id"),
            line.kind.label("kind"),
            Transfer.site_id.label("site_id"),
            Transfer.service_date.label("service_date"),
            Transfer.meal_id.label("meal_id"),
            Transfer.debit_account_id.label("payee_id"),
            line.policy.label("policy"),
            (-Transfer.amount_fen).label("amount_fen"),
            Transfer.note.label("note"),
        )
        .join(line, line.transfer_id == Transfer.reverses_id)
        .join(claim, claim.id == line.claim_id)
        .where(
            Transfer.credit_account_id == account_id,
            Transfer.kind == TransferKind.REVERSAL,
            claim.state == ClaimState.CLOSED,
            ~_held(Transfer.id, closed_only),
            *conditions,
        )
    )


def unclaimed(
    account_id: int, reached: Sequence[Reach], last_day: date, *, corrections: bool = True
) -> list[Select[*tuple[Any, ...]]]:
    """Selects that together are everything a claim up to `last_day` would hold now.

    Without `corrections` only what is newly claimed.
    """
    selects = []
    for reach in reached:
        places: list[tuple[Any, ...]] = [(*_at_sites(reach), *_days(reach, last_day))]
        if reach.after_day is not None:
            places.append(late_conditions(reach, last_day))
        for conditions in places:
            selects.append(given(account_id, *conditions, closed_only=True))
            if corrections:
                selects.append(taken_back(account_id, *conditions, closed_only=True))
    return selects


def late_conditions(reach: Reach, last_day: date) -> tuple[Any, ...]:
    """Entries of days that an earlier claim had read, booked since."""
    assert reach.after_day is not None
    return (
        Transfer.id > reach.after_id,
        (Transfer.site_id + 0).in_(reach.site_ids),
        Transfer.service_date <= min(reach.after_day, last_day),
    )


def newest_id(session: Session) -> int:
    """The newest transfer that can be seen."""
    return session.scalar(select(func.max(Transfer.id))) or 0


def _at_sites(reach: Reach) -> tuple[Any, ...]:
    """A site that was never claimed is read by the funder's account: all of it is wanted. One
    that was is read by its days. A sum with 0 keeps planners away from the other index."""
    if reach.after_day is None:
        return ((Transfer.site_id + 0).in_(reach.site_ids),)
    return (Transfer.site_id.in_(reach.site_ids),)


def _days(reach: Reach, last_day: date) -> tuple[Any, ...]:
    within = (Transfer.service_date <= last_day,)
    return within if reach.after_day is None else (Transfer.service_date > reach.after_day, *within)


def _held(transfer_id: Any, closed_only: bool) -> Any:
    line, claim = aliased(ClaimLine), aliased(Claim)
    held = select(literal(1)).select_from(line).where(line.transfer_id == transfer_id)
    if closed_only:
        held = held.join(claim, claim.id == line.claim_id).where(claim.state == ClaimState.CLOSED)
    return exists(held)
