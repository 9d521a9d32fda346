"""The production server: granian where it has a wheel, else waitress, which is pure Python.

Both were measured with the counter's post on two cores: granian spends no Python on
parsing requests, which is a third of what waitress needs for a meal.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Protocol

from canteen.foundation.jobs.companion import worker_beside

THREADS = 3
"""Requests a process works on at once: more only wait for each other, as the benchmark shows."""
SERVER = "CANTEEN_SERVER_PROCESS"
"""Tells the processes of a server the id of the one that started them."""
RELAY_SECONDS = 10.0
"""A worker's successor has so long to be ready before it goes: a small machine is slow."""


class Renewing(Protocol):
    """Whatever keeps a certificate new."""

    def watch(self, take_up: Callable[[], None]) -> None:
        """Call `take_up` whenever another certificate lies ready."""


def usual_workers() -> int:
    """Two processes where there are two processors; on Windows one, which owns SQLite's turn."""
    return 1 if sys.platform == "win32" else min(2, os.cpu_count() or 1)


def serve_application(
    *,
    host: str,
    port: int,
    threads: int = THREADS,
    workers: int | None = None,
    environ: Mapping[str, str] | None = None,
    jobs: bool = True,
    certificate: Path | None = None,
    renewal: Renewing | None = None,
) -> None:
    """Serve until interrupted: plain http, or HTTPS with `certificate`, a PEM of key and chain.

    `renewal` keeps that file new; the workers are replaced when it says so.

    With `jobs` a worker process for long work runs beside the server and ends with it.

    The server makes the application anew from the environment, with `environ` on top.
    Limits on tries (passwords, pictures) are counted by each process for itself unless
    ``CANTEEN_RATELIMIT_URL`` names a common memory.
    """
    os.environ.update(environ or {})
    with worker_beside() if jobs else nullcontext():
        _serve(
            host=host,
            port=port,
            threads=threads,
            workers=workers,
            certificate=certificate,
            renewal=renewal,
        )


def _serve(
    *,
    host: str,
    port: int,
    threads: int,
    workers: int | None,
    certificate: Path | None,
    renewal: Renewing | None,
) -> None:
    try:
        from granian import Granian
        from granian.constants import Interfaces, SSLProtocols
        from granian.log import LogLevels
    except ImportError:
        if certificate is not None:  # waitress knows no TLS, and nobody is served plain unasked
            raise
        _serve_with_waitress(host=host, port=port, threads=threads)
        return
    os.environ[SERVER] = str(os.getpid())
    server = Granian(
        "canteen.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or usual_workers(),
        blocking_threads=threads,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,  # one that the system ended for want of memory comes back
        ssl_cert=certificate,
        ssl_key=certificate,
        ssl_protocol_min=SSLProtocols.tls12,  # tablets of 2018 know no newer one
        respawn_interval=RELAY_SECONDS,
    )
    if renewal is not None:
        renewal.watch(server.signal_handler_reload)
    server.serve()


def end_with_the_server() -> None:
    """In a process of the server: end when the one that started it is gone, even killed.

    Left alone it would keep the port, and answer beside the next server with yesterday's code.
    """
    server = os.environ.get(SERVER, "")
    if server and sys.platform != "win32":
        threading.Thread(target=_until_alone, args=(int(server),), daemon=True).start()


def _until_alone(server: int) -> None:
    while os.getppid() == server:
        time.sleep(0.5)
    os._exit(1)


def _serve_with_waitress(*, host: str, port: int, threads: int) -> None:
    import waitress

    from canteen.wsgi import app

    waitress.serve(app, host=host, port=port, threads=threads, ident="canteen")
