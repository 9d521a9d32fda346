"""Two ways without a solver, by the same rules and with the same checker: greedy with retries,
and plain backtracking. Honest ones: both look ahead as far as their kind does.
"""

import random
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from canteen.foundation.calendar import week_of
from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.facts import Cell, Placement, PlanDish, PlanFacts
from canteen.menus.planning.rules import part_of, points_of, spacing, why_not
from canteen.menus.planning.scoring import rating_units, recent_units, score_of

Plan = tuple[Placement, ...]


def greedy(facts: PlanFacts, *, seconds: float, seed: int = 1) -> Plan | None:
    """The best of many plans, each made place by place from the dishes that cost least by
    themselves and still may stand there, with some chance; the hardest cells first."""
    until, rng = time.monotonic() + seconds, random.Random(seed)
    table, best, fewest = _Table(facts), None, None
    while time.monotonic() < until:
        plan = _greedy_once(table, rng, until)
        if plan is None or broken_rules(facts, plan):
            continue
        points = score_of(facts, plan).total
        if fewest is None or points < fewest:
            best, fewest = plan, points
    return best


def backtracking(facts: PlanFacts, *, seconds: float) -> Plan | None:
    """The best plan of a depth-first search in the order of days, cheapest dishes first, that
    steps back where nothing may stand or the rules of a day or budget cannot hold."""
    until, table = time.monotonic() + seconds, _Table(facts)
    best, fewest = None, None
    for plan in _deeper(table, _State(table), 0, until):
        if not broken_rules(facts, plan):
            points = score_of(facts, plan).total
            if fewest is None or points < fewest:
                best, fewest = plan, points
    return best


class _Table:
    """Places in the order of days, and the dishes that may stand in each, cheapest first."""

    def __init__(self, facts: PlanFacts) -> None:
        self.facts = facts
        self.places = [
            (cell, position)
            for cell in sorted(facts.cells, key=lambda cell: (cell.day, cell.period))
            for position in range(cell.places)
        ]
        self.choices = {cell.key: self._choices(cell) for cell in facts.cells}
        self.spacing = {
            name: spacing(rows, facts.hard) for name, rows in facts.by_canonical.items()
        }
        self.last_of_meal = {cell.meal: number for number, (cell, _) in enumerate(self.places)}

    def _choices(self, cell: Cell) -> list[PlanDish]:
        fit = [dish for dish in self.facts.dishes if not why_not(dish, cell, self.facts.hard)]
        return sorted(fit, key=lambda dish: self._points(dish, cell))

    def _points(self, dish: PlanDish, cell: Cell) -> int:
        cost, rating, recent = (
            points_of(code, self.facts.soft.importance) for code in ("cost", "rating", "recent")
        )
        return (
            cost * part_of(dish.cost_fen or 0, cell)
            + rating * rating_units(dish)
            + recent * recent_units(self.facts, dish, cell.day)
        )


