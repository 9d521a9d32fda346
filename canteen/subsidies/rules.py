"""Prices one meal: which rules pay, how they combine, what each funder gives.

The order of work, for every stage from the lowest:

1. each rule is tested (person, moment, caps on meals) and gives an amount, shared among
   its funders;
2. rules of one policy are combined as its ``overlap`` says, then cut to its caps;
3. policies are combined as their ``with_others`` says;
4. the parts are cut to what is left of the price.

A policy that stands ``alone`` is tried against all others together, and the diner gets
the better of the two. The same facts always give the same answer.
"""

from collections.abc import Sequence

from canteen.foundation.calendar import age_on
from canteen.subsidies import reasoning
from canteen.subsidies.bill import Bill, Claim
from canteen.subsidies.caps import (
    caps_on,
    cut_to_joint_caps,
    cut_to_quota,
    cut_to_shared_caps,
    cut_together,
    note_given,
    used,
)
from canteen.subsidies.claiming import band_for, quota_left, rule_claims
from canteen.subsidies.combining import best_across, choose, losing
from canteen.subsidies.eligibility import (
    age_band,
    tags_that_counted,
)
from canteen.subsidies.facts import (
    History,
    MealFacts,
    Part,
    PastPart,
    PricedMeal,
    Tally,
    TopUpFacts,
    history_of,
    history_since,
    stated_history,
)
from canteen.subsidies.grants import grants_for, top_up_bonus
from canteen.subsidies.policy import Policy, Rule, in_force
from canteen.subsidies.reach import list_prices

__all__ = [
    "History",
    "MealFacts",
    "Part",
    "PastPart",
    "PricedMeal",
    "Tally",
    "TopUpFacts",
    "age_band",
    "age_on",
    "band_for",
    "history_of",
    "history_since",
    "price_meal",
    "stated_history",
    "subsidy_of",
    "top_up_bonus",
]


def price_meal(*, policies: Sequence[Policy], facts: MealFacts) -> PricedMeal:
    """Take the price of a meal apart.

    `policies` are those of the site; versions not in force on the meal's date are
    passed over. Their order decides ties and, where funders together would exceed the
    price, who pays first. Invariants: parts are positive and sum to the subsidy; the
    subsidy never exceeds the price (and the fee only under rules that pay for it).
    """
    assert facts.price_fen >= 0, "a price is never negative"
    assert facts.delivery_fee_fen >= 0, "a fee is never negative"
    bills = _bills(policies, facts)
    bill = max(bills, key=lambda each: each.subsidy_fen)
    age = bill.age
    parts = tuple(
        Part(claim.funder, claim.fen, claim.policy.code, claim.rule.code) for claim in bill.awarded
    )
    zh, en = reasoning.reason(_reasoning(bill, policies, _beaten(bill, bills)))
    subsidy = bill.subsidy_fen
    return PricedMeal(
        price_fen=facts.price_fen,
        delivery_fee_fen=facts.delivery_fee_fen,
        subsidy_fen=subsidy,
        pay_fen=facts.price_fen + facts.delivery_fee_fen - subsidy,
        parts=parts,
        age=age,
        age_band=age_band(age),
        reason_zh=zh,
        reason_en=en,
        policies=tuple(dict.fromkeys(claim.policy.label for claim in bill.awarded)),
        grants=tuple(grants_for(bill)),
    )


def subsidy_of(*, policies: Sequence[Policy], facts: MealFacts) -> int:
    """The subsidy `price_meal` finds, in fen, without parts and words."""
    return max(bill.subsidy_fen for bill in _bills(policies, facts))


def _bills(policies: Sequence[Policy], facts: MealFacts) -> list[Bill]:
    age = age_on(facts.birthday, facts.service_date)
    current = in_force(policies, facts.service_date)
    return [_best_bill(lineup, facts, age) for lineup in _lineups(current)]


def _lineups(policies: list[Policy]) -> list[list[Policy]]:
    """Sets of policies that may pay together; the first is preferred on a tie."""
    together = [policy for policy in policies if policy.terms.with_others != "alone"]
    alone = [[policy] for policy in policies if policy.terms.with_others == "alone"]
    return [together, *alone] if together or not alone else alone


def _beaten(best: Bill, bills: Sequence[Bill]) -> tuple[Policy, ...]:
    """Policies that would have paid, had they not given way to better ones."""
    paying = {claim.policy.code for claim in best.awarded}
    would = [claim.policy for bill in bills for claim in bill.awarded]
    given_way = [policy for policy in (*would, *best.given_way) if policy.code not in paying]
    return tuple({policy.code: policy for policy in given_way}.values())


