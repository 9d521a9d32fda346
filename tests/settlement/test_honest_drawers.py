"""Whoever makes no mistake is never off: any history of a counter against the cash in its drawers.

The drawers are kept beside the product, as hands move coins: what is sold, given back, topped up,
fetched, and what was taken while nothing answered. Each shift is closed with exactly what lies
there. In the end every difference is nought, whatever came late and whoever gave cash back.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from canteen.cards.wallets import CashOrder, CashReceipt, refund, top_up
from canteen.foundation.database import db
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
from canteen.ledger.shifts.rules import Count
from canteen.ledger.verify import balances
from canteen.settlement.actions import UNDONE, Reversed, undo_meal, void_meal
from canteen.settlement.models import Meal, PaidBy
from canteen.settlement.offline.actions import ServedMeal, book_served_meal
from canteen.settlement.offline.rules import Shown
from canteen.settlement.shift_report import shift_report
from canteen.sites.models import Device
from canteen.staff.rules import Role
from tests.ledger.test_shifts import assert_shifts_hold
from tests.lunches import assert_ledger_holds, lunch, served
from tests.people import NOW, TODAY, make_chen, make_site, make_staff, make_xiaoli, make_zhangjie

GUEST = Shown(set_name="标准餐", title="", price_fen=1300, subsidy_fen=0, paid_fen=1300)
FLOAT = 100_00
STEPS = 45


@dataclass
class Drawer:
    """What lies in the drawer of one shift."""

    shift: int
    device: int
    clerk: int
    cash: int = FLOAT
    is_open: bool = True


@dataclass
class Sold:
    """A guest's meal paid in cash, and whose drawer took it."""

    meal: UUID
    drawer: Drawer
    minute: int
    alone: ServedMeal | None = None
    told: bool = True
    back: bool = False


@dataclass
class Lunchtime:
    """Two counters with a clerk each; where shifts are shared, the clerks change places."""

    shared: bool
    dice: random.Random
    minute: int = 0
    drawers: list[Drawer] = field(default_factory=list)
    sold: list[Sold] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.site = make_site(shared_shifts=self.shared, shift_required=True, undo_seconds=120)
        self.clerks = [
            make_xiaoli(self.site),
            make_staff("xiaowang", Role.CLERK, site_id=self.site, name="小王"),
        ]
        self.manager = make_zhangjie(self.site)
        self.chen = make_chen(self.site)
        db.session.add(Device(site_id=self.site, name="二号窗口", created_at=NOW))
        db.session.commit()
        self.devices = [1, 2]

    @property
    def now(self) -> datetime:
        return NOW + timedelta(minutes=self.minute)

    def at_work(self) -> tuple[Drawer, int]:
        """An open drawer, and who stands at it."""
        device = self.dice.choice(self.devices)
        open_here = [one for one in self.drawers if one.is_open and one.device == device]
        if not open_here:
            return self.open(device), self.clerks[device - 1]
        clerk = self.dice.choice(self.clerks) if self.shared else open_here[0].clerk
        return open_here[0], clerk

    def open(self, device: int) -> Drawer:
        clerk = self.dice.choice(self.clerks) if self.shared else self.clerks[device - 1]
        opening = Opening(
            site_id=self.site, device_id=device, by=clerk, count=Count(total_fen=FLOAT),
            request_id=uuid4(),
        )  # fmt: skip
        shift = open_shift(opening, now=self.now)
        assert isinstance(shift, int), shift
        self.drawers.append(Drawer(shift, device, clerk))
        return self.drawers[-1]

    def sell(self) -> None:
        drawer, clerk = self.at_work()
        order = lunch(self.site, clerk, device_id=drawer.device)
        served(order, TODAY, self.now)
        drawer.cash += 1300
        self.sold.append(Sold(order.meal_id, drawer, self.minute))

    def sell_alone(self) -> None:
        drawer, clerk = self.at_work()
        order = lunch(self.site, clerk, device_id=drawer.device, pay_by=PaidBy.CASH)
        meal = ServedMeal(order=order, shown=GUEST, device_at=self.now, sequence=len(self.sold) + 1)
        drawer.cash += 1300
        booked = self.dice.random() < 0.3  # its answer was lost on the way back
        if booked:
            served(order, TODAY, self.now)
        sold = Sold(order.meal_id, drawer, self.minute, alone=meal, told=False)
        if self.dice.random() < 0.3:  # taken back at once, by the device alone
            drawer.cash -= 1300
            sold.back, sold.alone = True, replace(meal, undone=True)
        self.sold.append(sold)

    def tell(self) -> None:
        for sold in self.sold:
            if not sold.told and sold.alone is not None:
                answer = book_served_meal(sold.alone, now=self.now)
                assert answer.outcome in ("booked", "duplicate"), answer
                sold.told = True

    def undo(self) -> None:
        """The last meal sold here, by who sold it."""
        mine = [one for one in self.sold if not one.back and one.alone is None]
        if not mine or not mine[-1].drawer.is_open or self.minute - mine[-1].minute > 2:
            return
        meal = mine[-1]
        by = db.session.get_one(Meal, meal.meal).created_by
        done = undo_meal(meal_id=meal.meal, clerk_id=by, site_id=self.site, now=self.now)
        assert isinstance(done, Reversed), done
        meal.back = True
        meal.drawer.cash -= 1300

    def void(self) -> None:
        """A manager, at a counter; the cash comes out of the drawer there."""
        mine = [one for one in self.sold if not one.back and one.told]
        if not mine:
            return
        meal = self.dice.choice(mine)
        drawer = meal.drawer if meal.drawer.is_open else None
        if drawer is None and self.shared:
            here = [d for d in self.drawers if d.is_open and d.device == meal.drawer.device]
            drawer = here[0] if here else None
        done = void_meal(
            meal_id=meal.meal, site_id=self.site, reason="退餐", by=self.manager, now=self.now
        )
        if drawer is None:
            assert not isinstance(done, Reversed), "cash went back outside any shift"
            return
        assert isinstance(done, Reversed), done
        meal.back = True
        drawer.cash -= 1300

    def top_up(self) -> None:
        drawer, clerk = self.at_work()
        order = CashOrder(
            resident_id=self.chen, amount_fen=20_10, request_id=uuid4(), site_id=self.site,
            service_date=TODAY, by=clerk, device_id=drawer.device,
        )  # fmt: skip
        assert isinstance(top_up(order, now=self.now), CashReceipt)
        drawer.cash += 20_10
        if self.dice.random() < 0.5:
            order = replace(order, request_id=uuid4(), amount_fen=5_05, reason="退一点")
            assert isinstance(refund(order, now=self.now), CashReceipt)
            drawer.cash -= 5_05

    def carry(self) -> None:
        drawer, clerk = self.at_work()
        way = self.dice.choice([Way.IN, Way.OUT])
        move = CashMove(
            shift_id=drawer.shift, way=way, amount_fen=7_03, reason="换零钱", request_id=uuid4(),
            service_date=TODAY, by=clerk,
        )  # fmt: skip
        refusal = move_cash(move, now=self.now)
        if refusal is None:
            drawer.cash += 7_03 if way is Way.IN else -7_03

    def close(self) -> None:
        drawer, clerk = self.at_work()
        if self.dice.random() < 0.6:
            return
        drawer.is_open = False
        closing = Closing(
            shift_id=drawer.shift, count=Count(total_fen=drawer.cash), reason="断网，等上传",
            service_date=TODAY, by=clerk,
        )  # fmt: skip
        assert isinstance(close_shift(closing, now=self.now), Closed)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("shared", [False, True])