class _State:
    """What is placed so far, counted as the hard rules need it."""

    def __init__(self, table: _Table) -> None:
        self.table = table
        self.served: dict[str, list[tuple[date, str]]] = defaultdict(list)
        self.tools: dict[tuple[date, str, str], int] = defaultdict(int)
        self.spent: dict[tuple[date, str], int] = defaultdict(int)
        self.placed: list[Placement] = []
        for one in table.facts.standing:
            self.served[table.facts.by_id[one.dish_id].canonical].append((one.day, one.period))
        days: dict[tuple[date, str], set[date]] = defaultdict(set)
        for cell in table.facts.cells:
            days[week_of(cell.day)[0], cell.period].add(cell.day)
        budgets = table.facts.hard.budget_fen
        self.purse = {
            key: budgets[key[1]] * len(of_week)
            for key, of_week in days.items()
            if key[1] in budgets
        }

    def may(self, dish: PlanDish, cell: Cell) -> bool:
        """Whether a dish may come next."""
        once, wait = self.table.spacing[dish.canonical]
        for day, period in self.served[dish.canonical]:
            if (day, period) == cell.meal or abs((day - cell.day).days) < wait:
                return False
            if once and week_of(day) == week_of(cell.day):
                return False
        limits = self.table.facts.hard.capacity.get(cell.period, {})
        if any(self.tools[*cell.meal, tool] >= limits.get(tool, 99) for tool in dish.equipment):
            return False
        purse = (week_of(cell.day)[0], cell.period)
        part = part_of(dish.cost_fen or 0, cell)
        return purse not in self.purse or self.spent[purse] + part <= self.purse[purse]

    def place(self, dish: PlanDish, cell: Cell, position: int, by: int = 1) -> None:
        """Put a dish down, or take it back with `by` -1."""
        purse = (week_of(cell.day)[0], cell.period)
        self.spent[purse] += by * part_of(dish.cost_fen or 0, cell)
        for tool in dish.equipment:
            self.tools[*cell.meal, tool] += by
        if by > 0:
            self.served[dish.canonical].append(cell.meal)
            self.placed.append(
                Placement(
                    day=cell.day, period=cell.period, slot=cell.slot,
                    position=position, dish_id=dish.id,
                )
            )  # fmt: skip
        else:
            self.served[dish.canonical].pop()
            self.placed.pop()

    def meal_holds(self, cell: Cell) -> bool:
        """Whether a finished meal has what diets ask for, and a finished day its balance."""
        day = [one for one in self.placed if one.day == cell.day]
        rules = ("diet",) if self._more_of_day(cell) else ("diet", "balance")
        cells = tuple(
            one
            for one in self.table.facts.cells
            if one.day == cell.day and (one.period == cell.period or "balance" in rules)
        )
        part = PlanFacts(
            cells=cells,
            dishes=self.table.facts.dishes,
            hard=self.table.facts.hard,
        )
        found = broken_rules(part, [one for one in day if one.key in part.by_cell])
        asked = {"diet"} | ({"meat_and_vegetables", "coarse_and_fine"} if len(rules) > 1 else set())
        return not any(one.rule in asked for one in found)

    def _more_of_day(self, cell: Cell) -> bool:
        count = sum(one.places for one in self.table.facts.cells if one.day == cell.day)
        return sum(one.day == cell.day for one in self.placed) < count


def _greedy_once(table: _Table, rng: random.Random, until: float) -> Plan | None:
    state = _State(table)
    order = sorted(table.places, key=lambda one: len(table.choices[one[0].key]) * rng.uniform(1, 2))
    for cell, position in order:
        if time.monotonic() > until:
            return None
        pinned = cell.pinned.get(position)
        if pinned is not None:
            state.place(table.facts.by_id[pinned], cell, position)
            continue
        free = []
        for dish in table.choices[cell.key]:
            if state.may(dish, cell):
                free.append(dish)
                if len(free) == 6:
                    break
        if not free:
            return None
        state.place(rng.choices(free, [6, 5, 4, 3, 2, 1][: len(free)])[0], cell, position)
    return tuple(state.placed)


def _deeper(table: _Table, state: _State, _depth: int, until: float) -> Iterator[Plan]:
    """Depth-first without recursion: a stack of choices still to be tried."""
    tries = [_open(table, state, 0)]
    while tries and time.monotonic() < until:
        number = len(tries) - 1
        cell, position = table.places[number]
        if len(state.placed) > number:
            last = state.placed[-1]
            state.place(table.facts.by_id[last.dish_id], cell, position, by=-1)
        dish = next(tries[-1], None)
        if dish is None:
            tries.pop()
            continue
        state.place(dish, cell, position)
        ends = table.last_of_meal[cell.meal] == number
        if ends and not state.meal_holds(cell):
            continue
        if number + 1 == len(table.places):
            yield tuple(state.placed)
        else:
            tries.append(_open(table, state, number + 1))


def _open(table: _Table, state: _State, number: int) -> Iterator[PlanDish]:
    cell, position = table.places[number]
    pinned = cell.pinned.get(position)
    if pinned is not None:
        return iter([table.facts.by_id[pinned]])
    return (dish for dish in table.choices[cell.key] if state.may(dish, cell))
