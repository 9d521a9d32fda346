"""The screen turned to the diner: a second window, a tablet of its own, in large letters."""

from collections.abc import Iterator
from typing import Any

import pytest

from canteen.foundation.database import transaction
from canteen.sites.models import Site
from tests.browser import PATIENCE_MS, LiveServer, shoot, tablet_page
from tests.settlement.counter import Counter, shown

pytestmark = [pytest.mark.browser, pytest.mark.looks]

SIZES = """() => [...document.querySelectorAll('[data-stage] *')]
  .filter((each) => [...each.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
  .filter((each) => each.getClientRects().length)
  .map((each) => [parseFloat(getComputedStyle(each).fontSize), each.textContent.trim()])"""

FITS = """() => {
  const stage = document.querySelector('[data-stage]');
  return stage.scrollHeight <= stage.clientHeight + 1
    && document.documentElement.scrollWidth <= innerWidth;
}"""


KEPT = """async () => {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await caches.match("/counter/diner")) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the window's page was not kept in twenty seconds");
}"""
"""Waits in the page: a function that is only polled takes a promise for yes."""


@pytest.fixture
def window(till: Any, live_server: LiveServer) -> Any:
    """The second window, opened from the counter's own menu."""
    till.click("[data-act=sound]")
    with till.context.expect_page() as opened:
        till.click(".till-diner-links a >> nth=0")
    page = opened.value
    page.set_default_timeout(PATIENCE_MS)
    page.wait_for_selector("body[data-showing=idle]")
    till.click("[data-act=sound]")
    return page


@pytest.fixture
def other_tablet(chromium: Any) -> Iterator[Any]:
    """A tablet on which nobody ever signed in."""
    with tablet_page(chromium) as page:
        yield page


def pair(till: Any, tablet: Any, server: LiveServer) -> None:
    """Make a code at the counter's page of tablets, type it on the tablet."""
    page = till.context.new_page()
    page.goto(f"{server.url}/counter/diner/tablets")
    page.click("main button.primary")
    code = page.inner_text(".screen-code")
    page.close()
    tablet.goto(f"{server.url}/diner")
    tablet.fill("[name=code]", code)
    tablet.click(".diner-pairing button")
    tablet.wait_for_selector("body[data-showing=idle]")


def test_the_window_greets_and_then_shows_who_pays_what(
    till: Any, window: Any, counter: Counter
) -> None:
    assert "请刷卡" in window.inner_text("[data-stage]")
    assert "标准餐" in window.inner_text("[data-stage]")
    shoot(till, counter.chen)
    window.wait_for_selector("body[data-showing=receipt]")
    words = window.inner_text("[data-stage]")
    for expected in ("陈奶奶", "您付", "9.00", "13.00 元", "4.00 元", "卡上余额", "41.00"):
        assert expected in words
    assert "陈桂英" not in window.content(), "a title and no name"


def test_letters_are_large_enough_for_old_eyes_two_metres_away(
    till: Any, window: Any, counter: Counter
) -> None:
    window.evaluate("() => { window.setTimeout = () => 0; }")  # what shows stays
    shoot(till, counter.chen)
    for width, height in ((1024, 768), (820, 1180), (1440, 900)):
        window.set_viewport_size({"width": width, "height": height})
        window.wait_for_selector("body[data-showing=receipt]")
        sizes = window.evaluate(SIZES)
        small = [each for each in sizes if each[0] < 40]
        assert not small, f"{width}x{height}: {small}"
        assert max(size for size, text in sizes if text == "9.00") >= 96
        assert window.evaluate(FITS), f"{width}x{height}: something is cut"


def test_a_refusal_is_told_kindly_with_its_facts(till: Any, window: Any, counter: Counter) -> None:
    shoot(till, counter.wang)
    assert "余额" in shown(till, "refusal")
    window.wait_for_selector("body[data-showing=refusal]")
    words = window.inner_text("[data-stage]")
    assert "请稍等，工作人员帮您看看" in words
    assert "卡里的钱不够这一餐" in words
    assert "13.00 元" in words
    assert "5.00" in words


def test_what_concerns_somebody_goes_by_itself(window: Any) -> None:
    window.evaluate(
        """() => new BroadcastChannel('canteen-diner').postMessage({idle: null,
             scene: {kind: 'undone', title: '王爷爷', balance_fen: 500}})"""
    )
    window.locator("[data-stage]", has_text="王爷爷").wait_for()
    window.wait_for_selector("body[data-showing=idle]")
    assert "王爷爷" not in window.content()


def test_the_window_works_while_the_network_is_gone_and_opens_without_it(
    till: Any, window: Any, counter: Counter, live_server: LiveServer
) -> None:
    till.evaluate("navigator.serviceWorker.ready.then(() => true)")
    till.evaluate(KEPT)
    till.context.set_offline(True)
    window.reload()
    window.wait_for_selector("body[data-showing=idle]")
    till.click("[data-act=guest]")
    window.wait_for_selector("body[data-showing=receipt]")
    assert "请付现金" in window.inner_text("[data-stage]")
    till.context.set_offline(False)


def test_a_tablet_is_paired_by_a_code_shows_the_result_and_can_be_sent_away(
    till: Any, other_tablet: Any, counter: Counter, live_server: LiveServer
) -> None:
    pair(till, other_tablet, live_server)
    till.reload()  # or the half minute after which a counter looks for new tablets
    till.wait_for_selector("[data-showing=idle]")
    shoot(till, counter.chen)
    other_tablet.wait_for_selector("body[data-showing=receipt]")
    words = other_tablet.inner_text("[data-stage]")
    assert "陈奶奶" in words
    assert "41.00" in words
    assert not other_tablet.evaluate("document.cookie"), "no script reads the token"
    for address in ("/", "/counter", "/counter/diner", "/meals", "/residents"):
        other_tablet.request.get(f"{live_server.url}{address}", max_redirects=0)
        answer = other_tablet.request.get(f"{live_server.url}{address}", max_redirects=0)
        assert answer.status == 302, f"{address}: the token opens nothing"
    page = till.context.new_page()
    page.goto(f"{live_server.url}/counter/diner/tablets")
    page.click("td .button.danger")
    other_tablet.wait_for_selector("body[data-showing=pairing]")


def test_a_code_from_the_qr_code_pairs_by_itself_and_leaves_the_address(
    till: Any, other_tablet: Any, live_server: LiveServer
) -> None:
    page = till.context.new_page()
    page.goto(f"{live_server.url}/counter/diner/tablets")
    page.click("main button.primary")
    code = page.inner_text(".screen-code")
    other_tablet.goto(f"{live_server.url}/diner#{code}")
    other_tablet.wait_for_selector("body[data-showing=idle]")
    assert code not in other_tablet.url
    other_tablet.context.clear_cookies()
    other_tablet.goto(f"{live_server.url}/diner#{code}")
    other_tablet.locator("[data-slot=mistake]", has_text="配对码不对").wait_for()


def test_a_site_may_hide_balances(till: Any, window: Any, counter: Counter) -> None:
    with transaction() as session:
        session.get_one(Site, counter.site_id).shows_balance = False
    till.reload()
    till.wait_for_selector("[data-showing=idle]")
    shoot(till, counter.chen)
    window.wait_for_selector("body[data-showing=receipt]")
    assert "9.00" in window.inner_text("[data-stage]")
    assert "余额" not in window.inner_text("[data-stage]")
    assert "41.00" in shown(till, "receipt"), "the clerk sees it"
