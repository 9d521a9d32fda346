"""How much a policy can give one diner at most, whatever is eaten.

An upper bound only, from effects, guards, other caps and the house's own law that a
person has one subsidised meal in a period. None where nothing bounds it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from canteen.subsidies.conditions import Guard
from canteen.subsidies.policy import Cap, Effect, Policy, Rule, Share

SPANS_IN = {
    ("day", "week"): 7,
    ("day", "month"): 31,
    ("day", "year"): 366,
    ("week", "month"): 6,
    ("week", "year"): 54,
    ("month", "year"): 12,
}
"""How many of the shorter span a longer one can touch."""
DAYS_IN = {"meal": 1, "period": 1, "day": 1, "week": 7, "month": 31, "year": 366}
WEEKS_IN = {"meal": 1, "period": 1, "day": 1, "week": 1, "month": 5, "year": 53}
MONTHS_IN = {"year": 12}


@dataclass(frozen=True)
class Reach:
    """The most there can be, and the limit from which on a cap never binds.

    Both are the same, but for "once a day" beside "lunch only": sources say such things
    twice, so a cap that only repeats is let stand.
    """

    most: int
    binding_below: int


def most_meals(policy: Policy, cap: Cap, rules: Sequence[Rule]) -> Reach | None:
    """The most subsidised meals a cap can see in its span."""
    if cap.per in ("meal", "period"):
        return Reach(1, 2)
    bounds = [Reach(each, each) for each in _by_wider_caps(policy, cap, "meals")]
    if cap.everywhere or not rules:
        return _least(bounds)
    bounds += _by_guards(policy, cap, rules)
    single = [_of_rule(policy, cap, rule) for rule in rules]
    if all(each is not None for each in single):
        total = sum(each.most for each in single if each)
        bounds.append(Reach(total, max(total, *(each.binding_below for each in single if each))))
    return _least(bounds)


def most_fen(policy: Policy, cap: Cap, rules: Sequence[Rule]) -> Reach | None:
    """The most money a cap can see in its span."""
    bounds = [Reach(each, each) for each in _by_wider_caps(policy, cap, "fen")]
    if cap.everywhere:
        return _least(bounds)
    per_meal = _one_meal(policy, cap, rules)
    if per_meal is not None and cap.per in ("meal", "period"):
        bounds.append(Reach(per_meal, per_meal))
    elif per_meal is not None and (meals := most_meals(policy, cap, rules)) is not None:
        most = per_meal * meals.most
        bounds.append(Reach(most, most + (meals.binding_below > meals.most)))
    single = [_money_of_rule(policy, cap, rule) for rule in rules]
    if all(each is not None for each in single):
        total = sum(each for each in single if each is not None)
        bounds.append(Reach(total, total))
    return _least(bounds)


def _least(bounds: Iterable[Reach]) -> Reach | None:
    return min(bounds, key=lambda each: (each.binding_below, each.most), default=None)


def _by_wider_caps(policy: Policy, cap: Cap, unit: str) -> Iterable[int]:
    """What caps that count all that this one counts let through in its span."""
    for other in policy.caps:
        spans, limit = _spans_in(other.per, cap.per), getattr(other, unit)
        if limit is not None and spans is not None and _is_wider(other, cap):
            yield limit * spans


def _spans_in(shorter: str, longer: str) -> int | None:
    return 1 if shorter == longer else SPANS_IN.get((shorter, longer))


def _is_wider(other: Cap, cap: Cap) -> bool:
    """Whether `other` counts everything `cap` counts, and wherever `cap` holds."""
    if other is cap or (other.site_in and other.site_in != cap.site_in):
        return False
    scope = (frozenset(other.named_rules), other.funder, other.everywhere)
    if scope == (frozenset(cap.named_rules), cap.funder, cap.everywhere):
        return other.code != cap.code
    if other.everywhere:
        return other.funder in (None, cap.funder)
    if cap.everywhere:
        return False
    if other.named_rules:
        return bool(cap.named_rules) and set(cap.named_rules) <= set(other.named_rules)
    return other.funder in (None, cap.funder)


def _of_rule(policy: Policy, cap: Cap, rule: Rule) -> Reach | None:
    """The most meals one rule alone can pay in the cap's span."""
    alone = Cap("", cap.per, meals=1, rule=rule.code, site_in=cap.site_in)
    others = [each for each in policy.caps if each.code != cap.code]
    bounds = []
    for other in others:
        spans = _spans_in(other.per, cap.per)
        if other.meals is not None and spans is not None and _is_wider(other, alone):
            bounds.append(Reach(other.meals * spans, other.meals * spans))
    return _least([*bounds, *_by_guards(policy, cap, [rule])])


