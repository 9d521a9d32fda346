"""Refuses caps and quotas that name what is not there, and those that can never bind."""

from collections.abc import Iterator

from canteen.foundation.money import spoken_yuan
from canteen.subsidies.limits import most_fen, most_meals
from canteen.subsidies.policy import Cap, Policy, Rule
from canteen.subsidies.proximity import hint
from canteen.subsidies.reading import Problem


def cap_problems(policy: Policy) -> Iterator[Problem]:
    """Everything wrong with the caps and quotas of a policy."""
    for index, cap in enumerate(policy.caps, start=1):
        key = f"cap[{index}]"
        wrong = [*_names(policy, cap, key), *_combination(cap, key)]
        yield from wrong or _never_binds(policy, cap, key)
    for index, quota in enumerate(policy.quotas, start=1):
        key, drawing = f"quota[{index}]", policy.rules_by_quota[quota.code]
        if quota.fen == 0:
            yield Problem(f"{key}.yuan", 0, "应大于 0", "above 0")
        elif drawing:
            same = Cap(f"quota {quota.code}", quota.per, fen=quota.fen, rules=drawing)
            yield from _never_binds(policy, same, key)


def _names(policy: Policy, cap: Cap, key: str) -> Iterator[Problem]:
    known = [rule.code for rule in policy.rules]
    for place, code in enumerate(cap.named_rules, start=1):
        if code not in known:
            path = f"{key}.rule" if cap.rule else f"{key}.rules[{place}]"
            zh, en = hint(code, known)
            listed = ", ".join(known) or "—"
            yield Problem(path, code, f"没有这条规则{zh}：{listed}", f"known{en}: {listed}")
    if cap.funder is not None and cap.funder not in policy.funders and not cap.everywhere:
        listed = ", ".join(policy.funders)
        zh, en = f"未列入 funders：{listed}", f"not in funders: {listed}"
        yield Problem(f"{key}.funder", cap.funder, zh, en)


def _combination(cap: Cap, key: str) -> Iterator[Problem]:
    if cap.named_rules and cap.funder is not None:
        yield Problem(f"{key}.funder", cap.funder, "规则与 funder 只写一个", "a rule or a funder")
    if cap.named_rules and cap.everywhere:
        zh, en = "看规则的上限只管本政策，不写 everywhere", "a cap on rules is of this policy alone"
        yield Problem(f"{key}.everywhere", True, zh, en)
    if cap.fen == 0:
        yield Problem(f"{key}.yuan", 0, '应大于 0；不补写 kind = "nothing"', "above 0")
    if cap.per == "meal" and cap.meals is not None:
        yield Problem(f"{key}.meals", cap.meals, "每餐只有一餐，应写 yuan", "use yuan per meal")


def _never_binds(policy: Policy, cap: Cap, key: str) -> Iterator[Problem]:
    """A cap that other limits always keep below its own is a typing error."""
    counted = [rule for rule in policy.rules if _counts(cap, rule)]
    if not counted and not cap.everywhere:
        yield Problem(f"{key}.code", cap.code, "没有规则受它限制", "it limits no rule")
        return
    if cap.site_in and all(_is_elsewhere(cap, rule) for rule in counted):
        zh = "永远不会起作用：规则都不在这些地方"
        yield Problem(f"{key}.site_in", _places(cap), zh, "can never bind: no rule holds there")
        return
    meals = cap.meals is not None
    limit = cap.meals if cap.meals is not None else cap.fen
    reach = most_meals(policy, cap, counted) if meals else most_fen(policy, cap, counted)
    if reach is None or limit is None or limit < reach.binding_below:
        return
    most = str(reach.most) if meals else spoken_yuan(reach.most)
    right = _below(reach.binding_below, meals)
    yield Problem(
        f"{key}.{'meals' if meals else 'yuan'}",
        limit if meals else spoken_yuan(limit),
        f"永远不会起作用：其他规定已使其不超过 {most}；{right[0]}",
        f"can never bind: other limits keep it at {most} or less; {right[1]}",
    )


def _below(limit: int, meals: bool) -> tuple[str, str]:
    if limit <= 1:
        return "应删去", "take it out"
    told = limit if meals else spoken_yuan(limit)
    return f"应小于 {told}，或删去", f"should be below {told}, or be taken out"


def _counts(cap: Cap, rule: Rule) -> bool:
    return (not cap.named_rules or rule.code in cap.named_rules) and (
        cap.funder is None or cap.funder in {share.funder for share in rule.split}
    )


def _is_elsewhere(cap: Cap, rule: Rule) -> bool:
    """Whether a rule pays only at sites that lie outside all places of the cap."""
    if not rule.when.site_in:
        return False
    return not any(
        here[: len(there)] == there or there[: len(here)] == here
        for here in rule.when.site_in
        for there in cap.site_in
    )


def _places(cap: Cap) -> list[str]:
    return ["/".join(place) for place in cap.site_in]
