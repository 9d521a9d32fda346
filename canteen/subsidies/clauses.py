"""Reads the clauses that rules, grants and top-ups share: who, when, and what is given."""

from typing import Any, get_args

from canteen.residents.tags import BY_CODE
from canteen.subsidies.conditions import LEVELS, Guard, Person, Spend, Target, Window
from canteen.subsidies.policy import Effect
from canteen.subsidies.reading import Node

TARGETS = get_args(Target)
DAYS = ("workdays", "rest_days", "no_public_holidays", "public_holidays")
OF = ("list", "remaining")
CHANNELS = ("dine_in", "takeaway", "delivery")
MAX_AGE = 150


def effect_of(node: Node) -> Effect:
    """What is given; ``kind`` decides which other keys are required."""
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


def who_of(node: Node) -> tuple[Person, ...]:
    """The ways to qualify; none stated means everybody."""
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


def guard_of(node: Node) -> Guard:
    """When and where; what is not stated is not tested."""
    guard = Guard(
        periods=node.codes("periods"),
        channels=node.choices("channels", CHANNELS),
        item_classes=node.codes("item_classes"),
        days=node.choice("days", DAYS, None),
        weekdays=node.wholes("weekdays", 1, 7),
        days_of_month=node.wholes("days_of_month", 1, 31),
        months=node.wholes("months", 1, 12),
        dates=node.days("dates"),
        birthday=node.choice("birthday", ("day", "month"), None),
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
    """From at least or above one sum, up to or below another; one of them is needed."""
    lower = _one_sum(node, "at_least_yuan", "more_than_yuan")
    upper = _one_sum(node, "at_most_yuan", "below_yuan")
    if lower is None and upper is None:
        node.note(
            "at_least_yuan",
            "at_least_yuan、more_than_yuan、at_most_yuan、below_yuan 至少写一个",
            "at least one of at_least_yuan, more_than_yuan, at_most_yuan, below_yuan",
        )
    low, top = lower or ("at_least_yuan", 0), upper or ("at_most_yuan", None)
    spend = Spend(
        fen=low[1],
        strictly_more=low[0] == "more_than_yuan",
        of=node.choice("of", OF),
        counts=node.choice("counts", TARGETS),
        top_fen=top[1],
        top_counts=top[0] == "at_most_yuan",
    )
    node.finish()
    return spend


def _one_sum(node: Node, inclusive: str, exclusive: str) -> tuple[str, int] | None:
    """Which of two keys is written, and its amount; both at once is a problem."""
    sums = {name: node.yuan(name, 0) for name in (inclusive, exclusive)}
    stated = [name for name in sums if node.has(name)]
    if len(stated) == 2:
        node.note(exclusive, f"与 {inclusive} 只写一个", f"write this or {inclusive}, not both")
    return (stated[0], sums[stated[0]]) if stated else None


def _window(node: Node) -> Window:
    window = Window(
        start=node.clock("from"),
        end=node.clock("until"),
        end_counts=node.flag("until_counts"),
        period=node.code("period") if node.has("period") else None,
    )
    node.finish()
    return window
