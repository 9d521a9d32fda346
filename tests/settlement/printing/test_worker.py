"""A real worker process prints what a sale in another process left behind."""

import os
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
from canteen.settlement.printing.models import Slip
from canteen.settlement.rules import Order
from canteen.sites.models import Device
from tests.noon import HERE, today
from tests.people import make_site, make_xiaoli
from tests.settlement.printing.paper import NetworkPrinter

pytestmark = pytest.mark.extra

PATIENCE_SECONDS = 60.0


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
    environ = {
        **os.environ,
        "CANTEEN_DATA": str(app.config["DATA"]),
        "CANTEEN_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "canteen", "worker"], env=environ, stdout=subprocess.PIPE
    )
    try:
        assert worker.stdout is not None
        worker.stdout.readline()  # it is there
        sell(site_id, device_id, clerk)
        wait_for(printer, 1)
        sell(site_id, device_id, clerk)
        wait_for(printer, 2)
    finally:
        worker.terminate()
        worker.wait(timeout=30)
        printer.stop()
    db.session.rollback()
    assert list(db.session.scalars(select(Slip.number).order_by(Slip.id))) == [1, 2]


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
