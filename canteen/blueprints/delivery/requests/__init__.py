"""What residents ask for besides a meal, and who takes it on."""

from canteen.blueprints.delivery.requests import kinds as kinds
from canteen.blueprints.delivery.requests import views as views
