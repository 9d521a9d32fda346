"""A document is read whole or refused with the key, the value and what is right."""

from importlib.resources import files

import pytest

from canteen.subsidies.documents import PolicyInvalid, parse_policy, write_policy

SHELF = files("canteen.subsidies") / "policies"
TIANJIN = (SHELF / "tianjin.toml").read_text("utf-8")
PUTUO = (SHELF / "putuo.toml").read_text("utf-8")
ZHENGGUO = (SHELF / "zhengguo.toml").read_text("utf-8")


def problems(text: str) -> dict[str, str]:
    with pytest.raises(PolicyInvalid) as caught:
        parse_policy(text)
    return {problem.key: str(problem) for problem in caught.value.problems}


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ('code = "tianjin"', 'code = "天津"', "code", "小写字母"),
        ("version = 1", "version = 0", "version", "1 至 9999"),
        ('place = "天津市"', 'place = "天津市/ "', "place", "广州市/增城区"),
        ("valid_from = 2022-01-01", 'valid_from = "去年"', "valid_from", "2026-01-01"),
        ('valid_until = "open"\n', "", "valid_until", "缺少"),
        ('valid_until = "open"', "valid_until = 2021-12-31", "valid_until", "2022-01-01"),
        ('rounding = "half_up"\n', "", "terms.rounding", "half_even"),
        ('overlap = "best_rule"', 'overlap = "best"', "terms.overlap", "best_per_funder"),
        ("yuan = 3 }", "yuan = 3.005 }", "rule[1].effect.yuan", "两位小数"),
        ("yuan = 3 }", 'yuan = "3" }', "rule[1].effect.yuan", "元"),
        ("yuan = 3 }", "yuan = -3 }", "rule[1].effect.yuan", "元"),
        ("yuan = 3 }", "yuan = nan }", "rule[1].effect.yuan", "元"),
        ("yuan = 3 }", "yuan = 0 }", "rule[1].effect.yuan", "应大于 0"),
        ("yuan = 3 }", "yuan = 3, max = 2 }", "rule[1].effect.max", "不认识这个键"),
        ('kind = "off"', 'kind = "gift"', "rule[1].effect.kind", "percent_off"),
        ('"visited"', '"poor"', "rule[1].who[3].tags_any[1]", "dibao"),
        ('per = "week"', 'per = "fortnight"', "cap[2].per", "month"),
        ("meals = 5", "meals = 7", "cap[2].meals", "应小于 7"),
        ("meals = 5", "meals = 5\nyuan = 3", "cap[2].meals", "只写一个"),
        ('code = "week"', 'code = "day"', "cap[2].code", "代码重复"),
        ('"district", percent = 50', '"district", percent = 40', "rule[1].split", "应为 100"),
        ('remainder_to = "city"', "", "rule[1].remainder_to", "除不尽"),
        ('remainder_to = "city"', 'remainder_to = "town"', "rule[1].remainder_to", "split"),
        ('funders = ["city", "district"]', 'funders = ["city"]', "rule[1].funder", "funders"),
        ('["city", "district"]', '["city", "district", "town"]', "funders", "没有规则由其出资"),
        (
            "age_from = 60, age_below = 70",
            "age_from = 70, age_below = 70",
            "rule[1].who[4].age_below",
            "大于",
        ),
        ("stage = 2", 'stage = 2\nfunder = "city"', "rule[1].funder", "只写一个"),
    ],
)
def test_a_mistake_is_named_with_its_key_and_what_is_right(old, new, key, says):
    found = problems(changed(TIANJIN, old, new))
    assert key in found
    assert says in found[key]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("age_from = 80, effect", "age_from = 78, effect", "年龄段重叠，应为 80"),
        ("age_from = 80, effect", "age_from = 81, effect", "年龄段断开，应为 80"),
    ],
)
def test_overlapping_and_gapped_bands_are_refused(old, new, says):
    assert says in problems(changed(PUTUO, old, new))["rule[1].bands[2].age_from"]


def test_fixed_shares_must_add_up_to_the_sum():
    text = changed(
        ZHENGGUO,
        'funder = "city"\neffect = { kind = "off", yuan = 3 }',
        'split = [{ funder = "city", yuan = 2 }, { funder = "district", yuan = 0.5 }]\n'
        'effect = { kind = "off", yuan = 3 }',
    )
    assert "应等于 rule[1].effect" in problems(text)["rule[1].split"]


def test_a_money_cap_above_what_a_meal_gives_can_never_bind():
    text = TIANJIN + '\n[[cap]]\ncode = "meal"\nper = "meal"\nyuan = 3\n'
    assert "永远不会起作用" in problems(text)["cap[3].yuan"]


def test_a_second_cap_of_the_same_span_must_be_tighter_to_bind():
    text = TIANJIN + '\n[[cap]]\ncode = "sum"\nper = "day"\nyuan = 3\n'
    assert "永远不会起作用" in problems(text)["cap[3].yuan"]
    parse_policy(text.replace("yuan = 3\n", "yuan = 2\n"))


def test_a_rule_draws_on_one_quota_in_all_its_bands():
    text = changed(
        PUTUO,
        'effect = { kind = "off", yuan = 2 }',
        'effect = { kind = "quota", quota = "m", percent = 50 }',
    )
    text += '\n[[quota]]\ncode = "m"\nname = { zh = "月", en = "month" }\nper = "month"\nyuan = 9\n'
    assert "同一额度" in problems(text)["rule[3].bands"]


def test_a_quota_must_be_defined():
    text = changed(
        TIANJIN, '{ kind = "off", yuan = 3 }', '{ kind = "quota", quota = "m", percent = 50 }'
    )
    assert "没有这个额度" in problems(text)["rule[1].effect.quota"]


def test_all_mistakes_are_told_at_once():
    text = changed(changed(TIANJIN, "stage = 2", "stage = 0"), "meals = 5", "meals = 0")
    assert problems(text).keys() >= {"rule[1].stage", "cap[2].meals"}


@pytest.mark.parametrize("text", ["", "code = ", "[" * 5000, "rule = 3", "terms = []"])
def test_what_is_no_document_is_refused(text):
    assert problems(text)


def test_the_order_of_keys_and_comments_do_not_matter():
    policy = parse_policy(TIANJIN)
    assert "#" not in write_policy(policy)
    assert parse_policy(write_policy(policy)) == policy
