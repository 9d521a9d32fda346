"""A plan made anew near to the one before: the fewest changes first, then the score.

Three questions, each wider than the last. Can all stay that may still stay? Then no fewer
changes are possible, for the others must go. If not, can the days on which something is wrong be
changed alone? If that takes one change more than must be, it is proven as well. If not, all may
change, and the solver minimises the changes for a part of the time.

Guaranteed if `Replanned.fewest`: no sound plan changes fewer dishes. If the outcome is "optimal"
too: none of as few changes scores better.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date

from ortools.sat.python import cp_model

from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.facts import Placement, PlanFacts
from canteen.menus.planning.scoring import score_of
from canteen.menus.planning.search import Outcome, Tidings
from canteen.menus.planning.solving import Clock, Stop
from canteen.menus.planning.stages import Place, Sheet, Staging

_SHARE_OF_DAYS = 0.3
_SHARE_OF_ALL = 0.6


@dataclass(frozen=True, kw_only=True)
class Replanned:
    """A plan made anew, with how many dishes are gone from their cell.

    `fewest` says whether it is proven that fewer will not do; the outcome's bound is for plans of
    as few changes, and is None where that is not proven.
    """

    outcome: Outcome
    changes: int | None
    fewest: bool


def replan(
    facts: PlanFacts,
    *,
    seconds: float = 20.0,
    workers: int = 2,
    seed: int = 1,
    tell: Callable[[Tidings], None] = lambda tidings: None,
    stop: Stop = lambda: False,
) -> Outcome:
    """A sound plan with the fewest changes of `facts.before`, and among those the best."""
    return replan_near(
        facts, seconds=seconds, workers=workers, seed=seed, tell=tell, stop=stop
    ).outcome


def replan_near(
    facts: PlanFacts,
    *,
    seconds: float = 20.0,
    workers: int = 2,
    seed: int = 1,
    tell: Callable[[Tidings], None] = lambda tidings: None,
    stop: Stop = lambda: False,
) -> Replanned:
    """`replan` with the number of changes, and whether it is proven to be the fewest."""
    clock = Clock(seconds, stop)
    staging = Staging(facts, clock, workers=workers, seed=seed, tell=tell)
    sheet = staging.sheet()
    before = _before(facts)
    may_stay = [place for place in before if place in sheet.stands]
    must_go = len(before) - len(may_stay)
    found = _Fewest(staging, sheet, may_stay, must_go)
    if found.plan is None:
        return Replanned(outcome=staging.nothing(found.answer), changes=None, fewest=False)
    changes = score_of(facts, found.plan).units["change"]

    def hold(scored: Sheet) -> None:
        if changes == must_go:
            scored.fix(may_stay)
        else:
            scored.cp.add(changed_places(scored, before) <= changes)

    outcome = staging.best(found.plan, hold)
    if not found.proven:
        state = "feasible" if outcome.state == "optimal" else outcome.state
        outcome = replace(outcome, state=state, bound=None)
    assert outcome.plan is not None
    changes = score_of(facts, outcome.plan).units["change"]
    return Replanned(outcome=outcome, changes=changes, fewest=found.proven)


def _before(facts: PlanFacts) -> list[Place]:
    return [(one.key, one.dish_id) for one in facts.before if one.key in facts.by_cell]


def changed_places(sheet: Sheet, before: Collection[Place]) -> cp_model.LinearExprT:
    """Dishes of the plan before that are gone from their cell, as `scoring` counts them."""
    kept = [sheet.stands[place] for place in before if place in sheet.stands]
    return len(before) - cp_model.LinearExpr.sum(kept)


class _Fewest:
    """The plan of the fewest changes, and whether that is proven."""

    plan: tuple[Placement, ...] | None = None
    proven = False

    def __init__(
        self, staging: Staging, sheet: Sheet, may_stay: Collection[Place], must_go: int
    ) -> None:
        self._staging = staging
        self._sheet = sheet
        before = _before(staging.facts)
        sheet.hint(staging.facts.before)
        sheet.fix(may_stay)
        self.answer = staging.ask(sheet, _SHARE_OF_DAYS)
        if self._take():
            self.proven = True
            return
        more = must_go + 1 if self.answer.impossible else must_go
        changed = changed_places(sheet, before)
        sheet.cp.minimize(changed)
        days = _days_of_trouble(staging.facts, may_stay)
        sheet.fix(place for place in may_stay if place[0][0] not in days)
        self.answer = staging.ask(sheet, _SHARE_OF_DAYS)
        if self._take() and self.answer.value(changed) == more > must_go:
            self.proven = True
            return
        sheet.fix(())
        sheet.cp.add(changed >= more)
        self.answer = staging.ask(sheet, _SHARE_OF_ALL)
        if self._take():
            self.proven = self.answer.proven

    def _take(self) -> bool:
        if self.answer.found:
            self.plan = self._sheet.plan_of(self.answer)
            self._sheet.hint(self.plan)
        return self.answer.found


def _days_of_trouble(facts: PlanFacts, may_stay: Collection[Place]) -> set[date]:
    """Days of dishes that must go, and days on which the plan before breaks a rule."""
    stay = set(may_stay)
    gone = {one.day for one in facts.before if (one.key, one.dish_id) not in stay}
    known = [one for one in facts.before if one.dish_id in facts.by_id]
    return gone | {day for one in broken_rules(facts, known) for day in one.days}
