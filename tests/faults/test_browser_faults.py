"""The browser dies between "queued" and "sent": what it said is done is told once, later."""

import time
from collections.abc import Collection
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.browser import shoot
from tests.faults.books import meals_by_card
from tests.faults.conftest import Begin
from tests.faults.counter import Told
from tests.faults.place import Place
from tests.faults.tablet import Tablet
from tests.faults.town import Tray
from tests.faults.wire import Weather
from tests.settlement.counter import later, shown
from tests.settlement.offline.test_alone_browser import ready

pytestmark = pytest.mark.browser

TRAYS = 2


def test_a_browser_killed_between_queued_and_sent_tells_everything_once(
    begin: Begin, turn: int, playwright: Any, profile: Path
) -> None:
    with begin("browser killed, queued and not sent") as place:
        tablet = Tablet(playwright, profile, f"http://127.0.0.1:{place.wire.port}")
        told: list[str] = []
        try:
            page = tablet.open()
            at_the_till(tablet, page, place)
            for trial in range(2):
                place.wire.turn(Weather.DOWN)
                told += serve_alone(page, place)
                if trial % 2:  # it is killed amid telling: the server has it, and was not heard
                    before = place.wire.swallowed
                    place.wire.turn(Weather.ONE_WAY)
                    wait_until(lambda seen=before: place.wire.swallowed > seen + 1)
                    time.sleep(0.5)
                tablet.kill()
                place.wire.turn(Weather.DOWN)
                page = tablet.open()  # nobody answers: the page comes from the device
                page.wait_for_selector("[data-showing=idle]")
                page.locator("[data-bar=alone]", has_text=f"{TRAYS} 份").wait_for()
                place.wire.turn(Weather.FINE)
                page.goto(page.url)
                at_the_till(tablet, page, place)
                wait_until(lambda all_=tuple(told): are_booked(place, all_))
                page.locator("[data-bar=alone]").wait_for(state="hidden")
        finally:
            tablet.kill()
        place.counters[0].desk.told.update(as_told(place, told))
        place.count(trials=2)


def are_booked(place: Place, tokens: Collection[str]) -> bool:
    """Whether every card has a meal."""
    return all(meals_by_card(place.database.url, token) for token in tokens)


def at_the_till(tablet: Tablet, page: Any, place: Place) -> None:
    """Signed in, ready to go on alone."""
    tablet.sign_in(page, place.town.clerks[0])
    page.wait_for_selector("[data-showing=idle]")
    ready(page)


def serve_alone(page: Any, place: Place) -> list[str]:
    """Trays that the page says are done; their cards."""
    served = []
    while len(served) < TRAYS:
        tray = next(place.hands[0])
        if tray.token is None or tray.period != "lunch":
            continue
        title = page.locator("[data-showing=receipt]")
        shoot(page, tray.token)
        shown(page, "receipt")
        served.append(tray.token)
        if len(served) < TRAYS:
            later(page)  # the next diner
        assert title.count()
    return served


def as_told(place: Place, tokens: list[str]) -> dict[UUID, Told]:
    """What the diners were told, by the ids that the browser gave their meals."""
    found = {}
    for token in tokens:
        meals = meals_by_card(place.database.url, token)
        place.tally.lost += not meals
        for meal_id in meals[:1]:
            tray = Tray(token=token, period="lunch")
            found[meal_id] = Told(
                tray=tray, paid_fen=PAID_FEN, paid_by="wallet", alone=True, at=0.0
            )
    return found


def wait_until(true: Any) -> None:
    """Within minutes: the machine may be busy."""
    until = time.monotonic() + 240
    while not true():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.1)


PAID_FEN = 900
"""What everybody of the town pays for a lunch of 13 yuan: the city's policy gives 4."""
