"""From a TOML policy document to a frozen `Policy`.

`parse_policy` refuses what it cannot mean with `PolicyInvalid`, which names every wrong
key, its value and what would be right. `write_policy` (in `writing`, offered here too)
is its opposite: reading back what it wrote gives an equal policy. The keys are explained
in ``policies/README.md``.
"""

import re
import tomllib
from dataclasses import replace
from decimal import Decimal
from typing import get_args, get_type_hints

from canteen.subsidies.clauses import MAX_AGE, TARGETS, effect_of, guard_of, who_of
from canteen.subsidies.locating import line_of
from canteen.subsidies.policy import (
    FUNDERS,
    Band,
    Cap,
    Grant,
    Pass,
    Policy,
    Quota,
    Rule,
    Share,
    Silence,
    Terms,
    TopUp,
)
from canteen.subsidies.reading import Node, PolicyInvalid, Problem
from canteen.subsidies.sound_parts import problems_beside
from canteen.subsidies.writing import write_policy

__all__ = ["PolicyInvalid", "Problem", "examine_policy", "parse_policy", "write_policy"]

SPANS = ("meal", "period", "day", "week", "month", "year")
QUOTA_SPANS = ("day", "week", "month", "year")
GRANTS = ("delivery", "subsidised_delivery", "subsidised_meal", "subsidised_day")


def parse_policy(text: str) -> Policy:
    """Read a policy. Raises `PolicyInvalid` with every problem found."""
    policy, problems = examine_policy(text)
    if policy is None or problems:
        raise PolicyInvalid(problems)
    return policy


def examine_policy(text: str) -> tuple[Policy | None, list[Problem]]:
    """What a document says so far, and everything wrong with it.

    For an author in the middle of writing: rules, caps … whose keys have no problem are
    whole; of the others nothing may be relied on. None if the text is no TOML at all.
    """
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        return None, [_no_toml(error)]
    root = Node(table, "", [])
    policy = _policy(root)
    problems = [*root.problems, *problems_beside(policy, root.problems)]
    return policy, [replace(problem, line=line_of(problem.key, text)) for problem in problems]


def _no_toml(error: Exception) -> Problem:
    found = re.search(r"line (\d+), column (\d+)", str(error))
    what = "文件不是合法的 TOML；请看这一行的引号、括号、逗号，日期须真实存在"
    return Problem(
        "TOML",
        str(error) or type(error).__name__,
        what,
        "no valid TOML here: look at quotes, brackets and commas; a date must exist",
        int(found[1]) if found else None,
    )


def _policy(node: Node) -> Policy:
    terms = _terms(node.child("terms"))
    rules = tuple(_rule(each, terms) for each in node.children("rule"))
    policy = Policy(
        code=node.code("code"),
        version=node.whole("version", 1, 9999),
        name=node.words("name"),
        place=node.place("place"),
        source=node.text("source"),
        valid_from=node.day("valid_from"),
        valid_until=node.day_or("valid_until", "open"),
        funders=node.choices("funders", FUNDERS, ()),
        terms=terms,
        rules=rules,
        caps=tuple(_cap(each) for each in node.children("cap")),
        quotas=tuple(_quota(each) for each in node.children("quota")),
        passes=tuple(_pass(each) for each in node.children("pass")),
        grants=tuple(_grant(each) for each in node.children("grant")),
        top_ups=tuple(_top_up(each) for each in node.children("top_up")),
        silences=tuple(_silence(each) for each in node.children("silence")),
    )
    if not node.has("funders"):
        node.note("funders", "必须列出出资方", "the funders must be listed")
    if not (policy.rules or policy.grants or policy.top_ups):
        node.note("rule", "至少要有一条规则", "at least one rule is needed")
    node.finish()
    return policy


def _terms(node: Node) -> Terms:
    """Every choice is required: none of these has a right answer by itself."""
    hints = get_type_hints(Terms)
    terms = Terms(**{name: node.choice(name, get_args(hints[name])) for name in hints})
    node.finish()
    return terms


def _rule(node: Node, terms: Terms) -> Rule:
    rule = Rule(
        code=node.code("code"),
        name=node.words("name"),
        stage=node.whole("stage", 1, 9),
        split=_split(node),
        bands=_bands(node),
        pays_for=node.choice("pays_for", TARGETS, terms.pays_for),
        who=who_of(node),
        when=guard_of(node.child("when", {})),
        remainder_to=node.choice("remainder_to", FUNDERS, None),
        least_pay_fen=node.yuan("diner_pays_at_least_yuan", 0),
    )
    node.finish()
    return rule


