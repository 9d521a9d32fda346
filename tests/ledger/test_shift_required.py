"""Where cash passes in an open shift only, every kind of cash waits for one."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.cards.passes import PassOrder, PassSold, cancel_pass, sell_pass
from canteen.cards.wallets import CashReceipt, refund, top_up
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger.models import Transfer, TransferKind
from canteen.ledger.shifts.actions import Closed
from canteen.ledger.shifts.models import Shift
from canteen.settlement import actions
from canteen.settlement.actions import Declined, Reversed, undo_meal, void_meal
from canteen.settlement.models import Meal
from canteen.sites.models import Site
from canteen.staff.rules import Role
from canteen.subsidies.models import ResidentPass
from tests.ledger.test_shifts import Desk, assert_shifts_hold
from tests.lunches import (
    OFF_THREE,
    adopt_document,
    give,
    lunch,
    policy_document,
    run_at_once,
    settle,
)
from tests.people import NOW, TODAY, make_staff, make_zhangjie, sign_in, wallet_of

NO_SHIFT = Refusal("shift_needed_for_cash")
PASS = """
[[pass]]
code = "month"
name = { zh = "月卡", en = "month" }
price_yuan = 30
days = 30
"""


@pytest.fixture
def desk(app: Flask) -> Desk:
    """小李's counter where cash passes in an open shift only; none is open."""
    return Desk(shift_required=True)


def kinds() -> list[tuple[str, bool]]:
    """What was booked, and whether in a shift."""
    db.session.rollback()
    rows = db.session.query(Transfer).order_by(Transfer.id)
    return [(row.kind, row.shift_id is not None) for row in rows]


def test_a_top_up_waits_for_a_shift(desk: Desk) -> None:
    order = desk.cash_order(50_00)
    assert top_up(order, now=NOW) == NO_SHIFT
    assert wallet_of(desk.chen).balance_fen == 0
    assert kinds() == []
    desk.open()
    assert isinstance(top_up(order, now=NOW), CashReceipt), "the same form goes on"
    assert kinds() == [(TransferKind.TOP_UP, True)]


def test_a_top_up_that_was_booked_is_told_again_when_the_shift_has_ended(desk: Desk) -> None:
    order = desk.cash_order(50_00)
    shift = desk.open(0)
    first = top_up(order, now=NOW)
    desk.close(shift, 50_00)
    again = top_up(order, now=NOW)
    assert isinstance(first, CashReceipt)
    assert isinstance(again, CashReceipt)
    assert again.repeat


def test_a_refund_waits_for_a_shift(desk: Desk) -> None:
    shift = desk.open(0)
    top_up(desk.cash_order(50_00), now=NOW)
    desk.close(shift, 50_00)
    order = desk.cash_order(20_00, reason="要回老家")
    assert refund(order, now=NOW) == NO_SHIFT
    assert wallet_of(desk.chen).balance_fen == 50_00
    desk.open(30_00)
    assert isinstance(refund(order, now=NOW), CashReceipt)


def test_somebody_elses_shift_is_not_ones_own(desk: Desk) -> None:
    other = make_staff("xiaowang", Role.CLERK, site_id=desk.site)
    desk.open(by=other)
    assert top_up(desk.cash_order(50_00), now=NOW) == NO_SHIFT


def test_a_pass_is_sold_and_taken_back_in_a_shift_only(desk: Desk) -> None:
    adopt_document(desk.site, policy_document(OFF_THREE + PASS))
    order = PassOrder(
        resident_id=desk.chen, policy_code="test", pass_code="month", request_id=uuid4(),
        site_id=desk.site, service_date=TODAY, by=desk.li, device_id=1,
    )  # fmt: skip
    assert sell_pass(order, now=NOW) == NO_SHIFT
    shift = desk.open(0)
    assert isinstance(sell_pass(order, now=NOW), PassSold)
    desk.close(shift, 30_00)
    (held,) = db.session.query(ResidentPass).all()

    def cancel() -> Refusal | None:
        return cancel_pass(
            resident_id=desk.chen, pass_id=held.id, by=desk.li, now=NOW, is_used=lambda *_: False
        )

    assert cancel() == NO_SHIFT
    desk.open(30_00)
    assert cancel() is None


def test_cash_of_a_meal_goes_back_in_a_shift_only(desk: Desk) -> None:
    manager = make_zhangjie(desk.site)
    shift = desk.open(0)
    first, second = desk.guest(), desk.guest()
    undone = undo_meal(meal_id=first, clerk_id=desk.li, site_id=desk.site, now=NOW)
    assert isinstance(undone, Reversed), "its own shift is open"
    desk.close(shift, 13_00)

    def void() -> object:
        return void_meal(meal_id=second, site_id=desk.site, reason="错", by=manager, now=NOW)

    assert void() == NO_SHIFT
    db.session.rollback()
    assert db.session.get_one(Meal, second).voided_at is None
    desk.open(13_00, by=manager)
    assert isinstance(void(), Reversed)
    assert all(in_shift for _kind, in_shift in kinds())
    assert void() == void(), "a repeat is harmless"


def test_where_a_site_does_not_ask_for_it_cash_passes_without_a_shift(app: Flask) -> None:
    desk = Desk()
    assert isinstance(top_up(desk.cash_order(50_00), now=NOW), CashReceipt)


def test_the_page_says_what_to_do_and_leads_there(desk: Desk, client: FlaskClient) -> None:
    sign_in(client, "xiaoli")
    page = client.post(
        f"/residents/{desk.chen}/top-ups", data={"amount_fen": "50", "request_id": str(uuid4())}
    )
    assert page.status_code == 409
    assert "收付现金要先开班" in page.text
    assert 'href="/shifts/new"' in page.text


def test_an_old_shift_is_no_open_one(desk: Desk) -> None:
    with transaction() as session:
        session.get_one(Site, desk.site).shift_required = True
    desk.close(desk.open(0), 0)
    assert db.session.query(Shift).count() == 1
    assert top_up(desk.cash_order(5_00), now=NOW + timedelta(seconds=5)) == NO_SHIFT


@pytest.mark.parametrize("whose", ["guest", "wallet"])
def test_a_sale_that_meets_the_close_of_its_shift_is_in_it_or_is_none(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    give(desk.chen, desk.site, 50_00)
    shift = desk.open(0)
    db.session.remove()
    decide = actions.decide_sale

    def closed_meanwhile(**facts: Any) -> Any:
        """The shift is closed after the sale has read that it is open, before it is written."""
        decided = decide(**facts)
        if not closed:
            closed.extend(run_at_once(app, [lambda: desk.close(shift, 0)]))
        return decided

    closed: list[Any] = []
    monkeypatch.setattr(actions, "decide_sale", closed_meanwhile)
    answer = settle(lunch(desk.site, desk.li, None if whose == "guest" else desk.chen, device_id=1))
    assert closed == [Closed(shift, 0)]
    assert isinstance(answer, Declined)
    assert answer.refusal.code == "shift_needed"
    assert [kind for kind, _in_shift in kinds()] == [TransferKind.TOP_UP]
    assert wallet_of(desk.chen).balance_fen == 50_00
    assert_shifts_hold()
