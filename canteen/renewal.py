"""The server's certificate renewed while it serves, and taken up without a pause.

A canteen's computer runs for months. Its certificate is looked at every hour: one near its end,
or for an address that the network has changed since, is made anew, and the workers are replaced
one after the other; so is one that somebody made by hand meanwhile. Tablets notice nothing.
"""

import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from canteen.foundation.certificates import Shelf
from canteen.readiness import ready_certificate, tell_made

EVERY_SECONDS = 3600.0


class Renewal:
    """What is served, and what should be. `clock` is asked at each look."""

    def __init__(
        self,
        data: Path,
        *,
        every_seconds: float = EVERY_SECONDS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._data, self._every, self._clock = data, every_seconds, clock
        self._served = self._fingerprint()
        self._trouble = ""

    def watch(self, take_up: Callable[[], None]) -> None:
        """Look every hour until the process ends; `take_up` replaces the workers."""
        threading.Thread(target=self._keep, args=(take_up,), daemon=True).start()

    def is_due(self) -> bool:
        """Make a new certificate where one is needed; whether another one lies ready than is
        served. What stands in the way is said once on the terminal, and tried again."""
        try:
            ready = ready_certificate(self._data, now=self._clock())
        except (click.ClickException, OSError) as error:
            said = str(getattr(error, "message", error))
            if said != self._trouble:
                click.echo(f"证书没有更新 / certificate not renewed: {said}", err=True)
            self._trouble = said
            return False
        self._trouble = ""
        tell_made(ready)
        found = self._fingerprint()
        is_new, self._served = found != self._served, found
        return is_new

    def _fingerprint(self) -> bytes:
        leaf = Shelf(self._data).leaf()
        return leaf.tbs_certificate_bytes if leaf else b""

    def _keep(self, take_up: Callable[[], None]) -> None:
        pause = threading.Event()
        while not pause.wait(self._every):
            try:
                if self.is_due():
                    take_up()
            except Exception as error:  # the thread must live as long as the server
                print(f"证书没有更新 / certificate not renewed: {error}", file=sys.stderr)
