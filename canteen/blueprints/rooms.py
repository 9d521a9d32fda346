"""The rooms that are open: one line per blueprint, one per book of sentences."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from flask import Flask

from canteen.blueprints import row_ids
from canteen.blueprints.cards.prints import blueprint as card_prints
from canteen.blueprints.cards.views import blueprint as cards
from canteen.blueprints.cards.wallets import blueprint as wallets
from canteen.blueprints.claims.views import blueprint as claims
from canteen.blueprints.delivery import blueprint as delivery
from canteen.blueprints.entitlements.views import blueprint as entitlements
from canteen.blueprints.home.views import blueprint as home
from canteen.blueprints.jobs.views import blueprint as jobs
from canteen.blueprints.kitchen.views import blueprint as kitchen
from canteen.blueprints.ledger.views import blueprint as ledger
from canteen.blueprints.menus import blueprint as menus
from canteen.blueprints.printing.views import blueprint as printing
from canteen.blueprints.residents.files import blueprint as residents_files
from canteen.blueprints.residents.grid_views import blueprint as grid
from canteen.blueprints.residents.views import blueprint as residents
from canteen.blueprints.settlement import blueprint as settlement
from canteen.blueprints.setup.views import blueprint as setup
from canteen.blueprints.shifts.views import blueprint as shifts
from canteen.blueprints.sites.views import blueprint as sites
from canteen.blueprints.staff.views import blueprint as staff
from canteen.blueprints.statistics.views import blueprint as statistics
from canteen.blueprints.subsidies import blueprint as subsidies
from canteen.cards.wording import SENTENCES as CARDS
from canteen.claims.wording import SENTENCES as CLAIMS
from canteen.delivery.contact.wording import SENTENCES as CONTACT_CARDS
from canteen.delivery.needs.wording import SENTENCES as DELIVERY_NEEDS
from canteen.delivery.paper.wording import SENTENCES as DELIVERY_PAPER
from canteen.delivery.requests.wording import SENTENCES as REQUESTS
from canteen.delivery.rounds.wording import SENTENCES as ROUNDS
from canteen.delivery.routes.wording import SENTENCES as DELIVERY_ROUTES
from canteen.delivery.volunteering.wording import SENTENCES as VOLUNTEERING
from canteen.delivery.watching.wording import SENTENCES as WATCHING
from canteen.delivery.wording import SENTENCES as DELIVERY
from canteen.foundation.picture_wording import SENTENCES as PICTURES
from canteen.foundation.spreadsheet_wording import SENTENCES as SPREADSHEETS
from canteen.foundation.wording import Sentence
from canteen.kitchen.wording import SENTENCES as KITCHEN
from canteen.ledger.shifts.wording import SENTENCES as SHIFTS
from canteen.ledger.wording import SENTENCES as LEDGER
from canteen.menus.library_wording import SENTENCES as MENU_LIBRARY
from canteen.menus.page_wording import SENTENCES as MENU_PAGES
from canteen.menus.plan_wording import SENTENCES as MENU_PLANS
from canteen.menus.planning.wording import SENTENCES as MENU_PROBLEMS
from canteen.menus.wording import SENTENCES as MENUS
from canteen.residents.wording import SENTENCES as RESIDENTS
from canteen.settlement.printing.wording import SENTENCES as PRINTING
from canteen.settlement.screens.wording import SENTENCES as SCREENS
from canteen.settlement.wording import SENTENCES as SETTLEMENT
from canteen.sites.wording import SENTENCES as SITES
from canteen.staff.wording import SENTENCES as STAFF
from canteen.statistics.wording import SENTENCES as STATISTICS
from canteen.subsidies.sentences import SENTENCES as SUBSIDIES

BLUEPRINTS = (
    home,
    menus,
    kitchen,
    staff,
    sites,
    setup,
    settlement,
    printing,
    shifts,
    cards,
    card_prints,
    wallets,
    ledger,
    residents,
    residents_files,
    grid,
    entitlements,
    delivery,
    subsidies,
    claims,
    statistics,
    jobs,
)

BOOKS: tuple[Mapping[str, Sentence], ...] = (
    CARDS,
    CLAIMS,
    DELIVERY,
    DELIVERY_NEEDS,
    DELIVERY_PAPER,
    CONTACT_CARDS,
    DELIVERY_ROUTES,
    KITCHEN,
    LEDGER,
    MENUS,
    MENU_LIBRARY,
    MENU_PAGES,
    MENU_PLANS,
    MENU_PROBLEMS,
    PICTURES,
    PRINTING,
    REQUESTS,
    RESIDENTS,
    ROUNDS,
    SCREENS,
    SETTLEMENT,
    SHIFTS,
    SITES,
    SPREADSHEETS,
    STAFF,
    STATISTICS,
    SUBSIDIES,
    VOLUNTEERING,
    WATCHING,
)

JOBS: tuple[str, ...] = (
    "canteen.claims.jobs",
    "canteen.menus.plan_jobs",
    "canteen.delivery.routes.jobs",
    "canteen.blueprints.subsidies.costs",
    "canteen.blueprints.residents.importing",
    "canteen.blueprints.residents.rechecking",
    "canteen.blueprints.menus.large_imports",
)
"""Modules whose functions are kinds of long work: one line per module, known to server and
worker by being imported here."""


def install(app: Flask) -> None:
    """Register every blueprint and every kind of long work."""
    row_ids.install(app)
    for module in JOBS:
        import_module(module)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def sentences() -> Iterator[Mapping[str, Sentence]]:
    """Every room's refusal sentences."""
    yield from BOOKS
