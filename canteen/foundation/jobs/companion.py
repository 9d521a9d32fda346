"""A worker process beside a server: started with it, started again if it dies, ended with it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

WRONG_SETTINGS = 2
"""What a worker ends with when starting it again would not help."""

COMMAND = (sys.executable, "-m", "canteen", "worker", "--beside-server")

_PATIENCE_SECONDS = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0


@contextmanager
def worker_beside(command: Sequence[str] = COMMAND) -> Iterator["Companion"]:
    """A worker for as long as the block lasts."""
    companion = Companion(command)
    try:
        yield companion
    finally:
        companion.stop()


class Companion:
    """The process and the thread that watches it.

    Its standard input is a pipe of ours that says nothing: when we are gone, even killed,
    it closes, and the worker ends by itself.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self._over = threading.Event()
        self.process = self._begin()
        if hasattr(os, "register_at_fork"):  # the server's own children must not hold the pipe
            os.register_at_fork(after_in_child=self._let_go)
        self._watch = threading.Thread(target=self._keep, name="worker-watch", daemon=True)
        self._watch.start()

    def stop(self) -> None:
        """Ask it to end, by its pipe; wait; end it."""
        self._over.set()
        self._watch.join()
        self._let_go()
        for end in (self.process.terminate, self.process.kill, self.process.wait):
            try:
                self.process.wait(_PATIENCE_SECONDS)
                return
            except subprocess.TimeoutExpired:
                end()

    def _let_go(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()

    def _begin(self) -> "subprocess.Popen[bytes]":
        self._began = time.monotonic()
        return subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the server, whose pipe passes it on
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # so on Windows
        )

    def _keep(self) -> None:
        pause = _FIRST_PAUSE
        while not self._over.wait(0.5):
            if self.process.poll() is None:
                continue
            if self.process.returncode == WRONG_SETTINGS:
                return
            lived = time.monotonic() - self._began
            pause = _FIRST_PAUSE if lived > _LONGEST_PAUSE else min(pause * 2, _LONGEST_PAUSE)
            print("后台程序停了，正在重启 / the worker ended: starting it again", file=sys.stderr)
            if self._over.wait(pause):
                return
            with suppress(OSError):  # no memory for it just now: the next turn tries again
                self.process = self._begin()
