"""Birthdays, minutes, thresholds and places, each on both sides of its edge."""

from datetime import date, time

import pytest

from canteen.subsidies.conditions import Guard, Person, Spend, Window
from canteen.subsidies.eligibility import age_band
from canteen.subsidies.policy import Grant, Pass, TopUp, Words
from canteen.subsidies.rules import History, Tally, TopUpFacts, top_up_bonus
from tests.subsidies.makers import (
    CHEN,
    WANG,
    ZHENGGUO,
    for_people,
    guarded,
    make_policy,
    make_rule,
    off,
    priced,
)

NAME = Words("名", "name")


@pytest.mark.parametrize(
    ("age", "band"),
    [(None, "unknown"), (59, "<60"), (60, "60-64"), (79, "75-79"), (80, "80-84"), (100, "100+")],
)
def test_a_meal_keeps_the_band_of_its_day(age, band):
    assert age_band(age) == band


@pytest.mark.parametrize(
    ("clock", "end_counts", "paid"),
    [
        (time(10, 59, 59), True, False),
        (time(11, 0), True, True),
        (time(13, 29, 59), False, True),
        (time(13, 30), False, False),
        (time(13, 30), True, True),
        (time(13, 30, 59), True, True),
        (time(13, 31), True, False),
    ],
)
def test_a_window_is_held_to_the_minute_with_a_stated_edge(clock, end_counts, paid):
    policy = guarded(windows=(Window(time(11), time(13, 30), end_counts),))
    assert (priced(policy, local_time=clock).subsidy_fen > 0) is paid


@pytest.mark.parametrize(
    ("price", "strictly", "paid"),
    [(999, False, False), (1000, False, True), (1000, True, False), (1001, True, True)],
)
def test_at_least_and_strictly_more_differ_by_one_fen(price, strictly, paid):
    policy = guarded(spend=Spend(1000, strictly, "list", "meal"))
    assert (priced(policy, price_fen=price).subsidy_fen > 0) is paid


def test_the_delivery_fee_counts_as_spend_only_if_the_policy_says_so():
    without = guarded(spend=Spend(1000, False, "list", "meal"))
    with_fee = guarded(spend=Spend(1000, False, "list", "meal_and_delivery"))
    assert priced(without, price_fen=900, delivery_fee_fen=200).subsidy_fen == 0
    assert priced(with_fee, price_fen=900, delivery_fee_fen=200).subsidy_fen == 200


@pytest.mark.parametrize(("of", "paid"), [("list", True), ("remaining", False)])
def test_a_threshold_is_on_the_list_price_or_on_what_a_discount_left(of, paid):
    policy = make_policy(
        make_rule(off(100), code="discount", funder="operator", stage=1),
        make_rule(off(200), when=Guard(spend=Spend(1000, False, of, "meal"))),
    )
    assert (priced(policy, price_fen=1000).subsidy_fen == 300) is paid


@pytest.mark.parametrize(
    ("guard", "facts", "why"),
    [
        ({"days": "workdays"}, {"is_workday": False}, "不在工作日"),
        ({"days": "rest_days"}, {}, "不在休息日"),
        ({"days": "no_public_holidays"}, {"is_public_holiday": True}, "法定节假日不补"),
        ({"days": "public_holidays"}, {}, "不在法定节假日"),
        ({"weekdays": (1, 2)}, {}, "今天不是补贴日"),
        ({"days_of_month": (1, 15)}, {}, "今天不是补贴日"),
        ({"dates": (date(2026, 10, 18),)}, {}, "今天不是补贴日"),
        ({"periods": ("dinner",)}, {}, "只补晚餐"),
        ({"channels": ("delivery",)}, {}, "只补送餐"),
        ({"item_classes": ("set",)}, {"item_class": "dish"}, "只补套餐"),
        ({"site_in": (("深圳市",),)}, {}, "不在深圳市的食堂就餐"),
        ({"site_traits_any": ("own_kitchen",)}, {}, "本食堂不在补贴范围"),
        ({"meals_of_day": (1,)}, {"history": History(meals_today=1)}, "今日第 2 餐不补"),
    ],
)
def test_each_guard_says_why_it_does_not_pay(guard, facts, why):
    meal = priced(guarded(**guard), **facts)
    assert meal.subsidy_fen == 0
    assert meal.reason_zh == f"82 岁，不享受补贴：{why}"


def test_a_make_up_workday_on_a_sunday_is_a_workday():
    meal = priced(guarded(days="workdays"), service_date=date(2026, 2, 15), is_workday=True)
    assert meal.subsidy_fen == 200


