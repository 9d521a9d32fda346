"""Filling weeks as well as time allows, and saying honestly how well that is.

A plan is wanted at once, and a good one soon:

1. A first plan, week by week, from the dishes that cost least by the soft rules (`first_plans`).
2. The linear relaxation of all weeks together (`relaxation`): a bound for every plan, and a guide
   to where the good ones are.
3. Dives, week by week: what the guide takes whole is fixed, what it finds dear is left out, and
   CP-SAT fills the rest; then nothing is fixed any more, and at last nothing is left out that
   could be in a better plan, so that "optimal" is a proof.

What is shown of bound and gap is never better than what is proven.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from ortools.sat.python import cp_model

from canteen.foundation.calendar import week_of
from canteen.menus.planning.facts import Cell, Placement, PlanFacts
from canteen.menus.planning.first_plans import first_plan
from canteen.menus.planning.model import Model, build
from canteen.menus.planning.relaxation import Guide, relax
from canteen.menus.planning.scoring import Score, score_of
from canteen.menus.planning.solving import Answer, Clock, Stop, ask

_NEAR = 0.002
"""A part of the bound: a dish that raises it by more is at first left out."""
_WHOLE = 0.999
_TELL_SECONDS = 0.3
_SHARE_OF_FIRST = 0.5
_SHARE_OF_GUIDE = 0.6
_SHORTEST_SECONDS = 0.3


@dataclass(frozen=True, kw_only=True)
class Tidings:
    """How a search is going. `points` and `bound` are None until there are any."""

    found: bool
    points: int | None
    bound: int | None
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a search came to.

    `state`: "optimal" (proven), "feasible", "infeasible" (proven), "unknown" (no plan in this
    time), "cancelled" (stopped by a person; the best plan so far, if any). `first_seconds` is
    when the first plan was there. No plan has fewer points than `bound`.
    """

    state: str
    plan: tuple[Placement, ...] | None = None
    score: Score | None = None
    bound: int | None = None
    first_seconds: float | None = None
    seconds: float = 0.0

    @property
    def gap(self) -> float | None:
        """How far the plan may be from the best, as a part of its points: 0 if it is the best."""
        if self.state == "optimal":
            return 0.0
        if self.score is None or self.bound is None:
            return None
        return max(0, self.score.total - self.bound) / max(1, self.score.total)


Tell = Callable[[Tidings], None]


def plan_weeks(
    facts: PlanFacts,
    *,
    seconds: float = 20.0,
    workers: int = 2,
    seed: int = 1,
    tell: Tell = lambda tidings: None,
    stop: Stop = lambda: False,
) -> Outcome:
    """The best plan found in so many seconds.

    `tell` and `stop` are called in the caller's thread, a few times a second.
    """
    search = _Search(facts, Clock(seconds, stop), workers=workers, seed=seed, tell=tell)
    search.run()
    return search.outcome()


