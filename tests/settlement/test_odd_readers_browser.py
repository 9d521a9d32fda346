"""Guns as they come out of the box: Tab for Enter, a prefix, a French tablet, two at once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from canteen.cards.aliases import add_alias
from canteen.cards.models import CardAlias
from canteen.foundation.database import db
from canteen.settlement.models import Meal
from canteen.staff.models import Staff
from tests.settlement.counter import Counter, later, meals_booked, shown
from tests.settlement.trays import sell

pytestmark = [pytest.mark.browser, pytest.mark.looks]

CHIP = "0009876543"

SHOT = """(keys) => keys.forEach(([key, code]) => {
  const target = document.activeElement ?? document.body;
  const init = { key, code, bubbles: true, cancelable: true };
  const on = target.dispatchEvent(new KeyboardEvent('keydown', init));
  if (on && target.matches('input') && key !== 'Tab') {
    target.value += key === 'Process' ? code.at(-1) : key;
    target.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  if (on && target.matches('select') && target.options.length > 1) {
    target.selectedIndex = (target.selectedIndex + 1) % target.options.length;
    target.dispatchEvent(new Event('change', { bubbles: true }));
  }
  if (on && key === 'Tab') window.tabbed = true;
})"""
"""All keys at once, as the browser would have them: into a field, a list, on to the next."""

FRENCH = dict(zip("1234567890", "&é\"'(-è_çà", strict=True))


def keys_of(text: str, *, shown_as: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """(what the tablet makes of it, where the key lies)."""
    names = {"]": "BracketRight", "Q": "KeyQ"}
    known = shown_as or {}
    return [(known.get(sign, sign), names.get(sign, f"Digit{sign}")) for sign in text]


@pytest.fixture
def chipped(counter: Counter, till: Any) -> Any:
    """陈奶奶's bus card stands for her card."""
    clerk = db.session.scalars(select(Staff.id).where(Staff.username == "xiaoli")).one()
    made = add_alias(card_id=counter.chen_card_id, text=CHIP, now=datetime.now(UTC), by=clerk)
    assert isinstance(made, CardAlias)
    return till


def test_guns_set_otherwise_are_read_wherever_the_focus_is(chipped: Any, counter: Counter) -> None:
    till = chipped

    def shot(keys: list[tuple[str, str]]) -> None:
        later(till)
        till.evaluate(SHOT, keys)
        assert "陈奶奶" in shown(till, "receipt")
        assert meals_booked(card_id=counter.chen_card_id) == 1
        till.locator("[data-act=undo]").click()
        shown(till, "undone")
        till.keyboard.press("Escape")
        till.wait_for_selector("[data-showing=idle]")

    shot([*keys_of(counter.chen), ("Tab", "Tab")])
    assert till.evaluate("window.tabbed") is None, "the focus stays"
    shot(keys_of("]Q1" + counter.chen))
    shot(keys_of(counter.chen, shown_as=FRENCH))
    shot(keys_of(CHIP, shown_as=FRENCH))
    till.locator("[data-bar=period]").focus()
    period = till.locator("[data-bar=period]").input_value()
    shot(keys_of(counter.chen))
    assert till.locator("[data-bar=period]").input_value() == period
    till.keyboard.press("F2")
    till.wait_for_selector("#diner-search")
    shot([("Process", f"Digit{digit}") for digit in CHIP])  # an input method is on


def test_two_guns_at_once_charge_nobody_and_each_again_is_read(till: Any, counter: Counter) -> None:
    mixed = "".join(one + other for one, other in zip(counter.chen, counter.wang, strict=True))
    till.evaluate(SHOT, keys_of(mixed))
    shown(till, "refusal")
    assert meals_booked() == 0
    till.evaluate(SHOT, [*keys_of(counter.chen), ("Enter", "Enter")])
    assert "陈奶奶" in shown(till, "receipt")


def test_an_amount_is_typed_with_a_comma_and_with_two_fingers_at_once(
    till: Any, counter: Counter
) -> None:
    sell(counter.site_id, "amounts")
    till.reload()
    till.wait_for_selector("[data-showing=idle]")
    total = till.locator("[data-tray-total]")
    till.evaluate(SHOT, [*keys_of("12"), (",", "NumpadDecimal")])
    till.locator("[data-tray-typed]", has_text="12.").wait_for()
    till.evaluate(SHOT, [("５", "Digit5")])
    total.filter(has_text="12.50").wait_for()
    till.evaluate(SHOT, keys_of(counter.chen))
    shown(till, "receipt")
    assert db.session.scalars(select(Meal.price_fen)).all() == [12_50]
