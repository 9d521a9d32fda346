"""The linear relaxation of a model: a bound that no plan is below, and a guide to good plans.

A dish may stand here by half. That is quickly solved and, for menus, nearly tells the truth. The
lines are those the draft kept; the bound is worked out from their prices (see `programs`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from canteen.menus.planning.draft import Place
from canteen.menus.planning.model import Model
from canteen.menus.planning.programs import Numbers, Program, Solved, program_of

_NOTHING = 1e-6


@dataclass(frozen=True, kw_only=True)
class Guide:
    """What the relaxation says: no plan has fewer points than `bound`; how much of each variable
    it takes each dish in a cell (`shares`; not at all is left out), and by how many points the
    bound would rise if it were taken whole (`dear`)."""

    bound: int
    shares: Mapping[Place, float]
    dear: Mapping[Place, float]

    def narrowed(self, points: float) -> set[Place]:
        """Where dishes stand that the relaxation takes, or that raise its bound by so little."""
        return {
            place for place, dear in self.dear.items() if dear <= points or place in self.shares
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Relaxed:
    """A relaxation that is solved: the program, the columns of its places, and the answer."""

    program: Program
    places: Mapping[Place, int]
    solved: Solved

    @property
    def guide(self) -> Guide:
        """What it says of plans."""
        return guide_of(self.program, self.places, self.solved)


def relax(model: Model, *, seconds: float, stop: Callable[[], bool]) -> Guide | None:
    """What the relaxation says; None if it has no solution at all, was stopped, or came to no
    answer in time."""
    found = relaxed(model, seconds=seconds, stop=stop)
    return None if found is None else found.guide


def relaxed(model: Model, *, seconds: float, stop: Callable[[], bool]) -> Relaxed | None:
    """The relaxation, solved; None as in `relax`."""
    program = program_of(model)
    every = np.ones(len(program.low), dtype=bool), np.ones(len(program.least), dtype=bool)
    solved = program.solve(*every, seconds, stop)
    if solved is None:
        return None
    places = {place: variable.index for place, variable in model.stands.items()}
    return Relaxed(program=program, places=places, solved=solved)


def guide_of(program: Program, places: Mapping[Place, int], solved: Solved) -> Guide:
    """What a solution says of plans."""
    bound, dear = program.bound_of(solved.prices)
    return Guide(
        bound=bound,
        shares={at: share for at, share in _at(places, solved.shares) if share > _NOTHING},
        dear=dict(_at(places, dear)),
    )


def _at(places: Mapping[Place, int], numbers: Numbers) -> Iterable[tuple[Place, float]]:
    every = numbers.tolist()
    return ((place, every[column]) for place, column in places.items())
