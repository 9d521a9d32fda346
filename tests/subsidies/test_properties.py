"""What holds for every policy, every diner and every history."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from canteen.residents.tags import TAGS
from canteen.subsidies.amounts import scaled
from canteen.subsidies.checks import problems_of
from canteen.subsidies.conditions import Guard, Person, Spend, Window
from canteen.subsidies.description import describe_policy
from canteen.subsidies.documents import parse_policy, write_policy
from canteen.subsidies.facts import PastPart, history_of
from canteen.subsidies.policy import (
    FUNDERS,
    Band,
    Cap,
    Effect,
    Grant,
    Pass,
    Policy,
    Quota,
    Rule,
    Share,
    Silence,
    Terms,
    TopUp,
    Words,
)
from canteen.subsidies.rules import MealFacts, price_meal
from tests.subsidies.makers import make_policy

TAG_CODES = sorted(tag.code for tag in TAGS)
TOWNS = [
    ("广州市", "增城区", "正果镇"),
    ("广州市", "增城区", "派潭镇"),
    ("广州市", "越秀区", "北京街"),
    ("深圳市", "福田区", "莲花街"),
]
PERIODS = ("breakfast", "lunch", "dinner")
CHANNELS = ("dine_in", "takeaway", "delivery")
TARGETS = ("meal", "delivery", "meal_and_delivery")
SPANS = ("period", "day", "week", "month", "year")
EXAMPLES = int(os.environ.get("CANTEEN_EXAMPLES", "25"))
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]

texts = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=12).filter(
    lambda text: bool(text.strip())
)
names = st.builds(Words, texts, texts)
sums = st.integers(1, 3000)
optional_sums = st.none() | sums
points = st.integers(1, 10_000)
funders = st.sampled_from(sorted(FUNDERS))
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
places = st.lists(
    st.sampled_from([town[:steps] for town in TOWNS for steps in (1, 2, 3)]),
    unique=True,
    max_size=2,
).map(tuple)


def some(options: Any, most: int = 3) -> Any:
    return st.lists(st.sampled_from(options), unique=True, max_size=most).map(tuple)


effects = st.one_of(
    st.builds(Effect, st.just("off"), fen=sums),
    st.builds(
        Effect,
        st.just("percent_off"),
        basis_points=points,
        of=st.sampled_from(["list", "remaining"]),
        ceiling_fen=st.none() | sums,
    ),
    st.builds(Effect, st.just("pay"), fen=sums, set_price_fen=st.none() | st.integers(3001, 5000)),
    st.builds(Effect, st.just("pay_at_most"), fen=sums, ceiling_fen=st.none() | sums),
    st.builds(
        Effect,
        st.just("nth_meal"),
        steps_fen=st.lists(sums, min_size=1, max_size=3).map(tuple),
        after=st.sampled_from(["last", "nothing"]),
    ),
    st.sampled_from([Effect("free"), Effect("nothing")]),
)
draws = st.builds(Effect, st.just("quota"), quota=st.just("q"), basis_points=points)


@st.composite
def bands(draw: Any) -> tuple[Band, ...]:
    edges = sorted(draw(st.sets(st.integers(1, 110), max_size=3)))
    starts, ends = [None, *edges], [*edges, None]
    kind = draw(st.sampled_from([effects, effects, draws | st.just(Effect("nothing"))]))
    return tuple(Band(draw(kind), start, end) for start, end in zip(starts, ends, strict=True))


@st.composite
def spends(draw: Any) -> Spend:
    low, top = sorted((draw(sums), draw(sums)))
    form = draw(st.sampled_from(["low", "top", "both"]))
    return Spend(
        0 if form == "top" else low,
        form != "top" and draw(st.booleans()),
        draw(st.sampled_from(["list", "remaining"])),
        draw(st.sampled_from(TARGETS)),
        None if form == "low" else top + 1,
        True if form == "low" else draw(st.booleans()),
    )


@st.composite
def splits(draw: Any) -> dict[str, Any]:
    payers = draw(st.lists(funders, unique=True, min_size=1, max_size=3))
    if len(payers) > 1 and draw(st.booleans()):
        cuts = sorted(
            draw(st.sets(st.integers(1, 9999), min_size=len(payers) - 1, max_size=len(payers) - 1))
        )
        ratios = [end - start for start, end in zip([0, *cuts], [*cuts, 10_000], strict=True)]
        taker = draw(st.sampled_from(payers))
        shares = [
            Share(
                name, basis_points=each, ceiling_fen=None if name == taker else draw(optional_sums)
            )
            for name, each in zip(payers, ratios, strict=True)
        ]
        return {"split": tuple(shares), "remainder_to": taker}
    fixed = [Share(name, fen=1) for name in payers[1:]]
    return {"split": (Share(payers[0]), *fixed), "remainder_to": None}


people = st.builds(
    Person,
    age_from=st.none() | st.integers(0, 75),
    age_below=st.none() | st.integers(76, 150),
    tags_any=some(TAG_CODES[::2]),
    tags_all=some(TAG_CODES[::2], 1),
    tags_none=some(TAG_CODES[1::2], 2),
    hukou_in=places,
    hukou_not_in=places,
    residence_in=places,
    in_institution=st.none() | st.booleans(),
    registered_here=st.none() | st.booleans(),
    passes_any=st.sampled_from([(), ("p",)]),
).filter(lambda person: person != Person())
ways = st.lists(people, max_size=2).map(tuple)
guards = st.builds(
    Guard,
    periods=some(PERIODS),
    channels=some(CHANNELS),
    item_classes=some(("set", "dish", "soup")),
    days=st.none()
    | st.sampled_from(["workdays", "rest_days", "no_public_holidays", "public_holidays"]),
    weekdays=some(range(1, 8), 7),
    days_of_month=some(range(1, 32), 5),
    months=some(range(1, 13), 6),
    dates=st.lists(days, unique=True, max_size=2).map(tuple),
    birthday=st.sampled_from([None, None, "day", "month"]),
    windows=st.sampled_from(
        [(), (Window(time(6), time(9), True, "breakfast"), Window(time(11), time(13, 30), False))]
    ),
    spend=st.none() | spends(),
    site_in_same=st.none() | st.sampled_from(["city", "district", "town"]),
    site_in=places,
    site_traits_any=some(("own_kitchen", "school")),
    site_traits_none=some(("mobile",)),
    meals_of_day=some(range(1, 4)),
)
simple_guards = st.builds(
    Guard, periods=some(PERIODS), days=st.none() | st.sampled_from(["workdays"])
)
caps = st.builds(
    Cap,
    code=st.just("cap"),
    per=st.sampled_from(["meal", *SPANS]),
    meals=st.none(),
    fen=sums,
    site_in=places,
) | st.builds(Cap, st.just("cap"), st.sampled_from(SPANS), meals=st.integers(1, 6))
terms = st.builds(
    Terms,
    overlap=st.sampled_from(["best_rule", "best_per_funder", "first_rule", "stack"]),
    with_others=st.sampled_from(["stack", "best_per_funder", "alone"]),
    shortage=st.sampled_from(["in_order", "proportional"]),
    rounding=st.sampled_from(["half_up", "half_even", "down", "up"]),
    rounding_to=st.sampled_from(["fen", "jiao", "yuan"]),
    rounding_of=st.sampled_from(["subsidy", "pay"]),
    pays_for=st.sampled_from(TARGETS),
    registration=st.sampled_from(["hukou", "residence"]),
)


@st.composite
def policies(draw: Any, code: str = "here") -> Policy:
    rules = []
    for index in range(draw(st.integers(1, 4))):
        rule = Rule(
            code=f"r{index}",
            name=draw(names),
            stage=draw(st.integers(1, 3)),
            bands=draw(bands()),
            pays_for=draw(st.sampled_from(TARGETS)),
            who=draw(ways),
            when=draw(st.one_of(simple_guards, simple_guards, guards)),
            least_pay_fen=draw(st.sampled_from([0, 0, 100, 350])),
            **draw(splits()),
        )
        rules.append(rule)
    cap_list = []
    for index, cap in enumerate(draw(st.lists(caps, max_size=3))):
        scope = draw(st.sampled_from(["policy", "rule", "rules", "funder", "everywhere", "all"]))
        fields = dict(vars(cap)) | {"code": f"c{index}"}
        if scope == "rule":
            fields["rule"] = rules[0].code
        elif scope == "rules":
            fields["rules"] = tuple(rule.code for rule in rules[:2])
        elif scope == "all":
            fields["everywhere"] = True
        elif scope != "policy":
            fields |= {"funder": rules[0].split[0].funder, "everywhere": scope == "everywhere"}
        cap_list.append(Cap(**fields))
    policy = make_policy(
        *rules,
        code=code,
        name=draw(names),
        source=draw(texts),
        terms=draw(terms),
        valid_until=draw(st.none() | days),
        caps=tuple(cap_list),
        quotas=(
            Quota(
                "q",
                draw(names),
                draw(st.sampled_from(["day", "week", "month", "year"])),
                draw(sums),
            ),
        ),
        passes=(Pass("p", draw(names), draw(sums), 365),),
        grants=(Grant("g", draw(names), rules[0].split[0].funder, "subsidised_meal", 150),),
        top_ups=(
            TopUp("t", draw(names), rules[0].split[0].funder, 10_000, None, 1000, False, None),
        ),
        silences=(Silence("terms.rounding", draw(texts), draw(texts)),),
    )
    assume(not problems_of(policy))
    return policy


parts_of_the_past = st.builds(
    PastPart,
    meal=st.sampled_from([f"m{number}" for number in range(12)]),
    service_date=st.integers(0, 400),
    period=st.sampled_from(PERIODS),
    policy=st.sampled_from(["here", "here", "there"]),
    rule=st.sampled_from(["r0", "r0", "r1", "r2"]),
    funder=funders,
    amount_fen=st.integers(1, 900),
)


@st.composite
def meals_with_a_past(draw: Any, lineup: list[Policy]) -> tuple[MealFacts, list[PastPart]]:
    """A meal, and parts of earlier meals around its day, most of them near."""
    facts = draw(meals)
    past = []
    for part in draw(st.lists(parts_of_the_past, max_size=25)):
        back = part.service_date if part.service_date % 3 else part.service_date % 9
        payers = [
            share.funder for policy in lineup for rule in policy.rules for share in rule.split
        ]
        past.append(
            part._replace(
                service_date=facts.service_date - timedelta(days=back),
                funder=payers[len(part.funder) % len(payers)],
            )
        )
    past = [part._replace(meal=f"{part.meal}-{part.service_date}-{part.period}") for part in past]
    history = history_of(
        past,
        service_date=facts.service_date,
        period=facts.period,
        meals_today=len({part.meal for part in past if part.service_date == facts.service_date}),
    )
    return replace(facts, history=history), past


meals = st.builds(
    MealFacts,
    service_date=days,
    local_time=st.times(),
    period=st.sampled_from(PERIODS),
    channel=st.sampled_from(CHANNELS),
    price_fen=st.integers(0, 5000),
    delivery_fee_fen=st.integers(0, 500),
    is_workday=st.booleans(),
    is_public_holiday=st.booleans(),
    birthday=st.none() | st.dates(date(1920, 1, 1), date(2000, 1, 1)),
    tags=st.frozensets(st.sampled_from(TAG_CODES), max_size=4),
    hukou_path=st.sampled_from(TOWNS),
    residence_path=st.sampled_from(TOWNS),
    site_path=st.sampled_from(TOWNS),
    in_institution=st.booleans(),
    item_class=st.sampled_from(["set", "set", "dish"]),
    registered_here=st.booleans(),
    site_traits=st.frozensets(st.sampled_from(["own_kitchen", "mobile"])),
    passes=st.sampled_from([frozenset(), frozenset({"p"})]),
)
lineups = st.one_of(
    policies().map(lambda one: [one]),
    st.tuples(policies(), policies(code="there")).map(list),
)
situations = lineups.flatmap(
    lambda lineup: st.tuples(st.just(lineup), meals_with_a_past(lineup=lineup))
)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)
@given(policies())
def test_a_policy_written_out_and_read_back_is_the_same(policy):
    assert parse_policy(write_policy(policy)) == policy
    assert all(zh and en for zh, en in describe_policy(policy))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)
@given(situations)
def test_the_parts_add_up_and_nobody_pays_less_than_nothing(situation):
    lineup, (facts, _) = situation
    meal = price_meal(policies=lineup, facts=facts)
    assert sum(part.amount_fen for part in meal.parts) == meal.subsidy_fen
    assert all(part.amount_fen > 0 for part in meal.parts)
    assert meal.pay_fen == facts.price_fen + facts.delivery_fee_fen - meal.subsidy_fen
    assert meal.pay_fen >= 0
    assert meal.reason_zh
    assert meal.reason_en
    for target, charged in (("meal", facts.price_fen), ("delivery", facts.delivery_fee_fen)):
        assert paid_for(target, lineup, meal) <= charged


def paid_for(target: str, lineup: list[Policy], meal: Any) -> int:
    targets = {
        (policy.code, rule.code): rule.pays_for for policy in lineup for rule in policy.rules
    }
    return sum(part.amount_fen for part in meal.parts if targets[part.policy, part.rule] == target)


def is_within(day: date, span: str, meal_day: date) -> bool:
    """Whether two days lie in one span, told by the calendar and not by the engine."""
    if span == "week":
        return day.isocalendar()[:2] == meal_day.isocalendar()[:2]
    shape = {"month": "%Y-%m", "year": "%Y"}.get(span, "%Y-%m-%d")
    return day.strftime(shape) == meal_day.strftime(shape)


def seen_by(policy: Policy, cap: Cap, facts: MealFacts, past: list[PastPart]) -> tuple[int, int]:
    """(meals, fen) a cap counts in the past: recounted row by row."""
    rows = [
        part
        for part in past
        if cap.per != "meal"
        and is_within(part.service_date, cap.per, facts.service_date)
        and (cap.per != "period" or part.period == facts.period)
        and (cap.everywhere or part.policy == policy.code)
        and cap.rule in (None, part.rule)
        and (not cap.rules or part.rule in cap.rules)
        and cap.funder in (None, part.funder)
    ]
    return len({part.meal for part in rows}), sum(part.amount_fen for part in rows)


@settings(max_examples=2 * EXAMPLES, deadline=None, suppress_health_check=SLOW)
@given(situations)
def test_no_cap_is_ever_exceeded(situation):
    lineup, (facts, past) = situation
    meal = price_meal(policies=lineup, facts=facts)
    for policy in lineup:
        if policy.label not in meal.policies:
            continue
        for cap in policy.caps:
            holds = not cap.site_in or any(
                facts.site_path[: len(place)] == place for place in cap.site_in
            )
            counted = [
                part.amount_fen
                for part in meal.parts
                if (cap.everywhere or part.policy == policy.code)
                and cap.rule in (None, part.rule)
                and (not cap.rules or part.rule in cap.rules)
                and cap.funder in (None, part.funder)
            ]
            if not holds or not counted:
                continue
            meals_before, fen_before = seen_by(policy, cap, facts, past)
            assert cap.fen is None or fen_before + sum(counted) <= cap.fen
            assert cap.meals is None or meals_before < cap.meals


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)
@given(situations)
def test_a_quota_is_never_overdrawn(situation):
    lineup, (facts, past) = situation
    meal = price_meal(policies=lineup, facts=facts)
    for policy in lineup:
        for quota in policy.quotas:
            drawing = policy.rules_by_quota[quota.code]
            now = [
                part.amount_fen
                for part in meal.parts
                if part.policy == policy.code and part.rule in drawing
            ]
            as_cap = Cap("q", quota.per, fen=quota.fen, rules=drawing)
            if now:
                before = seen_by(policy, as_cap, facts, past)[1]
                assert before + sum(now) <= quota.fen


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)
@given(situations)
def test_the_diner_keeps_what_a_rule_leaves(situation):
    """What a rule pays never takes the price below what it leaves, unless others do too."""
    lineup, (facts, _) = situation
    meal = price_meal(policies=lineup, facts=facts)
    rules = {(policy.code, rule.code): rule for policy in lineup for rule in policy.rules}
    paying = [rules[part.policy, part.rule] for part in meal.parts]
    if len({rule.pays_for for rule in paying}) == 1 and paying:
        charged = facts.delivery_fee_fen if paying[0].pays_for == "delivery" else facts.price_fen
        charged += facts.delivery_fee_fen * (paying[0].pays_for == "meal_and_delivery")
        least = min(rule.least_pay_fen for rule in paying)
        assert charged - meal.subsidy_fen >= least


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)
@given(situations, st.randoms(use_true_random=False))
def test_the_same_facts_always_price_the_same(situation, random):
    """Also read back from paper, and with the past told in another order."""
    lineup, (facts, past) = situation
    reread = [parse_policy(write_policy(policy)) for policy in lineup]
    shuffled = list(past)
    random.shuffle(shuffled)
    history = history_of(
        shuffled,
        service_date=facts.service_date,
        period=facts.period,
        meals_today=facts.history.meals_today,
    )
    again = replace(facts, history=history, tags=frozenset(sorted(facts.tags, reverse=True)))
    assert price_meal(policies=lineup, facts=facts) == price_meal(policies=reread, facts=again)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)
@given(policies(), st.data())
def test_more_in_the_past_never_means_more_now(policy, data):
    """Where nothing counts meals of the day and one stage takes the best or all."""
    assume(len(policy.stages) == 1 and policy.terms.overlap in ("best_rule", "stack"))
    effects = [band.effect.kind for rule in policy.rules for band in rule.bands]
    assume("nth_meal" not in effects and not any(r.when.meals_of_day for r in policy.rules))
    facts, past = data.draw(meals_with_a_past(lineup=[policy]))
    less = history_of(
        past[::2], service_date=facts.service_date, period=facts.period, meals_today=0
    )
    now = price_meal(policies=[policy], facts=facts).subsidy_fen
    assert now <= price_meal(policies=[policy], facts=replace(facts, history=less)).subsidy_fen


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)
@given(situations)
def test_counted_history_is_what_a_recount_finds(situation):
    lineup, (facts, past) = situation
    for policy in lineup:
        for cap in policy.caps:
            tally = facts.history.together(cap.per, cap.scopes(policy.code))
            assert tuple(tally) == seen_by(policy, cap, facts, past)


def test_another_process_prices_the_same():
    """No answer hangs on the order in which a process happens to keep sets."""
    lines = {
        subprocess.run(
            [sys.executable, "-c", PRICE_ALL],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            encoding="utf-8",
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(lines) == 1
    assert "补贴" in lines.pop()


PRICE_ALL = """
import sys
from importlib.resources import files
from canteen.subsidies.case_reading import parse_cases
from canteen.subsidies.documents import parse_policy
from canteen.subsidies.rules import price_meal
sys.stdout.reconfigure(encoding="utf-8")
shelf = files("canteen.subsidies") / "policies"
names = sorted(f.name[:-5] for f in shelf.iterdir() if f.name.endswith(".toml"))
lineup = [parse_policy((shelf / f"{name}.toml").read_text("utf-8")) for name in names]
for name, policy in zip(names, lineup):
    for case in parse_cases((shelf / f"{name}.cases.csv").read_text("utf-8"), [policy]):
        print(price_meal(policies=[policy], facts=case.facts))
        print(price_meal(policies=lineup, facts=case.facts))
"""


@given(
    st.lists(st.integers(0, 10_000), min_size=1, max_size=6),
    st.integers(0, 30_000),
    st.sampled_from(["in_order", "proportional"]),
)
def test_what_is_cut_adds_up_to_the_limit(amounts, limit, shortage):
    kept = scaled(amounts, limit, shortage)
    assert sum(kept) == min(limit, sum(amounts))
    assert all(0 <= after <= before for after, before in zip(kept, amounts, strict=True))
