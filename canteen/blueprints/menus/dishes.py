"""The library: finding dishes, changing them, and the picker's list."""

from datetime import date
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.filters import is_english, named, yuan
from canteen.blueprints.menus import larder_words, words
from canteen.blueprints.menus.forms import DishForm, recipe_rows
from canteen.blueprints.menus.views import blueprint, monday_or_404
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.foundation.wording import Refusal, say
from canteen.menus import cooking, queries
from canteen.menus.categories import CATEGORIES
from canteen.menus.ingredients import plain_number
from canteen.menus.merging import other_names
from canteen.menus.models import Dish
from canteen.menus.nutrition import RecipeLine, allergens_of, cost_of, nutrition_of
from canteen.menus.rating_queries import tallies
from canteen.sites import queries as sites
from canteen.staff.rules import Role

SPARE_ROWS = 4


@blueprint.get("/dishes")
@allow(Role.KITCHEN, Role.MANAGER)
def dishes() -> Any:
    """The library, by name, pinyin or kind."""
    asked: dict[str, Any] = {
        "text": request.args.get("q", "")[:40],
        "category": request.args.get("category", ""),
        "to_confirm": request.args.get("to_confirm") == "1",
    }
    found = queries.dishes(db.session(), page=page_number(request.args.get("page")), **asked)
    votes = tallies(db.session(), current_site().id, [row.id for row in found.rows])
    return render_template(
        "menus/dishes.html",
        found=found,
        asked=asked,
        kinds=CATEGORIES,
        votes=votes,
        lw=larder_words,
    )


@blueprint.get("/menus/<week>/choices")
@allow(Role.KITCHEN, Role.MANAGER)
def dish_choices(week: str) -> Any:
    """Dishes for the picker, and where each stands in this week already."""
    monday = monday_or_404(week)
    kinds = [code for code in request.args.get("category", "").split(",") if code in CATEGORIES]
    session, site_id = db.session(), current_site().id
    found, more = queries.choices(session, text=request.args.get("q", "")[:40], categories=kinds)
    uses = queries.uses_in_week(
        session, site_id=site_id, monday=monday, dish_ids=[one.id for one in found]
    )
    periods = {one.code: named(one) for one in sites.periods(session, site_id)}
    rows = [
        {
            "id": one.id,
            "name": named(one),
            "about": f"{words.category_word(one.category)}　{yuan(one.price_fen)}",
            "standing": _standing(uses.get(one.id, []), periods)
            if one.category not in queries.DEFAULT_WINDOWS
            else "",
        }
        for one in found
    ]
    return jsonify(dishes=rows, more=more)


@blueprint.route("/dishes/new", methods=["GET", "POST"], defaults={"dish_id": None})
@blueprint.route("/dishes/<int:dish_id>", methods=["GET", "POST"])
@allow(Role.KITCHEN, Role.MANAGER)
def dish(dish_id: int | None) -> Any:
    """Add or change a dish; what it holds and costs stands beside it."""
    row = None if dish_id is None else queries.dish(db.session(), dish_id)
    if dish_id is not None and row is None:
        abort(404)
    form = _dish_form(row)
    if request.method == "GET":
        return _dish_page(form, row, _rows_of(row), [])
    lines, rows = recipe_rows(request.form.getlist("ingredient"), request.form.getlist("grams"))
    if not form.validate_on_submit() or any(mistake for _name, _grams, mistake in rows):
        return _dish_page(form, row, rows, []), 422
    saved = cooking.save_dish(dish_id=dish_id, values=form.values(lines), now=now(), by=staff_id())
    if not isinstance(saved, int):
        return _dish_page(form, row, rows, saved), 422
    flash(_("已保存"), "good")
    return redirect(url_for("menus.dish", dish_id=saved))


def _dish_form(row: Dish | None) -> DishForm:
    values = {}
    if row is not None:
        values = {
            "seasons": queries.words(row.season),
            "tags": queries.words(row.tags),
            "periods": queries.words(row.periods),
            "equipment": queries.words(row.equipment),
        }
    form = DishForm(obj=row, data=values)
    periods = {one.code: named(one) for one in sites.periods(db.session(), current_site().id)}
    elsewhere = {code: code for code in (queries.words(row.periods) if row else ())}
    form.fill_choices(list({**periods, **elsewhere, **periods}.items()))
    for name, value in values.items():
        if request.method == "GET":
            form[name].data = list(value)
    return form


def _dish_page(
    form: DishForm,
    row: Dish | None,
    rows: list[tuple[str, str, str]],
    refusals: list[Refusal],
) -> str:
    lines = [
        RecipeLine(ingredient=line.ingredient.name, grams=line.grams)
        for line in (row.recipe if row else ())
    ]
    session, site_id = db.session(), current_site().id
    facts = queries.ingredient_facts(session, site_id, [line.ingredient for line in lines])
    known = queries.known_ingredients(session)
    return render_template(
        "menus/dish.html",
        form=form,
        dish=row,
        rows=[*rows, *[("", "", "")] * SPARE_ROWS],
        refusals=[(refusal, say(refusal)) for refusal in refusals],
        ingredients=sorted(set(known.values())),
        nutrition=nutrition_of(lines, facts) if lines else None,
        cost=cost_of(lines, facts) if lines else None,
        allergens=allergens_of(lines, facts) if lines else None,
        joiner=", " if is_english() else "、",
        votes=tallies(session, site_id, [row.id]).get(row.id) if row else None,
        other_names=other_names(session, row.id) if row else (),
        lw=larder_words,
    )


def _rows_of(row: Dish | None) -> list[tuple[str, str, str]]:
    lines = row.recipe if row else ()
    return [(line.ingredient.name, plain_number(line.grams), "") for line in lines]


def _standing(uses: list[tuple[date, str]], periods: dict[str, str]) -> str:
    if not uses:
        return ""
    meals = dict.fromkeys(words.meal_word(day, periods.get(code, code)) for day, code in uses)
    joined = (", " if is_english() else "、").join(meals)
    return "✕ " + _("%(where)s已经有了", where=joined)
