"""One card at two counters in the same second, online, alone, or one of each: one subsidy."""

import os
from collections import Counter
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from canteen.foundation.database import db
from canteen.settlement.actions import Declined, Receipt
from canteen.settlement.models import Meal
from canteen.settlement.offline.models import OfflineMeal
from tests.lunches import adopt, assert_ledger_holds, give, lunch, run_at_once, settle
from tests.people import make_resident, make_site, make_xiaoli, wallet_of
from tests.settlement.offline.test_booking_late import alone, booked, tell

TRIES = int(os.environ.get("CANTEEN_RACE_TRIES", "12"))
"""How many people show their card at several counters at once."""


@pytest.fixture
def site(app: Flask) -> int:
    site_id = make_site()
    adopt(site_id, "nanchang")
    return site_id


def diner(site: int, place: int) -> int:
    """Of an age for whom the policy pays 4 yuan of 13."""
    name = f"陈{'甲乙丙丁戊己庚辛壬癸'[place % 10]}{place}"
    person = make_resident(name, site_id=site, birthday=date(1944, 5, 1))
    give(person, site, 50_00)
    return person


def subsidised(person: int) -> int:
    """Meals of the ordinary kind; an extra one has nobody's subsidy but the canteen's own."""
    query = select(func.count()).select_from(Meal)
    return db.session.scalars(query.filter_by(resident_id=person, extra=False)).one()


def test_two_counters_with_a_network_and_two_queues_at_once_are_one_subsidy(
    app: Flask, site: int
) -> None:
    clerk = make_xiaoli(site)
    people = [diner(site, place) for place in range(TRIES)]
    for person in people:
        db.session.remove()
        queues = [alone(lunch(site, clerk, person)) for _ in range(2)]
        jobs: list[Any] = [lambda who=person: settle(lunch(site, clerk, who)) for _ in range(2)]
        jobs += [lambda one=one: tell(one)[0] for one in queues]
        answers = run_at_once(app, jobs)
        assert not [each for each in answers if isinstance(each, Exception)], answers
        kinds = Counter(type(each) for each in answers)
        assert kinds[Receipt] <= 1
        assert kinds[Receipt] + kinds[Declined] == 2
        assert subsidised(person) == 1
        told = db.session.scalars(
            select(OfflineMeal.reason).join(Meal, Meal.id == OfflineMeal.meal_id)
            .where(Meal.resident_id == person)
        ).all()  # fmt: skip
        assert len(told) == 2, "none of them is dropped"
        assert sum(reason == "already_eaten" for reason in told) == 1 + kinds[Receipt]
        meals = kinds[Receipt] + 2
        assert wallet_of(person).balance_fen == 50_00 - 9_00 * meals, "each as it was told"
    assert_ledger_holds()


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_three_queues_told_in_any_order_are_one_subsidy_and_the_first_told_has_it(
    site: int, order: tuple[int, ...]
) -> None:
    clerk, person = make_xiaoli(site), diner(site, 0)
    queues = [alone(lunch(site, clerk, person)) for _ in range(3)]
    answers = tell(*(queues[place] for place in order))
    late = [booked(answer) for answer in answers]
    assert [(meal.extra, told.reason, told.carried_fen) for meal, told in late] == [
        (False, "", 0),
        (True, "already_eaten", 4_00),
        (True, "already_eaten", 4_00),
    ]
    assert wallet_of(person).balance_fen == 50_00 - 27_00
    assert_ledger_holds()
