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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from canteen.subsidies import wording
from canteen.subsidies.amounts import amount_of, scaled, split
from canteen.subsidies.eligibility import (
    CAPPED,
    Miss,
    age_band,
    age_miss,
    age_on,
    guard_miss,
    inside,
    list_prices,
    person_miss,
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
    cap_scope,
    history_of,
    history_since,
    stated_history,
)
from canteen.subsidies.policy import Band, Cap, Grant, Policy, Rule, TopUp

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
    "history_of",
    "history_since",
    "price_meal",
    "stated_history",
    "top_up_bonus",
]


@dataclass(frozen=True)
class Claim:
    """What one funder would pay under one rule."""

    policy: Policy
    rule: Rule
    funder: str
    fen: int

    def cut(self, fen: int) -> "Claim":
        """The same claim for less."""
        return Claim(self.policy, self.rule, self.funder, fen)


@dataclass
class Bill:
    """A meal on its way through the stages. Lives only inside one `price_meal`."""

    facts: MealFacts
    age: int | None
    lineup: Sequence[Policy]
    left_fen: dict[str, int]
    awarded: list[Claim] = field(default_factory=list)
    misses: list[wording.Missed] = field(default_factory=list)
    clipped: list[tuple[Policy, Cap]] = field(default_factory=list)

    @property
    def subsidy_fen(self) -> int:
        return sum(claim.fen for claim in self.awarded)

    def miss(self, policy: Policy, rule: Rule, funders: Iterable[str], miss: Miss) -> None:
        self.misses.append(wording.Missed(policy, rule, tuple(funders), miss))


def price_meal(*, policies: Sequence[Policy], facts: MealFacts) -> PricedMeal:
    """Take the price of a meal apart.

    `policies` are those of the site; versions not in force on the meal's date are
    passed over. Their order decides ties and, where funders together would exceed the
    price, who pays first. Invariants: parts are positive and sum to the subsidy; the
    subsidy never exceeds the price (and the fee only under rules that pay for it).
    """
    age = age_on(facts.birthday, facts.service_date)
    in_force = [policy for policy in policies if policy.is_in_force(facts.service_date)]
    bills = [_bill_for(lineup, facts, age) for lineup in _lineups(in_force)]
    bill = max(bills, key=lambda each: each.subsidy_fen)
    parts = tuple(
        Part(claim.funder, claim.fen, claim.policy.code, claim.rule.code) for claim in bill.awarded
    )
    zh, en = wording.reason(_reasoning(bill, policies))
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
        grants=tuple(_grants(bill)),
    )


def _lineups(policies: list[Policy]) -> list[list[Policy]]:
    """Sets of policies that may pay together; the first is preferred on a tie."""
    together = [policy for policy in policies if policy.terms.with_others != "alone"]
    alone = [[policy] for policy in policies if policy.terms.with_others == "alone"]
    return [together, *alone] if together or not alone else alone


def _bill_for(lineup: list[Policy], facts: MealFacts, age: int | None) -> Bill:
    bill = Bill(facts, age, lineup, list_prices(facts))
    for stage in sorted({stage for policy in lineup for stage in policy.stages}):
        claims: list[Claim] = []
        for policy in lineup:
            claims += _policy_claims(policy, policy.by_stage.get(stage, ()), bill)
        _award(_cut_to_shared_caps(_best_across(claims), bill), bill)
    return bill


def _policy_claims(policy: Policy, rules: Sequence[Rule], bill: Bill) -> list[Claim]:
    by_rule = [claims for rule in rules if (claims := _rule_claims(policy, rule, bill))]
    chosen = _choose(by_rule, policy.terms.overlap)
    for cap in policy.caps:
        if cap.rule is None and not cap.everywhere:
            chosen = _cut_to_cap(policy, cap, chosen, bill)
    return chosen


