"""Planning that stops at its first plan: what is tested is what is done with it, not how good it
is, and a busy machine may need many seconds to find one."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from canteen.menus.plan_making import Made, Phase, Tell, make_plan
from canteen.menus.planning.facts import PlanFacts
from canteen.menus.planning.search import Tidings

LONG = 60.0


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs and the command plan until there is a plan, and no longer."""
    monkeypatch.setattr("canteen.menus.plan_jobs.make_plan", at_first_sight)
    monkeypatch.setattr("canteen.menus.plan_commands.make_plan", at_first_sight)


def at_first_sight(
    facts: PlanFacts,
    *,
    seconds: float,
    tell: Tell = lambda phase, tidings: None,
    stop: Callable[[], bool] = lambda: False,
) -> Made:
    """`make_plan`, ended by its first plan; a change may take its time to be a small one."""
    found: set[Phase] = set()
    last: list[Phase] = ["search"]

    def hear(phase: Phase, tidings: Tidings | None) -> None:
        last[0] = phase
        if tidings is not None and tidings.found and not facts.before:
            found.add(phase)
        tell(phase, tidings)

    made = make_plan(facts, seconds=LONG, tell=hear, stop=lambda: stop() or last[0] in found)
    return replace(made, stopped=stop())
