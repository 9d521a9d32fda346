"""What planning says to CP-SAT: one yes-or-no for each dish in each cell.

The places of a cell are alike to the rules, so the model asks only which dishes stand in it;
`seating` gives them their positions afterwards. `model_hard` lists the hard rules in the order of
`checking.RULES`, `model_soft` the soft ones in the order of `rules.SOFT`. The objective is
`scoring.score_of` to the point: for every plan, the least the model can make of it is its score.

Each hard rule can be held in one of three ways:

- kept, as `search` needs it;
- kept while its guard is true (`guards=True`), so that a solver under assumptions can name the
  rules that cannot hold together (`conflicts`);
- kept up to a slack (its code among `relaxed`), whose sum somebody minimises (`nearest`).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from ortools.sat.python import cp_model

from canteen.menus.planning.draft import Draft, Line, Place, Row, Terms
from canteen.menus.planning.facts import CellKey, Placement, Plan, PlanFacts
from canteen.menus.planning.model_hard import write_hard_rules
from canteen.menus.planning.model_soft import write_soft_rules
from canteen.menus.planning.seating import seated

Variable = cp_model.IntVar


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model ready to be solved; `cp` already minimises `score`, if soft rules are in it.

    `stands` says of each (cell, dish) that may be whether it is; what is not in it is not
    planned. `rows` are the hard rules that carry a guard or a slack: none where all are kept.
    `lines` are all of it as numbers: the linear relaxation and branch and bound are made of them.
    """

    facts: PlanFacts
    cp: cp_model.CpModel
    stands: Mapping[Place, Variable]
    score: Terms
    units: Mapping[str, Terms]
    rows: tuple[Row, ...]
    lines: tuple[Line, ...] = ()

    def plan_of(self, solution: "Solution") -> tuple[Placement, ...]:
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

    def fix(self, plan: Plan, *, days: Collection[date] | None = None) -> None:
        """Hold the cells (of these days) to what a plan says of them."""
        wanted = {(one.key, one.dish_id) for one in plan}
        for (key, dish_id), variable in self.stands.items():
            if days is None or key[0] in days:
                self.cp.add(variable == int((key, dish_id) in wanted))


class Solution(Protocol):
    """What `Model.plan_of` reads: a solver, an answer or a callback that has found something."""

    def value(self, expression: Variable, /) -> int:
        """The value of a variable."""


def build(
    facts: PlanFacts,
    *,
    relaxed: Iterable[str] = (),
    guards: bool = False,
    scored: bool = True,
    beside: Plan = (),
    only: Collection[Place] | None = None,
) -> Model:
    """Write down facts as a model.

    `relaxed` are codes of `checking.RULES` that are kept up to a slack ("category" never gives
    way); `guards` gives every hard rule a guard instead, and leaves the soft rules out, as does
    `scored=False`. `beside` is a plan of other weeks, which stays and is kept clear of; `only`
    narrows where dishes may stand. Raises ValueError for an unknown code.
    """
    draft = Draft(facts, relaxed=relaxed, guards=guards, beside=beside, only=only)
    write_hard_rules(draft)
    units = write_soft_rules(draft) if scored and not guards else {}
    score = draft.score_of(units)
    if units:
        draft.cp.minimize(score.expression())
    return Model(
        facts=facts,
        cp=draft.cp,
        stands={(one.cell.key, one.dish.id): one.variable for one in draft.spots},
        score=score,
        units=units,
        rows=tuple(draft.rows),
        lines=tuple(draft.lines),
    )
