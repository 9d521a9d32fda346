"""How a search is going, and what it came to."""

from collections.abc import Callable
from dataclasses import dataclass

from canteen.menus.planning.facts import Placement
from canteen.menus.planning.scoring import Score


@dataclass(frozen=True, kw_only=True)
class Tidings:
    """How a search is going. `points` and `bound` are None until there are any."""

    found: bool
    points: int | None
    bound: int | None
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a search came to.

    `state`: "optimal" (proven), "feasible", "infeasible" (proven), "unknown" (no plan in this
    time), "cancelled" (stopped by a person; the best plan so far, if any). `first_seconds` is
    when the first plan was there. No plan has fewer points than `bound`.
    """

    state: str
    plan: tuple[Placement, ...] | None = None
    score: Score | None = None
    bound: int | None = None
    first_seconds: float | None = None
    seconds: float = 0.0

    @property
    def gap(self) -> float | None:
        """How far the plan may be from the best, as a part of its points: 0 if it is the best."""
        if self.state == "optimal":
            return 0.0
        if self.score is None or self.bound is None:
            return None
        return max(0, self.score.total - self.bound) / max(1, self.score.total)


Tell = Callable[[Tidings], None]
