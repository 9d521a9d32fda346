"""The one write of a scan: the wallet goes down, the meal and its transfers appear.

All of it or nothing, and only if the wallet is as it was when the price was found. On
PostgreSQL it is a single statement and so needs no transaction around it; SQLite has no
such statements, and inside its one transaction three cost no more.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Text,
    bindparam,
    cast,
    column,
    exists,
    func,
    insert,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from canteen.foundation.prepared import Prepared
from canteen.ledger import booking
from canteen.ledger.booking import Movement, Occasion
from canteen.ledger.models import Account, Transfer
from canteen.ledger.shifts.finding import open_shift, parameter
from canteen.settlement.models import Meal, MealLine

_MEALS: Any = Meal.__table__
_LINES: Any = MealLine.__table__
_TRANSFERS: Any = Transfer.__table__
_WALLETS: Any = Account.__table__
_MEAL_COLUMNS = [
    column.name
    for column in _MEALS.columns
    if column.name not in ("voided_at", "voided_by", "void_reason", "withdrawn_at")
]
_LINE_COLUMNS = [column.name for column in _LINES.columns]
_TRANSFER_COLUMNS = [column.name for column in _TRANSFERS.columns if column.name != "id"]
_OWN = ("amount_fen", "kind", "policy", "note", "reverses_id")
_SHARED = ("request_id", "till_device", "till_by")
_OF_MEAL = {"meal_id": "id"} | {
    name: name for name in ("site_id", "service_date", "created_by", "created_at")
}
"""What a transfer of a sale says for itself, what all of them share, what its meal says."""


def write_sale(
    connection: Connection,
    *,
    meal: Mapping[str, Any],
    movements: Sequence[Movement],
    occasion: Occasion,
    wallet: tuple[int, int, int] | None,
    lines: Sequence[Mapping[str, Any]] = (),
    in_shift: bool = False,
) -> int | None:
    """Write a meal, or nothing. Returns the balance after (0 for a guest), None for nothing.

    `lines` are what a tray held. `in_shift`: only if the counter's shift is open still. `wallet`
    is (resident id, fen to take, turn seen); None for a guest. `balance_after_fen` of `meal` must
    already be what it will be. Raises IntegrityError when another counter settled this id or this
    person's meal first.
    """
    in_shift = in_shift and bool(movements)
    if connection.dialect.name != "sqlite":
        return _in_one_statement(connection, meal, movements, occasion, wallet, lines, in_shift)
    if in_shift and not _open_shift(connection, movements[0], occasion):
        return None
    if wallet is not None:
        owner, take, turn = wallet
        if not _TAKE.count(connection, {"owner": owner, "take": take, "seen_turn": turn}):
            return None
    _INSERT_MEAL.run(connection, meal)
    for line in lines:
        _INSERT_LINE.run(connection, line)
    booking.book(connection, movements, occasion)
    return int(meal["balance_after_fen"] or 0)


def _in_one_statement(
    connection: Connection,
    meal: Mapping[str, Any],
    movements: Sequence[Movement],
    occasion: Occasion,
    wallet: tuple[int, int, int] | None,
    lines: Sequence[Mapping[str, Any]],
    in_shift: bool,
) -> int | None:
    values: dict[str, Any] = {f"m_{name}": meal[name] for name in _MEAL_COLUMNS}
    own = booking.wallet(wallet[0]) if wallet is not None else None
    for number, movement in enumerate(movements):
        debit, credit = movement.debit, movement.credit
        values[f"t{number}_debit"] = None if debit == own else booking.account_id(connection, debit)
        values[f"t{number}_credit"] = booking.account_id(connection, credit)
        row = booking.transfer_row(movement, occasion)
        if not number:
            values.update({f"t_{name}": row[name] for name in _SHARED})
        values.update({f"t{number}_{name}": row[name] for name in _OWN})
    if wallet is not None:
        owner, take, turn = wallet
        values.update(owner=owner, change=-take, seen_turn=turn, most=None)
    if lines:
        values["lines"] = json.dumps([{**line, "meal_id": None} for line in lines])
    statement = _sale_statement(len(movements), wallet is not None, bool(lines), in_shift)
    row = statement.one(connection, values)
    return int(row.balance_fen) if row else None


@lru_cache(maxsize=64)
def _sale_statement(transfers: int, has_wallet: bool, has_lines: bool, in_shift: bool) -> Prepared:
    return Prepared(lambda _dialect: _build(transfers, has_wallet, has_lines, in_shift))


def _open_shift(connection: Connection, movement: Movement, occasion: Occasion) -> bool:
    row = booking.transfer_row(movement, occasion)
    values = {name: row[name] for name in booking.SHIFT_PARAMETERS}
    return _FIND_SHIFT.one(connection, values) is not None


def _build(transfers: int, has_wallet: bool, has_lines: bool, in_shift: bool) -> Any:
    """Wallet, meal, transfers, each fed by the one before: no wallet, no meal, no transfers.

    `in_shift`: and no wallet nor meal without an open shift.
    """
    shift = _shift().cte("shift") if transfers else None
    meal = select(
        *(bindparam(f"m_{name}", type_=_MEALS.c[name].type) for name in _MEAL_COLUMNS),
        literal_column("''"),
    )
    change = booking.change_wallet_statement()
    if in_shift and shift is not None:
        is_open = exists(select(shift.c.id))
        change, meal = change.where(is_open), meal.where(is_open)
    paid = change.cte("paid") if has_wallet else None
    if paid is not None:
        meal = meal.select_from(paid)
    eaten = (
        insert(_MEALS)
        .from_select([*_MEAL_COLUMNS, "void_reason"], meal, include_defaults=False)
        .returning(*(_MEALS.c[name] for name in _OF_MEAL.values()))
        .cte("eaten")
    )
    answer = (
        select(paid.c.balance_fen)
        if paid is not None
        else select(literal_column("0").label("balance_fen")).select_from(eaten)
    ).add_cte(eaten)
    if has_lines:
        answer = answer.add_cte(_held(eaten))
    if shift is None:
        return answer
    rows = union_all(*(_transfer(number, eaten, shift, paid) for number in range(transfers)))
    booked = (
        insert(_TRANSFERS)
        .from_select(_TRANSFER_COLUMNS, rows, include_defaults=False)
        .returning(_TRANSFERS.c.id)
        .cte("booked")
    )
    return answer.add_cte(booked)


def _held(eaten: Any) -> Any:
    """The lines of a tray, which came as JSON: however many, one statement."""
    line = (
        func.jsonb_to_recordset(cast(bindparam("lines", type_=Text()), JSONB))
        .table_valued(*(column(name, _LINES.c[name].type) for name in _LINE_COLUMNS[1:]))
        .render_derived(name="line", with_types=True)
    )
    rows = select(eaten.c.id, *(line.c[name] for name in _LINE_COLUMNS[1:])).select_from(
        eaten.join(line, literal_column("true"))
    )
    return (
        insert(_LINES)
        .from_select(_LINE_COLUMNS, rows, include_defaults=False)
        .returning(_LINES.c.position)
        .cte("held")
    )


def _shift() -> Any:
    """The open shift at this counter."""
    site_id, *till = booking.SHIFT_PARAMETERS
    return open_shift(parameter(f"m_{site_id}"), *(parameter(f"t_{name}") for name in till))


def _transfer(number: int, eaten: Any, shift: Any, paid: Any) -> Any:
    """One row of transfers. Without an account of its own it debits the wallet that paid."""

    def account(side: str) -> Any:
        return bindparam(f"t{number}_{side}", type_=Integer())

    def value(name: str) -> Any:
        whose = "t" if name in _SHARED else f"t{number}"
        return bindparam(f"{whose}_{name}", type_=_TRANSFERS.c[name].type)

    sources = {
        "debit_account_id": account("debit")
        if paid is None
        else func.coalesce(account("debit"), select(paid.c.id).scalar_subquery()),
        "credit_account_id": account("credit"),
        "shift_id": select(shift.c.id).scalar_subquery(),
        **{name: eaten.c[of_meal] for name, of_meal in _OF_MEAL.items()},
    }
    return select(
        *(sources[name] if name in sources else value(name) for name in _TRANSFER_COLUMNS)
    ).select_from(eaten)


_TAKE = Prepared(
    lambda _dialect: (
        update(_WALLETS)
        .where(
            _WALLETS.c.resident_id == bindparam("owner", type_=Integer()),
            _WALLETS.c.turn == bindparam("seen_turn", type_=Integer()),
            _WALLETS.c.balance_fen >= bindparam("take", type_=BigInteger()),
        )
        .values(
            balance_fen=_WALLETS.c.balance_fen - bindparam("take", type_=BigInteger()),
            turn=_WALLETS.c.turn + 1,
        )
    )
)
"""`booking.change_wallet` where the turn is known, and with it the balance after: to have that
returned costs SQLite a table of its own."""

_INSERT_MEAL = Prepared(
    lambda _dialect: insert(_MEALS).values(
        {
            **{name: bindparam(name, type_=_MEALS.c[name].type) for name in _MEAL_COLUMNS},
            "void_reason": literal_column("''"),
        }
    )
)

_FIND_SHIFT = Prepared(
    lambda _dialect: open_shift(*(parameter(name) for name in booking.SHIFT_PARAMETERS))
)

_INSERT_LINE = Prepared(
    lambda _dialect: insert(_LINES).values(
        {name: bindparam(name, type_=_LINES.c[name].type) for name in _LINE_COLUMNS}
    )
)
