"""Safari's engine under test: Debian's WebKitGTK, driven by the W3C's WebDriver over plain HTTP.

No client library: WebDriver is a dozen addresses with JSON. Every wait has an end, and what is
started here is ended by its process id, with its children.
"""

import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.settlement import free_port

DRIVER, SCREEN = "WebKitWebDriver", "Xvfb"
BROWSERS = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
CAMERAS = "--enable-mock-capture-devices=true"
"""WebKit's own make-believe cameras, one to the front and one at the back, with a lamp."""
PATIENCE_S = 60.0
"""How long anything is waited for: on a quiet machine milliseconds."""
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""How WebDriver names a reference to an element (W3C WebDriver, 12.2)."""
NOT_YET = (
    "no such element",
    "stale element reference",
    "element not interactable",
    "element click intercepted",
)
"""Answers after which nothing has happened to the page (W3C WebDriver, 6.6)."""
ENTER = "\ue007"


class Wrong(Exception):
    """What the driver answered instead of a value."""


def missing() -> str:
    """The first program that this suite needs and the machine has not; empty if all are here."""
    if not browsers():
        return "MiniBrowser"
    return next((name for name in (DRIVER, SCREEN) if shutil.which(name) is None), "")


def browsers() -> list[Path]:
    """WebKit's own small browser, where Debian keeps it."""
    return sorted(Path("/").glob(BROWSERS.lstrip("/")))


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """A display that nobody looks at; its name."""
    reading, writing = os.pipe()
    size = ["-screen", "0", "1600x1300x24", "-nolisten", "tcp"]
    with started([SCREEN, "-displayfd", str(writing), *size], pass_fds=[writing]):
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()  # it says which was free, or ends and says nothing
        if not number:
            raise Wrong("the display did not start")
        yield f":{number}"


@contextlib.contextmanager
def webkit() -> Iterator["WebKit"]:
    """One browser on a display of its own, ended whatever happens."""
    with screen() as display:
        port = free_port()
        environ = {**os.environ, "DISPLAY": display, "GDK_BACKEND": "x11", "NO_AT_BRIDGE": "1"}
        with started([DRIVER, f"--port={port}"], env=environ):
            browser = WebKit(f"http://127.0.0.1:{port}")
            yield browser
            browser.close()


@contextlib.contextmanager
def started(command: list[str], **values: Any) -> Iterator[None]:
    """A program in a process group of its own; the group ends with the block."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, start_new_session=True, **quiet, **values)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=5)


class WebKit:
    """One session: go, press, type, ask the page."""

    def __init__(self, driver: str) -> None:
        self._driver = driver
        self._session = ""
        until(lambda: self._ready(), "the driver does not answer")
        options = {"binary": str(browsers()[-1]), "args": ["--automation", CAMERAS]}
        wanted = {"webkitgtk:browserOptions": options, "timeouts": {"script": 60_000}}
        made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{made['sessionId']}"
        self.version = made["capabilities"]["browserVersion"]

    def _ready(self) -> bool:
        try:
            return bool(self._ask("GET", "/status")["ready"])
        except OSError:
            return False

    def close(self) -> None:
        """End the session; the browser goes with it."""
        with contextlib.suppress(OSError, Wrong):
            self._ask("DELETE", self._session)

    def size(self, width: int, height: int) -> None:
        """The page, not the window around it, is so large."""
        for _ in range(2):
            inner = self.js("return [innerWidth, innerHeight]")
            outer = self._get("/window/rect")
            wanted = {
                "width": width + outer["width"] - inner[0],
                "height": height + outer["height"] - inner[1],
            }
            self._post("/window/rect", wanted)

    def goto(self, address: str) -> None:
        """Open an address and wait until it is loaded."""
        self._post("/url", {"url": address})

    def reload(self) -> None:
        """Load the page once more."""
        self._post("/refresh", {})

    def js(self, script: str, *given: Any) -> Any:
        """What a function body answers in the page; a promise is waited for."""
        return self._post("/execute/sync", {"script": script, "args": list(given)})

    def wait(self, script: str, *given: Any) -> Any:
        """Until an expression is true in the page; what it came to."""
        try:
            return until(lambda: self.js(f"return ({script})", *given), f"never true: {script}")
        except AssertionError as error:
            error.add_note(f"the page shows: {self.text('body')[:1000]}")
            raise

    def wait_for(self, selector: str) -> None:
        """Until something that a selector names is on the page."""
        self.wait("document.querySelector(arguments[0]) !== null", selector)

    def text(self, selector: str) -> str:
        """The words of an element as they are drawn."""
        return str(self.js("return document.querySelector(arguments[0])?.innerText", selector))

    def click(self, selector: str) -> None:
        """Press it, as a finger does: it must be seen and nothing may lie over it."""
        self._on(selector, "click", {})

    def fill(self, selector: str, text: str) -> None:
        """Type into a field, instead of what stands there."""
        self._on(selector, "clear", {})
        self._on(selector, "value", {"text": text})

    def choose_file(self, selector: str, path: Path) -> None:
        """As if it had been picked, or a photo had been taken."""
        self._on(selector, "value", {"text": str(path)})

    def type(self, text: str) -> None:
        """Keys, wherever the focus is, as fast as the browser takes them."""
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._post("/actions", {"actions": [{"type": "key", "id": "keys", "actions": keys}]})

    def windows(self) -> list[str]:
        """The open windows."""
        return list(self._get("/window/handles"))

    def new_window(self) -> str:
        """A second window; this one stays the current one."""
        return str(self._post("/window/new", {"type": "window"})["handle"])

    def switch(self, window: str) -> None:
        """From now on everything is said to this window."""
        self._post("/window", {"handle": window})

    def window(self) -> str:
        """The current one."""
        return str(self._get("/window"))

    def close_window(self) -> None:
        """Close the current one; another has to be switched to."""
        self._ask("DELETE", f"{self._session}/window")

    def cookie(self, name: str, value: str) -> None:
        """Set a cookie for the page's host."""
        self._post("/cookie", {"cookie": {"name": name, "value": value}})

    def forget_cookies(self) -> None:
        """Nobody is signed in any more."""
        self._ask("DELETE", f"{self._session}/cookie")

    def picture(self) -> bytes:
        """A PNG of what the window shows."""
        return base64.b64decode(self._get("/screenshot"))

    def _on(self, selector: str, what: str, body: dict[str, Any]) -> None:
        """Do something with an element once it is there: a page that draws itself anew takes it
        away between finding and pressing, and then nothing was done."""
        refused: list[Wrong] = []

        def done() -> bool:
            try:
                found = self._post("/element", {"using": "css selector", "value": selector})
                self._post(f"/element/{found[ELEMENT]}/{what}", body)
            except Wrong as wrong:
                if not any(name in str(wrong) for name in NOT_YET):
                    raise
                refused[:] = [wrong]
                return False
            return True

        until(done, f"{what} {selector}: never, {refused}")

    def _get(self, path: str) -> Any:
        return self._ask("GET", self._session + path)

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self._ask("POST", self._session + path, body)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._driver + path, data=data, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S + 30) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise Wrong(error.read().decode()) from None


def until(true: Any, otherwise: str) -> Any:
    """Ask until the answer is true; after `PATIENCE_S` seconds say what is not."""
    end = time.monotonic() + PATIENCE_S
    while not (answer := true()):
        assert time.monotonic() < end, otherwise
        time.sleep(0.02)
    return answer
