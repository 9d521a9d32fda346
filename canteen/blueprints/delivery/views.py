"""The blueprint of the delivery room and its pages: rosters, rounds, the register."""

from canteen.blueprints.delivery import register, rosters, rounds, route_wish, routes, volunteers
from canteen.blueprints.delivery.blueprint import blueprint

__all__ = ["blueprint", "register", "rosters", "rounds", "route_wish", "routes", "volunteers"]
