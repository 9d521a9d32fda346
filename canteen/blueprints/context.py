"""What one request is about: which site, which day, whose roles."""

from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, abort, g, session
from flask_login import current_user
from sqlalchemy import select

from canteen.foundation.calendar import service_date
from canteen.foundation.database import db
from canteen.sites.models import Site
from canteen.staff.rules import Role


def install(app: Flask) -> None:
    """Give every template the site and the day."""
    app.context_processor(_for_templates)


def now() -> datetime:
    """The clock, read at the edge; nothing below a view reads it."""
    return datetime.now(UTC)


def current_site() -> Site:
    """The site the signed-in person works at in this session; 404 before there is one."""
    if "site" not in g:
        g.site = _chosen_site()
    site: Site | None = g.site
    if site is None:
        abort(404)
    return site


def today() -> date:
    """The canteen's day at the current site."""
    return service_date(now(), current_site().time_zone)


def roles_here() -> frozenset[Role]:
    """What the signed-in person may be at the current site."""
    if not current_user.is_authenticated:
        return frozenset()
    if "site" not in g:
        g.site = _chosen_site()
    roles: frozenset[Role] = current_user.roles_at(g.site.id if g.site else -1)
    return roles


def staff_id() -> int:
    """The id of the signed-in person."""
    return int(current_user.id)


def own_sites() -> list[Site]:
    """Every site at which the signed-in person has a role."""
    if "own_sites" not in g:
        everywhere = db.session.scalars(select(Site).order_by(Site.id))
        g.own_sites = [site for site in everywhere if current_user.roles_at(site.id)]
    sites: list[Site] = g.own_sites
    return sites


def _chosen_site() -> Site | None:
    """The site picked in this session if the person works there, else their first."""
    own = own_sites() if current_user.is_authenticated else []
    chosen = session.get("site_id")
    return next((site for site in own if site.id == chosen), own[0] if own else None)


def _for_templates() -> dict[str, Any]:
    if not current_user.is_authenticated:
        return {"site": None, "my_roles": frozenset()}
    roles = roles_here()
    return {"site": g.site, "my_roles": roles}
