"""From a meal to paper: once, in order, in the background, whatever the printer does."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

pytest.importorskip("escpos", reason="needs the escpos extra")

from canteen.foundation.database import db, transaction
from canteen.residents.models import Resident
from canteen.settlement.actions import Receipt, settle_meal, undo_meal, void_meal
from canteen.settlement.models import Channel, Meal
from canteen.settlement.printing import actions, gathering, output
from canteen.settlement.printing.desk import print_waiting
from canteen.settlement.printing.models import Printer, Slip, SlipState
from canteen.settlement.printing.queries import failed_slips, standings
from canteen.settlement.rules import Order
from canteen.sites.models import Device
from tests.lunches import adopt, give
from tests.people import NOW, TODAY, make_chen, make_site, make_xiaoli, make_zhangjie
from tests.settlement.printing.paper import NetworkPrinter, set_printer, words

pytestmark = pytest.mark.extra

LUNCH = NOW + timedelta(minutes=1)


class Counter:
    """金牛食堂, its one counter, 小李 at it, 陈奶奶 with 50 yuan."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.site_id = make_site()
        adopt(self.site_id, "nanchang")
        self.clerk = make_xiaoli(self.site_id)
        self.manager = make_zhangjie(self.site_id)
        self.device_id = db.session.scalars(select(Device.id)).one()
        self.chen = make_chen(self.site_id)
        give(self.chen, self.site_id, 50_00)

    def sell(self, *, at: datetime = LUNCH, **values: object) -> UUID:
        """One tray; a guest's unless somebody is named."""
        order = Order(
            **{
                "meal_id": uuid4(),
                "site_id": self.site_id,
                "device_id": self.device_id,
                "clerk_id": self.clerk,
                "period_code": "lunch",
                "set_code": "standard",
                "guest": "resident_id" not in values,
                **values,
            }
        )
        done = settle_meal(order=order, service_date=TODAY, now=at)
        assert isinstance(done, Receipt), done
        return done.meal_id

    def print(self, *, at: datetime = LUNCH) -> None:
        """What the worker does, once."""
        print_waiting(self.app, clock=lambda: at)

    def states(self) -> list[str]:
        """Every slip's kind and state, in order."""
        db.session.rollback()
        rows = db.session.execute(select(Slip.kind, Slip.state).order_by(Slip.id))
        return [f"{kind} {state}" for kind, state in rows]

    def trouble(self, *, at: datetime = LUNCH) -> str:
        """What the counter's page says of its printer."""
        db.session.rollback()
        found = standings(db.session(), site_id=self.site_id, now=at)
        return found[self.device_id].trouble


@pytest.fixture
def counter(app: Flask) -> Counter:
    return Counter(app)


@pytest.fixture
def printer() -> Iterator[NetworkPrinter]:
    printer = NetworkPrinter()
    yield printer
    printer.stop()


def test_a_receipt_says_who_paid_what(counter: Counter, printer: NetworkPrinter) -> None:
    set_printer(counter.device_id, printer.address)
    meal_id = counter.sell(resident_id=counter.chen)
    counter.print()
    said = printer.said()
    for word in (
        "金牛食堂", "用餐小票", "第 1 号", "2026-11-23 11:31", "午餐 堂食", "陈奶奶", "一号窗口",
        "标准餐", "13.00", "区级补", "-4.00", "余额付", "9.00", "卡内余额", "41.00", "小李",
        str(meal_id)[:8].upper(),
    ):  # fmt: skip
        assert word in said, word
    for secret in ("陈桂英", "13800000101", "2栋", "重印"):
        assert secret not in said, secret
    assert printer.slips[-1].startswith(b"\x1b@\x1c&")
    assert b"\x1dV" in printer.slips[-1], "cut at the end"


def test_every_meal_is_printed_once_and_in_order(counter: Counter, printer: NetworkPrinter) -> None:
    set_printer(counter.device_id, printer.address)
    meals = [counter.sell(at=LUNCH + timedelta(seconds=number)) for number in range(5)]
    for _ in range(3):
        counter.print(at=LUNCH + timedelta(seconds=9))
    assert len(printer.slips) == 5
    for number, meal_id in enumerate(meals):
        assert f"第 {number + 1} 号" in printer.said(number)
        assert str(meal_id)[:8].upper() in printer.said(number)
    assert counter.states() == ["receipt printed"] * 5


