"""Statements of the scan's path: built once with SQLAlchemy, then run as plain SQL.

Building, hashing and compiling an expression costs more than running it. A prepared
statement is rendered once per database and carries its constants; values are converted
here, and rows come back as the driver gives them (SQLite: dates as ISO text).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, CursorResult, Engine
from sqlalchemy.sql import ClauseElement

from canteen.foundation.database import db, sqlite_turn

Build = Callable[[str], ClauseElement]


class Prepared:
    """One statement. `build` makes it for a dialect name; parameters go by name."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._rendered: dict[str, tuple[str, Mapping[str, Any], tuple[str, ...]]] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Execute on a connection. Raises SQLAlchemy's errors, as any statement does."""
        dialect = connection.dialect.name
        if dialect not in self._rendered:
            compiled = self._build(dialect).compile(dialect=connection.dialect)
            order = tuple(getattr(compiled, "positiontup", None) or ())
            constants = {name: _plain(value) for name, value in compiled.params.items()}
            self._rendered[dialect] = (str(compiled), constants, order)
        sql, constants, order = self._rendered[dialect]
        given = {**constants, **values}
        if dialect == "sqlite":
            return connection.exec_driver_sql(sql, tuple(_sqlite(given[name]) for name in order))
        return connection.exec_driver_sql(sql, {name: _plain(given[name]) for name in constants})


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection for a read of one statement: on PostgreSQL without BEGIN and COMMIT."""
    with _plain_engine().connect() as connection:
        yield connection


@contextmanager
def one_write() -> Iterator[Connection]:
    """A connection for one read and one write that decides for itself whether it happens.

    SQLite: one IMMEDIATE transaction around both, in this process's fair order. PostgreSQL:
    no transaction of its own, because the write is a single statement; what it relies on
    it checks itself (the wallet's turn, the unique indexes).
    """
    if db.engine.dialect.name != "sqlite":
        with reading() as connection:
            yield connection
        return
    db.session.rollback()  # this thread's own read must not stand in the way of its write
    with sqlite_turn, db.engine.connect() as connection:
        connection.execution_options(canteen_writing=True)
        with connection.begin():
            yield connection


def as_date(value: Any) -> date | None:
    """A date from a prepared statement's row, from either database."""
    return date.fromisoformat(value) if isinstance(value, str) else value


_autocommit: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


def _plain_engine() -> Engine:
    engine = db.engine
    if engine.dialect.name == "sqlite":
        return engine
    if engine not in _autocommit:
        _autocommit[engine] = engine.execution_options(isolation_level="AUTOCOMMIT")
    return _autocommit[engine]


def _plain(value: Any) -> Any:
    """What psycopg takes as it is, except that enumerations are their text."""
    return str(value) if type(value) is not str and isinstance(value, str) else value


def _sqlite(value: Any) -> Any:
    """A value as SQLAlchemy's SQLite types store it."""
    if value is None or type(value) in (str, int):
        return value
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    return str(value)
