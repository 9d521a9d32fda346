"""One meal of a day: what a diner's set holds and costs, and each dish of it."""

from typing import Any

from flask import abort, render_template

from canteen.blueprints.access import signed_in
from canteen.blueprints.menus.grid import day_or_404, grid_facts, monday_or_404
from canteen.blueprints.menus.views import blueprint
from canteen.menus.nutrition import NUTRIENTS


@blueprint.get("/menus/<week>/days/<day>/meals/<period>")
@signed_in
def meal_set(week: str, day: str, period: str) -> Any:
    """Nutrients, cost and allergens of the set of a meal."""
    when, facts = day_or_404(week, day), grid_facts(monday_or_404(week))
    plan, sets = facts["plan"], facts["sets"]
    meal = next((one for one in plan.periods if one.period.code == period), None)
    if meal is None:
        abort(404)
    return render_template(
        "menus/meal.html",
        **facts,
        day=when,
        meal=meal,
        one=sets.meals.get((when, period)),
        slots={row.slot.code: row.slot for row in meal.slots},
        nutrients=NUTRIENTS,
    )
