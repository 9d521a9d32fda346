"""The best plan of a search so far, what is proven of it, and the means to go on."""

from ortools.sat.python import cp_model

from canteen.menus.planning.facts import Placement, PlanFacts
from canteen.menus.planning.outcome import Outcome, Tell, Tidings
from canteen.menus.planning.scoring import Score, score_of
from canteen.menus.planning.solving import Answer, Clock, ask

_TELL_SECONDS = 0.3


class Progress:
    """Never shows more of bound and gap than is proven. `solvers` are the workers CP-SAT has:
    fewer than `workers` while others are at work beside it."""

    def __init__(
        self, facts: PlanFacts, clock: Clock, *, workers: int, seed: int, tell: Tell
    ) -> None:
        self.facts = facts
        self.clock = clock
        self.workers = self.solvers = workers
        self.plan: tuple[Placement, ...] | None = None
        self.score: Score | None = None
        self.bound: int | None = None
        self.infeasible = False
        self.first_seconds: float | None = None
        self._seed = seed
        self._tell = tell
        self._told = 0.0

    @property
    def proven(self) -> bool:
        """Whether no plan is better."""
        return self.score is not None and self.bound is not None and self.score.total <= self.bound

    def take(self, plan: tuple[Placement, ...]) -> None:
        """Keep a plan if it is the best so far."""
        score = score_of(self.facts, plan)
        if self.first_seconds is None:
            self.first_seconds = self.clock.gone
        if self.score is None or score.total < self.score.total:
            self.plan, self.score = _in_order(self.facts, plan), score

    def raise_bound(self, bound: float) -> None:
        """No plan has fewer points than so many, which may be without limit."""
        if self.score is not None:
            bound = min(bound, self.score.total)
        self.bound = int(bound) if self.bound is None else max(self.bound, int(bound))

    def ask(self, cp: cp_model.CpModel, clock: Clock, *, linear: bool = False) -> Answer:
        """What CP-SAT makes of a model, while others are told how it goes."""
        return ask(
            cp,
            clock,
            workers=self.solvers,
            seed=self._seed,
            meanwhile=self.tell_now,
            linear=linear,
        )

    def told_and_over(self) -> bool:
        """Whether time is over, or a person stopped it; others are told."""
        self.tell_now()
        return not self.clock.left

    def tell_now(self) -> None:
        """Tell how it goes, if it was not told just now."""
        if self.clock.gone - self._told >= _TELL_SECONDS:
            self._told = self.clock.gone
            self._tell(
                Tidings(
                    found=self.plan is not None,
                    points=None if self.score is None else self.score.total,
                    bound=self.bound,
                    seconds=self.clock.gone,
                )
            )

    def outcome(self) -> Outcome:
        """What it came to."""
        if self.infeasible:
            state = "infeasible"
        elif self.proven:
            state = "optimal"
        elif self.clock.stop():
            state = "cancelled"
        else:
            state = "unknown" if self.plan is None else "feasible"
        return Outcome(
            state=state,
            plan=self.plan,
            score=self.score,
            bound=self.bound,
            first_seconds=self.first_seconds,
            seconds=self.clock.gone,
        )


def _in_order(facts: PlanFacts, plan: tuple[Placement, ...]) -> tuple[Placement, ...]:
    order = {cell.key: number for number, cell in enumerate(facts.cells)}
    return tuple(sorted(plan, key=lambda one: (order[one.key], one.position)))
