"""A person over time, and ordinary meals of theirs, to ask the engine what a rule gives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from canteen.foundation.calendar import age_on
from canteen.subsidies.conditions import Guard, Place
from canteen.subsidies.eligibility import Miss, age_miss, guard_miss, person_miss
from canteen.subsidies.facts import History, MealFacts, PricedMeal
from canteen.subsidies.policy import Band, Policy, Rule
from canteen.subsidies.rules import price_meal

Span = tuple[str, date, date | None]
"""A code, and the first and last day it holds (None: no end)."""
PRICES = (1000, 1500, 2500)
"""What ordinary meals cost: a rule that pays for none of them pays for no ordinary meal."""


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A person at the canteen they eat at, with the days their tags and passes hold."""

    birthday: date | None
    tag_spans: tuple[Span, ...] = ()
    pass_spans: tuple[Span, ...] = ()
    hukou_path: Place = ()
    residence_path: Place = ()
    site_path: Place = ()
    in_institution: bool = False
    registered_here: bool = True
    site_traits: frozenset[str] = frozenset()

    def spans(self) -> Iterator[tuple[date, date | None]]:
        """(first day, first day after) of every tag and pass."""
        for _, begins, until in (*self.tag_spans, *self.pass_spans):
            yield begins, None if until is None else until + timedelta(days=1)

    def meal(
        self,
        day: date,
        guard: Guard,
        *,
        price_fen: int = 0,
        fee_fen: int = 0,
        history: History | None = None,
    ) -> MealFacts:
        """A meal of theirs on `day` at which `guard` holds, as far as the person can choose."""
        windows = guard.windows
        named = guard.periods or tuple(window.period for window in windows if window.period)
        channel = guard.channels[0] if guard.channels else "delivery" if fee_fen else "dine_in"
        return MealFacts(
            service_date=day,
            local_time=windows[0].start if windows else time(12),
            period=(windows[0].period or "")
            if windows and not guard.periods
            else named[0]
            if named
            else "lunch",
            channel=channel,
            price_fen=price_fen,
            delivery_fee_fen=fee_fen,
            item_class=guard.item_classes[0] if guard.item_classes else "set",
            is_workday=guard.days not in ("rest_days", "public_holidays"),
            is_public_holiday=guard.days == "public_holidays",
            birthday=self.birthday,
            tags=_held(self.tag_spans, day),
            hukou_path=self.hukou_path,
            residence_path=self.residence_path,
            site_path=self.site_path,
            in_institution=self.in_institution,
            registered_here=self.registered_here,
            site_traits=self.site_traits,
            passes=_held(self.pass_spans, day),
            history=history or History(),
        )


def _held(spans: tuple[Span, ...], day: date) -> frozenset[str]:
    return frozenset(
        code for code, begins, until in spans if begins <= day and (until is None or day <= until)
    )


def standing_miss(
    policy: Policy, rule: Rule, holder: Holder, day: date
) -> tuple[Band | None, Miss | None]:
    """The person's band of a rule, and why the rule is not theirs: person, age or canteen."""
    facts, age = holder.meal(day, rule.when), age_on(holder.birthday, day)
    miss = person_miss(rule.who, facts, age)
    if miss is not None:
        return None, miss
    misses = []
    for band in rule.bands:
        outside = age_miss(band.age_from, band.age_below, age)
        if outside is not None:
            misses.append(outside)
        elif band.effect.kind == "nothing":
            return band, Miss(0, "no_effect")
        else:
            return band, guard_miss(_of_place(rule.when), facts, policy.terms, {})
    return None, max(misses, key=lambda each: each.rank)


def _of_place(guard: Guard) -> Guard:
    """Only what a guard asks of the canteen: a person does not choose that from day to day."""
    return Guard(
        site_in=guard.site_in,
        site_in_same=guard.site_in_same,
        site_traits_any=guard.site_traits_any,
        site_traits_none=guard.site_traits_none,
    )


def first_payer(
    policies: Sequence[Policy], policy: Policy, rule: Rule, holder: Holder, day: date
) -> Rule | None:
    """The rule itself if it pays for some ordinary meal, else the one that pays instead.

    None if nothing pays for any of them: the meals were not ordinary enough to tell.
    """
    lineup, instead = _on_any_day(policies, policy, rule), None
    for facts in _meals(holder, day, rule):
        for part in price_meal(policies=lineup, facts=facts).parts:
            if (part.policy, part.rule) == (policy.code, rule.code):
                return rule
            instead = instead or _rule(policies, part.policy, part.rule)
    return instead


def _rule(policies: Sequence[Policy], policy_code: str, rule_code: str) -> Rule | None:
    rules = (rule for policy in policies if policy.code == policy_code for rule in policy.rules)
    return next((rule for rule in rules if rule.code == rule_code), None)


def _on_any_day(policies: Sequence[Policy], policy: Policy, rule: Rule) -> list[Policy]:
    """The policies, with the one rule paying on every day of the calendar."""
    always = replace(
        rule,
        when=replace(rule.when, weekdays=(), days_of_month=(), months=(), dates=(), birthday=None),
    )
    rules = tuple(always if each is rule else each for each in policy.rules)
    return [replace(each, rules=rules) if each is policy else each for each in policies]


def _meals(holder: Holder, day: date, rule: Rule) -> Iterator[MealFacts]:
    spend, edges = rule.when.spend, []
    if spend is not None:
        edges = [spend.fen + 1, spend.fen, spend.top_fen or 0, max(0, (spend.top_fen or 0) - 1)]
    nth = rule.when.meals_of_day[0] if rule.when.meals_of_day else 1
    fee = 0 if rule.pays_for == "meal" else 300
    for price in (*PRICES, *edges):
        yield holder.meal(
            day,
            rule.when,
            price_fen=price,
            fee_fen=fee,
            history=History(meals_today=nth - 1),
        )


def ordinary_meal(
    policies: Sequence[Policy],
    holder: Holder,
    day: date,
    *,
    period: str,
    at: time,
    price_fen: int,
    item_class: str,
) -> PricedMeal:
    """A meal eaten in on a workday, the first of the day, with nothing used up."""
    facts = replace(
        holder.meal(day, Guard(), price_fen=price_fen),
        period=period,
        local_time=at,
        item_class=item_class,
    )
    return price_meal(policies=policies, facts=facts)
