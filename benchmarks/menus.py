"""Planning weeks: how soon, how good, and what others make of the same rules.

``python -m benchmarks.menus`` plans 1 week x 1 period, 1 x 3 and 4 x 3 with 60, 200 and 1,000
dishes on two workers, and prints when the first plan was there, when it was within 1 % of the
bound (or proven), and the gap at the end. Then, over several libraries, how often greedy with
retries and plain backtracking find a sound plan in the same time by the same checker, and their
points as a multiple of ours (1.10: ten percent more).

Wall-clock seconds: let the machine do nothing else. ``--cases 1x1x60,4x3x1000`` chooses,
``--seconds`` gives every case the same time, ``--libraries 0`` leaves the rivals out.
"""

import argparse
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.menu_rivals import Plan, backtracking, greedy
from benchmarks.menu_worlds import World, make_world
from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.scoring import score_of
from canteen.menus.planning.search import Outcome, Tidings, plan_weeks

SECONDS = {(1, 1): 10.0, (1, 3): 20.0, (4, 3): 60.0}
NEAR = 0.01


@dataclass(frozen=True, kw_only=True)
class Case:
    """So many weeks and periods, from so many dishes."""

    weeks: int
    periods: int
    dishes: int

    def world(self, seed: int) -> World:
        """The case with one of its libraries."""
        return make_world(weeks=self.weeks, periods=self.periods, dishes=self.dishes, seed=seed)


CASES = tuple(
    Case(weeks=weeks, periods=periods, dishes=dishes)
    for weeks, periods in ((1, 1), (1, 3), (4, 3))
    for dishes in (60, 200, 1000)
)


def main() -> None:
    """Measure, and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", default="", help="such as 1x1x60,1x3x200")
    parser.add_argument("--seconds", type=float, default=0.0, help="for every case")
    parser.add_argument("--libraries", type=int, default=3, help="for the rivals, each case")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    cases = list(chosen(asked.cases))
    ours: dict[tuple[Case, int], Outcome] = {}
    print(f"{'weeks x periods, dishes':<26}{'seconds':>8}{'first':>8}{'1 %':>8}{'gap':>9}  state")
    for case in cases:
        seconds = asked.seconds or SECONDS[case.weeks, case.periods]
        outcome, near = planned(case.world(1), seconds, asked.workers)
        ours[case, 1] = outcome
        print(
            f"{case.world(1).name:<26}{outcome.seconds:>8.1f}{shown(outcome.first_seconds):>8}"
            f"{shown(near):>8}{'-' if outcome.gap is None else f'{outcome.gap:.2%}':>9}"
            f"  {outcome.state}",
            flush=True,
        )
    if not asked.libraries:
        return
    print(
        f"\n{'sound plans of':<26}{'ours':>8}{'greedy':>8}{'backtr.':>8}   points / ours (median)"
    )
    for case in cases:
        seconds = asked.seconds or SECONDS[case.weeks, case.periods]
        print(compared(case, seconds, asked.workers, asked.libraries, ours), flush=True)


def chosen(names: str) -> Iterator[Case]:
    """The cases of ``1x1x60,4x3x1000``, or all."""
    if not names:
        yield from CASES
        return
    for name in names.split(","):
        weeks, periods, dishes = map(int, name.split("x"))
        yield Case(weeks=weeks, periods=periods, dishes=dishes)


def planned(world: World, seconds: float, workers: int) -> tuple[Outcome, float | None]:
    """Our outcome, and when the plan was within 1 % of the bound, as was known then."""
    near: list[float] = []

    def tell(tidings: Tidings) -> None:
        if tidings.points is not None and tidings.bound is not None:
            gap = (tidings.points - tidings.bound) / max(1, tidings.points)
            if gap <= NEAR:
                near.append(tidings.seconds)

    outcome = plan_weeks(world.facts, seconds=seconds, workers=workers, tell=tell)
    assert outcome.plan is None or not broken_rules(world.facts, outcome.plan)
    if not near and outcome.gap is not None and outcome.gap <= NEAR:
        near.append(outcome.seconds)
    return outcome, near[0] if near else None


def compared(
    case: Case,
    seconds: float,
    workers: int,
    libraries: int,
    known: dict[tuple[Case, int], Outcome],
) -> str:
    """One line: over so many libraries, sound plans of each, and points beside ours."""
    sound = {"ours": 0, "greedy": 0, "backtracking": 0}
    ratios: dict[str, list[float]] = {"greedy": [], "backtracking": []}
    for seed in range(1, libraries + 1):
        world = case.world(seed)
        outcome = known.get((case, seed)) or planned(world, seconds, workers)[0]
        sound["ours"] += outcome.plan is not None
        rivals: dict[str, Plan | None] = {
            "greedy": greedy(world.facts, seconds=seconds, seed=seed),
            "backtracking": backtracking(world.facts, seconds=seconds),
        }
        for name, plan in rivals.items():
            sound[name] += plan is not None
            if plan is not None and outcome.score is not None:
                points = score_of(world.facts, plan).total
                ratios[name].append(points / max(1, outcome.score.total))
    counts = "".join(f"{f'{count}/{libraries}':>8}" for count in sound.values())
    medians = "   ".join(
        f"{name} {statistics.median(found):.2f}" if found else f"{name} -"
        for name, found in ratios.items()
    )
    return f"{case.world(1).name:<26}{counts}   {medians}"


def shown(seconds: float | None) -> str:
    """Seconds, or a dash."""
    return "-" if seconds is None else f"{seconds:.2f}"


if __name__ == "__main__":
    main()
