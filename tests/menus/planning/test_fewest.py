"""The fewest changes, held against every plan there is: one place tried, then two together."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product

import pytest

from canteen.menus.planning.changing import replan_near
from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.facts import Forbidden, Placement, PlanFacts
from tests.menus.planning.weeks import (
    DAYS,
    RULES,
    make_cells,
    make_dish,
    make_facts,
    make_plan,
    moved,
)

SHORT = DAYS[:3]
SLOTS = (("meat", "main_meat"), ("vegetable", "vegetable"), ("grain", "coarse"))


def small_week(seed: int) -> PlanFacts:
    """Three days of three dishes each, with something wrong: banned, repeated, or too dear."""
    rng = random.Random(seed)
    dishes = [
        make_dish(
            number, category, cost_fen=rng.randrange(60, 700),
            equipment=frozenset(["steamer"] if rng.random() < 0.3 else []),
        )
        for category, count in (("main_meat", 5), ("vegetable", 5), ("coarse", 4))
        for number in range(count)
    ]  # fmt: skip
    marks = [f"dish:{dish.canonical}" for dish in rng.sample(dishes, 3)]
    bans = tuple(
        Forbidden(mark=mark, days=frozenset(rng.sample(SHORT, rng.choice((1, 3)))))
        for mark in marks[: rng.randrange(4)]
    )
    hard = replace(
        RULES, forbidden=bans, budget_fen={"lunch": rng.choice((700, 900, 1100, 1500))},
        capacity={"lunch": {"steamer": rng.choice((1, 2))}}, return_days={}, diets={},
    )  # fmt: skip
    facts = make_facts(hard, cells=make_cells(SHORT, SLOTS), dishes=tuple(dishes))
    plan = make_plan(facts)
    for _slip in range(rng.randrange(3)):
        day, (slot, category) = rng.choice(SHORT), rng.choice(SLOTS)
        same = [dish.id for dish in dishes if dish.category == category]
        plan = moved(plan, day, slot, rng.choice(same))
    return replace(facts, before=plan)


def changed_in(facts: PlanFacts, count: int) -> Iterator[list[Placement]]:
    """Every plan that differs from the one before in exactly so many places."""
    others = {
        place: [
            dish.id
            for dish in facts.dishes
            if dish.id != place.dish_id and dish.category in facts.by_cell[place.key].categories
        ]
        for place in facts.before
    }
    for places in combinations(facts.before, count):
        for dishes in product(*(others[place] for place in places)):
            new = dict(zip(places, dishes, strict=True))
            yield [replace(p, dish_id=new.get(p, p.dish_id)) for p in facts.before]


def fewest_of_all(facts: PlanFacts, most: int) -> int | None:
    """The fewest changes to a sound plan; None: more than `most`."""
    for count in range(most + 1):
        if any(not broken_rules(facts, plan) for plan in changed_in(facts, count)):
            return count
    return None


@pytest.mark.parametrize("seed", range(10))
def test_no_sound_plan_changes_fewer_dishes(seed: int) -> None:
    facts = small_week(seed)
    truth = fewest_of_all(facts, 2)
    found = replan_near(facts, seconds=60)
    if found.outcome.plan is None:
        assert truth is None
        return
    plan: Sequence[Placement] = found.outcome.plan
    assert broken_rules(facts, plan) == []
    assert found.fewest
    changes = len(set(facts.before) - set(plan))
    assert changes == found.changes
    if truth is None:
        assert changes > 2
    else:
        assert changes == truth
