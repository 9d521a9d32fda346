"""Branch and bound: whole dishes only, and the proof that none are better.

The linear relaxation of a week nearly tells the truth, so that bounding by it proves in a moment
what conflicts do not prove in a minute. Two things help. How often a slot has a dish in its week
is counted beside the days it stands on: days are much alike, so that deciding one of them decides
nothing. And a dish that raises the bound of the relaxation by more than a plan may cost is left
out where it does (reduced-cost fixing).

Where only those counts are whole numbers and days are still by half (`servings`), the answer is
there in a moment, its bound is nearly that of whole dishes, and the best plan mostly serves each
dish as often as it says.

The solver reckons in floating point. Points are whole numbers, so its bound is taken to the next
whole one, less far more than it errs by; what it calls a plan is one only if the checker says so,
and costs what `scoring` says.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ortools.math_opt.python import mathopt

from canteen.foundation.calendar import week_of
from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.draft import FAR
from canteen.menus.planning.facts import Placement
from canteen.menus.planning.layout import Variable
from canteen.menus.planning.model import Model

_ERROR = 1e-3
"""Points by which the bound of the solver may be wrong: a thousand times its tolerance."""
_IMPOSSIBLE = (
    mathopt.TerminationReason.INFEASIBLE,
    mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,  # no sum of a model is without an end
)


@dataclass(frozen=True, kw_only=True)
class Branched:
    """The best plan found, and a bound: no plan of the model has fewer points."""

    plan: tuple[Placement, ...] | None
    bound: float


Shelf = tuple[date, str, str, int]
"""A dish in the slot of a week: Monday, period, slot, and the row of the dish."""


@dataclass(frozen=True, kw_only=True)
class Servings:
    """How often dishes best stand in the weeks of their slots, where days are by half; and a
    bound: no plan of the model has fewer points."""

    times: Mapping[Shelf, int]
    bound: int


def branch(model: Model, *, seconds: float, below: int | None = None) -> Branched | None:
    """Solve a model in so many seconds; it cannot be stopped before. None if time was too short
    for any answer. The bound is infinite where the model has no plan, or none of fewer points
    than `below`: to see that is far less work than to find the best."""
    if seconds <= 0:
        return None
    program, columns, _ = _program(model)
    if below is not None:
        program.add_linear_constraint(
            program.objective.as_linear_expression() <= below - 1 + _ERROR / 2
        )
    result = _solved(program, seconds)
    if result.termination.reason in _IMPOSSIBLE:
        return Branched(plan=None, bound=math.inf)
    bound = _bound_of(result)
    plan = None
    if result.has_primal_feasible_solution():
        plan = model.plan_of(_Values(columns, result.variable_values()))
        if broken_rules(model.facts, plan):
            plan = None
    return Branched(plan=plan, bound=bound)


def servings(
    model: Model, *, seconds: float, unlike: Sequence[Mapping[Shelf, int]] = ()
) -> Servings | None:
    """How often dishes best stand in the weeks of their slots; None if it was not known in time,
    or no plan can be. At least one dish is gone that each of `unlike` has once: then the bound is
    one of such plans only."""
    if seconds <= 0:
        return None
    program, columns, times = _program(model)
    for column in columns:
        column.integer = False
    for known in unlike:
        once = [times[shelf] for shelf, often in known.items() if often == 1]
        program.add_linear_constraint(mathopt.LinearSum(once) <= len(once) - 1)
    result = _solved(program, seconds)
    if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
        return None
    counts = result.variable_values(list(times.values()))
    known = {key: round(count) for key, count in zip(times, counts, strict=True)}
    return Servings(times=known, bound=_bound_of(result))


def _solved(program: mathopt.Model, seconds: float) -> mathopt.SolveResult:
    return mathopt.solve(
        program,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            time_limit=timedelta(seconds=seconds),
            relative_gap_tolerance=0.0,
            absolute_gap_tolerance=_ERROR / 2,
        ),
    )


def _bound_of(result: mathopt.SolveResult) -> int:
    known = result.best_objective_bound()
    return max(0, math.ceil(known - _ERROR)) if math.isfinite(known) else 0


def _program(
    model: Model,
) -> tuple[mathopt.Model, list[mathopt.Variable], dict[Shelf, mathopt.Variable]]:
    """Every line of a model, the columns by the index of its variables, and those that count how
    often a dish stands."""
    program = mathopt.Model()
    columns = []
    for one in model.cp.proto.variables:
        domain = list(one.domain)
        columns.append(program.add_integer_variable(lb=domain[0], ub=domain[-1]))
    for line in model.lines:
        row = program.add_linear_constraint(lb=_open(line.least), ub=_open(line.most))
        for index, weight in zip(line.indices, line.weights, strict=True):
            row.set_coefficient(columns[index], weight)
    times = {}
    for key, variables in days_of_dishes(model).items():
        times[key] = program.add_integer_variable(lb=0, ub=len(variables))
        row = program.add_linear_constraint(lb=0, ub=0)
        row.set_coefficient(times[key], -1)
        for variable in variables:
            row.set_coefficient(columns[variable.index], 1)
    for variable, weight in zip(model.score.variables, model.score.weights, strict=True):
        program.objective.set_linear_coefficient(columns[variable.index], weight)
    program.objective.offset = model.score.constant
    return program, columns, times


def days_of_dishes(model: Model) -> dict[Shelf, list[Variable]]:
    """A dish on the days of a slot and week, where there are several."""
    found: dict[Shelf, list[Variable]] = defaultdict(list)
    for ((day, period, slot), dish_id), variable in model.stands.items():
        found[week_of(day)[0], period, slot, dish_id].append(variable)
    return {key: variables for key, variables in found.items() if len(variables) > 1}


def _open(limit: int) -> float:
    """A limit that is none as the solver takes it."""
    return limit if abs(limit) < FAR else math.copysign(math.inf, limit)


class _Values:
    """A solution, as `Model.plan_of` reads it."""

    def __init__(
        self, columns: list[mathopt.Variable], values: Mapping[mathopt.Variable, float]
    ) -> None:
        self._columns = columns
        self._values = values

    def value(self, expression: Variable, /) -> int:
        """The value of a variable, to the next whole number."""
        return round(self._values[self._columns[expression.index]])
