"""One closing at a time per funder, across every server; a crash lets go of it."""

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, func, select

from canteen.foundation.database import db

try:
    import fcntl
except ImportError:  # Windows: one process, whose threads ask each other
    fcntl = None  # type: ignore[assignment]

_held: set[tuple[str, str]] = set()
_guard = threading.Lock()


@contextmanager
def closing(funder_code: str) -> Iterator[bool]:
    """Whether nobody else is closing a claim of this funder; if so nobody can, inside.

    PostgreSQL keeps the lock in a transaction of its own that reads nothing, so that it also
    works behind a pooler; SQLite's machine keeps it on a file beside the database.
    """
    engine = db.engine
    lock = _on_server if engine.dialect.name != "sqlite" else _on_machine
    with lock(engine, funder_code) as free:
        yield free


@contextmanager
def _on_server(engine: Engine, funder_code: str) -> Iterator[bool]:
    key = int.from_bytes(_digest(funder_code)[:8], signed=True)
    with engine.connect() as connection:
        yield bool(connection.scalar(select(func.pg_try_advisory_xact_lock(key))))
        connection.rollback()


@contextmanager
def _on_machine(engine: Engine, funder_code: str) -> Iterator[bool]:
    database = engine.url.database or ""
    place = (database, funder_code)
    with _guard:
        free = place not in _held
        if free:
            _held.add(place)
    if not free:
        yield False
        return
    try:
        if fcntl is None or database in ("", ":memory:"):
            yield True
            return
        with _file(f"{database}.claim-{_digest(funder_code).hex()[:12]}") as descriptor:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            yield True
    finally:
        with _guard:
            _held.discard(place)


@contextmanager
def _file(path: str) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)  # and with it the lock


def _digest(funder_code: str) -> bytes:
    return hashlib.sha256(f"claim:{funder_code}".encode()).digest()
