"""The linear relaxation of a model: a bound that no plan is below, and a guide to good plans.

A dish may stand here by half. That is quickly solved and, for menus, nearly tells the truth. The
lines are those the draft kept. A large model is solved over few columns first; others come in
when the prices of the lines say that they would help. The bound is worked out from those prices
over all columns, in plain arithmetic: it holds for any prices, so neither columns that are left
out nor the solver's tolerance can flatter it.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from threading import Thread
from time import monotonic

import numpy as np
from ortools.linear_solver.python import model_builder

from canteen.menus.planning.draft import FAR, Line, Place
from canteen.menus.planning.facts import PlanFacts
from canteen.menus.planning.model import Model, build

_BEGIN = 0.002
"""A part of a week's bound: places that are no dearer are columns to begin with."""
_NOTHING = 1e-6
_CLOSE = 5e-4
"""Columns come in, as long as some would help, if they are this close to helping."""
_POLL_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class Guide:
    """What the relaxation says: no plan has fewer points than `bound`; how much of each variable
    it takes each dish in a cell (`shares`; not at all is left out), and by how many points the
    bound would rise if it were taken whole (`dear`)."""

    bound: int
    shares: Mapping[Place, float]
    dear: Mapping[Place, float]

    def narrowed(self, points: float) -> set[Place]:
        """Where dishes stand that the relaxation takes, or that raise its bound by so little."""
        return {
            place for place, dear in self.dear.items() if dear <= points or place in self.shares
        }


def relax(
    model: Model,
    *,
    seconds: float,
    stop: Callable[[], bool],
    first: Collection[Place] | None = None,
    better: Callable[[Guide], None] = lambda guide: None,
) -> Guide | None:
    """Solve the relaxation, or as much of it as there is time for; over the places of `first` at
    first. `better` hears of each bound that is better than the one before.

    None if it has no solution at all, was stopped, or came to no bound in time.
    """
    until = monotonic() + seconds
    table = _Table(model)
    columns = table.columns_of(model, first)
    best: Guide | None = None
    while True:
        solved = table.solve(columns, until - monotonic(), stop)
        if solved is None and best is None and not columns.all() and not stop():
            columns[:] = True  # too few columns for any plan
            continue
        if solved is None:
            return best
        values, prices = solved
        bound, dear = table.bound_of(prices)
        if best is None or bound >= best.bound:
            best = _guide(model, bound, values, dear.tolist())
            better(best)
        more = np.flatnonzero((dear < bound * _CLOSE) & ~columns)
        if not len(more) or dear[more].min() > -_NOTHING:
            return best
        columns[more] = True


def relax_weeks(
    facts: PlanFacts,
    weeks: Sequence[PlanFacts],
    *,
    seconds: float,
    stop: Callable[[], bool],
    better: Callable[[Guide], None],
) -> None:
    """Solve the relaxation of many weeks, and call `better` with what is known so far.

    Each week alone is quickly solved. Their bounds add up to one for all, because what weeks do
    to each other only costs more; and their columns are those to begin with for all together.
    """
    until = monotonic() + seconds
    guides: list[Guide] = []
    for week in weeks:
        guide = relax(build(week), seconds=until - monotonic(), stop=stop)
        if guide is None:
            return
        guides.append(guide)
    together = Guide(
        bound=sum(one.bound for one in guides),
        shares={place: share for one in guides for place, share in one.shares.items()},
        dear={place: dear for one in guides for place, dear in one.dear.items()},
    )
    better(together)
    if stop():
        return
    near = {place for one in guides for place in one.narrowed(_BEGIN * max(1, one.bound))}
    relax(build(facts), seconds=until - monotonic(), stop=stop, first=near, better=better)


def _guide(model: Model, bound: int, values: Mapping[int, float], dear: Sequence[float]) -> Guide:
    places = {place: variable.index for place, variable in model.stands.items()}
    taken = {place: values.get(index, 0.0) for place, index in places.items()}
    return Guide(
        bound=bound,
        shares={place: share for place, share in taken.items() if share > _NOTHING},
        dear={place: dear[index] for place, index in places.items()},
    )


