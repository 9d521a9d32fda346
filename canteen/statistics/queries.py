"""What the statistics page shows: folded days from their counts, changed days from their meals."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.foundation.database import db
from canteen.ledger.models import AccountKind
from canteen.residents.models import GridNode, Level
from canteen.statistics import scans
from canteen.statistics.models import LedgerCount, MealChange, MealCount
from canteen.statistics.rules import (
    Count,
    Counts,
    Dimension,
    Key,
    LedgerLine,
    reconcile,
    spread,
    summed,
)
from canteen.statistics.spans import Span
from canteen.subsidies.models import Funder


@contextmanager
def snapshot() -> Iterator[Session]:
    """A session that sees one moment, however many questions it asks.

    Meals and ledger are read one after the other; a sale in between would look like a
    difference. SQLite's read transaction is such a moment already.
    """
    if db.engine.dialect.name == "sqlite":
        yield db.session()
        return
    engine = db.engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine) as session:
        yield session


@dataclass(frozen=True)
class Figures:
    """All that a span's page is made of; every figure on it comes from here."""

    counts: Counts
    ledger: tuple[LedgerLine, ...]


def figures(
    session: Session, *, site_id: int, span: Span, dimensions: Sequence[Dimension]
) -> Figures:
    """The counts of a span from some sides, and the same span in the ledger.

    One read of counts and one of ledger counts, both by primary key, whatever the number
    of meals; two more for days that changed since they were folded. The changed days are
    asked for first: a day folded meanwhile is still counted live, never twice.
    """
    changed = _changed_days(session, site_id, span)
    wanted = {*dimensions, Dimension.TOTAL, Dimension.PAYER}
    counts = _folded_counts(session, site_id, span, wanted, changed)
    if changed:
        live = spread(scans.meal_cells(session, site_id, changed))
        counts.update({key: count for key, count in live.items() if key.dimension in wanted})
    moved = _moved(session, site_id, span, changed)
    revenue = f"{AccountKind.REVENUE}:{site_id}"
    return Figures(counts=counts, ledger=reconcile(counts, moved, revenue=revenue))


def _changed_days(session: Session, site_id: int, span: Span) -> list[date]:
    query = select(MealChange.service_date).distinct()
    query = query.where(
        MealChange.site_id == site_id, MealChange.service_date.between(span.first, span.last)
    )
    return list(session.scalars(query))


def _folded_counts(
    session: Session, site_id: int, span: Span, wanted: set[Dimension], changed: Sequence[date]
) -> Counts:
    query = select(
        MealCount.service_date,
        MealCount.dimension,
        MealCount.code,
        MealCount.meals,
        MealCount.voided,
        MealCount.price_fen,
        MealCount.subsidy_fen,
        MealCount.paid_fen,
    ).where(
        MealCount.site_id == site_id,
        MealCount.dimension.in_(wanted),
        MealCount.service_date.between(span.first, span.last),
    )
    left_out = set(changed)
    return {
        Key(day, Dimension(dimension), code): Count(*numbers)
        for day, dimension, code, *numbers in session.execute(query)
        if day not in left_out
    }


def _moved(session: Session, site_id: int, span: Span, changed: Sequence[date]) -> dict[str, int]:
    query = (
        select(LedgerCount.account, func.sum(LedgerCount.moved_fen))
        .where(
            LedgerCount.site_id == site_id,
            LedgerCount.service_date.between(span.first, span.last),
            LedgerCount.service_date.not_in(changed),
        )
        .group_by(LedgerCount.account)
    )
    moved: defaultdict[str, int] = defaultdict(int)
    for account, fen in session.execute(query):
        moved[account] += int(fen)
    if changed:
        for move in scans.ledger_moves(session, site_id, changed):
            moved[move.account] += move.moved_fen
    return dict(moved)


@dataclass(frozen=True)
class DaySummary:
    """One day at a glance: standing meals, and where the money came from (fen)."""

    meals: int
    voided: int
    by_period: dict[str, int]
    by_channel: dict[str, int]
    price_fen: int
    cash_fen: int
    wallet_fen: int
    subsidy_fen: int


def day_summary(session: Session, *, site_id: int, service_date: date) -> DaySummary:
    """The day's figures for the first page. Two queries, by index."""
    sides = (Dimension.PERIOD, Dimension.CHANNEL, Dimension.PAID_BY)
    span = Span(service_date, service_date)
    changed = _changed_days(session, site_id, span)
    if changed:
        counts = spread(scans.meal_cells(session, site_id, changed))
    else:
        counts = _folded_counts(session, site_id, span, {*sides, Dimension.TOTAL}, changed)
    total = summed(counts, Dimension.TOTAL).get("", Count())
    paid_by = summed(counts, Dimension.PAID_BY)
    return DaySummary(
        meals=total.meals,
        voided=total.voided,
        by_period={code: one.meals for code, one in summed(counts, Dimension.PERIOD).items()},
        by_channel={code: one.meals for code, one in summed(counts, Dimension.CHANNEL).items()},
        price_fen=total.price_fen,
        cash_fen=paid_by.get("cash", Count()).paid_fen,
        wallet_fen=paid_by.get("wallet", Count()).paid_fen,
        subsidy_fen=total.subsidy_fen,
    )


@dataclass(frozen=True)
class Place:
    """A node of the grid as a table names it: the names from the compound down."""

    code: str
    name: str
    sort_key: str


def places_of(
    session: Session, codes: Sequence[str], level: Level
) -> tuple[dict[str, str], dict[str, Place]]:
    """Where nodes stand at a level: code of the node at that level by code, and its place.

    A code that is no node, or a node above the level, is left out. Two queries.
    """
    own = select(GridNode.id, GridNode.path).where(
        GridNode.id.in_([int(code) for code in codes if code])
    )
    paths = {str(node): path.strip("/").split("/") for node, path in session.execute(own)}
    above = {int(part) for path in paths.values() for part in path}
    nodes = {
        str(node.id): node
        for node in session.scalars(select(GridNode).where(GridNode.id.in_(above)))
    }
    depth = list(Level).index(level)
    standing = {code: path[depth] for code, path in paths.items() if len(path) > depth}
    places = {}
    for code in set(standing.values()):
        chain = [nodes[part] for part in nodes[code].path.strip("/").split("/")]
        name = " ".join(node.name for node in (chain[1:] or chain))
        places[code] = Place(code, name, nodes[code].sort_key)
    return standing, places


def funders(session: Session) -> dict[str, Funder]:
    """Every funder by the code of its account."""
    return {f"{AccountKind.FUNDER}:{one.code}": one for one in session.scalars(select(Funder))}
