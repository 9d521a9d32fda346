"""Dives: a week planned near to what the relaxation says of it."""

from canteen.menus.planning.facts import Placement, Plan, PlanFacts
from canteen.menus.planning.first_plans import cheapest
from canteen.menus.planning.model import build
from canteen.menus.planning.progress import Progress
from canteen.menus.planning.relaxation import Guide
from canteen.menus.planning.solving import Clock

NEAR = 0.002
"""A part of the bound: a dish that raises it by more than so wide is at first left out."""
_WHOLE = 0.999
_HALF = 0.5


def dive(
    progress: Progress,
    week: PlanFacts,
    guide: Guide | None,
    clock: Clock,
    *,
    fixed: bool,
    width: float,
) -> None:
    """Plan a week anew beside the others, near to the guide."""
    days = {cell.day for cell in week.cells}
    kept = [one for one in progress.plan or () if one.day in days]
    beside = [one for one in progress.plan or () if one.day not in days]
    found = dived(progress, week, beside, kept, guide, clock, fixed=fixed, width=width)
    if found is not None:
        progress.take((*beside, *found))


def dived(
    progress: Progress,
    week: PlanFacts,
    beside: Plan,
    kept: Plan,
    guide: Guide | None,
    clock: Clock,
    *,
    fixed: bool,
    width: float = 1.0,
) -> tuple[Placement, ...] | None:
    """A plan of a week near to the guide, from `kept` on if that is not empty; without a guide,
    from the dishes that cost least by themselves. `fixed` holds what the guide takes whole."""
    if guide is None:
        only, whole = cheapest(week, beside), set()
    else:
        only = guide.narrowed(width * NEAR * max(1, guide.bound))
        whole = {place for place, share in guide.shares.items() if share > _WHOLE}
    model = build(week, beside=beside, only=only | {(one.key, one.dish_id) for one in kept})
    if kept:
        model.hint(kept)
    elif guide is not None:
        for place, variable in model.stands.items():
            model.cp.add_hint(variable, guide.shares.get(place, 0) > _HALF)
    if fixed and whole:
        model.cp.add_bool_and([model.stands[one] for one in whole if one in model.stands])
    answer = progress.ask(model.cp, clock, linear=True)
    return model.plan_of(answer) if answer.found else None
