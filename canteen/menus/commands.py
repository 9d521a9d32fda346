"""``canteen menus``: check a printed menu, take one in, load the library we ship."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
from flask import Flask
from flask_babel import Babel
from sqlalchemy import select

from canteen.foundation.calendar import parse_week, service_date, week_name
from canteen.foundation.database import db
from canteen.foundation.spreadsheet_wording import SENTENCES as SPREADSHEETS
from canteen.foundation.spreadsheets.reading import MAX_BYTES
from canteen.foundation.terminal import complain
from canteen.foundation.wording import Refusal, lend_sentences
from canteen.menus import cooking
from canteen.menus.day_words import PERIOD_WORDS
from canteen.menus.library import library_dishes
from canteen.menus.library_wording import SENTENCES as LIBRARY
from canteen.menus.menu_check import check_entries
from canteen.menus.menu_importing import import_menu
from canteen.menus.name_renewal import renew_names
from canteen.menus.names import canonical_name
from canteen.menus.page_wording import SENTENCES as PAGES
from canteen.menus.printed import PrintedMenu, read_printed_menu
from canteen.menus.repeats import PlacedDish
from canteen.menus.wording import SENTENCES as MENUS
from canteen.sites.models import Site
from canteen.sites.usual_meals import usual_name

FOUND, UNREADABLE = 1, 2
_WEEKDAYS = "一二三四五六日"
_ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@click.group("menus", short_help="菜和一周菜单 / dishes and weekly menus")
def menus() -> None:
    """Dishes and weekly menus."""


@menus.command(short_help="查重复的菜 / name each repeat of a printed menu")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Name each repeat of a printed menu with its days. Exit 1 if there is one, 2 if unreadable.

    Needs no database.
    """
    with _sentences():
        menu = _read(file, near=datetime.now(UTC).date())
        for problem in menu.problems or (() if menu.entries else (Refusal("import_empty"),)):
            complain(problem)
        if not menu.entries:
            sys.exit(UNREADABLE)
        known = {canonical_name(dish.name): dish.category for dish in library_dishes()}
        report = check_entries(menu.entries, categories=known)
    found = len(report.repeats)
    click.echo(
        f"{file.name}：{report.dishes} 道菜，{found} 道重复"
        f" / dishes: {report.dishes}, repeats: {found}"
    )
    for repeat in report.repeats:
        zh, en = _meals(repeat.places)
        click.echo(f"重复 {'／'.join(repeat.names)}：{zh} / repeated: {en}")
    for near in report.near_duplicates:
        names = dict.fromkeys(f"{place.name}（{_meal(place)[0]}）" for place in near.places)
        click.echo(f"相近 {'、'.join(names)} / alike: {_meals(near.places)[1]}")
    sys.exit(FOUND if report.repeats else 0)


@menus.command("import", short_help="导入一周菜单 / take a printed menu into a draft")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--site", "site_code", help="Code of the canteen; not needed if there is one.")
@click.option("--week", help="The week a menu without dates is for: 2026-W48. Else this week.")
@click.option("--create", is_flag=True, help="Make what is missing: dishes, to confirm, and meals.")
@click.option("--replace", is_flag=True, help="Replace other dishes that stand in these meals.")
def import_file(
    file: Path, site_code: str | None, week: str | None, create: bool, replace: bool
) -> None:
    """Take a printed menu (CSV, text or xlsx) into a week as a draft. All of it or nothing."""
    with _application():
        site = _site(site_code)
        monday = _monday(week, site)
        menu = _read(file, near=monday)
        for problem in menu.problems:
            complain(problem)
        if menu.problems:
            sys.exit(UNREADABLE)
        done = import_menu(
            site_id=site.id,
            menu=menu,
            monday=monday,
            create=create,
            replace=replace,
            open_meals=create,
        )
        if isinstance(done, Refusal):
            complain(done)
            if done.code == "import_unknown_dishes":
                click.echo(
                    "加 --create 可按名称新建，并标为“待确认”。\n"
                    "--create makes them from their names, to be confirmed.",
                    err=True,
                )
            elif done.code == "import_period":
                click.echo(
                    "加 --create 可加上常见的餐次（早餐、午点等）和没有的菜。\n"
                    "--create adds usual meals (breakfast, snack …) and missing dishes.",
                    err=True,
                )
            sys.exit(FOUND)
    if done.meals:
        zh, en = zip(*(usual_name(code) for code in done.meals), strict=True)
        click.echo(
            f"新增餐次：{'、'.join(zh)}。时间是常见的，请在设置里核对。\n"
            f"Meals added: {', '.join(en)}, at usual hours: check them in the settings."
        )
    weeks = "、".join(week_name(one) for one in done.mondays)
    click.echo(
        f"{weeks}：{done.changed} 格有变化，新建 {done.created} 道菜"
        f" / places changed: {done.changed}, dishes made: {done.created}"
    )


