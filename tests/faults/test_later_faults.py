"""A real Chromium that is killed at any moment, is opened a day later, or has a double."""

import random
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, select, update

from canteen.cards.models import Card
from canteen.config import settings
from canteen.settlement.models import Meal
from canteen.settlement.offline.models import OfflineMeal
from canteen.sites.models import MealSet, Site
from tests.browser import shoot
from tests.faults.books import meals_by_card
from tests.faults.conftest import Begin
from tests.faults.counter import Told
from tests.faults.place import Place
from tests.faults.tablet import Tablet
from tests.faults.test_browser_faults import PAID_FEN, wait_until
from tests.faults.town import Tray
from tests.faults.wire import Weather
from tests.noon import HERE, today
from tests.settlement.counter import later, shown
from tests.settlement.offline.test_alone_browser import ready

pytestmark = pytest.mark.browser

MOMENTS = 2
LONGEST_MS = 700
"""From the gun's last key: by then a counter that is alone has answered, however it was done."""
DAY = timedelta(days=1)

SCREENS = """() => new MutationObserver(() => console.log(document.body.dataset.showing))
    .observe(document.body, { attributeFilter: ["data-showing"] })"""
NOBODY_WAITS = """() => document.body.dataset.showing === "trouble"
    || !JSON.parse(localStorage.getItem("till-unsent") ?? "[]").length"""


def test_a_browser_killed_at_any_moment_has_kept_whatever_it_said_is_done(
    begin: Begin, turn: int, playwright: Any, profile: Path
) -> None:
    dice = random.Random(turn)
    said: Counter[str] = Counter()
    with (
        begin("browser killed at any moment") as place,
        tablet_of(place, playwright, profile) as it,
    ):
        cards = lunches(place)
        shot = []
        for _moment in range(MOMENTS):
            page = at_the_till(it, place)
            place.wire.turn(Weather.DOWN)
            serve(page, next(cards), said)
            page.keyboard.press("Escape")
            page.wait_for_selector("[data-showing=idle]")
            shot.append(next(cards))
            screens: list[str] = []
            page.on("console", lambda message, to=screens: to.append(message.text))
            page.evaluate(SCREENS)
            shoot(page, shot[-1])
            if dice.random() < 0.5:
                place.wire.turn(Weather.FINE)
            page.wait_for_timeout(dice.uniform(0, LONGEST_MS))
            it.kill()
            said[shot[-1]] += "receipt" in screens
            place.wire.turn(Weather.FINE)
        at_the_till(it, place)
        wait_until(lambda: all(booked(place, each) for each, times in said.items() if times))
        unsaid = Counter(each for each in shot if not said[each] and booked(place, each))
        compare(place, said + unsaid, trials=MOMENTS)


def test_a_day_in_between_each_meal_counts_for_its_own_day(
    begin: Begin, turn: int, playwright: Any, profile: Path
) -> None:
    said: Counter[str] = Counter()
    with (
        begin("a day in between", clock=True) as place,
        tablet_of(place, playwright, profile) as tablet,
    ):
        cards = lunches(place)
        first, second, third = next(cards), next(cards), next(cards)
        change(place, update(Site.__table__).values(time_zone=HERE))  # type: ignore[arg-type]
        page = at_the_till(tablet, place)
        place.wire.turn(Weather.DOWN)
        serve(page, first, said)
        serve(page, second, said)
        tablet.kill()
        place.set_clock(DAY.total_seconds())  # a server's Date header stays, and is not heard
        tablet.off_seconds = DAY.total_seconds()
        page = tablet.open()  # the page, the list and the prices are yesterday's, and say so
        band = page.locator("[data-bar=alone]", has_text="2 份待上传")
        band.filter(has_text=f"名单是 {today():%m/%d} 的").wait_for()
        serve(page, first, said)
        serve(page, third, said)
        change(place, update(MealSet.__table__).values(price_fen=1500))  # type: ignore[arg-type]
        place.wire.turn(Weather.FINE)
        shown(page, "signed-out")
        page.goto(page.url)
        at_the_till(tablet, place, page)
        wait_until(lambda: booked(place, third))
        compare(place, said, trials=1)
        days = days_of(place)
        assert {card: days[card[:8]] for card in (first, second, third)} == {
            first: [(today(), 1300, ""), (today() + DAY, 1300, "")],
            second: [(today(), 1300, "")],
            third: [(today() + DAY, 1300, "")],
        }


