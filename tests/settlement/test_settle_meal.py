"""One scan, one meal: what is booked, what is refused, and who wins a race."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger.models import Transfer, TransferKind
from canteen.ledger.verify import balances
from canteen.settlement import actions
from canteen.settlement.actions import Declined, Receipt, Reversed
from canteen.settlement.models import Meal, PaidBy
from tests.lunches import adopt, assert_ledger_holds, give, lunch, run_at_once, settle
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_site,
    make_wang,
    make_xiaoli,
    make_zhangjie,
    wallet_of,
)


@pytest.fixture
def site(app: Flask) -> int:
    site_id = make_site()
    adopt(site_id, "nanchang")
    return site_id


def test_grandma_chen_pays_nine_of_thirteen(site: int) -> None:
    chen, clerk = make_chen(site), make_xiaoli(site)
    give(chen, site, 50_00)
    receipt = settle(lunch(site, clerk, chen))
    assert isinstance(receipt, Receipt)
    assert (receipt.price_fen, receipt.subsidy_fen, receipt.paid_fen) == (1300, 400, 900)
    assert receipt.balance_fen == 41_00
    assert receipt.title == "陈奶奶"
    meal = db.session.get_one(Meal, receipt.meal_id)
    assert (meal.age, meal.tags, meal.hukou) == (
        82,
        ";dibao;living_alone;",
        "南昌市/青云谱区/金牛街道",
    )
    assert meal.policies == "nanchang@1"
    assert "4" in meal.reason_zh
    assert meal.grid_node_id is not None
    assert_ledger_holds()


def test_the_money_of_a_meal_is_where_it_belongs(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    settle(lunch(site, make_xiaoli(site), chen))
    db.session.rollback()
    assert balances(db.session()) == {
        f"bank:{site}": 0,
        f"difference:{site}": 0,
        f"cash:{site}": -50_00,
        f"revenue:{site}": 13_00,
        f"wallet:{chen}": 41_00,
        "funder:district": -4_00,
    }


def test_grandpa_wang_pays_full(site: int) -> None:
    wang = make_wang(site)
    give(wang, site, 20_00)
    receipt = settle(lunch(site, make_xiaoli(site), wang))
    assert isinstance(receipt, Receipt)
    assert (receipt.subsidy_fen, receipt.paid_fen, receipt.balance_fen) == (0, 1300, 700)
    assert "70" in receipt.reason_zh


def test_a_guest_pays_cash(site: int) -> None:
    receipt = settle(lunch(site, make_xiaoli(site)))
    assert isinstance(receipt, Receipt)
    assert (receipt.paid_by, receipt.paid_fen) == (PaidBy.CASH, 1300)
    assert_ledger_holds()


def test_the_same_post_again_gets_the_first_receipt(site: int) -> None:
    wang = make_wang(site)
    give(wang, site, 50_00)
    order = lunch(site, make_xiaoli(site), wang)
    first, second = settle(order), settle(order)
    assert isinstance(second, Receipt)
    assert second == replace(first, repeat=True)  # type: ignore[type-var]
    assert wallet_of(wang).balance_fen == 37_00


def test_an_id_of_another_meal_is_refused(site: int) -> None:
    wang, chen, clerk = make_wang(site), make_chen(site), make_xiaoli(site)
    give(wang, site, 50_00)
    order = lunch(site, clerk, wang)
    settle(order)
    refused = settle(replace(order, resident_id=chen))
    assert isinstance(refused, Declined)
    assert refused.refusal.code == "id_reused"


def test_nobody_eats_the_same_lunch_twice(site: int) -> None:
    chen, clerk = make_chen(site), make_xiaoli(site)
    give(chen, site, 50_00)
    settle(lunch(site, clerk, chen))
    refused = settle(lunch(site, clerk, chen))
    assert isinstance(refused, Declined)
    assert refused.refusal.code == "already_eaten"
    assert refused.refusal.facts["at"] == "11:30"
    assert wallet_of(chen).balance_fen == 41_00


def test_a_lunch_at_another_site_counts(site: int) -> None:
    chen, clerk = make_chen(site), make_xiaoli(site)
    give(chen, site, 50_00)
    settle(lunch(site, clerk, chen))
    other = make_site("second", name="第二食堂")
    refused = settle(lunch(other, clerk, chen))
    assert isinstance(refused, Declined)
    assert refused.refusal.code == "already_eaten"


def test_a_manager_may_allow_one_more_at_full_price(site: int) -> None:
    chen, clerk, manager = make_chen(site), make_xiaoli(site), make_zhangjie(site)
    give(chen, site, 50_00)
    settle(lunch(site, clerk, chen))
    more = settle(
        lunch(site, clerk, chen, override_by=manager, override_reason="给生病的老伴带一份")
    )
    assert isinstance(more, Receipt)
    assert (more.subsidy_fen, more.paid_fen) == (0, 1300)
    meal = db.session.get_one(Meal, more.meal_id)
    assert meal.extra
    assert meal.override_reason == "给生病的老伴带一份"
    assert_ledger_holds()


def test_too_little_balance_asks_for_cash_and_cash_keeps_the_subsidy(site: int) -> None:
    chen, clerk = make_chen(site), make_xiaoli(site)
    give(chen, site, 8_99)
    refused = settle(lunch(site, clerk, chen))
    assert isinstance(refused, Declined)
    assert refused.refusal.code == "balance_too_low"
    assert refused.refusal.facts["due"] == "9.00"
    paid = settle(lunch(site, clerk, chen, pay_by=PaidBy.CASH))
    assert isinstance(paid, Receipt)
    assert (paid.paid_by, paid.paid_fen, paid.balance_fen) == (PaidBy.CASH, 900, 8_99)
    assert_ledger_holds()


def test_a_card_stops_at_its_daily_limit(site: int) -> None:
    wang, clerk = make_wang(site), make_xiaoli(site)
    with transaction() as session:
        session.execute(text("UPDATE sites SET daily_card_limit_fen = 2000"))
    give(wang, site, 100_00)
    assert isinstance(settle(lunch(site, clerk, wang)), Receipt)
    refused = settle(lunch(site, clerk, wang, period_code="dinner"))
    assert isinstance(refused, Declined)
    assert refused.refusal.code == "daily_limit"


def test_without_a_menu_the_counter_asks_for_one(app: Flask) -> None:
    site_id = make_site(menu_required=True)
    clerk, manager = make_xiaoli(site_id), make_zhangjie(site_id)
    refused = settle(lunch(site_id, clerk))
    assert isinstance(refused, Declined)
    assert refused.refusal.code == "no_menu"
    allowed = settle(lunch(site_id, clerk, override_by=manager, override_reason="菜单迟发"))
    assert isinstance(allowed, Receipt)


def test_a_set_that_is_not_sold_is_refused(site: int) -> None:
    refused = settle(lunch(site, make_xiaoli(site), set_code="feast"))
    assert isinstance(refused, Declined)
    assert refused.refusal.code == "no_set"


def test_the_dead_and_the_moved_get_nothing(site: int) -> None:
    chen = make_chen(site, status="deceased", ended_on=TODAY)
    refused = settle(lunch(site, make_xiaoli(site), chen))
    assert isinstance(refused, Declined)
    assert refused.refusal.code == "resident_ended"


def test_undo_within_a_minute_gives_everything_back(site: int) -> None:
    chen, clerk = make_chen(site), make_xiaoli(site)
    give(chen, site, 50_00)
    receipt = settle(lunch(site, clerk, chen))
    assert isinstance(receipt, Receipt)
    for _press in range(2):
        done = actions.undo_meal(
            meal_id=receipt.meal_id, clerk_id=clerk, site_id=site, now=NOW + timedelta(seconds=60)
        )
        assert isinstance(done, Reversed)
        assert (done.back_fen, done.balance_fen) == (900, 50_00)
    assert isinstance(settle(lunch(site, clerk, chen)), Receipt)
    assert_ledger_holds()


def test_undo_comes_too_late_after_a_minute(site: int) -> None:
    chen, clerk = make_chen(site), make_xiaoli(site)
    give(chen, site, 50_00)
    receipt = settle(lunch(site, clerk, chen))
    assert isinstance(receipt, Receipt)
    late = actions.undo_meal(
        meal_id=receipt.meal_id, clerk_id=clerk, site_id=site, now=NOW + timedelta(seconds=61)
    )
    assert late == Refusal("undo_too_late")


def test_one_clerk_does_not_undo_anothers_meal(site: int) -> None:
    clerk, manager = make_xiaoli(site), make_zhangjie(site)
    receipt = settle(lunch(site, clerk))
    assert isinstance(receipt, Receipt)
    refused = actions.undo_meal(meal_id=receipt.meal_id, clerk_id=manager, site_id=site, now=NOW)
    assert refused == Refusal("undo_not_yours")


def test_a_manager_voids_later_with_a_reason(site: int) -> None:
    chen, clerk, manager = make_chen(site), make_xiaoli(site), make_zhangjie(site)
    give(chen, site, 50_00)
    receipt = settle(lunch(site, clerk, chen))
    assert isinstance(receipt, Receipt)
    values = {"meal_id": receipt.meal_id, "site_id": site, "by": manager}
    later = NOW + timedelta(hours=3)
    assert actions.void_meal(reason=" ", now=later, **values) == Refusal("reason_needed")
    assert isinstance(actions.void_meal(reason="打错人", now=later, **values), Reversed)
    assert isinstance(actions.void_meal(reason="打错人", now=later, **values), Reversed)
    assert wallet_of(chen).balance_fen == 50_00
    assert_ledger_holds()


def test_history_cannot_be_rewritten(site: int) -> None:
    settle(lunch(site, make_xiaoli(site)))
    for statement in (
        "UPDATE transfers SET amount_fen = 1",
        "DELETE FROM transfers",
        "UPDATE meals SET price_fen = 1, paid_fen = 1",
        "DELETE FROM meals",
    ):
        with pytest.raises(DatabaseError), transaction() as session:
            session.execute(text(statement))


def test_one_card_at_many_counters_at_once_is_one_meal(app: Flask, site: int) -> None:
    chen, clerk = make_chen(site), make_xiaoli(site)
    give(chen, site, 50_00)
    db.session.remove()
    answers = run_at_once(app, [lambda: settle(lunch(site, clerk, chen)) for _ in range(8)])
    assert Counter(type(answer) for answer in answers) == {Receipt: 1, Declined: 7}, answers
    assert {a.refusal.code for a in answers if isinstance(a, Declined)} == {"already_eaten"}
    assert wallet_of(chen).balance_fen == 41_00
    assert_ledger_holds()


def test_one_post_sent_many_times_at_once_is_one_meal(app: Flask, site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    order = lunch(site, make_xiaoli(site), chen)
    db.session.remove()
    answers = run_at_once(app, [lambda: settle(order) for _ in range(8)])
    assert all(isinstance(answer, Receipt) for answer in answers), answers
    assert sorted(answer.repeat for answer in answers) == [False] + [True] * 7
    assert db.session.scalar(select(func.count()).select_from(Meal)) == 1
    assert_ledger_holds()


def test_the_last_yuan_is_spent_once(app: Flask, site: int) -> None:
    wang, clerk = make_wang(site), make_xiaoli(site)
    give(wang, site, 13_00)
    orders = [lunch(site, clerk, wang, period_code=code) for code in ("lunch", "dinner")] * 3
    orders = [replace(order, meal_id=uuid4()) for order in orders]
    db.session.remove()
    answers = run_at_once(app, [lambda o=order: settle(o) for order in orders])
    assert sum(isinstance(answer, Receipt) for answer in answers) == 1, answers
    assert (wallet_of(wang).balance_fen or 0) >= 0
    assert_ledger_holds()


def test_undo_pressed_at_once_gives_back_once(app: Flask, site: int) -> None:
    chen, clerk = make_chen(site), make_xiaoli(site)
    give(chen, site, 50_00)
    receipt = settle(lunch(site, clerk, chen))
    assert isinstance(receipt, Receipt)
    db.session.remove()
    run_at_once(
        app,
        [
            lambda: actions.undo_meal(
                meal_id=receipt.meal_id, clerk_id=clerk, site_id=site, now=NOW
            )
            for _ in range(6)
        ],
    )
    assert wallet_of(chen).balance_fen == 50_00
    reversals = select(func.count()).where(Transfer.kind == TransferKind.REVERSAL)
    assert db.session.scalar(reversals) == 2
    assert_ledger_holds()
