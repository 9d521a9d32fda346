"""What a policy says, as frozen data.

These shapes mirror the document (`policies/README.md` explains every key). Amounts are
integer fen, percentages integer basis points (10 % is 1000), ages are half-open
(``age_from`` counts, ``age_below`` does not), days are inclusive. Who qualifies, when and
where is said by `conditions`. Nothing here decides: see `rules`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from canteen.subsidies.conditions import Guard, Person, Place, Target

Span = Literal["meal", "period", "day", "week", "month", "year"]

FUNDERS: dict[str, tuple[str, str]] = {
    "province": ("省级", "province"),
    "city": ("市级", "city"),
    "district": ("区级", "district"),
    "town": ("镇街", "town"),
    "village": ("村社区", "village"),
    "party": ("党费", "party dues"),
    "lottery": ("福彩公益金", "welfare lottery fund"),
    "charity": ("慈善", "charity"),
    "operator": ("食堂", "canteen"),
}
"""Who can pay a part of a meal: code, and its name in Chinese and English."""

EVERYTHING = "*"
"""The scope of a history that counts every part of every policy."""


@dataclass(frozen=True)
class Words:
    """A name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Effect:
    """What a rule gives. Which fields count depends on `kind`:

    ``off`` fen · ``percent_off`` basis_points, of, ceiling_fen · ``pay`` fen (what the
    diner pays), set_price_fen (beyond it the diner pays; None: whatever the price) ·
    ``pay_at_most`` fen, ceiling_fen · ``free`` · ``nth_meal`` steps_fen (what the first,
    second … meal of the day costs), after · ``quota`` quota, basis_points · ``nothing``.
    """

    kind: str
    fen: int = 0
    basis_points: int = 0
    of: Literal["list", "remaining"] = "list"
    ceiling_fen: int | None = None
    set_price_fen: int | None = None
    steps_fen: tuple[int, ...] = ()
    after: Literal["last", "nothing"] = "nothing"
    quota: str = ""


@dataclass(frozen=True)
class Band:
    """An age band with its own effect."""

    effect: Effect
    age_from: int | None = None
    age_below: int | None = None


@dataclass(frozen=True)
class Share:
    """A funder's share of a rule: a ratio, a fixed sum, or (both None) the rest.

    `ceiling_fen` ends a ratio; what is beyond it goes where the odd fen go.
    """

    funder: str
    basis_points: int | None = None
    fen: int | None = None
    ceiling_fen: int | None = None


@dataclass(frozen=True)
class Rule:
    """One subsidy of a policy: who, when, what, and from whom.

    Rules run by `stage`, lowest first; a later stage sees what earlier ones left.
    `least_pay_fen` stays with the diner: the rule never takes the price below it.
    """

    code: str
    name: Words
    stage: int
    split: tuple[Share, ...]
    bands: tuple[Band, ...]
    pays_for: Target
    who: tuple[Person, ...] = ()
    when: Guard = field(default_factory=Guard)
    remainder_to: str | None = None
    least_pay_fen: int = 0

    @property
    def name_pair(self) -> tuple[str, str]:
        """Its name as (Chinese, English)."""
        return self.name.zh, self.name.en


