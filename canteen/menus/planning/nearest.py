"""The plan that breaks least, where none keeps every hard rule.

What a dish is (its kind, the meals it is for) never gives way. The others do, weighed so that
the graver a rule, the later it is broken: a pinned dish and an empty place weigh more than all
else, then what is forbidden and what the allergic can eat, then a dish twice in a meal; all
other rules weigh alike, one for each instance, and a budget a little more the further it is
passed. Among plans that break as little, the best by score.

Guaranteed if the outcome is "optimal": no plan breaks less by these weights. An instance is a
line of the model: two servings too close, a diet short of one dish at a meal, one dish too many
on a steamer. A dish that comes back three times within its days may be counted once more or
once less than `checking.broken_rules` lists pairs.
"""

from collections.abc import Callable

from ortools.sat.python import cp_model

from canteen.menus.planning.draft import Row
from canteen.menus.planning.facts import PlanFacts
from canteen.menus.planning.search import Outcome, Tidings
from canteen.menus.planning.solving import Clock, Stop
from canteen.menus.planning.stages import Sheet, in_stages

GIVE_WAY = (
    "filled",
    "pinned",
    "season",
    "cost",
    "forbidden",
    "twice_in_meal",
    "repeat",
    "return",
    "diet",
    "capacity",
    "budget",
    "meat_and_vegetables",
    "coarse_and_fine",
)
"""Rules that may be broken, in the order of `checking.RULES`."""

_USUAL = 100
_GRAVE = 10_000
_WEIGHTS = {
    "pinned": 10_000_000,
    "filled": 1_000_000,
    "forbidden": _GRAVE,
    "twice_in_meal": 300,
}


def nearest_plan(
    facts: PlanFacts,
    *,
    seconds: float = 20.0,
    workers: int = 2,
    seed: int = 1,
    tell: Callable[[Tidings], None] = lambda tidings: None,
    stop: Stop = lambda: False,
) -> Outcome:
    """A plan that breaks as little as can be; `broken_rules(facts, outcome.plan)` lists it. A
    place is empty only where nothing at all may stand in it."""
    clock = Clock(seconds, stop)
    staged = in_stages(
        facts, broken_weight, clock, relaxed=GIVE_WAY, workers=workers, seed=seed, tell=tell
    )
    return staged.outcome


def broken_weight(model: Sheet) -> cp_model.LinearExprT:
    """How much a plan of this model breaks."""
    slacks, weights = [], []
    for row in model.rows:
        assert row.slack is not None
        if row.asked.rule == "budget":
            over, percent = _over_budget(model, row)
            slacks += [over, percent]
            weights += [_USUAL, 1]
        else:
            slacks.append(row.slack)
            weights.append(_weight(row))
    return cp_model.LinearExpr.weighted_sum(slacks, weights)


def _weight(row: Row) -> int:
    if row.asked.rule == "diet" and row.asked.what.startswith("allergy_"):
        return _GRAVE
    return _WEIGHTS.get(row.asked.rule, _USUAL)


def _over_budget(model: Sheet, row: Row) -> tuple[cp_model.IntVar, cp_model.IntVar]:
    """Whether a budget is passed, and by how many percent."""
    assert row.slack is not None
    over, percent = model.cp.new_bool_var(""), model.cp.new_int_var(0, 1_000_000, "")
    model.cp.add(row.slack == 0).only_enforce_if(~over)
    whole = max(1, row.asked.want * len(row.asked.days))
    model.cp.add(percent * whole >= 100 * row.slack)
    return over, percent
