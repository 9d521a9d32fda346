"""Thousands of rows in one go, inside a writing transaction of the caller's.

While a register is written, a sale at the counter waits for SQLite's one writer. So ids are
drawn beforehand instead of asked back row by row, and rows go to SQLite's driver as they are.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.schema import ColumnDefault


@contextmanager
def uncollected() -> Iterator[None]:
    """Python's garbage waits until the block is left: to look for it among the million cells of
    a large register takes a third of the time for which the counter waits."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def draw_ids(session: Session, table: Table, count: int) -> list[int]:
    """Ids for so many new rows of `table`, which nobody else will get.

    On SQLite they follow the highest, for nobody else writes until the caller has committed;
    on PostgreSQL they come from the column's own sequence.
    """
    if not count:
        return []
    if session.get_bind().dialect.name == "sqlite":
        first = (session.scalar(select(func.max(table.c.id))) or 0) + 1
        return list(range(first, first + count))
    sequence = func.pg_get_serial_sequence(table.name, "id")
    numbers = func.generate_series(1, count).table_valued()
    return list(session.scalars(select(func.nextval(sequence)).select_from(numbers)))


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns; the others get the model's plain defaults."""
    if not rows:
        return
    dialect = session.get_bind().dialect
    if dialect.name != "sqlite":
        session.execute(insert(table), rows)
        return
    plain = {
        column.name: column.default.arg
        for column in table.c
        if column.name not in rows[0] and isinstance(column.default, ColumnDefault)
    }
    assert not any(map(callable, plain.values())), "only plain defaults are known beforehand"
    names = [column.name for column in table.c if column.name in rows[0] or column.name in plain]
    typed = [
        (place, turned)
        for place, name in enumerate(names)
        if (turned := table.c[name].type.dialect_impl(dialect).bind_processor(dialect))
    ]
    cells = itemgetter(*names)
    values: Sequence[Any] = [cells({**plain, **row} if plain else row) for row in rows]
    if typed:
        values = [_typed(list(row), typed) for row in values]
    written = table.insert().values({name: bindparam(name) for name in names})
    session.connection().exec_driver_sql(str(written.compile(dialect=dialect)), values)


def _typed(row: list[Any], typed: Sequence[tuple[int, Callable[[Any], Any]]]) -> tuple[Any, ...]:
    """A row in SQLite's own types: its dates as text."""
    for place, turned in typed:
        row[place] = turned(row[place])
    return tuple(row)
