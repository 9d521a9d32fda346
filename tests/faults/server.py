"""`canteen serve` in a process group of its own, to be frozen, killed and started again."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from benchmarks.settlement import free_port

INSIDE = Path(__file__).parent / "inside"
"""Holds the `sitecustomize` that a server takes along: see there."""
READY_SECONDS = 240.0


class Server:
    """One installation's server on one port of 127.0.0.1, as an operator runs it.

    The command leads a process group; the job worker is left out because it has one of its
    own. Signals go to the ids of these processes alone.
    """

    def __init__(self, data: Path, url: str, environ: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        self._data = data
        self._environ = {
            **os.environ,
            "CANTEEN_DATA": str(data),
            "CANTEEN_DATABASE_URL": url,
            "FAULTS_TESTS": str(os.getpid()),
            "PYTHONPATH": os.pathsep.join((str(INSIDE), os.environ.get("PYTHONPATH", ""))),
            **(environ or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that was started; the workers are its children."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [str(canteen()), "serve", "--port", str(self.port), "--no-worker"]
        with (self._data / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--workers", "2"],
                env=self._environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        """Until a page comes; a busy machine may need minutes for what takes seconds."""
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sign-in", timeout=20):
                    return
            except (OSError, urllib.error.URLError):
                time.sleep(0.05)
        raise AssertionError(f"no answer: {self.said()[-2000:]}")

    def wait_for_workers(self, number: int) -> None:
        """Until it has so many worker processes again, and they answer."""
        until = time.monotonic() + READY_SECONDS
        while len(self.workers()) < number:
            assert time.monotonic() < until, self.said()[-2000:]
            time.sleep(0.05)
        self.wait_until_it_answers()

    def wait_until_gone(self) -> None:
        """Until nobody listens on the port."""
        until = time.monotonic() + READY_SECONDS
        while self._is_heard():
            assert time.monotonic() < until, "somebody stayed behind on the port"
            time.sleep(0.05)

    def _is_heard(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def said(self) -> str:
        """What it wrote to its terminal."""
        return (self._data / "server.log").read_text("utf-8", errors="replace")

    def workers(self) -> list[int]:
        """The ids of its worker processes."""
        return children(self.pid)

    def signal(self, number: int) -> None:
        """To the command and its workers, all at once."""
        os.killpg(self.pid, number)

    def kill(self) -> None:
        """As the power button, or the kernel without memory: nobody may finish anything."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.signal(signal.SIGKILL)
            self._process.wait(timeout=20)
            self._process = None


def children(process: int) -> list[int]:
    """The ids of a process's children, from whichever of its threads; the eldest first."""
    listed: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        listed += map(int, task.read_text().split())
    return sorted(listed)


def canteen() -> Path:
    """The command beside the interpreter that runs the tests."""
    return Path(sys.executable).with_name("canteen")
