"""Whether what a search came back with may be shown to a person. Pure."""

from canteen.foundation.wording import Refusal
from canteen.menus.plan_making import Made


def not_to_be_offered(made: Made) -> Refusal | None:
    """Why there is nothing to show.

    Codes: plan_stopped_early, plan_not_found (in the time given), plan_check_failed (the
    independent check found a fault in what the search called sound: a bug, never shown).
    """
    plan = made.outcome.plan if made.outcome else None
    if made.problems or (plan is not None and (made.nearest or not made.broken)):
        return None
    if plan is not None:
        rules = "、".join(sorted({one.rule for one in made.broken}))
        return Refusal("plan_check_failed", {"rules": rules})
    if made.conflict is not None:
        return None
    if made.stopped:
        return Refusal("plan_stopped_early", {})
    return Refusal("plan_not_found", {})
