"""Cash taken without a network belongs to the shift it was taken in, also when it comes late."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.foundation.database import db
from canteen.ledger.models import Transfer, TransferKind
from canteen.ledger.shifts.actions import Closing, Opening, close_shift, open_shift
from canteen.ledger.shifts.models import Shift
from canteen.ledger.shifts.rules import Count
from canteen.ledger.verify import balances
from canteen.settlement.actions import UNDONE, void_meal
from canteen.settlement.models import PaidBy
from canteen.settlement.offline.actions import ServedMeal, book_served_meal
from canteen.settlement.offline.rules import Shown
from canteen.settlement.shift_report import shift_report
from tests.ledger.test_shifts import Desk, assert_shifts_hold
from tests.lunches import lunch
from tests.people import NOW, TODAY

GUEST = Shown(set_name="标准餐", title="", price_fen=1300, subsidy_fen=0, paid_fen=1300)
CLOSED_AT = NOW + timedelta(minutes=30)
TOLD_AT = NOW + timedelta(minutes=50)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def open_at_noon(desk: Desk) -> int:
    """A shift with 100 yuan of float."""
    opening = Opening(
        site_id=desk.site, device_id=1, by=desk.li, count=Count(total_fen=100_00),
        request_id=uuid4(),
    )  # fmt: skip
    made = open_shift(opening, now=NOW)
    assert isinstance(made, int)
    return made


def close(desk: Desk, shift: int, fen: int, reason: str = "") -> None:
    """Count and close half an hour later."""
    closing = Closing(
        shift_id=shift, count=Count(total_fen=fen), reason=reason, service_date=TODAY, by=desk.li
    )
    close_shift(closing, now=CLOSED_AT)


def guest_alone(desk: Desk, *, minutes: int = 10, undone: bool = False) -> ServedMeal:
    """A guest who paid 13 yuan while nothing answered."""
    order = lunch(desk.site, desk.li, device_id=1, pay_by=PaidBy.CASH)
    return ServedMeal(
        order=order, shown=GUEST, device_at=NOW + timedelta(minutes=minutes), sequence=1,
        undone=undone,
    )  # fmt: skip


def test_told_before_the_close_it_is_counted_like_any_other(desk: Desk) -> None:
    shift = open_at_noon(desk)
    book_served_meal(guest_alone(desk), now=NOW + timedelta(minutes=20))
    close(desk, shift, 113_00)
    row = db.session.get_one(Shift, shift)
    assert (row.expected_fen, row.difference_fen) == (113_00, 0)
    assert_shifts_hold()


def test_told_after_the_close_it_is_marked_and_corrects_the_difference(desk: Desk) -> None:
    shift = open_at_noon(desk)
    close(desk, shift, 113_00, "多十三元，断网时收的")
    assert book_served_meal(guest_alone(desk), now=TOLD_AT).outcome == "booked"
    db.session.rollback()
    row = db.session.get_one(Shift, shift)
    report = shift_report(db.session(), row, undone=UNDONE)
    assert (row.expected_fen, row.difference_fen) == (100_00, 13_00)
    assert (report.late_fen, report.drawer_fen) == (13_00, 113_00)
    assert balances(db.session())[f"difference:{desk.site}"] == 0
    assert_shifts_hold()


def test_told_while_the_shift_was_closing_it_is_late_whatever_the_clock_said(desk: Desk) -> None:
    shift = open_at_noon(desk)
    close(desk, shift, 113_00, "多十三元")
    book_served_meal(guest_alone(desk), now=CLOSED_AT - timedelta(seconds=1))
    db.session.rollback()
    report = shift_report(db.session(), db.session.get_one(Shift, shift), undone=UNDONE)
    assert report.late_fen == 13_00
    assert_shifts_hold()


def test_a_late_meal_taken_back_later_leaves_the_closed_shift_as_it_was(desk: Desk) -> None:
    shift = open_at_noon(desk)
    close(desk, shift, 113_00, "多十三元")
    late = guest_alone(desk)
    book_served_meal(late, now=TOLD_AT)
    void_meal(meal_id=late.order.meal_id, site_id=desk.site, reason="退餐", by=desk.li, now=TOLD_AT)
    query = select(Transfer.shift_id).where(Transfer.kind == TransferKind.REVERSAL)
    assert db.session.scalars(query).all() == [None]
    assert_shifts_hold()


def test_served_and_taken_back_alone_it_moved_no_cash_of_the_shift(desk: Desk) -> None:
    shift = open_at_noon(desk)
    close(desk, shift, 100_00)
    open_at_noon(desk)
    book_served_meal(guest_alone(desk, undone=True), now=TOLD_AT)
    assert set(db.session.scalars(select(Transfer.shift_id))) == {None}
    assert_shifts_hold()


def test_served_after_the_close_it_is_not_in_the_shift(desk: Desk) -> None:
    shift = open_at_noon(desk)
    close(desk, shift, 100_00)
    book_served_meal(guest_alone(desk, minutes=40), now=TOLD_AT)
    assert db.session.scalars(select(Transfer.shift_id)).all() == [None]
    assert_shifts_hold()
