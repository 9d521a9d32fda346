"""A funder pays in advance; meals use it up; what is left or owed is a sum."""

from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger.actions import Grant, receive_grant
from canteen.ledger.booking import Movement, Occasion, bank, book, cash, funder
from canteen.ledger.models import TransferKind
from canteen.ledger.queries import FunderBalance, funder_balances
from canteen.ledger.verify import balances, verify
from tests.ledger.test_booking import Counter
from tests.people import NOW, TODAY, make_xiaoli, make_zhangjie, sign_in


@pytest.fixture
def counter(app: Flask) -> Counter:
    return Counter()


def grant(counter: Counter, amount_fen: int, **values: object) -> Grant:
    fixed = {"funder_code": "district", "site_id": counter.site, "received_on": TODAY}
    return Grant(amount_fen=amount_fen, **{"request_id": uuid4(), **fixed, **values})  # type: ignore[arg-type]


def balance() -> FunderBalance:
    db.session.rollback()
    return funder_balances(db.session())[0]


def test_a_grant_is_used_up_by_meals_and_given_back_by_reversals(counter: Counter) -> None:
    by = make_zhangjie(counter.site)
    assert receive_grant(grant(counter, 1000), now=NOW, by=by) is None
    counter.top_up(counter.people[0], 5000)
    meals = [counter.sell(person, 0, 600) for person in counter.people]
    assert balance() == FunderBalance("district", 1000, 1200)
    assert (balance().left_fen, balance().owed_fen) == (0, 200)
    assert meals[0] is not None
    counter.take_back(meals[0])
    assert (balance().left_fen, balance().owed_fen) == (400, 0)
    assert list(verify(db.session())) == []


def test_the_same_grant_twice_is_one(counter: Counter) -> None:
    by = make_zhangjie(counter.site)
    once = grant(counter, 20_000_000)
    for _twice in range(2):
        assert receive_grant(once, now=NOW, by=by) is None
    assert balance().received_fen == 20_000_000
    other = receive_grant(grant(counter, 1, request_id=once.request_id), now=NOW, by=by)
    assert isinstance(other, Refusal)
    assert other.code == "request_reused"


@pytest.mark.parametrize(
    ("amount", "values", "code"),
    [
        (0, {}, "amount_not_positive"),
        (-5, {}, "amount_not_positive"),
        (5, {"funder_code": "nobody"}, "funder_unknown"),
    ],
)
def test_a_grant_that_is_none_is_refused(
    counter: Counter, amount: int, values: dict[str, object], code: str
) -> None:
    by = make_zhangjie(counter.site)
    refusal = receive_grant(grant(counter, amount, **values), now=NOW, by=by)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code
    assert balance().received_fen == 0


def test_a_manager_notes_a_grant(client: FlaskClient, counter: Counter) -> None:
    make_zhangjie(counter.site)
    sign_in(client, "zhangjie")
    form = {
        "funder": "district", "amount_fen": "200,000", "received_on": "2026-11-02",
        "request_id": str(uuid4()), "note": "红心食堂",
    }  # fmt: skip
    for _twice in range(2):
        answer = client.post("/funders", data=form, follow_redirects=True)
        assert "¥200,000.00" in answer.text
    assert balance().received_fen == 20_000_000


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("amount_fen", "-1", "不是金额"),
        ("received_on", "2026-02-30", "没有“2026-02-30”这一天"),
        ("received_on", "2999-01-01", "还没到的日子"),
        ("funder", "nobody", "mistake"),
        ("request_id", "x", "页面已过期"),
        ("received_on", "0026-11-22", "“0026-11-22”的年份不对"),
    ],
)
def test_a_form_that_means_nothing_is_refused_by_name(
    client: FlaskClient, counter: Counter, field: str, value: str, said: str
) -> None:
    make_zhangjie(counter.site)
    sign_in(client, "zhangjie")
    form = {
        "funder": "district", "amount_fen": "10", "received_on": "2026-11-02",
        "request_id": str(uuid4()),
    }  # fmt: skip
    answer = client.post("/funders", data={**form, field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert balance().received_fen == 0


def test_a_clerk_does_not_see_the_funders(client: FlaskClient, counter: Counter) -> None:
    make_xiaoli(counter.site)
    sign_in(client, "xiaoli")
    assert client.get("/funders").status_code == 403


def test_a_grant_lies_in_the_bank_and_older_ones_in_the_cash_box_are_right(
    counter: Counter,
) -> None:
    by = make_zhangjie(counter.site)
    assert receive_grant(grant(counter, 1000), now=NOW, by=by) is None
    assert balances(db.session())[f"bank:{counter.site}"] == -1000
    old = Movement(
        debit=cash(counter.site), credit=funder("district"), amount_fen=500,
        kind=TransferKind.GRANT,
    )  # fmt: skip
    wrong = replace(old, debit=funder("district"), credit=cash(counter.site))
    occasion = Occasion(site_id=counter.site, service_date=TODAY, now=NOW, by=by)
    with transaction() as session:
        book(session, [old], occasion)
    assert list(verify(db.session())) == []
    with transaction() as session:
        book(session, [wrong], occasion)
    assert [finding.rule for finding in verify(db.session())] == ["sides"]


def test_what_came_for_a_claim_is_received_money(counter: Counter) -> None:
    counter.top_up(counter.people[0], 5000)
    counter.sell(counter.people[0], 0, 600)
    paid = Movement(
        debit=bank(counter.site), credit=funder("district"), amount_fen=400,
        kind=TransferKind.CLAIM_PAYMENT,
    )  # fmt: skip
    with transaction() as session:
        book(session, [paid], Occasion(site_id=counter.site, service_date=TODAY, now=NOW, by=None))
    assert balance() == FunderBalance("district", 400, 600)
    assert balance().owed_fen == 200
