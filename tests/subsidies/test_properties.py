"""What holds for every policy, every diner and every history."""

from datetime import date, time
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from canteen.residents.tags import TAGS
from canteen.subsidies.amounts import scaled
from canteen.subsidies.checks import problems_of
from canteen.subsidies.description import describe_policy
from canteen.subsidies.documents import parse_policy, write_policy
from canteen.subsidies.facts import scopes_of
from canteen.subsidies.policy import (
    FUNDERS,
    Band,
    Cap,
    Effect,
    Grant,
    Guard,
    Pass,
    Person,
    Policy,
    Quota,
    Rule,
    Share,
    Silence,
    Spend,
    Terms,
    TopUp,
    Window,
    Words,
)
from canteen.subsidies.rules import History, MealFacts, Tally, price_meal
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
EXAMPLES = 60

texts = (
    st.text(min_size=1, max_size=12)
    .filter(lambda text: bool(text.strip()))
    .filter(lambda text: not any("\ud800" <= letter <= "\udfff" for letter in text))
)
names = st.builds(Words, texts, texts)
sums = st.integers(1, 3000)
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
def splits(draw: Any) -> dict[str, Any]:
    payers = draw(st.lists(funders, unique=True, min_size=1, max_size=3))
    if len(payers) > 1 and draw(st.booleans()):
        cuts = sorted(
            draw(st.sets(st.integers(1, 9999), min_size=len(payers) - 1, max_size=len(payers) - 1))
        )
        ratios = [end - start for start, end in zip([0, *cuts], [*cuts, 10_000], strict=True)]
        shares = [Share(name, basis_points=each) for name, each in zip(payers, ratios, strict=True)]
        return {"split": tuple(shares), "remainder_to": draw(st.sampled_from(payers))}
    fixed = [Share(name, fen=1) for name in payers[1:]]
    return {"split": (Share(payers[0]), *fixed), "remainder_to": None}


people = st.builds(
    Person,
    age_from=st.none() | st.integers(0, 75),
    age_below=st.none() | st.integers(76, 150),
    tags_any=some(TAG_CODES),
    tags_none=st.just(()),
    hukou_in=places,
    residence_in=places,
    in_institution=st.none() | st.booleans(),
    passes_any=st.sampled_from([(), ("p",)]),
).filter(lambda person: person != Person())
ways = st.lists(people, max_size=2).map(tuple)
guards = st.builds(
    Guard,
    periods=some(PERIODS),
    channels=some(CHANNELS),
    days=st.none() | st.sampled_from(["workdays", "rest_days", "no_public_holidays"]),
    weekdays=some(range(1, 8), 7),
    dates=st.lists(days, unique=True, max_size=2).map(tuple),
    windows=st.sampled_from(
        [(), (Window(time(6), time(9), True, "breakfast"), Window(time(11), time(13, 30), False))]
    ),
    spend=st.none()
    | st.builds(
        Spend,
        sums,
        st.booleans(),
        st.sampled_from(["list", "remaining"]),
        st.sampled_from(TARGETS),
    ),
    site_in_same=st.none() | st.sampled_from(["city", "district", "town"]),
    site_in=places,
    meals_of_day=some(range(1, 4)),
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
            when=draw(guards),
            **draw(splits()),
        )
        rules.append(rule)
    cap_list = []
    for index, cap in enumerate(draw(st.lists(caps, max_size=3))):
        scope = draw(st.sampled_from(["policy", "rule", "funder", "everywhere"]))
        fields = dict(vars(cap)) | {"code": f"c{index}"}
        if scope == "rule":
            fields["rule"] = rules[0].code
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
        quotas=(Quota("q", draw(names), "month", draw(sums)),),
        passes=(Pass("p", draw(names), draw(sums), 365),),
        grants=(Grant("g", draw(names), rules[0].split[0].funder, "subsidised_meal", 150),),
        top_ups=(
            TopUp("t", draw(names), rules[0].split[0].funder, 10_000, None, 1000, False, None),
        ),
        silences=(Silence("terms.rounding", draw(texts), draw(texts)),),
    )
    assume(not problems_of(policy))
    return policy


