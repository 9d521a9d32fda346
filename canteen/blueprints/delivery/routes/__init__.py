"""Rounds planned by the computer: asked for, looked at, changed by hand, taken."""

from canteen.blueprints.delivery.routes import views as views
from canteen.blueprints.delivery.routes import wish as wish
