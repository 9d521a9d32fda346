"""Every hard rule is seen when it is broken, and only that one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.menus.names import canonical_name
from canteen.menus.planning.checking import RULES as CODES
from canteen.menus.planning.checking import Broken, broken_rules
from canteen.menus.planning.facts import (
    Cell,
    Forbidden,
    HardRules,
    Placement,
    PlanDish,
    PlanFacts,
    Standing,
)
from canteen.menus.repeats import PlacedDish, find_repeats
from tests.menus.planning.weeks import (
    DAYS,
    MONDAY,
    RULES,
    make_dish,
    make_facts,
    make_plan,
    moved,
    with_cell,
    with_dish,
)

Plan = tuple[Placement, ...]
Case = tuple[PlanFacts, Plan]
SUNDAY = DAYS[6]
WEDNESDAY = DAYS[2]
MEAT, GREENS, GRAIN = (make_dish(2, kind).id for kind in ("main_meat", "vegetable", "coarse"))
SPARE = make_dish(7, "main_meat").id


def test_a_sound_week_breaks_nothing() -> None:
    facts = make_facts()
    assert broken_rules(facts, make_plan(facts)) == []
    assert broken_rules(facts, make_plan(facts)[::-1]) == []


def missing_place(facts: PlanFacts, plan: Plan) -> Case:
    facts = replace(facts, hard=replace(RULES, coarse_and_fine=False))
    return facts, tuple(one for one in plan if (one.day, one.slot) != (SUNDAY, "rice"))


def one_place_twice(facts: PlanFacts, plan: Plan) -> Case:
    facts = with_cell(facts, WEDNESDAY, "vegetable", places=2)
    again = next(one for one in plan if (one.day, one.slot) == (WEDNESDAY, "vegetable"))
    return facts, (*plan, replace(again, dish_id=make_dish(7, "vegetable").id))


def strange_dish(facts: PlanFacts, plan: Plan) -> Case:
    facts = replace(facts, hard=replace(RULES, coarse_and_fine=False))
    return facts, moved(plan, SUNDAY, "rice", 999_999)


def strange_cell(facts: PlanFacts, plan: Plan) -> Case:
    return facts, (*plan, replace(plan[0], slot="dessert"))


def unpinned(facts: PlanFacts, plan: Plan) -> Case:
    return with_cell(facts, WEDNESDAY, "meat", pinned={0: SPARE}), plan


def wrong_period(facts: PlanFacts, plan: Plan) -> Case:
    return with_dish(facts, MEAT, periods=frozenset(["dinner"])), plan


def unknown_cost(facts: PlanFacts, plan: Plan) -> Case:
    return with_dish(facts, MEAT, cost_fen=None), plan


def banned(facts: PlanFacts, plan: Plan) -> Case:
    facts = with_dish(facts, MEAT, marks=frozenset(["contains:pork"]))
    no_pork = Forbidden(mark="contains:pork", days=frozenset([WEDNESDAY]))
    return replace(facts, hard=replace(RULES, forbidden=(no_pork,))), plan


def banned_at_lunch(facts: PlanFacts, plan: Plan) -> Case:
    facts = with_dish(facts, MEAT, marks=frozenset(["contains:pork"]))
    no_pork = Forbidden(mark="contains:pork", periods=frozenset(["lunch"]))
    return replace(facts, hard=replace(RULES, forbidden=(no_pork,))), plan


def repeated(facts: PlanFacts, plan: Plan) -> Case:
    return facts, moved(plan, SUNDAY, "vegetable", GREENS)


def repeated_under_another_name(facts: PlanFacts, plan: Plan) -> Case:
    last = make_dish(6, "vegetable")
    return with_dish(facts, last.id, canonical=make_dish(2, "vegetable").canonical), plan


def repeated_at_another_meal(facts: PlanFacts, plan: Plan) -> Case:
    return replace(facts, standing=(Standing(day=SUNDAY, period="dinner", dish_id=GREENS),)), plan


def twice_at_a_meal(facts: PlanFacts, plan: Plan) -> Case:
    return replace(facts, standing=(Standing(day=WEDNESDAY, period="lunch", dish_id=GREENS),)), plan


def back_too_soon(facts: PlanFacts, plan: Plan) -> Case:
    last_week = Standing(day=WEDNESDAY - timedelta(days=6), period="dinner", dish_id=MEAT)
    return replace(facts, standing=(last_week,)), plan


def back_before_the_next_week(facts: PlanFacts, plan: Plan) -> Case:
    next_week = Standing(day=WEDNESDAY + timedelta(days=6), period="dinner", dish_id=MEAT)
    return replace(facts, standing=(next_week,)), plan


def no_choice_for_a_diet(facts: PlanFacts, plan: Plan) -> Case:
    facts = with_dish(facts, MEAT, diets=frozenset())
    return with_dish(facts, GREENS, diets=frozenset()), plan


def too_much_steam(facts: PlanFacts, plan: Plan) -> Case:
    return with_dish(facts, MEAT, equipment=frozenset(["steamer", "wok"])), plan


def too_dear(facts: PlanFacts, plan: Plan) -> Case:
    return with_dish(facts, MEAT, cost_fen=601), plan


def no_coarse_grain(facts: PlanFacts, plan: Plan) -> Case:
    return with_dish(facts, GRAIN, grain="fine"), plan


MUTATIONS: dict[Callable[[PlanFacts, Plan], Case], Broken] = {
    missing_place: Broken(rule="filled", days=(SUNDAY,), period="lunch", slot="rice", want=1),
    one_place_twice: Broken(
        rule="filled", days=(WEDNESDAY,), period="lunch", slot="vegetable", have=2, want=2
    ),
    strange_dish: Broken(rule="unknown_dish", days=(SUNDAY,), period="lunch", slot="rice"),
    strange_cell: Broken(rule="unknown_dish", days=(MONDAY,), period="lunch", slot="dessert"),
    unpinned: Broken(
        rule="pinned", days=(WEDNESDAY,), period="lunch", slot="meat", dish_ids=(SPARE,)
    ),
    wrong_period: Broken(
        rule="period", days=(WEDNESDAY,), period="lunch", slot="meat", dish_ids=(MEAT,)
    ),
    unknown_cost: Broken(
        rule="cost", days=(WEDNESDAY,), period="lunch", slot="meat", dish_ids=(MEAT,)
    ),
    banned: Broken(
        rule="forbidden", days=(WEDNESDAY,), period="lunch", slot="meat", dish_ids=(MEAT,)
    ),
    banned_at_lunch: Broken(
        rule="forbidden", days=(WEDNESDAY,), period="lunch", slot="meat", dish_ids=(MEAT,)
    ),
    repeated: Broken(rule="repeat", days=(WEDNESDAY, SUNDAY), dish_ids=(GREENS,), have=2, want=1),
    repeated_under_another_name: Broken(
        rule="repeat",
        days=(WEDNESDAY, SUNDAY),
        dish_ids=(GREENS, make_dish(6, "vegetable").id),
        have=2,
        want=1,
    ),
    repeated_at_another_meal: Broken(
        rule="repeat", days=(WEDNESDAY, SUNDAY), dish_ids=(GREENS,), have=2, want=1
    ),
    twice_at_a_meal: Broken(
        rule="twice_in_meal", days=(WEDNESDAY,), period="lunch", dish_ids=(GREENS,)
    ),
    back_too_soon: Broken(
        rule="return",
        days=(WEDNESDAY - timedelta(days=6), WEDNESDAY),
        dish_ids=(MEAT,),
        have=6,
        want=7,
    ),
    back_before_the_next_week: Broken(
        rule="return",
        days=(WEDNESDAY, WEDNESDAY + timedelta(days=6)),
        dish_ids=(MEAT,),
        have=6,
        want=7,
    ),
    no_choice_for_a_diet: Broken(
        rule="diet", days=(WEDNESDAY,), period="lunch", what="halal", have=1, want=2
    ),
    too_much_steam: Broken(
        rule="capacity",
        days=(WEDNESDAY,),
        period="lunch",
        what="steamer",
        have=2,
        want=1,
        dish_ids=(MEAT, GRAIN),
    ),
    too_dear: Broken(rule="budget", days=DAYS, period="lunch", have=951, want=950),
    no_coarse_grain: Broken(rule="coarse_and_fine", days=(WEDNESDAY,)),
}


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_one_mutation_breaks_one_rule(mutate: Callable[[PlanFacts, Plan], Case]) -> None:
    facts = make_facts()
    assert broken_rules(*mutate(facts, make_plan(facts))) == [MUTATIONS[mutate]]


def test_an_exempt_dish_waits_for_its_window() -> None:
    facts = make_facts(replace(RULES, windows={"staple": 2}))
    (rice,) = {one.dish_id for one in make_plan(facts) if one.slot == "rice"}
    assert broken_rules(facts, make_plan(facts)) == [
        Broken(rule="return", days=(day, day + timedelta(days=1)), dish_ids=(rice,), have=1, want=2)
        for day in DAYS[:-1]
    ]


def test_a_dish_of_another_kind_is_seen_where_it_stands() -> None:
    facts = make_facts()
    plan = moved(make_plan(facts), WEDNESDAY, "rice", make_dish(7, "coarse").id)
    facts = with_dish(facts, make_dish(7, "coarse").id, equipment=frozenset(), cost_fen=50)
    facts = with_dish(facts, GRAIN, grain="fine")
    assert [one.rule for one in broken_rules(facts, plan)] == ["category"]


def test_summer_dishes_are_not_for_november() -> None:
    facts = with_dish(make_facts(), MEAT, seasons=frozenset(["summer"]))
    (broken,) = broken_rules(facts, make_plan(facts))
    assert (broken.rule, broken.days, broken.dish_ids) == ("season", (WEDNESDAY,), (MEAT,))
    facts = with_dish(make_facts(), MEAT, seasons=frozenset(["summer", "autumn"]))
    assert broken_rules(facts, make_plan(facts)) == []


def test_what_a_person_pinned_is_not_asked_where_it_may_stand() -> None:
    facts = with_dish(
        make_facts(), MEAT, seasons=frozenset(["summer"]), periods=frozenset(["dinner"]),
        cost_fen=None, category="egg", marks=frozenset(["food:pork"]),
    )  # fmt: skip
    hard = replace(RULES, forbidden=(Forbidden(mark="food:pork"),), meat_and_vegetables=False)
    facts = with_cell(replace(facts, hard=hard), WEDNESDAY, "meat", pinned={0: MEAT})
    assert broken_rules(facts, make_plan(facts)) == []


def test_standing_dishes_are_not_judged_by_themselves() -> None:
    before = MONDAY - timedelta(days=7)
    twice = tuple(Standing(day=before, period=p, dish_id=GREENS) for p in ("lunch", "dinner"))
    facts = make_facts(standing=twice)
    assert broken_rules(facts, make_plan(facts)) == []


def test_dishes_of_slots_that_are_not_planned_count_for_their_meal() -> None:
    """A steamed dish that stands already takes the steamer, and suits a diet."""
    spare = make_dish(7, "coarse").id
    facts = make_facts(standing=(Standing(day=WEDNESDAY, period="lunch", dish_id=spare),))
    (broken,) = broken_rules(facts, make_plan(facts))
    assert (broken.rule, broken.have, set(broken.dish_ids)) == ("capacity", 2, {GRAIN, spare})
    facts = replace(facts, hard=replace(RULES, capacity={}, diets={"halal": 4}))
    assert WEDNESDAY not in {one.days[0] for one in broken_rules(facts, make_plan(facts))}


def test_the_strictest_of_its_kinds_holds_for_a_dish() -> None:
    """One dish on three days as three rows: two of exempt kinds, and one that is not."""
    names = {make_dish(n, "coarse").id: n for n in (0, 1, 4)}
    facts = make_facts(replace(RULES, windows={"staple": 0, "coarse": 0}))
    for row in names:
        facts = with_dish(facts, row, canonical="同一道")
    assert broken_rules(facts, make_plan(facts)) == []
    facts = with_dish(facts, make_dish(4, "coarse").id, category="porridge")
    facts = replace(
        facts,
        cells=tuple(
            replace(cell, categories=("coarse", "porridge")) if cell.slot == "grain" else cell
            for cell in facts.cells
        ),
    )
    found = [(one.rule, one.days) for one in broken_rules(facts, make_plan(facts))]
    pairs = ((0, 1), (0, 4), (1, 4))
    assert found == [("repeat", (DAYS[one], DAYS[other])) for one, other in pairs]


def test_a_day_without_greens_is_out_of_balance() -> None:
    facts = with_cell(make_facts(), SUNDAY, "meat", categories=("vegetable", "main_meat"))
    plan = moved(make_plan(facts), SUNDAY, "meat", make_dish(7, "vegetable").id)
    assert broken_rules(facts, plan) == [Broken(rule="meat_and_vegetables", days=(SUNDAY,))]


def test_every_rule_is_broken_once_here() -> None:
    seen = {broken.rule for broken in MUTATIONS.values()}
    assert seen | {"category", "season", "meat_and_vegetables"} == set(CODES)


KINDS = ("staple", "fruit", "vegetable", "soup")
NAMES = ("炒番茄", "西红柿炒蛋", "番茄炒鸡蛋", "米饭", "香蕉", "红烧肉", "例汤", "紫菜汤")


@st.composite
def random_weeks(draw: st.DrawFn) -> Case:
    """Two weeks in which anything may stand anywhere, also one dish as rows of several kinds."""
    dishes = tuple(
        PlanDish(
            id=number,
            name=name,
            canonical=canonical_name(name),
            category=draw(st.sampled_from(KINDS)),
        )
        for number, name in enumerate(draw(st.lists(st.sampled_from(NAMES), min_size=4)))
    )
    cells = tuple(
        Cell(
            day=MONDAY + timedelta(days=day), period=period, slot="any", categories=KINDS, places=1
        )
        for day in draw(st.lists(st.integers(0, 13), min_size=1, max_size=6, unique=True))
        for period in ("lunch", "dinner")
    )
    row = st.sampled_from(dishes).map(lambda dish: dish.id)
    plan = tuple(
        Placement(day=cell.day, period=cell.period, slot="any", position=0, dish_id=draw(row))
        for cell in cells
    )
    days = st.integers(0, 5)
    hard = HardRules(
        windows=draw(st.dictionaries(st.sampled_from(KINDS), days)),
        return_days=draw(st.dictionaries(st.sampled_from(KINDS), days)),
    )
    return PlanFacts(cells=cells, dishes=dishes, hard=hard), plan


@settings(max_examples=300, deadline=None)
@given(random_weeks())
def test_the_check_of_published_weeks_agrees(case: Case) -> None:
    facts, plan = case
    entries = [
        PlacedDish(
            day=one.day, name=facts.by_id[one.dish_id].name, dish_id=one.dish_id,
            category=facts.by_id[one.dish_id].category,
        )
        for one in plan
    ]  # fmt: skip
    repeats = find_repeats(entries, windows=facts.hard.windows)
    broken = [one.rule for one in broken_rules(facts, plan)]
    if not {"repeat", "return", "twice_in_meal"} & set(broken):
        assert repeats == []
    if "repeat" in broken:
        assert repeats
