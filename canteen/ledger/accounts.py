"""Opening accounts. Called inside the transaction that makes their owner."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table
from sqlalchemy.orm import Session

from canteen.foundation.bulk import insert_rows
from canteen.ledger.models import Account, AccountKind

SITE_KINDS = (
    AccountKind.CASH,
    AccountKind.BANK,
    AccountKind.REVENUE,
    AccountKind.DIFFERENCE,
)


def open_site_accounts(session: Session, *, site_id: int) -> None:
    """The cash box, the bank account, the takings and the differences of a new site."""
    for kind in SITE_KINDS:
        session.add(Account(kind=kind, code=f"{kind}:{site_id}", site_id=site_id))


def open_wallet(session: Session, *, resident_id: int) -> None:
    """The wallet of a new resident, empty."""
    session.add(
        Account(
            kind=AccountKind.WALLET,
            code=f"wallet:{resident_id}",
            resident_id=resident_id,
            balance_fen=0,
        )
    )


def open_wallets(session: Session, *, resident_ids: Sequence[int]) -> None:
    """The wallets of many new residents, empty, in one go."""
    rows = [
        {
            "kind": AccountKind.WALLET,
            "code": f"wallet:{resident_id}",
            "resident_id": resident_id,
            "balance_fen": 0,
        }
        for resident_id in resident_ids
    ]
    insert_rows(session, cast(Table, Account.__table__), rows)


def open_funder(session: Session, *, funder_code: str) -> None:
    """What a funder owes (debits) and has paid in advance (credits)."""
    session.add(Account(kind=AccountKind.FUNDER, code=f"funder:{funder_code}"))
