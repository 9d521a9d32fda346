"""From a TOML policy document to a frozen `Policy`.

`parse_policy` refuses what it cannot mean with `PolicyInvalid`, which names every wrong
key, its value and what would be right. `write_policy` (in `writing`, offered here too)
is its opposite: reading back what it wrote gives an equal policy. The keys are explained
in ``policies/README.md``.
"""

import tomllib
from decimal import Decimal
from typing import Any, get_args, get_type_hints

from canteen.residents.tags import BY_CODE
from canteen.subsidies import checks
from canteen.subsidies.policy import (
    FUNDERS,
    LEVELS,
    Band,
    Cap,
    Effect,
    Grant,
    Guard,
    Pass,
    Person,
    Policy,
    Quota,
    Rule,
    Share,
    Silence,
    Spend,
    Target,
    Terms,
    TopUp,
    Window,
)
from canteen.subsidies.reading import Node, PolicyInvalid, Problem
from canteen.subsidies.writing import write_policy

__all__ = ["PolicyInvalid", "Problem", "parse_policy", "write_policy"]

TARGETS = get_args(Target)
SPANS = ("meal", "period", "day", "week", "month", "year")
QUOTA_SPANS = ("day", "week", "month", "year")
DAYS = ("workdays", "rest_days", "no_public_holidays", "public_holidays")
GRANTS = ("delivery", "subsidised_delivery", "subsidised_meal", "subsidised_day")
OF = ("list", "remaining")
CHANNELS = ("dine_in", "takeaway", "delivery")
MAX_AGE = 150


def parse_policy(text: str) -> Policy:
    """Read a policy. Raises `PolicyInvalid` with every problem found."""
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        problem = Problem("TOML", str(error), "文件不是合法的 TOML", "the file is no valid TOML")
        raise PolicyInvalid([problem]) from error
    root = Node(table, "", [])
    policy = _policy(root)
    if root.problems:
        raise PolicyInvalid(root.problems)
    problems = checks.problems_of(policy)
    if problems:
        raise PolicyInvalid(problems)
    return policy


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
        who=_who(node),
        when=_guard(node.child("when", {})),
        remainder_to=node.choice("remainder_to", FUNDERS, None),
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
    return (Band(_effect(node.child("effect", {}))),)


def _band(node: Node) -> Band:
    band = Band(
        _effect(node.child("effect")),
        node.whole("age_from", 0, MAX_AGE, None),
        node.whole("age_below", 1, MAX_AGE, None),
    )
    node.finish()
    return band


def _effect(node: Node) -> Effect:
    kind = node.choice("kind", tuple(_EFFECTS))
    effect = Effect(kind, **_EFFECTS[kind](node)) if kind else Effect("nothing")
    if kind:
        node.finish()
    return effect


def _percent_off(node: Node) -> dict[str, Any]:
    return {
        "basis_points": node.percent("percent"),
        "of": node.choice("of", OF),
        "ceiling_fen": node.yuan_or("ceiling_yuan", "none"),
    }


def _pay(node: Node) -> dict[str, Any]:
    return {
        "fen": node.yuan("yuan"),
        "set_price_fen": node.yuan_or("set_price_yuan", "any"),
    }


def _nth_meal(node: Node) -> dict[str, Any]:
    return {
        "steps_fen": node.yuans("pay_yuan"),
        "after": node.choice("after", ("last", "nothing")),
    }


_EFFECTS: dict[str, Any] = {
    "off": lambda node: {"fen": node.yuan("yuan")},
    "percent_off": _percent_off,
    "pay": _pay,
    "pay_at_most": lambda node: {
        "fen": node.yuan("yuan"),
        "ceiling_fen": node.yuan_or("ceiling_yuan", "none"),
    },
    "free": lambda node: {},
    "nth_meal": _nth_meal,
    "quota": lambda node: {
        "quota": node.code("quota"),
        "basis_points": node.percent("percent"),
    },
    "nothing": lambda node: {},
}


def _who(node: Node) -> tuple[Person, ...]:
    return tuple(_person(each) for each in node.children("who"))


def _person(node: Node) -> Person:
    person = Person(
        age_from=node.whole("age_from", 0, MAX_AGE, None),
        age_below=node.whole("age_below", 1, MAX_AGE, None),
        tags_any=node.choices("tags_any", BY_CODE),
        tags_all=node.choices("tags_all", BY_CODE),
        tags_none=node.choices("tags_none", BY_CODE),
        hukou_in=node.places("hukou_in"),
        hukou_not_in=node.places("hukou_not_in"),
        residence_in=node.places("residence_in"),
        in_institution=node.flag("in_institution", None),
        registered_here=node.flag("registered_here", None),
        passes_any=node.codes("passes_any"),
    )
    node.finish()
    return person


def _guard(node: Node) -> Guard:
    guard = Guard(
        periods=node.codes("periods"),
        channels=node.choices("channels", CHANNELS),
        item_classes=node.codes("item_classes"),
        days=node.choice("days", DAYS, None),
        weekdays=node.wholes("weekdays", 1, 7),
        days_of_month=node.wholes("days_of_month", 1, 31),
        dates=node.days("dates"),
        windows=tuple(_window(each) for each in node.children("windows")),
        spend=_spend(node.child("spend")) if node.has("spend") else None,
        site_in=node.places("site_in"),
        site_in_same=node.choice("site_in_same", LEVELS, None),
        site_traits_any=node.codes("site_traits_any"),
        site_traits_none=node.codes("site_traits_none"),
        meals_of_day=node.wholes("meals_of_day", 1, 20),
    )
    node.finish()
    return guard


def _spend(node: Node) -> Spend:
    if node.has("at_least_yuan") == node.has("more_than_yuan"):
        want = ("at_least_yuan 与 more_than_yuan 写且只写一个", "one of the two, not both")
        node.note("at_least_yuan", *want)
    strictly = node.has("more_than_yuan")
    at_least = node.yuan("at_least_yuan", 0)
    more_than = node.yuan("more_than_yuan", 0)
    spend = Spend(
        fen=more_than if strictly else at_least,
        strictly_more=strictly,
        of=node.choice("of", OF),
        counts=node.choice("counts", TARGETS),
    )
    node.finish()
    return spend


def _window(node: Node) -> Window:
    window = Window(
        start=node.clock("from"),
        end=node.clock("until"),
        end_counts=node.flag("until_counts"),
        period=node.code("period") if node.has("period") else None,
    )
    node.finish()
    return window


def _cap(node: Node) -> Cap:
    if node.has("meals") == node.has("yuan"):
        node.note("meals", "meals 与 yuan 写且只写一个", "write either meals or yuan")
    cap = Cap(
        code=node.code("code"),
        per=node.choice("per", SPANS),
        meals=node.whole("meals", 1, 9999, None),
        fen=node.yuan("yuan", None),
        rule=node.code("rule") if node.has("rule") else None,
        funder=node.choice("funder", FUNDERS, None),
        everywhere=node.flag("everywhere", False),
        site_in=node.places("site_in"),
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
        who=_who(node),
        when=_guard(node.child("when", {})),
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
        who=_who(node),
    )
    node.finish()
    return top_up


def _silence(node: Node) -> Silence:
    silence = Silence(key=node.text("key"), zh=node.text("zh"), en=node.text("en"))
    node.finish()
    return silence