def _best_bill(lineup: list[Policy], facts: MealFacts, age: int | None) -> Bill:
    """The bill on which no funder pays under two policies where one forbids it."""
    barred: set[tuple[str, str]] = set()
    while True:
        bill = _bill_for(lineup, facts, age, barred)
        losers = losing(bill.awarded)
        if not losers:
            return bill
        barred |= losers  # its pairs pay nothing from now on, so this ends


def _bill_for(
    lineup: list[Policy], facts: MealFacts, age: int | None, barred: set[tuple[str, str]]
) -> Bill:
    """One run through the stages; `barred` (policy, funder) pairs pay nothing."""
    bill = Bill(facts, age, lineup, list_prices(facts))
    for stage in sorted({stage for policy in lineup for stage in policy.stages}):
        claims: list[Claim] = []
        for policy in lineup:
            claims += _policy_claims(policy, policy.by_stage.get(stage, ()), bill)
        best = best_across([c for c in claims if (c.policy.code, c.funder) not in barred])
        if len(best) < len(claims):
            kept = {id(claim) for claim in best}
            bill.given_way += [claim.policy for claim in claims if id(claim) not in kept]
        _award(cut_to_shared_caps(best, bill), bill)
    return bill


def _policy_claims(policy: Policy, rules: Sequence[Rule], bill: Bill) -> list[Claim]:
    by_rule = [claims for rule in rules if (claims := rule_claims(policy, rule, bill))]
    chosen = choose(by_rule, policy.terms.overlap)
    for quota, drawing in policy.rules_by_quota.items():
        chosen = cut_to_quota(chosen, drawing, quota_left(policy, quota, bill), bill)
    return cut_to_joint_caps(policy, chosen, bill) if policy.joint_caps else chosen


def _award(claims: list[Claim], bill: Bill) -> None:
    """Grant what the price still allows, and take it off.

    Who pays for a part of the tray only comes before those who pay for all of it.
    """
    left = bill.left_fen
    reaches = sorted({claim.reach for claim in claims}, key=lambda reach: (not reach, reach))
    for target in ("meal", "delivery", "meal_and_delivery"):
        for reach in reaches:
            covered = [c for c in claims if c.rule.pays_for == target and c.reach == reach]
            if not covered:
                continue
            granted = _leaving_least(covered, bill.left_of(reach)[target], bill)
            bill.awarded += granted
            note_given(granted, bill)
            given = sum(claim.fen for claim in granted)
            of_meal = 0 if target == "delivery" else min(given, bill.left_of(reach)["meal"])
            bill.take(of_meal, reach)
            left["delivery"] -= given - of_meal
            left["meal_and_delivery"] -= given


def _leaving_least(claims: list[Claim], left_fen: int, bill: Bill) -> list[Claim]:
    """Cut claims to what is left of the price, and to what each leaves with the diner.

    From the highest least pay down: the rules that leave so much pay no more together.
    """
    for least in sorted({claim.rule.least_pay_fen for claim in claims} | {0}, reverse=True):
        held = [claim for claim in claims if claim.rule.least_pay_fen >= least]
        kept = cut_together(held, max(0, left_fen - least), bill)
        claims = kept + [claim for claim in claims if claim.rule.least_pay_fen < least]
    return claims


def _reasoning(
    bill: Bill, policies: Sequence[Policy], beaten: tuple[Policy, ...]
) -> reasoning.Reasoning:
    facts = bill.facts
    tags = dict.fromkeys(
        tag for claim in bill.awarded for tag in tags_that_counted(claim.rule, facts, bill.age)
    )
    counts = []
    seen = set()
    for claim in bill.awarded:
        for policy, cap in caps_on(claim, bill):
            if cap.meals is not None and cap.meals > 1 and (policy.code, cap.code) not in seen:
                seen.add((policy.code, cap.code))
                counts.append((cap.per, used(policy, cap, bill).meals + 1, cap.meals))
    return reasoning.Reasoning(
        day=facts.service_date,
        age=bill.age,
        tags=tuple(tags),
        paid=tuple((claim.rule, claim.funder, claim.fen) for claim in bill.awarded),
        counts=tuple(counts),
        clipped=tuple(dict.fromkeys((cap.per, cap.fen or 0) for _, cap in bill.clipped)),
        kept_fen=max(
            (
                claim.rule.least_pay_fen
                for claim in bill.awarded
                if bill.left_of(claim.reach)[claim.rule.pays_for] <= claim.rule.least_pay_fen
            ),
            default=0,
        ),
        misses=tuple(bill.misses),
        policies=tuple(policies),
        beaten=beaten,
    )
