"""Writing many rows quickly: numbers given out here, rows written in chunks."""

from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from canteen.foundation.database import Base

CHUNK = 20_000
"""Rows held in memory before they are written, whatever the size of the demo."""


class Rows:
    """Rows on their way into the database, parents before children.

    Ids are counted here, so that a child can name its parent before either is written;
    `finish` tells PostgreSQL's sequences how far they got.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last: dict[str, int] = {}
        self._waiting: dict[str, list[dict[str, Any]]] = {}
        self._count = 0

    def add(self, model: type[Base], **values: Any) -> int:
        """Take a row; its id. A row of one table always has the same columns."""
        table = model.__table__
        if values.get("id") is None and "id" in table.c and _is_counted(table.c.id):
            values["id"] = self.number(model)
        self._waiting.setdefault(table.name, []).append(values)  # type: ignore[attr-defined]
        self._count += 1
        if self._count >= CHUNK:
            self.flush()
        number: int = values.get("id", 0)
        return number

    def flush(self) -> None:
        """Write what waits."""
        for table in Base.metadata.sorted_tables:
            if rows := self._waiting.pop(table.name, None):
                self._session.execute(insert(table), rows)
        self._count = 0

    def finish(self) -> None:
        """Write the rest and let the database count on from here."""
        self.flush()
        if self._session.get_bind().dialect.name != "postgresql":
            return
        for name, last in self._last.items():
            self._session.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"),
                {"table": name, "last": last},
            )

    def number(self, model: type[Base]) -> int:
        """The next id of a table, for a row that names itself in its path."""
        table = model.__table__
        assert isinstance(table, Table)
        if table.name not in self._last:
            self._last[table.name] = self._session.scalar(select(func.max(table.c.id))) or 0
        self._last[table.name] += 1
        return self._last[table.name]


def _is_counted(column: Any) -> bool:
    return bool(column.primary_key and column.type.python_type is int)
