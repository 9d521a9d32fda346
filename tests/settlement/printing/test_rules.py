"""When a slip is tried again, what an address is, how lines fit narrow paper."""

from datetime import timedelta

import pytest

from canteen.foundation.wording import Refusal
from canteen.settlement.printing.models import Connection
from canteen.settlement.printing.rules import (
    LONGEST_PAUSE,
    Line,
    checked_address,
    fitted,
    is_due,
    next_try,
    width,
)
from tests.people import NOW


def test_a_printer_that_is_off_is_tried_again_ever_more_slowly_and_then_given_up() -> None:
    pauses = []
    now = NOW
    tries = 0
    while (again := next_try(tries=tries + 1, asked_at=NOW, now=now)) is not None:
        tries += 1
        pauses.append((again - now).total_seconds())
        now = again
    assert pauses[:6] == [2, 5, 10, 20, 30, 30]
    assert now - NOW <= timedelta(minutes=10)
    assert tries < 30


@pytest.mark.parametrize(
    ("connection", "typed", "kept"),
    [
        (Connection.NETWORK, " 192.168.3.50:9100 ", "192.168.3.50:9100"),
        (Connection.NETWORK, "192.168.3.50", "192.168.3.50:9100"),
        (Connection.NETWORK, "printer.lan:9101", "printer.lan:9101"),
        (Connection.USB, "04B8:0E15", "04b8:0e15"),
        (Connection.FILE, "/dev/usb/lp0", "/dev/usb/lp0"),
        (Connection.FILE, "slips.bin", "slips.bin"),
    ],
)
def test_addresses_of_printers(connection: Connection, typed: str, kept: str) -> None:
    assert checked_address(connection, typed) == kept


@pytest.mark.parametrize(
    ("connection", "typed"),
    [
        (Connection.NETWORK, ""),
        (Connection.NETWORK, "192.168.3.50:22"),
        (Connection.NETWORK, "192.168.3.50:99999"),
        (Connection.NETWORK, "192.168.3.50:"),
        (Connection.NETWORK, "http://192.168.3.50"),
        (Connection.NETWORK, "a b:9100"),
        (Connection.USB, "4b8:e15"),
        (Connection.USB, "/dev/usb/lp0"),
        (Connection.FILE, "/etc/passwd"),
        (Connection.FILE, "/dev/sda"),
        (Connection.FILE, "../canteen.sqlite"),
        (Connection.FILE, "/dev/usb/lp0/../../sda"),
        (Connection.FILE, "keys.json"),
    ],
)
def test_what_is_no_printer_is_refused_with_what_was_typed(
    connection: Connection, typed: str
) -> None:
    refused = checked_address(connection, typed)
    assert isinstance(refused, Refusal)
    assert refused.code == "printer_address"
    assert refused.facts["value"] == typed


def test_a_chinese_letter_takes_two_columns() -> None:
    assert width("餐a（）1") == 8


@pytest.mark.parametrize(("paper_mm", "columns"), [(58, 32), (80, 48)])
def test_amounts_stand_at_the_right_edge(paper_mm: int, columns: int) -> None:
    rows = list(fitted([Line("标准餐", "13.00"), Line(rule=True)], paper_mm=paper_mm))
    assert rows[0].text.startswith("标准餐 ")
    assert rows[0].text.endswith(" 13.00")
    assert width(rows[0].text) == columns
    assert rows[1].text == "-" * columns


def test_nothing_is_lost_when_a_line_is_too_long() -> None:
    long = "南昌市青云谱区金牛街道办事处民政和社会事务办公室补"
    rows = [row.text for row in fitted([Line(long, "-4.00")], paper_mm=58)]
    assert "".join(row.strip() for row in rows).replace(" ", "") == f"{long}-4.00"
    assert all(width(row) <= 32 for row in rows)
    assert width(rows[-1]) == 32


def test_large_letters_have_half_the_columns() -> None:
    rows = list(fitted([Line("幸福里社区老年食堂一店", big=True)], paper_mm=58))
    assert [row.text for row in rows] == ["幸福里社区老年食", "堂一店"]


def test_a_slip_waits_for_its_time_but_not_for_a_clock_that_was_set_back() -> None:
    assert is_due(NOW, NOW)
    assert is_due(NOW - timedelta(hours=2), NOW)
    assert not is_due(NOW + timedelta(seconds=1), NOW)
    assert not is_due(NOW + LONGEST_PAUSE, NOW)
    assert is_due(NOW + timedelta(hours=1), NOW)
