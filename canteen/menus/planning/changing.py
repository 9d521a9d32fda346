"""Changing a plan: the fewest changes, what else could stand in a place, two dishes swapped."""

from dataclasses import dataclass, replace

from canteen.menus.planning.checking import Broken, broken_rules, newly_broken
from canteen.menus.planning.facts import Placement, Plan, PlanFacts
from canteen.menus.planning.ranking import Alternative, alternatives
from canteen.menus.planning.replanning import Replanned, replan, replan_near
from canteen.menus.planning.scoring import score_of

__all__ = [
    "Alternative",
    "Replanned",
    "Swap",
    "alternatives",
    "replan",
    "replan_near",
    "swap",
    "swapped",
]


@dataclass(frozen=True, kw_only=True)
class Swap:
    """Two dishes that changed places, with what that changed."""

    plan: tuple[Placement, ...]
    points: int
    broken: tuple[Broken, ...]


def swap(plan: Plan, one: Placement, other: Placement) -> tuple[Placement, ...]:
    """The plan with two dishes in each other's place. Raises ValueError where one is not of it."""
    if one not in plan or other not in plan:
        raise ValueError("both places must be of the plan")
    there = {one: other.dish_id, other: one.dish_id}
    return tuple(replace(each, dish_id=there[each]) if each in there else each for each in plan)


def swapped(facts: PlanFacts, plan: Plan, one: Placement, other: Placement) -> Swap:
    """Two dishes swapped, with the change of points and what is newly broken."""
    after = swap(plan, one, other)
    return Swap(
        plan=after,
        points=score_of(facts, after).total - score_of(facts, plan).total,
        broken=tuple(newly_broken(broken_rules(facts, plan), broken_rules(facts, after))),
    )
