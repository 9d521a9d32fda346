"""Money that comes for a claim, and what is still open."""

from datetime import date
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from canteen.claims.actions import Payment, receive_payment, take_back_payment
from canteen.claims.queries import (
    claim_payments,
    claims,
    one_claim,
    open_claims,
    receivables,
)
from canteen.claims.verify import verify_claims
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger.actions import Grant, receive_grant
from canteen.ledger.queries import funder_balances
from canteen.ledger.verify import balances, verify
from tests.claims.conftest import Place
from tests.claims.ground import at, closed, eat, void
from tests.lunches import run_at_once
from tests.people import make_site

JUNE = date(2026, 6, 1), date(2026, 6, 30)
JULY = date(2026, 7, 1), date(2026, 7, 31)
PAID_ON = date(2026, 7, 20)


def pay(place: Place, claim_id: int, fen: int, **values: object) -> Refusal | None:
    payment = Payment(
        **{  # type: ignore[arg-type]
            "claim_id": claim_id,
            "amount_fen": fen,
            "received_on": PAID_ON,
            "request_id": uuid4(),
            "note": "区财政国库支付",
            **values,
        }
    )
    return receive_payment(
        payment, site_ids=[place.site], today=PAID_ON, by=place.zhangjie, now=at(PAID_ON)
    )


@pytest.fixture
def june(place: Place) -> int:
    """A closed claim of 9 yuan."""
    for day in (1, 2, 3):
        eat(place.chen, date(2026, 6, day), site_id=place.site)
    return closed(*JUNE, place.site).claim_id


def test_a_claim_is_paid_in_parts_through_the_bank(place: Place, june: int) -> None:
    assert pay(place, june, 400) is None
    assert pay(place, june, 500) is None
    claim = one_claim(db.session(), claim_id=june, site_ids=[place.site])
    assert claim is not None
    assert (claim.total_fen, claim.paid_fen, claim.outstanding_fen) == (900, 900, 0)
    db.session.rollback()
    found = balances(db.session())
    assert (found["bank:1"], found["funder:city"]) == (-900, 0)
    first, second = claim_payments(db.session(), claim_id=june)
    assert (first.amount_fen, first.received_on, first.note) == (400, PAID_ON, "区财政国库支付")
    assert (second.amount_fen, second.created_by_name) == (500, "张姐")
    assert list(verify_claims(db.session())) == []


def test_more_than_is_open_is_refused_with_what_is_open(place: Place, june: int) -> None:
    pay(place, june, 400)
    refusal = pay(place, june, 501)
    assert refusal == Refusal("payment_too_much", {"outstanding": "5.00"})


def test_the_same_form_twice_is_one_payment(place: Place, june: int) -> None:
    request = uuid4()
    assert pay(place, june, 400, request_id=request) is None
    assert pay(place, june, 400, request_id=request) is None
    assert len(claim_payments(db.session(), claim_id=june)) == 1
    assert pay(place, june, 300, request_id=request) == Refusal("request_reused")


def test_what_may_not_be_paid_says_why(place: Place, june: int) -> None:
    assert pay(place, june, 0) == Refusal("amount_not_positive")
    assert pay(place, june, -5) == Refusal("amount_not_positive")
    tomorrow = date(2026, 7, 21)
    assert pay(place, june, 1, received_on=tomorrow) == Refusal("received_in_future")
    assert pay(place, june + 1, 1) == Refusal("claim_unknown")
    other = Payment(claim_id=june, amount_fen=1, received_on=PAID_ON, request_id=uuid4())
    answer = receive_payment(
        other, site_ids=[make_site("xingfu")], today=PAID_ON, by=place.zhangjie, now=at(PAID_ON)
    )
    assert answer == Refusal("claim_unknown")


def test_two_payments_at_once_do_not_pay_too_much(app: Flask, place: Place, june: int) -> None:
    answers = run_at_once(app, [lambda: pay(place, june, 600)] * 4)
    assert answers.count(None) == 1
    assert len(claim_payments(db.session(), claim_id=june)) == 1


@pytest.mark.parametrize(
    "change", ["UPDATE claim_payments SET amount_fen = 1", "DELETE FROM claim_payments"]
)
def test_a_payment_is_never_changed(place: Place, june: int, change: str) -> None:
    pay(place, june, 400)
    with pytest.raises(DatabaseError, match="forbidden"), transaction() as session:
        session.execute(text(change))


