"""Planning rounds: how good, how soon, how large, beside others on the same questions.

``python -m benchmarks.routes X-n200-k36.vrp R101.txt`` solves instances from files (CVRP in
TSPLIB's form, VRPTW in Solomon's or TSPLIB's; a ``.sol`` beside a file holds its best-known
cost). Without files it plans made-up communities of 40, 120 and 300 stops (2, 10 and 20 s), the
day after with a few doors changed, and 136 households by 20 volunteers.

Gap: above the best known or, of a community, the best found by anybody here, also with
``--long`` times the seconds. Cost is in the problem's own units: of a community the seconds of
everybody's time with the weights of `routing.facts.Weights`, doors left out at 100,000 each.
Each figure comes from a process of its own, with its peak memory. ``--clock cpu`` counts
processor seconds, for a machine that has other things to do.
"""

import argparse
import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pyvrp import Solution

from benchmarks.route_files import read_instance
from benchmarks.route_rivals import grid_order, or_tools, plain_pyvrp
from benchmarks.route_worlds import changed_a_little, make_community
from canteen.delivery.routing.checking import faults
from canteen.delivery.routing.comparing import kept_share
from canteen.delivery.routing.distances import Table
from canteen.delivery.routing.facts import Question
from canteen.delivery.routing.scheduling import plan_of
from canteen.delivery.routing.search import Clock, improve
from canteen.delivery.routing.solving import cost_of, model_of, solve

COMMUNITIES = ((40, 5, 2.0), (120, 12, 10.0), (300, 28, 20.0))
HOUSEHOLDS = (136, 20, 9.0)
CLOCKS: dict[str, Callable[[], float]] = {"wall": time.monotonic, "cpu": time.process_time}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one planner made of one question; `cost` None if it has no sound plan."""

    cost: int | None
    seconds: float
    megabytes: float
    note: str = ""
    orders: dict[int, tuple[int, ...]] | None = None


def main() -> None:
    """Measure, and print a line for each planner and question."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--seconds", type=float, default=0.0, help="for every question")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--stops", default="40,120,300,136", help="which communities")
    parser.add_argument("--long", type=float, default=3.0, help="0: no longer run for the best")
    parser.add_argument("--clock", choices=tuple(CLOCKS), default="wall")
    asked = parser.parse_args()
    print(f"{'question':<20}{'planner':<16}{'gap':>9}{'cost':>12}{'seconds':>9}{'MB':>7}  note")
    for path in asked.files:
        _file(path, asked)
    wanted = [] if asked.files else [int(one) for one in asked.stops.split(",")]
    for stops, couriers, seconds in COMMUNITIES:
        if stops in wanted:
            _community(stops, couriers, asked.seconds or seconds, asked)
    if HOUSEHOLDS[0] in wanted:
        _households(asked)


def _file(path: Path, asked: Any) -> None:
    best_known = read_instance(path).best_known
    seconds = asked.seconds or 20.0
    lines = {}
    for name in ("ours", "plain PyVRP"):
        runs = [
            _alone(_solve_file, name, path, seconds, seed, asked.clock) for seed in _seeds(asked)
        ]
        lines[name] = runs
    lines["OR-Tools"] = [_alone(_solve_file, "OR-Tools", path, seconds, 1, asked.clock)]
    _print(path.stem, lines, best_known)


def _solve_file(name: str, path: Path, seconds: float, seed: int, clock: str) -> Measured:
    data, now = read_instance(path).data, CLOCKS[clock]
    began = now()
    best: Solution | None
    if name == "ours":
        best = improve(data, seed=seed, over=Clock(seconds, now=now).until(1.0))
    elif name == "plain PyVRP":
        best = plain_pyvrp(data, seconds=seconds, seed=seed, now=now)
    else:
        best = or_tools(data, seconds=seconds, now=now)
    sound = best is not None and best.is_feasible()
    cost = int(best.distance_cost() + best.duration_cost()) if best and sound else None
    return Measured(cost=cost, seconds=now() - began, megabytes=_peak())