@dataclass(frozen=True)
class Cap:
    """At most `meals` subsidised meals, or `fen`, per span.

    `rule`, `rules` (several together) and `funder` narrow what is counted; `everywhere`
    counts the parts of all policies, the funder's or everybody's. `site_in` limits the
    cap to meals eaten at sites there.
    """

    code: str
    per: Span
    meals: int | None = None
    fen: int | None = None
    rule: str | None = None
    funder: str | None = None
    everywhere: bool = False
    site_in: tuple[Place, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def named_rules(self) -> tuple[str, ...]:
        """The rules it counts; empty for every rule."""
        return self.rules if self.rule is None else (self.rule,)

    def counts(self, rule: str, funder: str) -> bool:
        """Whether it counts what a funder pays under a rule."""
        named = self.named_rules
        return (not named or rule in named) and self.funder in (None, funder)

    def scopes(self, policy: str) -> tuple[str, ...]:
        """The scopes of a history it counts in, taken together, as a cap of this policy."""
        if self.named_rules:
            return tuple(f"{policy}/{rule}" for rule in self.named_rules)
        if self.funder is not None:
            return (f"@{self.funder}" if self.everywhere else f"{policy}@{self.funder}",)
        return (EVERYTHING if self.everywhere else policy,)


@dataclass(frozen=True)
class Quota:
    """An allowance of `fen` per span that rules with effect ``quota`` draw on."""

    code: str
    name: Words
    per: Span
    fen: int


@dataclass(frozen=True)
class Pass:
    """A pass a diner may hold, bought for `price_fen` and good for `days` days."""

    code: str
    name: Words
    price_fen: int
    days: int


@dataclass(frozen=True)
class Grant:
    """Money for the canteen, not the diner: per delivery or per subsidised meal or day."""

    code: str
    name: Words
    funder: str
    per: Literal["delivery", "subsidised_delivery", "subsidised_meal", "subsidised_day"]
    fen: int
    who: tuple[Person, ...] = ()
    when: Guard = field(default_factory=Guard)


@dataclass(frozen=True)
class TopUp:
    """A bonus on a top-up of at least `at_least_fen`: a sum or a share of it.

    `each` gives the sum again for every full `at_least_fen`; `month_fen` caps a month.
    """

    code: str
    name: Words
    funder: str
    at_least_fen: int
    fen: int | None
    basis_points: int | None
    each: bool
    month_fen: int | None
    who: tuple[Person, ...] = ()


@dataclass(frozen=True)
class Terms:
    """How rules combine and round: choices sources leave open, so always written out.

    `overlap`: several rules of one stage apply. `with_others`: other policies pay too.
    `shortage`: funders together would exceed the price or a cap.
    """

    overlap: Literal["best_rule", "best_per_funder", "first_rule", "stack"]
    with_others: Literal["stack", "best_per_funder", "alone"]
    shortage: Literal["in_order", "proportional"]
    rounding: Literal["half_up", "half_even", "down", "up"]
    rounding_to: Literal["fen", "jiao", "yuan"]
    rounding_of: Literal["subsidy", "pay"]
    pays_for: Target
    registration: Literal["hukou", "residence"]


@dataclass(frozen=True)
class Silence:
    """A question the source leaves open, and what was chosen."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True)
class Policy:
    """One version of one policy. `funders` stand in the order in which they pay."""

    code: str
    version: int
    name: Words
    place: Place
    source: str
    valid_from: date
    valid_until: date | None
    funders: tuple[str, ...]
    terms: Terms
    rules: tuple[Rule, ...]
    caps: tuple[Cap, ...] = ()
    quotas: tuple[Quota, ...] = ()
    passes: tuple[Pass, ...] = ()
    grants: tuple[Grant, ...] = ()
    top_ups: tuple[TopUp, ...] = ()
    silences: tuple[Silence, ...] = ()

    def is_in_force(self, day: date) -> bool:
        """Whether meals of `day` fall under it; both ends count."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @cached_property
    def stages(self) -> tuple[int, ...]:
        """Its stages in the order they run."""
        return tuple(sorted({rule.stage for rule in self.rules}))

    @cached_property
    def by_stage(self) -> dict[int, tuple[Rule, ...]]:
        """Its rules by stage, in document order."""
        return {
            stage: tuple(rule for rule in self.rules if rule.stage == stage)
            for stage in self.stages
        }

    @cached_property
    def quota_by_code(self) -> dict[str, Quota]:
        """Its quotas by code."""
        return {quota.code: quota for quota in self.quotas}

    @cached_property
    def rules_by_quota(self) -> dict[str, tuple[str, ...]]:
        """Codes of the rules that draw on each quota."""
        return {
            quota.code: tuple(
                rule.code
                for rule in self.rules
                if any(band.effect.quota == quota.code for band in rule.bands)
            )
            for quota in self.quotas
        }

    @cached_property
    def caps_by_part(self) -> dict[tuple[str, str], tuple[Cap, ...]]:
        """The caps of this policy alone that count a part, by its rule and funder."""
        return {
            (rule.code, share.funder): tuple(
                cap
                for cap in self.caps
                if not cap.everywhere and cap.counts(rule.code, share.funder)
            )
            for rule in self.rules
            for share in rule.split
        }

    @cached_property
    def rule_caps(self) -> dict[str, tuple[Cap, ...]]:
        """The caps in money on one rule alone, by rule."""
        return {
            rule.code: tuple(c for c in self.caps if c.rule == rule.code and c.fen is not None)
            for rule in self.rules
        }

    @cached_property
    def joint_caps(self) -> tuple[Cap, ...]:
        """The caps in money on several rules of this policy together."""
        return tuple(
            cap
            for cap in self.caps
            if cap.rule is None and not cap.everywhere and cap.fen is not None
        )

    @cached_property
    def shared_caps(self) -> tuple[Cap, ...]:
        """The caps that count the parts of all policies."""
        return tuple(cap for cap in self.caps if cap.everywhere)

    @cached_property
    def asks_time(self) -> bool:
        """Whether a price under it may depend on the time of the day."""
        return any(guard.windows for guard in self._guards)

    @cached_property
    def asks_birthday(self) -> bool:
        """Whether a price under it may depend on the birthday itself, beside the age."""
        return any(guard.birthday for guard in self._guards)

    @cached_property
    def asks_history(self) -> tuple[tuple[Span, tuple[str, ...]], ...]:
        """(span, scopes) of all that its caps, quotas and grants count of earlier meals."""
        asked: list[tuple[Span, tuple[str, ...]]]
        asked = [(cap.per, cap.scopes(self.code)) for cap in self.caps]
        for quota in self.quotas:
            drawing = self.rules_by_quota[quota.code]
            asked.append((quota.per, tuple(f"{self.code}/{rule}" for rule in drawing)))
        if any(grant.per == "subsidised_day" for grant in self.grants):
            asked += [("day", (f"{self.code}@{funder}",)) for funder in self.funders]
        return tuple(dict.fromkeys(asked))

    @property
    def _guards(self) -> list[Guard]:
        return [rule.when for rule in self.rules] + [grant.when for grant in self.grants]

    @cached_property
    def label(self) -> str:
        """Code and version, as a meal keeps it: ``shenzhen@1``."""
        return f"{self.code}@{self.version}"


def in_force(policies: Iterable[Policy], day: date) -> list[Policy]:
    """The policies that rule meals of `day`: of each code only its highest version."""
    newest: dict[str, Policy] = {}
    for policy in policies:
        if not policy.is_in_force(day):
            continue
        if policy.code not in newest or policy.version > newest[policy.code].version:
            newest[policy.code] = policy
    return list(newest.values())
