"""Policies of other cities, real and made up, each with cases worked out by hand."""

import pytest

from canteen.subsidies.cases import check_cases, report_lines
from canteen.subsidies.description import describe_policy
from canteen.subsidies.documents import parse_policy, write_policy
from tests.subsidies.makers import USUAL_TERMS

OLD = "[{ age_from = 60 }]"
POOR = '[{ tags_any = ["dibao"] }]'


def policy(code: str, *rules: str, funders: str = '["district"]', more: str = "", **terms: str):
    head = f'code = "{code}"\nversion = 1\nname = {{ zh = "政策{code}", en = "{code}" }}\n'
    head += 'place = "杭州市"\nsource = "手写"\nvalid_from = 2026-01-01\nvalid_until = "open"\n'
    chosen = "".join(f'{key} = "{value}"\n' for key, value in (USUAL_TERMS | terms).items())
    text = f"{head}funders = {funders}\n[terms]\n{chosen}{''.join(rules)}{more}"
    read = parse_policy(text)
    assert parse_policy(write_policy(read)) == read
    assert all(zh and en for zh, en in describe_policy(read))
    return read


def rule(code: str, effect: str, who: str = "", when: str = "", *, stage: int = 2, **keys: str):
    paid = (
        ""
        if "split" in keys
        else f"funder = {keys.pop('funder', chr(34) + 'district' + chr(34))}\n"
    )
    lines = "".join(f"{key} = {value}\n" for key, value in keys.items())
    given = f"bands = {effect}\n" if effect.startswith("[") else f"effect = {effect}\n"
    asked = f"who = {who}\n" if who else ""
    guard = f"[rule.when]\n{when}\n" if when else ""
    return (
        f'\n[[rule]]\ncode = "{code}"\nname = {{ zh = "补贴{code}", en = "{code}" }}\n'
        f"stage = {stage}\n{paid}{lines}{given}{asked}{guard}"
    )


def off(yuan: float) -> str:
    return f'{{ kind = "off", yuan = {yuan} }}'


def percent(points: float, of: str = "list", ceiling: str = '"none"') -> str:
    return f'{{ kind = "percent_off", percent = {points}, of = "{of}", ceiling_yuan = {ceiling} }}'


def cap(keys: str) -> str:
    return f'\n[[cap]]\ncode = "only"\n{keys}\n'


def all_hold(policies, cases: str) -> None:
    results = check_cases(policies, cases)
    assert all(result.passed for result in results), "\n".join(report_lines(results))


def test_a_percentage_by_care_grade_that_leaves_the_diner_two_yuan():
    least = {"diner_pays_at_least_yuan": "2"}
    hangzhou = policy(
        "hangzhou",
        rule("severe", percent(50, ceiling="6"), '[{ tags_any = ["care_grade_4"] }]', **least),
        rule("age", percent(15, ceiling="2"), OLD, **least),
        rounding="down",
        rounding_to="jiao",
    )  # fmt: skip
    all_hold(
        hangzhou,
        "case,date,age,tags,price_yuan,subsidy_yuan,pay_yuan,reason\n"
        "A,2026-03-04,70,,13,1.9,11.1,\n"
        "B,2026-03-04,70,care_grade_4,13,6,7,照护 4 级\n"
        "C,2026-03-04,70,care_grade_4,3,1,2,\n"
        "D,2026-03-04,70,care_grade_4,2,0,2,至少自付 2 元\n",
    )


def test_stacked_rules_leave_the_least_together():
    both = policy(
        "both",
        rule("city", off(3), OLD, funder='"city"', diner_pays_at_least_yuan="1"),
        rule("town", off(3), OLD, funder='"town"', diner_pays_at_least_yuan="1"),
        rule("poor", '{ kind = "free" }', POOR, stage=3, funder='"charity"'),
        funders='["city", "town", "charity"]',
        overlap="stack",
    )
    all_hold(
        both,
        "case,date,age,tags,price_yuan,subsidy_yuan,pay_yuan,split,reason\n"
        "A,2026-03-04,70,,5,4,1,city=3 town=1,至少自付 1 元\n"
        "B,2026-03-04,70,低保,5,5,0,city=3 town=1 charity=1,\n",
    )


def test_a_price_for_each_meal_of_the_day_and_a_free_ride():
    suzhou = policy(
        "suzhou",
        rule("nth", '{ kind = "nth_meal", pay_yuan = [10, 8], after = "nothing" }', OLD),
        rule(
            "ride", '{ kind = "free" }', "[{ age_from = 80 }]", 'channels = ["delivery"]',
            funder='"town"', pays_for='"delivery"',
        ),
        funders='["district", "town"]',
        overlap="stack",
    )  # fmt: skip
    all_hold(
        suzhou,
        "case,date,age,price_yuan,delivery_fee_yuan,channel,meals_today,pay_yuan,split,reason\n"
        "A,2026-03-04,70,15,,,0,10,district=5,\n"
        "B,2026-03-04,70,15,,,1,8,district=7,\n"
        "C,2026-03-04,70,15,,,2,15,none,今日第 3 餐不补\n"
        "D,2026-03-04,82,15,3,delivery,0,10,district=5 town=3,\n",
    )