def _community(stops: int, couriers: int, seconds: float, asked: Any) -> None:
    world = make_community(stops=stops, couriers=couriers)
    lines: dict[str, list[Measured]] = {}
    for name in ("ours", "plain PyVRP"):
        lines[name] = [
            _alone(_plan, name, world.question, seconds, seed, asked.clock)
            for seed in _seeds(asked)
        ]
    lines["OR-Tools"] = [_alone(_plan, "OR-Tools", world.question, seconds, 1, asked.clock)]
    lines["grid order"] = [_alone(_plan, "grid order", world.question, seconds, 1, asked.clock)]
    if asked.long:
        lines["ours, longer"] = [
            _alone(_plan, "ours", world.question, seconds * asked.long, 99, asked.clock)
        ]
    _print(world.name, lines, None)
    first = lines["ours"][0]
    assert first.orders is not None
    tomorrow = changed_a_little(world.question, first.orders)
    free = _alone(_plan, "ours", _without_usual(tomorrow), seconds, 1, asked.clock)
    again = _alone(_plan_again, tomorrow, first.orders, seconds, asked.clock)
    lines = {"planned again": [again], "from nothing": [free]}
    _print(f"{stops} the day after", lines, None)


def _plan(name: str, question: Question, seconds: float, seed: int, clock: str) -> Measured:
    now = CLOCKS[clock]
    began = now()
    table = Table(question)
    if name == "ours":
        orders: dict[int, tuple[int, ...]] = solve(
            table, seed=seed, clock=Clock(seconds, now=now)
        ).plan.orders
    elif name == "grid order":
        orders = grid_order(question)
    else:
        model = model_of(table)
        left = seconds - (now() - began)
        if name == "plain PyVRP":
            best: Solution | None = plain_pyvrp(model.data, seconds=left, seed=seed, now=now)
        else:
            best = or_tools(model.data, seconds=left, now=now)
        orders = model.orders(best) if best else {}
    used = now() - began
    return _judged(table, question, orders, used)


def _plan_again(
    question: Question, earlier: dict[int, tuple[int, ...]], seconds: float, clock: str
) -> Measured:
    now = CLOCKS[clock]
    began = now()
    table = Table(question)
    found = solve(table, seed=1, clock=Clock(seconds, now=now), earlier=earlier).plan
    used = now() - began
    before = {stop: who for who, order in earlier.items() for stop in order}
    kept = kept_share(dict(before), found)
    plain = Table(_without_usual(question))
    return _judged(plain, plain.question, found.orders, used, f"{kept:.1%} kept their volunteer")


def _judged(
    table: Table,
    question: Question,
    orders: dict[int, tuple[int, ...]],
    used: float,
    note: str = "",
) -> Measured:
    plan = plan_of(table, orders)
    served = len(plan.courier_of)
    wrong = [one for one in faults(table, plan) if one.code != "forgotten"]
    said = [note] if note else []
    if served < len(question.stops):
        said.append(f"{len(question.stops) - served} not served")
    if wrong:
        said.append(f"{len(wrong)} limits broken")
    return Measured(
        cost=cost_of(model_of(table), orders),
        seconds=used,
        megabytes=_peak(),
        note=", ".join(said),
        orders=orders,
    )


def _households(asked: Any) -> None:
    stops, couriers, seconds = HOUSEHOLDS
    world = make_community(stops=stops, couriers=couriers)
    run = _alone(_plan, "ours", world.question, asked.seconds or seconds, 1, asked.clock)
    long = _alone(_plan, "ours", world.question, 3 * seconds, 2, asked.clock) if asked.long else run
    _print(f"{stops} x {couriers}", {"ours": [run], "ours, longer": [long]}, None)


def _without_usual(question: Question) -> Question:
    return replace(question, stops=tuple(replace(one, usual=None) for one in question.stops))


def _print(name: str, lines: dict[str, list[Measured]], best_known: int | None) -> None:
    costs = [
        one.cost
        for runs in lines.values()
        for one in runs
        if one.cost is not None and "broken" not in one.note
    ]
    best = best_known or min(costs, default=0)
    for planner, runs in lines.items():
        found = sorted(one.cost for one in runs if one.cost is not None)
        middle = found[len(found) // 2] if found else None
        gap = "-" if middle is None or not best else f"{middle / best - 1:.2%}"
        notes = "; ".join(sorted({one.note for one in runs if one.note}))
        spread = f"best of {len(runs)}: {found[0] / best - 1:.2%}" if len(found) > 1 else ""
        print(
            f"{name:<20}{planner:<16}{gap:>9}{middle if middle is not None else '-':>12}"
            f"{max(one.seconds for one in runs):>9.1f}{max(one.megabytes for one in runs):>7.0f}"
            f"  {'; '.join(one for one in (spread, notes) if one)}",
            flush=True,
        )


def _seeds(asked: Any) -> Sequence[int]:
    return range(1, asked.seeds + 1)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _alone(work: Callable[..., Measured], *arguments: Any) -> Measured:
    """The same in a fresh process, so that its memory is its own."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        found: Measured = pool.apply(work, arguments)
    return found


if __name__ == "__main__":
    main()
