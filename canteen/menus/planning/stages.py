"""Plans that are good at one thing first, and by the score only among those."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from canteen.menus.planning.draft import Draft, Place
from canteen.menus.planning.facts import Placement, PlanFacts
from canteen.menus.planning.layout import Layout
from canteen.menus.planning.model import build
from canteen.menus.planning.model_hard import write_hard_rules
from canteen.menus.planning.outcome import Outcome, Tell, Tidings
from canteen.menus.planning.scoring import score_of
from canteen.menus.planning.solving import Answer, Clock, ask


@dataclass(frozen=True, kw_only=True)
class Sheet(Layout):
    """A model on which a first question is written: with the soft rules, or without them."""

    def fix(self, places: Iterable[Place]) -> None:
        """Let these dishes stand where they are, and no others be fixed."""
        wanted = set(places)
        for place, variable in self.stands.items():
            self.cp.proto.variables[variable.index].domain[0] = int(place in wanted)


class Staging:
    """The time and the means for questions asked one after another of the same facts."""

    def __init__(
        self,
        facts: PlanFacts,
        clock: Clock,
        *,
        relaxed: tuple[str, ...] = (),
        workers: int = 2,
        seed: int = 1,
        tell: Tell = lambda tidings: None,
    ) -> None:
        self.facts = facts
        self.clock = clock
        self.first_seconds: float | None = None
        self._relaxed = relaxed
        self._workers = workers
        self._seed = seed
        self._tell = tell

    def sheet(self, only: Collection[Place] | None = None) -> Sheet:
        """The hard rules alone; `only` narrows where dishes may stand."""
        draft = Draft(self.facts, relaxed=self._relaxed, guards=False, only=only)
        write_hard_rules(draft)
        stands = {(one.cell.key, one.dish.id): one.variable for one in draft.spots}
        return Sheet(facts=self.facts, cp=draft.cp, stands=stands, rows=tuple(draft.rows))

    def ask(
        self, sheet: Sheet, share: float, *, scored: bool = False, proving: bool = False
    ) -> Answer:
        """An answer in a share of the time that is left; others are told how it goes."""
        watch = _Watch(self)
        return ask(
            sheet.cp,
            self.clock.at_most(self.clock.left * share),
            workers=self._workers,
            seed=self._seed,
            callback=watch,
            meanwhile=lambda: self._tell(watch.tidings(scored)),
            linear=scored,
            proving=proving,
        )

    def best(
        self,
        plan: tuple[Placement, ...],
        hold: Callable[[Sheet], None],
        only: Collection[Place] | None = None,
    ) -> Outcome:
        """The best plan by score of those that `hold` allows, in the time that is left; `plan`,
        which is one of them, if no better is found. `only` names all that can stand there."""
        bound, proven = None, False
        if self.clock.left:
            built = build(self.facts, relaxed=self._relaxed, only=only)
            sheet = Sheet(
                facts=self.facts, cp=built.cp, stands=built.stands, rows=tuple(built.rows)
            )
            hold(sheet)
            sheet.hint(plan)
            answer = self.ask(sheet, 1.0, scored=True)
            if answer.found:
                better, bound, proven = sheet.plan_of(answer), round(answer.bound), answer.proven
                if score_of(self.facts, better).total <= score_of(self.facts, plan).total:
                    plan = better
        return self._outcome("optimal" if proven else "feasible", plan, bound)

    def unfinished(self, plan: tuple[Placement, ...]) -> Outcome:
        """A plan that nobody has looked at closely: there was no time, or it was stopped."""
        return self._outcome("cancelled" if self.clock.stop() else "feasible", plan, None)

    def nothing(self, answer: Answer) -> Outcome:
        """No plan: there is none, it was stopped, or time ran out."""
        if answer.impossible:
            return self._outcome("infeasible", None, None)
        return self._outcome("cancelled" if self.clock.stop() else "unknown", None, None)

    def _outcome(
        self, state: str, plan: tuple[Placement, ...] | None, bound: int | None
    ) -> Outcome:
        return Outcome(
            state=state,
            plan=plan,
            score=None if plan is None else score_of(self.facts, plan),
            bound=bound,
            first_seconds=None if plan is None else self.first_seconds,
            seconds=self.clock.gone,
        )


class _Watch(cp_model.CpSolverSolutionCallback):
    """Remembers the last plan, and when the first one came."""

    def __init__(self, staging: Staging) -> None:
        super().__init__()
        self._staging = staging
        self._points: int | None = None
        self._bound: int | None = None

    def on_solution_callback(self) -> None:
        if self._staging.first_seconds is None:
            self._staging.first_seconds = self._staging.clock.gone
        self._points = round(self.objective_value)
        self._bound = round(self.best_objective_bound)

    def tidings(self, scored: bool) -> Tidings:
        """How it goes; points are told only where they are those of the score."""
        return Tidings(
            found=self._staging.first_seconds is not None,
            points=self._points if scored else None,
            bound=self._bound if scored else None,
            seconds=self._staging.clock.gone,
        )
