"""Whatever types into the counter: guns and NFC readers, Enter or none, Caps Lock, an IME."""

import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from canteen.cards.aliases import add_alias
from canteen.cards.models import CardAlias
from canteen.foundation.database import db
from canteen.staff.models import Staff
from tests.browser import shoot
from tests.settlement.counter import Counter, meals_booked, shown
from tests.settlement.trays import sell

pytestmark = [pytest.mark.browser, pytest.mark.looks]

DECIMAL, HEX = "0009876543", "04A22B9C118000"


@pytest.fixture
def keys(counter: Counter, till: Any) -> Any:
    """The counter; 陈奶奶's bus card and door key stand for her card."""
    clerk = db.session.scalars(select(Staff.id).where(Staff.username == "xiaoli")).one()
    for number in (DECIMAL, HEX):
        made = add_alias(card_id=counter.chen_card_id, text=number, now=datetime.now(UTC), by=clerk)
        assert isinstance(made, CardAlias)
    return till


def typed(page: Any, text: str) -> None:
    """Keys as a reader sends them, faster than a hand: letters too."""
    page.evaluate(
        """(text) => [...text].forEach((key) => {
             const target = document.activeElement ?? document.body;
             const field = target.matches('input, textarea');
             const init = { key, bubbles: true, cancelable: true };
             const on = target.dispatchEvent(new KeyboardEvent('keydown', init));
             if (on && field && key.length === 1) {
               target.value += key;
               target.dispatchEvent(new InputEvent('input', { bubbles: true }));
             }
           })""",
        text,
    )


@pytest.mark.parametrize(
    ("number", "enter"),
    [(DECIMAL, True), (DECIMAL, False), (HEX, True), (HEX.lower(), False)],
    ids=["decimal", "without Enter", "hex", "hex with Caps Lock turned"],
)
def test_a_chip_that_stands_for_a_card_is_one_meal(
    keys: Any, counter: Counter, number: str, enter: bool
) -> None:
    typed(keys, number)
    if enter:
        keys.keyboard.press("Enter")
    assert "陈奶奶" in shown(keys, "receipt")
    assert meals_booked(card_id=counter.chen_card_id) == 1


def test_a_chip_that_nobody_registered_is_said_so_and_a_name_helps(
    till: Any, counter: Counter
) -> None:
    typed(till, "0001112223")
    assert "还没有登记" in shown(till, "refusal")
    assert till.locator("[data-step=find].primary").is_visible()
    assert meals_booked() == 0


def test_a_chip_shown_while_somebody_searches_by_name_is_a_scan(
    keys: Any, counter: Counter
) -> None:
    keys.keyboard.press("F2")
    keys.wait_for_selector("#diner-search")
    typed(keys, HEX)
    assert "陈奶奶" in shown(keys, "receipt")
    assert meals_booked(card_id=counter.chen_card_id) == 1


def test_a_gun_without_enter_is_read_and_with_caps_lock_too(till: Any, counter: Counter) -> None:
    till.keyboard.press("CapsLock")
    shoot(till, counter.chen, enter=False)
    assert "陈奶奶" in shown(till, "receipt")
    assert meals_booked() == 1


def test_keys_that_reach_a_busy_page_late_are_one_scan_and_their_first_digit_no_amount(
    till: Any, counter: Counter
) -> None:
    sell(counter.site_id, "sets", "amounts")
    till.reload()
    till.wait_for_selector("[data-showing=idle]")
    till.click("[data-act=tray]")
    first = "2" if counter.chen.startswith("1") else "1"  # nobody's card, or its holder is named
    code = first + counter.chen[1:]
    began = time.time()
    shoot(till, code[:1], enter=False, began=began)
    till.locator("[data-tray-total]", has_text=f"{first}.00").wait_for()
    shoot(till, code[1:], began=began + 0.005)
    assert code[:8] in shown(till, "held")
    till.locator("[data-tray-total]", has_text=re.compile("^0.00$")).wait_for()
    assert meals_booked() == 0


@pytest.mark.parametrize("first", [1, 4])
def test_a_gun_that_stumbles_after_its_first_digits_is_one_scan(
    till: Any, counter: Counter, first: int
) -> None:
    began = time.time()
    shoot(till, counter.chen[:first], enter=False, began=began)
    shoot(till, counter.chen[first:], began=began + 0.25)
    assert "陈奶奶" in shown(till, "receipt")
    assert meals_booked() == 1


def test_a_digit_typed_well_before_a_cut_code_is_no_part_of_it(till: Any, counter: Counter) -> None:
    began = time.time()
    shoot(till, counter.chen[:1], enter=False, began=began)
    shoot(till, counter.chen[1:], began=began + 0.9)
    assert "21" in shown(till, "refusal")
    assert meals_booked() == 0


def test_an_input_method_that_swallows_the_keys_leaves_the_digits_in_the_field(
    till: Any, counter: Counter
) -> None:
    till.keyboard.press("F2")
    till.wait_for_selector("#diner-search")
    till.evaluate(
        """(digits) => {
             const field = document.querySelector('#diner-search');
             const wide = [...digits].map((d) => String.fromCharCode(0xff10 + Number(d))).join('');
             field.dispatchEvent(new KeyboardEvent('keydown',
               { key: 'Process', isComposing: true, bubbles: true }));
             field.value = wide;
             field.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true }));
           }""",
        counter.chen,
    )
    assert "陈奶奶" in shown(till, "receipt")
    assert meals_booked() == 1


def test_without_the_network_a_chip_is_told_from_a_cut_code(till: Any) -> None:
    said = till.evaluate(
        """async (tokens) => {
             const { decide } = await import('/static/js/settlement/offline/decide.js');
             const roster = { sets: [['lunch', 'standard', '标准餐', 1300]] };
             return tokens.map((token) => decide({ roster, queued: [], minute: 700, person: null,
               order: { period: 'lunch', set: 'standard', token } }).refusal.code);
           }""",
        [DECIMAL, HEX, HEX.lower(), "04:A2:2B:9C", "123456789012345", "https://a.b", "9" * 22],
    )
    assert said == [
        *("offline_alias",) * 4,
        *("token_cut", "token_not_ours", "offline_card_unknown"),
    ]


def test_a_gun_that_ends_with_two_enters_presses_no_button_of_the_diner_before(
    till: Any, counter: Counter
) -> None:
    shoot(till, counter.wang)
    assert "收现金" in shown(till, "refusal")  # and the button has the focus
    shoot(till, f"{counter.chen}\r")
    assert "陈奶奶" in shown(till, "receipt")
    till.locator("[data-bar=served]", has_text="1").wait_for()
    assert (meals_booked(), meals_booked(resident_id=counter.wang_id)) == (1, 0)
