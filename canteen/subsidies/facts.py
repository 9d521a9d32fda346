"""What the engine is told about a meal, and what it answers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import NamedTuple

from canteen.subsidies.policy import Cap, Place, Policy

SPANS = ("period", "day", "week", "month", "year")
"""Stretches over which history is counted. A week begins on Monday."""


class Tally(NamedTuple):
    """What was already subsidised: how many meals, and how much."""

    meals: int = 0
    fen: int = 0


class PastPart(NamedTuple):
    """One part of an earlier meal that stands (not voided)."""

    meal: str
    service_date: date
    period: str
    policy: str
    rule: str
    funder: str
    amount_fen: int


@dataclass(frozen=True)
class History:
    """What the diner already received, at all sites together.

    `tallies` maps (span, scope) to what was subsidised; scopes are ``"policy"``,
    ``"policy/rule"``, ``"policy@funder"``, ``"@funder"`` and ``"*"`` by code. Build it
    with `history_of` (from rows) or `stated_history` (from bare counts). `meals_today`
    counts meals eaten today, subsidised or not. `quota_left_fen` overrides what the
    tallies say about a quota, by ``"policy/quota"``. `meals_of` names the meals behind
    the tallies of rules; where counts were only `stated`, every scope has the same.
    """

    meals_today: int = 0
    tallies: Mapping[tuple[str, str], Tally] = field(default_factory=dict)
    quota_left_fen: Mapping[str, int] = field(default_factory=dict)
    meals_of: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    stated: bool = False

    def tally(self, span: str, scope: str) -> Tally:
        """What was subsidised in the span within the scope."""
        return self.tallies.get((span, scope), _NOTHING)

    def together(self, span: str, scopes: Sequence[str]) -> Tally:
        """What was subsidised within any of the scopes; a meal counts once."""
        if len(scopes) == 1:
            return self.tally(span, scopes[0])
        tallies = [self.tally(span, scope) for scope in scopes]
        if self.stated:
            return max(tallies, default=_NOTHING)
        meals = set().union(*(self.meals_of.get((span, scope), ()) for scope in scopes))
        count = len(meals) or sum(tally.meals for tally in tallies)
        return Tally(count, sum(tally.fen for tally in tallies))


_NOTHING = Tally()


@dataclass(frozen=True, kw_only=True)
class MealFacts:
    """Everything about one meal before it is priced.

    `price_fen` is the list price without the delivery fee. Paths run from city over
    district to town: ``("广州市", "增城区", "正果镇")``. `tags` are those valid on
    `service_date`. `registered_here`: the diner's home site is this one. `site_traits`
    are words of the site such as ``"own_kitchen"``; `passes` those valid today.
    """

    service_date: date
    local_time: time
    period: str
    channel: str
    price_fen: int
    delivery_fee_fen: int = 0
    item_class: str = "set"
    is_workday: bool
    is_public_holiday: bool
    birthday: date | None
    tags: frozenset[str] = frozenset()
    hukou_path: Place = ()
    residence_path: Place = ()
    site_path: Place = ()
    in_institution: bool = False
    registered_here: bool = True
    site_traits: frozenset[str] = frozenset()
    passes: frozenset[str] = frozenset()
    history: History = field(default_factory=History)


@dataclass(frozen=True, kw_only=True)
class TopUpFacts:
    """A top-up before its bonus is known."""

    service_date: date
    amount_fen: int
    birthday: date | None
    tags: frozenset[str] = frozenset()
    hukou_path: Place = ()
    residence_path: Place = ()
    in_institution: bool = False
    registered_here: bool = True
    passes: frozenset[str] = frozenset()
    bonus_this_month_fen: Mapping[str, int] = field(default_factory=dict)
    """Bonus already given this month, by ``"policy/top_up"``."""


@dataclass(frozen=True)
class Part:
    """What one funder pays under one rule. Also used for grants and bonuses."""

    funder: str
    amount_fen: int
    policy: str
    rule: str


@dataclass(frozen=True)
class PricedMeal:
    """A meal with its price taken apart.

    The parts sum to `subsidy_fen`; `pay_fen` is price and delivery fee less subsidy.
    `policies` names those that paid as ``code@version``; `grants` are due to the
    canteen and change nothing for the diner.
    """

    price_fen: int
    delivery_fee_fen: int
    subsidy_fen: int
    pay_fen: int
    parts: tuple[Part, ...]
    age: int | None
    age_band: str
    reason_zh: str
    reason_en: str
    policies: tuple[str, ...]
    grants: tuple[Part, ...] = ()


def span_start(span: str, day: date) -> date:
    """The first day of the period, day, week (Monday), month or year that holds `day`."""
    if span == "week":
        return day - timedelta(days=day.weekday())
    if span == "month":
        return day.replace(day=1)
    if span == "year":
        return day.replace(month=1, day=1)
    return day


def history_since(policies: Iterable[Policy], day: date) -> date:
    """The earliest date whose meals these policies need to know to price a meal of `day`."""
    spans = {cap.per for policy in policies for cap in policy.caps}
    spans |= {quota.per for policy in policies for quota in policy.quotas}
    return min((span_start(span, day) for span in spans), default=day)


def history_of(
    past: Iterable[PastPart],
    *,
    service_date: date,
    period: str,
    meals_today: int,
    quota_left_fen: Mapping[str, int] | None = None,
) -> History:
    """Count parts already granted, in every span around `service_date` that holds them."""
    meals: dict[tuple[str, str], set[str]] = defaultdict(set)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for part in past:
        for span in _spans_holding(part, service_date, period):
            for scope in scopes_of(part.policy, part.rule, part.funder):
                meals[span, scope].add(part.meal)
                sums[span, scope] += part.amount_fen
    return History(
        meals_today=meals_today,
        tallies={key: Tally(len(meals[key]), sums[key]) for key in meals},
        quota_left_fen=dict(quota_left_fen or {}),
        meals_of={key: frozenset(ids) for key, ids in meals.items() if "/" in key[1]},
    )


def _spans_holding(part: PastPart, day: date, period: str) -> list[str]:
    """The spans around `day` in which the part lies.

    A later meal of the same week counts too: an offline sale may arrive after it.
    """
    held = [
        span
        for span in ("day", "week", "month", "year")
        if span_start(span, part.service_date) == span_start(span, day)
    ]
    if part.service_date == day and part.period == period:
        held.append("period")
    return held


EVERYTHING = "*"
"""The scope that counts every part of every policy."""


def scopes_of(policy: str, rule: str, funder: str) -> tuple[str, ...]:
    """Every scope a part is counted in."""
    return policy, f"{policy}/{rule}", f"{policy}@{funder}", f"@{funder}", EVERYTHING


def stated_history(
    policies: Sequence[Policy],
    *,
    meals_today: int = 0,
    spans: Mapping[str, Tally],
    quota_left_fen: Mapping[str, int] | None = None,
) -> History:
    """A history told in bare counts per span, taken to lie in every scope a cap watches."""
    tallies = {}
    for policy in policies:
        scopes = {
            scope
            for rule in policy.rules
            for share in rule.split
            for scope in scopes_of(policy.code, rule.code, share.funder)
        }
        scopes |= {scope for cap in policy.caps for scope in cap_scopes(policy.code, cap)}
        for span, tally in spans.items():
            tallies.update({(span, scope): tally for scope in scopes})
    return History(
        meals_today=meals_today,
        tallies=tallies,
        quota_left_fen=dict(quota_left_fen or {}),
        stated=True,
    )


def cap_scopes(policy: str, cap: Cap) -> tuple[str, ...]:
    """The scopes a cap counts in, taken together."""
    if cap.named_rules:
        return tuple(f"{policy}/{rule}" for rule in cap.named_rules)
    if cap.funder is not None:
        return (f"@{cap.funder}" if cap.everywhere else f"{policy}@{cap.funder}",)
    return (EVERYTHING if cap.everywhere else policy,)
