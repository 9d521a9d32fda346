"""Planning a single week: to the proof, where there is time for it.

Two ways at once, because each is quick where the other is slow: branch and bound over the
relaxation (`branching`), which proves; and CP-SAT, which fits dishes into days (`fitting`) and
dives near to what the relaxation says. A plan near to the bound is at once asked whether it is
the best. Whoever comes first to a plan that nothing can be better than ends both.
"""

import math
from collections.abc import Callable

from canteen.menus.planning.behind import Behind
from canteen.menus.planning.branching import Branched, branch
from canteen.menus.planning.diving import NEAR, dive
from canteen.menus.planning.fitting import fit
from canteen.menus.planning.model import Model, build
from canteen.menus.planning.progress import Progress
from canteen.menus.planning.relaxation import Guide, relax
from canteen.menus.planning.solving import Clock

_SHARE_OF_GUIDE = 0.6
_SHARE_OF_BRANCHING = 0.9
_ALONE = 0.5
"""What branching has of the time of a single worker, who does one thing after the other."""
_LONGEST = 15.0
"""Seconds of branching at most: it cannot be stopped, and goes on so long when a person stops."""
_LONGEST_PROOF = 5.0
"""Seconds for the question whether a plan is the best: where that is not soon seen, it is not."""
_A_MOMENT = 0.02
_SMALL = 1_000
"""Dishes in cells up to which it is best to go for the proof soon."""
_TOO_LARGE = 3_000
"""Dishes in cells from which on branching comes to nothing in that time."""


def plan_week(progress: Progress) -> None:
    """The best plan of the week, and what is proven of it."""
    model = build(progress.facts)
    guide = relax(model, seconds=progress.clock.left * _SHARE_OF_GUIDE, stop=progress.told_and_over)
    if guide is None:
        _solve(progress, model, progress.clock)
        return
    progress.raise_bound(guide.bound)
    points = math.ceil(NEAR * guide.bound)
    near = guide.narrowed(points)
    if len(near) > _TOO_LARGE:
        _solve_near(progress, guide, progress.clock, len(model.stands))
        return
    narrow = build(progress.facts, only=near)
    if progress.workers == 1:
        found = branch(narrow, seconds=min(_LONGEST, progress.clock.left * _ALONE))
        _learn(progress, found, guide.bound + points)
    else:
        _both_ways(progress, guide, narrow, guide.bound + points)
    if not progress.proven:
        _solve_near(progress, guide, progress.clock, len(model.stands))


def _both_ways(progress: Progress, guide: Guide, narrow: Model, beyond: int) -> None:
    """Branching with one worker, and CP-SAT with the others until it is done."""
    found: list[Branched | None] = []
    seconds = min(_LONGEST, progress.clock.left * _SHARE_OF_BRANCHING)
    behind = Behind(lambda over: found.append(branch(narrow, seconds=seconds)))
    progress.solvers = progress.workers - 1
    clock = Clock(progress.clock.left, _either(progress.clock.stop, lambda: behind.done))
    _fit_and_prove(progress, guide, narrow, clock, beyond)
    if clock.left and not progress.proven:
        _solve_near(progress, guide, clock, len(narrow.stands))
    progress.solvers = progress.workers
    behind.end()
    behind.check()
    if found:
        _learn(progress, found[0], beyond)


def _fit_and_prove(
    progress: Progress, guide: Guide, narrow: Model, clock: Clock, beyond: int
) -> None:
    """The plan of the dishes that are best where days may be by half, and the question whether
    there is a better one: the answer is mostly no, and soon there."""
    bound = fit(progress, narrow, clock)
    progress.raise_bound(min(bound, beyond))
    if progress.score is None or progress.proven or progress.score.total > beyond:
        return
    below = progress.score.total
    better = build(progress.facts, only=guide.narrowed(below - (guide.bound - 1)))
    found: list[Branched | None] = []
    seconds = min(_LONGEST_PROOF, clock.left)
    behind = Behind(lambda over: found.append(branch(better, seconds=seconds, below=below)))
    while clock.left and not behind.done:
        progress.tell_now()
        behind.wait(_A_MOMENT)
    behind.check()
    if found:
        _learn(progress, found[0], below)


def _either(one: Callable[[], bool], other: Callable[[], bool]) -> Callable[[], bool]:
    return lambda: one() or other()


def _learn(progress: Progress, found: Branched | None, beyond: int) -> None:
    """What branching has found: plans it did not look at cost `beyond` or more."""
    if found is None:
        return
    if found.plan is not None:
        progress.take(found.plan)
    progress.raise_bound(min(found.bound, beyond))


def _solve_near(progress: Progress, guide: Guide, clock: Clock, size: int) -> None:
    """Dives, at last over all dishes that are in a better plan: a proof if there is time."""
    steps = [(True, 1.0, 0.15), (False, 1.0, 0.3)]
    if size > _SMALL:
        steps = [(True, 1.0, 0.35), (False, 0.5, 0.5), (False, 1.0, 0.6)]
    for fixed, width, share in steps:
        if clock.left and not progress.proven:
            dive(
                progress, progress.facts, guide, clock.at_most(clock.left * share),
                fixed=fixed, width=width,
            )  # fmt: skip
    if clock.left and not progress.proven:
        _prove(progress, guide, clock)


def _prove(progress: Progress, guide: Guide, clock: Clock) -> None:
    """The whole, but for dishes that are in no better plan."""
    if progress.plan is None or progress.score is None:
        _solve(progress, build(progress.facts), clock)
        return
    gap = progress.score.total - (guide.bound - 1)
    model = build(progress.facts, only=guide.narrowed(gap))
    model.hint(progress.plan)
    _solve(progress, model, clock)


def _solve(progress: Progress, model: Model, clock: Clock) -> None:
    """Solve a model in which every plan is that is better than the one we have."""
    answer = progress.ask(model.cp, clock, linear=True)
    if answer.found:
        progress.take(model.plan_of(answer))
        progress.raise_bound(round(answer.bound))
    progress.infeasible = answer.impossible and progress.plan is None
