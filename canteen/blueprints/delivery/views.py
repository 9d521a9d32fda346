"""The blueprint of the delivery room and its pages: rosters, rounds, the register."""

from canteen.blueprints.delivery import (
    applications,
    card_wishes,
    contact_cards,
    duties,
    people,
    portions,
    register,
    request_kinds,
    requests,
    rosters,
    rounds,
    route_wish,
    routes,
    sheets,
    teams,
    typing_in,
    volunteers,
)
from canteen.blueprints.delivery.blueprint import blueprint

__all__ = [
    "applications",
    "blueprint",
    "card_wishes",
    "contact_cards",
    "duties",
    "people",
    "portions",
    "register",
    "request_kinds",
    "requests",
    "rosters",
    "rounds",
    "route_wish",
    "routes",
    "sheets",
    "teams",
    "typing_in",
    "volunteers",
]
