"""The first page after signing in, and choosing the site to work at."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, session, url_for
from flask import request as http
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from canteen.blueprints.access import may_open, public, signed_in
from canteen.blueprints.context import current_site, now, own_sites, roles_here
from canteen.blueprints.context import today as site_day
from canteen.blueprints.row_ids import row_id
from canteen.delivery.watching.queries import open_count
from canteen.foundation.database import db
from canteen.menus.queries import todays_dishes
from canteen.residents.tag_queries import to_do
from canteen.settlement.offline.queries import open_late_meals
from canteen.sites import queries as sites
from canteen.staff.rules import Role
from canteen.statistics import queries as statistics
from canteen.statistics.opening import opening
from canteen.statistics.today import errands
from canteen.statistics.wording import CHANNELS

blueprint = Blueprint("home", __name__)

_OFFICE = {Role.MANAGER, Role.ADMINISTRATOR}
"""Who sees the day's takings on the first page."""

_FIRST = (
    (Role.CLERK, "settlement.till", _l("开始收银")),
    (Role.VOLUNTEER, "delivery.own_round", _l("开始送餐")),
    (Role.KITCHEN, "menus.this_week", _l("看本周菜单")),
    (Role.COMMUNITY, "delivery.rosters", _l("看送餐单")),
    (Role.MANAGER, "settlement.till", _l("打开收银窗口")),
    (Role.ADMINISTRATOR, "sites.settings", _l("看设置")),
)
"""The one big button of the first page, by the first role a person has here."""

_STEPS = {
    "priced": ("sites.periods", _l("给套餐定价")),
    "menu": ("menus.this_week", _l("公布第一周菜单")),
    "residents": ("residents.people", _l("登记居民，或从表格导入")),
    "cards": ("cards.people_without_card", _l("给居民发餐卡")),
    "policy": ("subsidies.policies", _l("选一份补贴政策")),
    "staffed": ("staff.everybody", _l("添加员工，分好岗位")),
}
"""Where each step before the first meal is taken, and what it is called."""


@blueprint.get("/")
@public
def today() -> Any:
    """Today at a glance for staff; the way in for everybody else."""
    if not current_user.is_authenticated:
        return redirect(url_for("staff.sign_in"))
    if not own_sites():
        return render_template("home/no_site.html")
    reading, site_id, day = db.session(), current_site().id, site_day()
    steps = _steps_to_open(site_id)
    periods = sites.periods(reading, site_id)
    serving = sites.period_at(periods, now().astimezone(ZoneInfo(current_site().time_zone)).time())
    return render_template(
        "home/today.html",
        day=day,
        periods=periods,
        serving=serving,
        dishes=todays_dishes(
            reading,
            site_id=site_id,
            service_date=day,
            period_code=serving.code if serving else "",
        ),
        first=None if steps else _first_door(),
        steps=steps,
        summary=statistics.day_summary(reading, site_id=site_id, service_date=day),
        errands=errands(reading, site_id=site_id, service_date=day),
        channels=CHANNELS,
        alarms=open_count(reading, site_id=site_id) if may_open("delivery.board") else 0,
        late=open_late_meals(reading, site_id) if may_open("settlement.late_meals") else 0,
        papers=to_do(reading, site_id=site_id, today=day)
        if may_open("residents.proposals")
        else None,
        office=not steps and bool(roles_here() & (_OFFICE | {Role.KITCHEN, Role.CLERK})),
        money=bool(roles_here() & _OFFICE),
    )


def _first_door() -> Any:
    """Address and words of the big button, or None."""
    here = roles_here()
    doors = ((name, text) for role, name, text in _FIRST if role in here and may_open(name))
    return next(((url_for(name), text) for name, text in doors), None)


def _steps_to_open(site_id: int) -> list[tuple[str, Any, bool]]:
    """Address, words and whether it is done of each step; nothing once a meal was served."""
    found = opening(db.session(), site_id=site_id) if roles_here() & _OFFICE else None
    if found is None or found.served:
        return []
    steps = ((*_STEPS[name], done) for name, done in found.steps.items())
    return [(url_for(door), text, done) for door, text, done in steps if may_open(door)]


@blueprint.route("/site-choice", methods=["GET", "POST"])
@signed_in
def site_choice() -> Any:
    """Work at another site for the rest of this session."""
    if http.method == "GET":
        return render_template("home/site_choice.html")
    chosen = http.form.get("site_id", type=row_id)
    if chosen not in {site.id for site in own_sites()}:
        abort(400)
    session["site_id"] = chosen
    return redirect(url_for("home.today"))
