"""Filling weeks as well as time allows, and saying honestly how well that is.

A plan is wanted at once, and a good one soon:

1. A first plan, week by week, from the dishes that cost least by the soft rules (`first_plans`).
2. The linear relaxation (`relaxation`): a bound for every plan, and a guide to where the good
   ones are.
3. Dives, week by week (`diving`): what the guide takes whole is fixed, what it finds dear is left
   out, and CP-SAT fills the rest; then nothing is fixed any more.
4. Of a single week, branch and bound beside the dives, and at last nothing is left out that could
   be in a better plan, so that "optimal" is a proof (`one_week`); of several, each week again and
   again beside the others (`many_weeks`).

What is shown of bound and gap is never better than what is proven.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from canteen.foundation.calendar import week_of
from canteen.menus.planning.facts import Cell, PlanFacts
from canteen.menus.planning.first_plans import first_plan
from canteen.menus.planning.many_weeks import plan_many_weeks
from canteen.menus.planning.one_week import plan_week
from canteen.menus.planning.outcome import Outcome, Tell, Tidings
from canteen.menus.planning.progress import Progress
from canteen.menus.planning.solving import Clock, Stop

__all__ = ["Outcome", "Tell", "Tidings", "plan_weeks"]

_SHARE_OF_FIRST = 0.7


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
    progress = Progress(facts, Clock(seconds, stop), workers=workers, seed=seed, tell=tell)
    weeks = _weeks(facts)
    _start(progress, weeks)
    if not progress.infeasible and progress.clock.left:
        if len(weeks) == 1:
            plan_week(progress)
        else:
            plan_many_weeks(progress, weeks)
    return progress.outcome()


def _start(progress: Progress, weeks: Sequence[PlanFacts]) -> None:
    """A first plan, or the proof that there is none."""
    share = progress.clock.at_most(progress.clock.left * _SHARE_OF_FIRST)
    first = first_plan(progress.facts, weeks, share, progress.ask)
    progress.infeasible = first.impossible
    if first.plan is not None:
        progress.take(first.plan)


def _weeks(facts: PlanFacts) -> list[PlanFacts]:
    """The facts of each week alone, in order."""
    cells: dict[date, list[Cell]] = {}
    for cell in sorted(facts.cells, key=lambda cell: cell.day):
        cells.setdefault(week_of(cell.day)[0], []).append(cell)
    return [replace(facts, cells=tuple(of_week)) for of_week in cells.values()]
