"""Fair turns at SQLite's one writer, across the threads and processes of one machine.

SQLite itself lets a second writer sleep and try again, which is unfair and slow: with
several servers on one file the unlucky wait a hundred times longer than the lucky. Here
writers queue on a lock file first, and find SQLite free when their turn has come. The
lock file holds nothing and may be deleted; the operating system frees it with the process.
"""

import os
import threading
from types import TracebackType

try:
    import fcntl
except ImportError:  # Windows: one server process, whose threads queue here
    fcntl = None  # type: ignore[assignment]


class WriterTurn:
    """A context manager: inside, nobody else on this machine writes to the file."""

    def __init__(self, database: str | None) -> None:
        self._threads = threading.Lock()
        named = database and database != ":memory:"
        self._path = f"{database}.turn" if named and fcntl is not None else None
        self._descriptor: int | None = None
        self._process = 0

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            if self._path is not None:
                fcntl.flock(self._file(self._path), fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._descriptor is not None:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def _file(self, path: str) -> int:
        """The open lock file of this process: a forked child must not share its parent's."""
        if self._descriptor is None or self._process != os.getpid():
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            self._process = os.getpid()
        return self._descriptor