def test_without_a_printer_nothing_is_written(counter: Counter) -> None:
    counter.sell()
    counter.print()
    assert counter.states() == []


def test_a_sale_does_nothing_more_when_a_printer_is_set(
    counter: Counter, printer: NetworkPrinter
) -> None:
    def statements() -> int:
        ran: list[str] = []
        hook = lambda _c, _x, statement, *_rest: ran.append(statement)  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", hook)
        counter.sell()
        event.remove(db.engine, "before_cursor_execute", hook)
        assert not any("slips" in text or "printers" in text for text in ran)
        return len(ran)

    counter.sell()
    before = statements()
    set_printer(counter.device_id, printer.address)
    assert statements() == before
    assert printer.slips == []


def test_a_printer_that_is_off_is_tried_again_and_prints_once(
    counter: Counter, printer: NetworkPrinter
) -> None:
    printer.stop()
    set_printer(counter.device_id, printer.address)
    counter.sell()
    counter.print()
    assert counter.states() == ["receipt waiting"]
    assert counter.trouble() == "unreachable"
    counter.print(at=LUNCH + timedelta(seconds=1))
    assert db.session.scalar(select(Slip.tries)) == 1, "too early"
    on = NetworkPrinter()
    with transaction() as session:
        session.execute(update(Printer).values(address=on.address))
    for seconds in (3, 4, 60):
        counter.print(at=LUNCH + timedelta(seconds=seconds))
    assert len(on.slips) == 1
    assert counter.states() == ["receipt printed"]
    assert counter.trouble() == ""
    on.stop()


def test_after_ten_minutes_it_is_given_up_and_a_person_is_told(counter: Counter) -> None:
    off = NetworkPrinter()
    off.stop()
    set_printer(counter.device_id, off.address)
    counter.sell()
    seconds = 0
    while seconds < 11 * 60:
        counter.print(at=LUNCH + timedelta(seconds=seconds))
        seconds += 15
    later = LUNCH + timedelta(seconds=seconds)
    assert counter.states() == ["receipt given_up"]
    tries = db.session.scalar(select(Slip.tries)) or 0
    assert 10 < tries < 30
    [failed] = failed_slips(db.session(), device_id=counter.device_id, now=later)
    assert failed.slip.problem in ("unreachable", "late")


def test_a_printer_switched_on_after_lunch_does_not_print_the_lunch(
    counter: Counter, printer: NetworkPrinter
) -> None:
    set_printer(counter.device_id, printer.address)
    for number in range(3):
        counter.sell(at=LUNCH + timedelta(seconds=number))
    counter.print(at=LUNCH + timedelta(hours=2))
    assert printer.slips == []
    assert counter.states() == []


def test_out_of_paper_waits_for_paper(counter: Counter, printer: NetworkPrinter) -> None:
    set_printer(counter.device_id, printer.address)
    printer.paper = False
    counter.sell()
    counter.print()
    assert printer.slips == []
    assert counter.trouble() == "paper"
    printer.paper = True
    counter.print(at=LUNCH + timedelta(seconds=5))
    assert len(printer.slips) == 1


def test_a_printer_that_says_nothing_of_its_paper_prints(
    counter: Counter, printer: NetworkPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "SECONDS", 0.2)
    printer.answers = False
    set_printer(counter.device_id, printer.address)
    counter.sell()
    counter.print()
    assert len(printer.slips) == 1


