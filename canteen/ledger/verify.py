"""Proves the ledger: recomputes everything and names the place where it does not hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from canteen.ledger.models import Account, AccountKind, Transfer, TransferKind
from canteen.ledger.witness import missing_grants


@dataclass(frozen=True)
class Finding:
    """Something that is not as it must be. `place` names the row, `found` the difference."""

    rule: str
    place: str
    found: str


def balances(session: Session) -> dict[str, int]:
    """Credits less debits of every account, by code, from the transfers alone."""
    return {code: int(total) for code, total in session.execute(_sums())}


def verify(session: Session) -> Iterator[Finding]:
    """Every way in which the transfers could be wrong among themselves.

    What concerns meals is checked by the rooms that know meals.
    """
    yield from _wallets(session)
    yield from _reversals(session)
    yield from _sides(session)
    yield from _grants(session)


def _sums() -> Select[Any]:
    entries = union_all(
        select(Transfer.credit_account_id.label("account_id"), Transfer.amount_fen.label("fen")),
        select(Transfer.debit_account_id, -Transfer.amount_fen),
    ).subquery()
    total = func.coalesce(func.sum(entries.c.fen), 0)
    return (
        select(Account.code, total)
        .outerjoin(entries, entries.c.account_id == Account.id)
        .group_by(Account.code)
    )


def _wallets(session: Session) -> Iterator[Finding]:
    """A wallet's cached balance is the sum of its transfers."""
    entries = union_all(
        select(Transfer.credit_account_id.label("account_id"), Transfer.amount_fen.label("fen")),
        select(Transfer.debit_account_id, -Transfer.amount_fen),
    ).subquery()
    sums = (
        select(entries.c.account_id, func.sum(entries.c.fen).label("fen"))
        .group_by(entries.c.account_id)
        .subquery()
    )
    booked = func.coalesce(sums.c.fen, 0)
    query = (
        select(Account.code, Account.balance_fen, booked)
        .outerjoin(sums, sums.c.account_id == Account.id)
        .where(Account.kind == AccountKind.WALLET, Account.balance_fen != booked)
    )
    for code, cached, total in session.execute(query):
        yield Finding("wallet_balance", code, f"cached {cached} fen, transfers {int(total)} fen")


def _reversals(session: Session) -> Iterator[Finding]:
    """A reversal mirrors what it reverses: same amount and meal, sides exchanged."""
    first = aliased(Transfer)
    query = (
        select(Transfer.id, first.id)
        .join(first, Transfer.reverses_id == first.id)
        .where(
            (Transfer.amount_fen != first.amount_fen)
            | (Transfer.debit_account_id != first.credit_account_id)
            | (Transfer.credit_account_id != first.debit_account_id)
            | (first.kind == TransferKind.REVERSAL)
            | (func.coalesce(Transfer.meal_id != first.meal_id, Transfer.meal_id.is_(None)
                != first.meal_id.is_(None)))
        )
    )  # fmt: skip
    for reversal_id, first_id in session.execute(query):
        yield Finding("reversal_mirrors", f"transfer {reversal_id}", f"reverses {first_id}")


def _grants(session: Session) -> Iterator[Finding]:
    """Every grant that was noted when it came is booked, to its funder and whole."""
    for entry_id, found in missing_grants(session):
        yield Finding("grant_booked", f"audit entry {entry_id}", found)


def _too_little(debit: Any, credit: Any) -> Any:
    """A drawer that held too little: its difference runs the other way round."""
    return (
        (Transfer.kind == TransferKind.DIFFERENCE)
        & (debit.kind == AccountKind.DIFFERENCE)
        & (credit.kind == AccountKind.CASH)
    )


_SIDES = {
    TransferKind.TOP_UP: (AccountKind.CASH, AccountKind.WALLET),
    TransferKind.REFUND: (AccountKind.WALLET, AccountKind.CASH),
    TransferKind.MEAL_WALLET: (AccountKind.WALLET, AccountKind.REVENUE),
    TransferKind.MEAL_CASH: (AccountKind.CASH, AccountKind.REVENUE),
    TransferKind.MEAL_SUBSIDY: (AccountKind.FUNDER, AccountKind.REVENUE),
    TransferKind.MEAL_FREE: (AccountKind.FUNDER, AccountKind.REVENUE),
    TransferKind.GRANT: (AccountKind.BANK, AccountKind.FUNDER),
    TransferKind.TOP_UP_BONUS: (AccountKind.FUNDER, AccountKind.WALLET),
    TransferKind.PASS_SALE: (AccountKind.CASH, AccountKind.REVENUE),
    TransferKind.OPERATOR_GRANT: (AccountKind.FUNDER, AccountKind.REVENUE),
    TransferKind.CLAIM_PAYMENT: (AccountKind.BANK, AccountKind.FUNDER),
    TransferKind.CASH_IN: (AccountKind.CASH, AccountKind.BANK),
    TransferKind.CASH_OUT: (AccountKind.BANK, AccountKind.CASH),
    TransferKind.DIFFERENCE: (AccountKind.CASH, AccountKind.DIFFERENCE),
}
"""Which kind of account each kind of transfer debits and credits; a difference goes both ways."""
_ALSO_DEBITED = {TransferKind.GRANT: AccountKind.CASH}
"""Before there were bank accounts, grants were booked into the cash box."""


def _sides(session: Session) -> Iterator[Finding]:
    """Each kind of transfer runs between the kinds of account it is for."""
    debit, credit = aliased(Account), aliased(Account)
    expected_debit = case(
        *((Transfer.kind == kind, literal(sides[0].value)) for kind, sides in _SIDES.items())
    )
    expected_credit = case(
        *((Transfer.kind == kind, literal(sides[1].value)) for kind, sides in _SIDES.items())
    )
    also_debited = case(
        *((Transfer.kind == kind, literal(side.value)) for kind, side in _ALSO_DEBITED.items()),
        else_="",
    )
    query = (
        select(Transfer.id, Transfer.kind, debit.code, credit.code)
        .join(debit, debit.id == Transfer.debit_account_id)
        .join(credit, credit.id == Transfer.credit_account_id)
        .where(
            Transfer.kind != TransferKind.REVERSAL,
            ((debit.kind != expected_debit) & (debit.kind != also_debited))
            | (credit.kind != expected_credit),
            ~_too_little(debit, credit),
        )
    )
    for transfer_id, kind, debited, credited in session.execute(query):
        yield Finding("sides", f"transfer {transfer_id}", f"{kind}: {debited} from {credited}")
