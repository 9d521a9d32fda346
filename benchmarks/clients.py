"""Clients of the counter, over HTTP on the loopback, bounded in count and time."""

import http.client
import json
import re
import selectors
import socket
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, product
from urllib.parse import urlencode

from benchmarks.world import PASSWORD, World

MOST_SECONDS = 300
ROUNDS = 6
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


@dataclass(frozen=True)
class Measured:
    """What one load gave: meals a second, and latencies in milliseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float
    errors: int


def orders(world: World) -> Iterator[tuple[str, str]]:
    """(token, period) pairs that are each settled once, in an order that spreads people."""
    return ((token, period) for period, token in product(world.periods, world.tokens))


def settle_over_http(
    host: str, port: int, world: World, work: Sequence[tuple[str, str]], clients: int
) -> Measured:
    """Settle every order of `work` with so many clients at once, each on a line of its own.

    One thread drives all lines with requests made ready before: on a machine that serves
    and asks at once, a client must cost as little as pgbench's. The work is done in `ROUNDS`,
    each with lines of its own: on which of the server's processes a line ends is chance, and
    eight lines that all end on one tell little of eight tablets. Within a round every line
    takes the next order as soon as it has its answer, as each of pgbench's clients goes on until
    the time is up: with a share of its own, a line that waits more than others would settle the
    rest of it alone.
    """
    signed_in = [sign_in(host, port, world.username) for _ in range(min(clients, 2))]
    latencies: list[float] = []
    errors: list[str] = []
    took = 0.0
    for turn in range(ROUNDS):
        requests = iter(
            [
                _request(headers, world, *one)
                for one, headers in zip(work[turn::ROUNDS], cycle(signed_in), strict=False)
            ]
        )
        lines = [_Line(host, port, requests) for _ in range(clients)]
        took += _settle(lines, latencies, errors)
    if errors:
        print("   first error:", errors[0][:200])
    return summary(latencies, took, len(errors))


def _settle(lines: "list[_Line]", latencies: list[float], errors: list[str]) -> float:
    """Drive the lines to their ends; the seconds it took."""
    began = time.perf_counter()
    with selectors.DefaultSelector() as ready:
        for line in lines:
            if line.ask():
                ready.register(line.socket, selectors.EVENT_READ, line)
        while ready.get_map():
            if time.perf_counter() - began > MOST_SECONDS:
                raise TimeoutError("the load did not end in time")
            for key, _events in ready.select(timeout=10):
                if not key.data.hear(latencies, errors):
                    continue
                if not key.data.ask():
                    ready.unregister(key.data.socket)
    took = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    return took


class _Line:
    """A kept connection that asks one request after another, of those that are left."""

    def __init__(self, host: str, port: int, requests: Iterator[bytes]) -> None:
        self.socket = socket.create_connection((host, port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = requests
        self._asked_at = 0.0
        self._heard = b""

    def ask(self) -> bool:
        """Send the next request; False when there is none."""
        request = next(self._requests, None)
        if request is None:
            return False
        self._heard, self._asked_at = b"", time.perf_counter()
        self.socket.sendall(request)
        return True

    def hear(self, latencies: list[float], errors: list[str]) -> bool:
        """Take what arrived; True when the whole answer is here."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed a line")
        self._heard += piece
        head, found, body = self._heard.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not found or length is None or len(body) < int(length[1]):
            return False
        latencies.append(time.perf_counter() - self._asked_at)
        if head[9:12] != b"201":
            errors.append(self._heard.decode(errors="replace"))
        return True


def _request(headers: dict[str, str], world: World, token: str, period: str) -> bytes:
    """One sale as the counter page posts it, with an id of its own."""
    sale = {"id": str(uuid.uuid4()), "token": token, "period": period, "set": "standard"}
    body = json.dumps({**sale, "device_id": world.device_id}).encode()
    told = {**headers, "Host": "127.0.0.1", "Content-Length": str(len(body))}
    lines = [f"{name}: {value}" for name, value in told.items()]
    return "\r\n".join(["POST /counter/meals HTTP/1.1", *lines, "", ""]).encode() + body


def summary(latencies: list[float], took: float, errors: int) -> Measured:
    """Rates and percentiles of latencies in seconds."""
    ordered = sorted(latencies) or [0.0]
    return Measured(
        per_second=len(latencies) / took,
        p50_ms=ordered[len(ordered) // 2] * 1000,
        p99_ms=ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000,
        errors=errors,
    )


def sign_in(host: str, port: int, username: str, password: str = PASSWORD) -> dict[str, str]:
    """The headers a clerk's page posts with: cookie and CSRF token."""
    connection = http.client.HTTPConnection(host, port, timeout=30)
    connection.request("GET", "/sign-in")
    page = connection.getresponse()
    cookie = (page.getheader("Set-Cookie") or "").split(";")[0]
    token = _csrf(page.read().decode())
    form = urlencode({"username": username, "password": password, "csrf_token": token})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", form, headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 302, f"sign-in answered {answer.status}"
    cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
    connection.request("GET", "/counter", headers={"Cookie": cookie})
    page = connection.getresponse()
    cookie = (page.getheader("Set-Cookie") or cookie).split(";")[0]
    return {
        "Cookie": cookie,
        "X-CSRFToken": _csrf(page.read().decode()),
        "Content-Type": "application/json",
        "Accept": "application/json",
    }


def _csrf(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found, "no CSRF token in the page"
    return found[1]
