"""The rooms that are open: one line per blueprint, one per book of sentences."""

from collections.abc import Iterator, Mapping

from flask import Flask

from canteen.blueprints.home.views import blueprint as home
from canteen.blueprints.settlement.views import blueprint as settlement
from canteen.blueprints.sites.views import blueprint as sites
from canteen.blueprints.staff.views import blueprint as staff
from canteen.cards.wording import SENTENCES as CARDS
from canteen.foundation.picture_wording import SENTENCES as PICTURES
from canteen.foundation.spreadsheet_wording import SENTENCES as SPREADSHEETS
from canteen.foundation.wording import Sentence
from canteen.menus.wording import SENTENCES as MENUS
from canteen.residents.wording import SENTENCES as RESIDENTS
from canteen.settlement.wording import SENTENCES as SETTLEMENT
from canteen.sites.wording import SENTENCES as SITES
from canteen.staff.wording import SENTENCES as STAFF
from canteen.subsidies.sentences import SENTENCES as SUBSIDIES

BLUEPRINTS = (
    home,
    staff,
    sites,
    settlement,
)

BOOKS: tuple[Mapping[str, Sentence], ...] = (
    CARDS,
    MENUS,
    PICTURES,
    RESIDENTS,
    SETTLEMENT,
    SITES,
    SPREADSHEETS,
    STAFF,
    SUBSIDIES,
)


def install(app: Flask) -> None:
    """Register every blueprint."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def sentences() -> Iterator[Mapping[str, Sentence]]:
    """Every room's refusal sentences."""
    yield from BOOKS
