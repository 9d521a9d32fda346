"""Statements of the scan's path: built once with SQLAlchemy, then run as plain SQL.

Building, hashing and compiling an expression costs more than running it. A prepared
statement is rendered once per database and carries its constants; values are converted
here, and rows come back as the driver gives them (SQLite: dates as ISO text).
"""

import re
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from flask import g
from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

from canteen.foundation import libpq
from canteen.foundation.database import db, writer_turn

Build = Callable[[str], ClauseElement]


@dataclass(frozen=True)
class _Rendered:
    """A statement in one database's words: which values it takes, and its constants after them."""

    sql: str
    names: tuple[str, ...]
    constants: tuple[Any, ...]


class Prepared:
    """One statement. `build` makes it for a dialect name; parameters go by name."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._rendered: dict[str, _Rendered] = {}
        self._row: Callable[..., Any] | None = None

    def run(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Execute in the connection's transaction; its rows as named tuples, [] if none.

        Raises SQLAlchemy's errors, as any statement does, but without the parameters: they
        may be about people.
        """
        found = self._execute(connection, values)
        if isinstance(found, int):
            return []
        columns, rows = found
        if self._row is None:
            self._row = _row_maker(columns)
        return [self._row(row) for row in rows]

    def one(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The first row, or None."""
        rows = self.run(connection, values)
        return rows[0] if rows else None

    def count(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Execute a statement that returns nothing: how many rows it changed."""
        found = self._execute(connection, values)
        assert isinstance(found, int), "rows are for `run`"
        return found

    def _execute(self, connection: Connection, values: Mapping[str, Any]) -> libpq.Found:
        dialect = connection.dialect
        known = self._rendered.get(dialect.name) or self._render(dialect)
        given = [*map(values.__getitem__, known.names), *known.constants]
        try:
            return _EXECUTE[dialect.name](connection, known.sql, given)
        except dialect.loaded_dbapi.Error as error:
            lost = dialect.is_disconnect(error, connection.connection, None)
            wrapped = DBAPIError.instance(
                known.sql,
                None,
                error,
                dialect.loaded_dbapi.Error,
                connection_invalidated=lost,
                dialect=dialect,
            )
            if lost:
                connection.invalidate(error)
            raise wrapped from error

    def _render(self, dialect: Dialect) -> _Rendered:
        kind: Any = type(dialect)
        compiled: Any = self._build(dialect.name).compile(dialect=kind(paramstyle="pyformat"))
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        names = [name for name, bind in binds.items() if bind.required]
        constants = {name: bind.value for name, bind in binds.items() if not bind.required}
        self._rendered[dialect.name] = _Rendered(
            sql=_numbered(str(compiled), [*names, *constants], _MARK[dialect.name]),
            names=tuple(names),
            constants=tuple(constants.values()),
        )
        return self._rendered[dialect.name]


def _row_maker(columns: Sequence[Any]) -> Callable[[Any], Any]:
    row: Any = namedtuple("Row", [column[0] for column in columns])  # type: ignore[misc]
    maker: Callable[[Any], Any] = row._make
    return maker


_MARK = {"sqlite": "?", "postgresql": "$"}


def _numbered(sql: str, names: Sequence[str], mark: str) -> str:
    """A statement with ``%(name)s`` in the database's own words: ``?1`` or ``$1``.

    PostgreSQL's driver would do this for every execution of a long statement anew, and
    SQLite's would send a value once for each place it stands in.
    """
    number = {name: f"{mark}{place}" for place, name in enumerate(names, start=1)}
    return re.sub(r"%\((\w+)\)s|%%", lambda found: number[found[1]] if found[1] else "%", sql)


def _execute_on_sqlite(connection: Connection, sql: str, values: Sequence[Any]) -> libpq.Found:
    """As `libpq.execute` does it: columns and rows, or how many rows were changed."""
    driver: Any = connection.connection.driver_connection
    sent = [
        value if (kind := type(value)) in _AS_IT_IS else _TO_SQLITE.get(kind, str)(value)
        for value in values
    ]
    cursor = driver.execute(sql, sent)
    try:
        columns = cursor.description
        return cursor.rowcount if columns is None else (columns, cursor.fetchall())
    finally:
        cursor.close()


_EXECUTE: Mapping[str, Callable[[Connection, str, Sequence[Any]], libpq.Found]]
_EXECUTE = {"sqlite": _execute_on_sqlite, "postgresql": libpq.execute}


def reading() -> AbstractContextManager[Connection]:
    """A connection for reads of one statement each: on PostgreSQL without BEGIN and COMMIT.

    One request uses one such connection, and leaves it open for the next: to take one out of
    the pool and put it back costs as much as asking who is signed in.
    """
    held: Connection | None = g.get("canteen_reading")
    if held is None or held.closed or held.invalidated:
        held = g.canteen_reading = _take(_plain_engine(db.engine))
    return nullcontext(held)


def let_go(_error: BaseException | None = None) -> None:
    """Give the request's reading connection back: at the end of every application context."""
    held: Connection | None = g.pop("canteen_reading", None)
    if held is None:
        return
    if held.closed or held.invalidated or held.in_transaction():
        held.close()
    else:
        _idle(held.engine).append(held)


def _take(engine: Engine) -> Connection:
    try:
        return _idle(engine).pop()
    except IndexError:
        return engine.connect()


def _idle(engine: Engine) -> list[Connection]:
    """Reading connections that no request uses, the last one used at the end.

    They hang on the engine and end with it, or when it is disposed of.
    """
    idle: list[Connection] | None = getattr(engine, "_canteen_idle", None)
    if idle is None:
        idle = engine._canteen_idle = []  # type: ignore[attr-defined]
        event.listen(engine, "engine_disposed", _close_idle)
    return idle


def _close_idle(engine: Engine) -> None:
    idle = _idle(engine)
    while idle:
        connection = idle.pop()
        connection.detach()  # to be closed, not to go back to a pool that is no more
        connection.close()


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """Around a write, on a `reading` connection, that decides for itself whether it happens.

    SQLite: one IMMEDIATE transaction, in this machine's fair order. PostgreSQL: nothing,
    because there the write is a single statement. What was read before may have changed:
    the write checks what it relies on (the wallet's turn, the unique indexes).
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    with writer_turn(connection.engine):
        driver.execute("BEGIN IMMEDIATE")
        try:
            yield
            driver.execute("COMMIT")
        except BaseException:
            driver.rollback()
            raise


_threads: WeakKeyDictionary[Engine, Lock] = WeakKeyDictionary()


def one_by_one(connection: Connection) -> AbstractContextManager[object]:
    """Around a read, what it decides and its `writing`: on SQLite one thread of a process.

    SQLite's driver lets go of Python at every step. Threads at the same work at once do nothing
    but hand it to each other, and a sale among sales costs half as much again.
    """
    if connection.dialect.name != "sqlite":
        return nullcontext()
    return _threads.setdefault(connection.engine, Lock())


def as_date(value: Any) -> date | None:
    """A date from a prepared statement's row, from either database."""
    return date.fromisoformat(value) if isinstance(value, str) else value


_autocommit: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


def _plain_engine(engine: Engine) -> Engine:
    """The engine itself on SQLite; on PostgreSQL a second one that commits each statement."""
    if engine.dialect.name == "sqlite":
        return engine
    if engine not in _autocommit:
        _autocommit[engine] = create_engine(
            engine.url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, pool_use_lifo=True
        )
    return _autocommit[engine]


def close_plain(engine: Engine) -> None:
    """Close the connections of the second engine, where there is one."""
    if engine in _autocommit:
        _autocommit.pop(engine).dispose()


_AS_IT_IS = frozenset({str, int, type(None)})
"""Types that SQLite takes as they are; subclasses such as enumerations become plain text."""


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


_TO_SQLITE: Mapping[type, Callable[[Any], Any]] = {
    UUID: lambda value: value.hex,
    datetime: _instant,
    date: date.isoformat,
    bool: int,
}
"""How SQLAlchemy's SQLite types store the rest."""
