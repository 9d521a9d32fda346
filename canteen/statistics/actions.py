"""Folding: counting changed days once, so that pages need not count them again."""

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from canteen.foundation.database import db, retried, transaction
from canteen.statistics import scans
from canteen.statistics.models import LedgerCount, MealChange, MealCount
from canteen.statistics.rules import Counts, spread

_FOLDING = 7_214_008
"""Two folds at once would write the same day twice; PostgreSQL lets one wait by this number."""


def fold_meals(
    *,
    site_id: int | None = None,
    before: date | None = None,
    is_ending: Callable[[], bool] = lambda: False,
) -> int:
    """Count every changed day whole (of one site or of all); how many days were counted.

    Only days `before` one where that is given; the rest is left when `is_ending`.
    One short transaction a day: sales go on in between. Running it twice changes nothing,
    and a sale that comes while a day is folded leaves its note for the next time.
    """
    changed = select(MealChange.site_id, MealChange.service_date).distinct()
    if site_id is not None:
        changed = changed.where(MealChange.site_id == site_id)
    if before is not None:
        changed = changed.where(MealChange.service_date < before)
    days = db.session.execute(changed.order_by(MealChange.service_date)).all()
    counted = 0
    for site, day in days:
        if is_ending():
            break
        fold_day(site_id=site, service_date=day)
        counted += 1
    return counted


@retried
def fold_day(*, site_id: int, service_date: date) -> None:
    """Take the notes of a day away, then write its counts from its meals and transfers.

    The order matters on PostgreSQL: a sale committed after the notes were taken is either
    counted here too or not, but its own note stays and the day is counted live.
    """
    with transaction() as session:
        if db.engine.dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:folding)"), {"folding": _FOLDING})
        for table in (MealChange, MealCount, LedgerCount):
            session.execute(
                delete(table).where(table.site_id == site_id, table.service_date == service_date)
            )
        days = [service_date]
        _write_counts(session, site_id, spread(scans.meal_cells(session, site_id, days)))
        _write_ledger(session, site_id, scans.ledger_moves(session, site_id, days))


def _write_counts(session: Session, site_id: int, counts: Counts) -> None:
    rows = [
        {
            "site_id": site_id,
            "dimension": key.dimension,
            "service_date": key.service_date,
            "code": key.code,
            "meals": count.meals,
            "voided": count.voided,
            "price_fen": count.price_fen,
            "subsidy_fen": count.subsidy_fen,
            "paid_fen": count.paid_fen,
        }
        for key, count in counts.items()
    ]
    if rows:
        session.execute(insert(MealCount), rows)


def _write_ledger(session: Session, site_id: int, moves: Sequence[scans.Move]) -> None:
    rows = [
        {
            "site_id": site_id,
            "service_date": move.service_date,
            "account": move.account,
            "moved_fen": move.moved_fen,
        }
        for move in moves
    ]
    if rows:
        session.execute(insert(LedgerCount), rows)