def _rule_claims(policy: Policy, rule: Rule, bill: Bill) -> list[Claim]:
    """What a rule would pay if it stood alone; its miss is noted if it pays nothing."""
    funders = tuple(share.funder for share in rule.split)
    band, miss = _band_for(rule, bill.age)
    miss = (
        person_miss(rule.who, bill.facts, bill.age)
        or miss
        or guard_miss(rule.when, bill.facts, policy.terms, bill.left_fen)
    )
    if miss is None:
        amount, miss = _amount(policy, rule, band, bill)
    if miss is not None:
        bill.miss(policy, rule, funders, miss)
        return []
    shares = split(amount, rule, policy.terms)
    claims = [Claim(policy, rule, funder, fen) for funder, fen in shares if fen]
    claims = [claim for claim in claims if not _is_used_up(claim, bill)]
    for cap in policy.caps:
        if cap.rule is not None:
            claims = _cut_to_cap(policy, cap, claims, bill)
    return claims


def _band_for(rule: Rule, age: int | None) -> tuple[Band, Miss | None]:
    """The band that holds the age, or any band with the miss nearest to paying."""
    misses = []
    for band in rule.bands:
        miss = age_miss(band.age_from, band.age_below, age)
        if miss is None:
            return band, None
        misses.append(miss)
    return rule.bands[0], max(misses, key=lambda each: each.rank)


def _amount(policy: Policy, rule: Rule, band: Band, bill: Bill) -> tuple[int, Miss | None]:
    left = bill.left_fen[rule.pays_for]
    effect = band.effect
    quota_left = _quota_left(policy, effect.quota, bill) if effect.kind == "quota" else 0
    amount = amount_of(
        effect,
        list_fen=list_prices(bill.facts)[rule.pays_for],
        left_fen=left,
        nth=bill.facts.history.meals_today + 1,
        quota_left_fen=quota_left,
        terms=policy.terms,
    )
    if amount:
        return amount, None
    return 0, Miss(CAPPED, _why_nothing(effect.kind, left, quota_left), {"fen": effect.fen})


def _why_nothing(kind: str, left_fen: int, quota_left_fen: int) -> str:
    if left_fen <= 0:
        return "nothing_to_pay"
    if kind == "quota" and quota_left_fen <= 0:
        return "quota_used"
    return "already_cheaper" if kind.startswith("pay") else "no_effect"


def _quota_left(policy: Policy, code: str, bill: Bill) -> int:
    """What is left of a quota: as stated, or its size less what its rules paid so far."""
    history = bill.facts.history
    rules = [
        rule.code for rule in policy.rules if any(band.effect.quota == code for band in rule.bands)
    ]
    left = history.quota_left_fen.get(f"{policy.code}/{code}")
    if left is None:
        quota = policy.quota_by_code[code]
        left = quota.fen - sum(
            history.tally(quota.per, f"{policy.code}/{rule}").fen for rule in rules
        )
    drawn = sum(
        claim.fen for claim in bill.awarded if claim.policy is policy and claim.rule.code in rules
    )
    return max(0, left - drawn)


def _choose(by_rule: list[list[Claim]], overlap: str) -> list[Claim]:
    """Combine the rules of one policy. Equal amounts: the rule listed first wins."""
    if not by_rule:
        return []
    if overlap == "first_rule":
        return by_rule[0]
    if overlap == "best_rule":
        return max(by_rule, key=lambda claims: sum(claim.fen for claim in claims))
    every = [claim for claims in by_rule for claim in claims]
    if overlap == "stack":
        return every
    best: dict[str, Claim] = {}
    for claim in every:
        if claim.funder not in best or claim.fen > best[claim.funder].fen:
            best[claim.funder] = claim
    return list(best.values())


