"""Computing time of the pricing engine for one meal, history at hand: target under 1 ms.

``python -m benchmarks.subsidies`` prices every worked case of every shipped policy many
times, then three heavy policies (42 rules, 27 caps, all of which pay or bind) together,
with 90 meals of a month and with a year of lunches and dinners under year caps. Two
columns: the engine alone, and with the counting of the history before it (`history_of`).
Milliseconds of the processor: other work on the machine is not counted.
"""

import argparse
import gc
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from datetime import time as clock
from importlib.resources import files

from canteen.subsidies.case_reading import parse_cases
from canteen.subsidies.documents import parse_policy
from canteen.subsidies.facts import MealFacts, PastPart, history_of, history_since
from canteen.subsidies.policy import Policy
from canteen.subsidies.rules import price_meal

SHELF = files("canteen.subsidies") / "policies"
DAY = date(2026, 12, 30)
"""A Wednesday near the end of the year, so that a year's history is long."""
RULES = 14
"""Of each of the three heavy policies: some forty in all."""
FUNDERS = ("province", "city", "district", "town", "charity")


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=2000, help="meals priced per line")
    times = parser.parse_args().times
    print(f"{'':<28}{'rules':>6}{'past':>6}   {'engine ms':^17}   {'with history ms':^17}")
    print(f"{'':<40}   {'median':>8}{'p99':>9}   {'median':>8}{'p99':>9}")
    for name, policies, meals, past in loads():
        engine = measured(lambda one, p=policies: price_meal(policies=p, facts=one), meals, times)
        whole = measured(
            lambda one, p=policies, h=past: price_meal(policies=p, facts=counted(one, h)),
            meals,
            times,
        )
        rules = sum(len(policy.rules) for policy in policies)
        count = len({part.meal for part in past})
        print(
            f"{name:<28}{rules:>6}{count:>6}   {engine[0]:>8.3f}{engine[1]:>9.3f}"
            f"   {whole[0]:>8.3f}{whole[1]:>9.3f}"
        )


def loads() -> Iterator[tuple[str, list[Policy], list[MealFacts], list[PastPart]]]:
    """(name, policies, meals to price, what the diner had before)."""
    for file in sorted(SHELF.iterdir(), key=lambda each: each.name):
        if not file.name.endswith(".toml"):
            continue
        policy = parse_policy(file.read_text("utf-8"))
        cases = (SHELF / file.name.replace(".toml", ".cases.csv")).read_text("utf-8")
        meals = [case.facts for case in parse_cases(cases, [policy])]
        yield policy.code, [policy], meals, month_of(policy)
    heavy = [parse_policy(heavy_document(code, seed)) for seed, code in enumerate("abc")]
    assert min(history_since([policy], DAY) for policy in heavy) == date(2026, 1, 1)
    lunch = heavy_meal()
    yield (
        "3 heavy policies, 90 meals",
        heavy,
        [lunch],
        meals_before(heavy, days=30, periods=("breakfast", "lunch", "dinner")),
    )
    yield (
        "3 heavy policies, a year",
        heavy,
        [lunch],
        meals_before(heavy, days=363, periods=("lunch", "dinner")),
    )


def measured(
    act: Callable[[MealFacts], object], meals: list[MealFacts], times: int
) -> tuple[float, float]:
    """(median, 99th percentile) in milliseconds of one meal."""
    for one in meals:
        act(one)
    gc.collect()
    taken = []
    for turn in range(times):
        one = meals[turn % len(meals)]
        start = time.thread_time()
        act(one)
        taken.append((time.thread_time() - start) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=100)[98]


def counted(meal: MealFacts, past: list[PastPart]) -> MealFacts:
    """The meal with its history counted, as the counter does for every sale."""
    history = history_of(past, service_date=meal.service_date, period=meal.period, meals_today=1)
    return replace(meal, history=history)


def month_of(policy: Policy) -> list[PastPart]:
    """A month of lunches under one policy."""
    rule = policy.rules[0]
    return [
        PastPart(f"m{back}", DAY - timedelta(days=back), "lunch", policy.code, rule.code,
                 rule.split[0].funder, 300)
        for back in range(1, 31)
    ]  # fmt: skip


