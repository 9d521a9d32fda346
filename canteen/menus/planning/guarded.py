"""The hard rules with a guard each: which of them can hold together?"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from ortools.sat.python import cp_model

from canteen.menus.planning.demands import Demand
from canteen.menus.planning.dominated import needed_places
from canteen.menus.planning.draft import Asked, Draft
from canteen.menus.planning.facts import Cell, PlanDish, PlanFacts
from canteen.menus.planning.model_hard import write_hard_rules
from canteen.menus.planning.rules import reasons_not
from canteen.menus.planning.solving import Clock, ask

BACKGROUND = frozenset(("category", "period", "twice_in_meal", "unknown_dish"))
"""Rules nobody would give up: they always hold, and no conflict names them."""

_LONG_ENOUGH = 0.5
"""Seconds after which any plan will do to learn which demands can hold."""


class Guarded:
    """The hard rules of some cells, each with a guard; demands are sets of them."""

    def __init__(self, facts: PlanFacts) -> None:
        self._draft = Draft(facts, relaxed=(), guards=True, only=needed_places(facts))
        write_hard_rules(self._draft)
        self.facts = facts
        self._cp = self._draft.cp
        self._guards: dict[Asked, cp_model.IntVar] = {}
        for asked, guard in {row.asked: row.guard for row in self._draft.rows}.items():
            assert guard is not None
            if asked.rule in BACKGROUND:
                self._cp.add(guard == 1)
            else:
                self._guards[asked] = guard
        self._switches: dict[Demand, cp_model.IntVar] = {}

    @property
    def asked(self) -> Collection[Asked]:
        """Every hard rule that may be given up."""
        return self._guards.keys()

    def covered(self, demand: Demand) -> list[Asked]:
        """The rules a demand is made of."""
        return [one for one in self._guards if self._covers(demand, one)]

    def _covers(self, demand: Demand, asked: Asked) -> bool:
        rule = "supply" if asked.rule == "filled" else asked.rule
        if rule != demand.rule or (demand.what and demand.what != asked.what):
            return False
        if demand.period and asked.period and demand.period != asked.period:
            return False
        if demand.slot and demand.slot != asked.slot:
            return False
        if demand.dish_ids and demand.dish_ids != asked.dish_ids:
            return False
        if demand.days and not set(asked.days) <= set(demand.days):
            return False
        return not demand.categories or tuple(sorted(demand.categories)) == self.kinds_of(asked)

    def kinds_of(self, asked: Asked) -> tuple[str, ...]:
        """The kinds of dishes a rule is about: those of its category, or of its cell."""
        if asked.rule == "filled":
            (day,) = asked.days
            return tuple(sorted(self.facts.by_cell[day, asked.period, asked.slot].categories))
        return (asked.category,) if asked.category else ()

    def can_hold(self, demands: Iterable[Demand], clock: Clock) -> bool | None:
        """Whether these demands can all hold, whatever becomes of the rest; None: no time."""
        self._set(demands, self._guards.values())
        self._cp.clear_objective()
        answer = ask(self._cp, clock, proving=True)
        return True if answer.found else False if answer.impossible else None

    def held_with(
        self, demands: Collection[Demand], others: Collection[Demand], clock: Clock
    ) -> frozenset[Demand] | None:
        """Demands that hold in a plan in which `demands` do: as many of `others` as are soon
        found. None if no such plan was found in time."""
        for one in others:
            self._switch(one)
        self._set(demands, ())
        free = [self._switches[one] for one in others if one not in demands]
        self._cp.maximize(cp_model.LinearExpr.sum(free))
        answer = ask(self._cp, clock.at_most(_LONG_ENOUGH), proving=True)
        if not answer.found:
            answer = ask(self._cp, clock, callback=_Patience(), proving=True)
        if not answer.found:
            return None
        held = {one for one in others if answer.value(self._switches[one])}
        return frozenset(held | set(demands))

    def _switch(self, demand: Demand) -> None:
        if demand not in self._switches:
            self._switches[demand] = self._cp.new_bool_var("")
            for asked in self.covered(demand):
                self._cp.add_implication(self._switches[demand], self._guards[asked])

    def _set(self, demands: Iterable[Demand], idle: Iterable[cp_model.IntVar]) -> None:
        """Switch the rules of demands on, and those idle off; leave all others open."""
        off = {guard.index for guard in idle}
        on = {self._guards[asked].index for one in demands for asked in self.covered(one)}
        for guard in self._guards.values():
            domain = self._cp.proto.variables[guard.index].domain
            domain[0] = int(guard.index in on)
            domain[1] = int(guard.index in on or guard.index not in off)
        for switch in self._switches.values():
            self._cp.proto.variables[switch.index].domain[1] = int(not off)

    def told(self, demand: Demand) -> Demand:
        """A demand with everything that can be said of it: where, how much, and what there is."""
        asked = self.covered(demand)
        days = sorted({day for one in asked for day in one.days})
        kinds = list(dict.fromkeys(self.kinds_of(one) for one in asked))
        told = replace(
            demand,
            days=demand.days or tuple(days),
            period=_same(one.period for one in asked),
            slot=_same(one.slot for one in asked),
            what=_same(one.what for one in asked),
            categories=kinds[0] if len(kinds) == 1 else (),
            dish_ids=asked[0].dish_ids if len(asked) == 1 else (),
        )
        if demand.rule == "supply":
            return self._counted(told, asked)
        wants = {one.want for one in asked}
        return replace(told, want=wants.pop() if len(wants) == 1 else 0)

    def _counted(self, demand: Demand, asked: Sequence[Asked]) -> Demand:
        """Places and, if they are all for the same kinds, the dishes that may stand in one."""
        facts = self.facts
        keys = {(one.days[0], one.period, one.slot) for one in asked}
        cells = [facts.by_cell[key] for key in keys]
        dishes = {
            dish.canonical
            for dish in facts.dishes
            if any(self._may_stand(dish, cell) for cell in cells)
        }
        one = next(iter(keys))
        kinds = facts.by_cell[one].categories if demand.categories else ()
        want = sum(facts.by_cell[key].places for key in keys)
        return replace(demand, categories=kinds, have=len(dishes) if kinds else None, want=want)

    def _may_stand(self, dish: PlanDish, cell: Cell) -> bool:
        pinned = dish.id in cell.pinned.values()
        return (pinned or not reasons_not(dish, cell, self.facts.hard)) and not (
            self._draft.meets_standing(dish, cell)
        )


def _same(words: Iterable[str]) -> str:
    """The word all have, or ""."""
    found = set(words)
    return found.pop() if len(found) == 1 else ""


class _Patience(cp_model.CpSolverSolutionCallback):
    """Ends a search with the first answer, when even that was slow to come."""

    def on_solution_callback(self) -> None:
        self.stop_search()