class _Table:
    """The lines of a model as numbers."""

    def __init__(self, model: Model) -> None:
        variables = list(model.cp.proto.variables)
        self.low = np.zeros(len(variables))
        self.high = np.ones(len(variables))
        for index, domain in enumerate(list(one.domain) for one in variables):
            self.low[index], self.high[index] = domain[0], domain[-1]
        self.points = np.zeros(len(variables))
        for variable, weight in zip(model.score.variables, model.score.weights, strict=True):
            self.points[variable.index] = weight
        self.constant = model.score.constant
        self.lines: Sequence[Line] = [line for line in model.lines if line.kept]
        counts = [len(line.indices) for line in self.lines]
        self.row_of = np.repeat(np.arange(len(counts)), counts)
        self.column_of = np.array([one for line in self.lines for one in line.indices], dtype=int)
        self.weight_of = np.array([one for line in self.lines for one in line.weights], dtype=float)
        self.least = np.array([_open(line.least) for line in self.lines])
        self.most = np.array([_open(line.most) for line in self.lines])

    def columns_of(self, model: Model, places: Collection[Place] | None) -> "np.ndarray":
        """Everything that is no dish in a cell, and of these all or those named."""
        columns = np.ones(len(self.low), dtype=bool)
        if places is not None:
            for place, variable in model.stands.items():
                columns[variable.index] = place in places
        return columns

    def solve(
        self, columns: "np.ndarray", seconds: float, stop: Callable[[], bool]
    ) -> tuple[dict[int, float], "np.ndarray"] | None:
        """Shares of the columns that are taken, and the prices of the lines."""
        if seconds <= 0:
            return None
        builder, solver = model_builder.Model(), model_builder.Solver("GLOP")
        taken = np.flatnonzero(columns).tolist()
        variables = {
            one: builder.new_var(self.low[one], self.high[one], False, None) for one in taken
        }
        builder.minimize(_sum(variables, taken, self.points[taken].tolist()))
        rows = [
            builder.add_linear_constraint(
                _sum(variables, line.indices, line.weights), _open(line.least), _open(line.most)
            )
            for line in self.lines
        ]
        status = _solved(solver, builder, seconds, stop)
        if status != model_builder.SolveStatus.OPTIMAL:
            return None
        values = solver.values(builder.get_variables()).tolist()
        prices = solver.dual_values(builder.get_linear_constraints()).to_numpy()
        assert len(prices) == len(rows)
        return dict(zip(taken, values, strict=True)), prices

    def bound_of(self, prices: "np.ndarray") -> tuple[int, "np.ndarray"]:
        """What these prices prove over all columns, and the reduced points of each."""
        least, most = self.least, self.most
        prices = np.where((prices > 0) & np.isinf(least), 0.0, prices)
        prices = np.where((prices < 0) & np.isinf(most), 0.0, prices)
        dear = self.points - np.bincount(
            self.column_of, self.weight_of * prices[self.row_of], minlength=len(self.points)
        )
        limits = np.where(prices > 0, least, most)
        by_lines = np.where(prices == 0, 0.0, prices * np.where(prices == 0, 0.0, limits)).sum()
        by_columns = np.where(dear > 0, dear * self.low, dear * self.high).sum()
        return math.ceil(by_lines + by_columns + self.constant - 1e-4), dear


def _sum(
    variables: Mapping[int, "model_builder.Variable"],
    indices: Sequence[int],
    weights: Sequence[float],
) -> "model_builder.LinearExprT":
    inside = [
        (variables[one], weight)
        for one, weight in zip(indices, weights, strict=True)
        if one in variables
    ]
    return model_builder.LinearExpr.weighted_sum([v for v, _ in inside], [w for _, w in inside])


def _open(limit: int) -> float:
    """A limit that is none as the solver takes it."""
    return limit if abs(limit) < FAR else math.copysign(math.inf, limit)


def _solved(
    solver: "model_builder.Solver",
    builder: "model_builder.Model",
    seconds: float,
    stop: Callable[[], bool],
) -> "model_builder.SolveStatus":
    """Solve in a thread, so that it can be stopped."""
    solver.set_time_limit_in_seconds(seconds)
    found: list[model_builder.SolveStatus] = []
    thread = Thread(target=lambda: found.append(solver.solve(builder)))
    thread.start()
    thread.join(_POLL_SECONDS / 20)  # small ones are solved at once
    while thread.is_alive():
        thread.join(_POLL_SECONDS)
        if thread.is_alive() and stop():
            solver.stop_search()
            thread.join(1)
            return model_builder.SolveStatus.NOT_SOLVED
    return found[0]
