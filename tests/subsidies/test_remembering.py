"""A price found before is the price the engine would find now, whoever asked first."""

from dataclasses import replace
from datetime import date, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.subsidies.conditions import Guard, Window
from canteen.subsidies.facts import MealFacts, PastPart, history_of
from canteen.subsidies.policy import Cap, Grant, Quota, Words
from canteen.subsidies.remembering import _priced, remembered_price
from canteen.subsidies.rules import price_meal
from tests.subsidies.makers import WEDNESDAY, make_meal, make_policy, make_rule, off
from tests.subsidies.test_properties import EXAMPLES, SLOW, situations

PLAIN = make_policy(make_rule(off(200)))


def eaten(*back: int, period: str = "lunch", fen: int = 200) -> tuple[PastPart, ...]:
    """A subsidised meal so many days before."""
    return tuple(
        PastPart(f"m{days}", WEDNESDAY - timedelta(days=days), period, "here", "rule", "city", fen)
        for days in back
    )


def meal_after(past: tuple[PastPart, ...], meals_today: int = 0, **facts: object) -> MealFacts:
    history = history_of(past, service_date=WEDNESDAY, period="lunch", meals_today=meals_today)
    return make_meal(history=history, **facts)


def asked_twice(policy, first: MealFacts, second: MealFacts) -> bool:
    """Whether the second question was answered from memory; both answers are held to the engine."""
    _priced.cache_clear()
    for facts in (first, second):
        found = remembered_price(policies=[policy], facts=facts)
        assert found == price_meal(policies=[policy], facts=facts)
    return _priced.cache_info().hits == 1


def test_two_of_one_age_who_come_one_after_the_other_are_priced_once():
    first = meal_after(eaten(1, 2), birthday=date(1944, 1, 31), local_time=time(11, 30))
    second = meal_after(eaten(9), birthday=date(1943, 5, 2), local_time=time(11, 42, 7))
    assert asked_twice(PLAIN, first, second)


def test_a_year_of_age_is_told_apart():
    assert not asked_twice(
        PLAIN, make_meal(birthday=date(1944, 1, 31)), make_meal(birthday=date(1945, 1, 31))
    )


def test_a_birthday_is_told_apart_where_a_rule_asks_for_it():
    policy = make_policy(make_rule(off(200), when=Guard(birthday="day")))
    today, yesterday = date(1944, 3, 4), date(1944, 3, 3)
    assert not asked_twice(policy, make_meal(birthday=yesterday), make_meal(birthday=today))


def test_minutes_are_told_apart_where_a_rule_has_hours_and_seconds_never():
    hours = (Window(time(11), time(12), end_counts=True),)
    policy = make_policy(make_rule(off(200), when=Guard(windows=hours)))
    noon = make_meal(local_time=time(12, 0, 1))
    assert asked_twice(policy, noon, make_meal(local_time=time(12, 0, 59)))
    assert not asked_twice(policy, noon, make_meal(local_time=time(12, 1)))


def test_hours_of_a_grant_are_hours_too():
    hours = (Window(time(11), time(12), end_counts=False),)
    grant = Grant(
        "g", Words("补助", "grant"), "city", "subsidised_meal", 100, when=Guard(windows=hours)
    )
    policy = make_policy(make_rule(off(200)), grants=(grant,))
    assert not asked_twice(
        policy, make_meal(local_time=time(11, 59)), make_meal(local_time=time(12))
    )


def test_what_a_cap_counts_is_told_apart_and_what_it_does_not_count_is_not():
    policy = make_policy(make_rule(off(200)), caps=(Cap("c", "week", meals=2),))
    assert not asked_twice(policy, meal_after(eaten(1)), meal_after(eaten(1, 2)))
    assert asked_twice(policy, meal_after(eaten(1)), meal_after(eaten(1, 20)))


def test_what_is_left_of_a_quota_is_told_apart():
    draw = replace(off(0), kind="quota", quota="q", basis_points=5000, fen=0)
    quota = Quota("q", Words("额度", "quota"), "month", 500)
    policy = make_policy(make_rule(draw), quotas=(quota,))
    assert not asked_twice(policy, meal_after(eaten(1)), meal_after(eaten(1, fen=450)))


def test_a_grant_of_once_a_day_sees_what_was_paid_before():
    grant = Grant("g", Words("补助", "grant"), "city", "subsidised_day", 100)
    policy = make_policy(make_rule(off(200)), grants=(grant,))
    fresh, again = meal_after(()), meal_after(eaten(0, period="breakfast"))
    assert not asked_twice(policy, fresh, again)


def test_the_nth_meal_of_a_day_is_told_apart():
    policy = make_policy(make_rule(off(200), when=Guard(meals_of_day=(1,))))
    assert not asked_twice(policy, meal_after(()), meal_after((), meals_today=1))


def test_two_texts_under_one_code_and_version_are_two_policies():
    _priced.cache_clear()
    dearer = make_policy(make_rule(off(300)))
    meal = make_meal()
    found = [remembered_price(policies=[each], facts=meal).subsidy_fen for each in (PLAIN, dearer)]
    assert found == [200, 300]


VARIED = st.sampled_from(
    ["local_time", "birthday", "period", "tags", "hukou_path", "price_fen", "item_class"]
)


@settings(max_examples=EXAMPLES * 2, suppress_health_check=SLOW, deadline=None)
@given(situations, situations, st.sets(VARIED))
def test_whatever_was_asked_before_the_answer_is_the_engines(situation, other, taken):
    """A second meal under the first one's policies, alike in all but some things."""
    (lineup, (first, past)), (_others, (stranger, _past)) = situation, other
    second = replace(first, **{name: getattr(stranger, name) for name in taken})
    shorter = history_of(
        past[1:],
        service_date=first.service_date,
        period=first.period,
        meals_today=first.history.meals_today,
    )
    _priced.cache_clear()
    for facts in (first, second, replace(first, history=shorter), first):
        found = remembered_price(policies=lineup, facts=facts)
        assert found == price_meal(policies=lineup, facts=facts)
