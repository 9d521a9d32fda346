"""Counting what is asked of the database."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import event

from canteen.foundation.database import db

T = TypeVar("T")


def queries_of(work: Callable[[], T]) -> tuple[list[str], T]:
    """Every SELECT that some work asks, and what it returns."""
    asked: list[str] = []

    def note(*args: Any) -> None:
        if args[2].lstrip().startswith("SELECT"):
            asked.append(args[2])

    db.session.rollback()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        return asked, work()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