class _Search:
    """The best plan so far, what is proven, and the means to go on."""

    def __init__(
        self, facts: PlanFacts, clock: Clock, *, workers: int, seed: int, tell: Tell
    ) -> None:
        self.facts = facts
        self.clock = clock
        self.plan: tuple[Placement, ...] | None = None
        self.score: Score | None = None
        self.bound: int | None = None
        self.infeasible = False
        self.first_seconds: float | None = None
        self.weeks = _weeks(facts)
        self._workers = workers
        self._seed = seed
        self._tell = tell
        self._told = 0.0

    def run(self) -> None:
        """All of it, until something is proven or time is over."""
        self._start()
        if self.infeasible or self.proven or not self.clock.left:
            return
        guide = self._guide()
        if guide is None or self.proven:
            return
        self._rounds(guide)
        if len(self.weeks) == 1 and not self.proven:
            self._prove(guide)

    @property
    def proven(self) -> bool:
        """Whether no plan is better."""
        return self.score is not None and self.bound is not None and self.score.total <= self.bound

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

    def _start(self) -> None:
        """A first plan, or the proof that there is none."""
        first = first_plan(
            self.facts,
            self.weeks,
            self.clock.at_most(self.clock.left * _SHARE_OF_FIRST),
            self._ask,
        )
        self.infeasible = first.impossible
        if first.plan is not None:
            self._take(first.plan)

    def _guide(self) -> Guide | None:
        model = build(self.facts)
        guide = relax(
            model,
            seconds=self.clock.left * _SHARE_OF_GUIDE,
            stop=self._told_and_over,
        )
        if guide is not None:
            self._raise_bound(guide.bound)
        if guide is None and self.clock.left:
            self._solve(model, self.clock)
        return guide

    def _rounds(self, guide: Guide) -> None:
        """Dives through the weeks, each wider and longer than the one before."""
        near = _NEAR * max(1, guide.bound)
        steps = [(True, near, 0.35), (False, near / 2, 0.5), (False, near, 0.6)]
        if len(self.weeks) > 1:
            steps.append((False, 2 * near, 1.0))
        for fixed, width, share in steps:
            until = self.clock.at_most(self.clock.left * share)
            for number, week in enumerate(self.weeks):
                left = until.left / (len(self.weeks) - number)
                if left < _SHORTEST_SECONDS or self.proven:
                    return
                self._dive(week, guide, until.at_most(left), fixed=fixed, width=width)

    def _dive(
        self, week: PlanFacts, guide: Guide, clock: Clock, *, fixed: bool, width: float
    ) -> None:
        """Plan a week anew beside the others, near to the guide."""
        days = {cell.day for cell in week.cells}
        kept = [one for one in self.plan or () if one.day in days]
        beside = [one for one in self.plan or () if one.day not in days]
        only = guide.narrowed(width) | {(one.key, one.dish_id) for one in kept}
        model = build(week, beside=beside, only=only)
        if kept:
            model.hint(kept)
        if fixed:
            for place, share in guide.shares.items():
                if share > _WHOLE and place in model.stands:
                    model.cp.add(model.stands[place] == 1)
        answer = self._ask(model.cp, clock, linear=True)
        if answer.found:
            self._take((*beside, *model.plan_of(answer)))

    def _prove(self, guide: Guide) -> None:
        """The whole, but for dishes that are in no better plan."""
        assert self.score is not None
        gap = self.score.total - (guide.bound - 1)
        model = build(self.facts, only=guide.narrowed(gap))
        model.hint(self.plan or ())
        self._solve(model, self.clock)

    def _solve(self, model: Model, clock: Clock) -> None:
        """Solve a model in which every plan is that is better than the one we have."""
        answer = self._ask(model.cp, clock, linear=True)
        if answer.found:
            self._take(model.plan_of(answer))
            self._raise_bound(round(answer.bound))
        self.infeasible = answer.impossible and self.plan is None

    def _ask(self, cp: cp_model.CpModel, clock: Clock, *, linear: bool = False) -> Answer:
        return ask(
            cp,
            clock,
            workers=self._workers,
            seed=self._seed,
            meanwhile=self._tell_now,
            linear=linear,
        )

    def _take(self, plan: tuple[Placement, ...]) -> None:
        score = score_of(self.facts, plan)
        if self.first_seconds is None:
            self.first_seconds = self.clock.gone
        if self.score is None or score.total < self.score.total:
            self.plan, self.score = _in_order(self.facts, plan), score

    def _raise_bound(self, bound: int) -> None:
        if self.score is not None:
            bound = min(bound, self.score.total)
        self.bound = bound if self.bound is None else max(self.bound, bound)

    def _told_and_over(self) -> bool:
        self._tell_now()
        return not self.clock.left

    def _tell_now(self) -> None:
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


def _weeks(facts: PlanFacts) -> list[PlanFacts]:
    """The facts of each week alone, in order."""
    cells: dict[date, list[Cell]] = {}
    for cell in sorted(facts.cells, key=lambda cell: cell.day):
        cells.setdefault(week_of(cell.day)[0], []).append(cell)
    return [replace(facts, cells=tuple(of_week)) for of_week in cells.values()]


def _in_order(facts: PlanFacts, plan: tuple[Placement, ...]) -> tuple[Placement, ...]:
    order = {cell.key: number for number, cell in enumerate(facts.cells)}
    return tuple(sorted(plan, key=lambda one: (order[one.key], one.position)))
