"""How much work a query is, without a clock: the steps of SQLite's machine."""

from collections.abc import Callable
from typing import Any

from canteen.foundation.database import db


def steps_of(run: Callable[[], object]) -> int:
    """Hundreds of steps that the queries of `run` take; PostgreSQL counts none: 0."""
    db.session.rollback()
    if db.engine.dialect.name != "sqlite":
        run()
        return 0
    taken: list[int] = []
    raw: Any = db.session.connection().connection.driver_connection
    raw.set_progress_handler(lambda: taken.append(1), 100)
    try:
        run()
    finally:
        raw.set_progress_handler(None, 0)
    return len(taken)
