"""Proves that meals and money agree: every meal was paid exactly as it says."""

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from canteen.ledger.models import Account, AccountKind, Transfer, TransferKind
from canteen.ledger.verify import Finding
from canteen.settlement.models import Meal, PaidBy

_PAYING = (
    TransferKind.MEAL_WALLET,
    TransferKind.MEAL_CASH,
    TransferKind.MEAL_SUBSIDY,
    TransferKind.MEAL_FREE,
)


def verify_meals(session: Session) -> Iterator[Finding]:
    """Every way in which a meal and its transfers could disagree."""
    yield from _paid_as_said(session)
    yield from _void_gives_back(session)
    yield from _one_wallet_per_diner(session)


def _paid_as_said(session: Session) -> Iterator[Finding]:
    """A meal's transfers add up to its parts: wallet or cash to what was paid, funders to the
    subsidy."""
    by_kind = (
        select(
            Transfer.meal_id,
            func.sum(Transfer.amount_fen)
            .filter(Transfer.kind == TransferKind.MEAL_WALLET)
            .label("wallet"),
            func.sum(Transfer.amount_fen)
            .filter(Transfer.kind == TransferKind.MEAL_CASH)
            .label("cash"),
            func.sum(Transfer.amount_fen)
            .filter(Transfer.kind.in_((TransferKind.MEAL_SUBSIDY, TransferKind.MEAL_FREE)))
            .label("subsidy"),
        )
        .where(Transfer.kind.in_(_PAYING))
        .group_by(Transfer.meal_id)
        .subquery()
    )
    wallet, cash, subsidy = (
        func.coalesce(by_kind.c[name], 0) for name in ("wallet", "cash", "subsidy")
    )
    query = (
        select(Meal.id, Meal.paid_fen, Meal.subsidy_fen, Meal.paid_by, wallet, cash, subsidy)
        .outerjoin(by_kind, by_kind.c.meal_id == Meal.id)
        .where(
            or_(
                subsidy != Meal.subsidy_fen,
                wallet + cash != Meal.paid_fen,
                and_(wallet > 0, Meal.paid_by != PaidBy.WALLET),
                and_(cash > 0, Meal.paid_by != PaidBy.CASH),
            )
        )
    )
    for row in session.execute(query):
        meal_id, paid, subsidised, paid_by, *booked = row
        yield Finding(
            "meal_paid_as_said",
            f"meal {meal_id}",
            f"says {paid} fen by {paid_by} and {subsidised} fen subsidy, "
            f"booked wallet/cash/subsidy {'/'.join(str(int(fen)) for fen in booked)}",
        )


def _void_gives_back(session: Session) -> Iterator[Finding]:
    """A void meal has a reversal for each transfer; a standing meal has none."""
    counts = (
        select(
            Transfer.meal_id,
            func.count().filter(Transfer.kind.in_(_PAYING)).label("paid"),
            func.count().filter(Transfer.kind == TransferKind.REVERSAL).label("back"),
        )
        .where(Transfer.meal_id.is_not(None))
        .group_by(Transfer.meal_id)
        .subquery()
    )
    query = (
        select(Meal.id, Meal.voided_at, counts.c.paid, counts.c.back)
        .join(counts, counts.c.meal_id == Meal.id)
        .where(
            or_(
                and_(Meal.voided_at.is_(None), counts.c.back > 0),
                and_(Meal.voided_at.is_not(None), counts.c.back != counts.c.paid),
            )
        )
    )
    for meal_id, voided_at, paid, back in session.execute(query):
        state = "void" if voided_at else "standing"
        yield Finding(
            "void_gives_back", f"meal {meal_id}", f"{state}: {paid} transfers, {back} reversals"
        )


def _one_wallet_per_diner(session: Session) -> Iterator[Finding]:
    """A meal is paid from the wallet of the person who ate it."""
    query = (
        select(Transfer.id, Account.code, Meal.resident_id)
        .join(Account, Account.id == Transfer.debit_account_id)
        .join(Meal, Meal.id == Transfer.meal_id)
        .where(
            Transfer.kind == TransferKind.MEAL_WALLET,
            Account.kind == AccountKind.WALLET,
            or_(Meal.resident_id.is_(None), Account.resident_id != Meal.resident_id),
        )
    )
    for transfer_id, code, resident_id in session.execute(query):
        yield Finding(
            "own_wallet", f"transfer {transfer_id}", f"{code} paid for resident {resident_id}"
        )
