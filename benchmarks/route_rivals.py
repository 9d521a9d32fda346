"""Others who plan the same rounds: plain PyVRP, OR-Tools' routing, and grid order."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pyvrp
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from pyvrp import ProblemData, Solution, solve

from canteen.delivery.routing.facts import Question
from canteen.delivery.rules import Carrier, Door, plan_roster

Clock = Callable[[], float]


def plain_pyvrp(data: ProblemData, *, seconds: float, seed: int, now: Clock) -> Solution:
    """PyVRP as it comes out of the box."""
    end = now() + seconds
    return solve(data, stop=lambda _cost: now() >= end, seed=seed, collect_stats=False).best


def or_tools(data: ProblemData, *, seconds: float, now: Clock) -> Solution | None:
    """OR-Tools' routing with guided local search, begun with the cheapest arcs; None if it
    found nothing."""
    fleet = [kind for kind in data.vehicle_types() for _one in range(kind.num_available)]
    kinds = [n for n, kind in enumerate(data.vehicle_types()) for _ in range(kind.num_available)]
    clients, depots, count = data.clients(), data.depots(), data.num_clients
    ends = {end for kind in fleet for end in (kind.start_depot, kind.end_depot)}
    used = {depot: count + at for at, depot in enumerate(sorted(ends))}  # others would be doors
    places = [one.location for one in clients] + [depots[one].location for one in used]
    manager = pywrapcp.RoutingIndexManager(
        len(places),
        len(fleet),
        [used[kind.start_depot] for kind in fleet],
        [used[kind.end_depot] for kind in fleet],
    )
    routing = pywrapcp.RoutingModel(manager)
    _costs(routing, data, places, fleet)
    _loads(routing, data, fleet, len(places))
    if data.has_time_windows():
        _times(routing, manager, data, places, fleet)
    for number, client in enumerate(clients):
        if not client.required:
            routing.AddDisjunction([manager.NodeToIndex(number)], client.prize)
    end = now() + seconds
    routing.AddSearchMonitor(routing.solver().CustomLimit(lambda: now() >= end))
    asked = pywrapcp.DefaultRoutingSearchParameters()
    asked.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    asked.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    asked.time_limit.FromMilliseconds(int(seconds * 10_000))  # the monitor above is what ends it
    found = routing.SolveWithParameters(asked)
    if found is None:
        return None
    return _solution(routing, manager, found, data, kinds)


def grid_order(question: Question) -> dict[int, tuple[int, ...]]:
    """What the roster does without a computer: whole buildings in the order of the grid."""
    planned = plan_roster(
        doors=[
            Door(stop.stop_id, stop.path, f"{stop.path}{stop.floor:03d}", str(stop.floor))
            for stop in question.stops
        ],
        carriers=[
            Carrier(one.courier_id, one.capacity, one.areas or ("/1/",))
            for one in question.couriers
        ],
        service_date=date(2026, 11, 30),
    )
    orders: dict[int, list[int]] = {}
    for stop in planned:
        if stop.volunteer_id is not None:
            orders.setdefault(stop.volunteer_id, []).append(stop.resident_id)
    return {who: tuple(order) for who, order in orders.items()}


def _costs(routing: Any, data: ProblemData, places: list[int], fleet: list[Any]) -> None:
    registered: dict[tuple[int, int, int], int] = {}
    service = [one.service_duration for one in data.clients()]
    service += [0] * (len(places) - len(service))
    for vehicle, kind in enumerate(fleet):
        key = (kind.profile, kind.unit_distance_cost, kind.unit_duration_cost)
        if key not in registered:
            cost = kind.unit_distance_cost * data.distance_matrix(kind.profile)
            cost = cost + kind.unit_duration_cost * data.duration_matrix(kind.profile)
            rows = cost[places][:, places]
            if kind.unit_duration_cost:
                rows = rows + kind.unit_duration_cost * _column(service)
            registered[key] = routing.RegisterTransitMatrix(rows.tolist())
        routing.SetArcCostEvaluatorOfVehicle(registered[key], vehicle)


def _column(values: list[int]) -> Any:
    return np.array(values, dtype=np.int64)[:, None]


def _loads(routing: Any, data: ProblemData, fleet: list[Any], size: int) -> None:
    for dimension in range(data.num_load_dimensions):
        boxes = [one.delivery[dimension] for one in data.clients()]
        demand = routing.RegisterUnaryTransitVector(boxes + [0] * (size - len(boxes)))
        capacities = [kind.capacity[dimension] for kind in fleet]
        routing.AddDimensionWithVehicleCapacity(demand, 0, capacities, True, f"load{dimension}")


def _times(
    routing: Any, manager: Any, data: ProblemData, places: list[int], fleet: list[Any]
) -> None:
    latest = max(kind.tw_late for kind in fleet)
    service = [one.service_duration for one in data.clients()]
    service += [0] * (len(places) - len(service))
    transits: dict[int, int] = {}
    for kind in fleet:
        if kind.profile not in transits:
            rows = data.duration_matrix(kind.profile)[places][:, places] + _column(service)
            transits[kind.profile] = routing.RegisterTransitMatrix(rows.tolist())
    routing.AddDimensionWithVehicleTransits(
        [transits[kind.profile] for kind in fleet], latest, latest, False, "time"
    )
    time = routing.GetDimensionOrDie("time")
    for number, client in enumerate(data.clients()):
        time.CumulVar(manager.NodeToIndex(number)).SetRange(
            client.tw_early, min(client.tw_late, latest)
        )
    for vehicle, kind in enumerate(fleet):
        for index in (routing.Start(vehicle), routing.End(vehicle)):
            time.CumulVar(index).SetRange(kind.tw_early, kind.tw_late)
        if kind.unit_overtime_cost and kind.max_overtime:
            time.SetSpanCostCoefficientForVehicle(0, vehicle)
            time.SetSoftSpanUpperBoundForVehicle(
                pywrapcp.BoundCost(kind.shift_duration, kind.unit_overtime_cost), vehicle
            )


def _solution(
    routing: Any, manager: Any, found: Any, data: ProblemData, kinds: list[int]
) -> Solution:
    routes = []
    for vehicle, kind in enumerate(kinds):
        visits, index = [], found.Value(routing.NextVar(routing.Start(vehicle)))
        while not routing.IsEnd(index):
            visits.append(manager.IndexToNode(index))
            index = found.Value(routing.NextVar(index))
        if visits:
            routes.append(pyvrp.Route(data, visits, kind))
    return Solution(data, routes)
