"""Statements straight through PostgreSQL's own library, for the scan's path only.

psycopg's cursors serve every need and cost a tenth of a sale; its documented `pq` layer does
the one thing a prepared statement wants: send values as text, take rows as text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

Found = tuple[Sequence[Any], list[tuple[Any, ...]]] | int
"""Columns as DB-API describes them, the name of each first, and rows; or, of a statement that
has none, how many rows it changed."""

_names = count(1)


@dataclass(frozen=True)
class _Statement:
    """A statement as one connection has prepared it, and how its columns are read."""

    name: bytes
    columns: tuple[tuple[str], ...]
    readers: tuple[Callable[[bytes], Any], ...]


def execute(connection: Connection, sql: str, values: Sequence[Any]) -> Found:
    """Run a statement with ``$1`` parameters: its columns and its rows, or what it changed.

    On a connection that commits each statement it is prepared once and sent directly. Inside
    a transaction psycopg's cursor is used: it keeps the book of BEGIN and of what a rollback
    forgets. Rows hold int, bool, str, date, datetime, UUID and Decimal; JSON may be text.
    Raises psycopg's errors.
    """
    driver: Any = connection.connection.driver_connection
    if not driver.autocommit:
        return _through_a_cursor(driver, sql, values)
    from psycopg import errors

    sent = [value.encode() if type(value) is str else _sent(value) for value in values]
    try:
        return _directly(connection, driver.pgconn, sql, sent)
    except errors.InvalidSqlStatementName:  # a pooler or DEALLOCATE forgot it: once more
        connection.info.pop("canteen_prepared")
        return _directly(connection, driver.pgconn, sql, sent)


def _directly(connection: Connection, line: Any, sql: str, sent: Sequence[bytes | None]) -> Found:
    from psycopg import errors, pq

    prepared: dict[str, _Statement] = connection.info.setdefault("canteen_prepared", {})
    statement = prepared.get(sql)
    if statement is None:
        statement = prepared[sql] = _prepare(line, sql)
    result = line.exec_prepared(statement.name, sent)
    if result.status == pq.ExecStatus.TUPLES_OK:
        return statement.columns, _rows(result, statement.readers)
    if result.status == pq.ExecStatus.COMMAND_OK:
        return int(result.command_tuples or 0)
    raise errors.error_from_result(result)


def _prepare(line: Any, sql: str) -> _Statement:
    from psycopg import errors, pq

    name = f"canteen_{next(_names)}".encode()
    made = line.prepare(name, sql.encode())
    if made.status != pq.ExecStatus.COMMAND_OK:
        raise errors.error_from_result(made)
    told = line.describe_prepared(name)
    columns = range(told.nfields)
    return _Statement(
        name=name,
        columns=tuple((told.fname(column).decode(),) for column in columns),
        readers=tuple(_READERS.get(told.ftype(column), bytes.decode) for column in columns),
    )


def _through_a_cursor(driver: Any, sql: str, values: Sequence[Any]) -> Found:
    from psycopg import RawCursor

    with RawCursor(driver) as cursor:
        plain = [str(value) if isinstance(value, str) else value for value in values]
        cursor.execute(sql.encode(), plain)
        if cursor.description is None:
            return int(cursor.rowcount)
        return cursor.description, cursor.fetchall()


def _sent(value: Any) -> bytes | None:
    """A value as PostgreSQL reads it in text; plain text is sent without asking here."""
    if value is None:
        return None
    if value is True or value is False:
        return b"t" if value else b"f"
    return str(value).encode()


def _rows(result: Any, readers: Sequence[Callable[[bytes], Any]]) -> list[tuple[Any, ...]]:
    value_at = result.get_value
    rows = []
    for row in range(result.ntuples):
        told = [value_at(row, column) for column in range(len(readers))]
        rows.append(
            tuple(
                [
                    None if value is None else read(value)
                    for read, value in zip(readers, told, strict=True)
                ]
            )
        )
    return rows


_READERS: dict[int, Callable[[bytes], Any]] = {
    16: lambda value: value == b"t",
    20: int,
    21: int,
    23: int,
    1082: lambda value: date.fromisoformat(value.decode()),
    1184: lambda value: datetime.fromisoformat(value.decode()),
    1700: lambda value: Decimal(value.decode()),
    2950: lambda value: UUID(value.decode()),
}
"""How columns are read, by the number of their type in ``pg_type``."""
