"""A rough plan at once: place by place what breaks least so far. A start for those who search."""

from collections import Counter, defaultdict
from datetime import date

from canteen.foundation.calendar import week_of
from canteen.menus.planning.facts import Cell, CellKey, MealKey, Placement, PlanDish, PlanFacts
from canteen.menus.planning.rules import reasons_not, spacing
from canteen.menus.planning.seating import seated

_NEVER = frozenset(("category", "period", "forbidden"))
_WEIGHTS = {"season": 1, "cost": 1}
_TOO_SOON, _TWICE = 10, 30
"""How much worse a dish that comes again is than one out of season."""


def rough_plan(facts: PlanFacts) -> tuple[Placement, ...]:
    """Every place filled that anything may stand in; what is pinned stays. Rules may be broken."""
    return _Rough(facts).plan()


class _Rough:
    def __init__(self, facts: PlanFacts) -> None:
        self._facts = facts
        self._chosen: dict[CellKey, list[int]] = {cell.key: [] for cell in facts.cells}
        self._served: dict[str, list[tuple[date, str]]] = defaultdict(list)
        self._used: Counter[tuple[MealKey, str]] = Counter()
        self._dishes: dict[str, list[PlanDish]] = defaultdict(list)
        for dish in facts.dishes:
            self._dishes[dish.category].append(dish)
        for one in facts.standing:
            self._put(facts.by_id[one.dish_id], one.day, one.period)

    def plan(self) -> tuple[Placement, ...]:
        cells = [cell for cell in self._facts.cells if cell.places > 0]
        for cell in cells:
            for dish_id in dict.fromkeys(cell.pinned.values()):
                self._take(cell, self._facts.by_id[dish_id])
        may = {cell.key: self._candidates(cell) for cell in cells}
        for cell in sorted(cells, key=lambda cell: (len(may[cell.key]), cell.day)):
            while len(self._chosen[cell.key]) < cell.places:
                free = [one for one in may[cell.key] if one[1].id not in self._chosen[cell.key]]
                if not free:
                    break
                _, dish = min(free, key=lambda one: self._price(cell, *one))
                self._take(cell, dish)
        return seated(self._facts, self._chosen)

    def _candidates(self, cell: Cell) -> list[tuple[int, PlanDish]]:
        """Dishes that may stand in a cell, with what that breaks by itself."""
        found = []
        for category in dict.fromkeys(cell.categories):
            for dish in self._dishes[category]:
                reasons = reasons_not(dish, cell, self._facts.hard)
                if not _NEVER & set(reasons):
                    found.append((sum(_WEIGHTS[one] for one in reasons), dish))
        return found

    def _price(self, cell: Cell, broken: int, dish: PlanDish) -> tuple[int, int, int]:
        hard = self._facts.hard
        once_a_week, wait = spacing([dish], hard)
        for day, period in self._served[dish.canonical]:
            if (day, period) == cell.meal:
                broken += _TWICE
            elif (once_a_week and week_of(day) == week_of(cell.day)) or abs(
                (day - cell.day).days
            ) < wait:
                broken += _TOO_SOON
        room = hard.capacity.get(cell.period, {})
        for tool in dish.equipment & room.keys():
            broken += self._used[cell.meal, tool] >= room[tool]
        return broken, dish.cost_fen or 0, dish.id

    def _take(self, cell: Cell, dish: PlanDish) -> None:
        self._chosen[cell.key].append(dish.id)
        self._put(dish, cell.day, cell.period)

    def _put(self, dish: PlanDish, day: date, period: str) -> None:
        self._served[dish.canonical].append((day, period))
        for tool in dish.equipment:
            self._used[(day, period), tool] += 1
