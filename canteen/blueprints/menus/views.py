"""The week's grid: seeing it, filling its places, publishing it."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from canteen.blueprints.access import allow, signed_in
from canteen.blueprints.context import current_site, now, roles_here, staff_id, today
from canteen.blueprints.menus import words
from canteen.foundation.calendar import parse_week, week_name
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.menus import actions, queries
from canteen.menus.plan import WeekPlan
from canteen.staff.rules import Role

blueprint = Blueprint("menus", __name__)

EDITORS = frozenset({Role.KITCHEN, Role.MANAGER, Role.ADMINISTRATOR})


@blueprint.app_context_processor
def words_of_menus() -> dict[str, Any]:
    """Words every template of the room needs."""
    return {"menu_words": words}


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
    plan = queries.week_plan(db.session(), site_id=current_site().id, monday=monday)
    return render_template("menus/week.html", **_grid(plan))


@blueprint.post("/menus/<week>/places")
@allow(Role.KITCHEN, Role.MANAGER)
def places(week: str) -> Any:
    """Put a dish into a place, or empty it (dish_id null); the grid comes back as HTML."""
    monday = monday_or_404(week)
    asked = request.get_json()
    try:
        place: dict[str, Any] = {
            "day": _day_of(monday, str(asked["day"])),
            "period": str(asked["period"]),
            "slot": str(asked["slot"]),
            "position": int(asked["position"]),
        }
        dish_id = asked["dish_id"] if asked["dish_id"] is None else int(asked["dish_id"])
    except (KeyError, TypeError, ValueError):
        abort(400)
    if dish_id is None:
        refusal = actions.clear_place(site_id=current_site().id, **place)
    else:
        refusal = actions.place_dish(site_id=current_site().id, dish_id=dish_id, **place)
    if refusal:
        said = say(refusal)
        return jsonify(code=said.code, text=said.text, next_step=said.next_step), 409
    plan = queries.week_plan(db.session(), site_id=current_site().id, monday=monday)
    return jsonify(grid=render_template("menus/_grid.html", **_grid(plan)))


@blueprint.post("/menus/<week>/days/<day>/clearing")
@allow(Role.KITCHEN, Role.MANAGER)
def day_clearing(week: str, day: str) -> Any:
    """Empty a day."""
    monday = monday_or_404(week)
    try:
        cleared = _day_of(monday, day)
    except ValueError:
        abort(404)
    refusal = actions.clear_day(site_id=current_site().id, day=cleared)
    return _back(monday, refusal, _("已清空%(day)s", day=words.weekday(cleared)))


@blueprint.post("/menus/<week>/copies")
@allow(Role.KITCHEN, Role.MANAGER)
def copies(week: str) -> Any:
    """Fill the empty places from the week before."""
    monday = monday_or_404(week)
    filled = actions.copy_week(site_id=current_site().id, monday=monday)
    refusal = filled if isinstance(filled, Refusal) else None
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


def monday_or_404(week: str) -> date:
    """The Monday a week's name means."""
    try:
        monday = parse_week(week)
    except ValueError:
        abort(404)
    if not 2000 <= monday.year <= 2100:
        abort(404)
    return monday


def may_edit() -> bool:
    """Whether the signed-in person may fill places here."""
    return bool(current_user.is_authenticated and EDITORS & roles_here())


def _grid(plan: WeekPlan) -> dict[str, Any]:
    return {
        "plan": plan,
        "week": week_name(plan.monday),
        "before": week_name(plan.monday - timedelta(days=7)),
        "after": week_name(plan.monday + timedelta(days=7)),
        "today": today(),
        "editing": may_edit() and not plan.published,
        "site_code": current_site().code,
    }


def _day_of(monday: date, text: str) -> date:
    day = date.fromisoformat(text)
    if not 0 <= (day - monday).days < 7:
        raise ValueError(text)
    return day


def _back(monday: date, refusal: Refusal | None, done: str) -> Any:
    if refusal:
        said = say(refusal)
        flash(f"{said.text}{said.next_step}", "bad")
    else:
        flash(done, "good")
    return redirect(url_for("menus.week", week=week_name(monday)))
