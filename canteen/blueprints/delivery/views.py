"""The blueprint of the delivery room and its pages: rosters, rounds, the register."""

from canteen.blueprints.delivery import (
    applications,
    duties,
    own_round,
    own_round_events,
    people,
    portions,
    register,
    requests,
    rosters,
    round_differences,
    rounds,
    route_wish,
    routes,
    teams,
    volunteers,
)
from canteen.blueprints.delivery.blueprint import blueprint

__all__ = [
    "applications",
    "blueprint",
    "duties",
    "own_round",
    "own_round_events",
    "people",
    "portions",
    "register",
    "requests",
    "rosters",
    "round_differences",
    "rounds",
    "route_wish",
    "routes",
    "teams",
    "volunteers",
]
