"""A linear program as numbers: lines over columns, solved over some of both.

Whatever is solved, the bound is worked out from the prices of the lines over all columns, in
plain arithmetic: it holds for any prices, so neither columns and lines that are left out nor the
solver's tolerance can flatter it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.util.python.solve_interrupter import SolveInterrupter

from canteen.menus.planning.draft import FAR
from canteen.menus.planning.model import Model

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Chosen = NDArray[np.bool_]
_POLL_SECONDS = 0.1
_SAFE = 1e-4
"""Points by which plain arithmetic may be wrong, many times over."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Program:
    """Columns between `low` and `high` with their points, and lines between `least` and `most`.

    `row_of`, `column_of` and `weight_of` say what stands in the lines.
    """

    low: Numbers
    high: Numbers
    points: Numbers
    constant: float
    row_of: Places
    column_of: Places
    weight_of: Numbers
    least: Numbers
    most: Numbers

    def solve(
        self, columns: Chosen, rows: Chosen, seconds: float, stop: Callable[[], bool]
    ) -> "Solved | None":
        """The least points over these columns, as far as these lines ask; None if there is no
        answer in time, or none at all."""
        if seconds <= 0:
            return None
        program = mathopt.Model.from_model_proto(self._proto(columns, rows))
        result = _solved(program, seconds, stop)
        if result is None or result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return None
        shares, prices = np.zeros(len(self.low)), np.zeros(len(self.least))
        shares[columns] = result.variable_values(program.variables())
        prices[rows] = result.dual_values(program.linear_constraints())
        return Solved(shares=shares, prices=prices)

    def _proto(self, columns: Chosen, rows: Chosen) -> model_pb2.ModelProto:
        taken = np.flatnonzero(columns)
        inside = np.flatnonzero(columns[self.column_of] & rows[self.row_of])
        row, column = _numbered(rows)[self.row_of[inside]], self.column_of[inside]
        order = np.lexsort((column, row))
        proto = model_pb2.ModelProto()
        proto.variables.ids.extend(range(len(taken)))
        proto.variables.lower_bounds.extend(self.low[taken].tolist())
        proto.variables.upper_bounds.extend(self.high[taken].tolist())
        proto.variables.integers.extend([False] * len(taken))
        proto.objective.offset = self.constant
        dear = np.flatnonzero(self.points[taken])
        proto.objective.linear_coefficients.ids.extend(dear.tolist())
        proto.objective.linear_coefficients.values.extend(self.points[taken][dear].tolist())
        proto.linear_constraints.ids.extend(range(int(rows.sum())))
        proto.linear_constraints.lower_bounds.extend(self.least[rows].tolist())
        proto.linear_constraints.upper_bounds.extend(self.most[rows].tolist())
        matrix = proto.linear_constraint_matrix
        matrix.row_ids.extend(row[order].tolist())
        matrix.column_ids.extend(_numbered(columns)[column][order].tolist())
        matrix.coefficients.extend(self.weight_of[inside][order].tolist())
        return proto

    def bound_of(self, prices: Numbers) -> tuple[int, Numbers]:
        """What these prices prove over all columns, and the reduced points of each."""
        prices = np.where((prices > 0) & np.isinf(self.least), 0.0, prices)
        prices = np.where((prices < 0) & np.isinf(self.most), 0.0, prices)
        dear = self.points - np.bincount(
            self.column_of, self.weight_of * prices[self.row_of], minlength=len(self.points)
        )
        limits = np.where(prices > 0, self.least, self.most)
        by_lines = np.where(prices == 0, 0.0, prices * np.where(prices == 0, 0.0, limits)).sum()
        by_columns = np.where(dear > 0, dear * self.low, dear * self.high).sum()
        return math.ceil(by_lines + by_columns + self.constant - _SAFE), dear

    def missed(self, shares: Numbers) -> Numbers:
        """By how much each line is missed."""
        sums = np.bincount(
            self.row_of, self.weight_of * shares[self.column_of], minlength=len(self.least)
        )
        return np.maximum(0.0, np.maximum(self.least - sums, sums - self.most))


@dataclass(frozen=True, kw_only=True, eq=False)
class Solved:
    """How much of each column is taken, and the price of each line: 0 for those left out."""

    shares: Numbers
    prices: Numbers


def program_of(model: Model) -> Program:
    """The lines of a model that its draft kept."""
    variables = list(model.cp.proto.variables)
    domains = [(one.domain[0], one.domain[len(one.domain) - 1]) for one in variables]
    points = np.zeros(len(variables))
    for variable, weight in zip(model.score.variables, model.score.weights, strict=True):
        points[variable.index] = weight
    lines = [line for line in model.lines if line.kept]
    counts = [len(line.indices) for line in lines]
    return Program(
        low=np.array([low for low, _ in domains], dtype=float),
        high=np.array([high for _, high in domains], dtype=float),
        points=points,
        constant=model.score.constant,
        row_of=np.repeat(np.arange(len(counts)), counts),
        column_of=np.array([one for line in lines for one in line.indices], dtype=int),
        weight_of=np.array([one for line in lines for one in line.weights], dtype=float),
        least=np.array([_open(line.least) for line in lines], dtype=float),
        most=np.array([_open(line.most) for line in lines], dtype=float),
    )


def _numbered(chosen: Chosen) -> Places:
    """The number of each that is chosen, among those."""
    return np.cumsum(chosen) - 1


def _open(limit: int) -> float:
    """A limit that is none as the solver takes it."""
    return limit if abs(limit) < FAR else math.copysign(math.inf, limit)


def _solved(
    program: mathopt.Model, seconds: float, stop: Callable[[], bool]
) -> mathopt.SolveResult | None:
    """Solve in a thread, so that it can be stopped."""
    interrupter = SolveInterrupter()
    params = mathopt.SolveParameters(time_limit=timedelta(seconds=seconds))
    found: list[mathopt.SolveResult] = []

    def work() -> None:
        found.append(
            mathopt.solve(program, mathopt.SolverType.GLOP, params=params, interrupter=interrupter)
        )

    thread = Thread(target=work)
    thread.start()
    thread.join(_POLL_SECONDS / 20)  # small ones are solved at once
    while thread.is_alive():
        if stop():
            interrupter.interrupt()
        thread.join(_POLL_SECONDS)
    return found[0] if found else None
