"""Reading the ledger: what funders paid in advance and what meals have used of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select, union_all
from sqlalchemy.orm import Session

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

    Grants and what came for claims is received money; what a reversal gives back was not used.
    """
    entries = union_all(
        select(
            Transfer.credit_account_id.label("account_id"),
            Transfer.kind.label("kind"),
            Transfer.amount_fen.label("fen"),
        ),
        select(Transfer.debit_account_id, Transfer.kind, -Transfer.amount_fen),
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