def test_who_makes_no_mistake_is_not_off_whatever_comes_late(
    app: Flask, shared: bool, seed: int
) -> None:
    lunchtime = Lunchtime(shared, random.Random(seed))
    dice = lunchtime.dice
    moves = [
        *[lunchtime.sell] * 4, *[lunchtime.sell_alone] * 4, lunchtime.tell, lunchtime.undo,
        *[lunchtime.void] * 2, lunchtime.top_up, lunchtime.carry, *[lunchtime.close] * 3,
    ]  # fmt: skip
    for _step in range(STEPS):
        dice.choice(moves)()
        lunchtime.minute += 1
    lunchtime.tell()
    for drawer in lunchtime.drawers:
        if drawer.is_open:
            closing = Closing(
                shift_id=drawer.shift, count=Count(total_fen=drawer.cash), reason="",
                service_date=TODAY, by=drawer.clerk,
            )  # fmt: skip
            assert close_shift(closing, now=lunchtime.now) == Closed(drawer.shift, 0)
    db.session.rollback()
    for drawer in lunchtime.drawers:
        shift = db.session.get_one(Shift, drawer.shift)
        report = shift_report(db.session(), shift, undone=UNDONE)
        assert (report.drawer_fen, shift.counted_fen) == (drawer.cash, drawer.cash), drawer
        assert report.drawer_fen == FLOAT + sum(
            sign * report.sum_of(kind).net_fen
            for kind, sign in (
                ("meal_cash", 1), ("top_up", 1), ("pass_sale", 1), ("refund", -1), ("cash_in", 1),
                ("cash_out", -1),
            )
        )  # fmt: skip
    assert balances(db.session()).get(f"difference:{lunchtime.site}", 0) == 0
    moved = sum(drawer.cash - FLOAT for drawer in lunchtime.drawers)
    held = balances(db.session())
    assert -held[f"cash:{lunchtime.site}"] == moved, "cash of no shift"
    assert_shifts_hold()
    assert_ledger_holds()