def test_a_tablet_and_its_copy_tell_their_queue_once_and_both_go_on(
    begin: Begin, turn: int, playwright: Any, profile: Path
) -> None:
    said: Counter[str] = Counter()
    with (
        begin("browser opened from a copy") as place,
        tablet_of(place, playwright, profile / "first") as first,
        tablet_of(place, playwright, profile / "copy") as copy,
    ):
        cards = lunches(place)
        page = at_the_till(first, place)
        place.wire.turn(Weather.DOWN)
        serve(page, next(cards), said)
        serve(page, next(cards), said)
        first.kill()
        shutil.copytree(
            profile / "first", profile / "copy", symlinks=True,
            ignore=shutil.ignore_patterns("Singleton*"),
        )  # fmt: skip
        place.wire.turn(Weather.FINE)
        both = [at_the_till(each, place) for each in random.Random(turn).sample([first, copy], 2)]
        for page in both:
            page.locator("[data-bar=alone]").wait_for(state="hidden")
        compare(place, said, trials=1)
        place.wire.turn(Weather.DOWN)
        shared = next(cards)
        for page in both:
            for card in (shared, next(cards)):
                serve(page, card, said)
        place.wire.turn(Weather.FINE)
        wait_until(lambda: all(booked(place, each) == times for each, times in said.items()))
        compare(place, said, trials=1)
        reasons = [why for rows in days_of(place).values() for _day, _price, why in rows if why]
        assert reasons == ["already_eaten"], "the manager hears of the card at both"


@contextmanager
def tablet_of(place: Place, playwright: Any, profile: Path) -> Iterator[Tablet]:
    """A tablet that is off; nothing of it is left running."""
    tablet = Tablet(playwright, profile, f"http://127.0.0.1:{place.wire.port}")
    try:
        yield tablet
    finally:
        tablet.kill()


def at_the_till(tablet: Tablet, place: Place, page: Any = None) -> Any:
    """Its page, opened and signed in, ready to go on alone, with nobody waiting for an answer."""
    page = page or tablet.open()
    tablet.sign_in(page, place.town.clerks[0])
    page.wait_for_selector("[data-showing=idle], [data-showing=trouble]")
    ready(page)
    page.wait_for_function(NOBODY_WAITS)
    if page.get_attribute("body", "data-showing") == "trouble":
        page.click("[data-stage] [data-act=retry]")
        shown(page, "receipt")
        page.keyboard.press("Escape")
    return page


def lunches(place: Place) -> Iterator[str]:
    """Cards of people who have not eaten."""
    cards = (tray.token for tray in place.hands[0] if tray.period == "lunch" and tray.token)
    return iter(dict.fromkeys(cards))


def serve(page: Any, card: str, said: Counter[str]) -> None:
    """One diner after the other; the page says that it is done."""
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-showing=idle]")
    later(page)
    shoot(page, card)
    shown(page, "receipt")
    said[card] += 1


def booked(place: Place, card: str) -> int:
    """How many meals of a card stand in the books."""
    return len(meals_by_card(place.database.url, card))


def compare(place: Place, said: Mapping[str, int], *, trials: int) -> None:
    """The books beside what people were told, each meal by the id that the browser gave it."""
    told: dict[UUID, Told] = {}
    for card, times in said.items():
        ids = meals_by_card(place.database.url, card)
        place.tally.lost += max(0, times - len(ids))
        tray = Tray(token=card, period="lunch")
        one = Told(tray=tray, paid_fen=PAID_FEN, paid_by="wallet", alone=True, at=0.0)
        told |= dict.fromkeys(ids[:times], one)
    place.counters[0].desk.told = told
    place.count(trials=trials)


def address(place: Place) -> str:
    """The database's, with the driver that the product uses."""
    url: str = settings(SQLALCHEMY_DATABASE_URI=place.database.url)["SQLALCHEMY_DATABASE_URI"]
    return url


def change(place: Place, what: Any) -> None:
    """Somebody changes something in the settings."""
    engine = create_engine(address(place))
    with engine.begin() as connection:
        connection.execute(what)
    engine.dispose()


def days_of(place: Place) -> dict[str, list[tuple[date, int, str]]]:
    """By card its meals in their order: day, price, and what the books judge otherwise."""
    found: dict[str, list[tuple[date, int, str]]] = {}
    engine = create_engine(address(place))
    with engine.connect() as connection:
        query = (
            select(Card.number, Meal.service_date, Meal.price_fen, OfflineMeal.reason)
            .join(Meal, Meal.card_id == Card.id)
            .join(OfflineMeal, OfflineMeal.meal_id == Meal.id)
            .order_by(Meal.created_at)
        )
        for number, *row in connection.execute(query):
            found.setdefault(number, []).append(tuple(row))
    engine.dispose()
    return found
