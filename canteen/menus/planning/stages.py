"""Plans that are good at one thing first, and by the score only among those."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from canteen.menus.planning.draft import Draft, Row
from canteen.menus.planning.facts import CellKey, Placement, Plan, PlanFacts
from canteen.menus.planning.model import build
from canteen.menus.planning.model_hard import write_hard_rules
from canteen.menus.planning.scoring import score_of
from canteen.menus.planning.search import Outcome, Tidings
from canteen.menus.planning.seating import seated
from canteen.menus.planning.solving import Answer, Clock, ask


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A model on which the first question is written: with the soft rules, or without them."""

    facts: PlanFacts
    cp: cp_model.CpModel
    stands: Mapping[tuple[CellKey, int], cp_model.IntVar]
    rows: tuple[Row, ...]

    def plan_of(self, answer: Answer) -> tuple[Placement, ...]:
        """The plan of an answer, with positions."""
        chosen: dict[CellKey, list[int]] = {}
        for (key, dish_id), variable in self.stands.items():
            if answer.value(variable):
                chosen.setdefault(key, []).append(dish_id)
        return seated(self.facts, chosen)

    def hint(self, plan: Plan) -> None:
        """Tell the solver to start from a plan."""
        wanted = {(one.key, one.dish_id) for one in plan}
        for place, variable in self.stands.items():
            self.cp.add_hint(variable, place in wanted)


First = Callable[[Sheet], cp_model.LinearExprT]
"""What is made least first, written into a model."""
Tell = Callable[[Tidings], None]

_SHARE_OF_FIRST = 0.6
"""Part of the time that the first question may take."""


@dataclass(frozen=True, kw_only=True)
class Staged:
    """A plan; the least of the first question, and whether it is proven that nothing is less."""

    outcome: Outcome
    first: int | None = None
    first_proven: bool = False


class _Watch(cp_model.CpSolverSolutionCallback):
    """Remembers the last plan and when the first one came."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.first_seconds: float | None = None
        self.points: int | None = None
        self.bound: int | None = None

    def on_solution_callback(self) -> None:
        if self.first_seconds is None:
            self.first_seconds = self._clock.gone
        self.points = round(self.objective_value)
        self.bound = round(self.best_objective_bound)


def in_stages(
    facts: PlanFacts,
    first: First,
    clock: Clock,
    *,
    relaxed: tuple[str, ...] = (),
    workers: int = 2,
    seed: int = 1,
    tell: Tell = lambda tidings: None,
) -> Staged:
    """Make `first` least, then the score. The second question has what is left of the time, and
    its bound holds only where the first is proven."""
    draft = Draft(facts, relaxed=relaxed, guards=False)
    write_hard_rules(draft)
    stands = {(one.cell.key, one.dish.id): one.variable for one in draft.spots}
    hard = Sheet(facts=facts, cp=draft.cp, stands=stands, rows=tuple(draft.rows))
    least = first(hard)
    hard.cp.minimize(least)
    if facts.before:
        hard.hint(facts.before)
    watch = _Watch(clock)
    told: Callable[[], None] = lambda: tell(  # noqa: E731
        Tidings(found=watch.points is not None, points=None, bound=None, seconds=clock.gone)
    )
    half = clock.at_most(clock.left * _SHARE_OF_FIRST)
    answer = ask(hard.cp, half, workers=workers, seed=seed, callback=watch, meanwhile=told)
    if not answer.found:
        return Staged(outcome=_nothing(answer, clock))
    plan, value = hard.plan_of(answer), answer.value(least)
    found = _by_score(facts, first, clock, plan, value, relaxed, workers, seed, tell)
    outcome = replace(found, first_seconds=watch.first_seconds)
    if not answer.proven:
        state = "feasible" if outcome.state == "optimal" else outcome.state
        outcome = replace(outcome, state=state, bound=None)
    return Staged(outcome=outcome, first=value, first_proven=answer.proven)


def _nothing(answer: Answer, clock: Clock) -> Outcome:
    state = "infeasible" if answer.impossible else "cancelled" if clock.stop() else "unknown"
    return Outcome(
        state=state, plan=None, score=None, bound=None, first_seconds=None, seconds=clock.gone
    )


def _by_score(
    facts: PlanFacts,
    first: First,
    clock: Clock,
    plan: tuple[Placement, ...],
    value: int,
    relaxed: tuple[str, ...],
    workers: int,
    seed: int,
    tell: Tell,
) -> Outcome:
    """The best plan by score that is no worse at the first question; `plan` if none is found."""
    bound, proven = None, False
    if clock.left:
        built = build(facts, relaxed=relaxed)
        model = Sheet(facts=facts, cp=built.cp, stands=built.stands, rows=built.rows)
        model.cp.add(first(model) <= value)
        model.hint(plan)
        watch = _Watch(clock)
        told: Callable[[], None] = lambda: tell(  # noqa: E731
            Tidings(found=True, points=watch.points, bound=watch.bound, seconds=clock.gone)
        )
        answer = ask(model.cp, clock, workers=workers, seed=seed, callback=watch, meanwhile=told)
        if answer.found:
            better, bound = model.plan_of(answer), round(answer.bound)
            proven = answer.proven
            if score_of(facts, better).total <= score_of(facts, plan).total:
                plan = better
    return Outcome(
        state="optimal" if proven else "feasible",
        plan=plan,
        score=score_of(facts, plan),
        bound=bound,
        first_seconds=None,
        seconds=clock.gone,
    )
