"""Writing a claim's lines: a few thousand in one short transaction, so that counters sell on.

A day is read by the index over sites and days; what came late, by the index over the
funder's account. Each statement finds what is not claimed yet, so that a step may be
repeated, and the unique transfer of a line is the last word.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Integer, cast, delete, func, insert, select
from sqlalchemy.orm import Session

from canteen.claims import entries
from canteen.claims.entries import Reach
from canteen.claims.models import Claim, ClaimLine, ClaimSite
from canteen.foundation.database import db, retried, transaction
from canteen.ledger.models import Account, Transfer, TransferKind
from canteen.residents.models import Resident
from canteen.settlement.models import Meal

AT_ONCE = 5_000
"""Lines in one transaction: about a tenth of a second of SQLite's one writer."""

IDS_AT_ONCE = 50_000
"""Transfers looked through for late entries in one transaction."""

_COLUMNS = (
    *("claim_id", "transfer_id", "corrects_id", "kind", "site_id", "service_date", "period_code"),
    *("meal_id", "resident_id", "diner_name", "policy", "amount_fen", "note"),
)

Wrote = Callable[[int], None]
"""Is told how many lines more there are; may raise to stop."""


def gather(
    claim_id: int, *, account_id: int, reached: Sequence[Reach], last_day: date, wrote: Wrote
) -> None:
    """Write every line there is to write, in steps."""
    for reach in reached:
        for day in entries.days_to_read(_reading(), reach, last_day):
            conditions = (Transfer.site_id.in_(reach.site_ids), Transfer.service_date == day)
            _until_done(claim_id, account_id, conditions, wrote)
        if reach.after_day is not None:
            _gather_late(claim_id, account_id, reach, last_day, wrote)


def _gather_late(
    claim_id: int, account_id: int, reach: Reach, last_day: date, wrote: Wrote
) -> None:
    late = entries.late_conditions(reach, last_day)
    newest = entries.newest_id(_reading())
    for start in range(reach.after_id, newest, IDS_AT_ONCE):
        here = (*late, Transfer.id > start, Transfer.id <= start + IDS_AT_ONCE)
        _until_done(claim_id, account_id, here, wrote)


def _until_done(claim_id: int, account_id: int, conditions: Sequence[Any], wrote: Wrote) -> None:
    while True:
        count = _write(claim_id, account_id, conditions)
        wrote(count)
        if count < AT_ONCE:
            return


@retried
def _write(claim_id: int, account_id: int, conditions: Sequence[Any]) -> int:
    with transaction() as session:
        return write_lines(session, claim_id, account_id, conditions, limit=AT_ONCE)


def write_lines(
    session: Session,
    claim_id: int,
    account_id: int,
    conditions: Sequence[Any],
    *,
    limit: int | None = None,
) -> int:
    """Write what is to be claimed under `conditions`, inside the caller's transaction."""
    count = 0
    for source in (entries.given, entries.taken_back):
        chosen = source(account_id, *conditions).order_by(Transfer.id)
        if limit is not None:
            chosen = chosen.limit(limit - count)
        statement = insert(ClaimLine).from_select(_COLUMNS, _frozen(claim_id, chosen.subquery()))
        done = session.execute(statement, execution_options={"preserve_rowcount": True})
        count += done.rowcount  # type: ignore[attr-defined]
    return count


def _frozen(claim_id: int, entry: Any) -> Any:
    """Entries with what a line keeps of the diner and the meal; nothing more of the person."""
    payee, diner = Account.__table__.alias(), Resident.__table__.alias()
    meal: Any = Meal.__table__
    person = func.coalesce(meal.c.resident_id, payee.c.resident_id)
    return (
        select(
            cast(claim_id, Integer),
            entry.c.transfer_id,
            entry.c.corrects_id,
            entry.c.kind,
            entry.c.site_id,
            entry.c.service_date,
            func.coalesce(meal.c.period_code, ""),
            entry.c.meal_id,
            diner.c.id,
            func.coalesce(diner.c.name, ""),
            entry.c.policy,
            entry.c.amount_fen,
            entry.c.note,
        )
        .select_from(entry)
        .join(payee, payee.c.id == entry.c.payee_id)
        .outerjoin(meal, meal.c.id == entry.c.meal_id)
        .outerjoin(diner, diner.c.id == person)
        .order_by(entry.c.transfer_id)
    )


def catch_up(
    session: Session,
    claim_id: int,
    *,
    account_id: int,
    site_ids: Sequence[int],
    last_day: date,
    after_id: int,
) -> None:
    """What was booked while the lines were written: inside the closing transaction.

    An entry taken back meanwhile is no line, as if it had never been.
    """
    back = select(Transfer.reverses_id).where(
        Transfer.credit_account_id == account_id,
        Transfer.id > after_id,
        Transfer.kind == TransferKind.REVERSAL,
    )
    session.execute(
        delete(ClaimLine)
        .where(ClaimLine.claim_id == claim_id, ClaimLine.transfer_id.in_(back))
        .execution_options(synchronize_session=False)
    )
    recent = Reach(tuple(site_ids), last_day, after_id)
    write_lines(session, claim_id, account_id, entries.late_conditions(recent, last_day))


def throw_away(claim_id: int) -> None:
    """Remove a claim that was not closed, with its lines, in short transactions."""
    while _throw_some(claim_id):
        pass
    with transaction() as session:
        for table, column in ((ClaimSite, ClaimSite.claim_id), (Claim, Claim.id)):
            session.execute(
                delete(table).where(column == claim_id).execution_options(synchronize_session=False)
            )


@retried
def _throw_some(claim_id: int) -> bool:
    some = select(ClaimLine.id).where(ClaimLine.claim_id == claim_id).limit(AT_ONCE)
    with transaction() as session:
        gone = session.execute(
            delete(ClaimLine)
            .where(ClaimLine.id.in_(some))
            .execution_options(synchronize_session=False)
        )
        return bool(gone.rowcount)  # type: ignore[attr-defined]


def _reading() -> Session:
    """A session that sees what was committed since it was last asked."""
    session = db.session()
    session.rollback()
    return session
