"""Printers beside each other, and clocks that jump: nobody's slip waits for somebody else's."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

pytest.importorskip("escpos", reason="needs the escpos extra")

from canteen.foundation.database import db, transaction
from canteen.settlement.printing import output
from canteen.settlement.printing.models import Printer
from canteen.sites.models import Device
from tests.people import NOW
from tests.settlement.printing.paper import NetworkPrinter, set_printer
from tests.settlement.printing.test_printing import LUNCH, Counter

pytestmark = pytest.mark.extra
HOUR = timedelta(hours=1)


@pytest.fixture
def counter(app: Flask) -> Counter:
    return Counter(app)


@pytest.fixture
def printer() -> Iterator[NetworkPrinter]:
    printer = NetworkPrinter()
    yield printer
    printer.stop()


@pytest.fixture
def second(counter: Counter) -> int:
    """A second window."""
    with transaction() as session:
        session.add(Device(site_id=counter.site_id, name="二号窗口", created_at=NOW))
    return db.session.scalars(select(Device.id).where(Device.name == "二号窗口")).one()


def test_a_slip_that_waited_when_the_clock_went_back_is_printed_all_the_same(
    counter: Counter, printer: NetworkPrinter
) -> None:
    off = NetworkPrinter()
    off.stop()
    set_printer(counter.device_id, off.address)
    counter.sell()
    counter.print()  # nobody is there: tried again in two seconds
    assert counter.states() == ["receipt waiting"]
    with transaction() as session:  # it is plugged in where the counter knows it
        session.get_one(Printer, counter.device_id).address = printer.address
    counter.print(at=LUNCH - HOUR)
    assert counter.states() == ["receipt printed"]


def test_meals_sold_after_the_clock_went_back_are_printed(
    counter: Counter, printer: NetworkPrinter
) -> None:
    set_printer(counter.device_id, printer.address)
    counter.sell()
    counter.print()
    counter.sell(at=LUNCH - HOUR)
    counter.print(at=LUNCH - HOUR)
    assert len(printer.slips) == 2


def test_a_printer_with_many_slips_lets_the_others_print_in_between(
    counter: Counter, second: int, printer: NetworkPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[int] = []
    monkeypatch.setattr(
        "canteen.settlement.printing.desk.send",
        lambda printer, _content, **_more: order.append(printer.device_id),
    )
    set_printer(counter.device_id, printer.address)
    set_printer(second, printer.address)
    for number in range(4):
        counter.sell(at=LUNCH + timedelta(seconds=number))
    counter.sell(device_id=second, at=LUNCH + timedelta(seconds=4))
    counter.print(at=LUNCH + timedelta(seconds=5))
    first = counter.device_id
    assert order == [first, second, first, first, first]


def test_a_printer_that_never_tells_of_its_paper_is_not_waited_for_at_each_slip(
    counter: Counter, printer: NetworkPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "SECONDS", 0.2)
    asked: list[int] = []
    ask = output._paper
    monkeypatch.setattr(output, "_paper", lambda way: asked.append(1) or ask(way))
    printer.answers = False
    set_printer(counter.device_id, printer.address)
    for number in range(5):
        counter.sell(at=LUNCH + timedelta(seconds=number))
    counter.print(at=LUNCH + timedelta(seconds=5))
    assert len(printer.slips) == 5
    assert len(asked) == 1, "a line of diners does not wait for a question nobody answers"
