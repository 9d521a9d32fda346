"""The rooms that are open: one line per blueprint, one per book of sentences."""

from collections.abc import Iterator, Mapping

from flask import Flask

from canteen.blueprints.home.views import blueprint as home
from canteen.blueprints.sites.views import blueprint as sites
from canteen.blueprints.staff.views import blueprint as staff
from canteen.foundation.wording import Sentence
from canteen.sites.wording import SENTENCES as SITES
from canteen.staff.wording import SENTENCES as STAFF

BLUEPRINTS = (home, staff, sites)


def install(app: Flask) -> None:
    """Register every blueprint."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def sentences() -> Iterator[Mapping[str, Sentence]]:
    """Every room's refusal sentences."""
    yield from (STAFF, SITES)
