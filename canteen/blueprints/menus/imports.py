"""Files in and out."""

from typing import Any

from canteen.blueprints.access import allow
from canteen.blueprints.menus.views import blueprint
from canteen.staff.rules import Role


@blueprint.get("/dishes.xlsx")
@allow(Role.KITCHEN, Role.MANAGER)
def dish_file() -> Any:
    return ""


@blueprint.get("/dishes/import")
@allow(Role.KITCHEN, Role.MANAGER)
def dish_import() -> Any:
    return ""


@blueprint.get("/menus/import")
@allow(Role.KITCHEN, Role.MANAGER)
def menu_import() -> Any:
    return ""
