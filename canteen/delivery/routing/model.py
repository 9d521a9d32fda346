"""A question in PyVRP's terms: one vehicle type per courier, one cost matrix per kind of courier.

Cost is in seconds of somebody's time: the length of the rounds, and in the "distance" matrices
what a choice is worth by `Weights`: going to a door whose usual volunteer is another, or that is
outside one's area, and each time a courier enters a compound or a building, so that one compound
is not torn between two without need. Where a pin forbids, it costs more than leaving the stop
out. Stops are optional with a large prize: what cannot be served is left out and then named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyvrp import Client, Depot, Location, ProblemData, Solution, VehicleType
from pyvrp import Route as VrpRoute

from canteen.delivery.routing.distances import Table
from canteen.delivery.routing.facts import START, Courier, Question, Stop

FORBIDDEN = 10_000_000
_EVER = 10**9
_COMPOUND_DEPTH = 2
_BUILDING_DEPTH = 3


@dataclass(frozen=True)
class Model:
    """A problem for PyVRP; client number i is `stops[i]`, vehicle type j is `couriers[j]`."""

    data: ProblemData
    stops: tuple[Stop, ...]
    couriers: tuple[Courier, ...]

    def orders(self, solution: Solution) -> dict[int, tuple[int, ...]]:
        """The stops of each courier in order."""
        return {
            self.couriers[route.vehicle_type()].courier_id: tuple(
                self.stops[step.idx].stop_id for step in route if step.is_client()
            )
            for route in solution.routes()
        }

    def solution(self, orders: Mapping[int, Sequence[int]]) -> Solution:
        """Orders as a solution to begin with; stops and couriers not in the model are left out."""
        number = {stop.stop_id: at for at, stop in enumerate(self.stops)}
        routes = []
        for kind, courier in enumerate(self.couriers):
            visits = [number[one] for one in orders.get(courier.courier_id, ()) if one in number]
            if visits:
                routes.append(VrpRoute(self.data, visits, kind))
        return Solution(self.data, routes)


def build(table: Table, stops: Sequence[Stop]) -> Model:
    """The problem of these stops, each of which somebody can serve alone."""
    question = table.question
    places = [table.place_of[stop.stop_id] for stop in stops]
    yards = [len(table.stops) + number for number in range(len(table.yards))]
    nowhere = len(places) + len(yards)  # where an open round ends: no way at all
    everywhere = [*places, *yards]
    profiles: dict[tuple[Any, ...], int] = {}
    costs: list[Any] = []
    times: list[Any] = []
    kinds: list[VehicleType] = []
    share = _fair_share(table, stops)
    for courier in question.couriers:
        key = _profile_key(courier, stops)
        if key not in profiles:
            profiles[key] = len(costs)
            times.append(_times(table, everywhere, courier, nowhere))
            costs.append(_costs(question, stops, courier, nowhere + 1))
        kinds.append(_vehicle(table, courier, profiles[key], share))
    depots = [Depot(len(places) + number) for number in range(len(yards) + 1)]
    points = [*(table.points[place] for place in everywhere), table.points[yards[0]]]
    return Model(
        data=ProblemData(
            locations=[Location(point.lon * 1e5, point.lat * 1e5) for point in points],
            clients=[_client(question, stop, number) for number, stop in enumerate(stops)],
            depots=depots,
            vehicle_types=kinds,
            distance_matrices=costs,
            duration_matrices=times,
        ),
        stops=tuple(stops),
        couriers=question.couriers,
    )


def _client(question: Question, stop: Stop, number: int) -> Client:
    latest = question.latest_of(stop)
    return Client(
        number,
        delivery=[stop.boxes],
        service_duration=stop.door_seconds,
        prize=question.weights.unserved * max(1, stop.boxes),
        required=False,
        tw_early=stop.earliest or 0,
        tw_late=_EVER if latest is None else latest - stop.door_seconds,
    )


def _vehicle(table: Table, courier: Courier, profile: int, share: int) -> VehicleType:
    shift = max(0, courier.back_by - courier.leaves_from)
    usual = min(share, shift)
    end = len(table.yards) if courier.end is None else table.yards.index(courier.end)
    return VehicleType(
        capacity=[courier.capacity],
        start_depot=table.yards.index(courier.start),
        end_depot=end,
        tw_early=courier.leaves_from,
        tw_late=max(courier.leaves_from, courier.back_by),
        shift_duration=usual,
        max_overtime=shift - usual,
        unit_overtime_cost=table.question.weights.over_fair_share,
        unit_distance_cost=1,
        unit_duration_cost=1,
        profile=profile,
    )


def _fair_share(table: Table, stops: Sequence[Stop]) -> int:
    """About how many seconds each courier has if all work equally long: the doors, the way from
    each to its nearest neighbour, and one way out."""
    couriers = table.question.couriers
    if not stops or not couriers:
        return 0
    places = [table.place_of[stop.stop_id] for stop in stops]
    pace = min(couriers, key=lambda one: (one.speed, one.courier_id))
    work = sum(stop.door_seconds for stop in stops) + sum(
        min((table.seconds(a, b, pace) for b in places if b != a), default=0) for a in places
    )
    yard = table.yard(pace.start)
    out = sorted(table.seconds(yard, place, pace) for place in places)[len(places) // 2]
    return work // len(couriers) + out


def _profile_key(courier: Courier, stops: Sequence[Stop]) -> tuple[Any, ...]:
    """Couriers with the same key move alike and are liked alike at every door."""
    return (
        courier.transport,
        courier.metres_per_minute,
        tuple(_liking(courier, stop) for stop in stops),
    )


def _liking(courier: Courier, stop: Stop) -> tuple[bool, bool, bool]:
    return (
        stop.pinned_to in (None, courier.courier_id),
        stop.usual in (None, courier.courier_id),
        not courier.areas or any(stop.path.startswith(area) for area in courier.areas),
    )


def _times(table: Table, places: Sequence[int], courier: Courier, nowhere: int) -> Any:
    matrix = np.zeros((nowhere + 1, nowhere + 1), dtype=np.int64)
    for row, a in enumerate(places):
        matrix[row, :nowhere] = [table.seconds(a, b, courier) for b in places]
    np.fill_diagonal(matrix, 0)
    return matrix


def _costs(question: Question, stops: Sequence[Stop], courier: Courier, size: int) -> Any:
    """What it costs beyond time to go from one place to another, the stops first."""
    weights, count = question.weights, len(stops)
    matrix = np.zeros((size, size), dtype=np.int64)
    compounds = _numbered(stops, _COMPOUND_DEPTH)
    buildings = _numbered(stops, _BUILDING_DEPTH)
    matrix[:count, :count] += weights.enter_compound * (compounds[:, None] != compounds[None, :])
    matrix[:count, :count] += weights.enter_building * (buildings[:, None] != buildings[None, :])
    matrix[count:, :count] += weights.enter_compound + weights.enter_building
    number = {stop.stop_id: at for at, stop in enumerate(stops)}
    for at, stop in enumerate(stops):
        allowed, usual, inside = _liking(courier, stop)
        matrix[:, at] += 0 if usual else weights.leaving_usual
        matrix[:, at] += 0 if inside else weights.outside_area
        matrix[:, at] += 0 if allowed else FORBIDDEN
        if stop.after is not None:
            _only_after(matrix, at, number.get(stop.after), count, start=stop.after == START)
    np.fill_diagonal(matrix, 0)
    return matrix


def _only_after(matrix: Any, at: int, before: int | None, count: int, *, start: bool) -> None:
    kept = matrix[:, at].copy()
    matrix[:, at] += FORBIDDEN
    if start:
        matrix[count:, at] = kept[count:]
    elif before is not None:
        matrix[before, at] = kept[before]


def _numbered(stops: Sequence[Stop], depth: int) -> Any:
    """A number for each stop's compound or building; those without a path are each alone."""
    numbers: dict[str, int] = {}
    found = []
    for stop in stops:
        parts = stop.path.strip("/").split("/")
        name = "/".join(parts[:depth]) if len(parts) >= depth else f"alone {stop.stop_id}"
        found.append(numbers.setdefault(name, len(numbers)))
    return np.array(found, dtype=np.int64)
