"""The hard rules with a switch for every demand: which of them can hold together?"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import date

from ortools.sat.python import cp_model

from canteen.foundation.calendar import week_of
from canteen.menus.planning.demands import Demand
from canteen.menus.planning.draft import Asked, Draft
from canteen.menus.planning.facts import Cell, CellKey, PlanFacts
from canteen.menus.planning.model_hard import write_hard_rules
from canteen.menus.planning.rules import reasons_not

BACKGROUND = frozenset(("category", "period", "twice_in_meal", "unknown_dish"))
"""Rules nobody would give up: they always hold, and no conflict names them."""

Stop = Callable[[], bool]
Group = tuple[date, frozenset[str]]
"""Cells that hold the same kinds in one week, by its Monday: one supply of dishes."""

_LONG_ENOUGH = 0.5
"""Seconds after which any plan will do to learn which demands can hold."""
_FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)


class Clock:
    """Time that is left: the one place where explaining looks at a clock."""

    def __init__(self, seconds: float, stop: Stop = lambda: False) -> None:
        self._end = time.monotonic() + seconds
        self._stop = stop

    @property
    def left(self) -> float:
        """Seconds that are left; 0 once a person has stopped it."""
        return 0.0 if self._stop() else max(0.0, self._end - time.monotonic())

    def at_most(self, seconds: float) -> "Clock":
        """A part of the time that is left."""
        return Clock(min(seconds, self.left), self._stop)


class Guarded:
    """The hard rules of some cells, grouped into demands that can be switched on and off."""

    def __init__(self, facts: PlanFacts, *, apart: Collection[Group] = ()) -> None:
        """Supplies of the groups `apart` are asked day by day, all others week by week."""
        draft = Draft(facts, relaxed=(), guards=True)
        write_hard_rules(draft)
        self.facts = facts
        self._cp = draft.cp
        self._switches: dict[Demand, cp_model.IntVar] = {}
        demand_of = _Grouping(facts, draft, apart).demand_of
        for asked, guard in {row.asked: row.guard for row in draft.rows}.items():
            assert guard is not None
            if asked.rule in BACKGROUND:
                self._cp.add(guard == 1)
            else:
                self._cp.add_implication(self._switch(demand_of(asked)), guard)
        self.demands = tuple(self._switches)

    def _switch(self, demand: Demand) -> cp_model.IntVar:
        if demand not in self._switches:
            self._switches[demand] = self._cp.new_bool_var("")
        return self._switches[demand]

    def held_with(self, demands: Collection[Demand], clock: Clock) -> frozenset[Demand] | None:
        """Demands that hold in a plan in which these do, as many as are soon found; None if no
        such plan was found in time."""
        others = [switch for one, switch in self._switches.items() if one not in demands]
        self._set(demands, others_may=True)
        self._cp.maximize(cp_model.LinearExpr.sum(others))
        solver = solver_for(clock.at_most(_LONG_ENOUGH))
        if solver.solve(self._cp) not in _FOUND:
            solver = solver_for(clock)
            if solver.solve(self._cp, _Patience()) not in _FOUND:
                return None
        return frozenset(one for one, switch in self._switches.items() if solver.value(switch))

    def can_hold(self, demands: Collection[Demand], clock: Clock) -> bool | None:
        """Whether these demands can all hold, whatever becomes of the others; None: no time."""
        self._set(demands, others_may=False)
        self._cp.clear_objective()
        status = solver_for(clock).solve(self._cp)
        known = {cp_model.INFEASIBLE: False, cp_model.OPTIMAL: True, cp_model.FEASIBLE: True}
        return known.get(status)

    def _set(self, demands: Collection[Demand], *, others_may: bool) -> None:
        for one, switch in self._switches.items():
            domain = self._cp.proto.variables[switch.index].domain
            domain[0] = int(one in demands)
            domain[1] = int(one in demands or others_may)


class _Patience(cp_model.CpSolverSolutionCallback):
    """Ends a search with the first answer, when even that was slow to come."""

    def on_solution_callback(self) -> None:
        self.stop_search()


def solver_for(clock: Clock) -> cp_model.CpSolver:
    """A solver for the time that is left."""
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = clock.left
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = 1
    return solver


class _Grouping:
    """From the rules as the model has them to demands as staff know them.

    The places of all cells of a week that hold the same kinds are one demand; other rules are
    demands as they are.
    """

    def __init__(self, facts: PlanFacts, draft: Draft, apart: Collection[Group]) -> None:
        self._facts = facts
        self._group_of: dict[CellKey, tuple[Group, date | None]] = {}
        for cell in facts.cells:
            group = week_of(cell.day)[0], frozenset(cell.categories)
            self._group_of[cell.key] = group, cell.day if group in apart else None
        self._supplies = self._count(draft)

    def demand_of(self, asked: Asked) -> Demand:
        """The demand that a rule is part of."""
        if asked.rule == "filled":
            (day,) = asked.days
            return self._supplies[self._group_of[day, asked.period, asked.slot]]
        return Demand(
            rule=asked.rule, days=asked.days, period=asked.period, slot=asked.slot,
            categories=(asked.category,) if asked.category else (),
            what=asked.what, want=asked.want, dish_ids=asked.dish_ids,
        )  # fmt: skip

    def _count(self, draft: Draft) -> dict[tuple[Group, date | None], Demand]:
        dishes: dict[object, set[str]] = defaultdict(set)
        for spot in draft.spots:
            kept_out = reasons_not(spot.dish, spot.cell, self._facts.hard)
            if not kept_out and not draft.meets_standing(spot.dish, spot.cell):
                dishes[self._group_of[spot.cell.key]].add(spot.dish.canonical)
        cells: dict[tuple[Group, date | None], list[Cell]] = defaultdict(list)
        for cell in self._facts.cells:
            cells[self._group_of[cell.key]].append(cell)
        return {group: _supply(found, len(dishes[group])) for group, found in cells.items()}


def _supply(cells: Sequence[Cell], have: int) -> Demand:
    periods, slots = {cell.period for cell in cells}, {cell.slot for cell in cells}
    return Demand(
        rule="supply",
        days=tuple(sorted({cell.day for cell in cells})),
        period=periods.pop() if len(periods) == 1 else "",
        slot=slots.pop() if len(slots) == 1 else "",
        categories=cells[0].categories,
        have=have,
        want=sum(cell.places for cell in cells),
    )


def supply_group(demand: Demand) -> Group:
    """The week and the kinds of a demand of supply."""
    return week_of(demand.days[0])[0], frozenset(demand.categories)
