"""Filling weeks as well as time allows, and saying honestly how well that is.

A plan is wanted at once, and a good one soon:

1. A first plan, week by week, from the dishes that cost least by the soft rules (`first_plans`).
2. The linear relaxation (`relaxation`): a bound for every plan, and a guide to where the good
   ones are. That of many weeks takes long; it is solved in the background, while each week is
   planned after the ones before it by a guide of its own.
3. Dives, week by week: what the guide takes whole is fixed, what it finds dear is left out, and
   CP-SAT fills the rest; then nothing is fixed any more. Of a single week, at last nothing is
   left out that could be in a better plan, so that "optimal" is a proof.

What is shown of bound and gap is never better than what is proven.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ortools.sat.python import cp_model

from canteen.foundation.calendar import week_of
from canteen.menus.planning.behind import Behind
from canteen.menus.planning.facts import Cell, Placement, Plan, PlanFacts
from canteen.menus.planning.first_plans import cheapest, first_plan, first_week
from canteen.menus.planning.model import Model, build
from canteen.menus.planning.relaxation import Guide, relax, relax_weeks
from canteen.menus.planning.scoring import Score, score_of
from canteen.menus.planning.solving import Answer, Clock, Stop, ask

_NEAR = 0.002
"""A part of the bound: a dish that raises it by more than so wide is at first left out."""
_WHOLE = 0.999
_HALF = 0.5
_TELL_SECONDS = 0.3
_SHARE_OF_FIRST = 0.7
_SHARE_OF_GUIDE = 0.6
_SHARE_OF_ROLLING = 0.6
_SHORTEST_SECONDS = 0.3
_ROUND_SECONDS = 3.0
_LONG = 3600.0
_SMALL = 1_000
"""Dishes in cells up to which it is best to go for the proof soon."""


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
        self._workers = self._solvers = workers
        self._seed = seed
        self._tell = tell
        self._told = 0.0

    def run(self) -> None:
        """All of it, until something is proven or time is over."""
        self._start()
        if self.infeasible or self.proven or not self.clock.left:
            return
        if len(self.weeks) == 1:
            self._run_week()
        else:
            self._run_weeks()

    def _run_week(self) -> None:
        model = build(self.facts)
        guide = self._relaxed(model)
        if guide is None:
            self._solve(model)
            return
        self._raise_bound(guide.bound)
        steps = [(True, 1.0, 0.15), (False, 1.0, 0.3)]
        if len(model.stands) > _SMALL:
            steps = [(True, 1.0, 0.35), (False, 0.5, 0.5), (False, 1.0, 0.6)]
        for fixed, width, share in steps:
            clock = self.clock.at_most(self.clock.left * share)
            self._dive(self.weeks[0], guide, clock, fixed=fixed, width=width)
        if not self.proven:
            self._prove(guide)

    def _run_weeks(self) -> None:
        known: list[Guide] = []

        def relax_all(over: Stop) -> None:
            relax_weeks(self.facts, self.weeks, seconds=_LONG, stop=over, better=known.append)

        behind = Behind(relax_all) if self._workers > 1 else None
        self._solvers = max(1, self._workers - 1)  # the relaxation is one of the workers
        try:
            guides = self._roll(self.clock.at_most(self.clock.left * _SHARE_OF_ROLLING))
            if behind is None:  # one worker does one thing after the other
                part = self.clock.at_most(self.clock.left * _SHARE_OF_GUIDE)
                relax_all(lambda: self._told_and_over() or not part.left)
            rounds = 0
            while self.clock.left > _SHORTEST_SECONDS and not self.proven:
                if behind is not None:
                    behind.check()
                if known:
                    guides = [known[-1]] * len(self.weeks)
                    self._raise_bound(known[-1].bound)
                self._round(guides, rounds)
                rounds += 1
        finally:
            if behind is not None:
                behind.end()
            for guide in known:
                self._raise_bound(guide.bound)

    def _roll(self, clock: Clock) -> list[Guide | None]:
        """Every week after those before it, by a guide of its own."""
        guides: list[Guide | None] = []
        plan: list[Placement] = []
        for number, week in enumerate(self.weeks):
            share = clock.at_most(clock.left / (len(self.weeks) - number))
            guide = relax(
                build(week, beside=plan, only=cheapest(week, plan)),
                seconds=share.left * _SHARE_OF_GUIDE,
                stop=self._told_and_over,
            )
            guides.append(guide)
            found = self._dived(week, plan, (), guide, share, fixed=True)
            if found is None:  # any plan of this week, to go on from
                found = first_week(week, plan, clock, self._ask).plan
            if found is None:
                return [*guides, *[None] * (len(self.weeks) - len(guides))]
            plan += found
        self._take(tuple(plan))
        return guides

    def _round(self, guides: Sequence[Guide | None], rounds: int) -> None:
        """Each week once more beside the others: at first near to the guide, then more widely."""
        for week, guide in zip(self.weeks, guides, strict=True):
            clock = self.clock.at_most(min(self.clock.left, _ROUND_SECONDS * (rounds + 1)))
            if clock.left < _SHORTEST_SECONDS:
                return
            self._dive(week, guide, clock, fixed=rounds == 0, width=(1 + rounds) / 2)

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

    def _relaxed(self, model: Model) -> Guide | None:
        seconds = self.clock.left * _SHARE_OF_GUIDE
        return relax(model, seconds=seconds, stop=self._told_and_over)

    def _dive(
        self, week: PlanFacts, guide: Guide | None, clock: Clock, *, fixed: bool, width: float
    ) -> None:
        """Plan a week anew beside the others, near to the guide."""
        days = {cell.day for cell in week.cells}
        kept = [one for one in self.plan or () if one.day in days]
        beside = [one for one in self.plan or () if one.day not in days]
        found = self._dived(week, beside, kept, guide, clock, fixed=fixed, width=width)
        if found is not None:
            self._take((*beside, *found))

    def _dived(
        self,
        week: PlanFacts,
        beside: Plan,
        kept: Plan,
        guide: Guide | None,
        clock: Clock,
        *,
        fixed: bool,
        width: float = 1.0,
    ) -> tuple[Placement, ...] | None:
        """A plan of a week near to the guide, from `kept` on if that is not empty; without a guide,
        from the dishes that cost least by themselves."""
        if guide is None:
            only, whole = cheapest(week, beside), set()
        else:
            only = guide.narrowed(width * _NEAR * max(1, guide.bound))
            whole = {place for place, share in guide.shares.items() if share > _WHOLE}
        model = build(week, beside=beside, only=only | {(one.key, one.dish_id) for one in kept})
        if kept:
            model.hint(kept)
        elif guide is not None:
            for place, variable in model.stands.items():
                model.cp.add_hint(variable, guide.shares.get(place, 0) > _HALF)
        if fixed and whole:
            model.cp.add_bool_and([model.stands[one] for one in whole if one in model.stands])
        answer = self._ask(model.cp, clock, linear=True)
        return model.plan_of(answer) if answer.found else None

    def _prove(self, guide: Guide) -> None:
        """The whole, but for dishes that are in no better plan."""
        if self.plan is None or self.score is None:
            self._solve(build(self.facts))
            return
        gap = self.score.total - (guide.bound - 1)
        model = build(self.facts, only=guide.narrowed(gap))
        model.hint(self.plan)
        self._solve(model)

    def _solve(self, model: Model) -> None:
        """Solve a model in which every plan is that is better than the one we have."""
        answer = self._ask(model.cp, self.clock, linear=True)
        if answer.found:
            self._take(model.plan_of(answer))
            self._raise_bound(round(answer.bound))
        self.infeasible = answer.impossible and self.plan is None

    def _ask(self, cp: cp_model.CpModel, clock: Clock, *, linear: bool = False) -> Answer:
        return ask(
            cp,
            clock,
            workers=self._solvers,
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
