"""The real command: HTTPS and the door, idle connections, a browser that has the certificate."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser import CHROMIUM, PATIENCE_MS, QUIET
from tests.people import PASSWORD as SHORT

pytest.importorskip("granian")

PASSWORD = f"{SHORT}，慢慢吃"
"""Long enough for the real command."""


@dataclass(frozen=True)
class Served:
    """A running `canteen serve --https`."""

    https: int
    plain: int
    authority: Path

    def get(self, path: str, *, seconds: float = 10) -> http.client.HTTPResponse:
        context = ssl.create_default_context(cafile=str(self.authority))
        asked = http.client.HTTPSConnection(
            "localhost", self.https, timeout=seconds, context=context
        )
        asked.request("GET", path)
        return asked.getresponse()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("secure")
    https, plain = free_port(), free_port()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CANTEEN")}
    words = ["serve", "--https", "--host", "127.0.0.1", "--workers", "1", "--no-worker"]
    ports = ["--port", str(https), "--plain-port", str(plain)]
    settings = {**environ, "CANTEEN_DATA": str(data)}
    for command in (
        ["add-site", "jinniu", "金牛食堂"],
        ["add-administrator", "zhangjie", "--name", "张姐", "--password", PASSWORD],
    ):
        subprocess.run([sys.executable, "-m", "canteen", *command], env=settings, check=True)
    with (data / "said.txt").open("wb") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "canteen", *words, *ports],
            env=settings,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        for port in (https, plain):
            wait_for(port, server, data / "said.txt")
        yield Served(https, plain, data / "https" / "ca.crt")
        said_text = (data / "said.txt").read_text("utf-8")
        assert "PRIVATE" not in said_text
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
    deadline = time.monotonic() + 10
    while listens(plain) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not listens(plain), "the door outlived its server"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def wait_for(port: int, server: "subprocess.Popen[bytes]", said: Path) -> None:
    deadline = time.monotonic() + 60
    while not listens(port):
        assert server.poll() is None, said.read_text("utf-8")
        assert time.monotonic() < deadline, said.read_text("utf-8")
        time.sleep(0.1)


def test_it_answers_while_three_idle_connections_are_open(served: Served) -> None:
    with contextlib.ExitStack() as open_ones:
        for _ in range(3):
            open_ones.enter_context(socket.create_connection(("127.0.0.1", served.https)))
        for _ in range(5):
            assert served.get("/sign-in").status == 200  # not at all is after ten seconds


def test_cookies_go_over_https_alone_and_old_tablets_are_understood(served: Served) -> None:
    answer = served.get("/sign-in")
    cookies = answer.headers.get_all("Set-Cookie") or []
    assert cookies
    assert all("Secure" in cookie for cookie in cookies)
    context = ssl.create_default_context(cafile=str(served.authority))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection(("127.0.0.1", served.https)) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as old,
    ):
        assert old.version() == "TLSv1.2"


def test_a_client_without_the_certificate_does_not_talk_to_it(served: Served) -> None:
    with (
        socket.create_connection(("127.0.0.1", served.https)) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")


def test_the_door_hands_out_the_certificate_and_leads_on(served: Served) -> None:
    asked = http.client.HTTPConnection("127.0.0.1", served.plain, timeout=10)
    asked.request("GET", "/setup/https/ca.crt")
    answer = asked.getresponse()
    assert answer.read() == served.authority.read_bytes()
    assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
    asked.request("GET", "/counter")
    led = asked.getresponse()
    led.read()
    assert (led.status, led.headers["Location"]) == (303, "/setup/https?next=/counter")


@pytest.fixture
def trusting_page(playwright: Any, served: Served, tmp_path: Path) -> Iterator[Any]:
    """A Chromium whose owner has followed the page; canteen.local leads to this machine."""
    certutil = shutil.which("certutil")
    if certutil is None:
        pytest.skip("needs certutil (libnss3-tools)")
    store = tmp_path / ".pki" / "nssdb"
    store.mkdir(parents=True)
    subprocess.run([certutil, "-d", f"sql:{store}", "-N", "--empty-password"], check=True)
    trust = ["-A", "-t", "C,,", "-n", "canteen", "-i", str(served.authority)]
    subprocess.run([certutil, "-d", f"sql:{store}", *trust], check=True)
    browser = playwright.chromium.launch(
        executable_path=str(CHROMIUM), args=QUIET, env={**os.environ, "HOME": str(tmp_path)}
    )
    page = browser.new_context(locale="zh-CN").new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    browser.close()


@pytest.mark.browser
def test_a_browser_with_the_certificate_gets_camera_and_offline_work(
    trusting_page: Any, served: Served
) -> None:
    trusting_page.goto(f"https://localhost:{served.https}/setup/https")
    assert trusting_page.evaluate("isSecureContext")
    assert trusting_page.evaluate("'mediaDevices' in navigator")
    state = trusting_page.evaluate(
        """async () => {
            const script = "/static/js/shared/ids.js";
            const scope = "/static/js/shared/";
            const made = await navigator.serviceWorker.register(script, { scope, type: "module" });
            return made.scope;
        }"""
    )
    assert state.endswith("/static/js/shared/")


@pytest.mark.browser
def test_a_browser_with_the_certificate_passes_through_the_door(
    trusting_page: Any, served: Served
) -> None:
    trusting_page.goto(f"http://127.0.0.1:{served.plain}/meals")
    trusting_page.wait_for_url(f"https://127.0.0.1:{served.https}/sign-in?next=/meals")


@pytest.mark.browser
def test_signing_in_works_over_https(trusting_page: Any, served: Served) -> None:
    base = f"https://localhost:{served.https}"
    trusting_page.goto(f"{base}/sign-in?next=/settings/devices")
    trusting_page.fill("input[name=username]", "zhangjie")
    trusting_page.fill("input[name=password]", PASSWORD)
    trusting_page.click("form.card button.primary")
    trusting_page.wait_for_url(f"{base}/settings/devices")
    trusting_page.fill("input[name=name]", "三号窗口")
    trusting_page.click("form.card button.primary")
    trusting_page.locator("table", has_text="三号窗口").wait_for()


@pytest.mark.browser
def test_a_browser_without_it_is_shown_what_to_do(chromium: Any, served: Served) -> None:
    page = chromium.new_context(locale="zh-CN").new_page()
    page.goto(f"http://127.0.0.1:{served.plain}/counter")
    page.wait_for_timeout(1500)
    assert page.url.startswith(f"http://127.0.0.1:{served.plain}/setup/https")
    assert page.locator("[data-download].primary").is_visible()
    assert page.locator("[data-trusted]").is_hidden()
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_page_prints_on_one_sheet_with_a_readable_code(
    chromium: Any, served: Served, language: str
) -> None:
    import pypdfium2
    import zxingcpp

    base = f"http://127.0.0.1:{served.plain}"
    context = chromium.new_context()
    context.add_cookies([{"name": "canteen_language", "value": language, "url": base}])
    page = context.new_page()
    page.goto(f"{base}/setup/https")
    sheets = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    context.close()
    assert len(sheets) == 1
    found = zxingcpp.read_barcodes(sheets[0].render(scale=203 / 72).to_pil())
    assert [code.text.rpartition(":")[2] for code in found] == [f"{served.plain}/setup/https"]
