"""The counter in Safari's engine: the gun, a name, the network gone, the diner's window."""

import pytest

from tests.people import wallet_of
from tests.settlement.counter import meals_booked
from tests.webkit.conftest import Desk
from tests.webkit.driver import until

pytestmark = [pytest.mark.webkit, pytest.mark.looks]

LATER = """const own = performance.now.bind(performance);
performance.now = () => own() + 3100;"""
"""The same card is shown anew, not held long."""
A_VOICE = """
  window.said = [];
  window.SpeechSynthesisUtterance = class extends EventTarget {
    constructor(text) { super(); this.text = text; }
  };
  speechSynthesis.getVoices = () => [{ lang: "zh-CN", localService: true, voiceURI: "own" }];
  speechSynthesis.speak = ({ text }) => window.said.push(text);
"""
INPUT_METHOD_ENTER = """
  const how = { key: "Enter", keyCode: 229, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", how));
"""
"""What Safari tells of the Enter that takes over what an input method offers: after its end."""
IPAD = 820, 1180
LINES = """
  const words = document.querySelector(arguments[0]);
  return Math.round(words.clientHeight / parseFloat(getComputedStyle(words).lineHeight));
"""
FITS = """
  const stage = document.querySelector("[data-stage]");
  return stage.scrollWidth <= stage.clientWidth && stage.scrollHeight <= stage.clientHeight + 1;
"""
F2 = "\ue032"


def test_a_gun_s_scan_is_one_meal_and_the_second_is_refused(desk: Desk) -> None:
    desk.sign_in("xiaoli")
    desk.open_counter()
    desk.browser.js(A_VOICE)
    desk.shoot(desk.counter.chen)
    words = desk.shown("receipt")
    assert "9.00" in words
    assert "41.00" in words
    said = desk.browser.wait("window.said.some((text) => text) && window.said")
    assert said[0] == "", "asked for at the touch, or an iPad never speaks"
    assert said[-1] == "陈奶奶，您实付九元，余额四十一元"
    desk.browser.js(LATER)
    desk.shoot(desk.counter.chen)
    assert "已用过" in desk.shown("refusal")
    assert meals_booked() == 1


def test_an_enter_of_the_input_method_books_nobody(desk: Desk) -> None:
    browser = desk.browser
    desk.sign_in("xiaoli")
    desk.open_counter()
    browser.type(F2)
    browser.wait_for("#diner-search")
    browser.fill("#diner-search", "chen")
    browser.wait_for("[role=option]")
    browser.js(INPUT_METHOD_ENTER)
    desk.shown("search")
    desk.press_enter()
    desk.shown("receipt")
    assert meals_booked() == 1


def test_alone_a_meal_outlives_a_reload_and_is_told_once(desk: Desk) -> None:
    desk.sign_in("xiaoli")
    desk.open_counter()
    desk.go_away()
    desk.browser.reload()
    desk.shown("idle")
    desk.shoot(desk.counter.chen)
    assert "离线" in desk.shown("receipt")
    desk.browser.reload()
    desk.shown("idle")
    desk.browser.wait("document.querySelector('[data-bar=alone]').innerText.includes('1 份')")
    assert meals_booked() == 0
    desk.come_back()
    desk.browser.wait("document.querySelector('[data-bar=alone]').hidden")
    assert meals_booked() == 1
    assert wallet_of(desk.counter.chen_id).balance_fen == 41_00


def test_the_diner_s_window_hears_the_counter_without_a_network(desk: Desk) -> None:
    browser = desk.browser
    desk.sign_in("xiaoli")
    desk.open_counter()
    till = browser.window()
    browser.size(*IPAD)
    browser.click("[data-act=sound]")
    assert browser.js(LINES, ".till-diner-links a span") <= 2, "not a line for every character"
    browser.click(".till-diner-links a")
    until(lambda: len(browser.windows()) == 2, "no second window")
    diner = next(each for each in browser.windows() if each != till)
    browser.switch(diner)
    browser.wait_for("body[data-showing=idle]")
    assert "标准餐" in browser.text("[data-stage]")
    browser.switch(till)
    browser.click("[data-act=sound]")
    desk.go_away()
    desk.shoot(desk.counter.chen)
    desk.shown("receipt")
    browser.switch(diner)
    browser.wait_for("body[data-showing=receipt]")
    words = browser.text("[data-stage]")
    for expected in ("陈奶奶", "9.00", "13.00 元", "4.00 元", "41.00"):
        assert expected in words
    browser.switch(till)
    browser.js(LATER)
    desk.shoot(desk.counter.chen)
    desk.shown("refusal")
    browser.switch(diner)
    browser.size(*IPAD)
    browser.wait_for("body[data-showing=refusal]")
    assert browser.js(FITS), "every word of it is on the screen"
