"""Refuses caps that name what is not there, and caps that can never bind."""

from collections.abc import Iterator

from canteen.foundation.money import spoken_yuan
from canteen.subsidies.policy import Cap, Effect, Policy
from canteen.subsidies.reading import Problem


def cap_problems(policy: Policy) -> Iterator[Problem]:
    """Everything wrong with the caps of a policy."""
    rules = {rule.code: rule for rule in policy.rules}
    for index, cap in enumerate(policy.caps, start=1):
        key = f"cap[{index}]"
        if cap.rule is not None and cap.rule not in rules:
            listed = ", ".join(rules)
            yield Problem(f"{key}.rule", cap.rule, f"没有这条规则：{listed}", f"known: {listed}")
        elif cap.rule is not None and cap.funder is not None:
            yield Problem(f"{key}.funder", cap.funder, "rule 与 funder 只写一个", "rule or funder")
        elif cap.everywhere and cap.funder is None:
            yield Problem(f"{key}.everywhere", True, "须同时写 funder", "needs a funder")
        elif cap.funder is not None and cap.funder not in policy.funders:
            yield Problem(f"{key}.funder", cap.funder, "未列入 funders", "not in funders")
        elif cap.fen == 0:
            yield Problem(f"{key}.yuan", 0, "应大于 0", "above 0")
        else:
            yield from _never_binds(policy, cap, key)


MOST = {
    ("day", "week"): 7,
    ("day", "month"): 31,
    ("day", "year"): 366,
    ("week", "month"): 6,
    ("week", "year"): 54,
    ("month", "year"): 12,
}
"""How many of the shorter span a longer one can touch."""


def _never_binds(policy: Policy, cap: Cap, key: str) -> Iterator[Problem]:
    """A cap that other limits always keep below its own is a typing error."""
    if cap.per == "meal" and cap.meals is not None:
        yield Problem(f"{key}.meals", cap.meals, "每餐只有一餐，应写 yuan", "use yuan per meal")
        return
    reach = [
        *_reach_by_meals(policy, cap),
        *(_reach_by_sums(policy, cap) if cap.fen is not None else []),
    ]
    limit = cap.meals if cap.meals is not None else cap.fen
    if limit is None or not reach or limit < min(reach):
        return
    most = min(reach) if cap.meals is not None else spoken_yuan(min(reach))
    name, value = ("meals", limit) if cap.meals is not None else ("yuan", spoken_yuan(limit))
    yield Problem(
        f"{key}.{name}",
        value,
        f"永远不会起作用：其他规定已使其不超过 {most}，应小于 {most}",
        f"can never bind: other limits keep it at {most} or less; should be below {most}",
    )


def _reach_by_meals(policy: Policy, cap: Cap) -> Iterator[int]:
    """The most a cap on meals in a shorter span lets through, in this cap's own unit."""
    per_meal = _most_per_meal(policy, cap)
    for other in policy.caps:
        spans = _spans_in(other, cap)
        if other.meals is None or spans is None or not _is_wider(other, cap):
            continue
        if cap.meals is not None:
            yield other.meals * spans
        elif per_meal is not None:
            yield other.meals * spans * per_meal


def _reach_by_sums(policy: Policy, cap: Cap) -> Iterator[int]:
    per_meal = _most_per_meal(policy, cap)
    if cap.per in ("meal", "period") and per_meal is not None:
        yield per_meal
    for other in policy.caps:
        spans = _spans_in(other, cap)
        if other.fen is not None and spans is not None and _is_wider(other, cap):
            yield other.fen * spans


def _spans_in(other: Cap, cap: Cap) -> int | None:
    """How many of the other cap's spans this cap's span can touch; None if it is longer."""
    return 1 if other.per == cap.per else MOST.get((other.per, cap.per))


def _is_wider(other: Cap, cap: Cap) -> bool:
    """Whether `other` counts everything `cap` counts, and wherever `cap` holds."""
    if other is cap or (other.site_in and other.site_in != cap.site_in):
        return False
    if (other.rule, other.funder, other.everywhere) == (cap.rule, cap.funder, cap.everywhere):
        return True
    return (other.rule, other.funder) == (None, None) and not cap.everywhere


def _most_per_meal(policy: Policy, cap: Cap) -> int | None:
    """The most one meal can draw from what the cap counts; None if nothing bounds it."""
    if cap.everywhere:
        return None
    stages: dict[int, list[int]] = {}
    for rule in policy.rules:
        if cap.rule not in (None, rule.code):
            continue
        if cap.funder is not None and cap.funder not in {share.funder for share in rule.split}:
            continue
        amounts = [_most_of(band.effect) for band in rule.bands]
        known = [amount for amount in amounts if amount is not None]
        if len(known) < len(amounts):
            return None
        stages.setdefault(rule.stage, []).append(max(known))
    one_of_them = policy.terms.overlap in ("best_rule", "first_rule") or (
        policy.terms.overlap == "best_per_funder" and cap.funder is not None
    )
    return sum(max(amounts) if one_of_them else sum(amounts) for amounts in stages.values())


def _most_of(effect: Effect) -> int | None:
    if effect.kind == "off":
        return effect.fen
    if effect.kind == "nothing":
        return 0
    if effect.kind == "pay" and effect.set_price_fen is not None:
        return effect.set_price_fen - effect.fen
    return effect.ceiling_fen
