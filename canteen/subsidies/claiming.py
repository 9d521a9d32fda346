"""What one rule claims of one meal: whom it reaches, how much it gives, who pays that. Pure.

A rule that pays nothing leaves on the bill why not: the nearest miss.
"""

from canteen.subsidies.amounts import amount_of, split
from canteen.subsidies.bill import Bill, Claim
from canteen.subsidies.caps import cut_to_cap, is_used_up
from canteen.subsidies.eligibility import (
    CAPPED,
    PERSON_END,
    Miss,
    age_miss,
    guard_miss,
    person_miss,
)
from canteen.subsidies.policy import Band, Effect, Policy, Rule
from canteen.subsidies.reach import list_prices, reach_of


def rule_claims(policy: Policy, rule: Rule, bill: Bill) -> list[Claim]:
    """What a rule would pay if it stood alone; its miss is noted if it pays nothing."""
    funders = tuple(share.funder for share in rule.split)
    band, miss = _band_for(rule, bill.age)
    reach = reach_of(rule.when, band.effect, bill.facts)
    miss = (
        person_miss(rule.who, bill.facts, bill.age)
        or miss
        or guard_miss(rule.when, bill.facts, policy.terms, bill.left_of(reach), reach)
    )
    if miss is None:
        amount, miss = _amount(policy, rule, band, bill, reach)
    if miss is not None:
        bill.miss(policy, rule, funders, miss)
        return []
    shares = split(amount, rule, policy.terms)
    claims = [Claim(policy, rule, funder, fen, reach) for funder, fen in shares if fen]
    claims = [claim for claim in claims if not is_used_up(claim, bill)]
    for cap in policy.rule_caps[rule.code]:
        claims = cut_to_cap(policy, cap, claims, bill)
    return claims


def band_for(rule: Rule, age: int | None) -> Band | None:
    """The band of a rule that holds an age, if one does."""
    band, miss = _band_for(rule, age)
    return band if miss is None else None


def quota_left(policy: Policy, code: str, bill: Bill) -> int:
    """What is left of a quota: as stated, or its size less what its rules paid so far."""
    history = bill.facts.history
    drawing = policy.rules_by_quota[code]
    left = history.quota_left_fen.get(f"{policy.code}/{code}")
    if left is None:
        quota = policy.quota_by_code[code]
        scopes = [f"{policy.code}/{rule}" for rule in drawing]
        left = quota.fen - history.together(quota.per, scopes).fen
    now = (
        claim.fen for claim in bill.awarded if claim.policy is policy and claim.rule.code in drawing
    )
    return max(0, left - sum(now))


def _band_for(rule: Rule, age: int | None) -> tuple[Band, Miss | None]:
    """The band that holds the age, or any band with the miss nearest to paying."""
    misses = []
    for band in rule.bands:
        miss = age_miss(band.age_from, band.age_below, age)
        if miss is None:
            return band, None
        misses.append(miss)
    return rule.bands[0], max(misses, key=lambda each: each.rank)


def _amount(
    policy: Policy, rule: Rule, band: Band, bill: Bill, reach: tuple[str, ...]
) -> tuple[int, Miss | None]:
    left = bill.left_of(reach)[rule.pays_for]
    effect = band.effect
    left_of_quota = quota_left(policy, effect.quota, bill) if effect.kind == "quota" else 0
    amount = amount_of(
        effect,
        list_fen=list_prices(bill.facts, reach)[rule.pays_for],
        left_fen=left,
        nth=bill.facts.history.meals_today + 1,
        quota_left_fen=left_of_quota,
        terms=policy.terms,
    )
    allowed = max(0, left - rule.least_pay_fen)
    if min(amount, allowed):
        return min(amount, allowed), None
    if left and amount:
        return 0, Miss(CAPPED, "least_pay", {"fen": rule.least_pay_fen})
    if rule.pays_for == "delivery" and not bill.facts.delivery_fee_fen:
        return 0, Miss(PERSON_END + 1, "no_delivery_fee")
    if effect.kind == "nth_meal" and left > 0:
        return 0, _nth_miss(effect, bill.facts.history.meals_today + 1)
    return 0, Miss(CAPPED, _why_nothing(effect.kind, left, left_of_quota), {"fen": effect.fen})


def _nth_miss(effect: Effect, nth: int) -> Miss:
    if nth > len(effect.steps_fen) and effect.after == "nothing":
        return Miss(CAPPED, "meal_of_day", {"nth": nth})
    price = effect.steps_fen[min(nth, len(effect.steps_fen)) - 1]
    return Miss(CAPPED, "already_cheaper", {"fen": price})


def _why_nothing(kind: str, left_fen: int, quota_left_fen: int) -> str:
    if left_fen <= 0:
        return "nothing_to_pay"
    if kind == "quota" and quota_left_fen <= 0:
        return "quota_used"
    return "already_cheaper" if kind.startswith("pay") else "no_effect"
