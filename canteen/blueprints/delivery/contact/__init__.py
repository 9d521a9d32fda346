"""The card by the telephone, and what residents ask for through the code on it."""

from canteen.blueprints.delivery.contact import cards as cards
from canteen.blueprints.delivery.contact import wishes as wishes