def _best_across(claims: list[Claim]) -> list[Claim]:
    """Where a policy asks for it, keep only the policy that gives most of a funder."""
    sums: dict[str, dict[str, int]] = {}
    choosy = set()
    for claim in claims:
        given = sums.setdefault(claim.funder, {})
        given[claim.policy.code] = given.get(claim.policy.code, 0) + claim.fen
        if claim.policy.terms.with_others == "best_per_funder":
            choosy.add(claim.funder)
    winner = {funder: max(sums[funder], key=lambda code: sums[funder][code]) for funder in choosy}
    return [
        claim
        for claim in claims
        if winner.get(claim.funder, claim.policy.code) == claim.policy.code
    ]


def _is_used_up(claim: Claim, bill: Bill) -> bool:
    """Whether a cap leaves nothing for the claim; the reason is noted."""
    for policy, cap in _caps_on(claim, bill):
        used = _used(policy, cap, bill)
        if cap.meals is not None and used.meals >= cap.meals:
            facts = {"per": cap.per, "meals": used.meals}
        elif cap.fen is not None and used.fen >= cap.fen:
            facts = {"per": cap.per, "fen": used.fen}
        else:
            continue
        bill.miss(claim.policy, claim.rule, (claim.funder,), Miss(CAPPED, "cap_reached", facts))
        return True
    return False


def _caps_on(claim: Claim, bill: Bill) -> list[tuple[Policy, Cap]]:
    return [
        (policy, cap)
        for policy in bill.lineup
        for cap in policy.caps
        if _covers(policy, cap, claim) and _holds_here(cap, bill)
    ]


def _covers(policy: Policy, cap: Cap, claim: Claim) -> bool:
    if cap.everywhere:
        return cap.funder == claim.funder
    return (
        claim.policy is policy
        and cap.rule in (None, claim.rule.code)
        and cap.funder in (None, claim.funder)
    )


def _holds_here(cap: Cap, bill: Bill) -> bool:
    return not cap.site_in or inside(bill.facts.site_path, cap.site_in)


def _used(policy: Policy, cap: Cap, bill: Bill) -> Tally:
    """What the cap has seen: earlier meals, and earlier stages of this one."""
    before = bill.facts.history.tally(
        cap.per, cap_scope(policy.code, cap.rule, cap.funder, cap.everywhere)
    )
    now = sum(claim.fen for claim in bill.awarded if _covers(policy, cap, claim))
    return Tally(before.meals, before.fen + now)


def _cut_to_cap(policy: Policy, cap: Cap, claims: list[Claim], bill: Bill) -> list[Claim]:
    """Cut the claims a cap in money covers to what it leaves."""
    if cap.fen is None or not claims or not _holds_here(cap, bill):
        return claims
    covered = [claim for claim in claims if _covers(policy, cap, claim)]
    limit = max(0, cap.fen - _used(policy, cap, bill).fen)
    kept = _scaled(covered, limit, bill)
    if sum(claim.fen for claim in kept) < sum(claim.fen for claim in covered):
        bill.clipped.append((policy, cap))
    return [claim for claim in claims if not _covers(policy, cap, claim)] + kept


def _cut_to_shared_caps(claims: list[Claim], bill: Bill) -> list[Claim]:
    for policy in bill.lineup:
        for cap in policy.caps:
            if cap.everywhere:
                claims = _cut_to_cap(policy, cap, claims, bill)
    return claims


def _scaled(claims: list[Claim], limit: int, bill: Bill) -> list[Claim]:
    """Claims cut to `limit` together: in paying order, or in proportion if all agree."""
    place = {policy.code: index for index, policy in enumerate(bill.lineup)}
    ordered = sorted(
        claims,
        key=lambda claim: (
            place[claim.policy.code],
            claim.policy.funders.index(claim.funder),
        ),
    )
    proportional = all(claim.policy.terms.shortage == "proportional" for claim in ordered)
    amounts = scaled(
        [claim.fen for claim in ordered], limit, "proportional" if proportional else "in_order"
    )
    return [claim.cut(fen) for claim, fen in zip(ordered, amounts, strict=True) if fen]


