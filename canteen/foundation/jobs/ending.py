"""How a worker process hears that it should end: a signal, or the server's pipe closing."""

import os
import signal
import sys
import threading
import time
from types import FrameType

PATIENCE_SECONDS = 30.0
"""A job that never says how far it is would keep a worker of a server that is gone."""


class Ending:
    """Asked to end or not. The second Ctrl-C does not wait for the job's next word."""

    def __init__(self) -> None:
        self._asked = False

    def __call__(self) -> bool:
        return self._asked

    def listen(self, *, beside_server: bool) -> None:
        """Hear signals. Beside a server also its pipe; Ctrl-C is then the server's to pass on."""
        for name in ("SIGTERM", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._hear)
        if beside_server:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            threading.Thread(target=self._until_the_pipe_closes, daemon=True).start()
        else:
            signal.signal(signal.SIGINT, self._hear)

    def _hear(self, _signal: int, _frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True

    def _until_the_pipe_closes(self) -> None:
        """The server never writes: the read ends when the server does, however it ended."""
        while os.read(sys.stdin.fileno(), 1):
            pass
        self._asked = True
        time.sleep(PATIENCE_SECONDS)
        os._exit(1)
