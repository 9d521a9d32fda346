"""Menus over HTTP: the week's grid, the library, files in and out, and the public menu."""

from canteen.blueprints.menus.views import blueprint as blueprint  # isort: skip
from canteen.blueprints.menus import changes as changes
from canteen.blueprints.menus import dishes as dishes
from canteen.blueprints.menus import giving as giving
from canteen.blueprints.menus import imports as imports
from canteen.blueprints.menus import ingredients as ingredients
from canteen.blueprints.menus import meals as meals
from canteen.blueprints.menus import menu_imports as menu_imports
from canteen.blueprints.menus import merges as merges
from canteen.blueprints.menus import offer_changes as offer_changes
from canteen.blueprints.menus import photos as photos
from canteen.blueprints.menus import plan_changes as plan_changes
from canteen.blueprints.menus import plan_rules as plan_rules
from canteen.blueprints.menus import planning as planning
from canteen.blueprints.menus import public as public
from canteen.blueprints.menus import ratings as ratings
from canteen.blueprints.menus import slots as slots
from canteen.blueprints.menus import substitutions as substitutions
