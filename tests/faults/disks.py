"""Disks that can be full, whoever runs the tests.

`SmallDisk` is a real one of a few megabytes in memory, filled to its last byte; it needs the
right to mount. `LimitedFiles` needs no right at all: the kernel refuses the processes every byte
beyond a file's first few (``RLIMIT_FSIZE``; EFBIG instead of ENOSPC, SQLite calls it an I/O error
instead of a full disk).
"""

import contextlib
import random
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol


class Disk(Protocol):
    """Where a database lies."""

    def fill(self, processes: Iterable[int]) -> str:
        """No byte more; how."""

    def free(self, processes: Iterable[int]) -> None:
        """There is room again."""

    def close(self) -> None:
        """Done with it."""


class SmallDisk:
    """A tmpfs mounted at `folder`."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self._folder = folder
        self._filler = folder / "somebody-elses-film"
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)],
            check=True,
            capture_output=True,
        )

    def fill(self, _processes: Iterable[int]) -> str:
        """Write a file until there is no room, and every gap too small for it."""
        with self._filler.open("ab", buffering=0) as film:
            for size in (1 << 20, 4096, 1):
                with contextlib.suppress(OSError):
                    while film.write(b"\0" * size):
                        pass
        return "a disk without room"

    def free(self, _processes: Iterable[int]) -> None:
        self._filler.unlink(missing_ok=True)

    def close(self) -> None:
        for way in ([], ["-l"]):
            done = subprocess.run(
                ["umount", *way, str(self._folder)], check=False, capture_output=True
            )
            if done.returncode == 0:
                return


class LimitedFiles:
    """No disk of its own: the processes that write are limited while they run."""

    user: str | None = None
    """Whose processes they are, where that is not us: only their owner may limit them."""

    def __init__(self, *, seed: int = 0) -> None:
        self._dice = random.Random(seed)

    def fill(self, processes: Iterable[int]) -> str:
        most = self._dice.choice((0, 8192, 100_000))
        self._limit(processes, most)
        return f"no file beyond {most} bytes"

    def free(self, processes: Iterable[int]) -> None:
        self._limit(processes, None)

    def close(self) -> None:
        """Nothing of it is left."""

    def _limit(self, processes: Iterable[int], most: int | None) -> None:
        for process in processes:
            soft = "unlimited" if most is None else most
            subprocess.run(
                ["prlimit", f"--pid={process}", f"--fsize={soft}:"],
                user=self.user,
                check=False,  # it may have ended by itself; whether they are full is seen later
                capture_output=True,
            )


def may_mount(folder: Path) -> bool:
    """Whether this user may mount a disk here."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        SmallDisk(folder, 1).close()
    except (OSError, subprocess.CalledProcessError):
        return False
    return True
