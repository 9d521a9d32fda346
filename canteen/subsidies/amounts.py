"""From an effect to fen, and from fen to the shares of funders. Integers only."""

from collections.abc import Sequence

from canteen.subsidies.policy import Effect, Rule, Share, Terms

UNITS = {"fen": 1, "jiao": 10, "yuan": 100}
WHOLE = 10_000
"""Basis points of the whole."""


def rounded(numerator: int, denominator: int, mode: str) -> int:
    """``numerator / denominator`` (both not negative) as a whole number, by `mode`."""
    whole, rest = divmod(numerator, denominator)
    if mode == "up":
        return whole + (rest > 0)
    if mode == "down":
        return whole
    above_half = 2 * rest > denominator
    at_half = 2 * rest == denominator
    return whole + (above_half or (at_half and (mode == "half_up" or whole % 2 == 1)))


def share_of(base_fen: int, basis_points: int, terms: Terms) -> int:
    """A percentage of a sum, rounded as the terms say; never beyond the sum.

    Rounding may aim at the subsidy or at what is left to pay (``rounding_of``).
    """
    unit = UNITS[terms.rounding_to]
    points = basis_points if terms.rounding_of == "subsidy" else WHOLE - basis_points
    aimed = rounded(base_fen * points, WHOLE * unit, terms.rounding) * unit
    amount = aimed if terms.rounding_of == "subsidy" else base_fen - aimed
    return max(0, min(amount, base_fen))


def amount_of(
    effect: Effect,
    *,
    list_fen: int,
    left_fen: int,
    nth: int,
    quota_left_fen: int,
    terms: Terms,
) -> int:
    """What an effect gives, between 0 and `left_fen`.

    `list_fen` is the undiminished price of what the rule pays for, `left_fen` what
    earlier stages left of it, `nth` the meal of the day, counted from 1.
    """
    match effect.kind:
        case "off":
            amount = effect.fen
        case "percent_off":
            amount = share_of(
                list_fen if effect.of == "list" else left_fen, effect.basis_points, terms
            )
        case "pay":
            beyond = 0 if effect.set_price_fen is None else max(0, list_fen - effect.set_price_fen)
            amount = left_fen - beyond - effect.fen
        case "pay_at_most":
            amount = left_fen - effect.fen
        case "free":
            amount = left_fen
        case "nth_meal":
            amount = _nth_amount(effect, left_fen, nth)
        case "quota":
            amount = min(share_of(left_fen, effect.basis_points, terms), quota_left_fen)
        case _:
            amount = 0
    if effect.ceiling_fen is not None:
        amount = min(amount, effect.ceiling_fen)
    return max(0, min(amount, left_fen))


def _nth_amount(effect: Effect, left_fen: int, nth: int) -> int:
    if nth <= len(effect.steps_fen):
        return left_fen - effect.steps_fen[nth - 1]
    return left_fen - effect.steps_fen[-1] if effect.after == "last" else 0


def scaled(amounts: Sequence[int], limit: int, shortage: str) -> list[int]:
    """Cut amounts so that they sum to at most `limit`.

    ``in_order``: the first ones are paid in full. ``proportional``: each keeps its
    ratio; fen left over by division go to the largest fractions, earlier first.
    """
    total = sum(amounts)
    if total <= limit:
        return list(amounts)
    if shortage == "in_order":
        return _in_order(amounts, limit)
    kept = [amount * limit // total for amount in amounts]
    fractions = sorted(
        range(len(amounts)), key=lambda index: (-(amounts[index] * limit % total), index)
    )
    for index in fractions[: limit - sum(kept)]:
        kept[index] += 1
    return kept


def _in_order(amounts: Sequence[int], limit: int) -> list[int]:
    kept = []
    for amount in amounts:
        kept.append(min(amount, limit))
        limit -= kept[-1]
    return kept


def _ratio(amount_fen: int, share: Share) -> int:
    part = amount_fen * (share.basis_points or 0) // WHOLE
    return part if share.ceiling_fen is None else min(part, share.ceiling_fen)


def split(amount_fen: int, rule: Rule, terms: Terms) -> list[tuple[str, int]]:
    """Share a rule's amount among its funders; the shares sum to it exactly.

    By ratio: each share is cut to whole fen (and to its ceiling) and the difference goes
    to ``remainder_to``. By sums: fixed sums first, what is left to the share marked rest.
    """
    shares = rule.split
    if shares[0].basis_points is not None:
        parts = [_ratio(amount_fen, share) for share in shares]
        taker = [share.funder for share in shares].index(rule.remainder_to or shares[0].funder)
        parts[taker] += amount_fen - sum(parts)
    else:
        parts = scaled([share.fen or 0 for share in shares], amount_fen, terms.shortage)
        rest = [index for index, share in enumerate(shares) if share.fen is None]
        if rest:
            parts[rest[0]] = amount_fen - sum(parts)
    return [(share.funder, part) for share, part in zip(shares, parts, strict=True)]