@menus.command("load-library", short_help="装入自带的菜和食材 / add the dishes that come along")
def load_library() -> None:
    """Add the ingredients and dishes that come with the program. Harmless twice."""
    with _application():
        ingredients, dishes = cooking.load_shipped_library()
    click.echo(
        f"新增 {ingredients} 种食材，{dishes} 道菜"
        f" / added: ingredients {ingredients}, dishes {dishes}"
    )


@menus.command(short_help="电脑排菜 / plan weeks by computer")
@click.option("--week", help="The first week: 2026-W48. Else this week.")
@click.option("--weeks", type=int, default=1, show_default=True, help="How many, 1 to 4.")
@click.option("--site", "site_code", help="Code of the canteen; not needed if there is one.")
@click.option("--period", "periods", multiple=True, help="A meal, such as lunch. Else all.")
@click.option("--seconds", type=int, help="How long to look, 2 to 120. Else as the site says.")
@click.option("--keep", is_flag=True, help="Keep what stands, fill only empty places.")
@click.option("--dry-run", is_flag=True, help="Show the plan, leave the draft as it is.")
def plan(
    week: str | None,
    weeks: int,
    site_code: str | None,
    periods: tuple[str, ...],
    seconds: int | None,
    keep: bool,
    dry_run: bool,
) -> None:
    """Plan weeks by computer and put them into the draft. Pinned dishes stay.

    Exit 1 when the rules cannot all hold (says which, and ways out), 2 for unusable input.
    """
    from canteen.menus.plan_commands import plan_weeks

    with _application():
        site = _site(site_code)
        code = plan_weeks(
            site,
            monday=_monday(week, site),
            weeks=weeks,
            periods=periods,
            seconds=seconds,
            keep=keep,
            dry_run=dry_run,
        )
    sys.exit(code)


@contextmanager
def _application() -> Iterator[None]:
    from canteen import create_app
    from canteen.foundation import storage

    app = create_app()
    with app.app_context(), app.test_request_context():
        storage.upgrade_database()
        renew_names()
        yield


@contextmanager
def _sentences() -> Iterator[None]:
    """Enough of an application to say refusals: no data folder, no database."""
    app = Flask("canteen")
    Babel(app, default_locale="zh_Hans_CN")
    for book in (MENUS, LIBRARY, PAGES, SPREADSHEETS):
        lend_sentences(book)
    with app.test_request_context():
        yield


def _read(file: Path, *, near: date | None = None) -> PrintedMenu:
    """The menu in a file; a missing, unreadable or huge one ends the command with 2."""
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            megabytes = 1024**2
            facts = {"size_mb": -(-size // megabytes), "limit_mb": MAX_BYTES // megabytes}
            complain(Refusal("sheet_too_big", {"name": file.name[-60:], **facts}))
            sys.exit(UNREADABLE)
        return read_printed_menu(file.read_bytes(), file.name, near=near)
    except OSError as error:
        click.echo(f"打不开文件 / cannot open “{file.name}”: {error.strerror}", err=True)
        sys.exit(UNREADABLE)


def _site(code: str | None) -> Site:
    sites = db.session.scalars(select(Site).order_by(Site.id)).all()
    chosen = [site for site in sites if code is None or site.code == code]
    if len(chosen) != 1:
        codes = "、".join(site.code for site in sites) or "还没有食堂 / there is none yet"
        click.echo(f"请用 --site 指明食堂代号 / name the canteen with --site: {codes}", err=True)
        sys.exit(UNREADABLE)
    return chosen[0]


def _monday(week: str | None, site: Site) -> date:
    if week is None:
        today = service_date(datetime.now(UTC), site.time_zone)
        return today - timedelta(days=today.weekday())
    try:
        return parse_week(week)
    except ValueError:
        click.echo(
            f"--week “{week}”不是一周，请写成 2026-W48 / is no week, write it as 2026-W48", err=True
        )
        sys.exit(UNREADABLE)


def _meals(places: Iterable[PlacedDish]) -> tuple[str, str]:
    """The meals of places, each once, in Chinese and English."""
    zh, en = zip(*(_meal(place) for place in places), strict=True)
    return "、".join(dict.fromkeys(zh)), ", ".join(dict.fromkeys(en))


def _meal(place: PlacedDish) -> tuple[str, str]:
    """``周一午餐``, ``Mon lunch``; with its date or week where the menu says it."""
    if isinstance(place.day, date):
        zh_before = en_before = f"{place.day.isoformat()} "
        weekday = place.day.weekday()
    else:
        week, weekday = divmod(place.day, 7)
        zh_before = f"第{week + 1}周" if week else ""
        en_before = f"week {week + 1} " if week else ""
    period = PERIOD_WORDS.get(place.period, (place.period,))[0]
    zh = f"{zh_before}周{_WEEKDAYS[weekday]}{period}"
    return zh, f"{en_before}{_ENGLISH_DAYS[weekday]} {place.period}"