@pytest.mark.parametrize(
    ("level", "site", "paid"),
    [
        ("town", ("广州市", "增城区", "派潭镇"), False),
        ("district", ("广州市", "增城区", "派潭镇"), True),
        ("district", ("广州市", "越秀区", "正果镇"), False),
        ("city", ("广州市", "越秀区", "北京街"), True),
        ("city", ("佛山市", "南海区", "西樵镇"), False),
        ("town", ("广州市", "增城区"), False),
    ],
)
def test_a_part_is_lost_away_from_the_place_of_registration(level, site, paid):
    assert (priced(guarded(site_in_same=level), site_path=site).subsidy_fen > 0) is paid


@pytest.mark.parametrize(
    ("person", "facts", "why"),
    [
        (Person(age_from=70), WANG, "未满 70 周岁"),
        (Person(age_below=60), WANG, "已满 60 周岁"),
        (Person(age_from=60), {"birthday": None}, "没有登记出生日期"),
        (Person(tags_all=("dibao", "care_severe")), CHEN, "不属于重度失能"),
        (Person(tags_none=("dibao",)), CHEN, "低保不在此列"),
        (Person(hukou_in=(("深圳市",),)), {}, "户籍不在深圳市"),
        (Person(hukou_not_in=(("广州市",),)), {}, "户籍在广州市的除外"),
        (Person(residence_in=(("深圳市",),)), {}, "不住在深圳市"),
        (Person(in_institution=False), {"in_institution": True}, "住在养老机构"),
        (Person(registered_here=True), {"registered_here": False}, "不在本食堂登记"),
        (Person(passes_any=("year",)), {}, "没有有效的餐卡套餐"),
    ],
)
def test_each_person_test_says_why_it_does_not_pay(person, facts, why):
    meal = priced(for_people(person), **facts)
    assert meal.subsidy_fen == 0
    assert why in meal.reason_zh


def test_any_one_way_to_qualify_is_enough():
    policy = for_people(Person(age_from=70), Person(age_from=60, tags_any=("dibao",)))
    assert priced(policy, **WANG).subsidy_fen == 0
    assert priced(policy, **WANG, tags=frozenset({"dibao"})).subsidy_fen == 200


def test_the_nearest_reason_is_told_first():
    policy = for_people(Person(age_from=100), Person(age_from=70), Person(tags_any=("tekun",)))
    assert "未满 70 周岁" in priced(policy, **WANG).reason_zh


def test_a_place_holds_everything_inside_it_and_nothing_beside_it():
    policy = for_people(Person(hukou_in=(("广州市", "增城区"),)))
    assert priced(policy, hukou_path=ZHENGGUO).subsidy_fen == 200
    assert priced(policy, hukou_path=("广州市",)).subsidy_fen == 0


def test_a_pass_opens_its_price():
    rule = make_rule(off(200), who=(Person(passes_any=("year",)),))
    policy = make_policy(rule, passes=(Pass("year", NAME, 36500, 365),))
    assert priced(policy, passes=frozenset({"year"})).subsidy_fen == 200


def test_grants_are_earned_beside_the_meal():
    grants = (
        Grant("ride", NAME, "city", "delivery", 200, who=(Person(age_from=80),)),
        Grant("meal", NAME, "city", "subsidised_meal", 150),
        Grant("day", NAME, "city", "subsidised_day", 300),
    )
    policy = make_policy(make_rule(off(200), who=(Person(age_from=70),)), grants=grants)

    def earned(**facts):
        return [grant.rule for grant in priced(policy, **facts).grants]

    assert earned() == ["meal", "day"]
    assert earned(channel="delivery") == ["ride", "meal", "day"]
    assert earned(**WANG) == []
    assert earned(history=History(tallies={("day", "here@city"): Tally(1, 200)})) == ["meal"]


@pytest.mark.parametrize(
    ("amount", "given", "bonus"),
    [(9999, 0, 0), (10000, 0, 1000), (25000, 0, 2000), (90000, 0, 5000), (10000, 4500, 500)],
)
def test_a_top_up_bonus_comes_for_every_full_sum_up_to_its_cap(amount, given, bonus):
    offer = TopUp("hundred", NAME, "operator", 10000, 1000, None, True, 5000)
    policy = make_policy(make_rule(off(200)), top_ups=(offer,))
    facts = TopUpFacts(
        service_date=date(2026, 3, 4),
        amount_fen=amount,
        birthday=None,
        bonus_this_month_fen={"here/hundred": given},
    )
    assert sum(part.amount_fen for part in top_up_bonus(policies=[policy], facts=facts)) == bonus
