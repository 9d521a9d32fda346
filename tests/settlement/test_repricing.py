"""What meals would have cost under another version: literal sums, and the same version changes
nothing."""

from datetime import date, timedelta

import pytest
from flask import Flask

from canteen.foundation.database import db, transaction
from canteen.settlement import actions
from canteen.settlement.models import Channel
from canteen.settlement.repricing import BandCost, Cost, Repricing, Shift, reprice
from canteen.subsidies.documents import parse_policy
from canteen.subsidies.models import ResidentPass
from tests.lunches import (
    OFF_THREE,
    adopt,
    adopt_document,
    give,
    lunch,
    policy_document,
    served,
)
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_funder,
    make_resident,
    make_site,
    make_wang,
    make_xiaoli,
)
from tests.settlement.test_grants import free_meal

MONDAY = TODAY
TUESDAY, SUNDAY = date(2026, 11, 24), date(2026, 11, 29)
TWICE_A_WEEK = '\n[[cap]]\ncode = "week"\nper = "week"\nmeals = 2\n'
FIVE_FOR_THE_OLD = """
[[rule]]
code = "old"
name = { zh = "80 岁以上减五元", en = "five off from 80" }
stage = 1
funder = "city"
effect = { kind = "off", yuan = 5 }
who = [{ age_from = 80 }]
"""
ONE_FROM_THE_DISTRICT = """
[[rule]]
code = "one"
name = { zh = "减一元", en = "one off" }
stage = 1
funder = "district"
effect = { kind = "off", yuan = 1 }
"""


