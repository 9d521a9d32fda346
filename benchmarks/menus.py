"""Planning weeks: how soon, how good, and what others make of the same rules.

``python -m benchmarks.menus`` plans 1 week x 1 period, 1 x 3 and 4 x 3 with 60, 200 and 1,000
dishes on two workers, and prints when the first plan was there, when it was within 1 % of the
bound (or proven), and the gap at the end. Where a library cannot fill its weeks, it says which
rules conflict, what would free them, and what the nearest plan breaks. Then, over several
libraries, how often greedy with retries and plain backtracking find a sound plan in the same time
by the same checker, and their points as a multiple of ours (1.10: ten percent more); "possible"
leaves out the libraries that are proven to have no plan.

"optimal" is a bound that the plan meets, whatever the clock says. Wall-clock seconds: let the
machine do nothing else; "cpu" is what this process had of it, and the last line says how much in
all, but for the rivals. No case takes longer than twice its seconds for each library (the rivals
work side by side), a few more to begin, and twice `EXPLAINED` where there is no plan: all nine
cases with one library, which is the default, take ten minutes. ``--case 4x3x1000`` (or several,
with commas) chooses, ``--seconds`` gives every case the same time, ``--libraries 0`` leaves the
rivals out.
``--short 12`` keeps so many of the dishes of each kind of vegetables and meat, to see a conflict.
"""

import argparse
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

from benchmarks.menu_rivals import backtracking, greedy
from benchmarks.menu_worlds import World, make_world
from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.conflicts import Demand, Remedy, explain
from canteen.menus.planning.facts import PlanFacts
from canteen.menus.planning.nearest import nearest_plan
from canteen.menus.planning.scoring import score_of
from canteen.menus.planning.search import Outcome, Tidings, plan_weeks

SECONDS = {(1, 1): 10.0, (1, 3): 20.0, (4, 3): 60.0}
NEAR = 0.01
EXPLAINED = 20.0
"""Seconds to say why nothing fits, and as many again for the nearest plan."""


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
    parser.add_argument(
        "--case", "--cases", dest="cases", default="", help="such as 4x3x1000 or 1x1x60,1x3x200"
    )
    parser.add_argument("--seconds", type=float, default=0.0, help="for every case")
    parser.add_argument("--libraries", type=int, default=1, help="for the rivals, each case")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--short", type=int, default=0, help="dishes left of meat and vegetables")
    asked = parser.parse_args()
    try:
        cases = list(chosen(asked.cases))
    except ValueError as error:
        parser.error(f"--case: {error}")
    ours: dict[tuple[Case, int], Outcome] = {}
    print(
        f"{'weeks x periods, dishes':<26}{'seconds':>8}{'cpu':>8}{'first':>8}{'1 %':>8}{'gap':>9}"
        "  state"
    )
    for case in cases:
        seconds = asked.seconds or SECONDS[case.weeks, case.periods]
        world = shortened(case.world(1), asked.short)
        begun = time.process_time()
        outcome, near = planned(world, seconds, asked.workers)
        ours[case, 1] = outcome
        print(
            f"{world.name:<26}{outcome.seconds:>8.1f}{time.process_time() - begun:>8.1f}"
            f"{shown(outcome.first_seconds):>8}{shown(near):>8}"
            f"{'-' if outcome.gap is None else f'{outcome.gap:.2%}':>9}  {outcome.state}",
            flush=True,
        )
        if outcome.plan is None:
            print(explained(world.facts, asked.workers), flush=True)
    if asked.libraries and not asked.short:
        print(
            f"\n{'sound plans of':<26}{'possible':>9}{'ours':>8}{'greedy':>8}{'backtr.':>8}"
            "   points / ours (median)"
        )
        for case in cases:
            seconds = asked.seconds or SECONDS[case.weeks, case.periods]
            print(compared(case, seconds, asked.workers, asked.libraries, ours), flush=True)
    print(f"\ncpu seconds in all: {time.process_time():.0f}")


def chosen(names: str) -> Iterator[Case]:
    """The cases of ``1x1x60,4x3x1000``, or all."""
    if not names:
        yield from CASES
        return
    for name in names.split(","):
        found = re.fullmatch(r"(\d+)x(\d+)x(\d+)", name.strip())
        if not found:
            raise ValueError(f"{name!r} is not weeks x periods x dishes, such as 4x3x1000")
        weeks, periods, dishes = map(int, found.groups())
        if (weeks, periods) not in SECONDS:
            raise ValueError(f"{name!r}: 1x1, 1x3 or 4x3 weeks and periods")
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


