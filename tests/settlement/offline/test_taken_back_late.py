"""Taken back at a counter that was alone, while the server had the meal already: it is undone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.foundation.database import db
from canteen.ledger.models import Transfer, TransferKind
from canteen.ledger.shifts.models import Shift
from canteen.ledger.verify import balances
from canteen.settlement.actions import UNDONE
from canteen.settlement.models import Meal
from canteen.settlement.offline.actions import book_served_meal
from canteen.settlement.shift_report import shift_report
from canteen.staff.rules import Role
from tests.ledger.test_shifts import Desk, assert_shifts_hold
from tests.lunches import adopt, assert_ledger_holds, give, lunch, served
from tests.people import NOW, make_chen, make_site, make_staff, make_xiaoli, wallet_of
from tests.settlement.offline.test_booking_late import BACK_ONLINE, alone, tell
from tests.settlement.offline.test_late_in_shifts import (
    TOLD_AT,
    close,
    guest_alone,
    open_at_noon,
)


@pytest.fixture
def site(app: Flask) -> int:
    site_id = make_site()
    adopt(site_id, "nanchang")
    return site_id


def voided(meal_id: object) -> str:
    db.session.rollback()
    return db.session.get_one(Meal, meal_id).void_reason


def test_undone_after_its_answer_was_lost_it_is_given_back_once(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    first = alone(lunch(site, make_xiaoli(site), chen))
    tell(first)
    assert wallet_of(chen).balance_fen == 41_00
    for _again in range(2):
        assert [one.outcome for one in tell(replace(first, undone=True))] == ["duplicate"]
        assert wallet_of(chen).balance_fen == 50_00
    assert voided(first.order.meal_id) == UNDONE
    assert_ledger_holds()


def test_booked_over_the_network_and_undone_alone_it_is_given_back(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    order = lunch(site, make_xiaoli(site), chen)
    served(order)
    tell(replace(alone(order), undone=True))
    assert wallet_of(chen).balance_fen == 50_00
    assert_ledger_holds()


def test_an_older_copy_that_knows_of_no_undoing_changes_nothing(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    first = alone(lunch(site, make_xiaoli(site), chen))
    tell(replace(first, undone=True))
    assert [one.outcome for one in tell(first)] == ["duplicate"]
    assert wallet_of(chen).balance_fen == 50_00


def test_somebody_elses_meal_over_the_network_is_not_undone_by_a_queue(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    order = lunch(site, make_xiaoli(site), chen)
    served(order)
    other = make_staff("xiaowu", Role.CLERK, site_id=site)
    tell(replace(alone(replace(order, clerk_id=other)), undone=True))
    assert wallet_of(chen).balance_fen == 41_00


def test_cash_given_back_leaves_the_open_shift_that_took_it(app: Flask) -> None:
    desk = Desk()
    shift = open_at_noon(desk)
    late = guest_alone(desk)
    book_served_meal(late, now=NOW + timedelta(minutes=11))
    book_served_meal(replace(late, undone=True), now=NOW + timedelta(minutes=12))
    query = select(Transfer.shift_id).where(Transfer.kind == TransferKind.REVERSAL)
    assert db.session.scalars(query).all() == [shift]
    close(desk, shift, 100_00)
    assert_shifts_hold()


def test_cash_given_back_before_the_close_is_none_of_the_next_shifts(app: Flask) -> None:
    desk = Desk()
    first = open_at_noon(desk)
    late = guest_alone(desk)
    book_served_meal(late, now=NOW + timedelta(minutes=11))
    close(desk, first, 100_00, "少十三元，退给客人了")
    second = open_at_noon(desk)
    book_served_meal(replace(late, undone=True), now=TOLD_AT)
    assert desk.drawer(second) == 100_00, "the next shift's drawer never held it"
    db.session.rollback()
    report = shift_report(db.session(), db.session.get_one(Shift, first), undone=UNDONE)
    assert (report.late_fen, report.drawer_fen) == (-13_00, 100_00)
    assert balances(db.session())[f"difference:{desk.site}"] == 0
    assert_shifts_hold()


def test_told_again_after_a_while_as_undone_it_is_still_a_duplicate(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    first = alone(lunch(site, make_xiaoli(site), chen))
    tell(first)
    late = BACK_ONLINE + timedelta(days=2)
    assert [one.outcome for one in tell(replace(first, undone=True), now=late)] == ["duplicate"]
    assert wallet_of(chen).balance_fen == 50_00