def _award(claims: list[Claim], bill: Bill) -> None:
    """Grant what the price still allows, and take it off."""
    left = bill.left_fen
    for target in ("meal", "delivery", "meal_and_delivery"):
        covered = [claim for claim in claims if claim.rule.pays_for == target]
        granted = _scaled(covered, left[target], bill)
        bill.awarded += granted
        given = sum(claim.fen for claim in granted)
        of_meal = 0 if target == "delivery" else min(given, left["meal"])
        left["meal"] -= of_meal
        left["delivery"] -= given - of_meal
        left["meal_and_delivery"] -= given


def _grants(bill: Bill) -> Iterable[Part]:
    for policy in bill.lineup:
        paying = [
            claim for claim in bill.awarded if claim.policy is policy and claim.funder != "operator"
        ]
        for grant in policy.grants:
            if _earns(policy, grant, bool(paying), bill):
                yield Part(grant.funder, grant.fen, policy.code, grant.code)


def _earns(policy: Policy, grant: Grant, subsidised: bool, bill: Bill) -> bool:
    facts = bill.facts
    if grant.per.endswith("delivery") and facts.channel != "delivery":
        return False
    if grant.per.startswith("subsidised") and not subsidised:
        return False
    if grant.per == "subsidised_day" and facts.history.tally("day", policy.code).meals:
        return False
    return (
        person_miss(grant.who, facts, bill.age) is None
        and guard_miss(grant.when, facts, policy.terms, bill.left_fen) is None
    )


def _reasoning(bill: Bill, policies: Sequence[Policy]) -> wording.Reasoning:
    facts = bill.facts
    tags = dict.fromkeys(
        tag for claim in bill.awarded for tag in tags_that_counted(claim.rule, facts, bill.age)
    )
    counts = []
    seen = set()
    for claim in bill.awarded:
        for policy, cap in _caps_on(claim, bill):
            if cap.meals is not None and cap.meals > 1 and (policy.code, cap.code) not in seen:
                seen.add((policy.code, cap.code))
                counts.append((cap.per, _used(policy, cap, bill).meals + 1, cap.meals))
    return wording.Reasoning(
        day=facts.service_date,
        age=bill.age,
        tags=tuple(tags),
        paid=tuple((claim.rule, claim.funder, claim.fen) for claim in bill.awarded),
        counts=tuple(counts),
        clipped=tuple((cap.per, cap.fen or 0) for _, cap in bill.clipped),
        misses=tuple(bill.misses),
        policies=tuple(policies),
    )


def top_up_bonus(*, policies: Sequence[Policy], facts: TopUpFacts) -> tuple[Part, ...]:
    """The bonus each policy adds to a top-up; a policy gives its best top-up rule only."""
    age = age_on(facts.birthday, facts.service_date)
    bonuses = []
    for policy in policies:
        if not policy.is_in_force(facts.service_date):
            continue
        offers = [
            Part(top_up.funder, _bonus(policy, top_up, facts), policy.code, top_up.code)
            for top_up in policy.top_ups
            if person_miss(top_up.who, facts, age) is None
        ]
        best = max(offers, key=lambda part: part.amount_fen, default=None)
        if best is not None and best.amount_fen:
            bonuses.append(best)
    return tuple(bonuses)


def _bonus(policy: Policy, top_up: TopUp, facts: TopUpFacts) -> int:
    if facts.amount_fen < top_up.at_least_fen:
        return 0
    if top_up.basis_points is not None:
        bonus = facts.amount_fen * top_up.basis_points // 10_000
    else:
        times = facts.amount_fen // top_up.at_least_fen if top_up.each else 1
        bonus = (top_up.fen or 0) * times
    if top_up.month_fen is not None:
        given = facts.bonus_this_month_fen.get(f"{policy.code}/{top_up.code}", 0)
        bonus = min(bonus, max(0, top_up.month_fen - given))
    return bonus
