"""Who carries: volunteers, teams, days off, hours, the agreement, and a volunteer's own link."""

from canteen.blueprints.delivery.volunteering import absences as absences
from canteen.blueprints.delivery.volunteering import agreement as agreement
from canteen.blueprints.delivery.volunteering import duties as duties
from canteen.blueprints.delivery.volunteering import hours as hours
from canteen.blueprints.delivery.volunteering import teams as teams
from canteen.blueprints.delivery.volunteering import volunteers as volunteers
