"""The table of ingredients: shared names, each site's own prices and values, files in and out."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.filters import is_english
from canteen.blueprints.menus import larder_words
from canteen.blueprints.menus.forms import IngredientForm
from canteen.blueprints.menus.import_pages import ImportPage
from canteen.blueprints.menus.views import blueprint
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.foundation.spreadsheets import Fen, Sheet, write_csv, write_xlsx
from canteen.foundation.wording import Refusal, say
from canteen.menus import ingredient_actions, queries
from canteen.menus import ingredient_importing as importing
from canteen.menus.ingredient_queries import all_ingredients
from canteen.menus.ingredient_words import HEADINGS
from canteen.menus.ingredients import FIELDS, LISTS, OwnValue, seen_value, value_in, with_own
from canteen.menus.library import shipped_ingredient
from canteen.menus.models import Ingredient
from canteen.menus.nutrition import NUTRIENTS
from canteen.staff.rules import Role

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/ingredients")
@allow(Role.KITCHEN, Role.MANAGER)
def ingredients() -> Any:
    """Ingredients by name, as this site knows them."""
    text = request.args.get("q", "")[:40]
    page = page_number(request.args.get("page"))
    found = queries.ingredients(db.session(), text=text, page=page)
    own = queries.own_values(db.session(), current_site().id, [row.id for row in found.rows])
    rows = [
        (row, with_own(queries.facts_of(row), own.get(row.id, {})), own.get(row.id, {}))
        for row in found.rows
    ]
    return render_template(
        "menus/ingredients.html", found=found, rows=rows, text=text, lw=larder_words
    )


@blueprint.route("/ingredients/new", methods=["GET", "POST"], defaults={"ingredient_id": None})
@blueprint.route("/ingredients/<int:ingredient_id>", methods=["GET", "POST"])
@allow(Role.KITCHEN, Role.MANAGER)
def ingredient(ingredient_id: int | None) -> Any:
    """Add an ingredient, or say what this site knows better."""
    row = None if ingredient_id is None else db.session.get(Ingredient, ingredient_id)
    if ingredient_id is not None and row is None:
        abort(404)
    own = _own(row)
    form = IngredientForm(data=_effective(row, own))
    form.fill_choices(row.food_group if row else "")
    if request.method == "GET":
        return _ingredient_page(form, row, own, None)
    if not form.validate_on_submit():
        return _ingredient_page(form, row, own, None), 422
    saved = ingredient_actions.save_ingredient(
        site_id=current_site().id,
        ingredient_id=ingredient_id,
        values=form.values(),
        source=form.own_source(),
        now=now(),
        by=staff_id(),
    )
    if isinstance(saved, Refusal):
        return _ingredient_page(form, row, own, saved), 422
    flash(_("已保存"), "good")
    return redirect(url_for("menus.ingredient", ingredient_id=saved))


@blueprint.post("/ingredients/<int:ingredient_id>/returns")
@allow(Role.KITCHEN, Role.MANAGER)
def ingredient_returns(ingredient_id: int) -> Any:
    """Take one own value back: the shared table's counts again."""
    field = request.form.get("field", "")
    if field not in FIELDS or db.session.get(Ingredient, ingredient_id) is None:
        abort(404)
    ingredient_actions.give_back(
        site_id=current_site().id,
        ingredient_id=ingredient_id,
        field=field,
        now=now(),
        by=staff_id(),
    )
    flash(_("已用回原来的数"), "good")
    return redirect(url_for("menus.ingredient", ingredient_id=ingredient_id))


@blueprint.get("/ingredients.<any(xlsx, csv):kind>")
@allow(Role.KITCHEN, Role.MANAGER)
def ingredient_file(kind: str) -> Any:
    """The table as this site knows it, in the form the import takes."""
    headings = [larder_words.heading(field) for field in HEADINGS]
    own = queries.own_values(db.session(), current_site().id)
    rows = [_file_row(row, own.get(row.id, {})) for row in all_ingredients(db.session())]
    name = {"Content-Disposition": f'attachment; filename="ingredients.{kind}"'}
    if kind == "csv":
        return Response(write_csv(headings, rows), mimetype="text/csv", headers=name)
    data = write_xlsx([Sheet(_("食材表"), headings, rows)])
    return Response(data, mimetype=XLSX, headers=name)


@blueprint.get("/ingredients/import")
@allow(Role.KITCHEN, Role.MANAGER)
def ingredient_import() -> Any:
    """Choose a table of ingredients."""
    return PAGE.choose()


@blueprint.post("/ingredients/import-previews")
@allow(Role.KITCHEN, Role.MANAGER)
def ingredient_preview() -> Any:
    """What a table would change, row by row."""
    return PAGE.preview()


@blueprint.post("/ingredients/imports")
@allow(Role.KITCHEN, Role.MANAGER)
def ingredient_imports() -> Any:
    """Take the previewed table, all of it or nothing."""
    return PAGE.taken()


PAGE = ImportPage(
    template="menus/ingredient_import.html",
    back="menus.ingredients",
    read=lambda parcel: importing.preview_ingredients(
        db.session(), site_id=current_site().id, data=parcel.data, filename=parcel.filename
    ),
    take=lambda parcel: importing.import_ingredients(
        site_id=current_site().id, data=parcel.data, filename=parcel.filename,
        now=now(), by=staff_id(),
    ),
    done=lambda new, changed: _("新增 %(new)s 种，修改 %(changed)s 种", new=new, changed=changed),
)  # fmt: skip


def _ingredient_page(
    form: IngredientForm, row: Ingredient | None, own: dict[str, OwnValue], refusal: Refusal | None
) -> str:
    seen = {}
    if row is not None:
        shared, shipped = queries.facts_of(row), shipped_ingredient(row.name)
        seen = {
            field: seen_value(field, shared, row.source, shipped, own.get(field))
            for field in FIELDS
        }
    return render_template(
        "menus/ingredient.html",
        form=form,
        row=row,
        seen=seen,
        table=next((one for one in seen.values() if one.origin == "table"), None),
        nutrients=NUTRIENTS,
        lists=LISTS,
        lw=larder_words,
        said=say(refusal) if refusal else None,
    )


def _own(row: Ingredient | None) -> dict[str, OwnValue]:
    if row is None:
        return {}
    return queries.own_values(db.session(), current_site().id, [row.id]).get(row.id, {})


def _effective(row: Ingredient | None, own: dict[str, OwnValue]) -> dict[str, Any]:
    """What a form begins with: the site's own values over the shared ones."""
    if row is None:
        return {}
    facts = with_own(queries.facts_of(row), own)
    values = {field: value_in(facts, field) for field in FIELDS}
    lists = {field: sorted(values[field]) for field in LISTS}
    shared = {name: getattr(row, name) for name in ingredient_actions.SHARED}
    return {**shared, **values, **lists}


def _file_row(row: Ingredient, own: dict[str, OwnValue]) -> list[Any]:
    facts = with_own(queries.facts_of(row), own)
    english = is_english()

    def cell(field: str) -> Any:
        if field in ("name", "name_en", "synonyms", "source"):
            return getattr(row, field)
        if field == "food_group":
            return larder_words.group_word(row.food_group) if row.food_group else ""
        value = value_in(facts, field)
        if field in LISTS:
            words = larder_words.value_words(field, value)
            return words.replace("、", "；").replace(", ", "; ")
        if value is None:  # said where the site says so, else blank as in any table
            return ("unknown" if english else "不知道") if field in own else None
        return Fen(value) if field == "price_fen_per_kg" else value

    return [cell(field) for field in HEADINGS]
