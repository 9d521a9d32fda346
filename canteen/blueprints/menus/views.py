"""The week's grid: seeing it, filling its places, publishing it."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow, signed_in
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.flashes import back_to
from canteen.blueprints.menus import meters, words
from canteen.blueprints.menus.grid import Change, day_or_404, grid_facts, wants_json
from canteen.blueprints.menus.grid import monday_or_404 as monday_or_404
from canteen.foundation.calendar import week_name
from canteen.foundation.wording import Refusal
from canteen.menus import actions
from canteen.staff.rules import Role

blueprint = Blueprint("menus", __name__)


@blueprint.app_context_processor
def words_of_menus() -> dict[str, Any]:
    """Words every template of the room needs."""
    return {"menu_words": words, "meter_words": meters}


@blueprint.get("/menus")
@signed_in
def this_week() -> Any:
    """The week it is at the site."""
    return redirect(url_for("menus.week", week=week_name(today())))


@blueprint.get("/menus/<week>")
@signed_in
def week(week: str) -> Any:
    """The grid of a week: to fill for the kitchen, to read for everybody else."""
    monday = monday_or_404(week)
    return render_template("menus/week.html", **grid_facts(monday))


@blueprint.post("/menus/<week>/days/<day>/clearing")
@allow(Role.KITCHEN, Role.MANAGER)
def day_clearing(week: str, day: str) -> Any:
    """Empty a day."""
    monday, cleared = monday_or_404(week), day_or_404(week, day)
    change = Change(monday, days=(cleared,))
    refusal = actions.clear_day(site_id=current_site().id, day=cleared)
    if wants_json():
        return change.answer(refusal)
    return _back(monday, refusal, _("已清空%(day)s", day=words.weekday(cleared)))


@blueprint.post("/menus/<week>/copies")
@allow(Role.KITCHEN, Role.MANAGER)
def copies(week: str) -> Any:
    """Fill the empty places from the week before."""
    monday = monday_or_404(week)
    change = Change(monday)
    filled = actions.copy_week(site_id=current_site().id, monday=monday)
    refusal = filled if isinstance(filled, Refusal) else None
    if wants_json():
        return change.answer(refusal)
    return _back(monday, refusal, _("从上一周填入 %(count)s 格", count=filled))


@blueprint.post("/menus/<week>/publication")
@allow(Role.KITCHEN, Role.MANAGER)
def publication(week: str) -> Any:
    """Make a week public and freeze it."""
    monday = monday_or_404(week)
    refusal = actions.publish_week(
        site_id=current_site().id, monday=monday, now=now(), by=staff_id()
    )
    return _back(monday, refusal, _("菜单已公布"))


@blueprint.post("/menus/default-slots")
@allow(Role.KITCHEN, Role.MANAGER)
def default_slots() -> Any:
    """Give the site's grid its usual rows."""
    actions.make_default_slots(site_id=current_site().id)
    return redirect(url_for("menus.this_week"))


def _back(monday: date, refusal: Refusal | None, done: str) -> Any:
    return back_to(url_for("menus.week", week=week_name(monday)), refusal, done)
