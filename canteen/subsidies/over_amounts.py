"""What a diner is given as the amount grows: asked of the engine, told as data. Pure.

A counter without a network is sent no rules. It is sent a line for every stretch of amounts:
from where on it holds, and what is given there. A line is a sum that does not change, or grows
with the amount, and percentages rounded as their policy says. The lines are guessed, and the
engine is asked until they are right: at every sum that a policy names, wherever two lines meet
and at points spread over all amounts. Where no few lines fit, there are none, and the counter
must not price such a tray by itself.

The arithmetic of a line stands once here and once in ``offline/effects.js``; a test holds the
two together, and both to the engine.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Any

from canteen.subsidies.amounts import UNITS, WHOLE, share_of
from canteen.subsidies.caps import holds_at
from canteen.subsidies.eligibility import age_on, moment_miss, person_miss
from canteen.subsidies.facts import MealFacts
from canteen.subsidies.policy import Policy, Rule, Terms, in_force
from canteen.subsidies.rules import band_for, subsidy_of

MOST_LINES = 40
"""More lines than these are a staircase that was not understood."""
_SPREAD = 97
"""How many points spread over all amounts are asked about."""
_SHIFTS = 12
_PERCENTS = 4


@dataclass(frozen=True)
class Percent:
    """A percentage of the list price, or (`rest`) of what is left, each beyond `beyond_fen`."""

    basis_points: int
    terms: Terms
    stage: int
    rest: bool
    beyond_fen: int = 0


@dataclass(frozen=True)
class Line:
    """From `from_fen` on is given: `fen`, `times` the amount, and the percentages."""

    from_fen: int
    fen: int
    times: int
    percents: tuple[Percent, ...]

    def given(self, amount: int) -> int:
        """What this line gives, as it stands."""
        return self.fen + self.times * amount + _percents(self.percents, amount)


Effect = tuple[Line, ...]
"""Lines in the order of their amounts, the first from nought on."""


def given(effect: Effect, amount: int) -> int:
    """What is given of an amount, in fen."""
    line = next(line for line in reversed(effect) if line.from_fen <= amount)
    return max(0, min(line.given(amount), amount))


def standing_of(policies: Sequence[Policy], facts: MealFacts, most_fen: int) -> tuple[Any, ...]:
    """All that the engine looks at beside the amount: equal for meals with one effect."""
    age = age_on(facts.birthday, facts.service_date)
    told: list[Any] = [facts.history.meals_today, facts.beside]
    for policy in in_force(policies, facts.service_date):
        told += [policy.label, tuple(_held(policy, rule, facts, age) for rule in policy.rules)]
        for cap in policy.caps:
            if not holds_at(cap, facts.site_path):
                continue
            seen = facts.history.together(cap.per, cap.scopes(policy.code))
            told.append(cap.meals is None or seen.meals < cap.meals)
            told.append(None if cap.fen is None else min(max(0, cap.fen - seen.fen), most_fen))
        told += [min(left, most_fen) for left in _quotas_left(policy, facts)]
    return tuple(told)


def effect_over(policies: Sequence[Policy], facts: MealFacts, most_fen: int) -> Effect | None:
    """What is given of every amount from 0 to `most_fen`; None where few lines do not tell it.

    `facts` are those of the meal; their price is not looked at. Where it has a set beside the
    amount, amounts are what both come to, and begin with the set's price.
    """
    known: dict[int, int] = {}

    def asked(amount: int) -> int:
        if amount not in known:
            known[amount] = subsidy_of(policies=policies, facts=replace(facts, price_fen=amount))
        return known[amount]

    rules = list(_ruling(policies, facts))
    percents = _percent_effects(rules)
    if len(percents) > _PERCENTS:
        return None
    constants = _constants(policies, facts, rules)
    base = facts.beside[1] if facts.beside else 0
    checks = _checks(constants, percents, most_fen, base)
    shapes = list(_shapes(percents, constants, base))
    lines: list[Line] = []
    at = base
    while at <= most_fen:
        line, last = _longest(shapes, asked, at, checks, most_fen)
        lines.append(line)
        if len(lines) > MOST_LINES:
            return None
        at = last + 1
    return tuple(lines) or None


def _percents(percents: Iterable[Percent], amount: int) -> int:
    """Percentages one stage after the other: a later one sees what the earlier left."""
    before = now = 0
    stage = None
    for percent in percents:
        if percent.stage != stage:
            before, now, stage = before + now, 0, percent.stage
        base = amount - percent.beyond_fen - (before if percent.rest else 0)
        now += share_of(max(0, base), percent.basis_points, percent.terms)
    return before + now


def _longest(
    shapes: Sequence[tuple[int, tuple[Percent, ...]]],
    asked: Callable[[int], int],
    at: int,
    checks: Sequence[int],
    most: int,
) -> tuple[Line, int]:
    """The line that holds longest from `at` on, and the last amount it holds for."""
    best: tuple[Line, int] | None = None
    ahead = _ahead(at, checks, most)
    for times, percents in shapes:
        fen = asked(at) - times * at - _percents(percents, at)
        line = Line(at, fen, times, percents)
        last = _holds_until(line, asked, at, ahead)
        if best is None or last > best[1]:
            best = line, last
            if last == most:
                break
    assert best is not None, "a constant is always a line"
    return best


def _ahead(at: int, checks: Sequence[int], most: int) -> list[int]:
    """The points a line that begins at `at` is tried at: close ones first, then the checks."""
    near = {at + step for step in (1, 2, 3, 5, 9, 10, 11, 19, 50, 51, 99, 100, 101)}
    return sorted({point for point in (*near, *checks, most) if at < point <= most})


def _holds_until(line: Line, asked: Callable[[int], int], at: int, ahead: Sequence[int]) -> int:
    good = at
    for point in ahead:
        if line.given(point) == asked(point):
            good = point
            continue
        bad = point
        while bad - good > 1:
            middle = (good + bad) // 2
            if line.given(middle) == asked(middle):
                good = middle
            else:
                bad = middle
        return good
    return good


def _shapes(
    percents: Sequence[Percent], constants: Sequence[int], base: int
) -> Iterator[tuple[int, tuple[Percent, ...]]]:
    """Every kind of line worth trying, the plain ones first.

    Beside a set of `base` fen a percentage may be of what was added to it alone.
    """
    yield from ((times, ()) for times in (0, 1, 2))
    added = (base,) if base else ()
    shifts = (0, *added, *constants[:_SHIFTS])
    for count in range(1, len(percents) + 1):
        for chosen in combinations(percents, count):
            choices = [
                [replace(one, beyond_fen=fen) for fen in (shifts if one.rest else (0, *added))]
                for one in chosen
            ]
            for shaped in product(*choices):
                yield 0, shaped
            yield 1, chosen


def _ruling(policies: Sequence[Policy], facts: MealFacts) -> Iterator[tuple[Policy, Rule, Any]]:
    """The rules that may pay for this meal, each with its effect."""
    age = age_on(facts.birthday, facts.service_date)
    for policy in in_force(policies, facts.service_date):
        for rule in policy.rules:
            index = _held(policy, rule, facts, age)
            if index is not None:
                yield policy, rule, rule.bands[index].effect


def _held(policy: Policy, rule: Rule, facts: MealFacts, age: int | None) -> int | None:
    """Which band of a rule is the diner's at this moment; None where it cannot pay."""
    band = band_for(rule, age)
    if band is None or person_miss(rule.who, facts, age) is not None:
        return None
    if moment_miss(rule.when, facts, policy.terms) is not None:
        return None
    return next(place for place, one in enumerate(rule.bands) if one is band)


