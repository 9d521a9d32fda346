"""Shifts: a float, the cash meanwhile, a count, and what it was off by."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from canteen.cards.wallets import CashOrder, CashReceipt, refund, top_up
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger.models import Transfer, TransferKind
from canteen.ledger.shifts.actions import (
    CashMove,
    Closed,
    Closing,
    Opening,
    Way,
    close_shift,
    move_cash,
    open_shift,
)
from canteen.ledger.shifts.models import Shift
from canteen.ledger.shifts.queries import drawer_fen
from canteen.ledger.shifts.rules import Count, check_closing, count_drawer, read_pieces
from canteen.ledger.shifts.verify import verify_shifts
from canteen.ledger.verify import balances, verify
from canteen.settlement.actions import void_meal
from canteen.settlement.offline.queries import late_meal_ids
from canteen.sites.models import Site
from canteen.staff.rules import Role
from tests.lunches import lunch, run_at_once, served
from tests.people import NOW, TODAY, make_chen, make_site, make_staff, make_xiaoli


def test_a_drawer_is_counted_by_denomination_or_as_a_total() -> None:
    notes = {100_00: 2, 50: 3, 10: 0}
    assert count_drawer(notes, None) == Count(total_fen=201_50, pieces=((100_00, 2), (50, 3)))
    assert count_drawer(notes, 201_50) == Count(total_fen=201_50, pieces=((100_00, 2), (50, 3)))
    assert count_drawer({}, 88_80) == Count(total_fen=88_80)
    assert count_drawer({50: 1, 10: 2, 1: 7}, 77) == Count(
        total_fen=77, pieces=((50, 1), (10, 2), (1, 7))
    )
    assert count_drawer({100_00: 0}, None) == Count(total_fen=0)
    assert count_drawer({}, None) == Refusal("count_missing")
    assert count_drawer(notes, 200_00) == Refusal(
        "count_disagrees", {"pieces": "201.50", "total": "200.00"}
    )


def test_pieces_are_kept_and_read_again() -> None:
    count = Count(total_fen=201_50, pieces=((100_00, 2), (50, 3)))
    assert count.text == "10000x2 50x3"
    assert read_pieces(count.text) == count.pieces
    assert read_pieces("") == ()


def test_a_drawer_that_is_off_is_closed_with_a_reason_only() -> None:
    assert check_closing(expected_fen=100, counted_fen=100, reason="") is None
    assert check_closing(expected_fen=100, counted_fen=90, reason="找错了") is None
    short = check_closing(expected_fen=10_000, counted_fen=9_550, reason=" ")
    assert short == Refusal(
        "shift_short", {"expected": "100.00", "counted": "95.50", "off": "4.50"}
    )
    over = check_closing(expected_fen=0, counted_fen=1, reason="")
    assert over is not None
    assert over.code == "shift_over"


class Desk:
    """小李 at the first counter of 金牛食堂, with 陈奶奶 at the other side."""

    def __init__(self, **site: object) -> None:
        self.site = make_site(**site)
        self.device = 1
        self.li = make_xiaoli(self.site)
        self.chen = make_chen(self.site)

    def open(self, fen: int = 200_00, by: int | None = None, request: UUID | None = None) -> int:
        opening = Opening(
            site_id=self.site,
            device_id=self.device,
            by=by or self.li,
            count=Count(total_fen=fen),
            request_id=request or uuid4(),
        )
        made = open_shift(opening, now=NOW)
        assert isinstance(made, int), made
        return made

    def close(self, shift: int, fen: int, reason: str = "") -> Closed | Refusal:
        count = Count(total_fen=fen)
        closing = Closing(
            shift_id=shift, count=count, reason=reason, service_date=TODAY, by=self.li
        )
        return close_shift(closing, now=NOW)

    def move(self, shift: int, way: Way, fen: int, **values: object) -> Refusal | None:
        facts = {"reason": "换零钱", "request_id": uuid4(), **values}
        move = CashMove(
            shift_id=shift, way=way, amount_fen=fen, service_date=TODAY, by=self.li, **facts
        )  # type: ignore[arg-type]
        return move_cash(move, now=NOW)

    def guest(self, by: int | None = None) -> UUID:
        return served(lunch(self.site, by or self.li, device_id=self.device)).meal_id

    def cash_order(self, fen: int, reason: str = "") -> CashOrder:
        return CashOrder(
            resident_id=self.chen, amount_fen=fen, request_id=uuid4(), site_id=self.site,
            service_date=TODAY, by=self.li, reason=reason,
        )  # fmt: skip

    def drawer(self, shift: int) -> int:
        db.session.rollback()
        return drawer_fen(db.session(), db.session.get_one(Shift, shift))


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def assert_shifts_hold() -> None:
    db.session.rollback()
    found = [*verify(db.session()), *verify_shifts(db.session(), late_meals=late_meal_ids())]
    assert found == []


def shifts_of(kind: TransferKind) -> list[int | None]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Transfer.shift_id).where(Transfer.kind == kind).order_by(Transfer.id)
        )
    )


def test_what_moves_cash_at_a_counter_is_in_its_shift(desk: Desk) -> None:
    desk.guest()
    shift = desk.open(200_00)
    desk.guest()
    assert isinstance(top_up(desk.cash_order(50_00), now=NOW), CashReceipt)
    assert isinstance(refund(desk.cash_order(10_00, "搬走"), now=NOW), CashReceipt)
    served(lunch(desk.site, desk.li, desk.chen, device_id=desk.device))
    assert shifts_of(TransferKind.MEAL_CASH) == [None, shift]
    assert shifts_of(TransferKind.TOP_UP) == [shift]
    assert shifts_of(TransferKind.REFUND) == [shift]
    assert shifts_of(TransferKind.MEAL_WALLET) == [shift]
    assert desk.drawer(shift) == 200_00 + 13_00 + 50_00 - 10_00


def test_cash_goes_between_drawer_and_bank_with_a_reason_once(desk: Desk) -> None:
    shift = desk.open(200_00)
    request = uuid4()
    for _twice in range(2):
        assert desk.move(shift, Way.OUT, 150_00, request_id=request) is None
    assert desk.move(shift, Way.IN, 20_00) is None
    assert desk.drawer(shift) == 70_00
    assert desk.move(shift, Way.OUT, 70_01) == Refusal("cash_over_drawer", {"drawer": "70.00"})
    assert desk.move(shift, Way.OUT, 5_00, reason=" ") == Refusal("cash_reason_missing")
    assert desk.move(shift, Way.IN, 0) == Refusal("amount_not_positive")
    assert desk.move(shift, Way.IN, 1_00, request_id=request) == Refusal("request_reused")
    assert balances(db.session())[f"bank:{desk.site}"] == -130_00
    assert_shifts_hold()


@pytest.mark.parametrize(("counted", "off"), [(213_00, 0), (210_00, -3_00), (214_50, 1_50)])
def test_a_close_books_what_the_drawer_is_off_by(desk: Desk, counted: int, off: int) -> None:
    shift = desk.open(200_00)
    desk.guest()
    if off:
        refused = desk.close(shift, counted)
        assert isinstance(refused, Refusal)
        assert refused.facts["expected"] == "213.00"
    assert desk.close(shift, counted, "找错零钱") == Closed(shift, off)
    db.session.rollback()
    row = db.session.get_one(Shift, shift)
    assert (row.expected_fen, row.counted_fen, row.difference_fen) == (213_00, counted, off)
    assert row.difference_reason == ("找错零钱" if off else "")
    assert balances(db.session())[f"difference:{desk.site}"] == off
    assert balances(db.session())[f"cash:{desk.site}"] == -(13_00 + off)
    assert_shifts_hold()


def test_a_second_close_hears_of_the_first(desk: Desk) -> None:
    shift = desk.open(100_00)
    assert desk.close(shift, 99_00, "少一元") == Closed(shift, -1_00)
    assert desk.close(shift, 50_00) == Closed(shift, -1_00, repeat=True)
    assert desk.move(shift, Way.IN, 1_00) == Refusal("shift_closed")
    assert_shifts_hold()


def test_a_close_that_waited_for_a_sale_is_not_before_it(desk: Desk) -> None:
    shift = desk.open(0)
    late = NOW + timedelta(seconds=5)
    served(lunch(desk.site, desk.li, device_id=1), TODAY, late)
    assert desk.close(shift, 13_00) == Closed(shift, 0)
    assert db.session.get_one(Shift, shift).closed_at == late
    assert_shifts_hold()


def test_a_shift_does_not_end_before_it_began_whatever_the_clock_says(desk: Desk) -> None:
    shift = desk.open(0)
    closing = Closing(
        shift_id=shift, count=Count(total_fen=0), reason="", service_date=TODAY, by=desk.li
    )
    assert close_shift(closing, now=NOW - timedelta(hours=1)) == Closed(shift, 0)
    assert db.session.get_one(Shift, shift).closed_at == NOW


def test_after_the_close_nothing_enters_the_shift(desk: Desk) -> None:
    shift = desk.open(0)
    meal = desk.guest()
    assert desk.close(shift, 13_00) == Closed(shift, 0)
    desk.guest()
    assert void_meal(meal_id=meal, site_id=desk.site, reason="退餐", by=desk.li, now=NOW)
    assert shifts_of(TransferKind.MEAL_CASH) == [shift, None]
    assert shifts_of(TransferKind.REVERSAL) == [None]
    assert_shifts_hold()


def test_a_meal_taken_back_later_is_in_the_shift_that_hands_the_cash_back(desk: Desk) -> None:
    morning = desk.open(0)
    meal = desk.guest()
    desk.close(morning, 13_00)
    noon = desk.open(100_00)
    void_meal(meal_id=meal, site_id=desk.site, reason="退餐", by=desk.li, now=NOW)
    assert desk.drawer(noon) == 87_00
    assert desk.close(noon, 87_00) == Closed(noon, 0)
    assert_shifts_hold()


def test_each_has_their_own_shift_unless_the_site_shares_them(desk: Desk) -> None:
    other = make_staff("xiaowang", Role.CLERK, site_id=desk.site)
    mine, theirs = desk.open(), desk.open(by=other)
    assert mine != theirs
    assert desk.open() == mine
    desk.guest(by=other)
    assert shifts_of(TransferKind.MEAL_CASH) == [theirs]


def test_a_shared_shift_takes_everybody_at_its_counter(app: Flask) -> None:
    desk = Desk(shared_shifts=True)
    other = make_staff("xiaowang", Role.CLERK, site_id=desk.site)
    shift = desk.open()
    assert desk.open(by=other) == shift
    desk.guest(by=other)
    assert shifts_of(TransferKind.MEAL_CASH) == [shift]


def test_a_shift_of_ones_own_waits_for_the_end_of_a_shared_one(app: Flask) -> None:
    desk = Desk(shared_shifts=True)
    other = make_staff("xiaowang", Role.CLERK, site_id=desk.site)
    desk.open()
    with transaction() as session:
        session.get_one(Site, desk.site).shared_shifts = False
    opening = Opening(
        site_id=desk.site, device_id=1, by=other, count=Count(total_fen=0), request_id=uuid4()
    )
    assert open_shift(opening, now=NOW) == Refusal("shift_open_here", {"device": "一号窗口"})


def test_a_site_may_sell_in_an_open_shift_only(app: Flask) -> None:
    desk = Desk(shift_required=True)
    from canteen.settlement.actions import Declined
    from tests.lunches import settle

    answer = settle(lunch(desk.site, desk.li, device_id=1))
    assert isinstance(answer, Declined)
    assert answer.refusal.code == "shift_needed"
    desk.open()
    desk.guest()


def test_the_database_keeps_closed_shifts(desk: Desk) -> None:
    shift = desk.open(0)
    desk.close(shift, 0)
    for statement in ("UPDATE shifts SET counted_fen = 5, expected_fen = 5", "DELETE FROM shifts"):
        with pytest.raises(DBAPIError, match="forbidden"), transaction() as session:
            session.execute(text(statement))


def test_damage_is_found(desk: Desk) -> None:
    shift = desk.open(0)
    desk.guest()
    desk.close(shift, 13_00)
    desk.guest()
    with transaction() as session:
        on = " ON transfers" if db.engine.dialect.name != "sqlite" else ""
        session.execute(text(f"DROP TRIGGER transfers_no_update{on}"))
        session.execute(
            text(
                "UPDATE transfers SET shift_id = :shift, created_at = :late WHERE shift_id IS NULL"
            ),
            {"shift": shift, "late": "2026-11-23 05:00:00"},
        )
    found = verify_shifts(db.session(), late_meals=late_meal_ids())
    assert [one.rule for one in found] == ["shift_counted", "shift_after_close"]


def test_two_closes_at_once_are_one(app: Flask, desk: Desk) -> None:
    shift = desk.open(0)
    desk.guest()
    db.session.remove()
    answers = run_at_once(
        app, [lambda: desk.close(shift, 12_00, "少"), lambda: desk.close(shift, 11_00, "少")]
    )
    assert sorted(answer.repeat for answer in answers) == [False, True]  # type: ignore[attr-defined]
    assert len({answer.difference_fen for answer in answers}) == 1  # type: ignore[attr-defined]
    assert len(shifts_of(TransferKind.DIFFERENCE)) == 1
    assert_shifts_hold()


def test_a_sale_while_the_shift_closes_is_counted_or_outside(app: Flask, desk: Desk) -> None:
    for _round in range(6):
        shift = desk.open(0)
        db.session.remove()
        jobs = [desk.guest, desk.guest, lambda shift=shift: desk.close(shift, 0, "试"), desk.guest]
        answers = run_at_once(app, jobs)  # type: ignore[arg-type]
        assert not [answer for answer in answers if isinstance(answer, Exception)], answers
        assert_shifts_hold()
