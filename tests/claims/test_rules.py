"""Spans, numbers and capital numerals."""

from datetime import date

import pytest

from canteen.claims.capitals import in_capitals
from canteen.claims.rules import Span, month_of, number_of, quarter_of, span_of, spans_before


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        (date(2026, 6, 1), date(2026, 6, 30), "2026-06"),
        (date(2026, 4, 1), date(2026, 6, 30), "2026-Q2"),
        (date(2026, 10, 1), date(2026, 12, 31), "2026-Q4"),
        (date(2028, 2, 1), date(2028, 2, 29), "2028-02"),
    ],
)
def test_a_month_and_a_quarter_have_names(first: date, last: date, name: str) -> None:
    span = span_of(first, last)
    assert span is not None
    assert span.name == name


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 6, 1), date(2026, 6, 29)),
        (date(2026, 6, 2), date(2026, 6, 30)),
        (date(2026, 5, 1), date(2026, 6, 30)),
        (date(2026, 5, 1), date(2026, 7, 31)),
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 6, 30), date(2026, 6, 1)),
        (date(2028, 2, 1), date(2028, 2, 28)),
    ],
)
def test_other_days_are_no_span(first: date, last: date) -> None:
    assert span_of(first, last) is None


def test_a_day_lies_in_its_month_and_quarter() -> None:
    assert month_of(date(2026, 3, 31)).name == "2026-03"
    assert quarter_of(date(2026, 3, 31)) == Span(date(2026, 1, 1), date(2026, 3, 31))
    assert quarter_of(date(2026, 4, 1)) == Span(date(2026, 4, 1), date(2026, 6, 30))


def test_spans_that_are_over_are_offered_newest_first() -> None:
    names = [span.name for span in spans_before(date(2026, 7, 1), count=4)]
    assert names == ["2026-06", "2026-Q2", "2026-05", "2026-04", "2026-03", "2026-Q1"]


def test_a_second_claim_of_a_period_gets_a_number_of_its_own() -> None:
    june = month_of(date(2026, 6, 1))
    assert number_of("city", june, []) == "city-2026-06"
    assert number_of("city", june, ["city-2026-06", "city-2026-06-2"]) == "city-2026-06-3"


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (123456, "壹仟贰佰叁拾肆元伍角陆分"),
        (100000, "壹仟元整"),
        (100050, "壹仟元伍角整"),
        (100005, "壹仟元零伍分"),
        (5, "伍分"),
        (50, "伍角整"),
        (1000, "壹拾元整"),
        (100100, "壹仟零壹元整"),
        (101000, "壹仟零壹拾元整"),
        (1_000_000, "壹万元整"),
        (1_000_100, "壹万零壹元整"),
        (1_010_000, "壹万零壹佰元整"),
        (10_000_000, "壹拾万元整"),
        (10_050_000, "壹拾万零伍佰元整"),
        (20_030_400, "贰拾万零叁佰零肆元整"),
        (12_345_678, "壹拾贰万叁仟肆佰伍拾陆元柒角捌分"),
        (10_000_000_000, "壹亿元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_010_000_000, "壹亿零壹拾万元整"),
        (-30_000, "负叁佰元整"),
    ],
)
def test_amounts_are_written_in_capitals(fen: int, words: str) -> None:
    assert in_capitals(fen) == words
