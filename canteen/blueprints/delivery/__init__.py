"""HTTP of the delivery room: the same rooms as `canteen/delivery`, and who opens them.

The office, in the order of a day: `needs` says who gets a box, `routes` plans the way,
`rosters` fixes who goes to which door, `paper` prints it and takes it back, `watching` looks
after doors that stay shut. `volunteering` is about those who carry, `requests` about errands,
`contact` about the card by a resident's telephone.

The volunteer's phone: `rounds` (with a page that needs no network), and one page each in
`requests`, `watching` and `volunteering`, all under `/round` or a link of their own.

`blueprint` has what every template may say and every page shares, `forms` the fields, and
`signing` what links and codes on paper are signed with.
"""

from canteen.blueprints.delivery.blueprint import blueprint as blueprint  # isort: skip
from canteen.blueprints.delivery import contact as contact
from canteen.blueprints.delivery import needs as needs
from canteen.blueprints.delivery import paper as paper
from canteen.blueprints.delivery import requests as requests
from canteen.blueprints.delivery import rosters as rosters
from canteen.blueprints.delivery import rounds as rounds
from canteen.blueprints.delivery import routes as routes
from canteen.blueprints.delivery import volunteering as volunteering
from canteen.blueprints.delivery import watching as watching
