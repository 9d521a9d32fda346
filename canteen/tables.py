"""Every room's tables, so that names in foreign keys and relationships are known."""

from canteen.cards import models as cards
from canteen.delivery import models as delivery
from canteen.foundation import audit
from canteen.ledger import models as ledger
from canteen.menus import models as menus
from canteen.residents import models as residents
from canteen.settlement import models as settlement
from canteen.sites import models as sites
from canteen.staff import models as staff
from canteen.statistics import models as statistics
from canteen.subsidies import models as subsidies

ROOMS = (
    audit,
    sites,
    staff,
    residents,
    menus,
    ledger,
    cards,
    subsidies,
    settlement,
    delivery,
    statistics,
)