def _money_of_rule(policy: Policy, cap: Cap, rule: Rule) -> int | None:
    """The most one rule alone can give within the cap's span by money limits of its own."""
    alone = Cap("", cap.per, fen=1, rule=rule.code, site_in=cap.site_in)
    bounds = [
        other.fen * spans
        for other in policy.caps
        if other.code != cap.code
        and other.fen is not None
        and (spans := _spans_in(other.per, cap.per)) is not None
        and _is_wider(other, alone)
    ]
    for quota in policy.quotas:
        spans = _spans_in(quota.per, cap.per)
        if (
            spans is not None
            and rule.code in policy.rules_by_quota[quota.code]
            and cap.code != f"quota {quota.code}"
        ):
            bounds.append(quota.fen * spans)
    per_meal, meals = _one_meal(policy, cap, [rule]), _of_rule(policy, cap, rule)
    if per_meal is not None and meals is not None and meals.binding_below == meals.most:
        bounds.append(per_meal * meals.most)
    return min(bounds, default=None)


def _by_guards(policy: Policy, cap: Cap, rules: Sequence[Rule]) -> Iterable[Reach]:
    """Days of the span on which any of the rules pays, times its meals a day."""
    a_day = _a_day([rule.when for rule in rules])
    if a_day is None:
        return
    most = a_day * max(_days(policy, rule.when, cap.per) for rule in rules)
    yield Reach(most, most + (cap.per == "day"))


def _a_day(guards: Sequence[Guard]) -> int | None:
    """How many meals of a day the guards let through together; None if that is open."""
    counts = []
    named = [_periods(guard) for guard in guards]
    if all(named):
        counts.append(len(set().union(*named)))
    if all(guard.meals_of_day for guard in guards):
        counts.append(len({nth for guard in guards for nth in guard.meals_of_day}))
    return min(counts, default=None)


def _periods(guard: Guard) -> set[str]:
    """The periods a guard names, also by its windows; empty if any will do."""
    if guard.periods or not all(window.period for window in guard.windows):
        return set(guard.periods)
    return {window.period for window in guard.windows if window.period}


def _days(policy: Policy, guard: Guard, span: str) -> int:
    """On how many days of a span a guard can hold."""
    bounds = [DAYS_IN[span]]
    if guard.weekdays:
        bounds.append(len(guard.weekdays) * WEEKS_IN[span])
    if guard.days_of_month:
        bounds.append(len(guard.days_of_month) * MONTHS_IN.get(span, 1))
    if guard.months:
        bounds.append(31 * len(guard.months))
    if guard.dates:
        bounds.append(len(guard.dates))
    if policy.valid_until is not None:
        bounds.append(max(1, (policy.valid_until - policy.valid_from).days + 1))
    return min(bounds)


def _one_meal(policy: Policy, cap: Cap, rules: Sequence[Rule]) -> int | None:
    """The most one meal can draw from what the cap counts."""
    capped = _by_meal_caps(policy, cap)
    stages: dict[int, list[Rule]] = {}
    for rule in rules:
        if _most_given(rule, cap.funder) is None:
            return capped
        stages.setdefault(rule.stage, []).append(rule)
    most = sum(_one_stage(policy, cap.funder, each) for each in stages.values())
    return most if capped is None else min(most, capped)


def _one_stage(policy: Policy, funder: str | None, rules: Sequence[Rule]) -> int:
    """What the rules of one stage give a meal at most, combined as the policy says."""
    given = [_most_given(rule, funder) or 0 for rule in rules]
    if policy.terms.overlap in ("best_rule", "first_rule"):
        return max(given)
    if policy.terms.overlap == "stack":
        return sum(given)
    payers = (
        {share.funder for rule in rules for share in rule.split} if funder is None else {funder}
    )
    best = sum(max(_most_given(rule, payer) or 0 for rule in rules) for payer in payers)
    return min(best, sum(given))


def _most_given(rule: Rule, funder: str | None) -> int | None:
    """The most a rule gives, or one funder gives under it; None if nothing bounds it."""
    amounts = [_share_of(rule, funder, band.effect) for band in rule.bands]
    known = [amount for amount in amounts if amount is not None]
    return max(known) if len(known) == len(amounts) else None


def _by_meal_caps(policy: Policy, cap: Cap) -> int | None:
    """What caps in money per meal leave of one meal."""
    return min(
        (
            other.fen
            for other in policy.caps
            if other.per == "meal" and other.fen is not None and _is_wider(other, cap)
        ),
        default=None,
    )


def _share_of(rule: Rule, funder: str | None, effect: Effect) -> int | None:
    """The most of an effect, or of one funder's share of it; None if nothing bounds it."""
    most = _most_of(effect)
    if funder is None or most is None:
        return most
    share = next((share for share in rule.split if share.funder == funder), None)
    if share is None:
        return 0
    if share.fen is not None:
        return min(most, share.fen)
    if share.basis_points is None:
        return most
    if rule.remainder_to != funder:
        return _ratio(most, share)
    others = [each for each in rule.split if each is not share]
    return min(most, most - sum(_ratio(most, each) for each in others) + len(others))


def _ratio(amount_fen: int, share: Share) -> int:
    part = amount_fen * (share.basis_points or 0) // 10_000
    return part if share.ceiling_fen is None else min(part, share.ceiling_fen)


def _most_of(effect: Effect) -> int | None:
    if effect.kind == "off":
        return effect.fen
    if effect.kind == "nothing":
        return 0
    if effect.kind == "pay" and effect.set_price_fen is not None:
        return effect.set_price_fen - effect.fen
    return effect.ceiling_fen
