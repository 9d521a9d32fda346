"""The counter and its meals over HTTP: the page, its posts, and what it does without a network."""

from canteen.blueprints.settlement.views import blueprint as blueprint  # isort: skip
from canteen.blueprints.settlement import changing as changing
from canteen.blueprints.settlement import diner as diner
from canteen.blueprints.settlement import meals as meals
from canteen.blueprints.settlement import offline as offline
from canteen.blueprints.settlement import service_worker as service_worker
from canteen.blueprints.settlement import unbooked as unbooked
from canteen.blueprints.settlement import voice as voice
