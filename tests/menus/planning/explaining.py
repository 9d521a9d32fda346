"""A conflict that is explained, held to all that is promised of it."""

from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.conflicts import Conflict, can_hold, explain, with_remedy
from canteen.menus.planning.facts import Placement, PlanFacts
from canteen.menus.planning.search import Tidings, plan_weeks


def explained(facts: PlanFacts) -> Conflict:
    """The conflict of facts that cannot be planned, held to all that is promised of it."""
    conflict = explain(facts, seconds=60)
    assert conflict is not None
    assert can_hold(facts, conflict.demands) is False
    for one in conflict.demands:
        rest = [other for other in conflict.demands if other != one]
        assert can_hold(facts, rest) is True, f"{one} is not needed"
    for remedy in conflict.remedies:
        freed = with_remedy(facts, remedy)
        plan = first_of(freed)
        assert plan is not None, remedy
        assert broken_rules(freed, plan) == []
    return conflict


def first_of(facts: PlanFacts) -> tuple[Placement, ...] | None:
    """The first plan that the search finds."""
    found: list[Tidings] = []

    def tell(tidings: Tidings) -> None:
        if tidings.found:
            found.append(tidings)

    return plan_weeks(facts, seconds=60, tell=tell, stop=lambda: bool(found)).plan


def rules_of(conflict: Conflict) -> list[str]:
    return [one.rule for one in conflict.demands]
