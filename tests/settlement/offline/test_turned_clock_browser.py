"""Somebody turns the device's clock while it is alone: order, day and limits stay as they are."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from canteen.foundation.database import db, transaction
from canteen.settlement.models import Meal
from canteen.settlement.offline.models import OfflineMeal
from canteen.sites.models import Device, Site
from tests.browser import LiveServer, press_enter, shoot, tablet_page
from tests.noon import today
from tests.settlement.counter import Counter, later, meals_booked, open_counter, shown
from tests.settlement.offline.test_alone_browser import ready
from tests.settlement.printing.paper import set_printer
from tests.settlement.test_long_open_browser import CLOCK, set_clock

pytestmark = [pytest.mark.browser, pytest.mark.looks]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def tablet(chromium: Any, counter: Counter, live_server: LiveServer) -> Iterator[Any]:
    """The counter page on a tablet whose clock can be turned; alone it may take 10 yuan a day."""
    with transaction() as session:
        session.get_one(Site, counter.site_id).offline_device_limit_fen = 10_00
    set_printer(db.session.scalars(select(Device.id)).first() or 0, "192.168.3.50", tickets="site")
    with tablet_page(chromium) as page:
        page.add_init_script(CLOCK)
        open_counter(page, live_server)
        ready(page)
        yield page


def next_diner(page: Any, digits: str, words: str) -> None:
    """Put the last answer away, show a card, and wait for words on the stage."""
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-showing=idle]")
    later(page)
    shoot(page, digits)
    page.locator("[data-stage]", has_text=words).wait_for()


def test_a_clock_turned_back_changes_nothing_and_one_turned_on_gives_no_second_limit(
    tablet: Any, counter: Counter
) -> None:
    tablet.context.set_offline(True)
    next_diner(tablet, counter.chen, "离线收款")
    set_clock(tablet, -DAY)  # the page is open: its steady count knows better
    next_diner(tablet, counter.chen, "已用过")
    tablet.keyboard.press("F8")  # to take away: the printer hears nothing either
    next_diner(tablet, counter.wang, "余额")
    press_enter(tablet)
    words = shown(tablet, "receipt")
    assert "请付现金" in words
    assert "厨房没有单，口头说一声" in words
    tablet.locator("[data-bar=alone]", has_text="2 份待上传").wait_for()
    set_clock(tablet, DAY)  # turned on while somebody looks: no machine that slept
    next_diner(tablet, counter.chen, "10.00 元上限")
    tablet.locator("[data-bar=alone]", has_text=f"名单是 {today():%m/%d} 的").wait_for()
    set_clock(tablet, timedelta())
    tablet.context.set_offline(False)
    tablet.locator("[data-bar=alone]").wait_for(state="hidden")
    assert meals_booked(service_date=today()) == meals_booked() == 2
    told = db.session.query(OfflineMeal).order_by(OfflineMeal.sequence).all()
    assert [one.reason for one in told] == ["", ""]
    assert told[0].device_at < told[1].device_at
    assert all(abs(one.device_at - datetime.now(UTC)) < HOUR for one in told)


def test_a_clock_turned_back_while_the_browser_was_closed_is_for_the_manager_to_see(
    tablet: Any, counter: Counter
) -> None:
    tablet.context.set_offline(True)
    tablet.evaluate(
        "(wrong) => localStorage.setItem('test-wrong', wrong)", -DAY.total_seconds() * 1000
    )
    tablet.reload()
    tablet.wait_for_selector("[data-showing=idle]")
    shoot(tablet, counter.chen)
    shown(tablet, "receipt")
    tablet.context.set_offline(False)
    tablet.locator("[data-bar=otherwise-text]", has_text="1 份要负责人核对").wait_for()
    assert db.session.query(Meal).one().service_date == today()
    assert db.session.query(OfflineMeal).one().reason == "clock_doubtful"


def test_what_the_steady_count_and_the_latest_instant_make_of_a_clock(tablet: Any) -> None:
    """In minutes: steps of [device's clock, steady count, away], and what time it then is."""
    says = tablet.evaluate(
        """async () => {
          const { makeClock } = await import("/static/js/settlement/clock.js");
          const MINUTE = 60_000, BASE = 10_000 * MINUTE;
          const run = (steps, kept = {}) => {
            const storage = { getItem: (key) => kept[key] ?? null,
                              setItem: (key, text) => (kept[key] = text) };
            const at = { wall: 0, steady: 0, away: false };
            const set = ([wall, steady, away = false]) =>
              Object.assign(at, { wall: BASE + wall * MINUTE, steady: steady * MINUTE, away });
            set(steps[0]);
            const clock = makeClock({ wall: () => at.wall, steady: () => at.steady,
                                      isAway: () => at.away, storage });
            const times = steps.map((step) => {
              set(step);
              if (step[3] !== undefined) clock.learn(BASE + step[3] * MINUTE);
              return [Math.round((clock.now() - BASE) / MINUTE), clock.isDoubtful()];
            });
            return [times, kept];
          };
          const [back] = run([[0, 0], [1, 1], [-59, 2], [-58, 3]]);
          const [slept] = run([[0, 0], [480, 1, true], [481, 2]]);
          const [right] = run([[0, 0], [-59, 1], [2, 2], [1442, 3], [4, 4]]);
          const [leapt] = run([[0, 0], [1440, 1], [1441, 2], [1, 3, false, 3]]);
          const [, kept] = run([[0, 0], [5, 5]]);
          const [closed] = run([[-1440, 0], [-1439, 1]], { ...kept });
          const [heard] = run([[-1440, 0, false, 7], [-1439, 1]], { ...kept });
          return { back, right, slept, leapt, closed, heard };
        }"""
    )
    assert says == {
        "back": [[0, False], [1, False], [2, False], [3, False]],
        "right": [[0, False], [1, False], [2, False], [1442, True], [4, True]],
        "slept": [[0, False], [480, False], [481, False]],
        "leapt": [[0, False], [1440, True], [1441, True], [3, False]],
        "closed": [[5, True], [6, True]],
        "heard": [[7, False], [8, False]],
    }
