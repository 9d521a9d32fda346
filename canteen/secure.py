"""`canteen serve --https`: the certificate made ready, the server behind it, the door beside it.

Two ports. HTTPS carries everything. The plain one is a door: it hands out the certificate and
how to install it, which a tablet that does not trust us yet could not fetch otherwise.
"""

import errno
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from canteen.foundation.certificates.shelf import Ready
from canteen.foundation.codes import terminal_lines
from canteen.foundation.jobs.companion import worker_beside
from canteen.readiness import ready_certificate, tell_made
from canteen.renewal import EVERY_SECONDS, Renewal

HTTPS_PORT, PLAIN_PORT = 8443, 8080
EVERYWHERE = ("0.0.0.0", "::")


@dataclass(frozen=True)
class Ports:
    """Where to listen. `plain` is None where no plain port is wanted; `whole` opens everything
    on it, not only the door."""

    host: str
    https: int = HTTPS_PORT
    plain: int | None = PLAIN_PORT
    whole: bool = False


def serve_securely(
    ports: Ports,
    *,
    data: Path,
    workers: int | None = None,
    jobs: bool = True,
    environ: Mapping[str, str] | None = None,
) -> None:
    """Serve over HTTPS until interrupted. Raises ClickException for what a person must settle."""
    from canteen.serving import serve_application

    _need_granian()
    ready = ready_certificate(data, now=datetime.now(UTC))
    for port in (ports.https, ports.plain):
        if port is not None:
            check_address(ports.host, port)
    tell_made(ready)
    tell_addresses(ports, ready)
    settings = {
        **(environ or {}),
        "CANTEEN_HTTPS": "1",
        "CANTEEN_HTTPS_PORT": str(ports.https),
        "CANTEEN_HTTP_PORT": str(ports.plain or ""),
        "CANTEEN_LISTENS_ON": "" if ports.host in EVERYWHERE else ports.host,
    }
    with _door_beside(ports, settings):
        serve_application(
            host=ports.host,
            port=ports.https,
            workers=workers,
            jobs=jobs,
            environ=settings,
            certificate=ready.server,
            renewal=Renewal(data, every_seconds=_look_every()),
        )


def tell_addresses(ports: Ports, ready: Ready) -> None:
    """Where to go, with a code for the tablet's camera."""
    host = ports.host
    if host in EVERYWHERE:
        host = str(next((a for a in ready.names.addresses if not a.is_loopback), "127.0.0.1"))
    setup = (
        f"http://{host}:{ports.plain}/setup/https"
        if ports.plain
        else f"https://{host}:{ports.https}/setup/https"
    )
    click.echo(f"\n  打开 / open             https://{host}:{ports.https}/")
    click.echo(f"  平板装证书 / set up     {setup}\n")
    for line in terminal_lines(setup):
        click.secho(line, fg="bright_white", bg="black")


def check_address(host: str, port: int) -> None:
    """Raise ClickException, saying why, where a port cannot be listened on.

    Looked at beforehand: the server shares a taken port with whoever has it, and two of them
    would answer in turn.
    """
    try:
        family, *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError as error:
        raise click.ClickException(
            f"没有权限用端口 {port}，请用 --port 换一个 1024 以上的\n"
            f"no right to port {port}, choose one from 1024 up with --port"
        ) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise click.ClickException(
                f"端口 {port} 已被占用，请用 --port 换一个\n"
                f"port {port} is taken, choose another with --port"
            ) from error
        raise click.ClickException(
            f"“{host}”不是这台机器的地址，请用 --host 0.0.0.0（所有地址）或 127.0.0.1（只本机）\n"
            f"“{host}” is no address of this machine: --host 0.0.0.0 for all of them, "
            "127.0.0.1 for this machine alone"
        ) from error


@contextmanager
def _door_beside(ports: Ports, settings: Mapping[str, str]) -> Iterator[None]:
    """The plain door, in a process of its own for as long as the block lasts."""
    os.environ.update(settings)
    if ports.plain is None:
        yield
        return
    command = [sys.executable, "-m", "canteen", "door", "--host", ports.host]
    command += ["--port", str(ports.plain), *(["--whole"] if ports.whole else [])]
    with worker_beside(command):
        yield


def _look_every() -> float:
    """How often the certificate is looked at while it is served; less only in trials."""
    return float(os.environ.get("CANTEEN_CERTIFICATE_SECONDS") or EVERY_SECONDS)


def _need_granian() -> None:
    try:
        import granian  # noqa: F401
    except ImportError as error:
        raise click.ClickException(
            "这台机器上没有 granian（64 位 Windows ARM 没有它的安装包），本机不能直接开 HTTPS。"
            "请在前面放一个代理（如 Caddy：tls internal），再设 CANTEEN_HTTPS=1\n"
            "HTTPS needs granian, which has no package for this machine (Windows on ARM): put a "
            "proxy such as Caddy (tls internal) in front and set CANTEEN_HTTPS=1"
        ) from error
