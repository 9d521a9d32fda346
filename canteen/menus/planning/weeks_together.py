"""The linear relaxation of several weeks: each week's own, and what ties them together.

Each week alone is quickly solved. Their bounds add up to one for all, because what weeks do to
each other only costs more. But each then takes the dishes that are best, and a dish that is
served cannot come back for a while; so the weeks are solved once more with the lines that hold
its servings apart. Of a week's own lines only those are asked that cost something there, and
those that are missed without: a fortieth of them, which is why it is quick. A program with fewer
lines is never dearer, so its bound holds.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from time import monotonic

import numpy as np

from canteen.foundation.calendar import week_of
from canteen.menus.planning.draft import Place
from canteen.menus.planning.facts import PlanFacts
from canteen.menus.planning.model import build
from canteen.menus.planning.programs import Chosen, Program, Solved
from canteen.menus.planning.relaxation import Guide, Relaxed, guide_of, relaxed
from canteen.menus.planning.rules import spacing

_NEAR = 0.004
"""A part of a week's bound: places that are no dearer are columns to begin with."""
_CLOSE = 5e-4
"""Columns come in, as long as some would help, if they are this close to helping."""
_NOTHING = 1e-6
_MISSED = 1e-4
_ROUNDS = 3
"""How often lines that are missed come in: each time they matter less."""


def relax_weeks(
    facts: PlanFacts,
    weeks: Sequence[PlanFacts],
    *,
    seconds: float,
    stop: Callable[[], bool],
    better: Callable[[Guide], None],
) -> None:
    """Solve the relaxation of many weeks, and call `better` with what is known so far."""
    until = monotonic() + seconds
    alone: list[Relaxed] = []
    for week in weeks:
        found = relaxed(build(week), seconds=until - monotonic(), stop=stop)
        if found is None:
            return
        alone.append(found)
    guides = [one.guide for one in alone]
    together = Guide(
        bound=sum(one.bound for one in guides),
        shares={place: share for one in guides for place, share in one.shares.items()},
        dear={place: dear for one in guides for place, dear in one.dear.items()},
    )
    better(together)
    _solve_together(facts, alone, together, until, stop, better)


def _solve_together(
    facts: PlanFacts,
    alone: Sequence[Relaxed],
    known: Guide,
    until: float,
    stop: Callable[[], bool],
    better: Callable[[Guide], None],
) -> None:
    far = _NEAR * known.bound / len(alone)
    near = {place for place, dear in known.dear.items() if dear <= far} | known.shares.keys()
    program, places, rows = _joined(facts, alone, near)
    columns = np.ones(len(program.low), dtype=bool)
    for place, column in places.items():
        columns[column] = place in near
    best = known.bound
    for _ in range(_ROUNDS):
        solved = _solved(program, columns, rows, until, stop)
        if solved is None:
            return
        guide = guide_of(program, places, solved)
        if guide.bound >= best:
            best = guide.bound
            better(guide)
        missed = (program.missed(solved.shares) > _MISSED) & ~rows
        if not missed.any():
            return
        rows |= missed


def _solved(
    program: Program, columns: Chosen, rows: Chosen, until: float, stop: Callable[[], bool]
) -> Solved | None:
    """The answer over `columns`, to which those are added that help, or all if they are too few
    for any; None if time is over before that."""
    while True:
        solved = program.solve(columns, rows, until - monotonic(), stop)
        if solved is None:
            if columns.all() or stop() or monotonic() >= until:
                return None
            columns[:] = True
            continue
        bound, dear = program.bound_of(solved.prices)
        more = np.flatnonzero((dear < bound * _CLOSE) & ~columns)
        if not len(more) or dear[more].min() > -_NOTHING:
            return solved
        columns[more] = True


def _joined(
    facts: PlanFacts, alone: Sequence[Relaxed], near: Collection[Place]
) -> tuple[Program, dict[Place, int], Chosen]:
    """The programs of all weeks as one, with the lines that hold servings apart across weeks; the
    columns of its places; and the lines to begin with: hard rules, and what costs something."""
    columns = np.cumsum([0, *(len(one.program.low) for one in alone)]).tolist()
    rows = np.cumsum([0, *(len(one.program.least) for one in alone)]).tolist()
    places = {
        place: column + first
        for one, first in zip(alone, columns, strict=False)
        for place, column in one.places.items()
    }
    by_week = list(_apart(facts, places, mondays=True))
    nearby = {place: column for place, column in places.items() if place in near}
    apart = [*by_week, *_apart(facts, nearby, mondays=False)]
    counts = [len(one) for one in apart]
    every = [one.program for one in alone]
    program = Program(
        low=np.concatenate([one.low for one in every]),
        high=np.concatenate([one.high for one in every]),
        points=np.concatenate([one.points for one in every]),
        constant=sum(one.constant for one in every),
        row_of=np.concatenate([
            *(one.row_of + first for one, first in zip(every, rows, strict=False)),
            np.repeat(np.arange(len(apart)), counts) + rows[-1],
        ]),
        column_of=np.concatenate([
            *(one.column_of + first for one, first in zip(every, columns, strict=False)),
            np.array([column for line in apart for column in line], dtype=int),
        ]),
        weight_of=np.concatenate([*(one.weight_of for one in every), np.ones(sum(counts))]),
        least=np.concatenate([*(one.least for one in every), np.full(len(apart), -np.inf)]),
        most=np.concatenate([*(one.most for one in every), np.ones(len(apart))]),
    )  # fmt: skip
    begin = np.concatenate([
        *(_hard_or_dear(one) for one in alone), np.arange(len(apart)) < len(by_week)
    ])  # fmt: skip
    return program, places, begin


def _hard_or_dear(one: Relaxed) -> Chosen:
    """The lines of a week in which nothing but dishes in cells stands, and those with a price."""
    is_place = np.zeros(len(one.program.low), dtype=bool)
    is_place[list(one.places.values())] = True
    others = ~is_place[one.program.column_of]
    found = np.bincount(one.program.row_of, others, minlength=len(one.program.least)) == 0
    return found | (np.abs(one.solved.prices) > _NOTHING)


def _apart(facts: PlanFacts, places: Mapping[Place, int], *, mondays: bool) -> Iterator[list[int]]:
    """Columns of which one at most is taken: a dish from a day on, for as long as it waits, where
    that reaches into the next week; from Mondays on, or from the other days."""
    served: dict[str, dict[date, list[int]]] = defaultdict(lambda: defaultdict(list))
    for ((day, _, _), dish_id), column in places.items():
        served[facts.by_id[dish_id].canonical][day].append(column)
    for name, by_day in served.items():
        _, wait = spacing(facts.by_canonical[name], facts.hard)
        for first in sorted({cell.day for cell in facts.cells}):
            within = [day for day in by_day if first <= day < first + timedelta(days=wait)]
            across = len({week_of(day)[0] for day in within}) > 1
            if across and mondays == (first.weekday() == 0):
                yield [column for day in within for column in by_day[day]]
