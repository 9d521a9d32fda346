"""Refuses policies that contradict themselves, though every key by itself is fine.

Overlapping or gapped age bands, splits that do not add up, names that are not defined,
caps that can never bind, a policy that ends before it begins.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from canteen.subsidies.cap_checks import cap_problems
from canteen.subsidies.clause_checks import guard_problems, person_problems
from canteen.subsidies.conditions import Person
from canteen.subsidies.policy import Policy
from canteen.subsidies.reading import Problem
from canteen.subsidies.rule_checks import rule_problems


def problems_of(policy: Policy) -> list[Problem]:
    """Every contradiction in the policy; an empty list means it is sound."""
    return [
        *_dates(policy),
        *_codes(policy),
        *rule_problems(policy),
        *_payers(policy),
        *_people(policy),
        *_beside(policy),
        *cap_problems(policy),
    ]


def _dates(policy: Policy) -> Iterator[Problem]:
    until = policy.valid_until
    if until is not None and until < policy.valid_from:
        begins = policy.valid_from.isoformat()
        yield Problem(
            "valid_until",
            until.isoformat(),
            f"不能早于 valid_from（{begins}）",
            f"not before valid_from ({begins})",
        )


def _codes(policy: Policy) -> Iterator[Problem]:
    """Codes name things in meals and claims, so each stands once in its list."""
    lists: dict[str, Sequence[Any]] = {
        "rule": policy.rules,
        "cap": policy.caps,
        "quota": policy.quotas,
        "pass": policy.passes,
        "grant": policy.grants,
        "top_up": policy.top_ups,
    }
    for name, items in lists.items():
        counts = Counter(item.code for item in items)
        for index, item in enumerate(items, start=1):
            if counts[item.code] > 1:
                yield Problem(f"{name}[{index}].code", item.code, "代码重复", "used twice")
    grants_and_rules = {rule.code for rule in policy.rules} & {g.code for g in policy.grants}
    for code in sorted(grants_and_rules):
        yield Problem("grant.code", code, "与一条规则同名", "a rule has the same code")


def _beside(policy: Policy) -> Iterator[Problem]:
    """Grants and bonuses: sums above nothing, and guards that can hold."""
    for index, grant in enumerate(policy.grants, start=1):
        if grant.fen == 0:
            yield Problem(f"grant[{index}].yuan", 0, "应大于 0", "above 0")
        yield from guard_problems(grant.when, f"grant[{index}].when", policy)
    for index, top_up in enumerate(policy.top_ups, start=1):
        key = f"top_up[{index}]"
        if top_up.at_least_fen == 0:
            yield Problem(f"{key}.at_least_yuan", 0, "应大于 0", "above 0")
        if top_up.fen == 0:
            yield Problem(f"{key}.yuan", 0, "应大于 0", "above 0")
        if top_up.month_fen == 0:
            yield Problem(f"{key}.month_yuan", 0, '应大于 0，或 "none"', 'above 0, or "none"')
        if top_up.each and top_up.basis_points is not None:
            zh, en = "按比例送时应为 false", "false where a percentage is given"
            yield Problem(f"{key}.each", True, zh, en)


def _payers(policy: Policy) -> Iterator[Problem]:
    """Who pays must be listed, since the list is the order of paying."""
    used: list[tuple[str, str]] = []
    for index, rule in enumerate(policy.rules, start=1):
        used += [(f"rule[{index}]", share.funder) for share in rule.split]
    used += [(f"grant[{i}]", each.funder) for i, each in enumerate(policy.grants, start=1)]
    used += [(f"top_up[{i}]", each.funder) for i, each in enumerate(policy.top_ups, start=1)]
    for path, funder in used:
        if funder not in policy.funders:
            listed = ", ".join(policy.funders)
            zh, en = f"未列入 funders：{listed}", f"not in funders: {listed}"
            yield Problem(f"{path}.funder", funder, zh, en)
    for funder in policy.funders:
        if funder not in {name for _, name in used}:
            yield Problem("funders", funder, "没有规则由其出资", "no rule is paid by it")


def _people(policy: Policy) -> Iterator[Problem]:
    for path, who in _all_who(policy):
        for index, person in enumerate(who, start=1):
            yield from person_problems(person, f"{path}.who[{index}]", policy)


def _all_who(policy: Policy) -> Iterable[tuple[str, tuple[Person, ...]]]:
    lists: dict[str, Sequence[Any]] = {
        "rule": policy.rules,
        "grant": policy.grants,
        "top_up": policy.top_ups,
    }
    for name, items in lists.items():
        for index, item in enumerate(items, start=1):
            yield f"{name}[{index}]", item.who
