"""Reading the ledger: what funders paid in advance and what meals have used of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select, union_all
from sqlalchemy.orm import Session, aliased

from canteen.ledger.models import Account, AccountKind, Transfer, TransferKind


@dataclass(frozen=True)
class FunderBalance:
    """A funder's money in fen: paid, in advance or for claims, and used for what stands."""

    code: str
    received_fen: int
    used_fen: int

    @property
    def left_fen(self) -> int:
        """What is left of grants; 0 when meals have used more."""
        return max(0, self.received_fen - self.used_fen)

    @property
    def owed_fen(self) -> int:
        """What the funder still has to pay; 0 while grants last."""
        return max(0, self.used_fen - self.received_fen)


def funder_balances(session: Session) -> Sequence[FunderBalance]:
    """Every funder, by code; sums of transfers, so that no sale touches a shared row.

    Grants and what came for claims is received money. A reversal counts as what it takes back:
    a subsidy given back was not used, a payment taken back not received.
    """
    first = aliased(Transfer)
    kind = func.coalesce(first.kind, Transfer.kind)
    entries = union_all(
        _with_first(first, Transfer.credit_account_id, kind, Transfer.amount_fen),
        _with_first(first, Transfer.debit_account_id, kind, -Transfer.amount_fen),
    ).subquery()
    paid = entries.c.kind.in_((TransferKind.GRANT, TransferKind.CLAIM_PAYMENT))
    received = func.sum(case((paid, entries.c.fen), else_=0))
    used = func.sum(case((paid, 0), else_=-entries.c.fen))
    query = (
        select(Account.code, func.coalesce(received, 0), func.coalesce(used, 0))
        .outerjoin(entries, entries.c.account_id == Account.id)
        .where(Account.kind == AccountKind.FUNDER)
        .group_by(Account.code)
        .order_by(Account.code)
    )
    return [
        FunderBalance(code.partition(":")[2], int(got), int(spent))
        for code, got, spent in session.execute(query)
    ]


def _with_first(first: Any, account: Any, kind: Any, fen: Any) -> Any:
    """Every transfer on one side, its kind that of what it reverses, if it reverses any."""
    return select(account.label("account_id"), kind.label("kind"), fen.label("fen")).outerjoin(
        first, first.id == Transfer.reverses_id
    )
