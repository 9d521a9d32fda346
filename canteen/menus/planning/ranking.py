"""What else could stand in a place, the best first; without a solver, and quick."""

from collections.abc import Mapping
from dataclasses import dataclass

from canteen.menus.planning.checking import Broken
from canteen.menus.planning.effects import BrokenAt, PointsAt
from canteen.menus.planning.facts import (
    NUTRIENT_UNITS,
    Cell,
    Placement,
    Plan,
    PlanDish,
    PlanFacts,
)
from canteen.menus.planning.rules import part_of


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """Another dish for a place. Changes are those of the plan with it, against the plan now.

    `points` are of the soft rules, less is better; `cost_fen` of one diner's set, None where a
    cost is unknown; `nutrients` of one diner's set in planning units, those known of both
    dishes; `broken` the hard rules it would break and the dish there now does not.
    """

    dish_id: int
    points: int
    cost_fen: int | None
    nutrients: Mapping[str, int]
    broken: tuple[Broken, ...] = ()


def alternatives(
    facts: PlanFacts, plan: Plan, placement: Placement, *, most: int = 12
) -> list[Alternative]:
    """Other dishes for a place of a plan, the best first: those that break nothing by points,
    then the others by how many rules they break. Without a solver and quick: the rest of the
    plan stays as it is. Raises ValueError for a placement that is not of the plan.
    """
    if placement not in plan:
        raise ValueError(f"not in this plan: {placement}")
    cell, now = facts.by_cell[placement.key], facts.by_id[placement.dish_id]
    points = PointsAt(facts, plan, placement)
    base = points.points(now)
    dishes = [dish for dish in facts.dishes if dish.id != now.id and _is_for(dish, cell)]
    ranked = sorted((points.points(dish) - base, dish.id) for dish in dishes)
    broken = BrokenAt(facts, plan, placement)
    sound: list[Alternative] = []
    unsound: list[Alternative] = []
    for more, dish_id in ranked:
        dish = facts.by_id[dish_id]
        found = Alternative(
            dish_id=dish_id,
            points=more,
            cost_fen=_dearer(dish, now, cell),
            nutrients=_richer(dish, now, cell),
            broken=broken.new(dish),
        )
        (unsound if found.broken else sound).append(found)
        if len(sound) == most:
            return sound
    unsound.sort(key=lambda one: (len(one.broken), one.points))
    return [*sound, *unsound][:most]


def _is_for(dish: PlanDish, cell: Cell) -> bool:
    """Whether a dish belongs into a cell at all; whether it may stand there is told, not hidden."""
    at_this_meal = not dish.periods or cell.period in dish.periods
    return dish.category in cell.categories and at_this_meal


def _dearer(dish: PlanDish, now: PlanDish, cell: Cell) -> int | None:
    if dish.cost_fen is None or now.cost_fen is None:
        return None
    return part_of(dish.cost_fen, cell) - part_of(now.cost_fen, cell)


def _richer(dish: PlanDish, now: PlanDish, cell: Cell) -> dict[str, int]:
    return {
        nutrient: part_of(dish.nutrients[nutrient], cell) - part_of(now.nutrients[nutrient], cell)
        for nutrient in NUTRIENT_UNITS
        if _knows(dish, nutrient) and _knows(now, nutrient)
    }


def _knows(dish: PlanDish, nutrient: str) -> bool:
    return nutrient in dish.nutrients and nutrient not in dish.unknown
