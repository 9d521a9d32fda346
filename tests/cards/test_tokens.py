"""The digits on a card: made, read, and refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.cards.tokens import (
    CardClaim,
    make_token,
    plain_scan,
    read_token,
    unproven_number,
)
from canteen.foundation.wording import Refusal

KEY, OLD_KEY, OTHER_KEY = b"k" * 32, b"o" * 32, b"x" * 32
TOKEN = make_token("00001234", 0, KEY)

numbers = st.integers(0, 99_999_999).map(lambda n: f"{n:08d}")
issues = st.integers(0, 9)


def code(found):
    assert isinstance(found, Refusal), found
    return found.code


@given(numbers, issues)
def test_a_token_is_22_digits_and_says_which_card_it_is(number, issue):
    token = make_token(number, issue, KEY)
    assert len(token) == 22
    assert token.isascii()
    assert token.isdigit()
    assert token.startswith(f"{number}{issue}")
    assert read_token(token, [KEY]) == CardClaim(number, issue)


def test_the_digits_stay_the_same_for_ever():
    # Printed cards are in pockets: whoever changes this recipe makes them all worthless.
    assert make_token("00001234", 0, KEY) == "0000123408676715244033"


def test_cards_of_an_older_key_are_still_read():
    old = make_token("00001234", 0, OLD_KEY)
    assert read_token(old, [KEY, OLD_KEY]) == CardClaim("00001234", 0)
    assert code(read_token(old, [KEY])) == "token_tampered"


@given(st.integers(0, 21), st.integers(1, 9))
def test_one_changed_digit_is_always_noticed(place, step):
    digit = str((int(TOKEN[place]) + step) % 10)
    changed = TOKEN[:place] + digit + TOKEN[place + 1 :]
    assert code(read_token(changed, [KEY])) == "token_tampered"


def test_a_card_of_another_installation_is_refused_and_its_number_can_be_looked_up():
    foreign = make_token("87654321", 3, OTHER_KEY)
    assert code(read_token(foreign, [KEY, OLD_KEY])) == "token_tampered"
    assert unproven_number(foreign) == "87654321"
    assert unproven_number("8765432") is None


@pytest.mark.parametrize("length", [1, 8, 21])
def test_a_cut_token_says_how_much_was_read(length):
    found = read_token(TOKEN[:length], [KEY])
    assert found == Refusal("token_cut", {"digits": length, "expected": 22})


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/pay?id=1",
        "wxp://f2f0abc",
        TOKEN + "1",
        TOKEN * 2,
        TOKEN[:21] + "O",
        TOKEN[:21] + "²x",
        TOKEN[:21] + "٣",
        "陈奶奶",
        "-" + TOKEN[1:],
    ],
)
def test_another_code_is_not_ours(text):
    assert code(read_token(text, [KEY])) == "token_not_ours"


@pytest.mark.parametrize("text", ["", "\r", " \n"])
def test_an_empty_scan_is_refused(text):
    assert code(read_token(text, [KEY])) == "token_missing"


@pytest.mark.parametrize(
    "typed",
    [
        TOKEN + "\r\n",
        TOKEN.translate({ord("0") + n: ord("０") + n for n in range(10)}),
        " ".join(TOKEN),
        f"\u3000{TOKEN}\t",
    ],
)
def test_what_a_gun_or_an_input_method_adds_does_not_matter(typed):
    assert plain_scan(typed) == TOKEN
    assert read_token(typed, [KEY]) == CardClaim("00001234", 0)


@given(st.text(max_size=30))
def test_any_scan_is_refused_and_never_breaks_the_counter(text):
    assert isinstance(read_token(text, [KEY]), Refusal)


@pytest.mark.parametrize(
    ("number", "issue", "key"),
    [
        ("1234", 0, KEY),
        ("1234567a", 0, KEY),
        ("１２３４５６７８", 0, KEY),
        ("00001234", 10, KEY),
        ("00001234", -1, KEY),
        ("00001234", 0, b"short"),
    ],
)
def test_a_token_for_no_possible_card_is_a_mistake(number, issue, key):
    with pytest.raises(ValueError, match=r"card|key"):
        make_token(number, issue, key)


def test_reading_without_a_key_is_a_mistake():
    with pytest.raises(ValueError, match="key"):
        read_token(TOKEN, [])