def _percent_effects(rules: Iterable[tuple[Policy, Rule, Any]]) -> list[Percent]:
    """The percentages of these rules in the order of their stages, none twice in a stage."""
    found = [
        Percent(
            effect.basis_points,
            policy.terms,
            rule.stage,
            effect.kind == "quota" or effect.of == "remaining",
        )
        for policy, rule, effect in rules
        if effect.kind in ("percent_off", "quota")
    ]
    return sorted(found, key=lambda one: one.stage)


def _constants(
    policies: Sequence[Policy], facts: MealFacts, rules: Sequence[tuple[Policy, Rule, Any]]
) -> list[int]:
    """Every sum that a policy names or that a cap leaves, and sums of two, small ones first."""
    named: set[int] = set()
    for _policy, rule, effect in rules:
        named |= {effect.fen, effect.ceiling_fen or 0, effect.set_price_fen or 0}
        named |= {rule.least_pay_fen, *effect.steps_fen}
        named |= {share.fen or 0 for share in rule.split}
        named |= {share.ceiling_fen or 0 for share in rule.split}
        if rule.when.spend is not None:
            named |= {rule.when.spend.fen, rule.when.spend.top_fen or 0}
    for policy in in_force(policies, facts.service_date):
        for cap in policy.caps:
            if cap.fen is not None:
                seen = facts.history.together(cap.per, cap.scopes(policy.code))
                named.add(max(0, cap.fen - seen.fen))
        named |= set(_quotas_left(policy, facts))
    named.discard(0)
    pairs = {one + other for one, other in combinations(sorted(named)[:10], 2)}
    return [*sorted(named), *sorted(pairs - named)]


def _checks(
    constants: Sequence[int], percents: Sequence[Percent], most: int, base: int
) -> list[int]:
    """Amounts at which something may change, each with its neighbours, and a spread."""
    shares = {one.basis_points for one in percents}
    edges = set(constants)
    for points in shares:
        edges |= {fen * WHOLE // points for fen in constants if points}
        edges |= {fen * WHOLE // (WHOLE - points) for fen in constants if points < WHOLE}
    edges |= {base + edge for edge in edges}
    steps = {UNITS[one.terms.rounding_to] for one in percents} - {1}
    near = (-2, -1, 0, 1, 2, *(sign * step for step in steps for sign in (1, -1)))
    around = {edge + beside for edge in edges for beside in near}
    spread = {number * most // _SPREAD + number % 11 for number in range(_SPREAD)}
    return sorted(point for point in around | spread if 0 <= point <= most)


def _quotas_left(policy: Policy, facts: MealFacts) -> list[int]:
    history = facts.history
    lefts = []
    for quota in policy.quotas:
        stated = history.quota_left_fen.get(f"{policy.code}/{quota.code}")
        scopes = [f"{policy.code}/{rule}" for rule in policy.rules_by_quota[quota.code]]
        used = history.together(quota.per, scopes).fen
        lefts.append(max(0, quota.fen - used) if stated is None else stated)
    return lefts
