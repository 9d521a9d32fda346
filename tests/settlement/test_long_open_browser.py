"""A page that stays open for days, on a tablet whose clock is wrong, brought back from memory."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from canteen.foundation.database import db, transaction
from canteen.settlement.models import Meal
from canteen.settlement.offline.models import OfflineMeal
from canteen.sites.models import MealSet
from tests.browser import LiveServer, shoot, tablet_page
from tests.settlement.counter import Counter, later, meals_booked, open_counter, shown
from tests.settlement.offline.test_alone_browser import ready
from tests.settlement.trays import sell

pytestmark = [pytest.mark.browser, pytest.mark.looks]

CLOCK = """
    window.wrong = Number(localStorage.getItem("test-wrong")) || 0;
    const own = Date.now.bind(Date);
    Date.now = () => own() + window.wrong;
    navigator.storage.persist = async () => { window.askedToStay = true; return true; };
    const every = window.setInterval.bind(window);
    window.setInterval = (work, pause) => every(work, pause === 5000 ? 200 : pause);
"""
"""A device's clock that a test can set wrong, and a page that looks at it five times a second."""


@pytest.fixture
def old_tablet(chromium: Any, counter: Counter, live_server: LiveServer) -> Iterator[Any]:
    """The counter page on a tablet whose clock can be wrong."""
    with tablet_page(chromium) as page:
        page.add_init_script(CLOCK)
        open_counter(page, live_server)
        yield page


def set_clock(page: Any, ahead: timedelta) -> None:
    """The device's clock is so far ahead of the truth, now and after a reload."""
    page.evaluate(
        "(wrong) => { window.wrong = wrong; localStorage.setItem('test-wrong', wrong); }",
        ahead.total_seconds() * 1000,
    )


def idle_words(page: Any, word: str) -> None:
    page.locator("[data-stage]", has_text=word).wait_for()


def dearer(site_id: int) -> None:
    """From tomorrow on the set has another price."""
    with transaction() as session:
        for one in session.query(MealSet).filter_by(site_id=site_id, period_code="lunch"):
            one.price_fen = 1500


def noon_of_tomorrow() -> datetime:
    """Well inside the next day of the canteen."""
    return datetime.now(UTC) + timedelta(days=1)


def test_the_browser_is_asked_to_keep_what_is_stored(old_tablet: Any) -> None:
    old_tablet.wait_for_function("() => window.askedToStay")


def test_over_night_the_page_moves_to_the_new_day_by_itself(
    old_tablet: Any, counter: Counter
) -> None:
    shoot(old_tablet, counter.chen)
    shown(old_tablet, "receipt")
    assert "1" in old_tablet.inner_text("[data-bar=served]")
    old_tablet.keyboard.press("Escape")
    later(old_tablet)
    dearer(counter.site_id)
    tomorrow = noon_of_tomorrow()
    with time_machine.travel(tomorrow, tick=True):
        set_clock(old_tablet, tomorrow - _really_now())
        idle_words(old_tablet, "15.00")
        old_tablet.locator("[data-bar=served]", has_text="0").wait_for()
        shoot(old_tablet, counter.chen)
        assert "奶奶" in shown(old_tablet, "receipt"), "the same card, a new day"
    days = {row.service_date for row in db.session.query(Meal)}
    assert len(days) == 2


def test_without_a_network_the_night_takes_yesterdays_dishes_off_and_cards_go_on(
    old_tablet: Any, counter: Counter
) -> None:
    ready(old_tablet)
    shoot(old_tablet, counter.chen)
    shown(old_tablet, "receipt")
    old_tablet.keyboard.press("Escape")
    later(old_tablet)
    old_tablet.context.set_offline(True)
    set_clock(old_tablet, timedelta(days=1))
    old_tablet.wait_for_function(
        "() => document.querySelector('[data-bar=served]').textContent.includes('0')"
    )
    shoot(old_tablet, counter.chen)
    words = shown(old_tablet, "receipt")
    assert "离线" in words, "yesterday's meal is not today's"


