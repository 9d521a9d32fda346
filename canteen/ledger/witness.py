"""A second record of every grant, so that one that is gone from the ledger is missed.

Wallets keep a balance and meals say how they were paid; nothing else says what a funder paid in
advance. So the audit log, which is never edited either, keeps each grant with its amount.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.audit import AuditEntry
from canteen.ledger.models import Account, Transfer, TransferKind

RECEIVED = "received_grant"
_AMOUNT = re.compile(r"([0-9]+) fen\b")
"""How a note begins; entries of earlier versions hold no amount and prove a grant alone."""


def witness(
    session: Session, *, funder_code: str, amount_fen: int, note: str, at: datetime, by: int
) -> None:
    """Note a grant, in the transaction that books it at the same instant."""
    audit.record(
        session,
        at=at,
        staff_id=by,
        action=RECEIVED,
        subject="funder",
        subject_id=funder_code[:40],
        note=f"{amount_fen} fen {note}".strip(),
    )


def missing_grants(session: Session) -> Iterator[tuple[int, str]]:
    """Notes of grants that the ledger does not hold as noted: id of the entry, what is wrong."""
    booked: dict[tuple[str, datetime], list[int]] = defaultdict(list)
    for code, at, fen in session.execute(
        select(Account.code, Transfer.created_at, Transfer.amount_fen)
        .join(Account, Account.id == Transfer.credit_account_id)
        .where(Transfer.kind == TransferKind.GRANT)
    ):
        booked[code.partition(":")[2][:40], at].append(fen)
    noted = session.execute(
        select(AuditEntry.id, AuditEntry.subject_id, AuditEntry.at, AuditEntry.note)
        .where(AuditEntry.action == RECEIVED)
        .order_by(AuditEntry.id)
    )
    for entry_id, code, at, note in noted:
        amounts = booked[code, at]
        said = _AMOUNT.match(note)
        fen = int(said[1]) if said else next(iter(amounts), 0)
        if fen in amounts:
            amounts.remove(fen)
        else:
            yield entry_id, f"{said[0] if said else 'a grant'} of funder:{code}, not booked so"
