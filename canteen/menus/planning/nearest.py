"""The plan that breaks least, where none keeps every hard rule.

What a dish is (its kind, the meals it is for) never gives way, nor does what is forbidden: a place
is rather left empty. The others do, weighed by how much it hurts people when they are broken.
Money hurts nobody at the table, so a budget is passed first, a little worse with each fen of a
portion; then come the seasons, the balances of a day, the stoves, a dish that is back too soon,
and what people with a diet can choose. That no dish comes twice in a week is the promise on the
door: it is broken last of these, and a dish twice in a meal after that. An empty place, a choice
for the allergic and a pinned dish weigh more than all else. Among plans that break as little,
the best by score.

Where a week is changed (`facts.before`), what breaks in it already is no reason to turn it over:
another dish is only put where one must go, or where it mends a dish that comes twice, an empty
place or worse.

Of a large library only the dishes that cost least are looked at, and nothing is proven.
A rough plan is there at once and is what is given if time is too short for anything better.
Guaranteed if the outcome is "optimal": no plan breaks less by these weights. An instance is a
line of the model: two servings of a dish too close, a diet short of one dish at a meal, one dish
too many on a steamer. Servings that are too close by two lines at once may be counted once more
than `checking.broken_rules` lists pairs.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from ortools.sat.python import cp_model

from canteen.menus.planning.checking import RULES
from canteen.menus.planning.draft import Place, Row
from canteen.menus.planning.facts import CellKey, Placement, PlanFacts
from canteen.menus.planning.first_plans import cheapest
from canteen.menus.planning.outcome import Outcome, Tell
from canteen.menus.planning.replanning import changed_places, may_stay
from canteen.menus.planning.rough import rough_plan
from canteen.menus.planning.solving import Clock, Stop
from canteen.menus.planning.stages import Sheet, Staging

_NEVER = ("unknown_dish", "category", "period", "forbidden")
GIVE_WAY = tuple(rule for rule in RULES if rule not in _NEVER)
"""Rules that may be broken, in the order of `checking.RULES`."""

_LARGE = 100_000
"""Cells times dishes, above which not every dish is looked at everywhere."""
_SERVINGS = ("twice_in_meal", "repeat", "return")
_MOST_ALIKE = 3
_SHARE_OF_FIRST = 0.6
_WEIGHTS: Mapping[str, int] = MappingProxyType(
    {
        "budget": 100,
        "season": 200,
        "cost": 300,
        "coarse_and_fine": 300,
        "meat_and_vegetables": 500,
        "capacity": 1_000,
        "return": 2_000,
        "diet": 5_000,
        "repeat": 10_000,
        "twice_in_meal": 30_000,
        "filled": 1_000_000,
        "pinned": 10_000_000,
    }
)
"""What it weighs to break a rule once; a budget weighs 1 more for each fen of a portion."""
_ALLERGY = 3_000_000
_CHANGE = 7_000
"""What it weighs to put another dish where one stood: more than a diet or a dish back too soon,
less than a dish twice in a week, which may not be published."""


def nearest_plan(
    facts: PlanFacts,
    *,
    seconds: float = 20.0,
    workers: int = 2,
    seed: int = 1,
    tell: Tell = lambda tidings: None,
    stop: Stop = lambda: False,
) -> Outcome:
    """A plan that breaks as little as can be; `broken_rules(facts, outcome.plan)` lists it. A
    place is empty only where nothing at all may stand in it."""
    clock = Clock(seconds, stop)
    staging = Staging(facts, clock, relaxed=GIVE_WAY, workers=workers, seed=seed, tell=tell)
    start = _start(facts)
    only = _narrowed(facts, start)
    sheet = staging.sheet(only)
    weight = _weight_of(sheet)
    sheet.cp.minimize(weight)
    sheet.hint(start)
    answer = staging.ask(sheet, _SHARE_OF_FIRST, proving=True)
    if not answer.found:
        return staging.unfinished(start)
    least = answer.value(weight)
    plan = sheet.plan_of(answer)
    outcome = staging.best(plan, lambda scored: _hold(scored, least), only)
    if answer.proven and only is None:
        return outcome
    return replace(outcome, state="feasible", bound=None)


def _narrowed(facts: PlanFacts, start: tuple[Placement, ...]) -> set[Place] | None:
    """Of a large library, the rough plan and the dishes that cost least; None is all."""
    if len(facts.cells) * len(facts.dishes) < _LARGE:
        return None
    return cheapest(facts) | {(one.key, one.dish_id) for one in start}


def _start(facts: PlanFacts) -> tuple[Placement, ...]:
    """A rough plan around all dishes of the plan before that may stay."""
    stay = [one for one in facts.before if one.key in facts.by_cell and may_stay(facts, one)]
    held: dict[CellKey, dict[int, int]] = {}
    for one in stay:
        if one.position < facts.by_cell[one.key].places:
            held.setdefault(one.key, {})[one.position] = one.dish_id
    cells = (
        replace(cell, pinned={**held.get(cell.key, {}), **cell.pinned}) for cell in facts.cells
    )
    return rough_plan(replace(facts, cells=tuple(cells)))


def _weight_of(sheet: Sheet) -> cp_model.LinearExprT:
    """What is broken and what is changed."""
    cells = sheet.facts.by_cell
    before = [(one.key, one.dish_id) for one in sheet.facts.before if one.key in cells]
    both = [broken_weight(sheet), changed_places(sheet, before)]
    return cp_model.LinearExpr.weighted_sum(both, [1, _CHANGE])


def _hold(sheet: Sheet, least: int) -> None:
    sheet.cp.add(_weight_of(sheet) <= least)


def broken_weight(sheet: Sheet) -> cp_model.LinearExprT:
    """How much a plan of this model breaks."""
    slacks: list[cp_model.IntVar] = []
    weights: list[int] = []
    for row in sheet.rows:
        assert row.slack is not None
        if row.asked.rule == "budget":
            slacks += _over_budget(sheet, row)
            weights += [_WEIGHTS["budget"], 1]
            continue
        slacks.append(row.slack)
        weights.append(_weight(row))
        if row.asked.rule in _SERVINGS:
            more = _pairs_beyond(sheet, row)
            slacks += more
            weights += [_weight(row)] * len(more)
    return cp_model.LinearExpr.weighted_sum(slacks, weights)


def _pairs_beyond(sheet: Sheet, row: Row) -> list[cp_model.IntVar]:
    """A dish served n times too close makes n(n-1)/2 pairs, not n-1: what is beyond the slack,
    for up to four servings; from there on it grows no faster."""
    assert row.slack is not None
    most = sheet.cp.proto.variables[row.slack.index].domain[1]
    found = []
    for free in range(1, min(most, _MOST_ALIKE)):
        more = sheet.cp.new_int_var(0, most - free, "")
        sheet.cp.add(more >= row.slack - free)
        found.append(more)
    return found


def _weight(row: Row) -> int:
    if row.asked.rule == "diet" and row.asked.what.startswith("allergy_"):
        return _ALLERGY
    return _WEIGHTS[row.asked.rule]


def _over_budget(sheet: Sheet, row: Row) -> list[cp_model.IntVar]:
    """Whether a budget is passed, and by how many fen of a portion."""
    assert row.slack is not None
    most = sheet.cp.proto.variables[row.slack.index].domain[1]
    over, fen = sheet.cp.new_bool_var(""), sheet.cp.new_int_var(0, most, "")
    sheet.cp.add(row.slack == 0).only_enforce_if(~over)
    sheet.cp.add(fen * max(1, len(row.asked.days)) >= row.slack)
    return [over, fen]
