"""Counting and agreeing, in literals."""

from datetime import date

import pytest

from canteen.blueprints.charts import horizontal_bars, stacked_bars
from canteen.foundation.wording import Refusal
from canteen.statistics.rules import (
    Cell,
    Count,
    Dimension,
    LedgerLine,
    agrees,
    rate_text,
    reconcile,
    spread,
    summed,
)
from canteen.statistics.spans import Grain, Span, buckets, read_span

DAY = date(2026, 11, 23)


def cell(**values: object) -> Cell:
    """Two lunches of 13 yuan, of which the city gives 3 each."""
    facts = {
        "service_date": DAY, "period_code": "lunch", "channel": "dine_in", "age_band": "80-84",
        "tags": ";dibao;living_alone;", "grid_node_id": 4, "paid_by": "wallet",
        "parts": '[{"funder": "city", "amount_fen": 300}]', "voided": False, "meals": 2,
        "price_fen": 2600, "subsidy_fen": 600, "paid_fen": 2000, **values,
    }  # fmt: skip
    return Cell(**facts)  # type: ignore[arg-type]


def test_payers_of_a_meal_add_up_to_its_price() -> None:
    payers = summed(spread([cell()]), Dimension.PAYER)
    assert payers == {
        "funder:city": Count(2, 0, 600, 600, 0),
        "diner": Count(2, 0, 2000, 0, 2000),
    }


def test_a_subsidy_nobody_is_named_for_is_shown_without_a_name() -> None:
    payers = summed(spread([cell(parts="")]), Dimension.PAYER)
    assert payers["funder:"] == Count(2, 0, 600, 600, 0)


def test_a_voided_meal_is_a_number_and_no_money() -> None:
    counts = spread([cell(voided=True)])
    assert set(counts.values()) == {Count(voided=2)}


def test_a_meal_with_two_tags_counts_under_both_and_once_in_all() -> None:
    counts = spread([cell()])
    assert {code: one.meals for code, one in summed(counts, Dimension.TAG).items()} == {
        "dibao": 2,
        "living_alone": 2,
    }
    assert summed(counts, Dimension.TOTAL)[""].meals == 2


def test_the_ledger_agrees_when_every_account_does() -> None:
    lines = reconcile(
        spread([cell()]), {"revenue:1": 2600, "funder:city": 600}, revenue="revenue:1"
    )
    assert lines == (LedgerLine("revenue:1", 2600, 2600), LedgerLine("funder:city", 600, 600))
    assert agrees(lines)


def test_two_funders_that_swap_a_sum_do_not_agree() -> None:
    lines = reconcile(
        spread([cell()]), {"revenue:1": 2600, "funder:town": 600}, revenue="revenue:1"
    )
    assert [line.difference_fen for line in lines] == [0, 600, -600]
    assert not agrees(lines)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(111, 123, "90.24%"), (136, 136, "100.00%"), (0, 5, "0.00%"), (0, 0, "—"), (1, 3, "33.33%"),
     (2, 3, "66.67%"), (1, 20_000, "0.01%")],
)  # fmt: skip
def test_a_rate_is_computed_to_two_decimals(part: int, whole: int, text: str) -> None:
    assert rate_text(part, whole) == text


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("", "", Span(date(2026, 11, 1), DAY)),
        ("2026-11-20", "", Span(date(2026, 11, 20), DAY)),
        ("2027-01-05", "", Span(date(2027, 1, 5), date(2027, 1, 5))),
        ("", "2026-10-20", Span(date(2026, 10, 1), date(2026, 10, 20))),
        (" 2026-11-23 ", "2026-11-23", Span(DAY, DAY)),
        ("2000-01-01", "2100-01-01", Span(date(2025, 11, 23), DAY, cut=True)),
    ],
)
def test_days_are_read_as_people_leave_them(first: str, last: str, expected: Span) -> None:
    assert read_span(first, last, grain=Grain.DAY, today=DAY) == expected


def test_the_29th_of_february_exists_in_leap_years_only() -> None:
    assert isinstance(read_span("2027-02-29", "", grain=Grain.DAY, today=DAY), Refusal)
    assert isinstance(read_span("2024-02-29", "", grain=Grain.MONTH, today=DAY), Span)


def test_a_week_over_new_year_is_one_week() -> None:
    span = Span(date(2026, 12, 30), date(2027, 1, 5))
    assert buckets(span, Grain.WEEK) == (date(2026, 12, 28), date(2027, 1, 4))
    assert buckets(span, Grain.MONTH) == (date(2026, 12, 1), date(2027, 1, 1))


def test_pieces_of_a_bar_stand_on_one_another_and_fit() -> None:
    chart = stacked_bars(["11-22", "11-23"], [("堂食", [30, 0]), ("送餐上门", [10, 5])])
    lower, upper, second = chart.marks
    assert upper.y + upper.height == pytest.approx(lower.y, abs=0.02)
    assert lower.height == pytest.approx(3 * upper.height, abs=0.05)
    assert second.pattern == 1
    assert [figure.text for figure in chart.figures] == ["40", "5"]
    assert min(mark.y for mark in chart.marks) >= 0


def test_a_chart_of_nothing_is_drawn_without_dividing_by_it() -> None:
    assert stacked_bars(["11-23"], [("份数", [0])]).marks == ()
    assert horizontal_bars([]).marks == ()
