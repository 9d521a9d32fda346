"""Every room's tables. To import this module is to declare them all."""

from sqlalchemy.orm import configure_mappers

from canteen.cards import models as cards
from canteen.claims import models as claims
from canteen.delivery import models as delivery
from canteen.delivery.contact import models as contact_cards
from canteen.delivery.needs import models as delivery_needs
from canteen.delivery.paper import models as delivery_paper
from canteen.delivery.requests import models as help_requests
from canteen.delivery.rounds import models as delivery_rounds
from canteen.delivery.routes import models as delivery_routes
from canteen.delivery.volunteering import models as volunteering
from canteen.delivery.watching import models as watching
from canteen.foundation import audit
from canteen.foundation.database import db
from canteen.foundation.jobs import models as jobs
from canteen.kitchen import models as kitchen
from canteen.ledger import models as ledger
from canteen.ledger.shifts import models as shifts
from canteen.menus import library_models as menu_library
from canteen.menus import models as menus
from canteen.menus import plan_models as menu_plans
from canteen.residents import models as residents
from canteen.settlement import models as settlement
from canteen.settlement.offline import models as offline_meals
from canteen.settlement.printing import models as printing
from canteen.settlement.screens import models as screens
from canteen.sites import models as sites
from canteen.staff import models as staff
from canteen.statistics import models as statistics
from canteen.subsidies import models as subsidies

ROOMS = (
    audit,
    jobs,
    sites,
    staff,
    residents,
    menus,
    menu_library,
    menu_plans,
    ledger,
    shifts,
    cards,
    subsidies,
    settlement,
    offline_meals,
    printing,
    screens,
    claims,
    kitchen,
    delivery,
    delivery_needs,
    volunteering,
    help_requests,
    delivery_routes,
    watching,
    delivery_paper,
    contact_cards,
    delivery_rounds,
    statistics,
)
"""From low to high, as rooms may know each other."""


def resolve() -> None:
    """Look up every table and class that one room names to another as text: ``"sites.id"``.

    Done once at the start: a name that nobody declared ends the start, not the first request
    that meets it. Raises SQLAlchemy's NoReferencedTableError or InvalidRequestError.
    """
    configure_mappers()
    for table in db.metadata.tables.values():
        for key in table.foreign_keys:
            _declared = key.column
