"""Planning several weeks: each beside the others, near to what the relaxation of all says.

The relaxation of many weeks takes a while; it is solved in the background, while each week is
planned after the ones before it by a guide of its own. When it is there, the weeks are planned
once more by it.
"""

from collections.abc import Sequence

from canteen.menus.planning.behind import Behind
from canteen.menus.planning.diving import dive
from canteen.menus.planning.facts import PlanFacts
from canteen.menus.planning.progress import Progress
from canteen.menus.planning.relaxation import Guide
from canteen.menus.planning.rolling import roll, roll_near
from canteen.menus.planning.solving import Clock, Stop
from canteen.menus.planning.weeks_together import relax_weeks

_SHARE_OF_ROLLING = 0.6
_SHARE_OF_GUIDE = 0.6
_SHORTEST_SECONDS = 0.3
_ROUND_SECONDS = 3.0
_LONG = 3600.0


def plan_many_weeks(progress: Progress, weeks: Sequence[PlanFacts]) -> None:
    """The best plan of the weeks, and a bound of all of them."""
    known: list[Guide] = []

    def relax_all(over: Stop) -> None:
        relax_weeks(progress.facts, weeks, seconds=_LONG, stop=over, better=known.append)

    behind = Behind(relax_all) if progress.workers > 1 else None
    progress.solvers = 1  # the relaxation is the other; and two, left alone, come to less
    clock = progress.clock
    try:
        until = Clock(
            clock.left * _SHARE_OF_ROLLING,
            lambda: clock.stop() or (behind is not None and behind.done),
        )
        roll(progress, weeks, until)
        if behind is None:  # one worker does one thing after the other
            part = clock.at_most(clock.left * _SHARE_OF_GUIDE)
            relax_all(lambda: progress.told_and_over() or not part.left)
        _improve(progress, weeks, known, behind)
    finally:
        if behind is not None:
            behind.end()
        for guide in known:
            progress.raise_bound(guide.bound)


def _improve(
    progress: Progress, weeks: Sequence[PlanFacts], known: Sequence[Guide], behind: Behind | None
) -> None:
    """Better plans by what the relaxation of all weeks says, as soon as it is known."""
    guide, rounds = None, 0
    while progress.clock.left > _SHORTEST_SECONDS and not progress.proven:
        if behind is not None:
            behind.check()
        if known and guide is not known[-1]:
            guide, rounds = known[-1], 0
            progress.raise_bound(guide.bound)
            clock = progress.clock
            roll_near(progress, weeks, guide, clock.at_most(clock.left * _SHARE_OF_ROLLING))
        _round(progress, weeks, guide, rounds)
        rounds += 1


def _round(
    progress: Progress, weeks: Sequence[PlanFacts], guide: Guide | None, rounds: int
) -> None:
    """Each week once more beside the others: at first near to the guide, then more widely."""
    for week in weeks:
        clock = progress.clock.at_most(min(progress.clock.left, _ROUND_SECONDS * (rounds + 1)))
        if clock.left < _SHORTEST_SECONDS:
            return
        width = (1 + rounds) / 2 / len(weeks)
        dive(progress, week, guide, clock, fixed=rounds == 0, width=width)
