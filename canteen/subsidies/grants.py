"""Money beside the meal: grants the canteen earns, and bonuses on top-ups."""

from collections.abc import Iterable, Sequence

from canteen.foundation.calendar import age_on
from canteen.subsidies.amounts import UNITS, WHOLE, rounded
from canteen.subsidies.bill import Bill
from canteen.subsidies.eligibility import guard_miss, person_miss
from canteen.subsidies.facts import Part, TopUpFacts
from canteen.subsidies.policy import Grant, Policy, TopUp, in_force
from canteen.subsidies.reach import reach_of


def grants_for(bill: Bill) -> Iterable[Part]:
    """What the canteen earns with this meal, from each policy that pays or delivers."""
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
    if grant.per == "subsidised_day" and _was_subsidised_today(policy, bill):
        return False
    reach = reach_of(grant.when, None, facts)
    left_fen = bill.left_of(reach)
    return (
        person_miss(grant.who, facts, bill.age) is None
        and guard_miss(grant.when, facts, policy.terms, left_fen, reach) is None
    )


def _was_subsidised_today(policy: Policy, bill: Bill) -> bool:
    """Whether somebody beside the canteen itself paid for an earlier meal of the day."""
    history = bill.facts.history
    return any(
        history.tally("day", f"{policy.code}@{funder}").meals
        for funder in policy.funders
        if funder != "operator"
    )


def top_up_bonus(*, policies: Sequence[Policy], facts: TopUpFacts) -> tuple[Part, ...]:
    """The bonus each policy adds to a top-up; a policy gives its best top-up rule only."""
    age = age_on(facts.birthday, facts.service_date)
    bonuses = []
    for policy in in_force(policies, facts.service_date):
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
        unit = UNITS[policy.terms.rounding_to]
        share = facts.amount_fen * top_up.basis_points
        bonus = rounded(share, WHOLE * unit, policy.terms.rounding) * unit
    else:
        times = facts.amount_fen // top_up.at_least_fen if top_up.each else 1
        bonus = (top_up.fen or 0) * times
    if top_up.month_fen is not None:
        given = facts.bonus_this_month_fen.get(f"{policy.code}/{top_up.code}", 0)
        bonus = min(bonus, max(0, top_up.month_fen - given))
    return bonus