def test_two_rules_draw_on_one_monthly_quota():
    quota = (
        '\n[[quota]]\ncode = "m"\nname = { zh = "月额度", en = "m" }\nper = "month"\nyuan = 100\n'
    )
    draw = '{{ kind = "quota", quota = "m", percent = {} }}'
    chengdu = policy(
        "chengdu",
        rule("poor", draw.format(100), POOR, 'periods = ["lunch"]'),
        rule("old", draw.format(50), "[{ age_from = 80 }]", 'periods = ["lunch"]'),
        more=quota,
    )
    all_hold(
        chengdu,
        "case,date,age,tags,period,price_yuan,month_yuan,quota_left,subsidy_yuan,reason\n"
        "A,2026-03-04,82,低保,lunch,15,,,15,\n"
        "B,2026-03-04,82,,lunch,15,95,,5,\n"
        "C,2026-03-04,82,,dinner,15,,,0,只补午餐\n"
        "D,2026-03-04,82,低保,lunch,15,100,,0,额度已用完\n"
        "E,2026-03-04,82,,lunch,15,,m=3.5,3.5,\n",
    )


def test_a_year_pass_and_one_yuan_a_meal():
    pay = '{ kind = "pay", yuan = 1, set_price_yuan = 15 }'
    held = '\n[[pass]]\ncode = "year"\nname = { zh = "年卡", en = "y" }\nprice_yuan = 365\n'
    one = policy(
        "pass",
        rule("p", pay, '[{ passes_any = ["year"] }]', funder='"operator"'),
        funders='["operator"]',
        more=f"{held}days = 365\n",
    )
    all_hold(
        one,
        "case,date,passes,price_yuan,pay_yuan\n"
        "A,2026-03-04,year,15,1\nB,2026-03-04,year,20,6\nC,2026-03-04,,15,15\n",
    )


def test_what_is_beyond_a_set_is_paid_by_the_diner_also_after_a_discount():
    after = policy(
        "after",
        rule("d", off(2), stage=1, funder='"operator"'),
        rule("p", '{ kind = "pay", yuan = 8, set_price_yuan = 12 }', OLD),
        funders='["operator", "district"]',
    )
    all_hold(
        after,
        "case,date,age,price_yuan,pay_yuan,split\n"
        "A,2026-03-04,70,12,8,operator=2 district=2\nB,2026-03-04,70,15,11,operator=2 district=2\n",
    )


def test_prices_in_steps_give_less_for_dearer_meals():
    tiers = policy(
        "tiers",
        rule("a", off(3), OLD, 'spend = { below_yuan = 15, of = "list", counts = "meal" }'),
        rule("b", off(2), OLD,
             'spend = { at_least_yuan = 15, at_most_yuan = 25, of = "list", counts = "meal" }'),
    )  # fmt: skip
    all_hold(
        tiers,
        "case,date,age,price_yuan,subsidy_yuan,reason\n"
        "A,2026-03-04,70,14.99,3,\nB,2026-03-04,70,15,2,\nC,2026-03-04,70,25,2,\n"
        "D,2026-03-04,70,25.01,0,餐费超过 25 元的不补\n",
    )


def test_workdays_and_holidays_are_those_of_the_state_council():
    days = policy(
        "days",
        rule("work", off(3), OLD, 'days = "workdays"'),
        rule("feast", off(5), OLD, 'days = "public_holidays"'),
    )
    all_hold(
        days,
        "case,date,age,price_yuan,subsidy_yuan,note\n"
        "A,2026-02-14,70,10,3,a Saturday worked for the Spring Festival\n"
        "B,2026-02-17,70,10,5,a Tuesday of the Spring Festival\n"
        "C,2026-10-10,70,10,3,a Saturday worked for National Day\n"
        "D,2026-03-07,70,10,0,an ordinary Saturday\n"
        "E,2026-01-02,70,10,5,the Friday after New Year's Day\n"
        "F,2026-01-04,70,10,3,the Sunday worked for it\n",
    )


def test_birthdays_months_and_feasts():
    feasts = policy(
        "feasts",
        rule("base", off(2), OLD, "months = [3, 10]"),
        rule("cake", off(5), OLD, 'birthday = "day"', stage=1, funder='"operator"'),
        rule(
            "ninth", '{ kind = "free" }', OLD, "dates = [2026-10-18]", stage=3, funder='"charity"'
        ),
        funders='["operator", "district", "charity"]',
    )
    all_hold(
        feasts,
        "case,date,birthday,price_yuan,split\n"
        "A,2026-10-18,1950-01-01,12,district=2 charity=10\n"
        "B,2026-03-04,1950-03-04,12,operator=5 district=2\n"
        "C,2026-02-28,1948-02-29,12,none\n"
        "D,2026-03-01,1948-02-29,12,operator=5 district=2\n"
        "E,2026-04-01,1950-01-01,12,none\n",
    )


