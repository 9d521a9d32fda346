"""Served against registered: who counts, who does not, and why somebody was not served."""

from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from canteen.delivery.models import (
    DeliveryNeed,
    DeliveryPause,
    FreeMealProgramme,
    Roster,
    RosterStop,
    StopOutcome,
    Volunteer,
)
from canteen.delivery.needs.models import DeliverySpecial
from canteen.foundation.database import db, transaction
from canteen.residents.models import Resident, ResidentTag
from canteen.statistics.coverage import coverage, unserved
from canteen.statistics.rules import Coverage
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_funder,
    make_resident,
    make_site,
    make_wang,
    make_zhangjie,
    sign_in,
)
from tests.statistics.meals import make_meal, void_meal
from tests.steps import steps_of


@pytest.fixture
def site_id(app: Flask) -> int:
    """金牛食堂 with a manager and somebody who pays for free meals."""
    site_id = make_site()
    make_zhangjie(site_id)
    make_funder("charity", "charity", "红心慈善会")
    return site_id


def on(site_id: int, day: date = TODAY, *, delivery: bool = False) -> tuple[int, int]:
    """Registered and served of one day."""
    db.session.rollback()
    found = coverage(db.session(), site_id=site_id, days=[day], needing_delivery=delivery)
    return found[0].registered, found[0].served


def why(site_id: int) -> dict[str, str]:
    """The reasons of today's unserved, by name."""
    db.session.rollback()
    return {one.name: one.reason for one in unserved(db.session(), site_id=site_id, day=TODAY)}


def make_poor(name: str, site_id: int) -> int:
    """Somebody on the register."""
    return make_resident(name, site_id=site_id, birthday=date(1950, 1, 1), tags=("tekun",))


def test_only_hardship_tags_register_and_only_standing_meals_serve(site_id: int) -> None:
    chen = make_chen(site_id)
    make_meal(site_id, resident_id=make_wang(site_id))
    make_resident("李秀珍", site_id=site_id, birthday=None, tags=("living_alone",))
    assert on(site_id) == (1, 0)
    meal_id = make_meal(site_id, resident_id=chen)
    make_meal(site_id, resident_id=chen, period="dinner")
    assert on(site_id) == (1, 1)
    void_meal(meal_id, by=1)
    assert on(site_id) == (1, 1)  # dinner still stands


def test_a_voided_meal_serves_nobody(site_id: int) -> None:
    void_meal(make_meal(site_id, resident_id=make_chen(site_id)), by=1)
    assert on(site_id) == (1, 0)


def test_a_meal_at_another_site_serves_too(site_id: int) -> None:
    chen = make_chen(site_id)
    make_meal(make_site("qingyun"), resident_id=chen)
    assert on(site_id) == (1, 1)


def test_the_last_day_of_a_tag_counts_and_the_next_does_not(site_id: int) -> None:
    chen = make_resident("陈桂英", site_id=site_id, birthday=date(1944, 3, 5))
    with transaction() as session:
        session.add(
            ResidentTag(
                resident_id=chen, tag="dibao", valid_from=TODAY - timedelta(days=3),
                valid_until=TODAY, evidence="低保证 2026-031", recorded_at=NOW,
                state="approved", decided_at=NOW,
            )
        )  # fmt: skip
    days = [TODAY + timedelta(days=shift) for shift in (-4, -3, 0, 1)]
    assert [on(site_id, day)[0] for day in days] == [0, 1, 1, 0]


def test_the_dead_and_the_moved_leave_the_register_on_their_day(site_id: int) -> None:
    chen = make_chen(site_id)
    with transaction() as session:
        row = session.get_one(Resident, chen)
        row.status, row.ended_on = "deceased", TODAY
    assert on(site_id, TODAY - timedelta(days=1)) == (1, 0)
    assert on(site_id, TODAY) == (0, 0)


def test_the_delivery_register_wants_a_need_on_that_weekday(site_id: int) -> None:
    chen = make_chen(site_id)
    make_poor("吴水生", site_id)
    with transaction() as session:
        session.add(
            DeliveryNeed(
                site_id=site_id, resident_id=chen, period_code="lunch", weekdays="15",
                valid_from=date(2026, 1, 1), recorded_at=NOW, state="approved",
            )
        )  # fmt: skip
    assert on(site_id) == (2, 0)
    assert on(site_id, delivery=True) == (1, 0)  # TODAY is a Monday
    assert on(site_id, TODAY + timedelta(days=1), delivery=True) == (0, 0)


def test_each_unserved_person_stands_with_what_is_known(site_id: int) -> None:
    people = {name: make_poor(name, site_id) for name in ("甲", "乙", "丙", "丁", "戊", "己")}
    make_meal(site_id, resident_id=people["己"])
    with transaction() as session:
        programme = FreeMealProgramme(
            site_id=site_id, name="红心免费餐", funder_code="charity", price_fen=1300,
            tags="tekun", valid_from=date(2026, 1, 1),
        )  # fmt: skip
        session.add(programme)
        session.flush()
        roster = Roster(
            site_id=site_id, service_date=TODAY, period_code="lunch",
            programme_id=programme.id, published_at=NOW,
        )  # fmt: skip
        session.add(roster)
        session.flush()
        session.add(
            DeliveryPause(
                resident_id=people["丁"], since=TODAY, until=TODAY, reason="走亲戚",
                recorded_at=NOW,
            )
        )  # fmt: skip
        zhou = Volunteer(site_id=site_id, name="小周")
        session.add(zhou)
        session.flush()
        for position, name in enumerate("甲乙丙", start=1):
            stop = RosterStop(
                roster_id=roster.id, position=position, resident_id=people[name],
                diner_name=name, diner_title=name,
                volunteer_id=None if name == "丙" else zhou.id,
                problem="no_volunteer" if name == "丙" else "",
            )  # fmt: skip
            session.add(stop)
            session.flush()
            if name == "甲":
                first = StopOutcome(
                    id=uuid4(), stop_id=stop.id, kind="nobody_answers", recorded_at=NOW
                )
                session.add(first)
                session.flush()
                session.add(
                    StopOutcome(
                        id=uuid4(), stop_id=stop.id, follows_id=first.id, kind="in_hospital",
                        recorded_at=NOW,
                    )
                )  # fmt: skip
    assert why(site_id) == {
        "甲": "in_hospital",  # the correction, not what it corrects
        "乙": "no_outcome",
        "丙": "not_routed",
        "丁": "paused",
        "戊": "no_meal",
    }


