"""Cash goes in once, never above the limit; it comes out with a reason, never below zero."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from canteen.cards.wallets import CashOrder, CashReceipt, refund, top_up
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger.booking import Movement, Occasion, book, cash, change_wallet, wallet
from canteen.ledger.models import Transfer, TransferKind
from canteen.ledger.verify import balances, verify
from tests.people import NOW, TODAY, make_chen, make_site, make_xiaoli, wallet_of


@pytest.fixture
def order(app: Flask) -> Callable[..., CashOrder]:
    """Orders of 陈奶奶 at the counter of 小李."""
    site = make_site()
    fixed = {"resident_id": make_chen(site), "site_id": site, "by": make_xiaoli(site)}

    def make(amount_fen: int, request_id: UUID | None = None, **values: object) -> CashOrder:
        return CashOrder(
            amount_fen=amount_fen,
            request_id=request_id or uuid4(),
            service_date=TODAY,
            **{**fixed, **values},  # type: ignore[arg-type]
        )

    return make


Make = Callable[..., CashOrder]


def test_cash_comes_in_and_the_cash_box_knows(order: Make) -> None:
    first = order(100_00)
    assert top_up(first, now=NOW) == CashReceipt(100_00, 100_00)
    assert wallet_of(first.resident_id).balance_fen == 100_00
    assert balances(db.session())[cash(first.site_id)] == -100_00
    assert list(verify(db.session())) == []


def test_the_same_form_twice_is_one_top_up(order: Make) -> None:
    first = order(100_00)
    top_up(first, now=NOW)
    assert top_up(first, now=NOW) == CashReceipt(100_00, 100_00, repeat=True)
    assert wallet_of(first.resident_id).balance_fen == 100_00


def test_one_form_is_not_used_for_another_amount(order: Make) -> None:
    first = order(100_00)
    top_up(first, now=NOW)
    other = top_up(order(50_00, first.request_id), now=NOW)
    assert isinstance(other, Refusal)
    assert other.code == "request_reused"


def test_twenty_presses_at_once_are_one_top_up(app: Flask, order: Make) -> None:
    first = order(10_00)

    def press(_number: int) -> object:
        with app.app_context():
            answer = top_up(first, now=NOW)
            db.session.remove()
            return answer

    with ThreadPoolExecutor(20) as presses:
        answers = list(presses.map(press, range(20)))
    assert all(isinstance(answer, CashReceipt) for answer in answers), answers
    assert sum(not answer.repeat for answer in answers) == 1  # type: ignore[attr-defined]
    assert wallet_of(first.resident_id).balance_fen == 10_00
    assert db.session.scalar(select(func.count()).select_from(Transfer)) == 1


def test_a_wallet_never_holds_more_than_5000_yuan(order: Make) -> None:
    top_up(order(4_900_00), now=NOW)
    over = top_up(order(100_01), now=NOW)
    assert isinstance(over, Refusal)
    assert over.code == "top_up_over_limit"
    assert over.facts["room"] == "100.00"
    assert top_up(order(100_00), now=NOW) == CashReceipt(100_00, 5_000_00)


def test_ten_top_ups_at_once_stop_at_the_limit(app: Flask, order: Make) -> None:
    orders = [order(1_000_00) for _ in range(10)]

    def pay(one: CashOrder) -> object:
        with app.app_context():
            answer = top_up(one, now=NOW)
            db.session.remove()
            return answer

    with ThreadPoolExecutor(10) as counters:
        answers = list(counters.map(pay, orders))
    assert sum(isinstance(answer, CashReceipt) for answer in answers) == 5
    assert wallet_of(orders[0].resident_id).balance_fen == 5_000_00
    assert list(verify(db.session())) == []


def test_no_cash_for_who_has_moved_but_their_balance_goes_back(app: Flask) -> None:
    site = make_site()
    clerk = make_xiaoli(site)
    gone = make_chen(site, status="moved", ended_on=date(2026, 11, 1))
    with transaction() as session:
        change_wallet(session, resident_id=gone, change_fen=500)
        book(
            session,
            [Movement(debit=cash(site), credit=wallet(gone), amount_fen=500,
                      kind=TransferKind.TOP_UP)],
            Occasion(site_id=site, service_date=TODAY, now=NOW, by=clerk),
        )  # fmt: skip
    fixed = {"resident_id": gone, "site_id": site, "service_date": TODAY, "by": clerk}
    more = top_up(CashOrder(amount_fen=100, request_id=uuid4(), **fixed), now=NOW)  # type: ignore[arg-type]
    assert isinstance(more, Refusal)
    assert more.code == "wallet_holder_ended"
    back = refund(
        CashOrder(amount_fen=500, request_id=uuid4(), reason="搬走", **fixed),  # type: ignore[arg-type]
        now=NOW,
    )
    assert back == CashReceipt(500, 0)


def test_a_refund_needs_a_reason_and_never_exceeds_the_balance(order: Make) -> None:
    top_up(order(50_00), now=NOW)
    silent = refund(order(10_00), now=NOW)
    assert isinstance(silent, Refusal)
    assert silent.code == "refund_reason_missing"
    much = refund(order(50_01, reason="本人要求"), now=NOW)
    assert isinstance(much, Refusal)
    assert much.facts == {"balance": "50.00"}
    assert refund(order(50_00, reason="本人要求"), now=NOW) == CashReceipt(50_00, 0)
    assert list(verify(db.session())) == []


def test_refunds_and_spending_at_once_never_go_below_zero(app: Flask, order: Make) -> None:
    first = order(100_00)
    top_up(first, now=NOW)
    chen, site, clerk = first.resident_id, first.site_id, first.by

    def take(number: int) -> bool:
        with app.app_context():
            if number % 2:
                given = refund(order(30_00, reason="本人要求"), now=NOW)
                db.session.remove()
                return isinstance(given, CashReceipt)
            with transaction() as session:
                left = change_wallet(session, resident_id=chen, change_fen=-30_00)
                if left is not None:
                    spent = Movement(
                        debit=wallet(chen), credit=cash(site), amount_fen=30_00,
                        kind=TransferKind.REFUND,
                    )  # fmt: skip
                    occasion = Occasion(site_id=site, service_date=TODAY, now=NOW, by=clerk)
                    book(session, [spent], occasion)
            db.session.remove()
            return left is not None

    with ThreadPoolExecutor(8) as counters:
        taken = list(counters.map(take, range(12)))
    assert sum(taken) == 3
    assert wallet_of(chen).balance_fen == 10_00
    assert list(verify(db.session())) == []