class Said:
    """Hears how far it is."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, int]] = []

    def say(self, done: int, total: int) -> None:
        self.heard.append((done, total))


def repriced(
    site: int, body: str, *, first: date = MONDAY, last: date = SUNDAY, funders: str = '"city"'
) -> Repricing:
    """The week under a policy `test` with another body."""
    db.session.rollback()
    document = policy_document(body, funders=funders)
    return reprice(
        db.session(),
        site_id=site,
        first_day=first,
        last_day=last,
        instead=parse_policy(document.replace("version = 1", "version = 2")),
        progress=Said(),
    )


@pytest.fixture
def site(app: Flask) -> int:
    """A site where the city takes three yuan off two meals a week."""
    site_id = make_site()
    adopt_document(site_id, policy_document(OFF_THREE + TWICE_A_WEEK))
    return site_id


@pytest.fixture
def people(site: int) -> tuple[int, int, int]:
    """陈奶奶 (82), 王爷爷 (67), 小李; money on both wallets."""
    chen, wang, clerk = make_chen(site), make_wang(site), make_xiaoli(site)
    give(chen, site, 300_00)
    give(wang, site, 300_00)
    return chen, wang, clerk


def eat(site: int, clerk: int, person: int, days: int) -> None:
    """Lunch on the first so many days of the week."""
    for day in range(days):
        at = timedelta(days=day)
        served(lunch(site, clerk, person), MONDAY + at, NOW + at)


def test_a_week_under_a_version_that_gives_the_old_more(
    site: int, people: tuple[int, int, int]
) -> None:
    chen, wang, clerk = people
    eat(site, clerk, chen, 3)
    eat(site, clerk, wang, 2)
    found = repriced(site, FIVE_FOR_THE_OLD)
    assert (found.policy_code, found.policy_version) == ("test", 2)
    assert (found.old_fen, found.new_fen, found.change_fen) == (12_00, 15_00, 3_00)
    assert found.meals == Shift(more=3, less=2, equal=0)
    assert found.diners == Shift(more=1, less=1, equal=0)
    assert found.by_funder == (Cost("city", 4, 3, 12_00, 15_00),)
    assert found.by_rule == (
        Cost("test/old", 0, 3, 0, 15_00),
        Cost("test/three", 4, 0, 12_00, 0),
    )
    assert found.by_age_band == (
        BandCost("65-69", Shift(0, 2, 0), 6_00, 0),
        BandCost("80-84", Shift(3, 0, 0), 6_00, 15_00),
    )
    assert found.left_alone == 0


def test_the_history_is_that_of_the_new_version(site: int, people: tuple[int, int, int]) -> None:
    chen, _wang, clerk = people
    eat(site, clerk, chen, 4)
    once = TWICE_A_WEEK.replace("meals = 2", "meals = 1")
    found = repriced(site, OFF_THREE + once)
    assert (found.old_fen, found.new_fen) == (6_00, 3_00)
    assert found.meals == Shift(more=0, less=1, equal=3)


def test_the_same_version_changes_nothing(site: int, people: tuple[int, int, int]) -> None:
    chen, wang, clerk = people
    served(lunch(site, clerk, chen, period_code="breakfast"))
    eat(site, clerk, chen, 5)
    eat(site, clerk, wang, 3)
    found = repriced(site, OFF_THREE + TWICE_A_WEEK)
    assert found.old_fen == found.new_fen == 12_00
    assert found.meals == Shift(equal=9)
    assert found.diners == Shift(equal=2)


def test_meals_before_the_span_and_at_another_site_count_as_booked(
    site: int, people: tuple[int, int, int]
) -> None:
    chen, _wang, clerk = people
    elsewhere = make_site("second", name="第二食堂")
    adopt_document(elsewhere, policy_document(OFF_THREE + TWICE_A_WEEK))
    served(lunch(site, clerk, chen))
    served(lunch(elsewhere, clerk, chen), TUESDAY, NOW + timedelta(days=1))
    served(lunch(site, clerk, chen), date(2026, 11, 25), NOW + timedelta(days=2))
    found = repriced(site, OFF_THREE + TWICE_A_WEEK.replace("2", "3"), first=TUESDAY)
    assert (found.old_fen, found.new_fen) == (0, 3_00)
    assert found.meals == Shift(more=1)


def test_another_policy_of_the_site_pays_beside_it(site: int, people: tuple[int, int, int]) -> None:
    chen, _wang, clerk = people
    adopt_document(site, policy_document(ONE_FROM_THE_DISTRICT, code="town", funders='"district"'))
    eat(site, clerk, chen, 1)
    found = repriced(site, FIVE_FOR_THE_OLD)
    assert found.by_funder == (
        Cost("city", 1, 1, 3_00, 5_00),
        Cost("district", 1, 1, 1_00, 1_00),
    )


def test_a_policy_the_site_has_not_adopted_is_added(app: Flask) -> None:
    site = make_site()
    chen, clerk = make_chen(site), make_xiaoli(site)
    give(chen, site, 50_00)
    served(lunch(site, clerk, chen))
    assert repriced(site, FIVE_FOR_THE_OLD).new_fen == 5_00


def test_programmes_extras_voids_and_withdrawn_meals_are_left_alone(
    site: int, people: tuple[int, int, int]
) -> None:
    chen, wang, clerk = people
    make_funder("charity", "charity", "慈善会")
    free_meal(site, chen, clerk)
    voided = served(lunch(site, clerk, wang, period_code="dinner"))
    actions.void_meal(meal_id=voided.meal_id, site_id=site, reason="打错人", by=clerk, now=NOW)
    withdrawn = served(lunch(site, clerk, wang))
    actions.withdraw_subsidy(
        meal_id=withdrawn.meal_id, site_id=site, reason="已搬走", by=clerk, now=NOW
    )
    served(lunch(site, clerk, wang, override_by=clerk, override_reason="给老伴带一份"))
    served(lunch(site, clerk))
    found = repriced(site, FIVE_FOR_THE_OLD)
    assert (found.old_fen, found.new_fen, found.meals, found.left_alone) == (0, 0, Shift(), 2)


def test_age_and_tags_are_those_of_the_day_and_not_of_today(
    site: int, people: tuple[int, int, int]
) -> None:
    chen, _wang, clerk = people
    eat(site, clerk, chen, 1)
    with transaction() as session:
        session.connection().exec_driver_sql("UPDATE residents SET birthday = '1990-01-01'")
        session.connection().exec_driver_sql("DELETE FROM resident_tags")
    tagged = FIVE_FOR_THE_OLD.replace("age_from = 80", 'age_from = 80, tags_any = ["dibao"]')
    assert repriced(site, tagged).new_fen == 5_00


def test_grants_are_told_apart_from_subsidies(app: Flask) -> None:
    site = make_site(city="广州市", district="越秀区", town="", traits="own_kitchen")
    adopt(site, "guangzhou")
    hukou = {"hukou_city": "广州市", "hukou_district": "越秀区", "hukou_town": ""}
    chen, clerk = make_chen(site, **hukou), make_xiaoli(site)
    give(chen, site, 50_00)
    served(lunch(site, clerk, chen, channel=Channel.DINE_IN))
    found = repriced(site, ONE_FROM_THE_DISTRICT, funders='"district"')
    assert found.grants == (Cost("guangzhou/operating-own", 1, 1, 3_00, 3_00),)
    assert (found.old_fen, found.new_fen) == (3_00, 4_00)


def test_a_pass_counts_on_the_days_it_was_valid(site: int, people: tuple[int, int, int]) -> None:
    chen, _wang, clerk = people
    eat(site, clerk, chen, 2)
    with transaction() as session:
        session.add(
            ResidentPass(
                resident_id=chen, policy_code="test", pass_code="year", valid_from=TUESDAY,
                valid_until=SUNDAY, price_fen=0, request_id=lunch(site, clerk).meal_id,
                site_id=site, sold_by=clerk, sold_at=NOW,
            )
        )  # fmt: skip
    holders = FIVE_FOR_THE_OLD.replace("age_from = 80", 'passes_any = ["year"]')
    year = '\n[[pass]]\ncode = "year"\nname = { zh = "年卡", en = "year pass" }\n'
    found = repriced(site, holders + year + "price_yuan = 100\ndays = 365\n")
    assert found.by_rule[0] == Cost("test/old", 0, 1, 0, 5_00)


def test_it_says_how_far_it_is_and_can_be_stopped(site: int, people: tuple[int, int, int]) -> None:
    instead = parse_policy(policy_document(OFF_THREE))
    said = Said()
    days = {"site_id": site, "first_day": MONDAY, "last_day": MONDAY + timedelta(days=2)}
    reprice(db.session(), instead=instead, progress=said, **days)  # type: ignore[arg-type]
    assert said.heard == [(1, 3), (2, 3), (3, 3)]

    class Stops:
        def say(self, done: int, total: int) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reprice(db.session(), instead=instead, progress=Stops(), **days)  # type: ignore[arg-type]


def test_a_month_of_many_diners_adds_up(site: int) -> None:
    clerk = make_xiaoli(site)
    for number in range(6):
        person = make_resident(f"甲{number}", site_id=site, birthday=date(1940 + number, 1, 1))
        give(person, site, 100_00)
        eat(site, clerk, person, 3)
    found = repriced(site, FIVE_FOR_THE_OLD)
    assert found.old_fen == 6 * 2 * 3_00
    assert found.new_fen == 6 * 3 * 5_00
    assert found.meals.total == 18
    assert sum(cost.new_fen for cost in found.by_rule) == found.new_fen
    assert sum(band.old_fen for band in found.by_age_band) == found.old_fen
