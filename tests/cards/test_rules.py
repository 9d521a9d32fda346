"""What may become of a card, with literals."""

import pytest

from canteen.cards.rules import (
    NextIssue,
    check_refund,
    check_top_up,
    grouped,
    may_close,
    may_replace,
    may_report_lost,
    name_size,
    next_issue,
)


def test_a_first_card_has_issue_0_and_a_new_number() -> None:
    assert next_issue(number=None, issue=None) == NextIssue(None, 0)


def test_the_next_card_keeps_its_number_until_issue_9() -> None:
    assert next_issue(number="12345678", issue=0) == NextIssue("12345678", 1)
    assert next_issue(number="12345678", issue=8) == NextIssue("12345678", 9)
    assert next_issue(number="12345678", issue=9) == NextIssue(None, 0)


@pytest.mark.parametrize(
    ("decide", "allowed"),
    [
        (may_report_lost, {"active", "lost"}),
        (may_replace, {"active", "lost", "replaced"}),
        (may_close, {"active", "closed"}),
    ],
)
def test_what_may_happen_depends_on_the_state(decide, allowed) -> None:
    for state in ("active", "lost", "replaced", "closed"):
        refusal = decide(state, number="12345678")
        assert (refusal is None) == (state in allowed), state
        assert refusal is None or refusal.facts == {"number": "1234 5678"}


def test_a_top_up_may_fill_a_wallet_to_its_limit_and_not_a_fen_more() -> None:
    assert check_top_up(amount_fen=4_000_00, balance_fen=1_000_00, limit_fen=5_000_00) is None
    refusal = check_top_up(amount_fen=4_000_01, balance_fen=1_000_00, limit_fen=5_000_00)
    assert refusal is not None
    assert refusal.code == "top_up_over_limit"
    assert refusal.facts == {"limit": "5000.00", "balance": "1000.00", "room": "4000.00"}


def test_a_wallet_above_a_lowered_limit_has_no_room_and_not_less_than_none() -> None:
    refusal = check_top_up(amount_fen=1, balance_fen=600_00, limit_fen=500_00)
    assert refusal is not None
    assert refusal.facts["room"] == "0.00"


@pytest.mark.parametrize("amount", [0, -1])
def test_no_money_is_no_booking(amount: int) -> None:
    for refusal in (
        check_top_up(amount_fen=amount, balance_fen=0, limit_fen=5_000_00),
        check_refund(amount_fen=amount, balance_fen=100),
    ):
        assert refusal is not None
        assert refusal.code == "amount_not_positive"


def test_a_refund_never_exceeds_the_balance() -> None:
    assert check_refund(amount_fen=100, balance_fen=100) is None
    refusal = check_refund(amount_fen=101, balance_fen=100)
    assert refusal is not None
    assert refusal.facts == {"balance": "1.00"}


def test_a_number_is_read_in_two_groups() -> None:
    assert grouped("12345678") == "1234 5678"


def test_a_long_name_is_set_smaller() -> None:
    assert name_size("陈桂英") == "name-short"
    assert name_size("阿卜杜热合曼·买买提") == "name-long"
    assert name_size("古" * 40) == "name-longest"
