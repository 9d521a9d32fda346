"""Every room's tables, so that names in foreign keys and relationships are known."""

from canteen.cards import models as cards
from canteen.claims import models as claims
from canteen.delivery import models as delivery
from canteen.foundation import audit
from canteen.foundation.jobs import models as jobs
from canteen.ledger import models as ledger
from canteen.menus import models as menus
from canteen.menus import plan_models as menu_plans
from canteen.residents import models as residents
from canteen.settlement import models as settlement
from canteen.settlement.printing import models as printing
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
    menu_plans,
    ledger,
    cards,
    subsidies,
    settlement,
    printing,
    claims,
    delivery,
    statistics,
)
