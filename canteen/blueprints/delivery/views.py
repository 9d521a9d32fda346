"""The blueprint of the delivery room and its pages: rosters, rounds, the register."""

from canteen.blueprints.delivery import (
    alarms,
    applications,
    board,
    duties,
    ladder,
    own_alarms,
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
    "alarms",
    "applications",
    "blueprint",
    "board",
    "duties",
    "ladder",
    "own_alarms",
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
