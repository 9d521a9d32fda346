"""The blueprint of the delivery room and its pages: rosters, rounds, the register."""

from canteen.blueprints.delivery import (
    applications,
    duties,
    people,
    portions,
    register,
    requests,
    rosters,
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
    "people",
    "portions",
    "register",
    "requests",
    "rosters",
    "rounds",
    "route_wish",
    "routes",
    "teams",
    "volunteers",
]
