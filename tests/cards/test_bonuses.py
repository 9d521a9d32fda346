"""What a policy adds to a top-up, and that a bonus never becomes cash."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.cards.rules import Entry, WalletStory, story_of
from canteen.cards.wallets import CashOrder, CashReceipt, bonus_of, refund, top_up
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.ledger.verify import balances, verify
from canteen.settlement import actions
from canteen.settlement.statement import statement
from tests.lunches import (
    adopt_document,
    assert_ledger_holds,
    lunch,
    policy_document,
    run_at_once,
    served,
)
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_site,
    make_wang,
    make_xiaoli,
    make_zhangjie,
    sign_in,
    wallet_of,
)

TEN_FOR_A_HUNDRED = """
[[top_up]]
code = "gift"
name = { zh = "充 100 送 10", en = "ten for a hundred" }
funder = "charity"
at_least_yuan = 100
yuan = 10
each = true
month_yuan = 25
who = [{ age_from = 70 }]
"""

Make = Callable[..., CashOrder]


@pytest.fixture
def order(app: Flask) -> Make:
    """Orders of 陈奶奶 where the charity adds 10 yuan to every 100, at most 25 a month."""
    site = make_site()
    adopt_document(site, policy_document(TEN_FOR_A_HUNDRED, funders='"charity"'))
    fixed = {"resident_id": make_chen(site), "site_id": site, "by": make_xiaoli(site)}

    def make(amount_fen: int, **values: object) -> CashOrder:
        plain = {"request_id": uuid4(), "service_date": TODAY, **fixed, **values}
        return CashOrder(amount_fen=amount_fen, **plain)  # type: ignore[arg-type]

    return make


def test_a_hundred_yuan_bring_ten_more(order: Make) -> None:
    first = order(100_00)
    assert top_up(first, now=NOW) == CashReceipt(100_00, 110_00, bonus_fen=10_00)
    assert balances(db.session()) == {
        f"bank:{first.site_id}": 0,
        f"difference:{first.site_id}": 0,
        f"cash:{first.site_id}": -100_00,
        f"revenue:{first.site_id}": 0,
        f"wallet:{first.resident_id}": 110_00,
        "funder:charity": -10_00,
    }
    assert list(verify(db.session())) == []
    lines = statement(db.session(), resident_id=first.resident_id, number=1).rows
    assert [(line.kind, line.change_fen, line.balance_fen) for line in lines] == [
        ("top_up_bonus", 10_00, 110_00),
        ("top_up", 100_00, 100_00),
    ]


def test_the_same_form_twice_gives_one_bonus(order: Make) -> None:
    first = order(100_00)
    top_up(first, now=NOW)
    assert top_up(first, now=NOW) == CashReceipt(100_00, 110_00, repeat=True, bonus_fen=10_00)
    assert balances(db.session())["funder:charity"] == -10_00


def test_who_does_not_qualify_gets_no_bonus(order: Make) -> None:
    chens = order(100_00)
    wangs = replace(chens, resident_id=make_wang(chens.site_id), request_id=uuid4())
    assert top_up(wangs, now=NOW) == CashReceipt(100_00, 100_00)
    assert top_up(order(99_99), now=NOW) == CashReceipt(99_99, 99_99)


def test_a_month_gives_no_more_than_its_cap_and_the_next_month_begins_anew(order: Make) -> None:
    assert top_up(order(200_00), now=NOW) == CashReceipt(200_00, 220_00, bonus_fen=20_00)
    assert top_up(order(100_00), now=NOW) == CashReceipt(100_00, 325_00, bonus_fen=5_00)
    assert top_up(order(100_00), now=NOW) == CashReceipt(100_00, 425_00)
    december = order(100_00, service_date=date(2026, 12, 1))
    later = NOW + timedelta(days=8)
    assert top_up(december, now=later) == CashReceipt(100_00, 535_00, bonus_fen=10_00)


def test_two_counters_at_once_stay_under_the_month_s_cap(app: Flask, order: Make) -> None:
    orders = [order(200_00) for _ in range(4)]
    db.session.remove()
    answers = run_at_once(app, [lambda o=one: top_up(o, now=NOW) for one in orders])  # type: ignore[misc]
    given = sorted(answer.bonus_fen for answer in answers if isinstance(answer, CashReceipt))
    assert given == [0, 0, 5_00, 20_00], answers
    assert wallet_of(orders[0].resident_id).balance_fen == 825_00
    assert_ledger_holds()


def test_the_limit_of_a_wallet_counts_the_bonus(order: Make) -> None:
    top_up(order(4_880_00, service_date=date(2026, 10, 1)), now=NOW - timedelta(days=50))
    assert wallet_of(order(1).resident_id).balance_fen == 4_905_00
    over = top_up(order(95_00), now=NOW)
    assert over == CashReceipt(95_00, 5_000_00)
    refund(order(100_00, reason="本人要求"), now=NOW)
    # 100 yuan come back: they were bonused once already, so now they fit without a bonus.
    assert top_up(order(100_00), now=NOW) == CashReceipt(100_00, 5_000_00)


def test_a_top_up_whose_bonus_does_not_fit_is_refused(order: Make) -> None:
    top_up(order(4_800_00, service_date=date(2026, 10, 1)), now=NOW - timedelta(days=50))
    over = top_up(order(170_00), now=NOW)
    assert over == Refusal(
        "top_up_bonus_over_limit",
        {"limit": "5000.00", "balance": "4825.00", "bonus": "10.00"},
    )
    assert top_up(order(90_00), now=NOW) == CashReceipt(90_00, 4_915_00)


def test_a_refund_never_hands_out_a_bonus(order: Make) -> None:
    top_up(order(100_00), now=NOW)
    greedy = refund(order(100_01, reason="本人要求"), now=NOW)
    assert greedy == Refusal("refund_of_bonus", {"cash": "100.00", "bonus": "10.00"})
    assert refund(order(100_00, reason="本人要求"), now=NOW) == CashReceipt(100_00, 10_00)
    nothing = refund(order(1, reason="本人要求"), now=NOW)
    assert nothing == Refusal("refund_of_bonus", {"cash": "0.00", "bonus": "10.00"})
    assert list(verify(db.session())) == []


def test_cash_that_goes_round_in_circles_earns_one_bonus(order: Make) -> None:
    top_up(order(100_00), now=NOW)
    for _round in range(3):
        refund(order(100_00, reason="本人要求"), now=NOW)
        assert top_up(order(100_00), now=NOW) == CashReceipt(100_00, 110_00)
    assert balances(db.session())["funder:charity"] == -10_00


def test_meals_spend_cash_first_and_an_undone_meal_gives_bonus_back_as_bonus(order: Make) -> None:
    first = order(100_00)
    chen, site, clerk = first.resident_id, first.site_id, first.by
    top_up(first, now=NOW)
    refund(order(90_00, reason="本人要求"), now=NOW)
    receipt = served(lunch(site, clerk, chen))
    assert (receipt.paid_fen, receipt.balance_fen) == (13_00, 7_00)
    assert bonus_of(db.session(), chen) == 7_00
    actions.undo_meal(meal_id=receipt.meal_id, clerk_id=clerk, site_id=site, now=NOW)
    db.session.rollback()
    assert bonus_of(db.session(), chen) == 10_00
    back = refund(order(10_00, reason="本人要求"), now=NOW)
    assert back == CashReceipt(10_00, 10_00)


def test_the_story_of_a_wallet_in_figures() -> None:
    assert story_of([]) == WalletStory(0, 0)
    moves = [Entry("top_up", 100), Entry("top_up_bonus", 10), Entry("meal_wallet", -105)]
    assert story_of(moves) == WalletStory(bonus_fen=5, handed_back_fen=0)
    assert story_of([*moves, Entry("top_up", 50)]) == WalletStory(bonus_fen=5, handed_back_fen=0)
    refunded = [*moves, Entry("top_up", 50), Entry("refund", -50)]
    assert story_of(refunded) == WalletStory(bonus_fen=5, handed_back_fen=50)
    before = [Entry("top_up", 100), Entry("refund", -60), Entry("top_up", 100)]
    assert story_of([*before, Entry("top_up_bonus", 10)]) == WalletStory(10, 0)


def test_the_page_says_what_was_given_and_what_can_be_refunded(
    client: FlaskClient, order: Make
) -> None:
    first = order(1)
    make_zhangjie(first.site_id)
    sign_in(client, "zhangjie")
    address = f"/residents/{first.resident_id}"
    form = {"request_id": str(uuid4()), "amount_fen": "100"}
    page = client.post(f"{address}/top-ups", data=form, follow_redirects=True)
    text = page.get_data(as_text=True)
    assert "另赠送" in text
    assert "充值赠送" in text
    asked = client.get(f"{address}/refunds").get_data(as_text=True)
    assert "赠送的" in asked
    form = {"request_id": str(uuid4()), "amount_fen": "101", "reason": "本人要求"}
    refused = client.post(f"{address}/refunds", data=form)
    assert refused.status_code == 409
    assert "100.00" in refused.get_data(as_text=True)
