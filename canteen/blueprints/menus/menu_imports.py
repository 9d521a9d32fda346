"""Menus as other kitchens print them: read, every new dish looked at, then put into a week."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, roles_here, today
from canteen.blueprints.filters import is_english, named
from canteen.blueprints.menus import words
from canteen.blueprints.menus.parcels import Parcel, sent_file
from canteen.blueprints.menus.views import blueprint
from canteen.foundation.calendar import parse_week, week_name, week_of
from canteen.foundation.database import db
from canteen.foundation.money import parse_yuan, yuan
from canteen.foundation.wording import Refusal, Said, say
from canteen.menus import queries
from canteen.menus.dish_reading import read_recipe
from canteen.menus.dishes import TO_CONFIRM, DishValues, canonical_of, problems_of
from canteen.menus.likeness import NearNames
from canteen.menus.menu_check import check_entries
from canteen.menus.menu_importing import MenuPreview, Reviewed, import_menu, preview_menu
from canteen.menus.printed import read_printed_menu
from canteen.sites import queries as sites
from canteen.sites.usual_meals import usual_name
from canteen.staff.rules import Role


@dataclass(frozen=True, kw_only=True)
class NewDish:
    """A dish the library lacks, on the page where a person looks at it: `recipe` and `price` as
    they are typed, `near` the dishes it may be under another name, `same_as` the one chosen."""

    values: DishValues
    price: str
    recipe: str
    confirmed: bool = False
    same_as: int | None = None
    near: tuple[tuple[int, str], ...] = ()
    mistakes: tuple[Said, ...] = field(default=())


@blueprint.get("/menus/import")
@allow(Role.KITCHEN, Role.MANAGER)
def menu_import() -> Any:
    """Choose a printed menu and the week it is for."""
    return _menu_page(None, asked_week=request.args.get("week", ""))


@blueprint.post("/menus/import-previews")
@allow(Role.KITCHEN, Role.MANAGER)
def menu_preview() -> Any:
    """What a printed menu means here: dishes to make, repeats, what could not be read."""
    parcel = sent_file()
    if isinstance(parcel, Refusal):
        return _menu_page(parcel), 422
    return _review(parcel, None)


@blueprint.post("/menus/imports")
@allow(Role.KITCHEN, Role.MANAGER)
def menu_imports() -> Any:
    """Put the reviewed menu into its week, all of it or nothing."""
    parcel = sent_file()
    if isinstance(parcel, Refusal):
        return _menu_page(parcel), 422
    monday = _asked_monday()
    menu = read_printed_menu(parcel.data, parcel.filename, near=monday)
    preview = preview_menu(db.session(), site_id=current_site().id, menu=menu, monday=monday)
    if isinstance(preview, Refusal):
        return _review(parcel, None)
    create = request.form.get("create") == "1"
    new = _looked_at(preview) if create else []
    if any(dish.mistakes for dish in new):
        return _review(parcel, None, new), 422
    done = import_menu(
        site_id=current_site().id,
        menu=menu,
        monday=monday,
        create=create,
        replace=request.form.get("replace") == "1",
        reviewed=_reviewed(new),
        open_meals=request.form.get("meals") == "1" and _may_open_meals(),
    )
    if isinstance(done, Refusal):
        return _review(parcel, done, new or None)
    flash(
        _("导入 %(changed)s 格，新建 %(new)s 道菜", changed=done.changed, new=done.created), "good"
    )
    return redirect(url_for("menus.week", week=week_name(done.mondays[0])))


def _review(parcel: Parcel, refusal: Refusal | None, new: list[NewDish] | None = None) -> Any:
    monday = _asked_monday()
    menu = read_printed_menu(parcel.data, parcel.filename, near=monday)
    preview = preview_menu(db.session(), site_id=current_site().id, menu=menu, monday=monday)
    if isinstance(preview, Refusal):
        problems = [say(problem) for problem in menu.problems[1:]]
        return _menu_page(preview, problems=problems), 422
    periods = sites.periods(db.session(), current_site().id)
    page = render_template(
        "menus/menu_import.html",
        said=say(refusal) if refusal else None,
        preview=preview,
        report=check_entries(menu.entries),
        parcel=parcel,
        chosen=week_name(monday),
        weeks=_weeks(),
        problems=[],
        days=preview.entries,
        periods=_usual_names(preview.meals) | {one.code: named(one) for one in periods},
        may_open_meals=_may_open_meals(),
        new=_guessed(preview) if new is None else new,
        known=sorted(set(queries.known_ingredients(db.session()).values())),
    )
    return (page, 422) if refusal else page


def _menu_page(
    refusal: Refusal | None, *, asked_week: str = "", problems: list[Any] | None = None
) -> str:
    return render_template(
        "menus/menu_import.html",
        said=say(refusal) if refusal else None,
        preview=None,
        problems=problems or [],
        chosen=asked_week or week_name(_asked_monday()),
        pasted=request.form.get("text", "")[:20_000],
        weeks=_weeks(),
    )


def _may_open_meals() -> bool:
    """Which meals a canteen serves is its manager's to say."""
    return bool(roles_here() & {Role.MANAGER, Role.ADMINISTRATOR})


