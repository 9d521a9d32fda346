"""Week after week: each planned beside those before it, near to what a relaxation says.

Alone, a week is guided by its own relaxation, and takes what is best for itself. By the
relaxation of all weeks it leaves to the others what they take whole (`Shared`), which is better
and takes longer to know.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from canteen.menus.planning.diving import NEAR, dived
from canteen.menus.planning.draft import Place
from canteen.menus.planning.facts import Placement, PlanFacts
from canteen.menus.planning.first_plans import cheapest, first_week
from canteen.menus.planning.model import build
from canteen.menus.planning.progress import Progress
from canteen.menus.planning.relaxation import Guide, relax
from canteen.menus.planning.rules import spacing
from canteen.menus.planning.solving import Clock

_SHARE_OF_GUIDE = 0.6
_WHOLE = 0.999
_HALF = 0.5


def roll(progress: Progress, weeks: Sequence[PlanFacts], clock: Clock) -> None:
    """Every week after those before it, by a guide of its own."""
    plan: list[Placement] = []
    for number, week in enumerate(weeks):
        share = clock.at_most(clock.left / (len(weeks) - number))
        guide = relax(
            build(week, beside=plan, only=cheapest(week, plan)),
            seconds=share.left * _SHARE_OF_GUIDE,
            stop=lambda: progress.told_and_over() or clock.stop(),
        )
        found = dived(progress, week, plan, (), guide, share, fixed=True) if share.left else None
        if found is None and clock.left:  # any plan of this week, to go on from
            found = first_week(week, plan, clock, progress.ask).plan
        if found is None:
            return
        plan += found
    progress.take(tuple(plan))


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What the relaxation of all weeks says to each of them: dishes that it takes whole stay, and
    beside them only those near to it come in."""

    whole: tuple[Place, ...]
    only: frozenset[Place]
    shares: dict[Place, float]

    def reserved(self, days: set[date]) -> list[Placement]:
        """What is taken whole on other days than these."""
        return [
            Placement(day=day, period=period, slot=slot, position=0, dish_id=dish_id)
            for (day, period, slot), dish_id in self.whole
            if day not in days
        ]


def shared(facts: PlanFacts, weeks: int, guide: Guide) -> Shared:
    """A guide of so many weeks, so that each can be planned without taking from the others."""
    whole = _apart(facts, [place for place, share in guide.shares.items() if share > _WHOLE])
    counts = Counter(key for key, _ in whole)
    full = {cell.key for cell in facts.cells if counts[cell.key] >= cell.places}
    near = guide.narrowed(NEAR * max(1, guide.bound) / weeks)
    only = {place for place in near if place[0] not in full} | set(whole)
    return Shared(whole=tuple(whole), only=frozenset(only), shares=dict(guide.shares))


def _apart(facts: PlanFacts, places: Sequence[Place]) -> list[Place]:
    """Those that can stand together: the relaxation does not ask for every day whether a dish is
    rested, and takes rows of one dish for two."""
    served: dict[str, list[date]] = {}
    kept = []
    for (day, period, slot), dish_id in sorted(places):
        canonical = facts.by_id[dish_id].canonical
        _, wait = spacing(facts.by_canonical[canonical], facts.hard)
        days = served.setdefault(canonical, [])
        if all(abs((day - other).days) >= wait for other in days):
            days.append(day)
            kept.append(((day, period, slot), dish_id))
    return kept


def roll_near(progress: Progress, weeks: Sequence[PlanFacts], guide: Guide, clock: Clock) -> None:
    """Every week after those before it, near to the relaxation of all."""
    says = shared(progress.facts, len(weeks), guide)
    plan: list[Placement] = []
    for number, week in enumerate(weeks):
        share = clock.at_most(clock.left / (len(weeks) - number))
        if not share.left:
            return
        done = {one.day for one in plan} | {cell.day for cell in week.cells}
        model = build(week, beside=[*plan, *says.reserved(done)], only=says.only)
        for place, variable in model.stands.items():
            model.cp.add_hint(variable, says.shares.get(place, 0) > _HALF)
        answer = progress.ask(model.cp, share, linear=True)
        if not answer.found:
            return
        plan += model.plan_of(answer)
    progress.take(tuple(plan))
