"""PyVRP's iterated local search with a clock, a seed, tidings and a way to stop it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from pyvrp import (
    IteratedLocalSearch,
    IteratedLocalSearchParams,
    PenaltyManager,
    ProblemData,
    RandomNumberGenerator,
    Solution,
    SolveParams,
)
from pyvrp.search import LocalSearch, PerturbationManager, compute_neighbours

_TELL_SECONDS = 0.3
_HISTORY = 50
"""Solutions that late acceptance looks back: a short memory suits the seconds of a page. PyVRP's
own 300 is for minutes."""

Stop = Callable[[], bool]


@dataclass(frozen=True)
class Tidings:
    """How a search is going: seconds used of those given; `cost` is None before a whole plan."""

    used: float
    given: float
    cost: int | None


Tell = Callable[[Tidings], None]


class Clock:
    """Says when a search has had its time, or is to stop because somebody said so.

    `now` may be another clock: a benchmark on a busy machine counts processor seconds.
    """

    def __init__(
        self,
        seconds: float,
        *,
        tell: Tell | None = None,
        stop: Stop | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now = now
        self._began = self._told = now()
        self.seconds = seconds
        self._tell, self._stop = tell, stop
        self.stopped = False

    @property
    def used(self) -> float:
        return self._now() - self._began

    def until(self, share: float) -> "Criterion":
        """Ends a search when this share of all the time is gone."""
        return Criterion(self, self._began + self.seconds * share)

    def over(self, end: float, cost: int) -> bool:
        """Whether `end` is past or somebody stopped it; also the moment to tell how far it is."""
        now = self._now()
        if now - self._told >= _TELL_SECONDS:
            self._told = now
            if self._tell is not None:
                known = cost if cost < _NO_PLAN else None
                self._tell(Tidings(used=self.used, given=self.seconds, cost=known))
            self.stopped = self.stopped or bool(self._stop and self._stop())
        return self.stopped or now >= end


@dataclass(frozen=True)
class Criterion:
    """When PyVRP is to stop."""

    clock: Clock
    end: float

    def __call__(self, best_cost: int) -> bool:
        return self.clock.over(self.end, best_cost)


_NO_PLAN = 2**62


def improve(
    data: ProblemData,
    *,
    seed: int,
    over: Criterion,
    begin: Solution | None = None,
    params: SolveParams | None = None,
) -> Solution:
    """The best solution found until `over`; never worse than a feasible one to begin with."""
    params = params or SolveParams(ils=IteratedLocalSearchParams(history_length=_HISTORY))
    rng = RandomNumberGenerator(seed=seed)
    neighbours = compute_neighbours(data, params.neighbourhood)
    search = LocalSearch(data, rng, neighbours, PerturbationManager(params.perturbation))
    for operator in params.operators:
        if operator.supports(data):
            search.add_operator(operator(data))
    penalties = PenaltyManager(params.penalty.midpoint_penalties(data), params.penalty)
    most = penalties.max_cost_evaluator()
    start = search(begin or Solution.make_random(data, rng), most, exhaustive=True)
    if begin is not None and begin.is_feasible() and _dearer(start, begin, most):
        start = begin
    algorithm = IteratedLocalSearch(data, penalties, search, start, params.ils)
    return algorithm.run(over, collect_stats=False).best


def _dearer(one: Solution, other: Solution, evaluator: object) -> bool:
    return bool(evaluator.cost(one) > evaluator.cost(other))  # type: ignore[attr-defined]
