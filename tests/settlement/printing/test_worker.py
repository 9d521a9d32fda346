"""A real worker process prints what a sale in another process left behind."""

import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

pytest.importorskip("escpos", reason="needs the escpos extra")

from canteen.foundation.database import db
from canteen.settlement.actions import Receipt, settle_meal
from canteen.settlement.printing import actions
from canteen.settlement.printing.models import Slip, SlipState
from canteen.settlement.rules import Order
from canteen.sites.models import Device
from tests.noon import HERE, today
from tests.people import make_site, make_xiaoli
from tests.settlement.printing.paper import NetworkPrinter, words

pytestmark = pytest.mark.extra

PATIENCE_SECONDS = 240.0


def test_a_worker_prints_a_sale_within_seconds(app: Flask) -> None:
    site_id = make_site(time_zone=HERE)
    clerk = make_xiaoli(site_id)
    device_id = db.session.scalars(select(Device.id)).one()
    printer = NetworkPrinter()
    values = {
        "connection": "network", "address": printer.address, "paper_mm": 58,
        "receipts": True, "tickets": "none",
    }  # fmt: skip
    actions.save_printer(device_id=device_id, values=values, now=datetime.now(UTC), by=clerk)
    worker = start_worker(app)
    try:
        sell(site_id, device_id, clerk)
        wait_for(printer, 1)
        sell(site_id, device_id, clerk)
        wait_for(printer, 2)
    finally:
        worker.terminate()
        worker.wait(timeout=120)
        printer.stop()
    db.session.rollback()
    assert list(db.session.scalars(select(Slip.number).order_by(Slip.id))) == [1, 2]


def test_a_worker_killed_amid_a_queue_prints_no_slip_twice_and_the_next_one_goes_on(
    app: Flask,
) -> None:
    site_id = make_site(time_zone=HERE)
    clerk = make_xiaoli(site_id)
    device_id = db.session.scalars(select(Device.id)).one()
    printer = NetworkPrinter()
    values = {
        "connection": "network", "address": printer.address, "paper_mm": 58,
        "receipts": True, "tickets": "none",
    }  # fmt: skip
    actions.save_printer(device_id=device_id, values=values, now=datetime.now(UTC), by=clerk)
    for _tray in range(10):
        sell(site_id, device_id, clerk)
    first = start_worker(app)
    try:
        wait_for(printer, 3)
    finally:
        first.kill()  # amid the fourth, or just after it
        first.wait(timeout=60)
    second = start_worker(app)
    try:
        wait_for(printer, 9)  # one at most was being sent: a person looks at that
        sell(site_id, device_id, clerk)
        until = time.monotonic() + PATIENCE_SECONDS
        while 11 not in printed():
            assert time.monotonic() < until, "nothing came out"
            time.sleep(0.05)
    finally:
        second.terminate()
        second.wait(timeout=120)
        printer.stop()
    assert len(printed()) >= 10
    paper = [re.findall(r"第 (\d+) 号", words(slip)) for slip in printer.slips]
    numbers = [found[0] for found in paper if found]
    assert len(numbers) == len(set(numbers)), "a slip is on paper once at most"


def start_worker(app: Flask) -> subprocess.Popen[bytes]:
    """A worker of the installation, as soon as it is there."""
    environ = {
        **os.environ,
        "CANTEEN_DATA": str(app.config["DATA"]),
        "CANTEEN_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "canteen", "worker"], env=environ, stdout=subprocess.PIPE
    )
    assert worker.stdout is not None
    worker.stdout.readline()
    return worker


def printed() -> list[int]:
    """The numbers of the slips that are on paper for sure."""
    db.session.rollback()
    query = select(Slip.number).where(Slip.state == SlipState.PRINTED).order_by(Slip.id)
    return list(db.session.scalars(query))


def sell(site_id: int, device_id: int, clerk: int) -> None:
    """A guest's lunch, now."""
    now = datetime.now(UTC)
    order = Order(
        meal_id=uuid4(), site_id=site_id, device_id=device_id, clerk_id=clerk,
        period_code="lunch", set_code="standard", guest=True,
    )  # fmt: skip
    assert isinstance(settle_meal(order=order, service_date=today(), now=now), Receipt)


def wait_for(printer: NetworkPrinter, slips: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while len(printer.slips) < slips:
        assert time.monotonic() < until, "nothing came out"
        time.sleep(0.02)
