"""Statements straight through PostgreSQL's own library, for the scan's path only.

psycopg's cursors serve every need and cost a tenth of a sale; its documented `pq` layer does
the one thing a prepared statement wants: send values as text, take rows as text.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

Rows = tuple[list[str], list[tuple[Any, ...]]]

_names = count(1)


def execute(connection: Connection, sql: str, values: Sequence[Any]) -> Rows | None:
    """Run a statement with ``$1`` parameters: names of its columns and its rows, or None.

    On a connection that commits each statement it is prepared once and sent directly. Inside
    a transaction psycopg's cursor is used: it keeps the book of BEGIN and of what a rollback
    forgets. Rows hold int, bool, str, date, datetime, UUID and Decimal; JSON may be text.
    Raises psycopg's errors.
    """
    driver: Any = connection.connection.driver_connection
    if not driver.autocommit:
        return _through_a_cursor(driver, sql, values)
    from psycopg import errors

    sent = [_sent(value) for value in values]
    try:
        return _directly(connection, driver.pgconn, sql, sent)
    except errors.InvalidSqlStatementName:  # a pooler or DEALLOCATE forgot it: once more
        connection.info.pop("canteen_prepared")
        return _directly(connection, driver.pgconn, sql, sent)


def _directly(
    connection: Connection, line: Any, sql: str, sent: Sequence[bytes | None]
) -> Rows | None:
    from psycopg import errors, pq

    prepared: dict[str, bytes] = connection.info.setdefault("canteen_prepared", {})
    name = prepared.get(sql)
    if name is None:
        name = f"canteen_{next(_names)}".encode()
        made = line.prepare(name, sql.encode())
        if made.status != pq.ExecStatus.COMMAND_OK:
            raise errors.error_from_result(made)
        prepared[sql] = name
    result = line.exec_prepared(name, sent)
    if result.status == pq.ExecStatus.TUPLES_OK:
        return _rows(result)
    if result.status == pq.ExecStatus.COMMAND_OK:
        return None
    raise errors.error_from_result(result)


def _through_a_cursor(driver: Any, sql: str, values: Sequence[Any]) -> Rows | None:
    from psycopg import RawCursor

    with RawCursor(driver) as cursor:
        plain = [str(value) if isinstance(value, str) else value for value in values]
        cursor.execute(sql.encode(), plain)
        if cursor.description is None:
            return None
        return [column.name for column in cursor.description], cursor.fetchall()


def _sent(value: Any) -> bytes | None:
    """A value as PostgreSQL reads it in text."""
    if value is None:
        return None
    if value is True or value is False:
        return b"t" if value else b"f"
    return str(value).encode()


def _rows(result: Any) -> Rows:
    columns = range(result.nfields)
    readers = [_READERS.get(result.ftype(column), bytes.decode) for column in columns]
    names = [result.fname(column).decode() for column in columns]
    rows = [
        tuple(
            None if (value := result.get_value(row, column)) is None else readers[column](value)
            for column in columns
        )
        for row in range(result.ntuples)
    ]
    return names, rows


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
