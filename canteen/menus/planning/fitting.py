"""Which dishes first, and then which days: a plan that is mostly the best one, and soon.

How often each dish stands in its slot's week is worked out where days may be by half
(`branching.servings`). With that held, CP-SAT fits the dishes into days: there are far fewer
plans, and the best is nearly always among them. Where they do not fit, other dishes are chosen.
"""

import math
from collections.abc import Mapping

from canteen.foundation.calendar import week_of
from canteen.menus.planning.branching import Servings, Shelf, days_of_dishes, servings
from canteen.menus.planning.draft import Place
from canteen.menus.planning.model import Model, build
from canteen.menus.planning.progress import Progress
from canteen.menus.planning.solving import Clock

_ROOM = (0.0002, 0.001, 0.02)
"""Parts of the bound by which a plan may be above it, try by try: to look near to it first leaves
next to nothing to look at, and another choice of dishes is soon made."""

_TO_COUNT, _TO_PLACE = 0.6, 1.0
"""Seconds at most for each: of a small library it takes a tenth of them, and where it takes more
it is not worth the time of the dives."""


def fit(progress: Progress, model: Model, clock: Clock) -> int:
    """Take the plan that is found so, if any; returns a bound of all plans of the model."""
    bound, tried = 0, list[Mapping[Shelf, int]]()
    for room in _ROOM:
        seconds = min(_TO_COUNT, clock.left)
        found = servings(model, seconds=seconds, unlike=tried)
        if found is None or (progress.score and progress.score.total <= found.bound):
            break
        if not tried:
            bound = found.bound
        tried.append(found.times)
        held = _held(model, found)
        held.cp.add(held.score.expression() <= math.ceil(found.bound * (1 + room)))
        answer = progress.ask(held.cp, clock.at_most(_TO_PLACE), linear=True)
        if answer.found:
            progress.take(held.plan_of(answer))
            break
    return bound


def _held(model: Model, found: Servings) -> Model:
    """The model with every dish as often as was found."""
    held = build(
        model.facts, only={place for place in model.stands if found.times.get(_shelf(place), 1)}
    )
    for shelf, variables in days_of_dishes(held).items():
        held.cp.add(sum(variables) == found.times.get(shelf, 0))
    return held


def _shelf(place: Place) -> Shelf:
    (day, period, slot), dish_id = place
    return week_of(day)[0], period, slot, dish_id