def test_receivables_say_what_is_claimed_paid_open_and_for_how_long(
    place: Place, june: int
) -> None:
    pay(place, june, 400)
    eat(place.chen, date(2026, 7, 1), site_id=place.site)
    receive_grant(
        Grant(
            funder_code="city", amount_fen=150, request_id=uuid4(), site_id=place.site,
            received_on=JUNE[0],
        ),
        now=at(JUNE[0]), by=place.zhangjie,
    )  # fmt: skip
    (city,) = receivables(db.session(), site_ids=[place.site], today=date(2026, 7, 23))
    assert (city.funder_code, city.claimed_fen, city.paid_fen) == ("city", 900, 400)
    assert (city.covered_fen, city.outstanding_fen) == (150, 350)
    assert city.days == 20  # closed on 3 July
    assert (city.unclaimed_fen, city.unclaimed_entries) == (300, 1)
    assert (city.advance_fen, city.own_money) == (150, False)


def test_a_correction_lowers_what_is_open_and_what_is_not_claimed(place: Place, june: int) -> None:
    meal = eat(place.wang, date(2026, 6, 9), site_id=place.site, now=at(date(2026, 7, 4)))
    void(meal, site_id=place.site, by=place.zhangjie, now=at(date(2026, 7, 5)))
    (city,) = receivables(db.session(), site_ids=[place.site], today=PAID_ON)
    assert (city.unclaimed_fen, city.unclaimed_entries) == (0, 0)
    pay(place, june, 900)
    (city,) = receivables(db.session(), site_ids=[place.site], today=PAID_ON)
    assert (city.outstanding_fen, city.days) == (0, None)
    assert open_claims(db.session(), site_ids=[place.site]) == []


def test_who_does_not_work_at_every_site_of_a_claim_does_not_see_it(place: Place) -> None:
    other = make_site("xingfu")
    eat(place.chen, JUNE[0], site_id=place.site)
    eat(place.chen, JUNE[0], site_id=other, period="dinner")
    both = closed(*JUNE, place.site, other).claim_id
    assert claims(db.session(), site_ids=[place.site], page=1).rows == []
    assert one_claim(db.session(), claim_id=both, site_ids=[other]) is None
    (row,) = claims(db.session(), site_ids=[place.site, other], page=1).rows
    assert (row.id, row.site_ids, row.lines) == (both, (place.site, other), 2)
    assert receivables(db.session(), site_ids=[place.site], today=PAID_ON) == []


# --- taking back -----------------------------------------------------------------------------


def take_back(place: Place, claim_id: int, nth: int = 0, **values: object) -> Refusal | None:
    payments = claim_payments(db.session(), claim_id=claim_id)
    db.session.rollback()
    return take_back_payment(
        **{  # type: ignore[arg-type]
            "claim_id": claim_id,
            "payment_id": payments[nth].id if payments else 0,
            "reason": "记错了申报单",
            "site_ids": [place.site],
            "by": place.zhangjie,
            "now": at(PAID_ON, 6),
            **values,
        }
    )


def test_a_payment_taken_back_stays_on_record_and_its_sum_is_open_again(
    place: Place, june: int
) -> None:
    pay(place, june, 400)
    pay(place, june, 500)
    assert take_back(place, june) is None
    claim = one_claim(db.session(), claim_id=june, site_ids=[place.site])
    assert claim is not None
    assert (claim.paid_fen, claim.outstanding_fen) == (500, 400)
    first, second = claim_payments(db.session(), claim_id=june)
    assert (first.amount_fen, first.taken_back_note) == (400, "记错了申报单")
    assert (first.taken_back_at, first.taken_back_by_name) == (at(PAID_ON, 6), "张姐")
    assert second.taken_back_at is None
    assert balances(db.session())["bank:1"] == -500
    city = next(one for one in funder_balances(db.session()) if one.code == "city")
    assert (city.received_fen, city.used_fen) == (500, 900)
    assert [*verify_claims(db.session()), *verify(db.session())] == []
    db.session.rollback()
    assert pay(place, june, 400) is None, "entered again, rightly"
    assert pay(place, june, 1) == Refusal("payment_too_much", {"outstanding": "0.00"})


def test_taken_back_twice_is_taken_back_once(app: Flask, place: Place, june: int) -> None:
    pay(place, june, 400)
    answers = run_at_once(app, [lambda: take_back(place, june)] * 2)
    assert answers == [None, None]
    assert take_back(place, june) is None
    assert balances(db.session())["bank:1"] == 0
    assert list(verify_claims(db.session())) == []


def test_what_may_not_be_taken_back_says_why(place: Place, june: int) -> None:
    pay(place, june, 400)
    assert take_back(place, june, reason=" ") == Refusal("payment_reason_missing")
    too_long = Refusal("payment_reason_too_long", {"length": 201, "most": 200})
    assert take_back(place, june, reason="错" * 201) == too_long
    assert take_back(place, june, payment_id=999) == Refusal("payment_unknown")
    assert take_back(place, june, site_ids=[make_site("xingfu")]) == Refusal("payment_unknown")
    claim = one_claim(db.session(), claim_id=june, site_ids=[place.site])
    assert claim is not None
    assert claim.paid_fen == 400
