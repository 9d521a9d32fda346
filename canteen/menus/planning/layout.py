"""Which dishes may stand in which cells, as variables of a solver."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ortools.sat.python import cp_model

from canteen.menus.planning.draft import Place, Row
from canteen.menus.planning.facts import CellKey, Placement, Plan, PlanFacts
from canteen.menus.planning.seating import seated

Variable = cp_model.IntVar


class Solution(Protocol):
    """What `Layout.plan_of` reads: a solver, an answer or a callback that has found something."""

    def value(self, expression: Variable, /) -> int:
        """The value of a variable."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What every model of a plan has.

    `stands` says of each (cell, dish) that may be whether it is; what is not in it is not
    planned. `rows` are the hard rules that carry a guard or a slack: none where all are kept.
    """

    facts: PlanFacts
    cp: cp_model.CpModel
    stands: Mapping[Place, Variable]
    rows: tuple[Row, ...]

    def plan_of(self, solution: Solution) -> tuple[Placement, ...]:
        """The plan of a solution, with positions."""
        chosen: dict[CellKey, list[int]] = {}
        for (key, dish_id), variable in self.stands.items():
            if solution.value(variable):
                chosen.setdefault(key, []).append(dish_id)
        return seated(self.facts, chosen)

    def hint(self, plan: Plan) -> None:
        """Tell the solver to start from a plan."""
        wanted = {(one.key, one.dish_id) for one in plan}
        self.cp.clear_hints()
        for place, variable in self.stands.items():
            self.cp.add_hint(variable, place in wanted)
