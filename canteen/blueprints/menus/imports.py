"""Files in and out: the library as a workbook, and menus as other kitchens print them."""

from datetime import timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.filters import is_english, named
from canteen.blueprints.menus import words
from canteen.blueprints.menus.parcels import Parcel, sent_file
from canteen.blueprints.menus.views import blueprint
from canteen.foundation.calendar import parse_week, week_name, week_of
from canteen.foundation.database import db
from canteen.foundation.spreadsheets import Fen, Sheet, write_xlsx
from canteen.foundation.wording import Refusal, say
from canteen.menus import importing, queries
from canteen.menus.menu_check import check_entries
from canteen.menus.menu_importing import import_menu, preview_menu
from canteen.menus.models import Dish
from canteen.menus.printed import read_printed_menu
from canteen.sites import queries as sites
from canteen.staff.rules import Role

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_ROWS = 200


@blueprint.get("/dishes.xlsx")
@allow(Role.KITCHEN, Role.MANAGER)
def dish_file() -> Any:
    """The whole library, in the form the import takes."""
    headings = [pair[1] if is_english() else pair[0] for pair in importing.HEADINGS.values()]
    rows = [_file_row(dish) for dish in queries.all_dishes(db.session())]
    data = write_xlsx([Sheet(_("菜品库"), headings, rows)])
    name = {"Content-Disposition": 'attachment; filename="dishes.xlsx"'}
    return Response(data, mimetype=XLSX, headers=name)


@blueprint.get("/dishes/import")
@allow(Role.KITCHEN, Role.MANAGER)
def dish_import() -> Any:
    """Choose a file of dishes."""
    return render_template("menus/dish_import.html", said=None, preview=None)


@blueprint.post("/dishes/import-previews")
@allow(Role.KITCHEN, Role.MANAGER)
def dish_preview() -> Any:
    """What a file of dishes would do, row by row."""
    parcel = sent_file()
    if isinstance(parcel, Refusal):
        return _no_dishes(parcel)
    preview = importing.preview_dishes(db.session(), parcel.data, parcel.filename)
    if isinstance(preview, Refusal):
        return _no_dishes(preview)
    mistakes = [
        (row, [say(problem) for problem in row.problems])
        for row in preview.problem_rows[:SHOWN_ROWS]
    ]
    return render_template(
        "menus/dish_import.html", said=None, preview=preview, parcel=parcel, mistakes=mistakes
    )


@blueprint.post("/dishes/imports")
@allow(Role.KITCHEN, Role.MANAGER)
def dish_imports() -> Any:
    """Take the previewed file, all of it or nothing."""
    parcel = sent_file()
    if isinstance(parcel, Refusal):
        return _no_dishes(parcel)
    done = importing.import_dishes(
        data=parcel.data, filename=parcel.filename, now=now(), by=staff_id()
    )
    if isinstance(done, Refusal):
        return _no_dishes(done)
    flash(_("新增 %(new)s 道，修改 %(changed)s 道", new=done[0], changed=done[1]), "good")
    return redirect(url_for("menus.dishes"))


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
    done = import_menu(
        site_id=current_site().id,
        menu=read_printed_menu(parcel.data, parcel.filename),
        monday=_asked_monday(),
        create=request.form.get("create") == "1",
        replace=request.form.get("replace") == "1",
    )
    if isinstance(done, Refusal):
        return _review(parcel, done)
    flash(
        _("导入 %(changed)s 格，新建 %(new)s 道菜", changed=done.changed, new=done.created), "good"
    )
    return redirect(url_for("menus.week", week=week_name(done.mondays[0])))


def _review(parcel: Parcel, refusal: Refusal | None) -> Any:
    menu = read_printed_menu(parcel.data, parcel.filename)
    monday = _asked_monday()
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
        periods={one.code: named(one) for one in periods},
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
        weeks=_weeks(),
    )


def _no_dishes(refusal: Refusal) -> Any:
    return render_template("menus/dish_import.html", said=say(refusal), preview=None), 422


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


def _file_row(dish: Dish) -> list[Any]:
    values = importing.values_of(dish)
    english = is_english()
    joiner = "; " if english else "；"
    seasons = [str(words.SEASON_WORDS[code]) for code in values.seasons]
    tags = [str(words.TAG_WORDS.get(code, code)) for code in values.tags]
    periods = [_period_word(code) for code in values.periods]
    recipe = [f"{line.ingredient}:{line.grams:g}" for line in values.recipe]
    return [
        values.name,
        values.name_en,
        words.category_word(values.category),
        words.method_word(values.method),
        Fen(values.price_fen),
        joiner.join(recipe),
        str(words.TEXTURE_WORDS[values.texture]),
        joiner.join(seasons),
        joiner.join(tags),
        joiner.join(periods),
        _("是") if values.active else _("否"),
    ]


def _period_word(code: str) -> str:
    names = dict(zip(importing.PERIODS, importing.PERIOD_NAMES, strict=True))
    return names[code][1 if is_english() else 0] if code in names else code