def test_a_day_without_and_a_place_in_line_are_named(site_id: int) -> None:
    people = {name: make_poor(name, site_id) for name in ("甲", "乙")}
    with transaction() as session:
        session.add(
            DeliverySpecial(
                site_id=site_id, resident_id=people["甲"], service_date=TODAY,
                period_code="lunch", kind="none", reason="女儿来吃饭", recorded_at=NOW,
            )
        )  # fmt: skip
        session.add(
            DeliveryNeed(
                site_id=site_id, resident_id=people["乙"], period_code="lunch",
                valid_from=date(2026, 1, 1), recorded_at=NOW, state="waiting",
                waits_for="places",
            )
        )  # fmt: skip
    assert why(site_id) == {"甲": "none_today", "乙": "in_line"}
    assert on(site_id, delivery=True) == (0, 0), "whoever waits is not on the delivery register"


def test_the_rate_is_computed_and_the_unserved_are_named(client: FlaskClient, site_id: int) -> None:
    chen = make_chen(site_id)
    make_poor("吴水生", site_id)
    make_poor("何桂花", site_id)
    make_meal(site_id, resident_id=chen)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        sign_in(client, "zhangjie")
        page = client.get("/statistics/coverage?on=2026-11-23").text
    assert "33.33%" in page
    assert "吴水生" in page
    assert "何桂花" in page
    assert 'href="/residents/2"' in page, "two of one name are told apart on their own pages"
    assert "陈桂英" not in page


@pytest.mark.parametrize("on", ["2026-11-23", "2026-11-25"])
def test_before_a_day_is_over_nobody_is_missed_and_no_rate_is_given(
    client: FlaskClient, site_id: int, on: str
) -> None:
    chen = make_chen(site_id)
    make_meal(site_id, resident_id=chen, day=TODAY - timedelta(days=1))
    with time_machine.travel(NOW, tick=False):  # 11:30, lunch has just begun
        sign_in(client, "zhangjie")
        page = client.get(f"/statistics/coverage?on={on}").text
        book = client.get(f"/statistics/coverage.xlsx?on={on}").data
    assert "0 / 1" in page
    assert "这一天还没有结束" in page
    assert ">0.00%" not in page[page.index("2026-11-22") :], "only days that are over have a rate"
    assert "100.00%" in page, "yesterday's stays"
    assert "badge warn" not in page
    assert "陈桂英" in page
    last = list(load_workbook(BytesIO(book)).worksheets[0].values)[-1]
    assert last[1:] == (1, 0, 1, "未结束")


def test_twice_as_many_on_the_register_are_about_twice_the_work(site_id: int) -> None:
    few = steps_of_a_page(site_id, people=60)
    assert (few > 0) is (db.engine.dialect.name == "sqlite")
    assert steps_of_a_page(site_id, people=120) <= 3 * few


def steps_of_a_page(site_id: int, *, people: int) -> int:
    """The work of reading one day of a register that grows to so many people."""
    for number in range(on(site_id, delivery=True)[0], people):
        who = make_poor(f"陈{number}", site_id)
        with transaction() as session:
            session.add(
                DeliveryNeed(
                    site_id=site_id, resident_id=who, period_code="lunch",
                    valid_from=date(2026, 1, 1), recorded_at=NOW, state="approved",
                )
            )  # fmt: skip

    def read() -> None:
        found = coverage(db.session(), site_id=site_id, days=[TODAY], needing_delivery=True)
        assert found == [Coverage(TODAY, people, 0)]

    return steps_of(read)


def test_days_come_in_the_order_they_were_asked_for(site_id: int) -> None:
    make_chen(site_id)
    before = TODAY - timedelta(days=400)
    found = coverage(db.session(), site_id=site_id, days=[TODAY, before])
    assert found == [Coverage(TODAY, 1, 0), Coverage(before, 0, 0)]


@pytest.mark.parametrize("query", ["on=2026-02-30", "on=1800-01-01", "register=everybody"])
def test_a_coverage_that_cannot_be_meant_is_refused(
    client: FlaskClient, site_id: int, query: str
) -> None:
    sign_in(client, "zhangjie")
    assert client.get(f"/statistics/coverage?{query}").status_code == 400
    assert client.get(f"/statistics/coverage.xlsx?{query}").status_code == 400


def test_before_the_first_meal_one_sentence_stands_for_the_noughts(
    client: FlaskClient, site_id: int
) -> None:
    chen = make_chen(site_id)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        sign_in(client, "zhangjie")
        page = client.get("/statistics/coverage?on=2026-11-23").text
        assert "到这一天还没有供过餐" in page
        assert "0.00%" not in page
        assert "陈桂英" not in page, "nobody was left without a meal"
        make_meal(site_id, resident_id=chen, day=TODAY - timedelta(days=1))
        page = client.get("/statistics/coverage?on=2026-11-23").text
    shown = [f"2026-11-{day}" for day in range(10, 24) if f">2026-11-{day}</a>" in page]
    assert shown == ["2026-11-22", "2026-11-23"], "days before the canteen opened are left out"
