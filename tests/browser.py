"""A real Chromium against a real server on 127.0.0.1, for tests marked `browser`.

`live_server` serves the test's own `app`; `browser_page` is a tablet that stays on this
machine: an address elsewhere fails the test. Both skip where the `test-e2e` extra or
Debian's chromium is not installed. ``conftest.py`` lends them to every room.
"""

import asyncio
import contextlib
import io
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from waitress.server import create_server

from tests.people import PASSWORD

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
TABLET = {"width": 1024, "height": 768}
PATIENCE_MS = 60_000
"""How long a test waits for a page: on a busy machine seconds, on a quiet one never so long."""


class LiveServer:
    """The application behind waitress, in a thread of its own, with faults on request."""

    def __init__(self, app: Flask) -> None:
        self._app = app.wsgi_app
        self._is_down = False
        self._stranger: tuple[str, list[tuple[str, str]], bytes] | None = None
        self._lost: list[str] = []
        self._seconds: dict[str, float] = {}
        self._held: dict[tuple[str, str], tuple[bytes, threading.Event]] = {}
        self._server = create_server(self._answer, host="127.0.0.1", port=0, threads=4)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.effective_port}"

    def be_down(self, is_down: bool) -> None:
        """As behind a proxy whose server is gone: it answers, and says that nobody is there."""
        self._is_down = is_down

    def answer_as(self, status: str, headers: dict[str, str], body: str = "") -> None:
        """As in a network that lets nobody through: a stranger answers whatever is asked."""
        self._stranger = (status, list(headers.items()), body.encode())

    def answer_itself(self) -> None:
        """The stranger is gone."""
        self._stranger = None

    def lose_next_answer(self, path: str) -> None:
        """The next post to `path` is done, but its answer breaks off on the way."""
        self._lost.append(path)

    def lose_no_more(self) -> None:
        """Answers arrive again."""
        self._lost.clear()

    def answer_late(self, path: str, seconds: float) -> None:
        """From now on posts to `path` wait before they are done."""
        self._seconds[path] = seconds

    @contextlib.contextmanager
    def held(self, path: str, *, naming: str = "", method: str = "POST") -> Iterator[None]:
        """Posts to `path` wait until the block is over, however long this machine takes for it.

        `naming`: only those whose body says this.
        """
        free = threading.Event()
        self._held[method, path] = (naming.encode(), free)
        try:
            yield
        finally:
            del self._held[method, path]
            free.set()

    def stop(self) -> None:
        """Close the port and end the thread."""
        self._server.close()
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # stop() closes the listening socket
            self._server.run()

    def _answer(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if self._is_down:
            start_response("502 Bad Gateway", [("Content-Type", "text/html")])
            return [b"<h1>502 Bad Gateway</h1>"]
        if self._stranger:
            status, headers, body = self._stranger
            start_response(status, headers)
            return [body]
        if environ["REQUEST_METHOD"] == "POST":
            time.sleep(self._seconds.get(path, 0))
        self._hold(environ)
        if environ["REQUEST_METHOD"] != "POST" or path not in self._lost:
            return self._app(environ, start_response)
        self._lost.remove(path)
        whole = b"".join(self._app(environ, start_response))
        return [whole[: len(whole) // 2]]  # shorter than it said: the connection is cut

    def _hold(self, environ: dict[str, Any]) -> None:
        asked = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if asked not in self._held:
            return
        named, free = self._held[asked]
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        if named in body:
            free.wait(PATIENCE_MS / 1000)


@pytest.fixture
def live_server(app: Flask) -> Iterator[LiveServer]:
    """The test's application at `live_server.url`."""
    server = LiveServer(app)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    """Playwright, if it and a Chromium are here."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs the test-e2e extra")
    if not CHROMIUM.exists():
        pytest.skip(f"needs Debian's chromium at {CHROMIUM}")
    with sync_api.sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Any) -> Iterator[Any]:
    """One browser for all tests; each gets a context of its own."""
    browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
    yield browser
    browser.close()


@pytest.fixture
def browser_page(chromium: Any) -> Iterator[Any]:
    """A Chinese tablet in landscape."""
    with tablet_page(chromium) as page:
        yield page


class tablet_page:
    """A page of its own in `browser`; at its end nothing may have gone wrong or gone outside."""

    def __init__(self, browser: Any, **values: Any) -> None:
        self._context = browser.new_context(
            **{"viewport": TABLET, "locale": "zh-CN", "has_touch": True, **values}
        )
        self.page = self._context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.outside: list[str] = []
        self.mistakes: list[str] = []
        self.page.on("request", self._look)
        self.page.on("pageerror", lambda error: self.mistakes.append(str(error)))

    def __enter__(self) -> Any:
        return self.page

    def __exit__(self, kind: Any, *_rest: Any) -> None:
        self._context.close()
        if kind is None:
            assert self.outside == [], "the page asked somebody outside"
            assert self.mistakes == [], f"the page's script failed: {self.mistakes}"

    def _look(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.hostname != "127.0.0.1":
            self.outside.append(request.url)


def sign_in_page(page: Any, server: LiveServer, username: str) -> None:
    """Sign in as people do."""
    page.goto(f"{server.url}/sign-in")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("form.card button.primary")
    page.wait_for_url(lambda address: "/sign-in" not in address)


def shoot(page: Any, digits: str, *, enter: bool = True, began: float | None = None) -> None:
    """What a scan gun does: a key every 5 ms, wherever the focus is, however busy this machine.

    `began`: when the first key was pressed, where the page hears of it late.
    """
    keys = page.context.new_cdp_session(page)  # left open: closing it would end being offline
    typed = [*digits, *(["\r"] if enter else [])]
    if began is None:  # the last key is pressed now: none comes from the future
        began = time.time() - 0.005 * (len(typed) - 1)
    events = [
        event
        for place, digit in enumerate(typed)
        for event in _down_and_up(digit, began + place * 0.005)
    ]
    send_at_once(keys, events)


def press_enter(page: Any) -> None:
    """Enter as a hand presses it: a moment after a gun's, however fast the page was."""
    keys = page.context.new_cdp_session(page)
    send_at_once(keys, _down_and_up("\r", time.time() + 0.3))


def _down_and_up(typed: str, at: float) -> list[dict[str, Any]]:
    name = {"\r": "Enter"}.get(typed, typed)
    key = {
        "key": name,
        "code": name if name == "Enter" else f"Digit{typed}",
        "windowsVirtualKeyCode": ord(typed),
        "timestamp": at,
    }
    return [{"type": "keyDown", "text": typed, **key}, {"type": "keyUp", **key}]


def send_at_once(
    keys: Any, events: list[dict[str, Any]], method: str = "Input.dispatchKeyEvent"
) -> None:
    """All events on their way before the first is answered: a gun does not wait for the page.

    The server runs in this process. While it computes, keys sent one by one would come so late
    that the page took the first for one typed by hand.
    """
    send = keys._impl_obj.send

    async def all_of_them() -> None:
        await asyncio.gather(*[send(method, event, timeout=PATIENCE_MS) for event in events])

    keys._sync(all_of_them())
