"""From a question to an offer: search, explain why nothing fits, find what breaks least, check.

No database and no clock: the job and the command both call this, each with its own way to show
how far it is. The solvers are read when they are asked: a process that plans nothing, as most do,
starts a second earlier without them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from canteen.foundation.wording import Refusal
from canteen.menus.planning.checking import Broken, broken_rules
from canteen.menus.planning.demands import Conflict
from canteen.menus.planning.facts import PlanFacts
from canteen.menus.planning.outcome import Outcome, Tidings
from canteen.menus.planning.problems import problems_of

Phase = Literal["search", "reasons", "nearest"]
Tell = Callable[[Phase, Tidings | None], None]

WORKERS = 2
SEED = 1
LEAST_TO_EXPLAIN, MOST_TO_EXPLAIN = 10, 20
"""Seconds to find out why nothing fits: a hasty explanation names no way out."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """What came of a question.

    `problems`: the library or the grid cannot be planned with; nothing else is set. `outcome`
    without a plan: none was found, in time or at all. `nearest`: the plan is the one that breaks
    least, looked for because none was found that keeps every rule; `broken` says what it breaks,
    and its distance from the best is not known. `conflict`: which demands cannot hold together,
    none if time was too short to see it, and ways out: at least that what the nearest plan breaks
    is allowed. `stopped`: a person stopped it; the plan is the best found until then.
    """

    problems: tuple[Refusal, ...] = ()
    outcome: Outcome | None = None
    nearest: bool = False
    broken: tuple[Broken, ...] = ()
    conflict: Conflict | None = None
    impossible: bool = False
    """It is proven that the rules cannot all hold."""
    stopped: bool = False


def make_plan(
    facts: PlanFacts,
    *,
    seconds: float,
    tell: Tell = lambda phase, tidings: None,
    stop: Callable[[], bool] = lambda: False,
) -> Made:
    """Look for a plan for so many seconds, and for as long again for reasons and the nearest plan
    when there is none. What is offered has passed the independent check or says what it breaks."""
    if problems := problems_of(facts):
        return Made(problems=tuple(problems))
    from canteen.menus.planning.changing import replan
    from canteen.menus.planning.search import plan_weeks

    look = replan if facts.before else plan_weeks
    found = look(
        facts,
        seconds=seconds,
        workers=WORKERS,
        seed=SEED,
        tell=lambda tidings: tell("search", tidings),
        stop=stop,
    )
    if found.plan is not None:
        return Made(outcome=found, broken=tuple(broken_rules(facts, found.plan)), stopped=stop())
    if stop():
        return Made(outcome=found, stopped=True)
    return _without_plan(facts, found, seconds, tell, stop)


def _without_plan(
    facts: PlanFacts, found: Outcome, seconds: float, tell: Tell, stop: Callable[[], bool]
) -> Made:
    from canteen.menus.planning.allowing import allowing
    from canteen.menus.planning.conflicts import explain
    from canteen.menus.planning.nearest import nearest_plan

    impossible = found.state == "infeasible"
    conflict = None
    if impossible:
        tell("reasons", None)
        enough = min(max(seconds, LEAST_TO_EXPLAIN), MOST_TO_EXPLAIN)
        conflict = explain(facts, seconds=enough, stop=stop)
    tell("nearest", None)
    near = nearest_plan(
        facts,
        seconds=seconds,
        workers=WORKERS,
        seed=SEED,
        tell=lambda tidings: tell("nearest", tidings),
        stop=stop,
    )
    broken = tuple(broken_rules(facts, near.plan)) if near.plan is not None else ()
    if impossible and near.plan is not None and not ((conflict and conflict.remedies) or stop()):
        last = allowing(facts, near.plan, broken)
        known = conflict or Conflict(demands=(), smallest=False)
        conflict = replace(known, remedies=(last,)) if last else conflict
    return Made(
        outcome=near,
        nearest=near.plan is not None,
        broken=broken,
        conflict=conflict,
        impossible=impossible,
        stopped=stop(),
    )
