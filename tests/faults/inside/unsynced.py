"""What SQLite has written and not yet synchronised: what a machine loses with its power.

SQLite reaches files through a table of functions (its VFS). The entries for opening, writing and
synchronising are replaced by ones that do the same and note it, in a file for each process:
``time kind offset length path`` per line. A write is noted before it is done and a
synchronisation after, so that what is noted as safe was safe.
"""

import ctypes
import os
import time
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any

OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
METHODS = 19
"""Pointers in SQLite's table of what a file can do, its version number among them."""
_WRITE, _TRUNCATE, _SYNC = 3, 4, 5
_OPEN = 5
"""Where they stand: in the file's table, and in the VFS itself."""


class _Watch:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths: dict[int, str] = {}
        self._file: Any = None
        self._process = 0
        self._tables: dict[int, Any] = {}
        self._kept: list[Any] = []
        """Callbacks and tables that C points to: they must not be collected."""

    def install(self, sqlite: Any) -> None:
        sqlite.sqlite3_vfs_find.restype = POINTER(c_void_p)
        vfs = sqlite.sqlite3_vfs_find(None)
        first = OPEN(vfs[_OPEN])

        def opened(this: int, name: int, file: int, flags: int, out: Any) -> int:
            done = first(this, name, file, flags, out)
            if done == 0 and name:
                self._paths[file] = os.fsdecode(c_char_p(name).value or b"")
                self._replace_methods(file)
            return int(done)

        ours = OPEN(opened)
        self._kept.append(ours)
        vfs[_OPEN] = ctypes.cast(ours, c_void_p).value

    def _replace_methods(self, file: int) -> None:
        place = ctypes.cast(file, POINTER(c_void_p))
        methods = place[0]
        if not methods or not self._paths[file].endswith((".sqlite", "-wal", "-journal")):
            return
        if methods not in self._tables:
            self._tables[methods] = self._table(methods)
        place[0] = ctypes.addressof(self._tables[methods])

    def _table(self, methods: int) -> Any:
        table = (c_void_p * METHODS).from_buffer_copy((c_void_p * METHODS).from_address(methods))
        write, truncate, sync = (
            kind(table[at]) for kind, at in ((WRITE, _WRITE), (TRUNCATE, _TRUNCATE), (SYNC, _SYNC))
        )

        def written(file: int, data: int, length: int, offset: int) -> int:
            self._note("write", file, offset, length)
            return int(write(file, data, length, offset))

        def truncated(file: int, length: int) -> int:
            done = int(truncate(file, length))
            self._note("truncate", file, length, 0)
            return done

        def synchronised(file: int, flags: int) -> int:
            began = time.monotonic_ns()
            done = int(sync(file, flags))
            if done == 0:
                self._note("sync", file, began, 0)
            return done

        for at, kind, what in (
            (_WRITE, WRITE, written),
            (_TRUNCATE, TRUNCATE, truncated),
            (_SYNC, SYNC, synchronised),
        ):
            ours = kind(what)
            self._kept.append(ours)
            table[at] = ctypes.cast(ours, c_void_p).value
        return table

    def _note(self, kind: str, file: int, offset: int, length: int) -> None:
        if self._process != os.getpid():  # a child of fork has a file of its own
            self._process = os.getpid()
            name = self._folder / f"{os.getpid()}.log"
            self._file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        line = f"{time.monotonic_ns()} {kind} {offset} {length} {self._paths.get(file, '')}\n"
        os.write(self._file, os.fsencode(line))


_watches: list[_Watch] = []
"""C points to what they hold: they live as long as the process."""


def watch(folder: str) -> None:
    """Note everything from now on, if Python's SQLite is a library one can reach.

    Where SQLite is built into the interpreter without its names, nothing is noted: then a power
    cut leaves what the page cache held.
    """
    try:
        sqlite = ctypes.CDLL(_library())
    except OSError:
        return
    if hasattr(sqlite, "sqlite3_vfs_find"):
        _watches.append(_Watch(Path(folder)))
        _watches[-1].install(sqlite)
        (Path(folder) / "watching").touch()


def _library() -> str | None:
    """The very library that the `sqlite3` module uses; the interpreter itself if there is none."""
    import _sqlite3  # noqa: F401  it loads the library

    try:
        mapped = Path("/proc/self/maps").read_text().split()
    except OSError:
        return None
    found = [each for each in mapped if Path(each).name.startswith("libsqlite3.")]
    return found[0] if found else None