def test_what_broke_off_in_the_middle_is_never_printed_again_by_itself(
    counter: Counter, printer: NetworkPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_printer(counter.device_id, printer.address)
    counter.sell()

    def cut_off(*_args: object, **_values: object) -> None:
        raise output.BrokeOff

    monkeypatch.setattr("canteen.settlement.printing.desk.send", cut_off)
    counter.print()
    monkeypatch.undo()
    for minutes in (1, 2, 5):
        counter.print(at=LUNCH + timedelta(minutes=minutes))
    assert printer.slips == []
    assert counter.states() == ["receipt unsure"]
    assert counter.trouble() == "broke_off"


def test_a_printer_that_goes_while_a_slip_is_on_its_way_leaves_it_for_a_person(
    counter: Counter, printer: NetworkPrinter
) -> None:
    set_printer(counter.device_id, printer.address)
    printer.cuts_off = True
    counter.sell()
    counter.print()
    assert counter.states() == ["receipt unsure"]
    assert counter.trouble() == "broke_off"


def test_a_worker_killed_while_printing_leaves_a_slip_for_a_person(
    counter: Counter, printer: NetworkPrinter
) -> None:
    set_printer(counter.device_id, printer.address)
    counter.sell()
    gathering.gather(now=LUNCH)
    taken = actions.take_next(device_id=counter.device_id, now=LUNCH)
    assert taken is not None
    db.session.remove()  # killed here: perhaps on paper, perhaps not
    counter.print(at=LUNCH + timedelta(seconds=30))
    assert counter.states() == ["receipt printing"]
    counter.print(at=LUNCH + timedelta(seconds=90))
    assert counter.states() == ["receipt unsure"]
    assert printer.slips == []


def test_two_workers_print_a_slip_once(counter: Counter, printer: NetworkPrinter) -> None:
    set_printer(counter.device_id, printer.address)
    for number in range(6):
        counter.sell(at=LUNCH + timedelta(seconds=number))

    def work() -> None:
        with counter.app.app_context():
            print_waiting(counter.app, clock=lambda: LUNCH + timedelta(seconds=9))

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    counter.print(at=LUNCH + timedelta(seconds=20))
    assert len(printer.slips) == 6
    assert sorted(db.session.scalars(select(Slip.number))) == [1, 2, 3, 4, 5, 6]


def test_an_undone_meal_prints_who_when_and_why(counter: Counter, printer: NetworkPrinter) -> None:
    set_printer(counter.device_id, printer.address)
    meal_id = counter.sell(resident_id=counter.chen)
    counter.print()
    later = LUNCH + timedelta(seconds=20)
    undo_meal(meal_id=meal_id, clerk_id=counter.clerk, site_id=counter.site_id, now=later)
    counter.print(at=later)
    counter.print(at=later)
    assert len(printer.slips) == 2
    for word in ("作废单", "第 1 号", "退回余额", "9.00", "2026-11-23 11:31", "小李", "撤销"):
        assert word in printer.said(), word


def test_a_voided_meal_of_cash_says_the_managers_reason(
    counter: Counter, printer: NetworkPrinter
) -> None:
    set_printer(counter.device_id, printer.address)
    meal_id = counter.sell()
    void_meal(
        meal_id=meal_id, site_id=counter.site_id, reason="饭凉了", by=counter.manager, now=LUNCH
    )
    counter.print()
    assert [kind for kind in ("用餐小票", "作废单") if any(kind in words(s) for s in printer.slips)]
    for word in ("退现金", "13.00", "张姐", "饭凉了"):
        assert word in printer.said(), word


def test_a_meal_a_manager_let_through_says_so(counter: Counter, printer: NetworkPrinter) -> None:
    set_printer(counter.device_id, printer.address)
    counter.sell(resident_id=counter.chen)
    counter.sell(
        resident_id=counter.chen,
        override_by=counter.manager,
        override_reason="家属陪餐",
        at=LUNCH + timedelta(seconds=5),
    )
    counter.print(at=LUNCH + timedelta(seconds=6))
    assert "张姐放行：家属陪餐" in printer.said()


def test_the_kitchen_gets_a_number_dishes_and_diets_and_nothing_else(
    counter: Counter, printer: NetworkPrinter
) -> None:
    with transaction() as session:
        session.execute(
            update(Resident).where(Resident.id == counter.chen).values(diets="low_salt;no_spicy")
        )
    set_printer(counter.device_id, printer.address, receipts=False, tickets="own")
    counter.sell()
    counter.sell(resident_id=counter.chen, channel=Channel.TAKEAWAY)
    counter.print()
    assert len(printer.slips) == 1, "only takeaway"
    said = printer.said()
    for word in ("外带", "午餐", "第 1 号", "陈奶奶", "11:31", "标准餐", "※ 少盐", "※ 不吃辣"):
        assert word in said, word
    for secret in ("陈桂英", "13.00", "9.00", "41.00", "低保", "138"):
        assert secret not in said, secret


def test_a_cancelled_takeaway_is_told_to_the_kitchen(
    counter: Counter, printer: NetworkPrinter
) -> None:
    kitchen = NetworkPrinter()
    with transaction() as session:
        session.add(Device(site_id=counter.site_id, name="后厨", created_at=NOW))
    back = db.session.scalars(select(Device.id).where(Device.name == "后厨")).one()
    set_printer(counter.device_id, printer.address)
    set_printer(back, kitchen.address, receipts=False, tickets="site")
    meal_id = counter.sell(channel=Channel.TAKEAWAY)
    counter.print()
    undo_meal(meal_id=meal_id, clerk_id=counter.clerk, site_id=counter.site_id, now=LUNCH)
    counter.print()
    assert "用餐小票" in printer.said(0)
    assert "外带" in kitchen.said(0)
    assert "外带不做了" in kitchen.said(1)
    assert "第 1 号" in kitchen.said(1)
    assert "作废单" in printer.said(1)
    kitchen.stop()


def test_a_reprint_is_marked_and_one_press_is_one_slip(
    counter: Counter, printer: NetworkPrinter
) -> None:
    set_printer(counter.device_id, printer.address)
    meal_id = counter.sell()
    counter.print()
    for _ in range(2):
        actions.ask_reprint(
            meal_id=meal_id, device_id=counter.device_id, now=LUNCH, by=counter.clerk
        )
    counter.print()
    assert len(printer.slips) == 2
    assert "重印" in printer.said()
    assert "第 1 号" in printer.said()


def test_another_printer_does_not_get_what_the_old_one_did_not_print(
    counter: Counter, printer: NetworkPrinter
) -> None:
    off = NetworkPrinter()
    off.stop()
    set_printer(counter.device_id, off.address)
    counter.sell()
    counter.print()
    later = LUNCH + timedelta(minutes=1)
    actions.save_printer(
        device_id=counter.device_id, values={"address": printer.address}, now=later, by=1
    )
    counter.print(at=later + timedelta(seconds=5))
    assert printer.slips == []
    actions.remove_printer(device_id=counter.device_id, now=later, by=1)
    actions.remove_printer(device_id=counter.device_id, now=later, by=1)
    assert db.session.scalar(select(func.count()).select_from(Printer)) == 0


def test_a_dead_printer_does_not_hold_up_the_others(
    counter: Counter, printer: NetworkPrinter
) -> None:
    with transaction() as session:
        session.add(Device(site_id=counter.site_id, name="二号窗口", created_at=NOW))
    second = db.session.scalars(select(Device.id).where(Device.name == "二号窗口")).one()
    off = NetworkPrinter()
    off.stop()
    set_printer(counter.device_id, off.address)
    set_printer(second, printer.address)
    counter.sell()
    counter.sell(device_id=second)
    counter.print()
    assert len(printer.slips) == 1


def test_old_slips_are_cleared_away(counter: Counter, printer: NetworkPrinter) -> None:
    set_printer(counter.device_id, printer.address)
    counter.sell()
    counter.print()
    counter.print(at=LUNCH + timedelta(days=8))
    assert counter.states() == []
    assert db.session.scalar(select(func.count()).select_from(Meal)) == 1


def test_slips_can_go_into_a_file(counter: Counter, tmp_path: Path) -> None:
    set_printer(counter.device_id, "slips.bin", connection="file", paper_mm=58)
    counter.sell()
    counter.sell(at=LUNCH + timedelta(seconds=1))
    counter.print(at=LUNCH + timedelta(seconds=2))
    written = words((tmp_path / "printing" / "slips.bin").read_bytes())
    assert written.count("用餐小票") == 2


def test_without_the_library_the_page_says_what_to_install(
    counter: Counter, printer: NetworkPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "escpos", None)
    set_printer(counter.device_id, printer.address)
    counter.sell()
    counter.print()
    assert counter.trouble() == "library"
    assert counter.states() == ["receipt waiting"]


def test_without_a_worker_the_page_says_so(counter: Counter, printer: NetworkPrinter) -> None:
    set_printer(counter.device_id, printer.address)
    actions.ask_test_page(device_id=counter.device_id, now=LUNCH, by=counter.manager)
    assert counter.trouble() == ""
    assert counter.trouble(at=LUNCH + timedelta(seconds=40)) == "unattended"
    counter.print()
    assert "打印测试" in printer.said()
    assert SlipState.PRINTED in counter.states()[0]
