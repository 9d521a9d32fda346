"""A real Chromium with a profile on disk, in a process group of its own, to be killed by its id."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.browser import CHROMIUM, PATIENCE_MS, QUIET, TABLET
from tests.people import PASSWORD

STARTS_SECONDS = 240.0
CLOCK = "(() => { const own = Date.now.bind(Date); Date.now = () => own() + %f; })()"
"""A device's clock; a browser's own cannot be set without stopping its timers."""


class Tablet:
    """The counter's device. What it keeps lies in `profile` and outlives the browser."""

    def __init__(self, playwright: Any, profile: Path, url: str) -> None:
        self._playwright, self._profile, self._url = playwright, profile, url
        self._process: subprocess.Popen[bytes] | None = None
        self._browser: Any = None
        self.off_seconds = 0.0
        """By how much its clock is off from the next opening on."""

    def open(self) -> Any:
        """Switch it on; the page of the counter, whoever answers for it."""
        port = self._profile / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                *(str(CHROMIUM), *QUIET, "--headless=new", f"--user-data-dir={self._profile}"),
                *("--remote-debugging-port=0", "--no-first-run", "--lang=zh-CN"),
                *("--accept-lang=zh-CN", "--disable-dev-shm-usage"),
                *(f"--window-size={TABLET['width']},{TABLET['height']}", "about:blank"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + STARTS_SECONDS
        while not (port.exists() and port.read_text().strip()):
            assert time.monotonic() < until, "the browser did not start"
            time.sleep(0.05)
        address = f"http://127.0.0.1:{port.read_text().split()[0]}"
        self._browser = self._playwright.chromium.connect_over_cdp(address)
        page = self._browser.contexts[0].new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.add_init_script(CLOCK % (self.off_seconds * 1000))
        page.goto(f"{self._url}/counter")
        return page

    def sign_in(self, page: Any, username: str) -> None:
        """Where the door is shown: a browser that was killed forgets who sat before it."""
        if "/sign-in" not in page.url:
            return
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", PASSWORD)
        page.click("form.card button.primary")
        page.wait_for_url(lambda address: "/sign-in" not in address)
        page.goto(f"{self._url}/counter")

    def kill(self) -> None:
        """The battery is empty: SIGKILL to the browser and everything it started."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=20)
        self._process = None
        with contextlib.suppress(Exception):  # the line to it is broken, as it should be
            self._browser.close()