def test_a_share_that_ends_and_a_ratio_that_survives_a_cap():
    ratio = policy(
        "ratio",
        rule(
            "s", off(5), OLD, remainder_to='"district"',
            split='[{ funder = "city", percent = 50, at_most_yuan = 2 },'
            ' { funder = "district", percent = 50 }]',
        ),
        funders='["city", "district"]',
        more=cap('per = "month"\nyuan = 50'),
    )  # fmt: skip
    all_hold(
        ratio,
        "case,date,age,price_yuan,month_yuan,split\n"
        "A,2026-03-04,70,10,,city=2 district=3\n"
        "B,2026-03-04,70,3.01,,city=1.5 district=1.51\n"
        "C,2026-03-04,70,10,47.99,city=1 district=1.01\n"
        "D,2026-03-04,70,10,50,none\n",
    )


def test_a_cap_over_some_rules_leaves_the_ride_alone_and_says_so():
    several = policy(
        "several",
        rule("a", off(2), OLD),
        rule("b", off(3), POOR),
        rule("ride", off(1), OLD, stage=3, pays_for='"delivery"'),
        more=cap('per = "day"\nmeals = 1\nrules = ["a", "b"]'),
    )
    all_hold(
        several,
        "case,date,age,tags,price_yuan,delivery_fee_yuan,channel,day_meals,subsidy_yuan,reason\n"
        "A,2026-03-04,70,低保,10,2,delivery,,4,\n"
        "B,2026-03-04,70,低保,10,2,delivery,1,1,“补贴b”不补：今日已补 1 次\n",
    )


def test_a_cap_on_everything_cuts_another_policy_too():
    all_ = policy(
        "all", rule("a", off(4), OLD), more=cap('per = "meal"\nyuan = 6\neverywhere = true')
    )
    town = policy("town", rule("t", off(5), OLD, funder='"town"'), funders='["town"]')
    all_hold([all_, town], "case,date,age,price_yuan,split\nA,2026-03-04,70,20,district=4 town=2\n")


def test_one_funder_pays_under_one_policy_whatever_the_stages():
    city = policy(
        "city", rule("c", off(3), OLD, funder='"city"'), funders='["city"]',
        with_others="best_per_funder",
    )  # fmt: skip
    town = policy(
        "town",
        rule("t", off(5), OLD, stage=3, funder='"city"'),
        rule("u", off(1), OLD, stage=3, funder='"town"'),
        funders='["city", "town"]',
        overlap="stack",
    )
    all_hold(
        [city, town],
        "case,date,age,price_yuan,split,reason\n"
        "A,2026-03-04,70,20,city=5 town=1,与“政策city”不同享\n",
    )


def test_charity_pays_ten_meals_and_the_district_half_of_the_others():
    ten = policy(
        "ten",
        rule("free", '{ kind = "free" }', POOR, funder='"charity"'),
        rule("half", percent(50), POOR),
        funders='["charity", "district"]',
        more=cap('per = "month"\nmeals = 10\nrule = "free"'),
    )
    all_hold(
        ten,
        "case,date,tags,price_yuan,month_meals,split,reason\n"
        "A,2026-03-04,低保,12,9,charity=12,本月第 10 餐，上限 10\n"
        "B,2026-03-04,低保,12,10,district=6,本月已补 10 次\n",
    )


@pytest.mark.parametrize(
    ("terms", "price", "pay"),
    [
        ({"rounding": "half_even"}, "10.04", "8.78"),
        ({"rounding": "half_even"}, "10.12", "8.86"),
        ({"rounding": "half_up"}, "10.12", "8.85"),
        ({"rounding": "up", "rounding_to": "yuan", "rounding_of": "pay"}, "13", "12"),
        ({"rounding": "half_up", "rounding_to": "jiao", "rounding_of": "pay"}, "13.4", "11.7"),
    ],
)
def test_an_eighth_is_rounded_as_written(terms, price, pay):
    eighth = policy("eighth", rule("e", percent(12.5), OLD), **terms)
    all_hold(eighth, f"case,date,age,price_yuan,pay_yuan\nA,2026-03-04,70,{price},{pay}\n")


def test_a_grant_by_the_day_waits_for_the_first_meal_somebody_else_paid():
    grants = policy(
        "grants",
        rule("disc", percent(10), stage=1, funder='"operator"'),
        rule("s", off(2), OLD, 'channels = ["dine_in"]'),
        funders='["operator", "district"]',
        more='\n[[grant]]\ncode = "day"\nname = { zh = "天", en = "d" }\nfunder = "district"\n'
        'per = "subsidised_day"\nyuan = 3\n',
    )
    all_hold(
        grants,
        "case,date,age,price_yuan,channel,day_meals,grants\n"
        "A,2026-03-04,70,10,dine_in,,day=3\nB,2026-03-04,70,10,takeaway,,none\n"
        "C,2026-03-04,70,10,dine_in,1,none\n",
    )
