"""The table of ingredients: prices and values, each site's to correct."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import now, staff_id
from canteen.blueprints.menus.forms import IngredientForm
from canteen.blueprints.menus.views import blueprint
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.foundation.wording import Refusal, say
from canteen.menus import cooking, queries
from canteen.menus.models import Ingredient
from canteen.menus.nutrition import NUTRIENTS
from canteen.staff.rules import Role


@blueprint.get("/ingredients")
@allow(Role.KITCHEN, Role.MANAGER)
def ingredients() -> Any:
    """Ingredients by name."""
    text = request.args.get("q", "")[:40]
    page = page_number(request.args.get("page"))
    found = queries.ingredients(db.session(), text=text, page=page)
    return render_template("menus/ingredients.html", found=found, text=text)


@blueprint.route("/ingredients/new", methods=["GET", "POST"], defaults={"ingredient_id": None})
@blueprint.route("/ingredients/<int:ingredient_id>", methods=["GET", "POST"])
@allow(Role.KITCHEN, Role.MANAGER)
def ingredient(ingredient_id: int | None) -> Any:
    """Add or change an ingredient."""
    row = None if ingredient_id is None else db.session.get(Ingredient, ingredient_id)
    if ingredient_id is not None and row is None:
        abort(404)
    form = IngredientForm(obj=row)
    page = {"form": form, "nutrients": NUTRIENTS, "row": row}
    if request.method == "GET":
        return render_template("menus/ingredient.html", said=None, **page)
    if not form.validate_on_submit():
        return render_template("menus/ingredient.html", said=None, **page), 422
    values = {name: value for name, value in form.data.items() if name != "csrf_token"}
    saved = cooking.save_ingredient(
        ingredient_id=ingredient_id, values=values, now=now(), by=staff_id()
    )
    if isinstance(saved, Refusal):
        return render_template("menus/ingredient.html", said=say(saved), **page), 422
    flash(_("已保存"), "good")
    return redirect(url_for("menus.ingredients", q=values["name"]))
