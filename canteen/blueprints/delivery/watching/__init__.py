"""A door that stays shut: the board, alarms and their steps, a site's ladder."""

from canteen.blueprints.delivery.watching import alarms as alarms
from canteen.blueprints.delivery.watching import board as board
from canteen.blueprints.delivery.watching import ladder as ladder
from canteen.blueprints.delivery.watching import own_alarms as own_alarms
