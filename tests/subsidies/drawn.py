"""Policies drawn at random, and a diner with a past, for proofs about amounts."""

import random
from datetime import date, time
from typing import Any

from canteen.subsidies.conditions import Guard, Spend
from canteen.subsidies.facts import MealFacts, PastPart, history_of
from canteen.subsidies.policy import (
    Band,
    Cap,
    Effect,
    Policy,
    Quota,
    Rule,
    Share,
    Terms,
    Words,
)
from tests.people import TODAY

FUNDERS = ("city", "district", "town", "operator")
PERCENTS = (500, 1000, 1500, 2000, 2500, 3000, 3333, 5000, 8000)


def sum_of(rng: random.Random, most: int) -> int:
    """A sum in fen as policies name it: whole yuan mostly, jiao and fen now and then."""
    unit = rng.choice((100, 100, 100, 50, 10, 1))
    return max(unit, rng.randrange(most) // unit * unit)


def policies_of(rng: random.Random) -> list[Policy]:
    """One policy, or two of which the second has one rule."""
    first = policy_of(rng, "first", rules=rng.choice((1, 1, 2, 2, 3)))
    return [first, policy_of(rng, "second", rules=1)] if rng.random() < 0.25 else [first]


def policy_of(rng: random.Random, code: str, *, rules: int) -> Policy:
    """A policy whose rules ask for nothing but the amount."""
    made = tuple(rule_of(rng, f"rule_{number}") for number in range(rules))
    draws = any(band.effect.kind == "quota" for rule in made for band in rule.bands)
    return Policy(
        code=code,
        version=1,
        name=Words("试验", "trial"),
        place=("南昌市",),
        source="试验",
        valid_from=date(2024, 1, 1),
        valid_until=None,
        funders=FUNDERS,
        terms=Terms(
            overlap=rng.choice(("best_rule", "best_per_funder", "first_rule", "stack")),  # type: ignore[arg-type]
            with_others=rng.choice(("stack", "best_per_funder", "alone")),  # type: ignore[arg-type]
            shortage=rng.choice(("in_order", "proportional")),  # type: ignore[arg-type]
            rounding=rng.choice(("half_up", "half_even", "down", "up")),  # type: ignore[arg-type]
            rounding_to=rng.choice(("fen", "jiao", "jiao", "yuan")),  # type: ignore[arg-type]
            rounding_of=rng.choice(("subsidy", "pay")),  # type: ignore[arg-type]
            pays_for="meal",
            registration="hukou",
        ),
        rules=made,
        caps=tuple(cap_of(rng, number) for number in range(rng.choice((0, 0, 1, 2)))),
        quotas=(Quota("monthly", Words("每月", "monthly"), "month", 3000),) if draws else (),
    )


def rule_of(rng: random.Random, code: str) -> Rule:
    """A rule with an effect, a minimum spend now and then, and one or two funders."""
    one = rng.choice(FUNDERS)
    other = rng.choice([funder for funder in FUNDERS if funder != one])
    is_shared = rng.random() < 0.2
    split = (Share(one, basis_points=5000), Share(other, basis_points=5000))
    return Rule(
        code=code,
        name=Words("规则", "rule"),
        stage=rng.choice((1, 1, 2, 3)),
        split=split if is_shared else (Share(one, basis_points=10_000),),
        remainder_to=one,
        bands=(Band(effect_of(rng)),),
        pays_for="meal",
        when=Guard(spend=spend_of(rng) if rng.random() < 0.4 else None),
        least_pay_fen=sum_of(rng, 300) if rng.random() < 0.2 else 0,
    )


def effect_of(rng: random.Random) -> Effect:
    """Any effect whose size depends on the amount or on nothing."""
    kind = rng.choice(("off", "percent_off", "percent_off", "pay", "pay_at_most", "free", "quota"))
    ceiling = sum_of(rng, 800) if rng.random() < 0.5 else None
    match kind:
        case "off":
            return Effect("off", fen=sum_of(rng, 800))
        case "percent_off":
            of: Any = rng.choice(("list", "list", "remaining"))
            points = rng.choice(PERCENTS)
            return Effect("percent_off", basis_points=points, of=of, ceiling_fen=ceiling)
        case "pay":
            price = rng.choice((None, sum_of(rng, 2000)))
            return Effect("pay", fen=sum_of(rng, 900), set_price_fen=price)
        case "pay_at_most":
            return Effect("pay_at_most", fen=sum_of(rng, 900), ceiling_fen=ceiling)
        case "quota":
            return Effect("quota", quota="monthly", basis_points=rng.choice((5000, 10_000)))
        case _:
            return Effect("free", ceiling_fen=ceiling)


def spend_of(rng: random.Random) -> Spend:
    """A minimum spend, with a top now and then."""
    least = sum_of(rng, 1500)
    return Spend(
        fen=least,
        strictly_more=rng.random() < 0.3,
        of=rng.choice(("list", "list", "remaining")),  # type: ignore[arg-type]
        counts="meal",
        top_fen=least + sum_of(rng, 2000) if rng.random() < 0.4 else None,
        top_counts=rng.random() < 0.5,
    )


def cap_of(rng: random.Random, number: int) -> Cap:
    """A cap on money or on meals, of one funder or of all."""
    return Cap(
        code=f"cap_{number}",
        per=rng.choice(("meal", "day", "month")),  # type: ignore[arg-type]
        meals=None,
        fen=sum_of(rng, 1500),
        funder=rng.choice((None, None, *FUNDERS)),
    )


def facts_of(rng: random.Random, policies: list[Policy]) -> MealFacts:
    """A meal of somebody who had something under these policies this month already."""
    past = [
        PastPart(
            f"meal {number}", TODAY.replace(day=1 + number), "lunch", policy.code,
            rule.code, rule.split[0].funder, rng.randrange(700),
        )
        for policy in policies
        for number, rule in enumerate(policy.rules)
        if rng.random() < 0.5
    ]  # fmt: skip
    return MealFacts(
        service_date=TODAY,
        local_time=time(11, 30),
        period="lunch",
        channel="dine_in",
        price_fen=0,
        item_class="dish",
        is_workday=True,
        is_public_holiday=False,
        birthday=date(1944, 5, 1),
        history=history_of(past, service_date=TODAY, period="lunch", meals_today=0),
    )
