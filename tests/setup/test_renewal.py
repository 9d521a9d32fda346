"""A certificate near its end is renewed under way: nobody's tray is dropped for it."""

import contextlib
import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from canteen.foundation.certificates import Shelf
from canteen.foundation.certificates.authority import LEAF_LIFE, RENEW_BEFORE
from canteen.readiness import ready_certificate
from canteen.renewal import Renewal
from tests.setup.test_secure_server import free_port, wait_for

NEAR_ITS_END = LEAF_LIFE - RENEW_BEFORE + timedelta(days=5)


def age(shelf: Shelf) -> None:
    """Put a server's certificate in its place that was made long ago."""
    shelf.server_file.unlink()
    then = datetime.now(UTC) - NEAR_ITS_END
    ready_certificate(shelf.folder.parent, now=then)


class Recorder:
    """What replaces the workers, in tests without any."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    ready_certificate(tmp_path, now=datetime.now(UTC) - timedelta(days=500))
    ready_certificate(tmp_path, now=datetime.now(UTC))
    return Shelf(tmp_path)


def test_a_good_certificate_is_left_alone(shelf: Shelf) -> None:
    renewal = Renewal(shelf.folder.parent)
    before = shelf.server_file.read_bytes()
    assert not renewal.is_due()
    assert shelf.server_file.read_bytes() == before


def test_one_that_comes_near_its_end_is_made_anew_once(shelf: Shelf) -> None:
    now = [datetime.now(UTC)]
    renewal = Renewal(shelf.folder.parent, clock=lambda: now[0])
    assert not renewal.is_due()
    now[0] += NEAR_ITS_END
    assert renewal.is_due()
    leaf = shelf.leaf()
    assert leaf is not None
    assert leaf.not_valid_after_utc - now[0] > timedelta(days=300)
    assert not renewal.is_due()


def test_one_that_somebody_made_by_hand_is_taken_up(shelf: Shelf) -> None:
    renewal = Renewal(shelf.folder.parent)
    ready_certificate(shelf.folder.parent, now=datetime.now(UTC), extra=("kitchen.lan",))
    assert renewal.is_due()
    assert not renewal.is_due()


def test_without_its_key_it_goes_on_serving_and_says_so_once(
    shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    renewal = Renewal(shelf.folder.parent, clock=lambda: datetime.now(UTC) + NEAR_ITS_END)
    (shelf.folder / "ca.key").unlink()
    assert not renewal.is_due()
    assert not renewal.is_due()
    assert capsys.readouterr().err.count("certificate not renewed") == 1
    assert shelf.leaf() is not None


def test_it_looks_again_and_again(shelf: Shelf) -> None:
    renewal, taken_up = Renewal(shelf.folder.parent, every_seconds=0.05), Recorder()
    age(shelf)
    renewal.watch(taken_up)
    deadline = time.monotonic() + 120
    while not taken_up.times and time.monotonic() < deadline:
        time.sleep(0.05)
    assert taken_up.times == 1


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, ""), (380, "早该自动更新"), (3650 - 500 - 100, "平板装的证书还有")],
)
def test_the_command_warns_ahead(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, days: int, said: str
) -> None:
    from canteen.https_commands import _ahead

    leaf, authority = shelf.leaf(), shelf.authority()
    assert leaf is not None
    assert authority is not None
    told = " ".join(_ahead(shelf, authority, leaf, datetime.now(UTC) + timedelta(days=days)))
    assert said in told
    assert bool(told) == bool(said)
    (shelf.folder / "ca.key").unlink()
    assert "更新不了" in " ".join(_ahead(shelf, authority, leaf, datetime.now(UTC)))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """`canteen serve --https` with one worker, which looks at its certificate every second."""
    pytest.importorskip("granian")
    port = free_port()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CANTEEN")}
    settings = {**environ, "CANTEEN_DATA": str(tmp_path), "CANTEEN_CERTIFICATE_SECONDS": "1"}
    words = ["serve", "--https", "--host", "127.0.0.1", "--workers", "1", "--no-worker"]
    with (tmp_path / "said.txt").open("wb") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "canteen", *words, "--port", str(port), "--plain-port", "0"],
            env=settings,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(port, server, tmp_path / "said.txt")
        yield port, tmp_path
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=120)


def serial(port: int, authority: Path) -> int:
    """Of the certificate that is served now."""
    context = ssl.create_default_context(cafile=str(authority))
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as line,
    ):
        shown = line.getpeercert(binary_form=True)
    assert shown is not None
    return x509.load_der_x509_certificate(shown).serial_number


def test_the_real_server_renews_while_it_answers_and_drops_nothing(
    served: tuple[int, Path],
) -> None:
    port, data = served
    shelf = Shelf(data)
    context = ssl.create_default_context(cafile=str(shelf.authority_file))
    first = serial(port, shelf.authority_file)
    age(shelf)
    kept = http.client.HTTPSConnection("localhost", port, timeout=20, context=context)
    answered, lost, deadline = 0, [], time.monotonic() + 240
    while serial(port, shelf.authority_file) == first or answered < 20:
        assert time.monotonic() < deadline, "the new certificate was not taken up"
        with contextlib.closing(
            http.client.HTTPSConnection("localhost", port, timeout=20, context=context)
        ) as fresh:
            for line in (fresh, kept):
                try:
                    line.request("GET", "/sign-in")
                    assert line.getresponse().read()
                    answered += 1
                except (http.client.RemoteDisconnected, ConnectionError, ssl.SSLError) as error:
                    if line is fresh:
                        lost.append(error)
                    line.close()  # a kept line may end between two requests, as always
        time.sleep(0.1)
    assert lost == []
    leaf = shelf.leaf()
    assert leaf is not None
    assert leaf.not_valid_after_utc - datetime.now(UTC) > timedelta(days=300)
