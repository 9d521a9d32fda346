"""Planning several weeks: each beside the others, near to what the relaxation of all says.

The relaxation of many weeks takes long; it is solved in the background, while each week is
planned after the ones before it by a guide of its own.
"""

from collections.abc import Sequence

from canteen.menus.planning.behind import Behind
from canteen.menus.planning.diving import dive, dived
from canteen.menus.planning.facts import Placement, PlanFacts
from canteen.menus.planning.first_plans import cheapest, first_week
from canteen.menus.planning.model import build
from canteen.menus.planning.progress import Progress
from canteen.menus.planning.relaxation import Guide, relax, relax_weeks
from canteen.menus.planning.solving import Clock, Stop

_SHARE_OF_GUIDE = 0.6
_SHARE_OF_ROLLING = 0.6
_SHORTEST_SECONDS = 0.3
_ROUND_SECONDS = 3.0
_LONG = 3600.0


def plan_many_weeks(progress: Progress, weeks: Sequence[PlanFacts]) -> None:
    """The best plan of the weeks, and a bound of all of them."""
    known: list[Guide] = []

    def relax_all(over: Stop) -> None:
        relax_weeks(progress.facts, weeks, seconds=_LONG, stop=over, better=known.append)

    behind = Behind(relax_all) if progress.workers > 1 else None
    progress.solvers = max(1, progress.workers - 1)  # the relaxation is one of the workers
    clock = progress.clock
    try:
        guides = _roll(progress, weeks, clock.at_most(clock.left * _SHARE_OF_ROLLING))
        if behind is None:  # one worker does one thing after the other
            part = clock.at_most(clock.left * _SHARE_OF_GUIDE)
            relax_all(lambda: progress.told_and_over() or not part.left)
        rounds = 0
        while clock.left > _SHORTEST_SECONDS and not progress.proven:
            if behind is not None:
                behind.check()
            if known:
                guides = [known[-1]] * len(weeks)
                progress.raise_bound(known[-1].bound)
            _round(progress, weeks, guides, rounds)
            rounds += 1
    finally:
        if behind is not None:
            behind.end()
        for guide in known:
            progress.raise_bound(guide.bound)


def _roll(progress: Progress, weeks: Sequence[PlanFacts], clock: Clock) -> list[Guide | None]:
    """Every week after those before it, by a guide of its own."""
    guides: list[Guide | None] = []
    plan: list[Placement] = []
    for number, week in enumerate(weeks):
        share = clock.at_most(clock.left / (len(weeks) - number))
        guide = relax(
            build(week, beside=plan, only=cheapest(week, plan)),
            seconds=share.left * _SHARE_OF_GUIDE,
            stop=progress.told_and_over,
        )
        guides.append(guide)
        found = dived(progress, week, plan, (), guide, share, fixed=True)
        if found is None:  # any plan of this week, to go on from
            found = first_week(week, plan, clock, progress.ask).plan
        if found is None:
            return [*guides, *[None] * (len(weeks) - len(guides))]
        plan += found
    progress.take(tuple(plan))
    return guides


def _round(
    progress: Progress, weeks: Sequence[PlanFacts], guides: Sequence[Guide | None], rounds: int
) -> None:
    """Each week once more beside the others: at first near to the guide, then more widely."""
    for week, guide in zip(weeks, guides, strict=True):
        clock = progress.clock.at_most(min(progress.clock.left, _ROUND_SECONDS * (rounds + 1)))
        if clock.left < _SHORTEST_SECONDS:
            return
        dive(progress, week, guide, clock, fixed=rounds == 0, width=(1 + rounds) / 2)