def shortened(world: World, left: int) -> World:
    """A canteen with but so many dishes of meat and of vegetables; 0 leaves it as it is."""
    if not left:
        return world
    seen: Counter[str] = Counter()
    kept = []
    for dish in world.facts.dishes:
        seen[dish.category] += 1
        if dish.category not in ("main_meat", "vegetable") or seen[dish.category] <= left:
            kept.append(dish)
    ids = {dish.id for dish in kept}
    standing = tuple(one for one in world.facts.standing if one.dish_id in ids)
    return replace(world, facts=replace(world.facts, dishes=tuple(kept), standing=standing))


def explained(facts: PlanFacts, workers: int) -> str:
    """Lines that say why nothing fits, what would free it, and what the nearest plan breaks."""
    begun = time.process_time()
    conflict = explain(facts, seconds=EXPLAINED)
    took = f"(cpu {time.process_time() - begun:.1f})"
    if conflict is None:
        lines = [f"    why: not found in {EXPLAINED:.0f} s {took}"]
    else:
        proven = "a smallest set" if conflict.smallest else "perhaps not a smallest set"
        lines = [f"    why: {'; '.join(map(told, conflict.demands))}: {proven} {took}"]
        lines += [f"    would free it: {way_out(one)}" for one in conflict.remedies]
    nearest = nearest_plan(facts, seconds=EXPLAINED, workers=workers)
    assert nearest.plan is not None
    broken = Counter(one.rule for one in broken_rules(facts, nearest.plan))
    rules = ", ".join(f"{rule} {count} x" for rule, count in broken.most_common())
    return "\n".join([*lines, f"    the nearest plan breaks: {rules}"])


def told(demand: Demand) -> str:
    """A demand in short."""
    where = " ".join(filter(None, ("/".join(demand.categories), demand.period, demand.what)))
    have = "" if demand.have is None else f"{demand.have} dishes, "
    return f"{demand.rule} {where} ({have}want {demand.want})"


def way_out(remedy: Remedy) -> str:
    """A remedy in short."""
    if remedy.parts:
        return " and ".join(map(way_out, remedy.parts))
    words = (remedy.kind, remedy.category, remedy.what, remedy.period, str(remedy.amount or ""))
    return " ".join(filter(None, words))


def compared(
    case: Case,
    seconds: float,
    workers: int,
    libraries: int,
    known: dict[tuple[Case, int], Outcome],
) -> str:
    """One line: over so many libraries, sound plans of each, and points beside ours."""
    sound = {"possible": 0, "ours": 0, "greedy": 0, "backtracking": 0}
    ratios: dict[str, list[float]] = {"greedy": [], "backtracking": []}
    for seed in range(1, libraries + 1):
        world = case.world(seed)
        outcome = known.get((case, seed)) or planned(world, seconds, workers)[0]
        sound["ours"] += outcome.plan is not None
        sound["possible"] += outcome.state != "infeasible"
        if outcome.state == "infeasible":
            continue
        for name, points in at_once(case, seed, seconds).items():
            sound[name] += points is not None
            if points is not None and outcome.score is not None:
                ratios[name].append(points / max(1, outcome.score.total))
    counts = "".join(
        f"{f'{count}/{libraries}':>{9 if name == 'possible' else 8}}"
        for name, count in sound.items()
    )
    medians = "   ".join(
        f"{name} {statistics.median(found):.2f}" if found else f"{name} -"
        for name, found in ratios.items()
    )
    return f"{case.world(1).name:<26}{counts}   {medians}"


def at_once(case: Case, seed: int, seconds: float) -> dict[str, int | None]:
    """The points of each rival's best sound plan, None if it found none: side by side, each in a
    process and on a core of its own, as neither uses more than one."""
    names = ("greedy", "backtracking")
    with ProcessPoolExecutor(len(names), mp_context=get_context("spawn")) as pool:
        found = [pool.submit(rival, name, case, seed, seconds) for name in names]
        return {name: one.result() for name, one in zip(names, found, strict=True)}


def rival(name: str, case: Case, seed: int, seconds: float) -> int | None:
    """The points of one rival's best sound plan."""
    facts = case.world(seed).facts
    if name == "greedy":
        plan = greedy(facts, seconds=seconds, seed=seed)
    else:
        plan = backtracking(facts, seconds=seconds)
    return None if plan is None else score_of(facts, plan).total


def shown(seconds: float | None) -> str:
    """Seconds, or a dash."""
    return "-" if seconds is None else f"{seconds:.2f}"


if __name__ == "__main__":
    main()
