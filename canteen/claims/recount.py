"""Counts every cap and quota again over what stands, and finds the parts beyond them. Pure.

A counter keeps caps while it sells; what arrives late or in bulk may still pass over one.
Parts are taken in the order in which they were booked, so that the last ones are beyond.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from canteen.foundation.money import spoken_yuan
from canteen.subsidies.eligibility import inside
from canteen.subsidies.facts import scopes_of, span_start
from canteen.subsidies.policy import Place, Policy

Both = tuple[str, str]

SPANS: dict[str, Both] = {
    "meal": ("一餐", "in one meal"),
    "period": ("这个餐次", "in this meal period"),
    "day": ("当天", "that day"),
    "week": ("当周", "that week"),
    "month": ("当月", "that month"),
    "year": ("当年", "that year"),
}


@dataclass(frozen=True)
class Limit:
    """A cap or a quota: at most so many meals, or fen, per span within its scopes."""

    code: str
    """``policy/cap``: the same one in every version."""
    per: str
    meals: int | None
    fen: int | None
    scopes: frozenset[str]
    funder: str | None = None
    site_in: tuple[Place, ...] = ()


class Part(NamedTuple):
    """One part of a standing meal. `limits` are those of the meal's policies; `place` is the
    site's; `ours` says whether it is a line of the claim."""

    transfer_id: int
    meal_id: UUID
    service_date: date
    period: str
    place: Place
    policy: str
    rule: str
    funder: str
    fen: int
    ours: bool
    limits: tuple[Limit, ...]


@dataclass(frozen=True)
class Excess:
    """A part beyond a limit: by how much, and why in both languages."""

    part: Part
    over_fen: int
    why: Both


def limits_of(policy: Policy, *, only_everywhere: bool = False) -> tuple[Limit, ...]:
    """Every limit of a policy; or those that also count what other policies pay."""
    caps = tuple(
        Limit(
            code=f"{policy.code}/{cap.code}",
            per=cap.per,
            meals=cap.meals,
            fen=cap.fen,
            scopes=frozenset(cap.scopes(policy.code)),
            funder=cap.funder,
            site_in=cap.site_in,
        )
        for cap in policy.caps
        if cap.everywhere or not only_everywhere
    )
    if only_everywhere:
        return caps
    quotas = tuple(
        Limit(
            code=f"{policy.code}/quota/{quota.code}",
            per=quota.per,
            meals=None,
            fen=quota.fen,
            scopes=frozenset(f"{policy.code}/{rule}" for rule in drawing),
        )
        for quota in policy.quotas
        if (drawing := policy.rules_by_quota[quota.code])
    )
    return caps + quotas


def excesses(parts: Iterable[Part]) -> Iterator[Excess]:
    """The parts of one diner that are ours and beyond a limit; of several, the worst.

    All of the diner's parts must be here, of every span that a limit counts.
    """
    tallies = _Tallies()
    for part in sorted(parts):
        found = [
            Excess(part, over_fen, why)
            for limit in part.limits
            if _covers(limit, part)
            for over_fen, why in tallies.add(limit, part)
        ]
        if found and part.ours:
            yield max(found, key=lambda excess: excess.over_fen)


class _Tallies:
    """What each limit has seen in each of its spans."""

    def __init__(self) -> None:
        self._meals: dict[tuple[str, object], set[UUID]] = defaultdict(set)
        self._fen: dict[tuple[str, object], int] = defaultdict(int)

    def add(self, limit: Limit, part: Part) -> Iterator[tuple[int, Both]]:
        """Count a part; what of it is beyond the limit, if anything, and why."""
        key = limit.code, _span(limit.per, part)
        holds = not limit.site_in or inside(part.place, limit.site_in)
        zh, en = SPANS[limit.per]
        if limit.meals is not None:
            seen = self._meals[key]
            if part.meal_id not in seen and len(seen) >= limit.meals and holds:
                yield (
                    part.fen,
                    (
                        f"{zh}已补 {limit.meals} 餐，到了上限，这一餐超出",
                        f"{limit.meals} meals were subsidised {en}, the cap; this one is beyond",
                    ),
                )
            else:
                seen.add(part.meal_id)
        if limit.fen is not None:
            self._fen[key] += part.fen
            over = min(part.fen, self._fen[key] - limit.fen)
            if over > 0 and holds:
                most, much = spoken_yuan(limit.fen), spoken_yuan(over)
                yield (
                    over,
                    (
                        f"{zh}最多补 {most} 元，这一笔超出 {much} 元",
                        f"at most {most} yuan {en}; this entry is {much} yuan beyond",
                    ),
                )


def _covers(limit: Limit, part: Part) -> bool:
    return limit.funder in (None, part.funder) and not limit.scopes.isdisjoint(
        scopes_of(part.policy, part.rule, part.funder)
    )


def _span(per: str, part: Part) -> object:
    if per == "meal":
        return part.meal_id
    if per == "period":
        return part.service_date, part.period
    return span_start(per, part.service_date)
