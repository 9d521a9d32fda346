"""What caps and quotas leave of an entitlement: 每周最多补 5 次，本周还可补 2 次."""

from collections.abc import Iterator

from canteen.foundation.money import spoken_yuan
from canteen.subsidies.description import PER
from canteen.subsidies.eligibility import inside
from canteen.subsidies.facts import History
from canteen.subsidies.policy import Cap, Place, Policy, Quota, Rule
from canteen.subsidies.wording import SPANS, Both

COUNTED = ("day", "week", "month", "year")
"""Spans in which something may be left; a single meal or mealtime is over at once."""


def limits_on(policy: Policy, rule: Rule, site_path: Place, history: History) -> Iterator[Both]:
    """Each cap and quota a rule is under at a canteen, with what is left of it today."""
    for cap in policy.caps:
        if _holds(cap, rule, site_path):
            yield _cap(policy, cap, history)
    for quota in policy.quotas:
        if rule.code in policy.rules_by_quota[quota.code]:
            yield _quota(policy, quota, history)


def _holds(cap: Cap, rule: Rule, site_path: Place) -> bool:
    return (
        (not cap.named_rules or rule.code in cap.named_rules)
        and (cap.funder is None or cap.funder in {share.funder for share in rule.split})
        and (not cap.site_in or inside(site_path, cap.site_in))
    )


def _cap(policy: Policy, cap: Cap, history: History) -> Both:
    (per_zh, per_en), (span_zh, span_en) = PER[cap.per], SPANS[cap.per]
    seen = history.together(cap.per, cap.scopes(policy.code))
    if cap.meals is not None:
        zh, en = f"{per_zh}最多补 {cap.meals} 次", f"at most {_times(cap.meals)} {per_en}"
        left = max(0, cap.meals - seen.meals)
        left_zh, left_en = f"还可补 {left} 次", f"{left} left"
    else:
        yuan = spoken_yuan(cap.fen or 0)
        zh, en = f"{per_zh}最多补 {yuan} 元", f"at most {yuan} yuan {per_en}"
        left = max(0, (cap.fen or 0) - seen.fen)
        left_zh, left_en = f"还可补 {spoken_yuan(left)} 元", f"{spoken_yuan(left)} yuan left"
    if cap.per not in COUNTED:
        return zh, en
    if not left:
        left_zh, left_en = "已补满", "none left"
    return f"{zh}，{span_zh}{left_zh}", f"{en}; {left_en} {span_en}"


def _times(meals: int) -> str:
    return "once" if meals == 1 else f"{meals} times"


def _quota(policy: Policy, quota: Quota, history: History) -> Both:
    scopes = [f"{policy.code}/{rule}" for rule in policy.rules_by_quota[quota.code]]
    left = history.quota_left_fen.get(f"{policy.code}/{quota.code}")
    if left is None:
        left = max(0, quota.fen - history.together(quota.per, scopes).fen)
    (per_zh, per_en), (span_zh, span_en) = PER[quota.per], SPANS[quota.per]
    whole, rest = spoken_yuan(quota.fen), spoken_yuan(left)
    return (
        f"{quota.name.zh}{per_zh} {whole} 元，{span_zh}还剩 {rest} 元",
        f"{quota.name.en}: {whole} yuan {per_en}, {rest} yuan left {span_en}",
    )
