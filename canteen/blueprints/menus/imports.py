"""The library as a workbook, out and in."""

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, render_template, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.filters import is_english, named
from canteen.blueprints.intake_jobs import begin, taken_up_or_404
from canteen.blueprints.menus import larder_words, large_imports, words
from canteen.blueprints.menus.import_pages import ImportPage
from canteen.blueprints.menus.views import blueprint
from canteen.foundation.database import db
from canteen.foundation.money import yuan
from canteen.foundation.spreadsheets import Fen, Sheet, write_xlsx
from canteen.foundation.wording import Refusal
from canteen.menus import importing, queries
from canteen.menus.categories import PERIODS
from canteen.menus.dish_reading import ImportRow, values_of
from canteen.menus.dish_words import HEADINGS, PERIOD_NAMES
from canteen.menus.dishes import DishValues
from canteen.menus.ingredients import plain_number
from canteen.sites import queries as sites
from canteen.staff.rules import Role

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/dishes.xlsx")
@allow(Role.KITCHEN, Role.MANAGER)
def dish_file() -> Any:
    """The whole library, in the form the import takes."""
    headings = [pair[1] if is_english() else pair[0] for pair in HEADINGS.values()]
    session, meals = db.session(), _meal_names()
    rows = [_cells(values_of(dish), meals) for dish in queries.all_dishes(session)]
    data = write_xlsx([Sheet(_("菜品库"), headings, rows)])
    name = {"Content-Disposition": 'attachment; filename="dishes.xlsx"'}
    return Response(data, mimetype=XLSX, headers=name)


@blueprint.get("/dishes/import")
@allow(Role.KITCHEN, Role.MANAGER)
def dish_import() -> Any:
    """Choose a file of dishes."""
    return PAGE.choose()


@blueprint.post("/dishes/import-previews")
@allow(Role.KITCHEN, Role.MANAGER)
def dish_preview() -> Any:
    """What a file of dishes would do, row by row."""
    return PAGE.preview()


@blueprint.post("/dishes/imports")
@allow(Role.KITCHEN, Role.MANAGER)
def dish_imports() -> Any:
    """Take the previewed file, all of it or nothing."""
    return PAGE.taken()


@blueprint.get("/dishes/imports/<token>")
@allow(Role.KITCHEN, Role.MANAGER)
def kept_dishes(token: str) -> Any:
    """What a large file would do, as it was when it was read."""
    found = large_imports.preview_or_refusal(token)
    return PAGE.refused(found) if isinstance(found, Refusal) else PAGE.page(found, token=token)


@blueprint.post("/dishes/imports/<token>")
@allow(Role.KITCHEN, Role.MANAGER)
def kept_dishes_taken(token: str) -> Any:
    """Take a large file, all of it or nothing, where its progress is shown."""
    found = large_imports.DISHES.preview(token)
    if isinstance(found, Refusal):
        return PAGE.refused(found)
    return begin(large_imports.KIND, token)


@blueprint.post("/dishes/imports/<token>/removal")
@allow(Role.KITCHEN, Role.MANAGER)
def kept_dishes_removal(token: str) -> Any:
    """Forget a large file that is not wanted."""
    large_imports.DISHES.forget(token)
    return redirect(url_for("menus.dish_import"))


@blueprint.get("/dishes/imports/done/<int:job_id>")
@allow(Role.KITCHEN, Role.MANAGER)
def dishes_imported(job_id: int) -> Any:
    """What a large file has brought."""
    done = taken_up_or_404(job_id, large_imports.KIND, Role.KITCHEN, Role.MANAGER)
    return render_template("menus/dish_imported.html", done=done)


def _changes(row: ImportRow) -> list[tuple[str, str, str]]:
    """What a changed row changes, heading by heading, in the words of the file."""
    assert row.before is not None
    meals = _meal_names()
    headings = (pair[1] if is_english() else pair[0] for pair in HEADINGS.values())
    pairs = zip(headings, _cells(row.before, meals), _cells(row.values, meals), strict=True)
    return [(heading, _seen(old), _seen(new)) for heading, old, new in pairs if old != new]


def _seen(value: Any) -> str:
    return yuan(value.fen) if isinstance(value, Fen) else str(value) or _("空")


def _meal_names() -> dict[str, str]:
    return {one.code: named(one) for one in sites.periods(db.session(), current_site().id)}


PAGE = ImportPage(
    template="menus/dish_import.html",
    back="menus.dishes",
    read=lambda parcel: importing.preview_dishes(db.session(), parcel.data, parcel.filename),
    take=lambda parcel: importing.import_dishes(
        data=parcel.data, filename=parcel.filename, now=now(), by=staff_id()
    ),
    done=lambda new, changed: _("新增 %(new)s 道，修改 %(changed)s 道", new=new, changed=changed),
    changes=_changes,
    later=large_imports.later,
)


def _cells(values: DishValues, meals: Mapping[str, str]) -> list[Any]:
    english = is_english()
    joiner = "; " if english else "；"
    seasons = [str(words.SEASON_WORDS[code]) for code in values.seasons]
    tags = [str(words.TAG_WORDS.get(code, code)) for code in values.tags]
    periods = [_period_word(code, meals) for code in values.periods]
    recipe = [f"{line.ingredient}:{plain_number(line.grams)}" for line in values.recipe]
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
        joiner.join(larder_words.equipment_word(code) for code in values.equipment),
        _("是") if values.active else _("否"),
    ]


def _period_word(code: str, meals: Mapping[str, str]) -> str:
    names = dict(zip(PERIODS, PERIOD_NAMES, strict=True))
    return names[code][1 if is_english() else 0] if code in names else meals.get(code, code)
