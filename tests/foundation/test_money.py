"""An amount that a person typed is read exactly or not at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.foundation.money import MAX_FEN, AmountTooLarge, parse_yuan, yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("13", 1300), ("13.5", 1350), ("0.05", 5), ("5 元", 500), ("￥１，２３４．５０", 1_234_50),
        ("1,234,567.8", 1_234_567_80), ("007", 700), ("0", 0), ("10000000", MAX_FEN),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_written(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize("text", ["0,5", "0,500", ",500", "1,50", "1234,567", "1,000,50", "00,500"])
def test_a_comma_that_may_be_a_point_is_never_taken_for_thousands(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse_yuan(text)


@pytest.mark.parametrize(
    "text",
    ["-1", "−1", "+1", "1e3", "NaN", "inf", "12.345", ".5", "5.", "1 2", "五", "²", "0x1", ""],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_yuan(text)


def test_an_amount_that_is_too_large_is_told_from_what_is_none() -> None:
    for text in ("10000000.01", "99999999", "9" * 1_000_000):
        with pytest.raises(AmountTooLarge):
            parse_yuan(text)


@settings(max_examples=50)
@given(st.integers(0, MAX_FEN))
def test_every_amount_is_read_back_as_it_is_shown(fen: int) -> None:
    grouped = f"{fen // 100:,}.{fen % 100:02d}"
    assert parse_yuan(yuan(fen)) == parse_yuan(grouped) == fen
