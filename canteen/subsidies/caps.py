"""Caps: what they have seen so far, which claims they end, and what they cut.

A cap counts earlier meals (the history) and earlier stages of the meal being priced.
"""

from canteen.subsidies.amounts import scaled
from canteen.subsidies.bill import Bill, Claim
from canteen.subsidies.eligibility import CAPPED, Miss, inside
from canteen.subsidies.facts import Tally, cap_scope
from canteen.subsidies.policy import Cap, Policy


def is_used_up(claim: Claim, bill: Bill) -> bool:
    """Whether a cap leaves nothing for the claim; the reason is noted."""
    for policy, cap in caps_on(claim, bill):
        seen = used(policy, cap, bill)
        if cap.meals is not None and seen.meals >= cap.meals:
            facts = {"per": cap.per, "meals": seen.meals}
        elif cap.fen is not None and seen.fen >= cap.fen:
            facts = {"per": cap.per, "fen": seen.fen}
        else:
            continue
        bill.miss(claim.policy, claim.rule, (claim.funder,), Miss(CAPPED, "cap_reached", facts))
        return True
    return False


def caps_on(claim: Claim, bill: Bill) -> list[tuple[Policy, Cap]]:
    """The caps that count the claim, each with the policy it comes from."""
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


def used(policy: Policy, cap: Cap, bill: Bill) -> Tally:
    """What the cap has seen: earlier meals, and earlier stages of this one."""
    before = bill.facts.history.tally(
        cap.per, cap_scope(policy.code, cap.rule, cap.funder, cap.everywhere)
    )
    now = sum(claim.fen for claim in bill.awarded if _covers(policy, cap, claim))
    return Tally(before.meals, before.fen + now)


def cut_to_cap(policy: Policy, cap: Cap, claims: list[Claim], bill: Bill) -> list[Claim]:
    """Cut the claims a cap in money covers to what it leaves."""
    if cap.fen is None or not claims or not _holds_here(cap, bill):
        return claims
    covered = [claim for claim in claims if _covers(policy, cap, claim)]
    limit = max(0, cap.fen - used(policy, cap, bill).fen)
    kept = cut_together(covered, limit, bill)
    if sum(claim.fen for claim in kept) < sum(claim.fen for claim in covered):
        bill.clipped.append((policy, cap))
    return [claim for claim in claims if not _covers(policy, cap, claim)] + kept


def cut_to_quota(
    claims: list[Claim], drawing: tuple[str, ...], left_fen: int, bill: Bill
) -> list[Claim]:
    """Cut the claims of the rules that draw on one quota to what is left of it.

    Each rule looked at the quota by itself; several of them may pay at once.
    """
    covered = [claim for claim in claims if claim.rule.code in drawing]
    kept = cut_together(covered, left_fen, bill)
    return [claim for claim in claims if claim.rule.code not in drawing] + kept


def cut_to_shared_caps(claims: list[Claim], bill: Bill) -> list[Claim]:
    """Cut a funder's claims of all policies to the caps that count it everywhere."""
    for policy in bill.lineup:
        for cap in policy.caps:
            if cap.everywhere:
                claims = cut_to_cap(policy, cap, claims, bill)
    return claims


def cut_together(claims: list[Claim], limit: int, bill: Bill) -> list[Claim]:
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
