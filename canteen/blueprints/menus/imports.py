"""The library as a workbook, out and in."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.filters import is_english, named
from canteen.blueprints.menus import larder_words, words
from canteen.blueprints.menus.import_pages import ImportPage
from canteen.blueprints.menus.views import blueprint
from canteen.foundation.database import db
from canteen.foundation.spreadsheets import Fen, Sheet, write_xlsx
from canteen.menus import importing, queries
from canteen.menus.categories import PERIODS
from canteen.menus.dish_words import HEADINGS, PERIOD_NAMES
from canteen.menus.ingredients import plain_number
from canteen.menus.models import Dish
from canteen.sites import queries as sites
from canteen.staff.rules import Role

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/dishes.xlsx")
@allow(Role.KITCHEN, Role.MANAGER)
def dish_file() -> Any:
    """The whole library, in the form the import takes."""
    headings = [pair[1] if is_english() else pair[0] for pair in HEADINGS.values()]
    session = db.session()
    meals = {one.code: named(one) for one in sites.periods(session, current_site().id)}
    rows = [_file_row(dish, meals) for dish in queries.all_dishes(session)]
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


PAGE = ImportPage(
    template="menus/dish_import.html",
    back="menus.dishes",
    read=lambda parcel: importing.preview_dishes(db.session(), parcel.data, parcel.filename),
    take=lambda parcel: importing.import_dishes(
        data=parcel.data, filename=parcel.filename, now=now(), by=staff_id()
    ),
    done=lambda new, changed: _("新增 %(new)s 道，修改 %(changed)s 道", new=new, changed=changed),
)


def _file_row(dish: Dish, meals: Mapping[str, str]) -> list[Any]:
    values = importing.values_of(dish)
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
