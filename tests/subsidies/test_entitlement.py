"""What one person gets, from whom, until when, and what they do not get and why."""

from datetime import date
from importlib.resources import files

import pytest

from canteen.subsidies.conditions import Guard, Person
from canteen.subsidies.documents import parse_policy
from canteen.subsidies.entitlement import Card, Holder, entitlement_card
from canteen.subsidies.facts import stated_history
from canteen.subsidies.policy import Cap, Effect, Pass, TopUp, Words
from canteen.subsidies.rules import Tally
from tests.subsidies.makers import make_policy, make_rule, make_terms, off

SHELF = files("canteen.subsidies") / "policies"
DAY = date(2026, 11, 23)
NAME = Words("名", "name")


def shipped(code: str):
    return parse_policy((SHELF / f"{code}.toml").read_text("utf-8"))


def card(*policies, day: date = DAY, history=None, **holder) -> Card:
    usual = {"birthday": date(1944, 1, 31), "site_path": ("南昌市",)}
    return entitlement_card(
        policies=policies, holder=Holder(**(usual | holder)), day=day, history=history
    )


def said(found: Card) -> list[str]:
    return [each.what[0] for each in found.given]


def test_only_the_own_age_band_is_told_and_the_day_it_changes():
    (given,) = card(shipped("nanchang"), birthday=date(1947, 3, 4)).given
    assert given.what == ("每餐减 2 元", "2 yuan off each meal")
    assert given.payers[0] == "区财政承担"
    assert given.until == date(2027, 3, 3)
    assert given.then[0] == "2027年3月4日满 80 岁后每餐减 4 元"
    assert given.then[1] == "from 4 March 2027, at 80: 4 yuan off each meal"


def test_on_the_birthday_itself_the_new_band_is_given():
    assert said(card(shipped("nanchang"), birthday=date(1946, 11, 23))) == ["每餐减 4 元"]
    assert said(card(shipped("nanchang"), birthday=date(1946, 11, 24))) == ["每餐减 2 元"]


def test_somebody_born_on_a_leap_day_changes_on_the_first_of_march():
    (given,) = card(shipped("nanchang"), birthday=date(1948, 2, 29), day=date(2027, 2, 1)).given
    assert given.until == date(2028, 2, 28)
    (given,) = card(shipped("luzhou-jinjingwan"), birthday=date(1948, 2, 29)).given
    assert given.until == date(2028, 2, 28)
    (given,) = card(shipped("luzhou-jinjingwan"), birthday=date(1940, 2, 29)).given
    assert given.until == date(2030, 2, 28)
    assert given.then[0].startswith("2030年3月1日满 90 岁后")


def test_a_hardship_lasts_as_long_as_its_paper():
    found = card(
        shipped("nanchang"),
        birthday=date(1962, 5, 1),
        tag_spans=(("dibao", date(2026, 1, 1), date(2026, 12, 31)),),
    )
    (given,) = found.given
    assert given.until == date(2026, 12, 31)
    assert given.then[0] == "2027年1月1日起不再享受"


def test_a_paper_renewed_in_time_has_no_gap():
    spans = (
        ("dibao", date(2026, 1, 1), date(2026, 12, 31)),
        ("dibao", date(2027, 1, 1), date(2027, 12, 31)),
    )
    found = card(shipped("nanchang"), birthday=date(1968, 1, 1), tag_spans=spans)
    assert found.given == ()
    found = card(shipped("nanchang"), birthday=date(1962, 1, 1), tag_spans=spans)
    assert found.given[0].until == date(2027, 12, 31)


def test_when_the_paper_ends_the_age_still_gives():
    found = card(
        shipped("nanchang"),
        birthday=date(1950, 6, 1),
        tag_spans=(("dibao", date(2026, 1, 1), date(2026, 12, 31)),),
    )
    (given,) = found.given
    assert given.rule.code == "hardship"
    assert given.then[0] == "2027年1月1日起每餐减 2 元"


def test_of_two_that_exclude_each_other_the_card_shows_what_the_counter_gives():
    found = card(shipped("nanchang"), tag_spans=(("dibao", date(2026, 1, 1), None),))
    assert said(found) == ["每餐减 4 元"]
    (other,) = found.not_given
    assert "不能同享" in other.why[0]


def test_what_is_not_given_says_why_and_from_when():
    found = card(shipped("nanchang"), birthday=date(1959, 6, 1))
    age, hardship = found.not_given
    assert age.why == ("未满 70 周岁", "not yet 70")
    assert (age.begins, age.what[0]) == (date(2029, 6, 1), "每餐减 2 元")
    assert hardship.why[0] == "不属于特困、低保"
    assert hardship.begins is None


def test_a_part_that_is_lost_at_this_canteen_is_not_promised():
    found = card(
        shipped("zhengguo"),
        hukou_path=("广州市", "增城区", "正果镇"),
        site_path=("广州市", "增城区", "派潭镇"),
    )
    assert [each.rule.code for each in found.given] == ["city", "district"]
    assert found.not_given[0].why[0] == "不在本镇街就餐"


@pytest.mark.parametrize(("meals", "left"), [(0, "本周还可补 5 次"), (3, "2 次"), (6, "已补满")])
def test_what_is_left_of_a_weekly_cap_is_told(meals, left):
    policy = shipped("tianjin")
    history = stated_history([policy], spans={"week": Tally(meals, meals * 300)})
    found = card(policy, hukou_path=("天津市",), history=history)
    assert any(left in limit[0] for limit in found.given[0].limits)


def test_a_monthly_sum_and_a_pass_and_a_bonus():
    policy = make_policy(
        make_rule(off(300), who=(Person(passes_any=("year",)),)),
        caps=(Cap("month", "month", fen=5000),),
        passes=(Pass("year", NAME, 36500, 365),),
        top_ups=(TopUp("t", NAME, "city", 10000, 1000, None, True, None),),
    )
    history = stated_history([policy], spans={"month": Tally(10, 3050)})
    found = card(
        policy, history=history, pass_spans=(("year", date(2026, 1, 1), date(2026, 12, 31)),)
    )
    (given,) = found.given
    assert given.limits == (
        (
            "每月最多补 50 元，本月还可补 19.5 元",
            "at most 50 yuan a month; 19.5 yuan left this month",
        ),
    )
    assert given.until == date(2026, 12, 31)
    assert len(found.bonuses) == 1
    assert card(policy).given == ()


def test_a_new_version_that_begins_later_is_foretold():
    now = make_policy(make_rule(off(200)))
    later = make_policy(make_rule(off(500)), version=2, valid_from=date(2027, 1, 1))
    (given,) = card(now, later).given
    assert given.until == date(2026, 12, 31)
    assert given.then[0] == "2027年1月1日起每餐减 5 元"


def test_a_policy_that_ends_ends_the_entitlement():
    (given,) = card(make_policy(make_rule(off(200)), valid_until=date(2026, 12, 31))).given
    assert (given.until, given.then[1]) == (
        date(2026, 12, 31),
        "from 1 January 2027 no longer given",
    )


def test_rules_for_feasts_and_dear_meals_are_given_too():
    policy = make_policy(
        make_rule(Effect("free"), code="birthday", when=Guard(birthday="day")),
        make_rule(off(500), code="sunday", when=Guard(weekdays=(7,), days="rest_days")),
        make_rule(off(100), code="ride", pays_for="delivery", when=Guard(channels=("delivery",))),
        terms=make_terms(overlap="stack"),
    )
    assert [each.rule.code for each in card(policy).given] == ["birthday", "sunday", "ride"]
