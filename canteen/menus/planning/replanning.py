"""A plan made anew near to the one before: the fewest changes first, then the score.

Three questions, each wider than the last. Can all stay that may still stay? Then no fewer
changes are possible, for the others must go. If not, can the days on which something is wrong be
changed alone? If that takes one change more than must be, it is proven as well. If not, all may
change, and the solver minimises the changes for a part of the time.

Guaranteed if `Replanned.fewest`: no sound plan changes fewer dishes. If the outcome is "optimal"
too: none of as few changes scores better.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from ortools.sat.python import cp_model

from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.draft import Place
from canteen.menus.planning.facts import Placement, PlanFacts
from canteen.menus.planning.outcome import Outcome, Tell
from canteen.menus.planning.rules import why_not
from canteen.menus.planning.scoring import score_of
from canteen.menus.planning.solving import Clock, Stop
from canteen.menus.planning.stages import Sheet, Staging

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
    tell: Tell = lambda tidings: None,
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
    tell: Tell = lambda tidings: None,
    stop: Stop = lambda: False,
) -> Replanned:
    """`replan` with the number of changes, and whether it is proven to be the fewest."""
    clock = Clock(seconds, stop)
    staging = Staging(facts, clock, workers=workers, seed=seed, tell=tell)
    before = _before(facts)
    found = _Fewest(staging, before)
    if found.plan is None:
        return Replanned(outcome=staging.nothing(found.answer), changes=None, fewest=False)
    changes = score_of(facts, found.plan).units["change"]

    def hold(scored: Sheet) -> None:
        if found.only is not None:
            scored.fix(found.may_stay)
        else:
            scored.cp.add(changed_places(scored, before) <= changes)

    outcome = staging.best(found.plan, hold, found.only)
    if not found.proven:
        state = "feasible" if outcome.state == "optimal" else outcome.state
        outcome = replace(outcome, state=state, bound=None)
    assert outcome.plan is not None
    changes = score_of(facts, outcome.plan).units["change"]
    return Replanned(outcome=outcome, changes=changes, fewest=found.proven)


def _before(facts: PlanFacts) -> list[Place]:
    return [(one.key, one.dish_id) for one in facts.before if one.key in facts.by_cell]


def may_stay(facts: PlanFacts, one: Placement) -> bool:
    """Whether a dish of the plan before may still stand in its cell, whatever stands beside it."""
    cell, dish = facts.by_cell[one.key], facts.by_id.get(one.dish_id)
    pinned = one.dish_id in cell.pinned.values()
    return dish is not None and (pinned or not why_not(dish, cell, facts.hard))


def _left_open(facts: PlanFacts, may_stay: Collection[Place]) -> set[Place]:
    """Where dishes can stand, if all stay that may: there, and in cells that are not full."""
    full = Counter(key for key, _ in may_stay)
    open_cells = [cell for cell in facts.cells if full[cell.key] < cell.places]
    return set(may_stay) | {
        (cell.key, dish.id)
        for cell in open_cells
        for dish in facts.dishes
        if dish.category in cell.categories or dish.id in cell.pinned.values()
    }


def changed_places(sheet: Sheet, before: Collection[Place]) -> cp_model.LinearExprT:
    """Dishes of the plan before that are gone from their cell, as `scoring` counts them."""
    kept = [sheet.stands[place] for place in before if place in sheet.stands]
    return len(before) - cp_model.LinearExpr.sum(kept)


class _Fewest:
    """The plan of the fewest changes, and whether that is proven.

    `only` is set where all stay that may: then nothing else can stand anywhere.
    """

    def __init__(self, staging: Staging, before: Collection[Place]) -> None:
        self.plan: tuple[Placement, ...] | None = None
        self.proven = False
        self.only: Collection[Place] | None = None
        self._staging = staging
        self._before = before
        if not self._all_stay():
            self._some_change()

    def _all_stay(self) -> bool:
        facts = self._staging.facts
        self.may_stay = [
            (key, row)
            for key, row in self._before
            if row in facts.by_cell[key].pinned.values()
            or (
                row in facts.by_id and not why_not(facts.by_id[row], facts.by_cell[key], facts.hard)
            )
        ]
        only = _left_open(facts, self.may_stay)
        sheet = self._staging.sheet(only)
        stand = [place for place in self.may_stay if place in sheet.stands]
        if len(stand) < len(self.may_stay):  # some meet what stands beside
            self.may_stay, only = stand, _left_open(facts, stand)
            sheet = self._staging.sheet(only)
        sheet.fix(self.may_stay)
        self.answer = self._staging.ask(sheet, _SHARE_OF_DAYS, proving=True)
        if self._take(sheet):
            self.only, self.proven = only, True
        return self.proven

    def _some_change(self) -> None:
        staging = self._staging
        must_go = len(self._before) - len(self.may_stay)
        more = must_go + 1 if self.answer.impossible else must_go
        sheet = staging.sheet()
        changed = changed_places(sheet, self._before)
        sheet.cp.minimize(changed)
        sheet.hint(staging.facts.before)
        days = _days_of_trouble(staging.facts, self.may_stay)
        sheet.fix(place for place in self.may_stay if place[0][0] not in days)
        self.answer = staging.ask(sheet, _SHARE_OF_DAYS, proving=True)
        if self._take(sheet) and self.answer.value(changed) == more > must_go:
            self.proven = True
            return
        sheet.fix(())
        sheet.cp.add(changed >= more)
        self.answer = staging.ask(sheet, _SHARE_OF_ALL, proving=True)
        if self._take(sheet):
            self.proven = self.answer.proven

    def _take(self, sheet: Sheet) -> bool:
        if self.answer.found:
            self.plan = sheet.plan_of(self.answer)
            sheet.hint(self.plan)
        return self.answer.found


def _days_of_trouble(facts: PlanFacts, may_stay: Collection[Place]) -> set[date]:
    """Days of dishes that must go, and days on which the plan before breaks a rule."""
    stay = set(may_stay)
    gone = {one.day for one in facts.before if (one.key, one.dish_id) not in stay}
    known = [one for one in facts.before if one.dish_id in facts.by_id]
    return gone | {day for one in broken_rules(facts, known) for day in one.days}
