"""On the way: the volunteer's phone, the plain list beside it, and what needs a look afterwards."""

from canteen.blueprints.delivery.rounds import differences as differences
from canteen.blueprints.delivery.rounds import own_team as own_team
from canteen.blueprints.delivery.rounds import phone as phone
from canteen.blueprints.delivery.rounds import plain_list as plain_list
from canteen.blueprints.delivery.rounds import telling as telling
