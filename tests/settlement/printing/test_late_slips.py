"""Meals that were served without a network and told later: what of them still goes on paper."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

pytest.importorskip("escpos", reason="needs the escpos extra")

from canteen.settlement.actions import void_meal
from canteen.settlement.models import Channel
from canteen.settlement.offline.actions import ServedMeal, book_served_meal
from canteen.settlement.offline.rules import Shown
from canteen.settlement.rules import Order
from tests.settlement.printing.paper import NetworkPrinter, set_printer
from tests.settlement.printing.test_printing import LUNCH, Counter

pytestmark = pytest.mark.extra

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SHOWN = Shown(set_name="标准餐", title="", price_fen=1300, subsidy_fen=0, paid_fen=1300)


@pytest.fixture
def counter(app: Flask) -> Counter:
    return Counter(app)


@pytest.fixture
def printer(counter: Counter) -> Iterator[NetworkPrinter]:
    """Receipts for everybody, tickets of takeaway meals."""
    printer = NetworkPrinter()
    set_printer(counter.device_id, printer.address, tickets="site")
    yield printer
    printer.stop()


def told(counter: Counter, *, at: datetime = LUNCH, after: timedelta, undone: bool = False) -> UUID:
    """A guest's takeaway meal that a device says was served at `at`, told so much after lunch."""
    order = Order(
        meal_id=uuid4(),
        site_id=counter.site_id,
        device_id=counter.device_id,
        clerk_id=counter.clerk,
        period_code="lunch",
        set_code="standard",
        channel=Channel.TAKEAWAY,
        guest=True,
    )
    served = ServedMeal(order=order, shown=SHOWN, device_at=at, sequence=1, undone=undone)
    answer = book_served_meal(served, now=LUNCH + after)
    assert answer.outcome == "booked", answer
    return order.meal_id


def test_told_minutes_later_the_kitchen_is_asked_to_ask_first(
    counter: Counter, printer: NetworkPrinter
) -> None:
    told(counter, after=3 * MINUTE)
    counter.print(at=LUNCH + 3 * MINUTE)
    assert counter.states() == ["receipt printed", "ticket printed"]
    assert "断网时收的，连上后补打" in printer.said(0)
    assert "断网时收的，先问窗口做了没有" in printer.said(1)


@pytest.mark.parametrize("after", [HOUR, timedelta(days=1)], ids=["hours", "a day"])
def test_what_was_handed_out_long_ago_is_not_cooked_again(
    counter: Counter, printer: NetworkPrinter, after: timedelta
) -> None:
    told(counter, after=after)
    counter.print(at=LUNCH + after)
    assert counter.states() == []


@pytest.mark.parametrize("wrong", [HOUR, timedelta(days=-40)], ids=["ahead", "long ago"])
def test_where_the_device_had_no_right_clock_nothing_is_cooked(
    counter: Counter, printer: NetworkPrinter, wrong: timedelta
) -> None:
    told(counter, at=LUNCH + wrong, after=MINUTE)
    counter.print(at=LUNCH + MINUTE)
    assert counter.states() == []


def test_taken_back_before_it_was_told_nothing_is_printed(
    counter: Counter, printer: NetworkPrinter
) -> None:
    told(counter, after=MINUTE, undone=True)
    counter.print(at=LUNCH + MINUTE)
    assert counter.states() == []


def test_voided_by_the_manager_later_its_void_slip_is_printed_all_the_same(
    counter: Counter, printer: NetworkPrinter
) -> None:
    meal_id = told(counter, after=HOUR)
    later = LUNCH + 2 * HOUR
    done = void_meal(
        site_id=counter.site_id, meal_id=meal_id, reason="收错了", by=counter.manager, now=later
    )
    assert not hasattr(done, "code"), done
    counter.print(at=later)
    assert counter.states() == ["void printed"]
