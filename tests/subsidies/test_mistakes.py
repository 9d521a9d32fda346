"""Whatever is wrong with a document is told; nothing else ever comes out of reading it."""

import copy
import random
from datetime import date, time
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.subsidies.documents import PolicyInvalid, examine_policy, parse_policy
from canteen.subsidies.policy import Policy
from canteen.subsidies.rules import price_meal
from canteen.subsidies.tree import read_tree, write_tree
from tests.subsidies.makers import make_meal

SHELF = files("canteen.subsidies") / "policies"
DOCUMENTS = {
    file.name.removesuffix(".toml"): file.read_text("utf-8")
    for file in SHELF.iterdir()
    if file.name.endswith(".toml")
}
ODD: list[Any] = [
    *(0, -1, 3, 7, 99, 150, 10**30, True, False),
    *(Decimal("3.005"), Decimal("-2"), Decimal("nan"), Decimal("inf"), Decimal("1e999999")),
    *(Decimal("0.10000000000000000000000000001"), Decimal("2.50")),
    *("", " ", "none", "any", "open", "city", "lunch", "dibao", "低保", "\x00", "长" * 600, "a/b"),
    *([], [[]], [1], ["dibao"], ["lunch", "lunch"], [{}], {}, {"zh": "名"}, {"kind": "free"}),
    *(date(2026, 2, 28), date(1900, 1, 1), time(11, 30), time(11, 30, 5)),
]