def _usual_names(codes: Iterable[str]) -> dict[str, str]:
    return {code: usual_name(code)[is_english()] for code in codes}


def _guessed(preview: MenuPreview) -> list[NewDish]:
    """Every new dish as it was guessed, with dishes of the library it may be."""
    if not preview.unknown:
        return []
    names = NearNames(queries.dish_names(db.session()))
    return [
        NewDish(
            values=dish,
            price=yuan(dish.price_fen),
            recipe=_recipe_text(dish),
            near=tuple(names.near(canonical_of(dish.name))),
        )
        for dish in preview.unknown
    ]


def _looked_at(preview: MenuPreview) -> list[NewDish]:
    """Every new dish as a person left it on the page, with what is wrong with it.

    Rows are found by their name, so that a page of another file changes nothing here.
    """
    form = request.form
    rows = {canonical_of(form[key]): key[4:] for key in form if key.startswith("new-")}
    known = queries.known_ingredients(db.session())
    return [
        _as_typed(dish, rows[canonical_of(dish.values.name)], known)
        if canonical_of(dish.values.name) in rows
        else dish
        for dish in _guessed(preview)
    ]


def _as_typed(dish: NewDish, row: str, known: Mapping[str, str]) -> NewDish:
    form = request.form
    problems: list[Refusal] = []
    price_text = form.get(f"price-{row}", "").strip()
    recipe_text = form.get(f"recipe-{row}", "")[:2000]
    confirmed = form.get(f"confirmed-{row}") == "1"
    try:
        price = parse_yuan(price_text) if price_text else 0
    except ValueError:
        price = 0
        problems.append(Refusal("dish_price_text", {"value": price_text[:20]}))
    values = replace(
        dish.values,
        category=form.get(f"category-{row}", ""),
        method=form.get(f"method-{row}", ""),
        price_fen=price,
        recipe=read_recipe(recipe_text, known, problems),
        tags=() if confirmed else (TO_CONFIRM,),
    )
    same = form.get(f"same-{row}", "")
    same_as = next((number for number, _name in dish.near if str(number) == same), None)
    if same_as is None:
        problems += problems_of(values, known)
    return replace(
        dish,
        values=values,
        price=price_text[:20],
        recipe=recipe_text,
        confirmed=confirmed,
        same_as=same_as,
        mistakes=tuple(say(problem) for problem in problems) if same_as is None else (),
    )


def _reviewed(new: list[NewDish]) -> Reviewed:
    return Reviewed(
        made={canonical_of(dish.values.name): dish.values for dish in new},
        same_as={
            canonical_of(dish.values.name): dish.same_as for dish in new if dish.same_as is not None
        },
    )


def _recipe_text(dish: DishValues) -> str:
    return "；".join(f"{line.ingredient}:{line.grams:g}" for line in dish.recipe)


def _asked_monday() -> Any:
    try:
        return parse_week(request.form.get("week", ""))
    except ValueError:
        return week_of(today())[0]


def _weeks() -> list[tuple[str, str]]:
    """The weeks a menu is usually for: four back to eight ahead."""
    first = week_of(today())[0]
    mondays = [first + timedelta(days=7 * number) for number in range(-4, 9)]
    return [(week_name(one), words.short_day(one)) for one in mondays]
