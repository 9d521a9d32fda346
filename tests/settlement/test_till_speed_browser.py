"""The seconds at the tray, kept: from the last key to screen and sound, and two lines at once.

`benchmarks/counter.py` gives the figures. Here they are held loosely, beside what this machine
needs at the same moment for the bare request and for a frame: a busy machine fails nobody.
"""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from benchmarks.tablets import PROBE, Seen, Tablet, part
from canteen.foundation.database import db
from canteen.settlement.models import Meal
from tests.browser import LiveServer, tablet_page
from tests.people import make_resident
from tests.settlement.counter import (
    Counter,
    digits_of,
    make_card,
    meals_booked,
    open_counter,
    pay_in,
)

pytestmark = pytest.mark.browser

TARGET_MS = 500
SCANS = 20
A_MINUTE = 12

GUN = """async ([digits, enter]) => {
    const keys = [...digits, ...(enter ? ["Enter"] : [])];
    for (const key of keys) {
        const about = { key, code: key === "Enter" ? key : `Digit${key}`, bubbles: true };
        document.body.dispatchEvent(
            new KeyboardEvent("keydown", { ...about, cancelable: true, composed: true }));
        document.body.dispatchEvent(new KeyboardEvent("keyup", about));
        await new Promise((done) => setTimeout(done, 4));
    }
}"""


class SteadyTablet(Tablet):
    """A tablet whose gun shoots inside the page: this process, which is its server as well, may
    be busy between two keys, as no gun ever is."""

    def shoot(self, digits: str, *, enter: bool = True) -> None:
        """A key every few milliseconds."""
        self.page.evaluate(GUN, [digits, enter])


BARE = """async (token) => {
    const took = [];
    for (let round = 0; round < 12; round += 1) {
        const began = performance.now();
        await (await fetch("/counter/diners?q=nobody")).text();
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        took.push(performance.now() - began);
    }
    return took;
}"""
"""What one small question and one frame take on this machine, now."""


@pytest.fixture
def cards(counter: Counter) -> Iterator[str]:
    """Cards of people with money, one after the other."""
    return iter(_make_cards(counter, 2 * A_MINUTE + SCANS + 4))


def _make_cards(counter: Counter, count: int) -> list[str]:
    clerk, now = 1, datetime.now(UTC)
    digits = []
    for number in range(count):
        person = make_resident(f"陈{number}", site_id=counter.site_id, birthday=date(1944, 3, 5))
        pay_in(person, 50_00, site_id=counter.site_id, by=clerk, now=now)
        digits.append(digits_of(make_card(person, by=clerk, now=now)))
    return digits


@pytest.fixture
def tablets(
    chromium: Any, counter: Counter, live_server: LiveServer
) -> Iterator[tuple[Tablet, Tablet]]:
    """Two tablets at one server, each with its gun, neither touched again."""
    with tablet_page(chromium) as one, tablet_page(chromium) as other:
        for page in (one, other):
            page.context.add_init_script(PROBE)
            open_counter(page, live_server)
            page.keyboard.press("Escape")
            page.wait_for_timeout(300)
        yield SteadyTablet(one, live_server.url), SteadyTablet(other, live_server.url)


def bound_ms(tablet: Tablet) -> float:
    """The target; on a machine that is slow just now as much more as it is slower."""
    bare = tablet.page.evaluate(BARE)
    return max(TARGET_MS, 12 * part(bare, 0.5))


def wrong(seen: list[Seen]) -> list[str]:
    return [each.screen for each in seen if each.screen != "receipt"]


def test_a_scan_is_on_screen_and_heard_within_half_a_second(
    tablets: tuple[Tablet, Tablet], cards: Iterator[str]
) -> None:
    tablet, _other = tablets
    tablet.scan(next(cards))
    before, bound = meals_booked(), bound_ms(tablet)
    seen = [tablet.scan(next(cards)) for _ in range(SCANS)]
    bound = max(bound, bound_ms(tablet))
    assert wrong(seen) == []
    assert meals_booked() - before == SCANS
    assert part([each.shown_ms for each in seen], 0.9) <= bound
    sounds = [each.sound_ms for each in seen if each.sound_ms is not None]
    assert len(sounds) == SCANS, "every receipt is heard"
    assert part(sounds, 0.9) <= bound


def test_a_minutes_trays_shot_at_once_at_two_counters_are_all_shown_and_booked(
    tablets: tuple[Tablet, Tablet], cards: Iterator[str]
) -> None:
    shot: list[str] = []
    before = meals_booked()
    for tablet in tablets:
        tablet.forget()
    for _tray in range(A_MINUTE):
        for tablet in tablets:
            shot.append(next(cards))
            tablet.shoot(shot[-1])
    for tablet in tablets:
        seen = tablet.results(A_MINUTE, seconds=60)
        assert len(seen) == A_MINUTE, "each tray is shown, in its turn"
        assert wrong(seen) == []
    assert meals_booked() - before == len(shot)
    db.session.rollback()
    eaten = [meal.resident_id for meal in db.session.query(Meal)]
    assert len(set(eaten)) == len(eaten), "nobody's tray is another's"


def test_a_second_scan_while_one_is_pending_waits_and_is_never_lost(
    tablets: tuple[Tablet, Tablet], cards: Iterator[str], live_server: LiveServer
) -> None:
    tablet, _other = tablets
    before = meals_booked()
    live_server.answer_late("/counter/meals", 1.0)
    tablet.forget()
    began = time.monotonic()
    for _tray in range(3):
        tablet.shoot(next(cards))
    shooting_ms = (time.monotonic() - began) * 1000  # each is timed from its own last key
    seen = tablet.results(3)
    assert wrong(seen) == []
    apart = [b.shown_ms - a.shown_ms for a, b in pairwise(seen)]
    assert min(apart) >= 1200 - shooting_ms, "each result stays long enough to be read"
    assert meals_booked() - before == 3
    live_server.answer_late("/counter/meals", 0)


def test_a_large_roster_on_its_way_keeps_no_tray_waiting(
    tablets: tuple[Tablet, Tablet], cards: Iterator[str]
) -> None:
    tablet, other = tablets
    tablet.scan(next(cards))
    other.page.evaluate("""() => {
        window.busy = true;
        (async () => {
            while (window.busy) await (await fetch("/counter/roster")).arrayBuffer();
        })();
    }""")
    bound = bound_ms(tablet)
    seen = [tablet.scan(next(cards)) for _ in range(8)]
    other.page.evaluate("window.busy = false")
    assert wrong(seen) == []
    assert part([each.shown_ms for each in seen], 0.5) <= bound


def test_the_page_is_light_and_the_second_visit_fetches_no_script_again(
    tablets: tuple[Tablet, Tablet], live_server: LiveServer
) -> None:
    _tablet, other = tablets
    page = other.page
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_load_state("networkidle")
    loaded = """() => performance.getEntriesByType("resource")
        .filter((one) => one.name.includes("/static/"))
        .map((one) => [one.name, one.transferSize, one.encodedBodySize])"""
    first = page.evaluate(loaded)
    assert len(first) > 20
    assert sum(sent for _name, _whole, sent in first) < 90_000
    page.reload()
    page.wait_for_selector("[data-showing=idle]")
    again = [(name, sent) for name, sent, _body in page.evaluate(loaded) if sent]
    assert again == []
