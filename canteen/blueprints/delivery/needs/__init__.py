"""Who gets a meal brought: applications, a person's days, the register, who pays."""

from canteen.blueprints.delivery.needs import applications as applications
from canteen.blueprints.delivery.needs import person as person
from canteen.blueprints.delivery.needs import register as register
