"""How claims combine: rules inside one policy, then policies with each other."""

from canteen.subsidies.bill import Claim


def choose(by_rule: list[list[Claim]], overlap: str) -> list[Claim]:
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


def best_across(claims: list[Claim]) -> list[Claim]:
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


def losing(awarded: list[Claim]) -> set[tuple[str, str]]:
    """(policy, funder) pairs that give way to another policy in another stage.

    `best_across` sees one stage; a funder may pay under two policies in two of them.
    """
    sums: dict[str, dict[str, int]] = {}
    for claim in awarded:
        given = sums.setdefault(claim.funder, {})
        given[claim.policy.code] = given.get(claim.policy.code, 0) + claim.fen
    choosy = {
        claim.funder for claim in awarded if claim.policy.terms.with_others == "best_per_funder"
    }
    return {
        (code, funder)
        for funder in choosy
        for code in sums[funder]
        if code != max(sums[funder], key=lambda each: sums[funder][each])
    }
