"""Days, weeks, years and holidays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.foundation.calendar import (
    age_on,
    month_bounds,
    parse_week,
    seed_days,
    service_date,
    week_name,
    week_of,
)


def test_lunch_in_the_morning_hours_of_utc_belongs_to_the_day_at_the_site():
    late = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert service_date(late, "Asia/Shanghai") == date(2026, 11, 23)
    assert service_date(late - timedelta(seconds=1), "Asia/Shanghai") == date(2026, 11, 22)


def test_an_instant_without_a_zone_is_a_mistake():
    with pytest.raises(ValueError, match="zone"):
        service_date(datetime(2026, 11, 22), "Asia/Shanghai")  # noqa: DTZ001


def test_a_week_has_seven_days_from_monday():
    assert week_of(date(2026, 11, 29)) == week_of(date(2026, 11, 23))
    assert week_of(date(2026, 11, 29))[0] == date(2026, 11, 23)
    assert len(week_of(date(2026, 11, 29))) == 7


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 23), "2026-W48"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2024, 12, 30), "2025-W01"),
    ],
)
def test_weeks_are_named_by_the_year_that_holds_their_thursday(day, name):
    assert week_name(day) == name


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_the_name_of_a_week_leads_back_to_its_monday(day):
    assert parse_week(week_name(day)) == week_of(day)[0]


@pytest.mark.parametrize("name", ["2026-48", "2026-W00", "2025-W53", "2026-W4", "", "W48", "x"])
def test_a_week_that_does_not_exist_is_refused(name):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_week(name)


def test_months_end_on_their_last_day():
    assert month_bounds(date(2024, 2, 10)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert month_bounds(date(2026, 12, 31)) == (date(2026, 12, 1), date(2026, 12, 31))


def test_the_birthday_itself_counts_as_the_new_age():
    born = date(1946, 11, 22)
    assert age_on(born, date(2026, 11, 21)) == 79
    assert age_on(born, date(2026, 11, 22)) == 80
    assert age_on(date(1944, 2, 29), date(2027, 2, 28)) == 82
    assert age_on(date(1944, 2, 29), date(2027, 3, 1)) == 83


def test_an_announced_year_has_holidays_and_make_up_workdays():
    year = seed_days(2026)
    days = {one.date: one for one in year.days}
    assert year.announced
    assert len(days) == 365
    assert (days[date(2026, 10, 1)].kind, days[date(2026, 10, 1)].name_zh) == ("holiday", "国庆节")
    made_up = days[date(2026, 2, 14)]
    assert (made_up.kind, made_up.name_zh, made_up.is_workday) == ("makeup_workday", "春节", True)
    assert days[date(2026, 11, 21)].kind == "weekend"
    assert days[date(2026, 11, 23)].kind == "workday"


def test_every_holiday_of_every_known_year_has_its_chinese_name():
    for year in range(2004, 2027):
        named = [day for day in seed_days(year).days if day.kind in ("holiday", "makeup_workday")]
        assert named
        assert all(day.name_zh for day in named)


def test_a_year_nobody_announced_has_only_weekends_and_says_so():
    year = seed_days(2099)
    assert not year.announced
    assert {day.kind for day in year.days} == {"workday", "weekend"}
    assert all((day.kind == "weekend") == (day.date.weekday() >= 5) for day in year.days)
