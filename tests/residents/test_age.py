"""Age is that of the meal's day: birthday included, leap days, nobody's birthday at all."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.foundation.calendar import age_on
from canteen.foundation.database import db
from canteen.settlement.models import Meal
from tests.lunches import adopt_document, give, lunch, policy_document, served
from tests.people import make_resident, make_site, make_xiaoli

EIGHTY = """
[[rule]]
code = "eighty"
name = { zh = "八十岁减五元", en = "five off from eighty" }
stage = 1
funder = "city"
who = [{ age_from = 80 }]
effect = { kind = "off", yuan = 5 }
"""


@pytest.mark.parametrize(
    ("birthday", "day", "age"),
    [
        (date(1946, 11, 23), date(2026, 11, 22), 79),
        (date(1946, 11, 23), date(2026, 11, 23), 80),
        (date(1944, 2, 29), date(2026, 2, 28), 81),
        (date(1944, 2, 29), date(2026, 3, 1), 82),
        (date(1944, 2, 29), date(2028, 2, 29), 84),
        (date(1946, 12, 31), date(2027, 1, 1), 80),
        (date(2026, 11, 23), date(2026, 11, 23), 0),
        (None, date(2026, 11, 23), None),
    ],
)
def test_age_changes_on_the_birthday(birthday: date | None, day: date, age: int | None) -> None:
    assert age_on(birthday, day) == age


@pytest.mark.parametrize(
    ("birthday", "day", "subsidy_fen", "age"),
    [
        (date(1946, 11, 21), date(2026, 11, 20), 0, 79),
        (date(1946, 11, 20), date(2026, 11, 20), 500, 80),
        (date(1948, 2, 29), date(2028, 2, 28), 0, 79),
        (date(1948, 2, 29), date(2028, 2, 29), 500, 80),
        (None, date(2026, 11, 20), 0, None),
    ],
    ids=["the day before", "the birthday", "28 February", "29 February", "no birthday known"],
)
def test_a_meal_is_priced_by_the_age_on_its_own_day(
    app: Flask, birthday: date | None, day: date, subsidy_fen: int, age: int | None
) -> None:
    site_id = make_site()
    adopt_document(site_id, policy_document(EIGHTY))
    who = make_resident("孙美玉", site_id=site_id, birthday=birthday)
    give(who, site_id, 100_00)
    receipt = served(lunch(site_id, make_xiaoli(site_id), who), day)
    meal = db.session.scalars(select(Meal)).one()
    assert (receipt.subsidy_fen, meal.age) == (subsidy_fen, age)
