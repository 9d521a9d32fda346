"""The published week for everybody: on a wall, on a phone, in a chat group."""

from datetime import date, timedelta
from typing import Any

from flask import Response, abort, render_template
from flask_babel import gettext as _
from sqlalchemy import select

from canteen.blueprints.access import public
from canteen.blueprints.context import now
from canteen.blueprints.filters import named
from canteen.blueprints.menus.photos import has_photo
from canteen.blueprints.menus.pictures import font_here
from canteen.blueprints.menus.sharing import chat_text, dishes_of, planned_dish
from canteen.blueprints.menus.sheets import A3, A4, Printed, fit
from canteen.blueprints.menus.views import blueprint, monday_or_404
from canteen.blueprints.menus.words import short_day
from canteen.foundation.calendar import service_date, week_name, week_of
from canteen.foundation.database import db
from canteen.menus import queries
from canteen.menus.plan import WeekPlan
from canteen.sites import queries as sites
from canteen.sites.models import Site


@blueprint.get("/menu", defaults={"site_code": None})
@blueprint.get("/menu/<site_code>")
@public
def current_menu(site_code: str | None) -> Any:
    """This week's menu of a site; without a code, of the first."""
    site = site_or_404(site_code)
    return _page(site, week_of(service_date(now(), site.time_zone))[0])


@blueprint.get("/menu/<site_code>/<week>")
@public
def site_week(site_code: str, week: str) -> Any:
    """A week of a site."""
    return _page(site_or_404(site_code), monday_or_404(week))


@blueprint.get("/menu/<site_code>/<week>/text")
@public
def week_text(site_code: str, week: str) -> Any:
    """A published week as plain text to paste into a chat."""
    site, monday = site_or_404(site_code), monday_or_404(week)
    plan = published_week(site, monday) or abort(404)
    return Response(chat_text(plan, site), mimetype="text/plain")


def _page(site: Site, monday: date) -> Any:
    plan = published_week(site, monday)
    today = service_date(now(), site.time_zone)
    near = queries.published_mondays(db.session(), site.id, around=monday)
    printed = Printed(
        title=f"{named(site)} {_('一周菜单')}",
        dates=f"{short_day(monday)} — {short_day(monday + timedelta(days=6))}",
        foot=f"{_('订餐电话 %(phone)s', phone=site.phone)} · {site.address}",
    )
    page = render_template(
        "menus/public.html",
        canteen=site,
        plan=plan,
        monday=monday,
        sunday=monday + timedelta(days=6),
        week=week_name(monday),
        today=today,
        before=max((one for one in near if one < monday), default=None),
        after=min((one for one in near if one > monday), default=None),
        week_name=week_name,
        text=chat_text(plan, site) if plan else "",
        fits={"a4": fit(plan, printed, A4), "a3": fit(plan, printed, A3)} if plan else {},
        dishes_of=dishes_of,
        planned_dish=planned_dish,
        has_photo=has_photo,
        picture=plan is not None and font_here() is not None,
    )
    return (page, 200) if plan or monday == week_of(today)[0] else (page, 404)


def published_week(site: Site, monday: date) -> WeekPlan | None:
    """A week as everybody sees it; None before it is published."""
    plan = queries.week_plan(db.session(), site_id=site.id, monday=monday)
    return plan if plan.published else None


def site_or_404(code: str | None) -> Site:
    """The site of a code; without one, the first."""
    if code is not None:
        site = sites.by_code(db.session(), code)
    else:
        site = db.session.scalars(select(Site).order_by(Site.id).limit(1)).first()
    if site is None:
        abort(404)
    return site
