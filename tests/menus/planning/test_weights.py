"""Every weight a person moves moves the plan: off, the cheaper dish stands; at ten, the better."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from canteen.menus.planning.facts import (
    Band,
    Cell,
    HardRules,
    Placement,
    PlanDish,
    PlanFacts,
    SoftRules,
    Standing,
)
from canteen.menus.planning.rules import SOFT
from canteen.menus.planning.scoring import score_of
from canteen.menus.planning.search import plan_weeks
from tests.menus.planning.weeks import MONDAY

SUNDAY = MONDAY - timedelta(days=1)
DINNER = Standing(day=MONDAY, period="dinner", dish_id=9)
NOT_ASKED = SoftRules(
    importance=dict.fromkeys(SOFT, 0) | {"cost": 1},
    foods_a_day=0,
    foods_a_week=0,
    fish_a_week=0,
    soy_days_a_week=0,
    methods_in_a_meal=9,
    meal_share={"lunch": 50},
)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One place on Monday: a cheap dish that misses a rule, and one for a fen more that does not.

    `other` is what stands beside (row 9) as `standing` says, `asked` what the rules ask.
    """

    cheap: Mapping[str, object] = field(default_factory=dict)
    better: Mapping[str, object] = field(default_factory=dict)
    other: Mapping[str, object] = field(default_factory=dict)
    standing: tuple[Standing, ...] = ()
    asked: Mapping[str, object] = field(default_factory=dict)
    category: str = "main_meat"
    before: int = 0


PORK: Mapping[str, object] = {"main": "猪肉", "method": "braised"}
FISHY = {"grams": {"fish": 80, "soy": 30}, "foods": frozenset("ab")}
CHOICES = {
    "same_main_day": Choice(cheap=PORK, other=PORK, standing=(DINNER,)),
    "same_main_next": Choice(cheap=PORK, other=PORK, standing=(replace(DINNER, day=SUNDAY),)),
    "same_method_meal": Choice(
        cheap=PORK, other=PORK, standing=(replace(DINNER, period="lunch"),),
        asked={"methods_in_a_meal": 1},
    ),
    "same_method_next": Choice(cheap=PORK, other=PORK, standing=(replace(DINNER, day=SUNDAY),)),
    "near_duplicate": Choice(
        cheap=PORK, other={**PORK, "method": "stewed"},
        standing=(replace(DINNER, day=MONDAY + timedelta(days=3)),),
    ),
    "same_exempt": Choice(
        category="staple",
        cheap={"canonical": "米饭"}, other={"canonical": "米饭"},
        standing=tuple(replace(DINNER, period="lunch", day=MONDAY + timedelta(days=n))
                       for n in (1, 2, 3)),
    ),
    "foods_a_day": Choice(better={"foods": frozenset("ab")}, asked={"foods_a_day": 2}),
    "foods_a_week": Choice(better={"foods": frozenset("ab")}, asked={"foods_a_week": 2}),
    "kcal": Choice(better={"nutrients": {"kcal": 500}}, asked={"bands": {"kcal": Band(low=900)}}),
    "protein": Choice(
        better={"nutrients": {"protein": 300}}, asked={"bands": {"protein": Band(low=600)}}
    ),
    "fibre": Choice(better={"nutrients": {"fibre": 90}}, asked={"bands": {"fibre": Band(low=200)}}),
    "sodium": Choice(
        cheap={"nutrients": {"sodium": 200}}, asked={"bands": {"sodium": Band(high=200)}}
    ),
    "fish": Choice(better=FISHY, asked={"fish_a_week": 7}),
    "soy": Choice(better=FISHY, asked={"soy_days_a_week": 7}),
    "whole_grain": Choice(category="staple_dish", better={"grain": "coarse"}),
    "dark_vegetables": Choice(
        category="vegetable",
        cheap={"grams": {"vegetable_light": 90}}, better={"grams": {"vegetable_dark": 90}},
    ),
    "rating": Choice(cheap={"rating": 200}, better={"rating": 450}),
    "recent": Choice(
        cheap={"canonical": "红烧肉"}, other={"canonical": "红烧肉"},
        standing=(replace(DINNER, day=MONDAY - timedelta(days=9)),),
    ),
    "soft_food": Choice(better={"texture": "soft"}),
    "change": Choice(before=2),
}  # fmt: skip


def facts_of(choice: Choice, **importance: int) -> PlanFacts:
    def dish(row: int, cost: int, more: Mapping[str, object]) -> PlanDish:
        known: dict[str, object] = {"id": row, "name": f"{row}", "canonical": f"{row}"}
        known |= {"category": choice.category, "cost_fen": cost, **more}
        return PlanDish(**known)  # type: ignore[arg-type]

    asked = {**choice.asked, "importance": {**NOT_ASKED.importance, **importance}}
    place = Placement(
        day=MONDAY, period="lunch", slot="one", position=0, dish_id=choice.before or 1
    )
    return PlanFacts(
        cells=(
            Cell(day=MONDAY, period="lunch", slot="one", categories=(choice.category,), places=1),
        ),
        dishes=(
            dish(1, 100, choice.cheap),
            dish(2, 101, choice.better),
            dish(9, 0, {**choice.other, "periods": frozenset(["dinner"])}),
        ),
        hard=HardRules(windows={"staple": 0}, meat_and_vegetables=False, coarse_and_fine=False),
        soft=replace(NOT_ASKED, **asked),  # type: ignore[arg-type]
        standing=choice.standing,
        before=(place,) if choice.before else (),
    )


def chosen(facts: PlanFacts) -> int:
    found = plan_weeks(facts, seconds=20)
    assert found.state == "optimal"
    assert found.plan is not None
    assert found.score is not None
    assert found.score == score_of(facts, found.plan)
    return found.plan[0].dish_id


@pytest.mark.parametrize("code", sorted(CHOICES))
def test_a_rule_that_is_off_gives_way_to_a_fen_and_one_at_ten_does_not(code: str) -> None:
    choice = CHOICES[code]
    assert chosen(facts_of(choice)) == 1
    assert chosen(facts_of(choice, **{code: 10})) == 2


def test_money_alone_chooses_the_cheaper_and_without_it_what_people_like() -> None:
    choice = CHOICES["rating"]
    assert chosen(facts_of(choice, cost=10)) == 1
    assert chosen(facts_of(choice, cost=0, rating=1)) == 2


def test_there_is_a_choice_for_every_weight() -> None:
    assert {*CHOICES, "cost"} == set(SOFT)