@st.composite
def histories(draw: Any) -> History:
    scopes = {
        scope
        for code in ("here", "there")
        for rule in ("r0", "r1", "r2", "r3")
        for funder in FUNDERS
        for scope in scopes_of(code, rule, funder)
    }
    tally = st.builds(Tally, st.integers(0, 6), st.integers(0, 3000))
    tallies = draw(
        st.dictionaries(
            st.tuples(st.sampled_from(SPANS), st.sampled_from(sorted(scopes))), tally, max_size=8
        )
    )
    return History(meals_today=draw(st.integers(0, 3)), tallies=tallies)


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
    passes=st.sampled_from([frozenset(), frozenset({"p"})]),
    history=histories(),
)
lineups = st.one_of(
    policies().map(lambda one: [one]),
    st.tuples(policies(), policies(code="there")).map(list),
)


@settings(max_examples=50, deadline=None)
@given(policies())
def test_a_policy_written_out_and_read_back_is_the_same(policy):
    assert parse_policy(write_policy(policy)) == policy
    assert all(zh and en for zh, en in describe_policy(policy))


@settings(max_examples=EXAMPLES, deadline=None)
@given(lineups, meals)
def test_the_parts_add_up_and_nobody_pays_less_than_nothing(lineup, facts):
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


@settings(max_examples=EXAMPLES, deadline=None)
@given(lineups, meals)
def test_no_cap_is_ever_exceeded(lineup, facts):
    meal = price_meal(policies=lineup, facts=facts)
    for policy in lineup:
        if not policy.is_in_force(facts.service_date) or policy.terms.with_others == "alone":
            continue
        for cap in policy.caps:
            holds = not cap.site_in or any(
                facts.site_path[: len(place)] == place for place in cap.site_in
            )
            if holds and policy.label in meal.policies:
                check_cap(policy, cap, facts, meal)


def check_cap(policy: Policy, cap: Cap, facts: MealFacts, meal: Any) -> None:
    counted = [
        part.amount_fen
        for part in meal.parts
        if (cap.everywhere or part.policy == policy.code)
        and cap.rule in (None, part.rule)
        and cap.funder in (None, part.funder)
    ]
    scope = policy.code
    if cap.rule:
        scope = f"{policy.code}/{cap.rule}"
    elif cap.funder:
        scope = f"@{cap.funder}" if cap.everywhere else f"{policy.code}@{cap.funder}"
    before = facts.history.tally(cap.per, scope)
    if cap.fen is not None and counted:
        assert before.fen + sum(counted) <= cap.fen
    if cap.meals is not None and counted:
        assert before.meals < cap.meals


@settings(max_examples=40, deadline=None)
@given(policies(), meals)
def test_a_quota_is_never_overdrawn(policy, facts):
    meal = price_meal(policies=[policy], facts=facts)
    for quota in policy.quotas:
        drawing = policy.rules_by_quota[quota.code]
        before = [facts.history.tally(quota.per, f"here/{rule}").fen for rule in drawing]
        now = [part.amount_fen for part in meal.parts if part.rule in drawing]
        if now:
            assert sum(before) + sum(now) <= quota.fen


@settings(max_examples=40, deadline=None)
@given(lineups, meals)
def test_the_same_facts_always_price_the_same(lineup, facts):
    reread = [parse_policy(write_policy(policy)) for policy in lineup]
    assert price_meal(policies=lineup, facts=facts) == price_meal(policies=reread, facts=facts)


@given(
    st.lists(st.integers(0, 10_000), min_size=1, max_size=6),
    st.integers(0, 30_000),
    st.sampled_from(["in_order", "proportional"]),
)
def test_what_is_cut_adds_up_to_the_limit(amounts, limit, shortage):
    kept = scaled(amounts, limit, shortage)
    assert sum(kept) == min(limit, sum(amounts))
    assert all(0 <= after <= before for after, before in zip(kept, amounts, strict=True))
