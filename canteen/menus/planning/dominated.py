"""Dishes that no plan needs, for the question whether there is one. Pure.

A dish may be left out if so many others of its kind may stand wherever it may, suit every diet it
suits, need no other equipment and cost no more, that one of them is always free: put it there
instead, and no hard rule that held is broken. That is so whatever rules are given up, so a
conflict among the dishes that are left is one among all. Of a thousand dishes a fifth to a
half is left.
"""

from collections import defaultdict
from dataclasses import dataclass

from canteen.menus.planning.draft import Place
from canteen.menus.planning.facts import PlanDish, PlanFacts
from canteen.menus.planning.rules import season_of

_Kind = tuple[str, frozenset[str], str, bool]
"""Category, the planned meals it is for, its grain, and whether its cost is unknown."""


@dataclass(frozen=True)
class _Standing:
    """What the hard rules see of a dish: the more `may` and the less `needs`, the better."""

    kind: _Kind
    may: frozenset[str]
    needs: frozenset[str]
    cost: int

    def no_worse_than(self, other: "_Standing") -> bool:
        """Whether it may stand wherever the other does."""
        return self.may >= other.may and self.needs <= other.needs and self.cost <= other.cost


def needed_places(facts: PlanFacts) -> set[Place]:
    """Where dishes may stand that a plan may need; what is pinned stands anyway."""
    kept = _needed(facts)
    return {(cell.key, one) for cell in facts.cells for one in kept}


def _needed(facts: PlanFacts) -> set[int]:
    # What stands somewhere may have to wait, and what is pinned is not free to be put elsewhere.
    known = {one.dish_id for one in facts.standing} | {one.dish_id for one in facts.before}
    known |= {dish_id for cell in facts.cells for dish_id in cell.pinned.values()}
    names = {facts.by_id[one].canonical for one in known if one in facts.by_id}
    seen = {dish.id: _seen(facts, dish) for dish in facts.dishes}
    shelves: dict[_Kind, list[PlanDish]] = defaultdict(list)
    for dish in facts.dishes:
        shelves[seen[dish.id].kind].append(dish)
    kept: set[int] = set()
    for shelf in shelves.values():
        room = _room(facts, seen[shelf[0].id])
        better: list[_Standing] = []
        # Costs rise, so that whatever is no worse than a dish comes before it.
        for dish in sorted(shelf, key=lambda one: _order(seen[one.id])):
            one = seen[dish.id]
            if sum(other.no_worse_than(one) for other in better) >= room:
                continue
            kept.add(dish.id)
            if dish.canonical not in names and len(facts.by_canonical[dish.canonical]) == 1:
                better.append(one)
    return kept


def _order(one: _Standing) -> tuple[int, int, int]:
    return one.cost, -len(one.may), len(one.needs)


def _room(facts: PlanFacts, one: _Standing) -> int:
    """In how many places at most dishes of a kind stand at once."""
    category, periods = one.kind[0], one.kind[1]
    return sum(
        cell.places
        for cell in facts.cells
        if category in cell.categories and cell.period in periods
    )


def _seen(facts: PlanFacts, dish: PlanDish) -> _Standing:
    hard = facts.hard
    periods = frozenset(cell.period for cell in facts.cells)
    seasons = {season_of(cell.day) for cell in facts.cells}
    tools = {tool for limits in hard.capacity.values() for tool in limits}
    return _Standing(
        kind=(
            dish.category,
            periods & (dish.periods or periods),
            dish.grain,
            dish.cost_fen is None,
        ),
        may=frozenset(
            [f"season:{one}" for one in (dish.seasons or seasons) if one in seasons]
            + [f"diet:{one}" for one in dish.diets if one in hard.diets]
        ),
        needs=frozenset(
            [f"tool:{one}" for one in dish.equipment if one in tools]
            + [f"ban:{n}" for n, one in enumerate(hard.forbidden) if one.mark in dish.marks]
        ),
        cost=dish.cost_fen or 0,
    )
