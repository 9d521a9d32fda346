"""One database, and the one way to change it: `transaction()`.

SQLite is the embedded default and PostgreSQL the large one. Two things differ and both
are settled here. SQLite gets write-ahead logging, foreign keys, full synchronisation and
``BEGIN IMMEDIATE`` for every writing transaction: with a plain ``BEGIN`` two writers that
have both read can silently lose one of the two changes. Writers of one machine queue in
fair order before they ask SQLite for its lock, so that none starves.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CheckConstraint, DateTime, Dialect, Engine, MetaData, String, event, func
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from canteen.foundation.turns import WriterTurn

P = ParamSpec("P")
T = TypeVar("T")


class Base(DeclarativeBase):
    """Every table; constraints are named so that a refusal can be told from another."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on the way in, aware UTC on the way out, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive instant may not be stored: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def prefix_text(length: int) -> String:
    """Text that is searched by its beginning: bytewise order on both databases."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def one_of(column: str, values: type[Any] | tuple[str, ...]) -> CheckConstraint:
    """A named CHECK that `column` holds one of `values` (a StrEnum or a tuple)."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")


def prepare_engine(engine: Engine) -> None:
    """Give a SQLite engine its pragmas and its two kinds of BEGIN. Idempotent."""
    if engine.dialect.name != "sqlite" or getattr(engine, "_canteen_prepared", False):
        return
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    engine._canteen_prepared = True  # type: ignore[attr-defined]


def _open_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin on its own
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",
        "busy_timeout=15000",
        "cache_size=-16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    writing = connection.get_execution_options().get("canteen_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


_turns: WeakKeyDictionary[Any, WriterTurn] = WeakKeyDictionary()


def writer_turn(engine: Engine) -> AbstractContextManager[None]:
    """The turn at an engine's one writer; PostgreSQL has many and needs none."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    turn = _turns.get(engine.pool)
    if turn is None:
        turn = _turns.setdefault(engine.pool, WriterTurn(engine.url.database))
    return turn


@contextmanager
def transaction() -> Iterator[Session]:
    """The one way to write: commits when the block ends, rolls back when it raises.

    What the session read before belongs to an older snapshot and is read again. Only
    actions open a transaction, and never one inside another.
    """
    session = db.session()
    if session.info.get("canteen_writing"):
        raise AssertionError("a transaction inside a transaction")
    if session.new or session.dirty or session.deleted:
        raise AssertionError("something was changed outside a transaction")
    session.rollback()
    with writer_turn(db.engine):
        session.info["canteen_writing"] = True
        try:
            session.connection(execution_options={"canteen_writing": True})
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info["canteen_writing"] = False


_PASSING = {"40001", "40P01"}  # serialization failure, deadlock: PostgreSQL asks for another try


def retried(action: Callable[P, T]) -> Callable[P, T]:
    """Run an action again (at most five times) when the database says "try again" or was lost.

    Only for actions that open their own transaction and may be repeated: nothing of a failed
    one is left, and what a lost connection did commit is found by its id.
    """

    @wraps(action)
    def again(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(4):
            try:
                return action(*args, **kwargs)
            except OperationalError as error:
                passing = getattr(error.orig, "sqlstate", None) in _PASSING
                if not passing and not error.connection_invalidated:
                    raise
        return action(*args, **kwargs)

    return again


def broke(error: IntegrityError, constraint: str, *columns: str) -> bool:
    """Whether this is the violation of one unique constraint or index.

    PostgreSQL names the constraint; SQLite names its columns as ``table.column``.
    """
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if name is not None:
        return bool(name == constraint)
    return f"UNIQUE constraint failed: {', '.join(columns)}" in str(error.orig)


def json_rows(dialect: str, *columns: Any) -> Any:
    """An aggregate of rows as one JSON list of lists, in whichever words the database has.

    Read it with `read_json_rows`; dates come as ISO text, booleans as 0 and 1 or as such.
    """
    if dialect == "sqlite":
        return func.json_group_array(func.json_array(*columns))
    return func.json_agg(func.json_build_array(*columns))


def read_json_rows(value: Any) -> list[list[Any]]:
    """The rows of `json_rows`: SQLite hands back text, PostgreSQL a list, or None for no row."""
    if not value or value == "[]":
        return []
    rows: list[list[Any]] = json.loads(value) if isinstance(value, str) else value
    return rows
