"""Pages of the residents' room: people, their tags, who has gone, the grid, lists in files."""

from canteen.blueprints.residents.views import blueprint as blueprint  # isort: skip
from canteen.blueprints.residents import endings as endings
from canteen.blueprints.residents import person as person
from canteen.blueprints.residents import rechecks as rechecks
from canteen.blueprints.residents import registering as registering
from canteen.blueprints.residents import tags as tags
