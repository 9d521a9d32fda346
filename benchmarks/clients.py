"""Clients of the counter, over HTTP on the loopback, bounded in count and time."""

import http.client
import json
import re
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice, product
from urllib.parse import urlencode

from benchmarks.world import PASSWORD, World


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
    """Settle every order of `work` with so many clients at once."""
    signed_in = [_sign_in(host, port, world) for _ in range(min(clients, 2))]
    shares = [list(islice(work, start, None, clients)) for start in range(clients)]
    latencies: list[float] = []
    errors: list[str] = []
    gate = threading.Barrier(clients + 1)
    threads = [
        threading.Thread(
            target=_client,
            args=(host, port, session, world, share, gate, latencies, errors),
            daemon=True,
        )
        for share, session in zip(shares, cycle(signed_in), strict=False)
    ]
    for thread in threads:
        thread.start()
    gate.wait(timeout=30)
    began = time.perf_counter()
    for thread in threads:
        thread.join(timeout=300)
    took = time.perf_counter() - began
    if errors:
        print("   first error:", errors[0][:200])
    return summary(latencies, took, len(errors))


def summary(latencies: list[float], took: float, errors: int) -> Measured:
    """Rates and percentiles of latencies in seconds."""
    ordered = sorted(latencies) or [0.0]
    return Measured(
        per_second=len(latencies) / took,
        p50_ms=ordered[len(ordered) // 2] * 1000,
        p99_ms=ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000,
        errors=errors,
    )


def _sign_in(host: str, port: int, world: World) -> dict[str, str]:
    """The cookie and CSRF token of a clerk."""
    connection = http.client.HTTPConnection(host, port, timeout=30)
    connection.request("GET", "/sign-in")
    page = connection.getresponse()
    cookie = (page.getheader("Set-Cookie") or "").split(";")[0]
    token = _csrf(page.read().decode())
    form = urlencode({"username": world.username, "password": PASSWORD, "csrf_token": token})
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


def _client(
    host: str,
    port: int,
    headers: dict[str, str],
    world: World,
    share: list[tuple[str, str]],
    gate: threading.Barrier,
    latencies: list[float],
    errors: list[str],
) -> None:
    connection = http.client.HTTPConnection(host, port, timeout=30)
    bodies = [
        json.dumps(
            {"id": str(uuid.uuid4()), "token": token, "period": period, "set": "standard",
             "device_id": world.device_id}
        )
        for token, period in share
    ]  # fmt: skip
    gate.wait(timeout=30)
    for body in bodies:
        began = time.perf_counter()
        connection.request("POST", "/counter/meals", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        latencies.append(time.perf_counter() - began)
        if answer.status != 201:
            errors.append(f"{answer.status} {text.decode(errors='replace')}")
