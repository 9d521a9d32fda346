"""What the engine is told about a meal, and what it answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property
from typing import NamedTuple

from canteen.subsidies.policy import EVERYTHING, Place, Policy

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
    tallies say about a quota, by ``"policy/quota"``. `counted` holds rows and counts
    when asked; where counts were only `stated`, every scope has the same.
    """

    meals_today: int = 0
    tallies: Mapping[tuple[str, str], Tally] = field(default_factory=dict)
    quota_left_fen: Mapping[str, int] = field(default_factory=dict)
    counted: "Counted | None" = None
    stated: bool = False

    def tally(self, span: str, scope: str) -> Tally:
        """What was subsidised in the span within the scope."""
        if self.counted is not None:
            return self.counted.tally(span, (scope,))
        return self.tallies.get((span, scope), _NOTHING)

    def together(self, span: str, scopes: Sequence[str]) -> Tally:
        """What was subsidised within any of the scopes; a meal counts once."""
        if self.counted is not None:
            return self.counted.tally(span, tuple(scopes))
        tallies = [self.tally(span, scope) for scope in scopes]
        if self.stated:
            return max(tallies, default=_NOTHING)
        return Tally(sum(each.meals for each in tallies), sum(each.fen for each in tallies))


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
    beside: tuple[str, int] | None = None
    """A set that dishes were added to, (class, fen): a part of the price; the rest is
    `item_class`. None: all of it is."""
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

    @property
    def by_class(self) -> Mapping[str, int]:
        """The list price by class, in fen: of one class, or a set's and what was added to it."""
        if self.beside is None:
            return {self.item_class: self.price_fen}
        code, fen = self.beside
        if code == self.item_class:
            return {code: self.price_fen}
        return {code: fen, self.item_class: self.price_fen - fen}


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


class Counted:
    """Parts already granted, gathered by what they share, and counted where a cap asks.

    A later meal of the same week counts too: an offline sale may arrive after it.
    """

    def __init__(self, past: Iterable[PastPart], day: date, period: str) -> None:
        self._past, self._day, self._period = tuple(past), day, period
        self._known: dict[tuple[str, tuple[str, ...]], Tally] = {}

    @cached_property
    def _by_scope(self) -> dict[str, list[tuple[tuple[str, ...], "_Group"]]]:
        """The parts by scope, each with the spans it lies in. Many a policy never asks."""
        by_spans: dict[tuple[str, ...], dict[tuple[str, str, str], _Group]] = {}
        by_when: dict[tuple[date, bool], dict[tuple[str, str, str], _Group]] = {}
        for meal, eaten_on, at, policy, rule, funder, fen in self._past:
            when = eaten_on, at == self._period
            groups = by_when.get(when)
            if groups is None:
                groups = by_when[when] = by_spans.setdefault(_spans_around(self._day, *when), {})
            key = policy, rule, funder
            group = groups.get(key)
            if group is None:
                group = groups[key] = _Group([], [])
            group.meals.append(meal)
            group.fen.append(fen)
        by_scope: dict[str, list[tuple[tuple[str, ...], _Group]]] = {}
        for spans, groups in by_spans.items():
            for key, group in groups.items():
                for scope in scopes_of(*key):
                    by_scope.setdefault(scope, []).append((spans, group))
        return by_scope

    def tally(self, span: str, scopes: tuple[str, ...]) -> Tally:
        """What lies in the span and in any of the scopes; a meal counts once."""
        known = self._known.get((span, scopes))
        if known is None:
            known = self._known[span, scopes] = self._count(span, scopes)
        return known

    def _count(self, span: str, scopes: tuple[str, ...]) -> Tally:
        meals: set[str] = set()
        fen = 0
        for scope in scopes:  # several are always rules of one policy: no part lies in two
            for spans, group in self._by_scope.get(scope, ()):
                if span in spans:
                    meals.update(group.meals)
                    fen += sum(group.fen)
        return Tally(len(meals), fen)


class _Group(NamedTuple):
    meals: list[str]
    fen: list[int]


def _spans_around(day: date, eaten_on: date, same_period: bool) -> tuple[str, ...]:
    """The spans around `day` in which a meal lies."""
    held = []
    if eaten_on == day:
        held = ["day", "period"] if same_period else ["day"]
    if 0 <= (eaten_on - day).days + day.weekday() < 7:
        held.append("week")
    if eaten_on.year == day.year:
        held += ["year", "month"] if eaten_on.month == day.month else ["year"]
    return tuple(held)


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
    counted = Counted(past, service_date, period)
    return History(
        meals_today=meals_today, quota_left_fen=dict(quota_left_fen or {}), counted=counted
    )


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
        scopes |= {scope for cap in policy.caps for scope in cap.scopes(policy.code)}
        for span, tally in spans.items():
            tallies.update({(span, scope): tally for scope in scopes})
    return History(
        meals_today=meals_today,
        tallies=tallies,
        quota_left_fen=dict(quota_left_fen or {}),
        stated=True,
    )
