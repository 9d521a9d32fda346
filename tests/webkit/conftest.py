"""A counter, a network that can fail, and a WebKit of its own for every test."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from tests.browser import LiveServer
from tests.faults.wire import Weather, Wire
from tests.people import PASSWORD
from tests.settlement.counter import Counter, make_counter
from tests.webkit.driver import ENTER, WebKit, missing, webkit


@dataclass(frozen=True, kw_only=True)
class Tablet:
    """A device with Safari's engine, and the network between it and the server."""

    browser: WebKit
    wire: Wire

    def at(self, path: str) -> str:
        """An address as the tablet knows it."""
        return f"http://127.0.0.1:{self.wire.port}{path}"

    def sign_in(self, username: str) -> None:
        """As people do, in Chinese."""
        self.browser.goto(self.at("/sign-in"))
        self.browser.cookie("canteen_language", "zh_Hans_CN")
        self.browser.reload()
        self.browser.fill("input[name=username]", username)
        self.browser.fill("input[name=password]", PASSWORD)
        self.browser.click("form.card button.primary")
        self.browser.wait("!location.pathname.includes('/sign-in')")

    def go_away(self) -> None:
        """Whoever asks the server is refused the connection."""
        self.wire.turn(Weather.DOWN)

    def come_back(self) -> None:
        """The server answers again."""
        self.wire.turn(Weather.FINE)


@dataclass(frozen=True, kw_only=True)
class Desk(Tablet):
    """A tablet at a counter."""

    counter: Counter

    def open_counter(self) -> None:
        """The page, ready to scan, and ready to go on alone."""
        self.browser.goto(self.at("/counter"))
        self.browser.wait_for("[data-showing=idle]")
        assert self.browser.js(KEPT) == "kept"

    def shoot(self, digits: str) -> None:
        """A scan gun with Enter at the end: a key every 5 ms by the page's clock, however busy
        this machine is."""
        self.browser.js(GUN)
        self.browser.type(digits + ENTER)

    def press_enter(self) -> None:
        """As a hand does."""
        self.browser.type(ENTER)

    def shown(self, screen: str) -> str:
        """Wait for a screen of the counter; its words."""
        self.browser.wait_for(f"[data-showing={screen}]")
        return self.browser.text("[data-stage]")


GUN = """
  const began = performance.now(), seen = new WeakMap();
  let keys = 0;
  const timeStamp = (event) => {
    if (!seen.has(event)) seen.set(event, began + 5 * keys++);
    return seen.get(event);
  };
  const get = function () { return timeStamp(this); };
  Object.defineProperty(KeyboardEvent.prototype, "timeStamp", { configurable: true, get });
"""

KEPT = """
  await navigator.serviceWorker.ready;
  const roster = () => new Promise((resolve) => {
    const asked = indexedDB.open("canteen-counter", 1);
    asked.onupgradeneeded = () => asked.transaction.abort();  // the page has made nothing yet
    asked.onerror = () => resolve(false);
    asked.onsuccess = () => {
      const get = asked.result.transaction("kept").objectStore("kept").get("roster");
      get.onsuccess = () => { asked.result.close(); resolve(Boolean(get.result)); };
    };
  });
  for (let tries = 0; tries < 400; tries += 1) {
    if ((await caches.keys()).length && (await roster())) return "kept";
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return "no roster was kept in twenty seconds";
"""
"""The worker keeps the page, and the roster is on the device."""


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> None:
    """Skips where the engine is not asked for by name, or is not installed."""
    if "webkit" not in request.config.option.markexpr:
        pytest.skip("Safari's engine runs by itself: pytest -m webkit")
    absent = missing()
    if absent:
        pytest.skip(f"needs Debian's webkit2gtk-driver and xvfb: there is no {absent}")


@pytest.fixture
def tablet(engine: None, app: Flask, live_server: LiveServer) -> Iterator[Tablet]:
    """Nobody is signed in yet."""
    wire = Wire(int(live_server.url.rpartition(":")[2]), seed=0)
    try:
        with webkit() as browser:
            yield Tablet(browser=browser, wire=wire)
    finally:
        wire.close()


@pytest.fixture
def desk(tablet: Tablet) -> Desk:
    """小李's counter; she is not signed in yet."""
    return Desk(browser=tablet.browser, wire=tablet.wire, counter=make_counter())
