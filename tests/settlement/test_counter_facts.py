"""What the counter tells the engine: traits, item classes, approved tags, the year's meals."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import text

from canteen.foundation.database import db, transaction
from canteen.settlement.models import Meal
from tests.lunches import (
    OFF_THREE,
    adopt_document,
    give,
    lunch,
    policy_document,
    served,
)
from tests.people import TODAY, make_chen, make_site, make_xiaoli

ONCE_A_YEAR = '\n[[cap]]\ncode = "year"\nper = "year"\nmeals = 1\n'
ONCE_A_MONTH = '\n[[cap]]\ncode = "month"\nper = "month"\nmeals = 1\n'


def noon(day: date) -> datetime:
    """Half past eleven in the morning of a day, in China."""
    return datetime(day.year, day.month, day.day, 3, 30, tzinfo=UTC)


@pytest.fixture
def site(app: Flask) -> int:
    """A site with a kitchen of its own."""
    return make_site(traits="own_kitchen")


@pytest.fixture
def chen(site: int) -> int:
    """陈奶奶 with money enough."""
    chen = make_chen(site)
    give(chen, site, 500_00)
    return chen


def subsidy_on(day: date, site: int, clerk: int, person: int, **order: object) -> int:
    """What a lunch on a day gets, in fen."""
    return served(lunch(site, clerk, person, **order), day, noon(day)).subsidy_fen


def test_a_rule_for_own_kitchens_asks_the_site(site: int, chen: int) -> None:
    own = OFF_THREE + '[rule.when]\nsite_traits_any = ["own_kitchen"]\n'
    adopt_document(site, policy_document(own))
    bare = make_site("second", name="第二食堂")
    adopt_document(bare, policy_document(own))
    clerk = make_xiaoli(site)
    assert subsidy_on(TODAY, site, clerk, chen) == 300
    assert subsidy_on(TODAY, bare, clerk, chen, period_code="dinner") == 0


def test_a_rule_for_sets_asks_what_is_sold(site: int, chen: int) -> None:
    adopt_document(site, policy_document(OFF_THREE + '[rule.when]\nitem_classes = ["set"]\n'))
    clerk = make_xiaoli(site)
    assert subsidy_on(TODAY, site, clerk, chen) == 300
    with transaction() as session:
        session.execute(text("UPDATE meal_sets SET item_class = 'dish'"))
    assert subsidy_on(TODAY, site, clerk, chen, period_code="dinner") == 0


@pytest.mark.parametrize(("state", "fen"), [("approved", 300), ("proposed", 0), ("declined", 0)])
def test_only_an_approved_tag_counts(site: int, chen: int, state: str, fen: int) -> None:
    adopt_document(site, policy_document(OFF_THREE + 'who = [{ tags_any = ["dibao"] }]\n'))
    with transaction() as session:
        session.execute(text("UPDATE resident_tags SET state = :state"), {"state": state})
    receipt = served(lunch(site, make_xiaoli(site), chen))
    assert receipt.subsidy_fen == fen
    kept = db.session.get_one(Meal, receipt.meal_id).tags
    assert kept == (";dibao;living_alone;" if fen else "")


def test_once_a_year_looks_back_to_the_first_of_january(site: int, chen: int) -> None:
    adopt_document(site, policy_document(OFF_THREE + ONCE_A_YEAR))
    clerk = make_xiaoli(site)
    assert subsidy_on(date(2026, 1, 1), site, clerk, chen) == 300
    assert subsidy_on(date(2026, 12, 31), site, clerk, chen) == 0
    assert subsidy_on(date(2027, 1, 1), site, clerk, chen) == 300


def test_once_a_month_looks_back_to_the_first_of_the_month(site: int, chen: int) -> None:
    adopt_document(site, policy_document(OFF_THREE + ONCE_A_MONTH))
    clerk = make_xiaoli(site)
    assert subsidy_on(date(2026, 1, 31), site, clerk, chen) == 300
    assert subsidy_on(date(2026, 2, 1), site, clerk, chen) == 300
    assert subsidy_on(date(2026, 2, 28), site, clerk, chen) == 0
    assert subsidy_on(date(2026, 3, 1), site, clerk, chen) == 300


def test_a_week_over_the_years_end_is_one_week(site: int, chen: int) -> None:
    week = '\n[[cap]]\ncode = "week"\nper = "week"\nmeals = 1\n'
    adopt_document(site, policy_document(OFF_THREE + week))
    clerk = make_xiaoli(site)
    assert subsidy_on(date(2026, 12, 28), site, clerk, chen) == 300
    assert subsidy_on(date(2027, 1, 3), site, clerk, chen) == 0
    assert subsidy_on(date(2027, 1, 4), site, clerk, chen) == 300


def test_a_policy_that_is_not_adopted_here_does_not_lengthen_the_look_back(
    site: int, chen: int
) -> None:
    """A year's cap of another site counts nothing here: the month's start is enough."""
    elsewhere = make_site("second", name="第二食堂")
    adopt_document(elsewhere, policy_document(OFF_THREE + ONCE_A_YEAR, code="yearly"))
    adopt_document(site, policy_document(OFF_THREE + ONCE_A_MONTH))
    clerk = make_xiaoli(site)
    assert subsidy_on(date(2026, 10, 5), elsewhere, clerk, chen) == 300
    assert subsidy_on(date(2026, 11, 5), site, clerk, chen) == 300
    assert subsidy_on(date(2026, 11, 6), elsewhere, clerk, chen) == 0