def meals_before(policies: list[Policy], *, days: int, periods: tuple[str, ...]) -> list[PastPart]:
    """A meal in every period, each paid by two funders under one of the policies in turn."""
    parts = []
    for back in range(1, days + 1):
        for nth, period in enumerate(periods):
            policy = policies[(back + nth) % len(policies)]
            rule = policy.rules[back % len(policy.rules)]
            for share in (rule.split[0], policy.rules[0].split[0]):
                parts.append(
                    PastPart(f"{back}-{period}", DAY - timedelta(days=back), period,
                             policy.code, rule.code, share.funder, 5)
                )  # fmt: skip
    return parts


def heavy_meal() -> MealFacts:
    """A delivered lunch of somebody with many tags."""
    place = ("广州市", "增城区", "正果镇")
    return MealFacts(
        service_date=DAY,
        local_time=clock(11, 40),
        period="lunch",
        channel="delivery",
        price_fen=2600,
        delivery_fee_fen=300,
        is_workday=True,
        is_public_holiday=False,
        birthday=date(1940, 3, 5),
        tags=frozenset({"dibao", "living_alone", "care_severe", "visited"}),
        hukou_path=place,
        residence_path=place,
        site_path=place,
    )


def heavy_document(code: str, seed: int) -> str:
    """A policy of many rules over three stages with every kind of guard, cap and effect."""
    rng = random.Random(seed)
    overlap = ("best_per_funder", "stack", "best_rule")[seed % 3]
    rules = "".join(heavy_rule(rng, index) for index in range(RULES))
    caps = "".join(
        f'\n[[cap]]\ncode = "{funder}-{per}"\nper = "{per}"\nyuan = {yuan}\nfunder = "{funder}"\n'
        for funder in FUNDERS[:3]
        for per, yuan in (("day", 4), ("month", 80), ("year", 900))
    )
    listed = ", ".join(f'"{funder}"' for funder in FUNDERS)
    return f"""
code = "{code}"
version = 1
name = {{ zh = "很长的政策", en = "a long policy" }}
place = "广州市"
source = "made up"
valid_from = 2026-01-01
valid_until = "open"
funders = [{listed}]
[terms]
overlap = "{overlap}"
with_others = "stack"
shortage = "proportional"
rounding = "half_even"
rounding_to = "fen"
rounding_of = "subsidy"
pays_for = "meal"
registration = "hukou"
{rules}{caps}"""


def heavy_rule(rng: random.Random, index: int) -> str:
    """One rule; every other one shares its sum by percent."""
    first, second = rng.sample(FUNDERS, 2)
    split = (
        f'split = [{{ funder = "{first}", percent = 33.33 }}, '
        f'{{ funder = "{second}", percent = 66.67 }}]\nremainder_to = "{first}"'
        if index % 2
        else f'funder = "{FUNDERS[index % len(FUNDERS)]}"'
    )
    effect = rng.choice(
        (
            '{ kind = "off", yuan = 1.5 }',
            '{ kind = "percent_off", percent = 7.5, of = "list", ceiling_yuan = 2 }',
            '{ kind = "pay_at_most", yuan = 20, ceiling_yuan = 2 }',
        )
    )
    bands = ", ".join(
        f"{{ age_from = {start}, age_below = {start + 10}, effect = {effect} }}"
        for start in (60, 70, 80, 90)
    )
    return f"""
[[rule]]
code = "r{index}"
name = {{ zh = "补贴{index}", en = "subsidy {index}" }}
stage = {index % 3 + 1}
{split}
bands = [{bands}]
who = [
  {{ age_from = 60, tags_any = ["tekun", "low_income"], hukou_in = ["广州市"] }},
  {{ age_from = 65, tags_all = ["dibao"], residence_in = ["广州市/增城区"] }},
  {{ age_from = 80, in_institution = false }},
]
[rule.when]
periods = ["lunch", "dinner"]
channels = ["dine_in", "delivery"]
days = "workdays"
windows = [{{ period = "lunch", from = 10:30:00, until = 13:30:00, until_counts = true }}]
spend = {{ at_least_yuan = 8, of = "list", counts = "meal" }}
site_in_same = "{rng.choice(("city", "district", "town"))}"
"""


if __name__ == "__main__":
    main()
