"""What is printed of a round, and what comes back on paper."""

from canteen.blueprints.delivery.paper import portions as portions
from canteen.blueprints.delivery.paper import sheets as sheets
from canteen.blueprints.delivery.paper import typing_in as typing_in
