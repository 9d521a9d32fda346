"""Asking the solver for a while: in time, and to be stopped by a person."""

import threading
import time
from collections.abc import Callable

from ortools.sat.python import cp_model

Stop = Callable[[], bool]
FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)
_PROVING = ("max_lp", "quick_restart")
_A_MOMENT = 0.1
"""Seconds between two questions whether somebody has stopped it."""


class Clock:
    """Time that is left: the one place where explaining and changing look at a clock."""

    def __init__(self, seconds: float, stop: Stop = lambda: False) -> None:
        self._begun = time.monotonic()
        self._seconds = seconds
        self.stop = stop

    @property
    def gone(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._begun

    @property
    def left(self) -> float:
        """Seconds that are left; 0 once a person has stopped it."""
        return 0.0 if self.stop() else max(0.0, self._seconds - self.gone)

    def at_most(self, seconds: float) -> "Clock":
        """A part of the time that is left."""
        return Clock(min(seconds, self.left), self.stop)

    def at_least(self, seconds: float) -> "Clock":
        """So long, also where less is left: for what must not be missing at the end."""
        return Clock(max(seconds, self.left), self.stop)


class Answer:
    """A model that was solved, as far as time went."""

    def __init__(self, solver: cp_model.CpSolver, status: cp_model.CpSolverStatus) -> None:
        self._solver = solver
        self.found = status in FOUND
        self.proven = status == cp_model.OPTIMAL
        self.impossible = status == cp_model.INFEASIBLE
        self.bound = solver.best_objective_bound if self.found else 0.0

    def value(self, expression: cp_model.LinearExprT) -> int:
        """The value of a variable, or of a sum."""
        return int(self._solver.value(expression))


def ask(
    model: cp_model.CpModel,
    clock: Clock,
    *,
    workers: int = 2,
    seed: int = 1,
    callback: cp_model.CpSolverSolutionCallback | None = None,
    meanwhile: Callable[[], None] = lambda: None,
    linear: bool = False,
    proving: bool = False,
) -> Answer:
    """Solve a model in the time that is left; `linear` leans on the linear relaxation more.

    `proving` sets one worker on the whole linear relaxation and one on conflicts: twenty dishes
    for twenty-one places is seen at once by the first, and by the others not in a minute.

    The solver works in a thread of its own; `clock.stop` and `meanwhile` are called in the
    caller's, every moment, so that they may touch what belongs to it.
    """
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(clock.left, 0.001)
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    if linear:
        solver.parameters.linearization_level = 2
    if proving and workers == len(_PROVING):
        solver.parameters.subsolvers.extend(_PROVING)
    elif proving:
        solver.parameters.linearization_level = 2
    status: list[cp_model.CpSolverStatus] = []
    thread = threading.Thread(target=lambda: status.append(solver.solve(model, callback)))
    thread.start()
    thread.join(_A_MOMENT / 20)  # most questions are answered at once
    while thread.is_alive():
        if clock.stop():
            solver.stop_search()
        meanwhile()
        thread.join(_A_MOMENT)
    assert status, "the solver failed"
    assert status[0] != cp_model.MODEL_INVALID, model.validate()
    return Answer(solver, status[0])