def test_a_tablet_that_is_hours_wrong_tells_the_right_time_of_meals_served_alone(
    old_tablet: Any, counter: Counter
) -> None:
    ready(old_tablet)
    set_clock(old_tablet, timedelta(hours=-7))
    old_tablet.reload()  # online: the roster's answer tells what time it is
    ready(old_tablet)
    old_tablet.wait_for_function(
        "() => Math.abs(Number(localStorage.getItem('till-clock-ahead'))) > 1e7"
    )
    old_tablet.context.set_offline(True)
    old_tablet.reload()  # and without a network it is known still
    old_tablet.wait_for_selector("[data-showing=idle]")
    shoot(old_tablet, counter.chen)
    assert "离线" in shown(old_tablet, "receipt")
    old_tablet.context.set_offline(False)
    old_tablet.locator("[data-bar=alone]").wait_for(state="hidden")
    assert meals_booked() == 1
    late = db.session.query(OfflineMeal).one()
    assert late.reason == ""
    assert abs(late.device_at - datetime.now(UTC)) < timedelta(minutes=2)


def test_a_page_out_of_the_browsers_memory_is_opened_anew_and_loses_nothing(
    old_tablet: Any, counter: Counter
) -> None:
    old_tablet.evaluate("window.old = true")
    old_tablet.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))")
    old_tablet.wait_for_timeout(500)
    assert old_tablet.evaluate("window.old === true"), "an ordinary opening opens once"
    with old_tablet.expect_navigation():
        old_tablet.evaluate(
            "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
        )
    old_tablet.wait_for_selector("[data-showing=idle]")
    assert old_tablet.evaluate("window.old === undefined")
    shoot(old_tablet, counter.chen)
    shown(old_tablet, "receipt")


def test_without_a_network_a_page_out_of_memory_stays_as_it_is(
    old_tablet: Any, counter: Counter
) -> None:
    ready(old_tablet)
    old_tablet.context.set_offline(True)
    old_tablet.evaluate("window.old = true")
    old_tablet.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    old_tablet.wait_for_timeout(800)
    assert old_tablet.evaluate("window.old === true")
    shoot(old_tablet, counter.chen)
    assert "离线" in shown(old_tablet, "receipt")


def _really_now() -> datetime:
    """What a tablet beside a server of tomorrow has on its clock."""
    return datetime.fromtimestamp(time_machine.escape_hatch.time.time(), UTC)


def test_a_page_of_the_shell_catches_up_with_a_server_that_was_slow(
    old_tablet: Any, counter: Counter, live_server: LiveServer
) -> None:
    ready(old_tablet)
    sell(counter.site_id, "sets", "amounts")
    with live_server.held("/counter", method="GET"):
        old_tablet.reload()  # after three seconds the worker takes what it has
        old_tablet.wait_for_selector("[data-showing=idle]")
        assert old_tablet.locator("[data-act=tray]").count() == 0
    old_tablet.locator("[data-act=tray]").wait_for()


def test_a_tray_that_is_kept_is_not_asked_for_anew_though_the_page_died_before_it_noted_so(
    old_tablet: Any, counter: Counter
) -> None:
    ready(old_tablet)
    old_tablet.context.set_offline(True)
    old_tablet.evaluate(
        """() => { const noted = Storage.prototype.setItem; window.lines = [];
                   Storage.prototype.setItem = function (key, text) {
                     if (key === "till-unsent") window.lines.push(text);
                     return noted.call(this, key, text); }; }"""
    )
    shoot(old_tablet, counter.chen)
    shown(old_tablet, "receipt")
    old_tablet.evaluate("localStorage.setItem('till-unsent', window.lines[0])")
    old_tablet.reload()
    old_tablet.locator("[data-bar=alone]", has_text="1 份待上传").wait_for()
    old_tablet.wait_for_function("localStorage.getItem('till-unsent') === '[]'")
    assert old_tablet.get_attribute("body", "data-showing") == "idle"
    old_tablet.context.set_offline(False)
    old_tablet.locator("[data-bar=alone]").wait_for(state="hidden")
    assert meals_booked() == 1
