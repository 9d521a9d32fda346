"""Moving money, inside the caller's transaction. Check first, then book.

A wallet is changed by one conditional statement, so that two counters cannot spend the
same yuan; every other balance is a sum and no row is touched by every sale.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    Integer,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from canteen.foundation.prepared import Prepared
from canteen.ledger.models import Account, AccountKind, Transfer, TransferKind
from canteen.ledger.shifts.finding import open_shift, parameter

FUNDED = (TransferKind.MEAL_SUBSIDY, TransferKind.MEAL_FREE, TransferKind.OPERATOR_GRANT)
"""What funders owe for a meal: parts of its price, and what the canteen earns beside it."""
WITHDRAWN = "withdrawn/"
"""Stands before the policy of a part that its funder had back and the canteen carries."""
POLICY_LENGTH: int = Transfer.__table__.c.policy.type.length  # type: ignore[attr-defined]
NOTE_LENGTH: int = Transfer.__table__.c.note.type.length  # type: ignore[attr-defined]
"""What a transfer keeps of a policy with its rule, and of a note; longer ones are cut there."""


@dataclass(frozen=True, kw_only=True)
class Movement:
    """One transfer to be written. Accounts are named by code, such as ``wallet:17``."""

    debit: str
    credit: str
    amount_fen: int
    kind: TransferKind
    policy: str = ""
    note: str = ""
    reverses_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What all movements of one booking share."""

    site_id: int
    service_date: date
    now: datetime
    by: int | None
    meal_id: UUID | None = None
    request_id: UUID | None = None
    """For the first movement only: the same request twice is refused by the database."""
    till: bool = False
    """Booked at a counter or a desk: it belongs to the open shift there, if there is one."""
    device_id: int | None = None
    """Which counter; None is a desk, where somebody's own shift is meant."""
    shift_id: int | None = None
    """A shift that is known already: the shift's own bookings, and what a counter served alone."""


def wallet(resident_id: int) -> str:
    """The code of a person's wallet."""
    return f"{AccountKind.WALLET}:{resident_id}"


def cash(site_id: int) -> str:
    """The code of a site's cash box."""
    return f"{AccountKind.CASH}:{site_id}"


def bank(site_id: int) -> str:
    """The code of a site's bank account."""
    return f"{AccountKind.BANK}:{site_id}"


def revenue(site_id: int) -> str:
    """The code of a site's takings."""
    return f"{AccountKind.REVENUE}:{site_id}"


def difference(site_id: int) -> str:
    """The code of what a site's counted drawers were off by."""
    return f"{AccountKind.DIFFERENCE}:{site_id}"


def funder(code: str) -> str:
    """The code of what a funder owes."""
    return f"{AccountKind.FUNDER}:{code}"


def change_wallet(
    session: Session | Connection,
    *,
    resident_id: int,
    change_fen: int,
    turn: int | None = None,
    at_most_fen: int | None = None,
) -> int | None:
    """Add to a wallet (or take, when negative); the balance after, or None if it may not be.

    It may not when the balance would fall below zero or rise above `at_most_fen`, or when
    somebody else changed the wallet since `turn` was read. A change of 0 still takes a turn.
    """
    row = _CHANGE_WALLET.one(
        _connection(session),
        {"owner": resident_id, "change": change_fen, "seen_turn": turn, "most": at_most_fen},
    )
    return int(row.balance_fen) if row else None


def book(session: Session | Connection, movements: Sequence[Movement], occasion: Occasion) -> None:
    """Write transfers. An account that does not exist breaks NOT NULL: that is a bug.

    One statement each: SQLite keeps a journal for a statement of several rows, which costs
    twice what asking twice does.
    """
    for number, movement in enumerate(movements):
        row = transfer_row(movement, occasion)
        row["request_id"] = None if number else occasion.request_id
        _INSERT.run(_connection(session), row)


def transfer_row(movement: Movement, occasion: Occasion) -> dict[str, Any]:
    """A transfer as parameters; its accounts are still codes."""
    return {
        "debit_code": movement.debit,
        "credit_code": movement.credit,
        "amount_fen": movement.amount_fen,
        "kind": movement.kind,
        "policy": movement.policy,
        "note": movement.note,
        "reverses_id": movement.reverses_id,
        "site_id": occasion.site_id,
        "service_date": occasion.service_date,
        "meal_id": occasion.meal_id,
        "request_id": None,
        "created_by": occasion.by,
        "created_at": occasion.now,
        "shift_id": occasion.shift_id,
        "till_device": occasion.device_id if occasion.till else None,
        "till_by": occasion.by if occasion.till else None,
    }


SHIFT_PARAMETERS = ("site_id", "till_device", "till_by")
"""What finds the shift of a `transfer_row`."""


def change_wallet_statement() -> Any:
    """The conditional update behind `change_wallet`, returning the balance after."""
    change = bindparam("change", type_=BigInteger())
    most = bindparam("most", type_=BigInteger())
    seen = bindparam("seen_turn", type_=Integer())
    return (
        update(_WALLETS)
        .where(
            _WALLETS.c.resident_id == bindparam("owner", type_=Integer()),
            _WALLETS.c.balance_fen + change >= 0,
            or_(seen.is_(None), _WALLETS.c.turn == seen),
            or_(most.is_(None), _WALLETS.c.balance_fen + change <= most),
        )
        .values(balance_fen=_WALLETS.c.balance_fen + change, turn=_WALLETS.c.turn + 1)
        .returning(_WALLETS.c.balance_fen, _WALLETS.c.id)
    )


def account_id(connection: Connection, code: str) -> int:
    """The account of a site or a funder, asked for once: none is closed or gets another id.

    Raises LookupError where there is none: that is a bug.
    """
    known = _known.setdefault(connection.engine, {})
    if code not in known:
        row = _FIND.one(connection, {"code": code})
        if row is None:
            raise LookupError(f"no account {code}")
        known[code] = int(row.id)
    return known[code]


def _insert_statement() -> Any:
    columns = [name for name in _TRANSFERS.columns.keys() if name not in _FOUND]  # noqa: SIM118
    return insert(_TRANSFERS).values(
        {
            **{name: bindparam(name, type_=_TRANSFERS.c[name].type) for name in columns},
            "debit_account_id": _account("debit_code"),
            "credit_account_id": _account("credit_code"),
            "shift_id": func.coalesce(
                bindparam("shift_id", type_=Integer()),
                open_shift(*map(parameter, SHIFT_PARAMETERS)).scalar_subquery(),
            ),
        }
    )


def _account(parameter: str) -> Any:
    code = bindparam(parameter, type_=_WALLETS.c.code.type)
    return select(_WALLETS.c.id).where(_WALLETS.c.code == code).scalar_subquery()


def _connection(session: Session | Connection) -> Connection:
    return session if isinstance(session, Connection) else session.connection()


_WALLETS: Any = Account.__table__
_TRANSFERS: Any = Transfer.__table__
_FOUND = ("id", "debit_account_id", "credit_account_id", "shift_id")
_known: WeakKeyDictionary[Engine, dict[str, int]] = WeakKeyDictionary()
_FIND = Prepared(
    lambda _dialect: select(_WALLETS.c.id).where(
        _WALLETS.c.code == bindparam("code", type_=_WALLETS.c.code.type)
    )
)
_CHANGE_WALLET = Prepared(lambda _dialect: change_wallet_statement())
_INSERT = Prepared(lambda _dialect: _insert_statement())
