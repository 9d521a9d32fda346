"""Subsidy policies over HTTP: sentences, versions, drafts, the test bench, publishing."""

from canteen.blueprints.subsidies.views import blueprint as blueprint  # isort: skip
from canteen.blueprints.subsidies import bench as bench
from canteen.blueprints.subsidies import costs as costs
from canteen.blueprints.subsidies import draft_views as draft_views
from canteen.blueprints.subsidies import publishing as publishing
