"""The network between counters and server: a proxy on 127.0.0.1 that can fail like one."""

import contextlib
import random
import socket
import threading
from enum import Enum


class Weather(Enum):
    """How the network is."""

    FINE = "fine"
    DOWN = "down"
    """Nothing comes through, in either direction; what is under way is cut."""
    ONE_WAY = "one way"
    """What is asked arrives and is done; no answer comes back."""
    CUTTING = "cutting"
    """Now and then a connection breaks amid a request or amid its answer."""


class Wire:
    """Listens on a port of its own and passes bytes on to the server's port."""

    CUT = 0.15
    """The part of pieces that break off when it is `CUTTING`."""

    def __init__(self, to_port: int, *, seed: int) -> None:
        self._to_port = to_port
        self._dice = random.Random(seed)
        self._weather = Weather.FINE
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.cut = 0
        """Connections that broke off amid something."""
        self.swallowed = 0
        """Answers, or pieces of them, that did not come back."""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def turn(self, weather: Weather) -> None:
        """Let the weather change."""
        self._weather = weather
        if weather is Weather.DOWN:
            self._cut_all()

    def close(self) -> None:
        """No more connections."""
        self._listening.close()
        self._cut_all()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # close() closes the listening socket
            while True:
                near, _address = self._listening.accept()
                if self._weather is Weather.DOWN:
                    near.close()
                    continue
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._to_port), timeout=10)
        except OSError:
            near.close()
            return
        for end in (near, far):
            end.settimeout(None)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open |= {near, far}
        if self._weather is Weather.DOWN:  # it turned while we were joining
            self._cut_all()
        for ends in ((near, far, False), (far, near, True)):
            threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := one.recv(65536):
                if answers and self._weather is Weather.ONE_WAY:
                    self.swallowed += 1
                    continue
                if self._weather is Weather.CUTTING and self._dice.random() < self.CUT:
                    other.sendall(piece[: self._dice.randrange(len(piece))])
                    self.cut += 1
                    break
                other.sendall(piece)
        self._cut(one, other)

    def _cut_all(self) -> None:
        with self._lock:
            ends = list(self._open)
        self._cut(*ends)

    def _cut(self, *ends: socket.socket) -> None:
        for end in ends:
            with self._lock:
                self._open.discard(end)
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
