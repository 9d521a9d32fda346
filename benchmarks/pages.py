"""What the counter page weighs: bytes, requests and time until a card can be shown to it."""

import os
from typing import Any
from urllib.parse import urlsplit

from benchmarks.tablets import CHROMIUM, FLAGS, Tablet, new_tablet
from benchmarks.world import World

VISITS = 5
FIRST_BYTES = 100_000
"""The most a first visit may fetch."""

NOT_THE_PAGE = ("/counter/roster", "/counter/sw.js", "/counter/offline-meals", "/counter/voice")
"""What the page asks for when it is ready."""
WIFI = {"latency": 30, "downloadThroughput": 20e6 / 8, "uploadThroughput": 20e6 / 8}
"""A canteen's wireless network: milliseconds to the answer, bytes a second."""


def page_weights(base: str, world: World) -> None:
    """A first visit with an empty cache, and a second one when the worker keeps the page."""
    os.environ["PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS"] = "1"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        quick = [ready_by_wifi(new_tablet(browser, base, world)) for _ in range(VISITS)]
        print(
            f"{'page, first visit by wifi of 20 Mbit/s, 30 ms':<44} {VISITS:>5} visits,"
            f" ready after {min(quick):.0f} to {max(quick):.0f} ms",
            flush=True,
        )
        tablet = new_tablet(browser, base, world)
        first = visit(tablet)
        show("page, first visit", first, target=FIRST_BYTES)
        tablet.page.evaluate("navigator.serviceWorker.ready")
        tablet.page.wait_for_function("() => caches.keys().then((names) => names.length > 0)")
        tablet.page.wait_for_timeout(1500)
        show("page, second visit (worker)", visit(tablet), target=0)
        tablet.page.context.set_offline(True)
        show("page, without a network", visit(tablet), target=0)
        browser.close()


def visit(tablet: Tablet) -> dict[str, Any]:
    """Open the page; what came over the line for it, to the page itself or to its worker."""
    asked: list[Any] = []

    def note(request: Any) -> None:
        asked.append(request)

    tablet.page.context.on("requestfinished", note)
    tablet.page.goto(f"{tablet.base}/counter")
    ready = _ready_ms(tablet)
    tablet.page.wait_for_timeout(2000)
    tablet.page.context.remove_listener("requestfinished", note)
    at_hand = _taken_from_the_cache(tablet)
    found = {"ready_ms": ready, "page": 0, "worker": 0, "requests": 0}
    for request in asked:
        if urlsplit(request.url).path in NOT_THE_PAGE or _from_a_cache(request):
            continue
        if request.service_worker and request.url in at_hand:
            continue
        sizes = request.sizes()
        who = "worker" if request.service_worker else "page"
        found[who] += sizes["responseBodySize"] + sizes["responseHeadersSize"]
        found["requests"] += 1
    return found


def ready_by_wifi(tablet: Tablet) -> float:
    """Milliseconds until a first visit is ready, by a slow network."""
    network = tablet.page.context.new_cdp_session(tablet.page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", {"offline": False, **WIFI})
    tablet.page.goto(f"{tablet.base}/counter")
    ready = _ready_ms(tablet)
    tablet.page.context.close()
    return ready


def _ready_ms(tablet: Tablet) -> float:
    idle = "window.probe?.screens.find((one) => one.screen === 'idle')"
    tablet.page.wait_for_function(f"() => {idle}")
    return float(tablet.page.evaluate(f"{idle}.at"))


def _taken_from_the_cache(tablet: Tablet) -> set[str]:
    """What a worker keeps that the page had fetched just before: nothing went over the line."""
    kept = "() => performance.getEntriesByType('resource').filter((one) => !one.transferSize)"
    workers = tablet.page.context.service_workers
    return {name for one in workers for name in one.evaluate(f"{kept}.map((one) => one.name)")}


def _from_a_cache(request: Any) -> bool:
    answer = request.response()
    return answer is None or answer.from_service_worker


def show(what: str, found: dict[str, Any], target: int) -> None:
    """One line of the table."""
    of = f"{found['page'] / target:.2f} of {target}" if target else "target: nothing but the page"
    print(
        f"{what:<44} {found['requests']:>5} requests, {found['page']} bytes to the page,"
        f" {found['worker']} to its worker, ready after {found['ready_ms']:.0f} ms   {of}",
        flush=True,
    )
