"""What a counter served alone comes into the books: once, whatever is true by then."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from canteen.cards import actions as cards
from canteen.foundation.database import db, transaction
from canteen.ledger.verify import balances
from canteen.residents.models import Resident, Status
from canteen.settlement.models import Meal, PaidBy
from canteen.settlement.offline import actions
from canteen.settlement.offline.actions import Answer, ServedMeal
from canteen.settlement.offline.models import OfflineMeal
from canteen.settlement.offline.rules import Shown
from canteen.settlement.rules import Order
from canteen.staff.rules import Role
from tests.lunches import adopt, assert_ledger_holds, give, lunch, run_at_once, served
from tests.people import (
    NOW,
    make_chen,
    make_resident,
    make_site,
    make_staff,
    make_wang,
    make_xiaoli,
    make_zhangjie,
    wallet_of,
)
from tests.settlement.counter import make_card

BACK_ONLINE = NOW + timedelta(minutes=40)
CHEN = Shown(set_name="标准餐", title="陈奶奶", price_fen=1300, subsidy_fen=400, paid_fen=900)
WANG = Shown(set_name="标准餐", title="王爷爷", price_fen=1300, subsidy_fen=0, paid_fen=1300)


@pytest.fixture
def site(app: Flask) -> int:
    site_id = make_site()
    adopt(site_id, "nanchang")
    return site_id


def alone(
    order: Order, shown: Shown = CHEN, *, at: datetime = NOW, sequence: int = 1, **values: bool
) -> ServedMeal:
    return ServedMeal(order=order, shown=shown, device_at=at, sequence=sequence, **values)


def tell(*meals: ServedMeal, now: datetime = BACK_ONLINE) -> list[Answer]:
    return [actions.book_served_meal(one, now=now) for one in meals]


def booked(answer: Answer) -> tuple[Meal, OfflineMeal]:
    assert answer.outcome == "booked", answer
    db.session.rollback()
    return (
        db.session.get_one(Meal, answer.meal_id),
        db.session.get_one(OfflineMeal, answer.meal_id),
    )


def test_a_meal_served_alone_is_booked_as_it_was_shown(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    (answer,) = tell(alone(lunch(site, make_xiaoli(site), chen)))
    meal, late = booked(answer)
    assert (meal.price_fen, meal.subsidy_fen, meal.paid_fen) == (1300, 400, 900)
    assert (meal.offline, meal.extra, meal.created_at) == (True, False, NOW)
    assert (late.reason, late.carried_fen, late.received_at) == ("", 0, BACK_ONLINE)
    assert wallet_of(chen).balance_fen == 41_00
    assert_ledger_holds()


def test_the_same_queue_again_books_nothing(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    queue = [alone(lunch(site, make_xiaoli(site), chen))]
    assert [one.outcome for one in tell(*queue)] == ["booked"]
    assert [one.outcome for one in tell(*queue)] == ["duplicate"]
    assert wallet_of(chen).balance_fen == 41_00


def test_a_meal_whose_answer_was_lost_is_a_duplicate(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    order = lunch(site, make_xiaoli(site), chen)
    served(order)
    assert [one.outcome for one in tell(alone(order))] == ["duplicate"]
    assert wallet_of(chen).balance_fen == 41_00


def test_an_id_of_another_meal_is_refused_and_stays_in_the_queue(site: int) -> None:
    chen, wang, clerk = make_chen(site), make_wang(site), make_xiaoli(site)
    give(chen, site, 50_00)
    order = lunch(site, clerk, chen)
    served(order)
    (answer,) = tell(alone(lunch(site, clerk, wang, meal_id=order.meal_id), WANG))
    assert (answer.outcome, answer.reason) == ("refused", "id_reused")


def test_one_card_at_two_counters_alone_is_one_subsidy(site: int) -> None:
    chen, clerk = make_chen(site), make_xiaoli(site)
    give(chen, site, 50_00)
    first, second = tell(alone(lunch(site, clerk, chen)), alone(lunch(site, clerk, chen)))
    meal, late = booked(second)
    assert (meal.extra, late.reason) == (True, "already_eaten")
    assert (meal.paid_fen, late.carried_fen) == (900, 400), "the diner pays what they were told"
    assert balances(db.session())["funder:district"] == -4_00
    assert balances(db.session())["funder:operator"] == -4_00
    assert first.reason == ""
    assert wallet_of(chen).balance_fen == 32_00
    assert_ledger_holds()


def test_a_card_lost_before_it_was_shown_costs_its_owner_nothing(site: int) -> None:
    chen, clerk = make_chen(site), make_xiaoli(site)
    give(chen, site, 50_00)
    card = make_card(chen, by=clerk, now=NOW - timedelta(days=9))
    cards.report_card_lost(card_id=card.id, by=clerk, now=NOW - timedelta(minutes=5))
    (answer,) = tell(alone(lunch(site, clerk, card=(card.number, card.issue), guest=False)))
    meal, late = booked(answer)
    assert (meal.resident_id, meal.paid_fen, late.reason) == (None, 0, "card_lost")
    assert (late.carried_fen, late.card_id) == (1300, card.id)
    assert wallet_of(chen).balance_fen == 50_00
    assert_ledger_holds()


def test_a_card_lost_after_the_meal_paid_for_it(site: int) -> None:
    chen, clerk = make_chen(site), make_xiaoli(site)
    give(chen, site, 50_00)
    card = make_card(chen, by=clerk, now=NOW - timedelta(days=9))
    cards.report_card_lost(card_id=card.id, by=clerk, now=NOW + timedelta(minutes=5))
    (answer,) = tell(alone(lunch(site, clerk, card=(card.number, card.issue), guest=False)))
    meal, late = booked(answer)
    assert (meal.resident_id, meal.paid_fen, late.reason) == (chen, 900, "")


def test_a_wallet_emptied_meanwhile_pays_what_it_has(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 5_00)
    (answer,) = tell(alone(lunch(site, make_xiaoli(site), chen)))
    meal, late = booked(answer)
    assert (meal.paid_fen, late.carried_fen, late.reason) == (500, 400, "balance_too_low")
    assert wallet_of(chen).balance_fen == 0
    assert balances(db.session())["funder:district"] == -4_00, "the funder gives what is due"
    assert_ledger_holds()


def test_cash_lies_in_the_box_whatever_the_books_say(site: int) -> None:
    chen = make_chen(site)
    (answer,) = tell(alone(lunch(site, make_xiaoli(site), chen, pay_by=PaidBy.CASH)))
    meal, _late = booked(answer)
    assert (meal.paid_by, meal.paid_fen, meal.subsidy_fen) == ("cash", 900, 400)
    assert balances(db.session())[f"cash:{site}"] == -9_00, "debits count down"


def test_a_guest_pays_cash(site: int) -> None:
    (answer,) = tell(alone(lunch(site, make_xiaoli(site)), replace(WANG, title="")))
    meal, late = booked(answer)
    assert (meal.resident_id, meal.paid_by, meal.paid_fen) == (None, "cash", 1300)
    assert late.reason == ""


def test_the_dead_get_no_subsidy_and_nobody_else_pays(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    with transaction() as session:
        person = session.get_one(Resident, chen)
        person.status, person.ended_on = Status.DECEASED, NOW.date() - timedelta(days=3)
    (answer,) = tell(alone(lunch(site, make_xiaoli(site), chen)))
    meal, late = booked(answer)
    assert (meal.paid_fen, late.reason, late.carried_fen) == (0, "resident_ended", 1300)
    assert "funder:district" not in balances(db.session()) or (
        balances(db.session())["funder:district"] == 0
    )
    assert_ledger_holds()


def test_a_price_lowered_meanwhile_is_the_price_that_was_shown(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    dearer = replace(CHEN, price_fen=1500, paid_fen=1100)
    (answer,) = tell(alone(lunch(site, make_xiaoli(site), chen), dearer))
    meal, late = booked(answer)
    assert (meal.price_fen, meal.paid_fen, late.reason) == (1500, 1100, "")


def test_who_is_entitled_to_more_than_was_shown_pays_less(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    (answer,) = tell(
        alone(lunch(site, make_xiaoli(site), chen), replace(CHEN, subsidy_fen=0, paid_fen=1300))
    )
    meal, late = booked(answer)
    assert (meal.paid_fen, meal.subsidy_fen, late.reason) == (900, 400, "price_changed")


def test_who_was_told_too_little_pays_that_and_the_canteen_the_rest(site: int) -> None:
    wang = make_wang(site)
    give(wang, site, 50_00)
    told = replace(WANG, subsidy_fen=400, paid_fen=900)
    (answer,) = tell(alone(lunch(site, make_xiaoli(site), wang), told))
    meal, late = booked(answer)
    assert (meal.paid_fen, late.carried_fen, late.reason) == (900, 400, "price_changed")
    assert "食堂承担" in meal.reason_zh
    assert_ledger_holds()


@pytest.mark.parametrize(
    "wrong", [timedelta(hours=1), timedelta(days=-40), timedelta(days=-20_000)]
)
def test_a_clock_that_cannot_be_right_is_not_believed(site: int, wrong: timedelta) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    (answer,) = tell(alone(lunch(site, make_xiaoli(site), chen), at=BACK_ONLINE + wrong))
    meal, late = booked(answer)
    assert (meal.created_at, late.reason) == (BACK_ONLINE, "clock_wrong")
    assert late.device_at == BACK_ONLINE + wrong


def test_a_device_that_found_its_clock_turned_is_believed_and_a_person_looks(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    (answer,) = tell(alone(lunch(site, make_xiaoli(site), chen), doubtful=True))
    meal, late = booked(answer)
    assert (meal.created_at, late.reason) == (NOW, "clock_doubtful")
    assert (meal.paid_fen, late.carried_fen) == (900, 0)


def test_a_meal_of_yesterday_counts_for_yesterday(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    yesterday = NOW - timedelta(days=1)
    (answer,) = tell(alone(lunch(site, make_xiaoli(site), chen), at=yesterday))
    meal, _late = booked(answer)
    assert meal.service_date == yesterday.date()


def test_one_that_cannot_be_booked_holds_up_no_other(site: int) -> None:
    chen, wang, clerk = make_chen(site), make_wang(site), make_xiaoli(site)
    give(chen, site, 50_00)
    give(wang, site, 50_00)
    taken = lunch(site, clerk, chen)
    served(taken)
    answers = tell(
        alone(lunch(site, clerk, wang, meal_id=taken.meal_id), WANG),
        alone(lunch(site, clerk, wang), WANG, sequence=2),
    )
    assert [one.outcome for one in answers] == ["refused", "booked"]


def test_two_queues_at_once_book_each_meal_once(app: Flask, site: int) -> None:
    chen, clerk = make_chen(site), make_xiaoli(site)
    give(chen, site, 100_00)
    queue = [alone(lunch(site, clerk, chen), sequence=n) for n in range(4)]
    answers = run_at_once(app, [lambda: tell(*queue)] * 4)
    outcomes = Counter(one.outcome for each in answers for one in each)  # type: ignore[attr-defined]
    assert outcomes == {"booked": 4, "duplicate": 12}
    assert db.session.scalar(select(func.count()).select_from(Meal)) == 4
    assert wallet_of(chen).balance_fen == 100_00 - 4 * 9_00
    assert_ledger_holds()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_the_order_of_replays_each_meal_is_booked_once(
    app: Flask, data: st.DataObject
) -> None:
    site_id = make_site(code=f"s{uuid4().hex[:10]}")
    clerk = make_staff(f"clerk{site_id}", Role.CLERK, site_id=site_id)
    chen = make_resident("陈桂英", site_id=site_id, birthday=date(1944, 3, 5))
    give(chen, site_id, data.draw(st.integers(0, 40)) * 100 + 1)
    queue = [alone(lunch(site_id, clerk, chen), WANG, sequence=n) for n in range(4)]
    tells = data.draw(st.lists(st.integers(0, 3), min_size=4, max_size=10))
    for index in (*tells, 0, 1, 2, 3):
        tell(queue[index])
    db.session.rollback()
    meals = db.session.scalars(select(Meal).where(Meal.site_id == site_id)).all()
    assert {meal.id for meal in meals} == {one.order.meal_id for one in queue}
    assert sum(not meal.extra for meal in meals) == 1
    assert all(meal.paid_fen <= 1300 for meal in meals)
    assert wallet_of(chen).balance_fen >= 0
    assert_ledger_holds()


def test_the_managers_word_is_noted_once(site: int) -> None:
    chen, manager = make_chen(site), make_zhangjie(site)
    (answer,) = tell(alone(lunch(site, manager, chen)))
    assert answer.reason == "balance_too_low"
    for note in ("已补收现金", "又说一次"):
        settled = actions.settle_offline_meal(
            meal_id=answer.meal_id, site_id=site, note=note, by=manager, now=BACK_ONLINE
        )
        assert settled is None
    _meal, late = booked(answer)
    assert (late.settled_note, late.settled_by) == ("已补收现金", manager)


def test_a_meal_undone_at_the_counter_is_booked_and_given_back(site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    taken_back = replace(alone(lunch(site, make_xiaoli(site), chen)), undone=True)
    assert [one.outcome for one in tell(taken_back, taken_back)] == ["booked", "duplicate"]
    meal, _late = booked(replace(tell(taken_back)[0], outcome="booked"))
    assert meal.voided_at == BACK_ONLINE
    assert wallet_of(chen).balance_fen == 50_00
    again = alone(lunch(site, meal.created_by or 0, chen), sequence=2)
    assert tell(again)[0].reason == "", "the period is free again"
    assert_ledger_holds()
