"""SQLite under a server: its file, its log, and what of both is on the disk for sure."""

import contextlib
import os
import random
import shutil
import signal
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.faults.disks import Disk
from tests.faults.server import Server

SECTOR = 512
"""A disk keeps or loses this much of what it had not written yet."""


class SqliteGround:
    """A copy of the template's files in `data`."""

    name = "sqlite"

    def __init__(self, template: Path, data: Path, disk: Disk, *, seed: int = 0) -> None:
        for each in ("canteen.sqlite", "keys.json"):
            shutil.copyfile(template / each, data / each)
        self._file = data / "canteen.sqlite"
        self._notes = data / "unsynced"
        self._notes.mkdir()
        self._disk = disk
        self._dice = random.Random(seed)
        self.url = f"sqlite:///{self._file}"
        self.environ: Mapping[str, str] = {}
        self.lost_bytes = 0
        """Bytes that were written, not synchronised, and taken by power cuts so far."""

    def note_what_is_unsynced(self) -> None:
        """From the next start on: see `inside/unsynced.py`."""
        self.environ = {"FAULTS_UNSYNCED": str(self._notes)}

    def freeze(self, server: Server) -> None:
        server.signal(signal.SIGSTOP)

    def cut_power(self, server: Server) -> None:
        """What was not synchronised may be there, be gone, or be anything. The log's index
        (``-shm``) is memory: it goes, or is what some earlier moment left."""
        server.kill()
        self._lose_unsynced()
        if self._dice.random() < 0.7:
            self._beside("-shm").unlink(missing_ok=True)

    def restart(self, server: Server) -> None:
        """SQLite lives in the server's processes: one of them dies amid its work."""
        os.kill(server.workers()[0], signal.SIGKILL)

    def fill_disk(self, server: Server) -> str:
        return self._disk.fill([server.pid, *server.workers()])

    def free_disk(self, server: Server) -> None:
        self._disk.free([server.pid, *server.workers()])

    def stop(self) -> None:
        self._disk.close()

    def _beside(self, suffix: str) -> Path:
        return self._file.with_name(self._file.name + suffix)

    def _lose_unsynced(self) -> None:
        way = self._dice.choice(("all", "tail", "sectors"))
        for path, ranges in unsynced(self._notes).items():
            if not Path(path).exists():
                continue
            with Path(path).open("r+b") as file:
                size = file.seek(0, 2)
                if way == "tail":  # what was appended is gone, cut anywhere
                    start = unsynced_from(ranges, size)
                    size = file.truncate(self._dice.randrange(start, size + 1))
                for offset, length in ranges:
                    for at in range(offset, min(offset + length, size), SECTOR):
                        if way != "all" and self._dice.random() < 0.5:
                            continue
                        end = min(at + SECTOR, offset + length, size)
                        file.seek(at)
                        file.write(self._dice.randbytes(end - at))
                        self.lost_bytes += end - at
        for each in self._notes.glob("*.log"):
            each.unlink()


def unsynced_from(ranges: Iterable[tuple[int, int]], size: int) -> int:
    """From where on nothing of a file of so many bytes was synchronised: what lies before an
    (offset, length) at its end, and was, no cut takes."""
    start = size
    for offset, length in sorted(ranges, key=sum, reverse=True):
        if offset + length < start:
            break
        start = min(start, offset)
    return start


def unsynced(notes: Path) -> dict[str, list[tuple[int, int]]]:
    """By path the (offset, length) pairs that were written and not yet synchronised."""
    lines = []
    for each in notes.glob("*.log"):
        for line in each.read_text("utf-8").splitlines():
            with contextlib.suppress(ValueError):  # the last line may be half of one
                at, kind, offset, length, path = line.split(" ", 4)
                lines.append((int(at), kind, int(offset), int(length), path))
    pending: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for at, kind, offset, length, path in sorted(lines):
        if kind == "write":
            pending[path].append((at, offset, length))
        elif kind == "sync":  # `offset` is when it began: later writes may have missed it
            pending[path] = [one for one in pending[path] if one[0] > offset]
        else:
            pending[path] = [one for one in pending[path] if one[1] < offset]
    return {path: [(o, n) for _at, o, n in rest] for path, rest in pending.items() if rest}