def _split(node: Node) -> tuple[Share, ...]:
    if node.has("funder") == node.has("split"):
        want = ("funder 与 split 写且只写一个", "write either funder or split")
        node.note("funder", *want)
    if not node.has("split"):
        return (Share(node.choice("funder", FUNDERS, "operator")),)
    node.choice("funder", FUNDERS, None)
    return tuple(_share(each) for each in node.children("split"))


def _share(node: Node) -> Share:
    funder = node.choice("funder", FUNDERS)
    forms = [name for name in ("percent", "yuan", "rest") if node.has(name)]
    if len(forms) != 1:
        node.note("percent", "percent、yuan、rest 写且只写一个", "one of percent, yuan, rest")
    share = Share(
        funder,
        basis_points=node.percent("percent") if node.has("percent") else None,
        fen=node.yuan("yuan") if node.has("yuan") else None,
        ceiling_fen=node.yuan("at_most_yuan", None) if node.has("percent") else None,
    )
    if node.flag("rest", True) is False:
        node.note("rest", "只能写 true，或不写", "true, or leave it out")
    node.finish()
    return share


def _bands(node: Node) -> tuple[Band, ...]:
    if node.has("effect") == node.has("bands"):
        want = ("effect 与 bands 写且只写一个", "write either effect or bands")
        node.note("effect", *want)
    if node.has("bands"):
        node.child("effect", {})
        return tuple(_band(each) for each in node.children("bands"))
    return (Band(effect_of(node.child("effect", {}))),)


def _band(node: Node) -> Band:
    band = Band(
        effect_of(node.child("effect")),
        node.whole("age_from", 0, MAX_AGE, None),
        node.whole("age_below", 1, MAX_AGE, None),
    )
    node.finish()
    return band


def _cap(node: Node) -> Cap:
    if node.has("meals") == node.has("yuan"):
        node.note("meals", "meals 与 yuan 写且只写一个", "write either meals or yuan")
    if node.has("rule") and node.has("rules"):
        node.note("rules", "rule 与 rules 只写一个", "write rule or rules, not both")
    cap = Cap(
        code=node.code("code"),
        per=node.choice("per", SPANS),
        meals=node.whole("meals", 1, 9999, None),
        fen=node.yuan("yuan", None),
        rule=node.code("rule") if node.has("rule") else None,
        funder=node.choice("funder", FUNDERS, None),
        everywhere=node.flag("everywhere", False),
        site_in=node.places("site_in"),
        rules=node.codes("rules"),
    )
    node.finish()
    return cap


def _quota(node: Node) -> Quota:
    quota = Quota(
        code=node.code("code"),
        name=node.words("name"),
        per=node.choice("per", QUOTA_SPANS),
        fen=node.yuan("yuan"),
    )
    node.finish()
    return quota


def _pass(node: Node) -> Pass:
    held = Pass(
        code=node.code("code"),
        name=node.words("name"),
        price_fen=node.yuan("price_yuan"),
        days=node.whole("days", 1, 3660),
    )
    node.finish()
    return held


def _grant(node: Node) -> Grant:
    grant = Grant(
        code=node.code("code"),
        name=node.words("name"),
        funder=node.choice("funder", FUNDERS),
        per=node.choice("per", GRANTS),
        fen=node.yuan("yuan"),
        who=who_of(node),
        when=guard_of(node.child("when", {})),
    )
    node.finish()
    return grant


def _top_up(node: Node) -> TopUp:
    if node.has("yuan") == node.has("percent"):
        node.note("yuan", "yuan 与 percent 写且只写一个", "write either yuan or percent")
    top_up = TopUp(
        code=node.code("code"),
        name=node.words("name"),
        funder=node.choice("funder", FUNDERS),
        at_least_fen=node.yuan("at_least_yuan"),
        fen=node.yuan("yuan", None),
        basis_points=node.percent("percent") if node.has("percent") else None,
        each=node.flag("each"),
        month_fen=node.yuan_or("month_yuan", "none"),
        who=who_of(node),
    )
    node.finish()
    return top_up


def _silence(node: Node) -> Silence:
    silence = Silence(key=node.text("key"), zh=node.text("zh"), en=node.text("en"))
    node.finish()
    return silence