def outcome(text: str) -> Policy | PolicyInvalid:
    policy, problems = examine_policy(text)
    if policy is not None and not problems:
        return parse_policy(text)
    assert problems
    for problem in problems:
        assert problem.key
        assert problem.zh
        assert problem.en
        assert "None" not in f"{problem.zh}{problem.en}"
    with pytest.raises(PolicyInvalid) as caught:
        parse_policy(text)
    assert str(caught.value)
    return caught.value


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Every (table or list, key or index) of a tree."""
    found = []
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in inner:
        found.append((tree, key))
        if isinstance(value, dict | list):
            found += places(value)
    return found


def mutated(code: str, seed: int) -> str:
    """The document with one thing gone, doubled, renamed or replaced."""
    rng = random.Random(seed)
    tree = read_tree(DOCUMENTS[code])
    place, key = rng.choice(places(tree))
    act = rng.choice(["drop", "replace", "replace", "replace", "rename", "double"])
    if act == "drop":
        del place[key]
    elif act == "rename" and isinstance(place, dict):
        place[f"{key}{rng.choice('sx_1')}"] = place.pop(key)
    elif act == "double" and isinstance(place, list):
        place.append(copy.deepcopy(place[key]))
    else:
        place[key] = rng.choice(ODD)
    return write_tree(tree)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(DOCUMENTS)), st.integers(0, 10**9))
def test_a_document_with_one_thing_changed_is_a_policy_or_told_what_is_wrong(code, seed):
    found = outcome(mutated(code, seed))
    if isinstance(found, Policy):
        assert price_meal(policies=[found], facts=make_meal()).pay_fen >= 0


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(DOCUMENTS)), st.data())
def test_a_document_with_letters_changed_is_a_policy_or_told_what_is_wrong(code, data):
    text = DOCUMENTS[code]
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 30))
    put = data.draw(
        st.sampled_from(["", '"', "[", "]", "=", "{", "\n", "9", "-", "。", "\x00", "#"])
    )
    outcome(text[:start] + put + text[start + length :])


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(DOCUMENTS)), st.lists(st.integers(0, 10**9), min_size=2, max_size=2))
def test_a_second_mistake_does_not_hide_the_first(code, seeds):
    """Reading mistakes of two rules are both told, and so is a contradiction beside them."""
    text = DOCUMENTS[code].replace("[[rule]]", "[[rule]]\nodd = 1", 1)
    text += '\n[[silence]]\nkey = "x"\nzh = "x"\n'
    _, problems = examine_policy(text)
    keys = {problem.key for problem in problems}
    assert {"rule[1].odd"} <= keys
    assert any(key.startswith("silence[") and key.endswith("].en") for key in keys)


def problems(code: str, *changes: tuple[str, str], more: str = "") -> dict[str, Any]:
    text = DOCUMENTS[code]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    found = outcome(text + more)
    assert isinstance(found, PolicyInvalid), "it was read without complaint"
    return {problem.key: problem for problem in found.problems}


TOP_UP = """
[[top_up]]
code = "t"
name = { zh = "送", en = "t" }
funder = "operator"
at_least_yuan = 0
yuan = 0
each = true
month_yuan = 0
"""
CAP = '\n[[cap]]\ncode = "more"\n'


@pytest.mark.parametrize(
    ("code", "cap", "key"),
    [
        ("tianjin", 'per = "meal"\nyuan = 3', "yuan"),
        ("tianjin", 'per = "meal"\nmeals = 1', "meals"),
        ("tianjin", 'per = "period"\nmeals = 2', "meals"),
        ("tianjin", 'per = "day"\nmeals = 2', "meals"),
        ("tianjin", 'per = "day"\nyuan = 4', "yuan"),
        ("tianjin", 'per = "week"\nmeals = 6', "meals"),
        ("tianjin", 'per = "week"\nyuan = 15', "yuan"),
        ("tianjin", 'per = "month"\nmeals = 30', "meals"),
        ("tianjin", 'per = "month"\nyuan = 93', "yuan"),
        ("tianjin", 'per = "year"\nmeals = 270', "meals"),
        ("tianjin", 'per = "year"\nyuan = 1000', "yuan"),
        ("tianjin", 'per = "meal"\nyuan = 2\nfunder = "city"', "yuan"),
        ("xuyi", 'per = "day"\nmeals = 4', "meals"),
        ("xuyi", 'per = "week"\nmeals = 21', "meals"),
        ("xuyi", 'per = "day"\nyuan = 5', "yuan"),
        ("xuyi", 'per = "month"\nyuan = 93', "yuan"),
        ("zhengguo", 'per = "meal"\nyuan = 11', "yuan"),
        ("zhengguo", 'per = "meal"\nyuan = 5\nfunder = "town"', "yuan"),
        ("zhengguo", 'per = "meal"\nyuan = 6\nrules = ["city", "district"]', "yuan"),
        ("nanchang", 'per = "day"\nmeals = 3', "meals"),
        ("nanchang", 'per = "week"\nmeals = 14', "meals"),
    ],
)
def test_a_cap_that_can_never_bind_is_refused_with_the_limit_that_would(code, cap, key):
    count = DOCUMENTS[code].count("[[cap]]") + 1
    found = problems(code, more=f"{CAP}{cap}\n")
    assert f"cap[{count}].{key}" in found


@pytest.mark.parametrize(
    ("code", "cap"),
    [
        ("tianjin", 'per = "day"\nyuan = 2'),
        ("tianjin", 'per = "week"\nyuan = 14'),
        ("tianjin", 'per = "month"\nmeals = 20'),
        ("tianjin", 'per = "meal"\nyuan = 1\nfunder = "city"'),
        ("xuyi", 'per = "day"\nmeals = 2'),
        ("xuyi", 'per = "day"\nmeals = 3'),
        ("xuyi", 'per = "week"\nmeals = 20'),
        ("zhengguo", 'per = "meal"\nyuan = 10'),
        ("zhengguo", 'per = "meal"\nyuan = 5\nrules = ["city", "district"]'),
        ("zhengguo", 'per = "month"\nyuan = 300'),
        ("nanchang", 'per = "day"\nmeals = 1'),
        ("zhengguo", 'per = "day"\nyuan = 20\neverywhere = true'),
    ],
)
def test_a_cap_that_can_bind_is_taken(code, cap):
    assert isinstance(outcome(f"{DOCUMENTS[code]}{CAP}{cap}\n"), Policy)


WHO = "rule[1].who[3].tags_any[1]"


@pytest.mark.parametrize(
    ("code", "old", "new", "key", "meant"),
    [
        ("tianjin", '"visited"', '"探访对象"', WHO, "visited"),
        ("tianjin", '"visited"', '"visted"', WHO, "visited"),
        ("tianjin", "valid_from", "valid_form", "valid_form", "valid_from"),
        ("tianjin", "meals = 5", "meal = 5", "cap[2].meal", "meals"),
        ("tianjin", 'kind = "off"', 'kind = "of"', "rule[1].effect.kind", "off"),
        ("tianjin", 'per = "week"', 'per = "weeks"', "cap[2].per", "week"),
        ("tianjin", '["city", "district"]', '["市级", "district"]', "funders[1]", "city"),
        ("shenzhen", '["lunch"]', '["lunhc"]', "rule[1].when.periods[1]", "lunch"),
        ("putuo", '["dine_in"]', '["dinein"]', "rule[2].when.channels[1]", "dine_in"),
    ],
)
def test_a_slip_of_the_pen_is_told_what_was_meant(code, old, new, key, meant):
    problem = problems(code, (old, new))[key]
    assert f"是不是 {meant}" in problem.zh
    assert f"did you mean {meant}" in problem.en


def test_all_mistakes_are_told_at_once_also_contradictions_beside_misreadings():
    found = problems(
        "putuo",
        ("age_from = 80, effect", "age_from = 81, effect"),
        ('overlap = "best_rule"', 'overlap = "best_rule"'),
        ("yuan = 5 }", "yuan = 5.001 }"),
        ('code = "day"', 'code = "Day"'),
    )
    assert set(found) == {"rule[1].bands[2].age_from", "rule[2].effect.yuan", "cap[1].code"}


def test_each_mistake_names_the_line_it_stands_on():
    found = problems(
        "putuo",
        ("age_from = 80, effect", "age_from = 81, effect"),
        ("at_least_yuan = 8", "at_least_yuan = 8.123"),
        ('rounding = "half_up"', 'rounding = "halfup"'),
    )
    lines = DOCUMENTS["putuo"].splitlines()
    where = {key: lines[problem.line - 1] for key, problem in found.items()}
    assert "at_least_yuan" in where["rule[2].when.spend.at_least_yuan"]
    assert where["terms.rounding"].startswith("rounding =")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("valid_from = 2022-01-01", "valid_from = 2022-02-30", "valid_from"),
        ("stage = 2", "stage = = 2", "stage"),
        ('place = "天津市"', 'place = "天津市', "place"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(old, new, line):
    found = problems("tianjin", (old, new))
    assert DOCUMENTS["tianjin"].splitlines()[found["TOML"].line - 1].startswith(line)
    assert f"第 {found['TOML'].line} 行" in str(found["TOML"])


@pytest.mark.parametrize(
    ("more", "key", "zh"),
    [
        (f'{CAP}per = "day"\nmeals = 1\nrule = "dibo"', "cap[2].rule", "是不是 dibao"),
        (f'{CAP}per = "day"\nmeals = 1\nrules = ["dibao", "dibo"]', "cap[2].rules[2]", "是不是"),
        (f'{CAP}per = "day"\nmeals = 1\nfunder = "city"', "cap[2].funder", "operator, district"),
        (
            f'{CAP}per = "day"\nmeals = 1\nrule = "age"\nfunder = "district"',
            "cap[2].funder",
            "只写",
        ),
        (
            TOP_UP,
            "top_up[1].at_least_yuan",
            "大于 0",
        ),
        (
            '\n[[quota]]\ncode = "m"\nname = { zh = "月", en = "m" }\nper = "month"\nyuan = 0',
            "quota[1].yuan",
            "大于 0",
        ),
    ],
)
def test_what_caps_quotas_and_bonuses_name_must_be_there(more, key, zh):
    assert zh in problems("putuo", more=f"{more}\n")[key].zh


def test_a_quota_nobody_can_use_up_is_refused():
    quota = '\n[[quota]]\ncode = "m"\nname = { zh = "月", en = "m" }\nper = "month"\nyuan = 400\n'
    effect = 'effect = { kind = "quota", quota = "m", percent = 100 }\n'
    found = problems(
        "putuo",
        ('effect = { kind = "off", yuan = 5 }\n', effect),
        more=f'{quota}{CAP}per = "day"\nyuan = 10\nrule = "dibao"\n',
    )
    assert "310" in found["quota[1].yuan"].zh
