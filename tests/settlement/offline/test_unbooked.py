"""A meal that the system fails at is kept: once, sealed, until it is booked or closed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select, text

from canteen.foundation import storage
from canteen.foundation.audit import AuditEntry
from canteen.foundation.crypto import Key, Keys
from canteen.foundation.database import db, transaction
from canteen.foundation.jobs import repeating
from canteen.settlement.models import Meal
from canteen.settlement.offline import actions, queries, sealing, unbooked
from canteen.settlement.offline.actions import ServedMeal
from canteen.settlement.offline.forgetting import keep_forgetting
from canteen.settlement.offline.models import OfflineMeal, UnbookedMeal
from canteen.settlement.offline.rules import Shown
from canteen.settlement.trays import TrayLine
from tests.lunches import adopt, assert_ledger_holds, give, lunch, run_at_once
from tests.people import NOW, make_chen, make_site, make_xiaoli, make_zhangjie, wallet_of
from tests.settlement.counter import make_card

TOLD = NOW + timedelta(minutes=40)
CHEN = Shown(set_name="标准餐", title="陈奶奶", price_fen=1300, subsidy_fen=400, paid_fen=900)


class Counter:
    """金牛食堂 with 陈奶奶, her card and 50 yuan, and one lunch of hers that was served alone."""

    def __init__(self) -> None:
        self.site = make_site()
        adopt(self.site, "nanchang")
        self.clerk, self.manager = make_xiaoli(self.site), make_zhangjie(self.site)
        self.chen = make_chen(self.site)
        give(self.chen, self.site, 50_00)
        card = make_card(self.chen, by=self.clerk, now=NOW - timedelta(days=1))
        self.card = (card.number, card.issue)
        order = replace(lunch(self.site, self.clerk), card=self.card, guest=False)
        self.meal = ServedMeal(order=order, shown=CHEN, device_at=NOW, sequence=7)
        db.session.remove()

    def keep(
        self, meal: ServedMeal | None = None, *, kind: str = "ValueError", now: datetime = TOLD
    ) -> None:
        unbooked.keep_unbooked(
            meal or self.meal, kind=kind, complete=True, keys=storage.keys(), by=self.clerk, now=now
        )

    def close(self, note: str = "手工补记了") -> object:
        return unbooked.close_unbooked(
            meal_id=self.meal.order.meal_id, site_id=self.site, note=note,
            by=self.manager, now=TOLD + timedelta(hours=1),
        )  # fmt: skip

    def waiting(self) -> int:
        db.session.rollback()
        assert len(queries.open_unbooked(db.session(), site_id=self.site).rows) == (
            queries.open_late_meals(db.session(), self.site)
        )
        return queries.open_late_meals(db.session(), self.site)


@pytest.fixture
def counter(app: Flask) -> Counter:
    return Counter()


def book(meal: ServedMeal, now: datetime = TOLD + timedelta(hours=2)) -> str:
    return actions.book_served_meal(meal, now=now).outcome


def row() -> UnbookedMeal:
    db.session.rollback()
    return db.session.scalars(select(UnbookedMeal)).one()


def meals() -> list[Meal]:
    db.session.rollback()
    return list(db.session.scalars(select(Meal)))


def test_told_again_it_is_the_same_row_and_says_what_is_new(counter: Counter) -> None:
    counter.keep()
    counter.keep(replace(counter.meal, undone=True), kind="KeyError", now=TOLD + timedelta(hours=1))
    kept = row()
    assert (kept.times, kept.kind, kept.undone) == (2, "KeyError", True)
    assert (kept.first_told_at, kept.told_at) == (TOLD, TOLD + timedelta(hours=1))
    assert (kept.price_fen, kept.subsidy_fen, kept.paid_fen, kept.pay_by) == (
        1300, 400, 900, "wallet",
    )  # fmt: skip
    assert (kept.period_code, kept.set_name, kept.device_at) == ("lunch", "标准餐", NOW)
    (listed,) = queries.open_unbooked(db.session(), site_id=counter.site).rows
    assert (listed.resident_id, listed.resident_name) == (counter.chen, "陈桂英")
    noted = db.session.scalars(select(AuditEntry).filter_by(action="could_not_book")).one()
    assert (noted.subject_id, noted.note) == (str(counter.meal.order.meal_id), "ValueError")


def test_what_was_told_lies_sealed_and_comes_back_as_it_was(counter: Counter) -> None:
    line = TrayLine(
        name="红烧肉", name_en="Braised pork", quantity=2, unit_price_fen=650, dish_id=7
    )
    tray = replace(
        counter.meal,
        order=replace(counter.meal.order, set_code="*"),
        shown=replace(CHEN, set_name="单点", lines=(line,)),
    )
    counter.keep(tray)
    assert sealing.opened(row().sealed, storage.keys()) == tray
    with transaction() as session:
        stored = str(session.execute(text("SELECT * FROM unbooked_meals")).one())
    for secret in ("陈奶奶", "陈桂英", "红烧肉", counter.card[0]):
        assert secret not in stored
    assert sealing.opened("", storage.keys()) is None
    assert sealing.opened("not a token", storage.keys()) is None


def test_booked_after_all_the_row_closes_by_itself_and_names_the_meal(counter: Counter) -> None:
    counter.keep()
    assert counter.waiting() == 1
    assert book(counter.meal) == "booked"
    kept = row()
    assert (kept.booked_id, kept.closed_by, kept.sealed) == (counter.meal.order.meal_id, None, "")
    assert kept.closed_at == TOLD + timedelta(hours=2)
    assert counter.waiting() == 0
    assert book(counter.meal, TOLD + timedelta(hours=3)) == "duplicate"
    counter.keep(now=TOLD + timedelta(hours=4))
    assert row().closed_at == TOLD + timedelta(hours=2), "a late word of a failure opens nothing"
    assert wallet_of(counter.chen).balance_fen == 41_00
    assert_ledger_holds()


def test_what_is_booked_already_is_not_kept_and_booked_beside_it_not_listed(
    counter: Counter,
) -> None:
    counter.keep()
    kept = row()
    values = {column.key: getattr(kept, column.key) for column in UnbookedMeal.__table__.columns}
    with transaction() as session:
        session.execute(delete(UnbookedMeal))
    book(counter.meal)
    counter.keep()
    assert db.session.scalars(select(UnbookedMeal)).all() == []
    with transaction() as session:  # as if it had failed at one server while another booked it
        session.add(UnbookedMeal(**values))
    assert counter.waiting() == 0


def test_closed_by_hand_it_is_booked_no_more_whoever_tells_it(counter: Counter) -> None:
    counter.keep()
    assert getattr(counter.close("  "), "code", "") == "reason_needed"
    assert counter.close() is None
    assert counter.close("其实没有补") is None
    assert book(counter.meal) == "closed"
    counter.keep(now=TOLD + timedelta(hours=3))
    kept = row()
    assert (kept.closed_note, kept.closed_by, kept.times) == ("手工补记了", counter.manager, 1)
    assert meals() == []
    assert counter.waiting() == 0
    noted = db.session.scalars(select(AuditEntry).filter_by(action="closed_unbooked")).one()
    assert (noted.staff_id, noted.note) == (counter.manager, "手工补记了")


def test_booked_meanwhile_it_is_not_closed_and_the_manager_is_told(counter: Counter) -> None:
    counter.keep()
    book(counter.meal)
    assert getattr(counter.close(), "code", "") == "unbooked_booked"
    assert row().closed_note == ""


def test_another_canteen_neither_closes_it_nor_changes_it(counter: Counter) -> None:
    other = make_site("second")
    counter.keep()
    meal_id, note = counter.meal.order.meal_id, "不是我们的"
    refused = unbooked.close_unbooked(
        meal_id=meal_id, site_id=other, note=note, by=counter.manager, now=TOLD
    )
    assert refused is None
    elsewhere = replace(counter.meal, order=replace(counter.meal.order, site_id=other))
    counter.keep(elsewhere, kind="KeyError")
    assert (row().site_id, row().kind, row().closed_at) == (counter.site, "ValueError", None)
    assert queries.unbooked_meal(db.session(), meal_id=meal_id, site_id=other) is None
    assert queries.open_late_meals(db.session(), other) == 0


def test_taken_back_after_it_was_booked_and_failing_then_it_is_open_again(
    counter: Counter,
) -> None:
    book(counter.meal)
    undone = replace(counter.meal, undone=True)
    counter.keep(undone)
    assert counter.waiting() == 1
    assert book(undone) == "duplicate"
    assert counter.waiting() == 0
    assert meals()[0].voided_at is not None
    counter.keep(undone, now=TOLD + timedelta(hours=5))
    assert counter.waiting() == 1
    assert wallet_of(counter.chen).balance_fen == 50_00
    assert_ledger_holds()


def test_mended_weeks_later_it_is_booked_on_the_day_it_was_eaten(counter: Counter) -> None:
    counter.keep()
    assert book(counter.meal, NOW + timedelta(days=45)) == "booked"
    (meal,) = meals()
    assert (meal.created_at, meal.service_date) == (NOW, NOW.date())
    assert db.session.scalars(select(OfflineMeal.reason)).one() == ""


def test_the_tablet_and_the_manager_at_the_same_moment_book_it_once(
    app: Flask, counter: Counter
) -> None:
    counter.keep()
    kept = sealing.opened(row().sealed, storage.keys())
    assert kept is not None
    db.session.remove()
    answers = run_at_once(app, [lambda: book(counter.meal), lambda: book(kept)] * 2)
    assert sorted(map(str, answers)) == ["booked", "duplicate", "duplicate", "duplicate"]
    assert row().booked_id == counter.meal.order.meal_id
    assert wallet_of(counter.chen).balance_fen == 41_00
    assert_ledger_holds()


def test_closed_and_booked_at_the_same_moment_it_is_one_of_the_two(
    app: Flask, counter: Counter
) -> None:
    counter.keep()
    db.session.remove()
    answers = run_at_once(app, [lambda: book(counter.meal), lambda: str(counter.close())])
    kept = row()
    if kept.booked_id:
        assert "booked" in answers
        assert any("unbooked_booked" in str(answer) for answer in answers)
        assert len(meals()) == 1
    else:
        assert sorted(map(str, answers)) == ["None", "closed"]
        assert meals() == []


def test_told_twice_at_once_it_is_kept_once(app: Flask, counter: Counter) -> None:
    assert run_at_once(app, [counter.keep] * 4) == [None] * 4
    assert row().times == 4


def test_what_was_told_is_wiped_a_month_after_it_was_closed_and_never_before(
    counter: Counter,
) -> None:
    counter.keep()
    assert unbooked.forget_closed(now=TOLD + timedelta(days=400)) == 0
    counter.close()
    closed_at = row().closed_at
    assert closed_at is not None
    assert unbooked.forget_closed(now=closed_at + unbooked.KEPT) == 0
    assert row().sealed
    assert unbooked.forget_closed(now=closed_at + unbooked.KEPT + timedelta(seconds=1)) == 1
    assert (row().sealed, row().closed_note) == ("", "手工补记了")
    assert book(counter.meal) == "closed", "who closed it and why stays, and so does the word"


def test_a_thread_of_the_worker_wipes(
    app: Flask, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.keep()
    counter.close()
    monkeypatch.setattr(repeating, "LOOK_SECONDS", 0.0)
    turns = iter((False, True))
    with time_machine.travel(TOLD + timedelta(days=40), tick=False):
        keep_forgetting(app, is_ending=lambda: next(turns))
    assert row().sealed == ""


def test_after_a_key_was_turned_over_it_is_sealed_anew_and_still_opens(counter: Counter) -> None:
    counter.keep()
    before = storage.keys()
    newer = (Key("encrypt-2", b"n" * 32), *before.versions["encrypt"])
    after = Keys({**before.versions, "encrypt": newer})
    assert sealing.count_kept_under_older(db.session(), keys=before) == 0
    assert sealing.count_kept_under_older(db.session(), keys=after) == 1
    assert sealing.reseal_kept_meals(keys=after, now=TOLD) == (1, ())
    assert sealing.reseal_kept_meals(keys=after, now=TOLD) == (0, ())
    assert sealing.count_kept_under_older(db.session(), keys=after) == 0
    assert sealing.opened(row().sealed, after.newest_alone()) == counter.meal
    with transaction() as session:
        session.get_one(UnbookedMeal, counter.meal.order.meal_id).sealed = "torn"
    unreadable = (counter.meal.order.meal_id,)
    assert sealing.reseal_kept_meals(keys=after, now=TOLD) == (0, unreadable)
