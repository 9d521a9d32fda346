"""Caps: what they have seen so far, which claims they end, and what they cut.

A cap counts earlier meals (the history) and earlier stages of the meal being priced.
"""

from collections.abc import Iterable, Iterator

from canteen.subsidies.amounts import scaled, split
from canteen.subsidies.bill import Bill, Claim
from canteen.subsidies.eligibility import CAPPED, Miss, inside
from canteen.subsidies.facts import Tally
from canteen.subsidies.policy import Cap, Place, Policy


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
    key = claim.policy.code, claim.rule.code, claim.funder
    known = bill.caps_of.get(key)
    if known is None:
        known = bill.caps_of[key] = [
            (policy, cap)
            for policy in bill.lineup
            for cap in _candidates(policy, claim)
            if _holds_here(cap, bill)
        ]
    return known


def _candidates(policy: Policy, claim: Claim) -> Iterator[Cap]:
    if claim.policy is policy:
        yield from policy.caps_by_part.get((claim.rule.code, claim.funder), ())
    for cap in policy.shared_caps:
        if cap.funder in (None, claim.funder):
            yield cap


def _covers(policy: Policy, cap: Cap, claim: Claim) -> bool:
    if cap.everywhere:
        return cap.funder in (None, claim.funder)
    return claim.policy is policy and cap.counts(claim.rule.code, claim.funder)


def _holds_here(cap: Cap, bill: Bill) -> bool:
    return holds_at(cap, bill.facts.site_path)


def holds_at(cap: Cap, site_path: Place) -> bool:
    """Whether a cap holds at a canteen."""
    return not cap.site_in or inside(site_path, cap.site_in)


def used(policy: Policy, cap: Cap, bill: Bill) -> Tally:
    """What the cap has seen: earlier meals, and earlier stages of this one."""
    key = policy.code, cap.code
    before = bill.before.get(key)
    if before is None:
        scopes = cap.scopes(policy.code)
        before = bill.before[key] = bill.facts.history.together(cap.per, scopes)
    now = bill.given_fen.get(key)
    return Tally(before.meals, before.fen + now) if now else before


def note_given(claims: Iterable[Claim], bill: Bill) -> None:
    """Let every cap see what was just granted."""
    for claim in claims:
        for policy, cap in caps_on(claim, bill):
            key = policy.code, cap.code
            bill.given_fen[key] = bill.given_fen.get(key, 0) + claim.fen


def cut_to_cap(policy: Policy, cap: Cap, claims: list[Claim], bill: Bill) -> list[Claim]:
    """Cut the claims a cap in money covers to what it leaves."""
    if cap.fen is None or not claims or not _holds_here(cap, bill):
        return claims
    covered = [claim for claim in claims if _covers(policy, cap, claim)]
    limit = max(0, cap.fen - used(policy, cap, bill).fen)
    if sum(claim.fen for claim in covered) <= limit:
        return claims
    bill.clipped.append((policy, cap))
    kept = cut_together(covered, limit, bill)
    return [claim for claim in claims if not _covers(policy, cap, claim)] + kept


def cut_to_joint_caps(policy: Policy, claims: list[Claim], bill: Bill) -> list[Claim]:
    """Cut the claims of one policy to its caps on several rules together."""
    sums: dict[str | None, int] = {}
    for claim in claims:
        sums[claim.funder] = sums.get(claim.funder, 0) + claim.fen
    sums[None] = sum(sums.values())
    for cap in policy.joint_caps:
        most = sums.get(cap.funder, 0)  # before any cut: never less than what is covered
        if most and most > (cap.fen or 0) - used(policy, cap, bill).fen:
            claims = cut_to_cap(policy, cap, claims, bill)
    return claims


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
    """Cut the claims of all policies to the caps that count them everywhere."""
    for policy in bill.lineup:
        for cap in policy.shared_caps:
            claims = cut_to_cap(policy, cap, claims, bill)
    return claims


def cut_together(claims: list[Claim], limit: int, bill: Bill) -> list[Claim]:
    """Claims cut to `limit` together: in paying order, or in proportion if all agree.

    Funders who share a rule by percent stay in that ratio whatever is cut.
    """
    ordered = _in_paying_order(claims, bill)
    if sum(claim.fen for claim in ordered) <= limit:
        return ordered
    units = _units(ordered)
    proportional = all(unit[0].policy.terms.shortage == "proportional" for unit in units)
    amounts = scaled(
        [sum(claim.fen for claim in unit) for unit in units],
        limit,
        "proportional" if proportional else "in_order",
    )
    cut = (_cut(unit, fen) for unit, fen in zip(units, amounts, strict=True))
    return [claim for unit in cut for claim in unit if claim.fen]


def _in_paying_order(claims: list[Claim], bill: Bill) -> list[Claim]:
    if len(claims) < 2:
        return claims
    place = bill.place
    return sorted(
        claims,
        key=lambda claim: (
            place[claim.policy.code],
            claim.policy.funders.index(claim.funder),
        ),
    )


def _units(ordered: list[Claim]) -> list[list[Claim]]:
    """The claims, those that share one rule by percent together."""
    shared: dict[tuple[str, str], list[Claim]] = {}
    for claim in ordered:
        if claim.rule.split[0].basis_points is not None:
            shared.setdefault((claim.policy.code, claim.rule.code), []).append(claim)
    whole = {key for key, unit in shared.items() if _is_whole(unit)}
    units = []
    for claim in ordered:
        key = claim.policy.code, claim.rule.code
        if key not in whole:
            units.append([claim])
        elif shared[key][0] is claim:
            units.append(shared[key])
    return units


def _is_whole(unit: list[Claim]) -> bool:
    """Whether the claims are still what their rule's ratio made of their sum."""
    return {claim.funder: claim.fen for claim in unit} == _shares(unit, sum(c.fen for c in unit))


def _shares(unit: list[Claim], fen: int) -> dict[str, int]:
    rule = unit[0].rule
    return {funder: part for funder, part in split(fen, rule, unit[0].policy.terms) if part}


def _cut(unit: list[Claim], fen: int) -> list[Claim]:
    if unit[0].rule.split[0].basis_points is None or not _is_whole(unit):
        return [unit[0].cut(fen)]
    shares = _shares(unit, fen) if fen else {}
    return [claim.cut(shares.get(claim.funder, 0)) for claim in unit]
